"""Other sites: whoever lures a browser to a page of their own gets nowhere."""

import http.server
import threading

import api
from api import ENVIRONMENT, MANAGEMENT, REGION, ROLE, URL
from browser import until


def a_form_from_another_site_is_refused(page):
    fields = {"token": "x", "environmentName": "prod", "managementAccountId": MANAGEMENT, "roleArn": ROLE}
    inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
    action = f"{URL}/console/{REGION}/{ENVIRONMENT}/request"
    html = f'<!doctype html><form method="post" action="{action}">{inputs}<button>Win a prize</button></form>'
    with Site(html) as port:
        # Another port of the same host, and another host.
        for host in ("127.0.0.1", "localhost"):
            page.driver.get(f"http://{host}:{port}/")
            page.one("button").click()
            # A browser does not show a refusal that is JSON, and says so.
            until(lambda: "403" in (text := page.text()) or "ERR_INVALID_RESPONSE" in text, "a refusal is shown")
            assert api.connections() == []
            # The browser says so, too.
            page.complaints()


def a_page_is_not_put_into_a_frame(page):
    with Site(f'<!doctype html><iframe src="{URL}/console/{REGION}/{ENVIRONMENT}"></iframe>') as port:
        page.driver.get(f"http://127.0.0.1:{port}/")
        page.driver.switch_to.frame(page.one("iframe"))
        assert "Environment account" not in page.text()
        page.driver.switch_to.default_content()
        # That it was stopped is what the browser says here.
        page.complaints()


class Site:
    """A site with one page."""

    def __init__(self, html):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_port

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

"""What others wrote stays text, and what is sensitive is hidden until it is asked for."""

import api
from api import ENVIRONMENT, MANAGEMENT
from browser import until

BAD = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">&lt;b&gt;\n  two"


def stay_texts(page):
    repository = {"provider": "GITHUB", "name": "o/<b>r</b>", "branch": "<i>main</i>"}
    api.create("own", spec=BAD, description=BAD, provisioningRepository=repository)
    arn = api.call(MANAGEMENT, "GetEnvironment", name="own")["environment"]["arn"]
    outputs = [{"key": BAD, "valueString": BAD}]
    api.call(MANAGEMENT, "NotifyResourceDeploymentStatusChange", resourceArn=arn, statusMessage=BAD, outputs=outputs)
    page.go(MANAGEMENT, "/environments/own")
    # Hidden at first, by each of them; then just what was written.
    secrets = page.all("details.secret")
    assert len(secrets) == 4 and "document.title" not in page.text("#fields"), page.text("#fields")
    for secret in secrets:
        assert not page.one("pre", secret).is_displayed()
        page.one("summary", secret).click()
        assert page.one("pre", secret).get_property("textContent") == BAD
    # The refresh leaves open what was opened.
    api.call(MANAGEMENT, "TagResource", resourceArn=arn, tags=[{"key": "k", "value": "v"}])
    assert all(secret.get_attribute("open") for secret in secrets)

    id = api.connect("prod")
    api.create("prod", environmentAccountConnectionId=id)
    identifier = "<script>document.title='broken'</script>"
    api.report("prod", "SUCCEEDED", resources=[{"identifier": identifier, "name": identifier}])
    api.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", environmentName=identifier)
    page.go(ENVIRONMENT, "/provisioned")
    assert page.rows("provisioned")[0]["Name"] == identifier
    page.go(ENVIRONMENT, "/happened")
    assert "document.title" in page.text("#happened") and page.driver.title.startswith("What happened")
    page.go(ENVIRONMENT, "/request")
    page.fill(environmentName=identifier, tags=identifier)
    page.click("Request to connect", page.one("form.fields"))
    assert page.one("#tags").get_attribute("value") == identifier
    assert page.driver.title.startswith("Request to connect")


def times_are_the_viewers(page):
    id = api.ask("prod")
    requested = api.call(ENVIRONMENT, "GetEnvironmentAccountConnection", id=id)["environmentAccountConnection"]["requestedAt"]
    shown = {}
    for zone in ("UTC", "Asia/Tokyo"):
        page.look(zone=zone)
        page.go(ENVIRONMENT)
        time = page.all("#sent time")[0]
        shown[zone] = time.text
        exact = page.driver.execute_script("return new Date(arguments[0].dateTime).getTime()", time)
        assert exact == round(requested * 1000) and time.get_attribute("title") == time.get_attribute("datetime")
    assert shown["UTC"] != shown["Asia/Tokyo"], shown
    page.look(script=False)
    page.go(ENVIRONMENT)
    assert page.all("#sent time")[0].text.endswith(" UTC")


def long_texts_are_cut(page):
    role = f"arn:aws:iam::{ENVIRONMENT}:role/" + "x" * 60
    id = api.ask("prod", roleArn=role)
    page.go(ENVIRONMENT, f"/connections/{id}")
    assert role not in page.text("#fields") and "…" in page.text("#fields")
    next(it for it in page.all("#fields summary") if "xxx" in it.text).click()
    assert role in page.text("#fields")


def pages_refresh_themselves(page):
    id = api.ask("prod")
    page.go(MANAGEMENT)
    api.call(MANAGEMENT, "AcceptEnvironmentAccountConnection", id=id)
    until(lambda: page.rows("received")[0]["Status"] == "CONNECTED", "the page shows that it is CONNECTED")


def the_picture_shows_the_present_state(page):
    id = api.ask("prod")
    for status, move in [("PENDING", "Accept"), ("CONNECTED", "Reject"), ("REJECTED", None)]:
        page.go(MANAGEMENT, f"/connections/{id}")
        assert page.text(".picture .now").split() == ["now", status] or page.text(".picture .now").split() == [status, "now"]
        title = page.one("#states-title").get_attribute("textContent")
        assert title.endswith(f"this one is {status}"), title
        told = page.one("#states-text").get_attribute("textContent")
        assert "CONNECTED becomes REJECTED on reject (not in use) by the management account" in told, told
        assert len(page.all(".picture .move")) == 7
        open_moves = sorted(it.text for it in page.all(".picture .may"))
        expected = {"PENDING": ["accept", "reject"], "CONNECTED": ["reject (not in use)"], "REJECTED": []}[status]
        assert open_moves == expected, open_moves
        if move:
            page.click(move, page.one("#moves"))
            page.dialog()
            page.click(move)


def who_looks_can_be_switched(page):
    api.ask("prod")
    page.go(ENVIRONMENT, "/environments")
    offered = [it.get_attribute("value") for it in page.all("#accounts option")]
    assert offered == [MANAGEMENT, ENVIRONMENT], offered
    account = page.one("#switch-account")
    account.clear()
    account.send_keys(MANAGEMENT)
    page.click("Switch")
    assert page.heading().startswith(f"Environments · account {MANAGEMENT}"), page.heading()
    page.driver.get(api.URL + "/")
    assert page.heading() == "Choose an account"
    assert len(page.rows("known")) == 2
    page.click(ENVIRONMENT)
    assert f"account {ENVIRONMENT}" in page.heading()

"""A browser as a person uses it: by what is written on buttons, links and labels."""

import time

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from api import REGION, URL

# The rows of a table, each cell by its column.
READ = """
const cells = (row) => [...row.cells].map((cell) => [cell.dataset.column, cell.innerText.replace(/\\s+/g, " ").trim()]);
return [...document.querySelectorAll(arguments[0])].map((row) => Object.fromEntries(cells(row)));
"""
# The links and buttons that are seen and begin with a label.
FIND = """
return [...arguments[0].querySelectorAll("a, button")]
  .filter((it) => it.checkVisibility() && it.textContent.trim().startsWith(arguments[1]));
"""
FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-proxy-server"]


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.page_load_strategy = "eager"
        options.binary_location = "/usr/bin/chromium"
        for flag in FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(20)
        self.look()

    def look(self, width=1280, script=True, zone="UTC"):
        """The screen, whether scripts run, and where the viewer is."""
        self.script = script
        self.do("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
        self.colours("light")
        self.do("Emulation.setScriptExecutionDisabled", value=not script)
        self.do("Emulation.setTimezoneOverride", timezoneId=zone)

    def colours(self, scheme):
        self.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def do(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def go(self, account, rest=""):
        self.driver.get(f"{URL}/console/{REGION}/{account}{rest}")

    def all(self, css, within=None):
        return (within or self.driver).find_elements(By.CSS_SELECTOR, css)

    def one(self, css, within=None):
        found = self.all(css, within)
        assert len(found) == 1, f"{len(found)} of {css} on {self.driver.current_url}: {self.text()}"
        return found[0]

    def text(self, css="body"):
        if css != "body":
            return self.one(css).text
        # In a list, since there may be no text. Where the next page comes in between, it is that one's.
        return until(lambda: [self.driver.find_element(By.TAG_NAME, "body").text], "a page is there")[0]

    def heading(self):
        return " ".join(self.text("h1").split())

    def fill(self, **members):
        for member, value in members.items():
            control = self.one(f'main [name="{member.replace("__", ".")}"]')
            if control.tag_name == "select":
                self.one(f'option[value="{value}"]', control).click()
            else:
                control.clear()
                control.send_keys(value)

    def click(self, label, within=None):
        """Clicks the one button or link that begins with this, in the open dialog where there is one."""
        within = within or next(iter(self.all("dialog:modal")), None) or self.one("body")
        found = self.driver.execute_script(FIND, within, label)
        assert len(found) == 1, f"{len(found)} with {label!r} on {self.driver.current_url}: {self.text()}"
        self.use(found[0], found[0].click)

    def use(self, element, use):
        """Uses a link or a button, and waits for what it leads to: a question over the page, its end, or another page."""
        page, asks = self.one("html"), self.script and element.get_attribute("data-dialog") is not None
        closes = self.all("dialog:modal") and element.get_attribute("data-close") is not None
        closes = closes or self.driver.execute_script("return arguments[0].form?.method === 'dialog'", element)
        use()
        if asks:
            self.dialog()
        elif closes:
            until(lambda: not self.all("dialog[open]"), "the dialog is closed")
        else:
            until(lambda: is_gone(page), "another page")
            until(lambda: self.driver.execute_script("return document.readyState") == "complete", "all of the page")

    def rows(self, table):
        """A table as a person reads it: for each row, its cells by their columns."""
        return self.driver.execute_script(READ, f"#{table} tbody tr")

    def row(self, table, text):
        found = [row for row in self.all(f"#{table} tbody tr") if text in row.text]
        assert len(found) == 1, f"{len(found)} rows with {text!r}: {self.text()}"
        return found[0]

    def dialog(self):
        """The dialog that is open over the page."""
        return until(lambda: next(iter(self.all("dialog:modal")), None), "a dialog")

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def tab_to(self, label):
        """Goes on with the tabulator to what begins with this."""
        for _ in range(80):
            self.press(Keys.TAB)
            active = self.driver.switch_to.active_element
            if name(active).startswith(label):
                return active
        raise AssertionError(f"the keyboard does not reach {label!r} on {self.driver.current_url}")

    def focus(self):
        return name(self.driver.switch_to.active_element)

    def complaints(self):
        """What the browser complained of: also what the content security policy stopped."""
        found = [entry["message"] for entry in self.driver.get_log("browser")]
        return [it for it in found if "status of 4" not in it]

    def close(self):
        self.driver.quit()


def is_gone(element):
    try:
        return not element.is_enabled()
    except WebDriverException as error:
        if is_stale(error):
            return True
        raise


def is_stale(error):
    """Whether an element was of a page that is gone: chromedriver's word for it while the next page comes is another one."""
    pages_change = "Node with given id does not belong to the document"
    return isinstance(error, StaleElementReferenceException) or pages_change in str(error)


def name(element):
    return element.accessible_name or element.text


def until(holds, what, seconds=20):
    """What is asked for, as soon as it holds."""
    end, trouble = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            if found := holds():
                return found
        except (NoSuchElementException, AssertionError) as not_yet:
            trouble = not_yet
        except WebDriverException as error:
            if not is_stale(error):
                raise
            trouble = error
        time.sleep(0.02)
    raise AssertionError(f"still not: {what}") from trouble

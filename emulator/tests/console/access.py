"""Without a script, with the keyboard alone, and for whoever hears the page."""

from selenium.webdriver.common.keys import Keys

import api
from api import ENVIRONMENT, MANAGEMENT, ROLE
from browser import until


def without_script(page):
    page.look(script=False)
    page.go(ENVIRONMENT)
    page.click("Request to connect")
    page.fill(roleArn=ROLE, managementAccountId=MANAGEMENT, environmentName="prod")
    page.click("Request to connect", page.one("form.fields"))
    # Not over the page, but in it: and closed by the browser itself.
    page.click("Close")
    assert not page.all("dialog[open]")
    page.go(MANAGEMENT)
    page.click("Accept", page.row("received", "prod"))
    assert page.heading().startswith("Accept a connection") and not page.all("dialog")
    page.click("Accept", page.one("#confirm"))
    assert page.rows("received")[0]["Status"] == "CONNECTED"
    page.go(ENVIRONMENT)
    page.click("Delete", page.row("sent", "prod"))
    page.click("Cancel", page.one("#confirm"))
    page.click("Delete", page.row("sent", "prod"))
    page.click("Delete", page.one("#confirm"))
    assert api.connections() == []


def with_the_keyboard_alone(page):
    page.go(ENVIRONMENT)
    page.press(Keys.TAB)
    assert page.focus() == "Skip to the content"
    page.press(Keys.ENTER)
    is_seen(page, page.tab_to("Request to connect"))
    page.press(Keys.ENTER)
    for label, text in [("Environment role ARN", ROLE), ("Management account ID", MANAGEMENT), ("Environment name", "prod")]:
        is_seen(page, page.tab_to(label))
        page.press(text)
    page.press(Keys.ENTER)
    page.dialog()
    assert page.focus() in ("123456789111", "Environment account connection requests"), page.focus()
    page.press(Keys.ESCAPE)
    until(lambda: not page.all("dialog:modal"), "the modal is closed")

    page.go(MANAGEMENT)
    page.tab_to("Accept")
    page.press(Keys.ENTER)
    page.dialog()
    page.press(Keys.ESCAPE)
    until(lambda: not page.all("dialog"), "the question is gone")
    assert page.focus().startswith("Accept"), f"the focus is on {page.focus()!r}"
    page.press(Keys.ENTER)
    dialog = page.dialog()
    is_seen(page, page.tab_to("Accept"))
    assert page.driver.execute_script("return arguments[0].contains(document.activeElement)", dialog)
    page.press(Keys.ENTER)
    until(lambda: "CONNECTED" in page.text("#received"), "it is CONNECTED")

    page.go(ENVIRONMENT)
    page.tab_to("Delete")
    page.press(Keys.ENTER)
    page.dialog()
    page.tab_to("Delete")
    page.press(Keys.ENTER)
    until(lambda: "deleted" in page.text(".did"), "it is deleted")
    assert api.connections() == []


def is_seen(page, element):
    outline = page.driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", element)
    assert outline == "solid", f"the focus is not seen: {outline}"


def a_refusal_has_the_focus(page):
    page.go(ENVIRONMENT, "/request")
    page.click("Request to connect", page.one("form.fields"))
    until(lambda: page.driver.switch_to.active_element.get_attribute("id") == "refusal", "the refusal has the focus")
    # From there a link leads to the field.
    page.press(Keys.TAB, Keys.ENTER)
    page.press(Keys.TAB)
    assert page.driver.switch_to.active_element.get_attribute("name") is not None


NAMED = {"button", "link", "textbox", "combobox", "checkbox", "searchbox", "DisclosureTriangle", "table", "dialog",
         "region", "navigation", "columnheader", "listbox", "image", "img"}


def check_what_is_heard(page, where):
    """Everything that can be used has a name, a table is one at any width, and each part of the page can be found: as soon
    as the browser has made its tree of the page, which it does part by part, after the page."""
    def is_heard():
        nodes = [it for it in page.do("Accessibility.getFullAXTree")["nodes"] if not it["ignored"]]
        nameless = [value(it, "role") for it in nodes if value(it, "role") in NAMED and not value(it, "name").strip()]
        assert not nameless, f"without a name: {nameless}"
        roles, tables = [value(it, "role") for it in nodes], len(page.all("table"))
        # Behind a question over the page nothing is heard.
        if "dialog" not in roles:
            assert {"main", "navigation", "banner", "contentinfo", "heading"} <= set(roles), set(roles)
            assert roles.count("table") == tables and (not tables or {"row", "columnheader", "cell"} <= set(roles)), roles
            assert page.driver.title and len(page.all("h1")) == 1
        return True

    until(is_heard, f"{where}: all of the page is heard")


def value(node, property):
    return str(node.get(property, {}).get("value", ""))

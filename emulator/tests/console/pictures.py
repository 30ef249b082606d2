"""A picture of each page, light and dark, wide and narrow, for people to look at; and what is heard of it."""

import base64
import pathlib
import sys

from access import check_what_is_heard
from api import ENVIRONMENT, URL
from world import PAGES, world


# What has less than the contrast of 4.5 to 1 that text needs: elements with a text of their own, and the contrast.
FAINT = """
const light = ([red, green, blue]) => [red, green, blue]
  .map((part) => part / 255)
  .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const [red, green, blue, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
    if (alpha > 0.5) return light([red, green, blue]);
  }
  return 1;
};
const contrast = (element) => {
  const [dark, bright] = [light(parts(getComputedStyle(element).color)), behind(element)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};
const isText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
return [...document.querySelectorAll("body *")]
  .filter((element) => !element.closest("svg") && isText(element) && element.checkVisibility() && contrast(element) < 4.5)
  .map((element) => `${element.tagName}.${element.className}: ${contrast(element).toFixed(2)}`);
"""


def every_page(page):
    ids, folder = world(), pathlib.Path(sys.argv[1])
    for width in (1280, 390):
        page.look(width=width)
        for name, (account, rest) in PAGES.items():
            page.go(account, rest.format(**ids))
            check_what_is_heard(page, f"{name} at {width}")
            for scheme in ("dark", "light"):
                page.colours(scheme)
                assert not (faint := page.driver.execute_script(FAINT)), f"{name}, {scheme}: too faint to read: {faint}"
                picture(page, folder / f"{name}-{scheme}-{width}.png", width)
        page.driver.get(URL + "/console")
        picture(page, folder / f"chooser-light-{width}.png", width)
    page.look()
    page.go(ENVIRONMENT)
    page.click("Delete", page.row("sent", "prod"))
    page.dialog()
    picture(page, folder / "delete-dialog-light-1280.png", 1280)
    page.go(ENVIRONMENT, "/request")
    page.fill(environmentName="a b", roleArn="x")
    page.click("Request to connect", page.one("form.fields"))
    picture(page, folder / "request-refused-light-1280.png", 1280)


def picture(page, file, width):
    size = page.driver.execute_script("const it = document.documentElement; return [it.scrollWidth, it.scrollHeight]")
    assert size[0] <= width, f"{file.name}: {size[0]} wide, on a screen of {width}"
    clip = {"x": 0, "y": 0, "width": width, "height": size[1], "scale": 1}
    taken = page.do("Page.captureScreenshot", clip=clip, captureBeyondViewport=True, optimizeForSpeed=True)
    file.write_bytes(base64.b64decode(taken["data"]))

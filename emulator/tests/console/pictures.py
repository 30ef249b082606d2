"""A picture of each page, light and dark, wide and narrow, for people to look at; and what is heard of it."""

import base64
import pathlib
import sys

from access import check_what_is_heard
from api import ENVIRONMENT
from world import PAGES, world


def every_page(page):
    ids, folder = world(), pathlib.Path(sys.argv[1])
    for width in (1280, 390):
        page.look(width=width)
        for name, (account, rest) in PAGES.items():
            page.go(account, rest.format(**ids))
            check_what_is_heard(page, f"{name} at {width}")
            for scheme in ("dark", "light"):
                page.colours(scheme)
                picture(page, folder / f"{name}-{scheme}-{width}.png", width)
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

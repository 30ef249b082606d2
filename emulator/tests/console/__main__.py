"""The console in a real browser. CONSOLE_URL is where the emulator is, run with `--provisioner manual`; the first argument
is where the pictures of the pages go, further ones are the modules to run."""

import inspect
import sys
import time
import traceback

import access
import api
import guide
import pictures
import refusals
import sites
import texts
from browser import Browser


def tests():
    """Every function of the modules that takes the page and nothing else; of those named."""
    for module in (guide, refusals, texts, access, sites, pictures):
        if module.__name__ not in sys.argv[2:]:
            continue
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if test.__module__ == module.__name__ and list(inspect.signature(test).parameters) == ["page"]:
                yield f"{module.__name__}: {name.replace('_', ' ')}", test


def main():
    begun, failed, count = time.monotonic(), [], 0
    page = Browser()
    try:
        for name, test in tests():
            api.reset()
            page.look()
            count, started = count + 1, time.monotonic()
            try:
                test(page)
                assert not (said := page.complaints()), f"the browser complains: {said}"
            except Exception:
                failed.append(name)
                print(f"FAILED {name}", file=sys.stderr)
                traceback.print_exc()
                picture = name.replace(": ", "-").replace(" ", "-")
                page.driver.save_screenshot(f"{sys.argv[1]}/failed-{picture}.png")
                page.complaints()
            print(f"{time.monotonic() - started:5.1f} s  {name}")
    finally:
        page.close()
    print(f"console: {count - len(failed)} of {count} tests in a browser hold, {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


sys.exit(main())

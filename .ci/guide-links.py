"""A preprocessor of mdBook: a link that leads out of the guide, to a file of the repository, leads to where that is kept."""

import json
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["repository"] + "/blob/main/"
# What is included here and has an address in the guide.
PAGES = {"SPEC.md": "specification.md", "docs/": "", "emulator/README.md": "emulator.md"}
OUT = re.compile(r"(\]\(|^\[[^\]]+\]: )((?:\.\./|docs/|SPEC\.md)[^)\s]*)", re.MULTILINE)


def leads_to(link):
    path = link[2].removeprefix("../")
    for start, page in PAGES.items():
        if path.startswith(start):
            return link[1] + page + path.removeprefix(start)
    return link[1] + KEPT + path


def rewritten(items):
    for chapter in (item["Chapter"] for item in items if isinstance(item, dict) and "Chapter" in item):
        chapter["content"] = OUT.sub(leads_to, chapter["content"])
        rewritten(chapter["sub_items"])


if sys.argv[1:2] == ["supports"]:
    sys.exit()
_, book = json.load(sys.stdin)
rewritten(book["items"])
json.dump(book, sys.stdout)

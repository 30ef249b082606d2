"""The outputs that a page shows are those that its commands print: `shown.py PAGE DIRECTORY`.

A block of the page stands between `<!-- shown: NAME -->` and `<!-- /shown -->`; the file NAME of the directory has what was
printed. Ids and times are other ones each time, so they are numbered in the order in which the page shows them. With
UPDATE=1 in the environment the page is written anew.
"""

import datetime
import difflib
import os
import pathlib
import re
import sys

BLOCK = re.compile(r"(?<=<!-- shown: )([\w-]+)( -->\n).*?(?=<!-- /shown -->)", re.DOTALL)
ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TIME = re.compile(r"\b1\d{9}(?:\.\d+)?\b|\b20\d\d-\d\d-\d\dT[\d:]+(?:\.\d+)?(?:Z|\+00:00)")
BEGINNING = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def main(page, directory):
    page, directory = pathlib.Path(page), pathlib.Path(directory)
    text = page.read_text()
    names = [name for name, _ in BLOCK.findall(text)]
    printed = {path.name for path in directory.iterdir()}
    if set(names) != printed:
        sys.exit(f"{page} shows {sorted(set(names))}, and {sorted(printed)} was printed")
    shown = numbered({name: (directory / name).read_text() for name in names})
    now = BLOCK.sub(lambda block: f"{block[1]}{block[2]}```text\n{shown[block[1]]}```\n", text)
    if os.environ.get("UPDATE"):
        page.write_text(now)
    elif now != text:
        sys.stdout.writelines(difflib.unified_diff(text.splitlines(True), now.splitlines(True), str(page), "printed"))
        sys.exit(f"{page} does not show what is printed: write it anew with UPDATE=1, if the change is meant")


def numbered(texts):
    """The texts with steady ids and times: a second lies between a time and the next."""
    ids, times = {}, set()
    for text in texts.values():
        for found in ID.findall(text):
            ids.setdefault(found, f"a1b2c3d4-5678-90ab-cdef-{len(ids) + 1:012}")
        times.update(moment(found) for found in TIME.findall(ID.sub("", text)))
    steady = {time: BEGINNING + datetime.timedelta(seconds=place) for place, time in enumerate(sorted(times))}

    def time(found):
        at = steady[moment(found[0])]
        return at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00") if "T" in found[0] else str(int(at.timestamp()))

    def replaced(text):
        parts = ID.split(text)
        found = [ids[one] for one in ID.findall(text)] + [""]
        return "".join(TIME.sub(time, part) + one for part, one in zip(parts, found))

    return {name: replaced(text) for name, text in texts.items()}


def moment(text):
    """In milliseconds."""
    seconds = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if "T" in text else float(text)
    return round(seconds * 1000)


main(*sys.argv[1:])

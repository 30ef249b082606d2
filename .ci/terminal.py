"""A picture of what a program prints on a terminal: `terminal.py PICTURE.svg WIDTH TITLE < what it printed`."""

import re
import sys

from rich.console import Console
from rich.text import Text

picture, width, title = sys.argv[1:]
console = Console(record=True, width=int(width), file=open("/dev/null", "w"), force_terminal=True)
for line in sys.stdin.read().replace("\r", "").splitlines():
    # What was there before it was erased is not there any more.
    line = Text.from_ansi(line.rsplit("\x1b[2K", 1)[-1])
    line.truncate(int(width), overflow="ellipsis")
    console.print(line, no_wrap=True)
console.save_svg(picture, title=title, unique_id="t", font_aspect_ratio=0.6)
with open(picture, "r+") as file:
    # Nothing is loaded from elsewhere.
    text = re.sub(r"@font-face \{.*?\}\s*", "", file.read(), flags=re.DOTALL)
    text = text.replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace")
    file.seek(0)
    file.truncate()
    file.write("\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n")

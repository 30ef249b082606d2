"""Lays a graph out as a picture that is light or dark, as its reader is: `draw.py GRAPH.dot`, by Graphviz's `dot`."""

import pathlib
import re
import subprocess
import sys

LOOK = ["-Gbgcolor=transparent", "-Gnodesep=0.35", "-Granksep=0.4", "-Nshape=box", "-Nstyle=rounded",
        "-Nfontsize=14", "-Nheight=0.4", "-Efontsize=12", "-Earrowsize=0.7"]
FONT = "system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"
STYLE = ("<style>svg{color:#1f2328}@media(prefers-color-scheme:dark){svg{color:#e6edf3}}"
         f"text{{font-family:{FONT}}}</style>")

graph = pathlib.Path(sys.argv[1])
# Laid out with the width of a font that is nowhere narrower.
drawn = subprocess.run(["dot", "-Tsvg", *LOOK, "-Nfontname=DejaVu Sans", "-Efontname=DejaVu Sans", graph],
                       check=True, capture_output=True, text=True).stdout
drawn = re.sub(r"<\?xml.*?\?>\s*|<!DOCTYPE.*?>\s*|<!--.*?-->\s*| font-family=\"[^\"]*\"", "", drawn, flags=re.DOTALL)
drawn = drawn.replace('"black"', '"currentColor"').replace('stroke="transparent"', 'stroke="none"')
drawn = re.sub(r'\bfill="transparent"', 'fill="none"', drawn)
drawn = re.sub(r'(<text [^>]*?)(>)', r'\1 fill="currentColor"\2', drawn)
drawn = drawn.replace("<g id=", STYLE + "\n<g id=", 1)
graph.with_suffix(".svg").write_text(drawn)

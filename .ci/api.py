"""The public API, as rustdoc shows it: each item with its declaration, its methods, and the traits that it implements.

Reads the pages below target/doc/account_connections, which `cargo doc` has to have made."""

import pathlib
import re
import sys
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
# Where a page lists impls that were written for the item: those that every type has, and those of `Deref`, are elsewhere.
PARTS = {"trait-implementations", "foreign-impls"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.declaration, self.methods, self.impls = "", [], []
        self.part = None
        self.open, self.caught, self.from_depth, self.hidden = [], None, 0, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        self.open.append(tag)
        if tag == "h2":
            self.part = attributes.get("id")
        if self.caught is None and ("item-decl" in classes or "code-header" in classes):
            self.caught, self.from_depth = "", len(self.open)
        elif self.caught is not None and tag == "summary":
            self.hidden = len(self.open)  # "Show 12 variants"
        elif self.caught and tag == "div" and "code-attribute" not in classes and not self.caught.endswith("\n"):
            self.caught += "\n"

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if self.hidden == len(self.open):
            self.hidden = 0
        if self.caught is not None and tag == "div" and not self.caught.endswith("\n"):
            self.caught += "\n"
        if self.caught is not None and self.from_depth == len(self.open):
            self.take(tag, self.caught.strip())
            self.caught = None
        self.open.pop()

    def handle_data(self, data):
        if self.caught is not None and not self.hidden:
            self.caught += data

    def take(self, tag, text):
        if tag == "pre":
            self.declaration = text if "{" in text else one_line(text)
        elif tag == "h3" and self.part in PARTS:
            self.impls.append(one_line(text))
        elif tag == "h4" and self.part == "implementations":
            self.methods.append(one_line(text))


def one_line(text):
    return " ".join(text.split()).replace("( ", "(").replace(", )", ")")


def listed(path, page):
    *modules, file = path.with_suffix("").parts
    name = file.split(".")[-1]
    yield "::".join(["account_connections", *modules, name])
    for line in page.declaration.splitlines():
        yield f"    {line}".rstrip()
    for method in page.methods:
        yield "    " + method
    plain = re.compile(rf"impl ([\w:]+|[\w:]+<[^ ]*>) for {name}")
    found = [(plain.fullmatch(text), text) for text in page.impls]
    traits = sorted(match[1] for match, _ in found if match and match[1] != "StructuralPartialEq")
    if traits:
        yield "    impl " + ", ".join(traits)
    for match, text in sorted(found, key=lambda pair: pair[1]):
        if not match:
            yield "    " + text


root = pathlib.Path(sys.argv[1])
for path in sorted(root.rglob("*.html")):
    page = Page(path.read_text())
    if page.declaration and "." in path.stem:
        print("\n".join(listed(path.relative_to(root), page)), end="\n\n")

"""Types the commands of guide.txt into a shell, and compares what comes back with what is there."""

import json
import pathlib
import re
import subprocess
import sys

EXAMPLE = re.compile(r"[0-9A-Za-z-]*EXAMPLE[0-9A-Za-z-]*")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def steps(text):
    """The commands, each with what is expected of it."""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        if lines:
            assert lines[0].startswith("$ "), lines[0]
            yield lines[0][2:], "\n".join(lines[1:])


class Bindings(dict):
    """What the examples stand for."""

    def put_into(self, command):
        return EXAMPLE.sub(lambda found: self[found[0]], command)

    def match_text(self, expected, actual):
        if TIME.fullmatch(expected):
            return bool(TIME.fullmatch(actual)) and self.setdefault(expected, actual) == actual
        names, pattern, at = [], "", 0
        for found in EXAMPLE.finditer(expected):
            pattern += re.escape(expected[at : found.start()])
            pattern += re.escape(self[found[0]]) if found[0] in self else "(.+)"
            names += [] if found[0] in self else [found[0]]
            at = found.end()
        matched = re.fullmatch(pattern + re.escape(expected[at:]), actual)
        self.update(zip(names, matched.groups()) if matched else [])
        return bool(matched)

    def match(self, expected, actual):
        if type(expected) is not type(actual):
            return False
        if isinstance(expected, dict):
            return expected.keys() == actual.keys() and all(self.match(expected[key], actual[key]) for key in expected)
        if isinstance(expected, list):
            return len(expected) == len(actual) and all(map(self.match, expected, actual))
        return self.match_text(expected, actual) if isinstance(expected, str) else expected == actual


def check(bindings, command, expected):
    command = bindings.put_into(command)
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    print(f"$ {command}\n{done.stdout}{done.stderr}", flush=True)
    if expected.startswith("An error occurred"):
        # Some versions have a line before it that says `aws: [ERROR]:`.
        said = done.stderr.strip().removeprefix("aws: [ERROR]: ")
        return done.returncode != 0 and not done.stdout and bindings.match_text(expected, said)
    if done.returncode != 0 or done.stderr:
        return False
    if not expected:
        return not done.stdout
    return bindings.match(json.loads(expected), json.loads(done.stdout))


def main():
    bindings, count = Bindings(), 0
    for command, expected in steps((pathlib.Path(__file__).parent / "guide.txt").read_text()):
        if not check(bindings, command, expected):
            sys.exit(f"guide.txt expects this instead:\n{expected}\nwhere {dict(bindings)}")
        count += 1
    print(f"the guide: {count} commands answered as written")


main()

"""What the gate asks of the manifests and the lock file, `features`, `companions`, `dependencies` or `rust-version`; and of
what cargo says of a build, `built`."""

import json
import os
import subprocess
import sys

EDITION_2024 = (1, 85, 0)


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments, "--locked"], check=True, capture_output=True, text=True).stdout


def version(text):
    parts = [int(part) for part in text.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))


def packages():
    return json.loads(cargo("metadata", "--format-version", "1", "--all-features"))


def root(metadata):
    return next(package for package in metadata["packages"] if package["id"] == metadata["resolve"]["root"])


def normal_dependencies(metadata, package):
    """The packages that a build of this one compiles, itself aside."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    reached, waiting = set(), [package]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]) and dependency["pkg"] not in reached:
                reached.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    return [package for package in metadata["packages"] if package["id"] in reached]


def features():
    for feature in root(packages())["features"]:
        print(feature)


def published(metadata):
    members = (package for package in metadata["packages"] if package["id"] in metadata["workspace_members"])
    return [member for member in members if member["publish"] is None]


def companions():
    metadata = packages()
    for member in published(metadata):
        if member["id"] != metadata["resolve"]["root"]:
            print(member["name"])


def dependencies():
    """`cargo tree -e normal` on this host, without and with all features, names and versions."""
    for title, flags in (("no features", ["--no-default-features"]), ("all features", ["--all-features"])):
        print(f"# {title}")
        tree = cargo("tree", "-e", "normal", "--package", "account-connections", "--prefix", "depth", "-f", " {p}", *flags)
        for line in tree.splitlines()[1:]:
            depth, rest = line.split(" ", 1)
            print("  " * int(depth) + " ".join(rest.split(" ")[:2]).removesuffix(" (*)"))


def rust_version():
    """A published package's version is the highest that a dependency, or the edition, needs: no lower one could work."""
    metadata = packages()
    for member in published(metadata):
        dependencies = normal_dependencies(metadata, member["id"])
        needed = max([EDITION_2024] + [version(p["rust_version"]) for p in dependencies if p["rust_version"]])
        declared = version(member["rust_version"])
        if declared != needed:
            sys.exit(f"{member['name']}: rust-version is {declared}, and the dependencies need {needed}")
        print(f"{member['name']}: rust-version {member['rust_version']} is what the dependencies need")


def built():
    """The program of a package's tests, or the folder of all binaries."""
    messages = [json.loads(line) for line in sys.stdin]
    programs = [message for message in messages if message.get("executable")]
    if sys.argv[2:]:
        of_package = (program for program in programs if f"#{sys.argv[2]}@" in program["package_id"])
        print(next(program["executable"] for program in of_package if program["target"]["kind"] == ["test"]))
    else:
        binaries = (program for program in programs if program["target"]["kind"] == ["bin"])
        print(os.path.dirname(next(binary["executable"] for binary in binaries if not binary["profile"]["test"])))


commands = [features, companions, dependencies, rust_version, built]
{command.__name__.replace("_", "-"): command for command in commands}[sys.argv[1]]()

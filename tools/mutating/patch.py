"""Patches: what a mutant changes, and what its heading says.

A patch is an ordinary unified diff (`patch -p1` takes it too) behind heading lines `# key: text`. Line numbers are
not looked at: the old lines of each hunk must stand exactly once in the file, wherever they have moved to. A hunk without old
lines is a new file.
"""
import dataclasses
import pathlib
import re


class DoesNotApply(Exception):
    pass


@dataclasses.dataclass
class Hunk:
    path: str
    old: str
    new: str


@dataclasses.dataclass
class Mutant:
    name: str
    rule: str          # what the patch breaks
    noticed_by: str    # what should notice
    tests: str         # unit, property or component: gtest tests kill it; integration: a script; empty = the simulator
    which: str         # their gtest filter; the script below tests/integration, and names of cases
    cluster: bool      # needs seeds that are clusters
    twice: bool        # each seed runs twice, trace hashes are compared
    hunks: list
    chosen: object = None  # what its tests need of their program (chosen.Chosen); None: the whole


TESTS = ("unit", "property", "component", "integration")
HEADING = re.compile(r"# (rule|noticed by|killed by|seeds): (.*)")


def read(path: pathlib.Path) -> Mutant:
    """Raises ValueError when it is not a mutant."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    heading = {}
    body = []
    for line in lines:
        match = HEADING.match(line) if not body else None
        if match:
            heading[match.group(1)] = match.group(2).strip()
        elif body or not line.startswith("#"):
            body.append(line)
        else:
            raise ValueError(f"{path}: not a heading line: {line.strip()}")
    for key in ("rule", "noticed by"):
        if not heading.get(key):
            raise ValueError(f"{path}: no heading line `# {key}: ...`")
    tests, _, which = heading.get("killed by", "").partition(" ")
    if tests and (tests not in TESTS or not which):
        raise ValueError(f"{path}: `# killed by:` takes one of {', '.join(TESTS)}, and a filter or a script")
    seeds = heading.get("seeds", "").split()
    if "seeds" in heading and (not seeds or set(seeds) - {"cluster", "twice"}):
        raise ValueError(f"{path}: `# seeds:` takes `cluster` and `twice`")
    hunks = parse_hunks(path, body)
    if not hunks:
        raise ValueError(f"{path}: no hunks")
    return Mutant(path.stem, heading["rule"], heading["noticed by"], tests, which,
                  "cluster" in seeds, "twice" in seeds, hunks)


def parse_hunks(path, lines):
    hunks = []
    file_name = None
    for line in lines:
        if line.startswith("--- "):
            continue
        if line.startswith("+++ "):
            file_name = line[4:].strip().removeprefix("b/")
        elif line.startswith("@@"):
            hunks.append(Hunk(file_name, "", ""))
        elif line[:1] in " +-" and hunks:
            if line[0] != "+":
                hunks[-1].old += line[1:]
            if line[0] != "-":
                hunks[-1].new += line[1:]
        else:
            raise ValueError(f"{path}: not a line of a diff: {line.strip()}")
    return hunks


def reader_below(root: pathlib.Path):
    """The `read_text` of mutated() and patched() for the files below a folder."""
    def read_text(path):
        file = root / path
        return file.read_text(encoding="utf-8") if file.is_file() else None
    return read_text


def mutated(mutant: Mutant, read_text) -> dict:
    return patched(mutant.hunks, read_text)


def patched(hunks, read_text) -> dict:
    """Path -> text after the patch. `read_text(path)` gives what is there, None = no such file."""
    texts = {}
    for hunk in hunks:
        text = texts.get(hunk.path) or read_text(hunk.path)
        if not hunk.old and text is None:
            texts[hunk.path] = hunk.new
            continue
        if not hunk.old:
            raise DoesNotApply(f"{hunk.path} is new, and there already")
        if text is None:
            raise DoesNotApply(f"{hunk.path} is not there")
        count = text.count(hunk.old)
        if count != 1:
            first = next((l for l in hunk.old.splitlines() if l.strip()), "").strip()
            raise DoesNotApply(f"{hunk.path}: the old lines stand there {count} times, not once: {first} ...")
        texts[hunk.path] = text.replace(hunk.old, hunk.new)
    return texts

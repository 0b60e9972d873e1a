"""Names in documents: what a document calls by its name is in the tree.

Checked are, in every *.md: links; and in `backticks` paths, `Name::member`, names of types and of test suites
(`Suite`, `Suite.Case`; in a table's column "test" a capitalised word is a suite). A block of code that begins
with `// path` is a copy and stands in that file as it is. In blocks of code and in comments of C++: paths, and ADRs by number.

What is of the past stands without backticks.
"""
import fnmatch
import pathlib
import posixpath
import re

from linting.rules import SUFFIXES, TOKEN, code_only, error

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
MEMBER = re.compile(r"\b([A-Za-z_]\w*)::([A-Za-z_]\w*)")
TYPE = re.compile(r"[A-Z]\w*[a-z]\w*")
CASE = re.compile(r"([A-Z]\w*)\.([A-Z*][\w*]*(?:…|\.{3})?)")
FILE = re.compile(r"[\w*<>./-]+\.(hpp|cpp|go|py|sh|md|yaml|txt|patch|cmake|inc|mjs)")
ADR = re.compile(r"\bADR[- ](\d{4})\b")
PROSE_PATH = re.compile(r"(?<![\w./:-])\w+/[\w./-]+")
SUITE = re.compile(r"\b(?:TYPED_)?(?:TEST(?:_F|_P)?|RC_GTEST(?:_FIXTURE)?_PROP)\(\s*(\w+),\s*(\w+)")
# Not a parameter of a template, behind which stands what it is of.
BODY = re.compile(r"\b(?:class|struct|enum class|enum|namespace)\s+(?:alignas\(\w+\)\s+)?([\w:]+)\b(?!\s*[,>])[^;{}()]*\{")
BRACE = re.compile(r"[{}]")
WORD = re.compile(r"\b[A-Za-z_]\w*")
ENDINGS = ("", ".hpp", ".cpp", ".py", ".sh", ".txt", ".md")


def closing_brace(text, at):
    """Where the block that opens at `at` ends."""
    depth = 0
    for brace in BRACE.finditer(text, at):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.start()
    return len(text)


class Tree:
    """What there is: paths, words of code, members of types, suites of tests."""

    def __init__(self, paths, sources):
        self.files = set(paths)
        self.folders = {folder.as_posix() for path in paths for folder in pathlib.PurePosixPath(path).parents} - {"."}
        self.ends = {path[cut:] for path in self.files | self.folders
                     for cut in [0, *(i + 1 for i, letter in enumerate(path) if letter == "/")]}
        self.words, self.members, self.bodies, self.cases = set(), set(), {}, {}
        for path, text in sources.items():
            if pathlib.PurePosixPath(path).suffix in SUFFIXES:
                self.read_code(code_only(text))
            else:
                self.words.update(WORD.findall(text))

    def read_code(self, code):
        self.words.update(WORD.findall(code))
        self.members.update(MEMBER.findall(code))
        for suite, case in SUITE.findall(code):
            self.cases.setdefault(suite, set()).add(case)
        for opened in BODY.finditer(code):
            name = opened.group(1).split("::")[-1]
            body = code[opened.end() - 1:closing_brace(code, opened.end() - 1)]
            self.bodies.setdefault(name, set()).update(WORD.findall(body))

    def has_path(self, name):
        """A file or folder, from the root or from any folder; `*` and <words> stand for anything."""
        name = re.sub(r"<[^>]*>", "*", name.removeprefix("./").rstrip("/"))
        if "*" in name:
            return any(fnmatch.fnmatch(end, name) for end in self.ends)
        return any(name + ending in self.ends for ending in ENDINGS)

    def has_member(self, name, member):
        """Names in lower case that we do not declare are namespaces of others."""
        if (name, member) in self.members:
            return True
        return member in self.bodies[name] if name in self.bodies else name[0].islower()

    def has_case(self, suite, case):
        """A case by its name, or by a part of it: `*`, and dots for the rest."""
        pattern = re.sub(r"…|\.{3}", "*", case)
        return any(fnmatch.fnmatchcase(known, pattern) for known in self.cases.get(suite, ()))


def looks_like_path(tree, folder, name):
    """Ends as a file does, or begins with a folder of the root or beside the document."""
    if FILE.fullmatch(name):
        return not name.startswith("/")
    first, slash, _ = name.partition("/")
    if not slash or not re.fullmatch(r"[\w*<>./-]+", name):
        return False
    return first in tree.folders or posixpath.join(folder, first) in tree.folders


def anchors(text):
    for line in text.splitlines():
        if line.startswith("#"):
            title = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            yield title.replace(" ", "-")


def missing_in_link(tree, docs, path, target):
    if re.match(r"\w+:", target):
        return False
    place, _, anchor = target.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(path), place)) if place else path
    if there not in tree.files | tree.folders:
        return True
    return bool(anchor) and there in docs and anchor not in anchors(docs[there])


def missing_in_span(tree, folder, name):
    """The name in this span that does not exist, if there is one."""
    case = CASE.fullmatch(name)
    if case:
        return None if tree.has_case(*case.groups()) else name
    if looks_like_path(tree, folder, name):
        return None if tree.has_path(name) else name
    if TYPE.fullmatch(name) and name not in tree.words and name not in tree.cases:
        return name
    for member in MEMBER.finditer(name):
        if not tree.has_member(*member.groups()):
            return member.group(0)
    return None


def is_test(tree, folder, name):
    """In a column of tests: a suite, or what else may stand there (a case, a checker, a path, a command)."""
    return name in tree.cases if TYPE.fullmatch(name) else missing_in_span(tree, folder, name) is None


def cells(line):
    return re.split(r"(?<!\\)\|", line.strip())[1:-1]


def tests_in(line, column):
    of_table = cells(line)
    return SPAN.findall(of_table[column]) if column is not None and 0 <= column < len(of_table) else []


def check_document(tree, docs, path):
    folder = posixpath.dirname(path)
    tests_column = None
    is_code = False
    for number, line in enumerate(docs[path].splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        if is_code:
            for name in missing_in_prose(tree, line):
                yield error(path, number, f"names {name}, which does not exist")
            continue
        if not line.startswith("|"):
            tests_column = None
        elif tests_column is None:
            heads = [cell.strip() for cell in cells(line)]
            tests_column = next((i for i, head in enumerate(heads) if head == "test"), -1)
        tests = tests_in(line, tests_column)
        bad = [target for target in LINK.findall(SPAN.sub("", line)) if missing_in_link(tree, docs, path, target)]
        bad += [name for name in tests if not is_test(tree, folder, name)]
        bad += [name for span in SPAN.findall(line) if span not in tests
                for name in [missing_in_span(tree, folder, span)] if name]
        for name in bad:
            yield error(path, number, f"names {name}, which does not exist")


def check_copies(docs, sources, path):
    """A block of code whose first line is `// path` says what stands there."""
    for block in re.finditer(r"^```\w*\n// ([\w./-]+)\n(.*?)^```", docs[path], re.MULTILINE | re.DOTALL):
        if block.group(2).strip() not in sources.get(block.group(1), ""):
            number = docs[path].count("\n", 0, block.start()) + 2
            yield error(path, number, f"is a copy of {block.group(1)}, which says something else")


def missing_in_prose(tree, text):
    """Files by their path from the root, and ADRs, that a comment or a command names and that do not exist."""
    for found in PROSE_PATH.findall(text):
        name = found.rstrip(".")
        if FILE.fullmatch(name) and name.partition("/")[0] in tree.folders and not tree.has_path(name):
            yield name
    for number in ADR.findall(text):
        if not tree.has_path(f"docs/adr/{number}-*"):
            yield f"ADR-{number}"


def check_comments(tree, path, text):
    for comment in TOKEN.finditer(text):
        if comment.group()[0] == "/":
            for name in missing_in_prose(tree, comment.group()):
                number = text.count("\n", 0, comment.start()) + 1
                yield error(path, number, f"names {name}, which does not exist")


def check(paths, docs, sources):
    """Errors of documents and comments. `paths`: all of the tree; `docs`, `sources`: path -> text."""
    tree = Tree(paths, sources)
    errors = []
    for path in docs:
        errors += check_document(tree, docs, path)
        errors += check_copies(docs, sources, path)
    for path, text in sources.items():
        if pathlib.PurePosixPath(path).suffix in SUFFIXES:
            errors += check_comments(tree, path, text)
    return errors

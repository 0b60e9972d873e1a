"""Rules of tools/lint. Each rule is a function from one file (or all files) to errors; check() runs them all.

A rule gets the path from the project root and the lines twice: as written, and with comments and the inside of
string literals blanked, so that a word in a comment never counts as a call.
"""
import re

LAYERS = ["base", "domain", "psp", "persistence", "cluster", "actors", "runtime", "api", "apps"]
FOLDERS = LAYERS + ["sim", "tests", "bench"]
SUFFIXES = {".hpp", ".cpp"}
GO_SUFFIX = ".go"

# Go is an adapter around one library, in one folder, and as free of clock, chance, threads and I/O as the core.
GO_FOLDER = "cluster/consensus/glue/"
GO_PACKAGES = re.compile(r"^(C|unsafe|bytes|encoding/binary|fmt|math/rand|runtime|runtime/debug|sort|sync|sync/atomic"
                         r"|go\.etcd\.io/etcd/raft(/raftpb|/tracker)?)$")
GO_IMPORT = re.compile(r'^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"]+)"\s*$')

# Floors inside a folder, the lowest first: a name is a subfolder, or files of that name. None may include one above its own.
FLOORS = {
    "cluster": ["partition_map", "placement", "links", "consensus", "replication", "clock", "disk", "membership",
                "recovery", "cluster_view"],
    "runtime": ["logging", "config", "signals", "offline", "gateway", "metrics", "engine", "outside", "node.hpp",
                "cluster", "node.cpp"],
}

# Entity actors know their own kind and what every kind gets. What they need of another they ask by a question
# (actors/entity/neighbour_questions.hpp), and those who wire the kinds together are never included. Any other folder of actors/ is a kind.
KNOWS_ALL_KINDS = {"partition", "hosting", "asks"}
KNOWN_TO_KINDS = {"messages": [], "entity": ["messages"]}
# What a kind hears is declared in its folder, and joined here: the list may include those headers, and nothing else of a kind.
LIST_OF_MESSAGES = "actors/messages/messages.hpp"
MESSAGES_OF_A_KIND = re.compile(r"^actors/(\w+)/\1_messages\.hpp$")

NOT_FROM_SIM = {"runtime", "api", "apps"}

# Made by the build, so they lie in no folder.
GENERATED_HEADERS = {'"florin_git_commit.hpp"'}

# Header -> the only places that may include it. Tests and benchmarks may include anything.
CONFINED = [
    (r"<caf/", ["runtime/"], "CAF"),
    (r"<lmdb\.h>", ["persistence/lmdb/"], "LMDB"),
    (r"<msgpack(/|\.hpp)", ["persistence/codec/"], "msgpack"),
    (r"<boost/(beast|asio)[/.]", ["api/", "cluster/links/", "apps/florin_load/", "apps/florin-load/"],
     "Boost.Beast and Boost.Asio"),
    (r"<spdlog/", ["runtime/logging"], "spdlog"),
    (r"<curl/", ["runtime/outside/"], "libcurl"),
]

# The deterministic core gets time, chance and configuration from outside; the same log gives the same state.
CORE = ["base/", "domain/", "psp/", "persistence/codec/", "cluster/", "actors/", "sim/"]
CORE_EXEMPT = ["base/clock.hpp", "cluster/links/"]
# (file, word): allowed, because the reader of msgpack must name the floats that it refuses.
CORE_ALLOWED = {("persistence/codec/tokens.cpp", "float"), ("persistence/codec/tokens.cpp", "double")}
BANNED = [
    (r"\b(system|steady|high_resolution)_clock\b|\bclock_gettime\b|\bgettimeofday\b", "base/clock.hpp"),
    (r"\btime\s*\(\s*(nullptr|NULL|0)\s*\)", "base/clock.hpp"),
    (r"\brandom_device\b|\bs?rand\s*\(", "randomness that comes in as an argument"),
    (r"\bstd::j?thread\b|\bstd::async\b", "messages; threads live in runtime/"),
    (r"\b[un]?sleep\s*\(|\bnanosleep\b|\bsleep_(for|until)\b", "a timer effect"),
    (r"\b(float|double)\b", "integers of minor units"),
    (r"\bunordered_(multi)?(map|set)\b", "an ordered container: hash order is not reproducible"),
    (r"\bgetenv\b", "configuration that comes in as an argument"),
    (r"\bstd::hash\b", "XXH3, which is the same on every machine"),
]

# What is followed through the code -> the tour that names its stops.
TOURS = {"transfer": "docs/FOLLOW_A_TRANSFER.md", "payment": "docs/FOLLOW_A_PAYMENT.md"}
TOUR_ROW = re.compile(r"^\|\s*(\d+)\s*\|\s*\[?`?([\w./-]+)`?")
EVENT_HEADER = re.compile(r"^domain/\w+/(\w+)_events\.hpp$")
WHOLE_CONCEPT = re.compile(r"\(const (\w+) auto&")
VISITOR_ARM = r"(?:\]|\]<[^()]*>|\bon|\bnote|\bagainst)\s*\(const (?:Commanded<)?({})>?&"
CO_AWAIT_LAMBDA = re.compile(r"\bco_await\b.*[(,{=\s]\[\s*[^\]\s][^\]]*\]\s*(\(|\{|<|mutable\b)")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"][^>"]+[>"])')
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|'
                   r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def error(path, line, message):
    return f"{path}:{line}: error: {message}"


def code_only(text):
    """Comments and literals blanked, line numbers and include lines kept."""
    def blank(match):
        found = match.group(0)
        start = text.rfind("\n", 0, match.start()) + 1
        if found[0] == '"' and INCLUDE.match(text[start:match.end()]):
            return found
        return re.sub(r"[^\n]", " ", found)
    return TOKEN.sub(blank, text)


def within(path, places):
    return any(path.startswith(place) for place in places)


def includes(code_lines):
    for number, line in enumerate(code_lines, 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1)


def included_folder(header):
    folder = header[1:-1].split("/")[0]
    return folder if folder in FOLDERS and "/" in header else None


def check_direction(path, raw, code):
    """base < domain < persistence < cluster < actors < runtime < api < apps; only its program and tests include sim/."""
    own = path.split("/")[0]
    for number, header in includes(code):
        other = included_folder(header)
        if other is None:
            if header[0] == '"' and header not in GENERATED_HEADERS:
                yield error(path, number, f"include {header} from the project root: \"folder/file.hpp\"")
        elif "//" in header:
            yield error(path, number, f"write one / in {header}")
        elif other in ("sim", "tests", "bench"):
            may_include_sim = own == "tests" or path.startswith("apps/florin_sim/")
            if other != own and not (other == "sim" and may_include_sim):
                yield error(path, number, f"nobody includes {other}/ (here {header})")
        elif own in LAYERS and LAYERS.index(other) > LAYERS.index(own):
            yield error(path, number, f"{own}/ may not include {other}/: {' < '.join(LAYERS)}")
        elif own == "sim" and other in NOT_FROM_SIM:
            yield error(path, number, f"sim/ may not include {other}/: it composes its own node")


def floor_of(path):
    """Of a file in a folder with floors; None: it has none."""
    floors = FLOORS.get(path.split("/")[0], [])
    name = (path.split("/") + [""])[1]
    for known in (name, name.split(".")[0]):
        if known in floors:
            return floors.index(known)
    return None


def check_floors(path, raw, code):
    """Inside cluster/ and runtime/ too, arrows point downwards only: each file there has a floor, and includes no higher one."""
    folder = path.split("/")[0]
    if folder not in FLOORS:
        return
    own = floor_of(path)
    if own is None:
        yield error(path, 1, f"{folder}/ has floors, and this is on none: add it to FLOORS in tools/linting/rules.py")
        return
    for number, header in includes(code):
        other = floor_of(header[1:-1])
        if header[1:-1].startswith(folder + "/") and other is not None and other > own:
            floors = FLOORS[folder]
            yield error(path, number, f"{floors[own]} may not include {floors[other]}: inside {folder}/ it lies above")


def check_entities(path, raw, code):
    """A kind of entity includes no other kind's folder, and nothing that wires the kinds together."""
    folder = path.split("/")[1] if path.startswith("actors/") and path.count("/") > 1 else None
    if folder is None or folder in KNOWS_ALL_KINDS:
        return
    may_know = KNOWN_TO_KINDS.get(folder, list(KNOWN_TO_KINDS)) + [folder]
    for number, header in includes(code):
        other = header[1:-1].split("/")
        if path == LIST_OF_MESSAGES and MESSAGES_OF_A_KIND.match(header[1:-1]):
            continue
        if other[0] == "actors" and other[1] not in may_know:
            yield error(path, number, f"actors/{folder}/ may not include actors/{other[1]}/: entity actors know "
                                      f"{', '.join(may_know)}, and ask each other through EntityContext")


def check_confinement(path, raw, code):
    """A third party is known to one folder, so that it can be replaced there."""
    if within(path, ["tests/", "bench/"]):
        return
    for number, header in includes(code):
        for pattern, places, name in CONFINED:
            if re.match(pattern, header) and not within(path, places):
                yield error(path, number, f"{name} is confined to {', '.join(places)} (here {header})")


def check_core_calls(path, raw, code):
    """The deterministic core: no clock, chance, thread, sleep, floating point, hash order, environment."""
    if not within(path, CORE) or within(path, CORE_EXEMPT):
        return
    for number, line in enumerate(code, 1):
        if INCLUDE.match(line):
            continue
        for pattern, instead in BANNED:
            found = re.search(pattern, line)
            if found and (path, found.group(0)) not in CORE_ALLOWED:
                yield error(path, number, f"'{found.group(0)}' is banned in the core; use {instead}")


def check_opening_comment(path, raw, code):
    """The first lines of a file say what it is for."""
    if not any(line.lstrip().startswith(("//", "/*")) for line in raw[:2]):
        yield error(path, 1, "the file must open with a comment: what it is for, what it promises")


def check_co_await_lambda(path, raw, code):
    """g++ 12 destroys captures of a lambda inside a co_await expression twice: a double free."""
    if not within(path, ["api/", "cluster/links/"]):
        return
    for number, line in enumerate(code, 1):
        if CO_AWAIT_LAMBDA.search(line):
            yield error(path, number, "no capturing lambda inside a co_await expression: name it before (g++ 12)")


def check_go(path, text):
    """Go stays the adapter of the consensus engine: one folder, few packages, no goroutine."""
    if not path.startswith(GO_FOLDER):
        yield error(path, 1, f"Go lives in {GO_FOLDER} only")
    if not text.startswith("//"):
        yield error(path, 1, "the file must open with a comment: what it is for, what it promises")
    head = True
    for number, line in enumerate(text.splitlines(), 1):
        head = head and not line.startswith(("func ", "type ", "const ", "var "))
        found = GO_IMPORT.match(line) if head else None
        if found and not GO_PACKAGES.match(found.group(1)):
            yield error(path, number, f'package "{found.group(1)}" is not for the engine: no clock, files or network')
        if re.match(r"\s*go\s+(func\b|\w+[.(])", line):
            yield error(path, number, "no goroutine: whoever calls the engine is its only thread")


def check_path(what, sources, tour):
    """Markers run 1..N, each once, and the tour names the same files in the same order."""
    marker = re.compile(rf"//\s*{what} path (\d+)/(\d+)\b")
    stops = {}
    totals = set()
    first = None
    for path, text in sources.items():
        if within(path, ["tests/", "bench/"]) or path.endswith(GO_SUFFIX):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for stop, total in marker.findall(line):
                first = first or (path, number)
                totals.add(int(total))
                if int(stop) in stops:
                    yield error(path, number, f"{what} path {stop} is marked twice (also {stops[int(stop)]})")
                stops[int(stop)] = path
    if len(totals) > 1:
        yield error(*first, f"{what} path markers disagree on their number: {sorted(totals)}")
    elif totals and sorted(stops) != list(range(1, max(totals) + 1)):
        missing = sorted(set(range(1, max(totals) + 1)) ^ set(stops))
        yield error(*first, f"{what} path markers must run 1..{max(totals)}; missing or too many: {missing}")
    if tour is None:
        return
    rows = {}
    for number, line in enumerate(tour.splitlines(), 1):
        found = TOUR_ROW.match(line)
        if not found:
            continue
        stop, path = int(found.group(1)), found.group(2)
        rows[stop] = path
        if stops.get(stop) != path:
            yield error(TOURS[what], number,
                        f"stop {stop} is {path} here, but its marker is in {stops.get(stop, 'no file')}")
    for stop in sorted(set(stops) - set(rows)):
        yield error(TOURS[what], 1, f"stop {stop} ({stops[stop]}) has no row `| {stop} | path |`")


def event_lists(sources):
    """Of each concept (AccountEvent), its events: the structs of domain/<folder>/<concept>_events.hpp."""
    lists = {}
    for path, text in sources.items():
        found = EVENT_HEADER.match(path)
        if found:
            lists[found.group(1).capitalize() + "Event"] = re.findall(r"^struct (\w+) \{", text, re.MULTILINE)
    return lists


def check_event_visitors(sources):
    """Who dismisses a concept as a whole names none of its events: the next one would be dismissed unseen."""
    lists = event_lists(sources)
    for path, text in sources.items():
        if within(path, ["tests/", "bench/"]) or path.endswith(GO_SUFFIX):
            continue
        code = code_only(text)
        for concept in sorted(set(WHOLE_CONCEPT.findall(code)) & set(lists)):
            for arm in re.finditer(VISITOR_ARM.format("|".join(lists[concept])), code):
                line = code.count("\n", 0, arm.end()) + 1
                yield error(path, line, f"{arm.group(1)} is of {concept}, all of which are dismissed in this file: "
                                        "name each, or none")


FILE_RULES = [check_direction, check_floors, check_entities, check_confinement, check_core_calls, check_opening_comment,
              check_co_await_lambda]


def check(sources, tour=None, tours=None):
    """All errors of the files (path -> text) and of the guided tours: what -> text; `tour`: that of a transfer alone."""
    errors = []
    for path, text in sources.items():
        if path.endswith(GO_SUFFIX):
            errors.extend(check_go(path, text))
            continue
        raw, code = text.splitlines(), code_only(text).splitlines()
        for rule in FILE_RULES:
            errors.extend(rule(path, raw, code))
    for what in TOURS:
        errors.extend(check_path(what, sources, (tours or {"transfer": tour}).get(what)))
    errors.extend(check_event_visitors(sources))
    return errors

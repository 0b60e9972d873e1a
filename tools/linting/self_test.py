"""Self-test of the lint: for each rule, snippets that must be refused and neighbours that must pass."""
import pathlib
import tempfile

from linting import formatting, names, rules

HEAD = "// What it is for.\n"

# (path, line of code, part of the error expected; None = clean)
CASES = [
    # include direction
    ("domain/a.cpp", '#include "base/ids.hpp"', None),
    ("domain/a.cpp", '#include "domain/b.hpp"', None),
    ("base/a.cpp", '#include "domain/b.hpp"', "base/ may not include domain/"),
    ("domain/a.cpp", '#include "persistence/b.hpp"', "domain/ may not include persistence/"),
    ("domain/a.cpp", '#include "psp/b.hpp"', "domain/ may not include psp/"),
    ("psp/a.cpp", '#include "domain/b.hpp"', None),
    ("psp/a.cpp", '#include "actors/b.hpp"', "psp/ may not include actors/"),
    ("domain/a.cpp", '  #  include <runtime/b.hpp>', "domain/ may not include runtime/"),
    ("persistence/a.cpp", '#include "cluster/b.hpp"', "persistence/ may not include cluster/"),
    ("cluster/clock/a.cpp", '#include "actors/b.hpp"', "cluster/ may not include actors/"),
    ("actors/a.cpp", '#include "runtime/b.hpp"', "actors/ may not include runtime/"),
    ("runtime/engine/a.cpp", '#include "api/b.hpp"', "runtime/ may not include api/"),
    ("api/a.cpp", '#include "apps/b.hpp"', "api/ may not include apps/"),
    ("apps/a/main.cpp", '#include "api/b.hpp"', None),
    ("runtime/engine/a.cpp", '#include "sim/b.hpp"', "nobody includes sim/"),
    ("apps/florin_sim/a.cpp", '#include "sim/b.hpp"', None),
    ("apps/a.cpp", '#include "tests/support/b.hpp"', "nobody includes tests/"),
    ("bench/a.cpp", '#include "tests/support/b.hpp"', "nobody includes tests/"),
    ("sim/a.cpp", '#include "tests/support/b.hpp"', "nobody includes tests/"),
    ("sim/a.cpp", '#include "sim/b.hpp"', None),
    ("sim/a.cpp", '#include "actors/b.hpp"', None),
    ("sim/a.cpp", '#include "runtime/b.hpp"', "sim/ may not include runtime/"),
    ("tests/unit/a_test.cpp", '#include "tests/support/b.hpp"', None),
    ("domain/a.cpp", '#include "b.hpp"', "from the project root"),
    ("runtime/engine/a.cpp", '#include "florin_git_commit.hpp"', None),
    ("domain/a.cpp", '// #include "runtime/b.hpp"', None),
    ("domain/a.cpp", '#include "base//ids.hpp"', "write one / in"),
    # floors inside a folder
    ("cluster/replication/a.cpp", '#include "cluster/consensus/b.hpp"', None),
    ("cluster/replication/a.cpp", '#include "cluster/membership/b.hpp"', "replication may not include membership"),
    ("runtime/gateway.hpp", '#include "cluster/cluster_view.hpp"', None),
    ("runtime/gateway.hpp", '#include "runtime/cluster/b.hpp"', "gateway may not include cluster"),
    ("runtime/metrics/a.hpp", '#include "runtime/engine/b.hpp"', "metrics may not include engine"),
    ("runtime/node.cpp", '#include "runtime/cluster/b.hpp"', None),
    ("runtime/cluster/a.cpp", '#include "runtime/node.hpp"', None),
    ("runtime/new/a.cpp", "int i;", "on none"),
    # entity actors know their own kind only
    ("actors/account/a.cpp", '#include "actors/entity/b.hpp"', None),
    ("actors/account/a.cpp", '#include "actors/account/b.hpp"', None),
    ("actors/transfer/a.cpp", '#include "domain/account/b.hpp"', None),
    ("actors/account/a.cpp", '#include "actors/transfer/b.hpp"', "actors/account/ may not include actors/transfer/"),
    ("actors/transfer/a.cpp", '#include "actors/account/b.hpp"', "actors/transfer/ may not include actors/account/"),
    ("actors/transfer/a.hpp", '#include "actors/partition/b.hpp"', "actors/transfer/ may not include actors/partition/"),
    ("actors/account/a.hpp", '#include "actors/asks/b.hpp"', "actors/account/ may not include actors/asks/"),
    ("actors/entity/a.hpp", '#include "actors/account/b.hpp"', "actors/entity/ may not include actors/account/"),
    ("actors/messages/messages.hpp", '#include "actors/account/account_messages.hpp"', None),
    ("actors/messages/messages.hpp", '#include "actors/account/account_view.hpp"', "actors/messages/ may not include"),
    ("actors/messages/subject.hpp", '#include "actors/account/account_messages.hpp"', "actors/messages/ may not include"),
    ("actors/messages/a.hpp", '#include "actors/entity/b.hpp"', "actors/messages/ may not include actors/entity/"),
    ("actors/payment_order/a.hpp", '#include "actors/account/b.hpp"', "actors/payment_order/ may not include"),
    ("actors/payment_order/a.hpp", '#include "actors/entity/b.hpp"', None),
    ("actors/partition/a.hpp", '#include "actors/account/b.hpp"', None),
    ("actors/hosting/a.hpp", '#include "actors/partition/b.hpp"', None),
    # confinement of third parties
    ("runtime/engine/a.cpp", "#include <caf/all.hpp>", None),
    ("actors/a.cpp", "#include <caf/all.hpp>", "CAF is confined"),
    ("runtime/outside/a.cpp", "#include <curl/curl.h>", None),
    ("psp/a.cpp", "#include <curl/curl.h>", "libcurl is confined"),
    ("persistence/lmdb/a.cpp", "#include <lmdb.h>", None),
    ("persistence/journal/a.cpp", "#include <lmdb.h>", "LMDB is confined"),
    ("persistence/codec/a.cpp", "#include <msgpack.hpp>", None),
    ("api/a.cpp", "#include <msgpack/pack.hpp>", "msgpack is confined"),
    ("api/http/a.cpp", "#include <boost/beast/http.hpp>", None),
    ("cluster/links/a.cpp", "#include <boost/asio.hpp>", None),
    ("apps/florin_load/a.cpp", "#include <boost/asio/ip/tcp.hpp>", None),
    ("apps/florin/a.cpp", "#include <boost/asio/ip/tcp.hpp>", "Boost.Beast and Boost.Asio is confined"),
    ("runtime/engine/a.cpp", "#include <boost/beast/core.hpp>", "Boost.Beast and Boost.Asio is confined"),
    ("runtime/logging/a.cpp", "#include <spdlog/spdlog.h>", None),
    ("runtime/node.cpp", "#include <spdlog/spdlog.h>", "spdlog is confined"),
    ("tests/component/a_test.cpp", "#include <lmdb.h>", None),
    # calls banned in the deterministic core
    ("domain/a.cpp", "auto t = std::chrono::system_clock::now();", "'system_clock' is banned"),
    ("actors/a.cpp", "auto t = std::chrono::steady_clock::now();", "'steady_clock' is banned"),
    ("cluster/clock/a.cpp", "auto t = time(nullptr);", "is banned"),
    ("domain/a.cpp", "std::random_device seed;", "'random_device' is banned"),
    ("domain/a.cpp", "int i = rand();", "is banned"),
    ("domain/a.cpp", "int i = operand(3);", None),
    ("cluster/clock/a.cpp", "std::thread t;", "'std::thread' is banned"),
    ("cluster/links/a.cpp", "std::thread t;", None),
    ("actors/a.cpp", "std::this_thread::sleep_for(1s);", "'sleep_for' is banned"),
    ("actors/a.cpp", "usleep(10);", "is banned"),
    ("domain/a.cpp", "double amount = 0;", "'double' is banned"),
    ("domain/a.cpp", "float amount = 0;", "'float' is banned"),
    ("persistence/codec/tokens.cpp", "bool visit_float64(double) { return refuse(); }", None),
    ("domain/a.cpp", "int double_entry = 0;", None),
    ("domain/a.cpp", "// double entry, always", None),
    ("domain/a.cpp", 'log("double");', None),
    ("domain/a.cpp", 'log(R"(a " double)"); float f;', "'float' is banned"),
    ("domain/a.cpp", "constexpr int n = 86'400; float f; int m = 1'000;", "'float' is banned"),
    ("persistence/codec/a.cpp", "std::unordered_map<int, int> m;", "'unordered_map' is banned"),
    ("persistence/lmdb/a.cpp", "std::unordered_map<int, int> m;", None),
    ("base/a.cpp", 'getenv("HOME");', "'getenv' is banned"),
    ("base/a.cpp", "std::hash<int> h;", "'std::hash' is banned"),
    ("runtime/engine/a.cpp", "std::thread t; double d = 0;", None),
    ("base/clock.hpp", "std::chrono::system_clock::now();", None),
    # g++ 12: captures inside co_await
    ("api/a.cpp", "co_await ask([x](int) { return x; });", "no capturing lambda"),
    ("api/a.cpp", "co_await async_initiate<T>(a, [&] { f(); });", "no capturing lambda"),
    ("api/a.cpp", "co_await ask([p = std::move(p)]() mutable { f(p); });", "no capturing lambda"),
    ("api/a.cpp", "co_await ask([](int x) { return x; });", None),
    ("api/a.cpp", "co_await handlers[i](request);", None),
    ("runtime/engine/a.cpp", "co_await ask([x](int) { return x; });", None),
    # Go
    ("cluster/consensus/glue/a.go", 'import "sort"', None),
    ("cluster/consensus/glue/a.go", 'import pb "go.etcd.io/etcd/raft/raftpb"', None),
    ("cluster/consensus/glue/a.go", '\t"time"', 'package "time" is not for the engine'),
    ("cluster/consensus/glue/a.go", 'import "os"', 'package "os" is not for the engine'),
    ("cluster/consensus/glue/a.go", "func f() {\n\tgo func() {}()\n}", "no goroutine"),
    ("cluster/consensus/glue/a.go", 'func f() string { return\n"time"\n}', None),
    ("cluster/a.go", "func f() {}", "Go lives in cluster/consensus/glue/ only"),
]

TOUR = "| # | File | What |\n|---|---|---|\n| 1 | `api/a.cpp` | parses |\n| 2 | `domain/b.cpp` | decides |\n"


def marked(*markers):
    return HEAD + "".join(f"// transfer path {marker}: here.\n" for marker in markers)


# (files, tour, part of the error expected; None = clean)
TREE_CASES = [
    ({"api/a.cpp": marked("1/2"), "domain/b.cpp": marked("2/2")}, None, None),
    ({"api/a.cpp": marked("1/2"), "domain/b.cpp": marked("2/2")}, TOUR, None),
    ({"api/a.cpp": marked("1/2"), "domain/b.cpp": marked("1/2")}, None, "marked twice"),
    ({"api/a.cpp": marked("1/3"), "domain/b.cpp": marked("3/3")}, None, "must run 1..3"),
    ({"api/a.cpp": marked("1/2"), "domain/b.cpp": marked("2/3")}, None, "disagree on their number"),
    ({"api/a.cpp": marked("2/2"), "domain/b.cpp": marked("1/2")}, TOUR, "stop 1 is api/a.cpp here"),
    ({"api/a.cpp": HEAD}, TOUR, "its marker is in no file"),
    ({"api/a.cpp": marked("1/3", "3/3"), "domain/b.cpp": marked("2/3")}, TOUR, "stop 3 (api/a.cpp) has no row"),
    ({"domain/a.cpp": "#include <string>\n\nint i;\n"}, None, "must open with a comment"),
    ({"domain/a.hpp": "#pragma once\n// Late, but there.\n"}, None, None),
]


EVENTS = {"domain/leg/leg_events.hpp": HEAD + "struct LegTried {\n};\nstruct LegRefused {\n};\n",
          "domain/way/way_events.hpp": HEAD + "struct WayOpened {\n};\n"}


def visiting(*arms):
    return {**EVENTS, "sim/a.cpp": HEAD + "\n".join(arms) + "\n"}


TREE_CASES += [
    (visiting("[](const LegTried&) {},", "[](const LegRefused&) {}, [](const WayEvent auto&) {}"), None, None),
    (visiting("[](const LegEvent auto&) {}, [](const WayEvent auto&) {}"), None, None),
    (visiting("[](const LegTried&) {},", "[](const LegEvent auto&) {}"), None, "sim/a.cpp:2: error: LegTried is of LegEvent"),
    (visiting("void on(const LegEvent auto&) {}", "void on(const LegRefused& e) {}"), None, "sim/a.cpp:3: error: LegRefused"),
    (visiting("[](const LegEvent auto&) {}, [&](const Commanded<LegTried>& e) {}"), None, "LegTried is of LegEvent"),
    (visiting("void note(const LegEvent auto&) {}", "void note(const LegRefused& e) {}"), None, "sim/a.cpp:3: error: LegRefused"),
    (visiting("void keep(const LegTried& e) {}", "void on(const LegEvent auto&) {}"), None, None),
]


TREE = {
    "domain/leg.hpp": "// A leg. See docs/adr/0005-legs.md and ADR-0005.\nstruct Leg {\n  int amount;\n  void end();\n};\n",
    "domain/desk.hpp": "// A desk.\ntemplate <class Answers>\nclass Desk {\n  void record();\n};\n",
    "domain/leg.cpp": "// Ends it.\nnamespace limits {\nconstexpr int legs_max = 2;\n}\nvoid Leg::end() { amount = 0; }\n",
    "tests/unit/domain/leg_test.cpp": "// Tests.\nTEST(LegTest, EndsOnce) {}\nRC_GTEST_PROP(LegProperty, Holds, ()) {}\n",
    "docs/adr/0005-legs.md": "# Legs\n\n## Of a transfer\n",
}

# (file, its text or the line of a document, part of the error expected; None = clean)
NAMES = [
    ("docs/a.md", "`Leg::end` and `Leg::amount`, `limits::legs_max`, `std::expected`", None),
    ("docs/a.md", "`Desk::record`", None),
    ("docs/a.md", "`Desk::forget`", "names Desk::forget,"),
    ("docs/a.md", "`Leg::start(Try)`", "names Leg::start,"),
    ("docs/a.md", "`Transfer::end`", "names Transfer::end,"),
    ("docs/a.md", "`limits::legs_min`", "names limits::legs_min,"),
    ("docs/a.md", "what was once Leg::start", None),
    ("docs/a.md", "`Leg`, `LegTest`, `LegProperty`", None),
    ("docs/a.md", "`Transfer`", "names Transfer,"),
    ("docs/a.md", "`domain/leg.cpp`, `leg.hpp`, `domain/`, `domain/leg`, `tests/unit/<folder>/*_test.cpp`", None),
    ("docs/a.md", "`domain/arm.cpp`", "names domain/arm.cpp,"),
    ("docs/a.md", "`tests/leg_test.cpp`", "names tests/leg_test.cpp,"),
    ("docs/a.md", "`arm.hpp`", "names arm.hpp,"),
    ("docs/a.md", "`tests/property/`", "names tests/property/,"),
    ("domain/README.md", "`unit/a`, `leg_*.hpp`", "names leg_*.hpp,"),
    ("docs/a.md", "`/v1/accounts/{id}`, `build/bin/florind`, `50/50`", None),
    ("docs/a.md", "`LegTest.EndsOnce`, `LegTest.Ends…`, `LegTest.*Once`, `LegTest.*`, `LegProperty.Holds`", None),
    ("docs/a.md", "`LegTest.EndsTwice`", "names LegTest.EndsTwice,"),
    ("docs/a.md", "`LegTest.Starts*`", "names LegTest.Starts*,"),
    ("docs/a.md", "`ArmTest.*`", "names ArmTest.*,"),
    ("docs/a.md", "| claim | test |\n|---|---|\n| it ends | `LegTest`, `tests/unit` |\n| `Leg` | `./dev sim` |", None),
    ("docs/a.md", "| claim | test |\n|---|---|\n| it ends | `Leg` |", "a.md:3: error: names Leg,"),
    ("docs/a.md", "[a](adr/0005-legs.md#of-a-transfer) [b](../domain/) [c](https://a.b/c.md)", None),
    ("docs/a.md", "[a](0005-legs.md)", "names 0005-legs.md,"),
    ("docs/a.md", "[a](adr/0005-legs.md#of-an-arm)", "names adr/0005-legs.md#of-an-arm,"),
    ("docs/a.md", "```\n// domain/leg.cpp\nvoid Leg::end() { amount = 0; }\n```", None),
    ("docs/a.md", "```\n// domain/leg.cpp\nvoid Leg::end() { amount = 1; }\n```", "a.md:2: error: is a copy"),
    ("docs/a.md", "```\nless domain/leg.cpp\n```", None),
    ("docs/a.md", "```\nless domain/arm.cpp\n```", "names domain/arm.cpp,"),
    ("domain/a.cpp", "// See domain/leg.hpp.\nint a;  // and ADR-0005\n", None),
    ("domain/a.cpp", "// See\n// domain/arm.hpp.\n", "names domain/arm.hpp,"),
    ("domain/a.cpp", "// What it is for.\nint a;  // as ADR 0006 has it\n", "a.cpp:2: error: names ADR-0006,"),
    ("domain/a.cpp", 'auto a = "domain/arm.hpp";\n', None),
]


def name_errors(path, text):
    texts = {**TREE, path: text}
    documents = {name: text for name, text in texts.items() if name.endswith(".md")}
    return names.check(list(texts), documents, {name: texts[name] for name in texts if name not in documents})


def agrees(errors, expected):
    if expected is None:
        return not errors
    return len(errors) > 0 and any(expected in error for error in errors) and \
        all(": error: " in error for error in errors)


FORMATTED = [("// What it is for.\nint a = 1;\n", None), ("// What it is for.\nint  a=1;\n", "a.cpp:2: error: not as")]


def formatted_errors(text):
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "a.cpp").write_text(text, encoding="utf-8")
        (pathlib.Path(folder) / ".clang-format").write_bytes((root / ".clang-format").read_bytes())
        return formatting.check(folder, ["a.cpp"])


def run():
    """Prints what went wrong; exit code 1 if anything did."""
    cases = [({path: HEAD + line + "\n"}, None, expected) for path, line, expected in CASES] + TREE_CASES
    failed = 0
    for sources, tour, expected in cases:
        errors = rules.check(sources, tour)
        if not agrees(errors, expected):
            failed += 1
            print(f"lint self-test: {sources}\n  expected {expected!r}\n  got {errors}")
    for text, expected in FORMATTED:
        errors = formatted_errors(text)
        if not agrees(errors, expected):
            failed += 1
            print(f"lint self-test: {text!r}\n  expected {expected!r}\n  got {errors}")
    for path, text, expected in NAMES:
        errors = name_errors(path, text)
        if not agrees(errors, expected):
            failed += 1
            print(f"lint self-test: {path}: {text!r}\n  expected {expected!r}\n  got {errors}")
    print(f"lint self-test: {len(cases) + len(FORMATTED) + len(NAMES)} snippets, {failed} judged wrongly")
    return 1 if failed else 0

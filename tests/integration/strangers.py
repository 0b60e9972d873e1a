"""What strangers hold open: idle connections and unfinished bodies. Neither ends the node nor fills its memory, and others
are served meanwhile."""
import contextlib
import pathlib
import re
import resource
import socket

from florin_node import (OUTSIDE, Node, audit, cents, check, check_books, check_equal, run_cases, run_to_end, terms,
                         wait_until)

OPEN_FILES = 220
BATCHES, BATCH = 100, 1000  # over several segments of a MiB
BODY_BYTES = 8 << 20
BODIES = 100


def with_open_files(limit):
    """Runs the node with this limit; a Node's prefix."""
    return "prlimit", f"--nofile={limit}:{limit}", "--"


def connect(node):
    host, port = node.address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


def resident_mib(node):
    text = pathlib.Path(f"/proc/{node.process.pid}/status").read_text(encoding="ascii")
    return int(re.search(r"^VmRSS:\s+(\d+) kB", text, re.M).group(1)) / 1024


def pay(client, expected):
    client.ok("POST", "/v1/wallet/balance_transfer", terms("alice", "bob", 1))
    check_equal(cents(client.account("bob")["posted"]), expected, "what bob has")


def idle_connections_leave_the_log_its_descriptors(directory):
    data_dir = directory / "data"
    options = ["--journal-segment-mib", 1, "--http-threads", 2]
    with Node(data_dir, *options, prefix=with_open_files(OPEN_FILES)).start() as node, contextlib.ExitStack() as held:
        check("fewer connections than connections_max" in node.output(), "nobody was warned")
        client = held.enter_context(node.client(60))
        client.create("alice")
        client.create("bob")
        for _ in range(OPEN_FILES):  # more than all that there are
            held.enter_context(connect(node))
        for _ in range(BATCHES):
            results = client.batch([terms(OUTSIDE, "alice", 1) for _ in range(BATCH)])
            check_equal({result["Status"] for result in results}, {"success"}, "deposits")
        segments = len(list((data_dir / "log").glob("*.seg")))
        check(segments >= 4, f"only {segments} segments: no new one was needed")
        open_files = len(list(pathlib.Path(f"/proc/{node.process.pid}/fd").iterdir()))
        check(open_files < OPEN_FILES, f"{open_files} files are open: all that may be")
        print(f"  {segments} segments begun, {open_files} of {OPEN_FILES} files open")
        check_books(client)
        node.stop()
    audit(data_dir)


def too_few_files_are_refused_at_the_start(directory):
    code, text = run_to_end(directory / "data", prefix=with_open_files(100))
    check_equal(code, 2, f"exit code; {text}")
    check("ulimit -n" in text, f"nobody says what to do: {text}")


def unfinished_bodies_share_one_budget(directory):
    with Node(directory / "data", "--http-bodies-mib", 32).start() as node, contextlib.ExitStack() as held:
        client = held.enter_context(node.client(60))
        client.create("alice")
        client.create("bob")
        client.ok("POST", "/v1/wallet/balance_transfer", terms(OUTSIDE, "alice", 1_000))
        before = resident_mib(node)
        refused = 0
        head = (f"POST /v1/wallet/balance_transfers HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                f"Content-Length: {BODY_BYTES}\r\n\r\n").encode()
        for _ in range(BODIES):
            stranger = held.enter_context(connect(node))
            with contextlib.suppress(OSError):  # refused, and closed while it still sends
                stranger.sendall(head + b" " * (BODY_BYTES - 1))
            stranger.setblocking(False)
            with contextlib.suppress(OSError):
                refused += stranger.recv(100).startswith(b"HTTP/1.1 503 ")
        taken = resident_mib(node) - before
        print(f"  {BODIES} unfinished bodies of 8 MiB took {taken:.0f} MiB; {refused} heard 503 at once")
        check(taken < BODIES * 8 / 2, f"they took {taken:.0f} MiB, 32 may")  # a sanitizer keeps what was freed
        pay(client, 1)
    with Node(directory / "data").start() as node, node.client() as client:
        pay(client, 2)
        answer = client.post("/v1/accounts", {"account_id": "x" * (200 << 10)})
        check_equal((answer.status, answer.code), (413, "body_too_large"), "200 KiB that are no batch")


if __name__ == "__main__":
    run_cases([idle_connections_leave_the_log_its_descriptors, too_few_files_are_refused_at_the_start,
               unfinished_bodies_share_one_budget])

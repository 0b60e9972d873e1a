"""A disk that does not answer for a while (stalled_disk_shim.cpp holds every sync): the node says that it is not ready, and
why, and is ready again by itself; a stop meanwhile says what it waits for. What was acknowledged, or taken, is there.
"""
import pathlib
import shutil
import signal
import subprocess
import tempfile

from florin_node import OUTSIDE, Node, audit, check, check_books, check_equal, metric, run_cases, terms, wait_until

HERE = pathlib.Path(__file__).resolve().parent
OPTIONS = ["--partitions", 2, "--http-request-patience-ms", 500]
SILENT_S_MAX = 30   # it is asked every 2 s, and has 10 s


def build_shim():
    path = pathlib.Path(tempfile.mkdtemp(prefix="florin-stall-")) / "shim.so"
    subprocess.run(["g++", "-std=c++20", "-O2", "-fPIC", "-shared", "-o", path, HERE / "stalled_disk_shim.cpp", "-ldl"],
                   check=True)
    return path


def node_on(directory, stall):
    return Node(directory / "data", *OPTIONS, prefix=["env", f"LD_PRELOAD={SHIM}", f"FLORIN_STALL_FILE={stall}"])


def a_node_whose_disk_does_not_answer_is_not_ready(directory):
    stall = directory / "stall"
    with node_on(directory, stall) as node, node.client() as client:
        client.create("alice")
        stall.touch()
        taken = terms(OUTSIDE, "alice", 500)
        check_equal(client.transfer(taken).status, 202, "a deposit whose entry waits for the disk")
        wait_until(lambda: client.get("/readyz").status == 503, SILENT_S_MAX, "/readyz answers 503")
        check("journal" in client.get("/readyz").json["detail"], f"the part is not named: {client.get('/readyz')}")
        check_equal(metric(client, "florin_ready"), 0, "florin_ready")
        check(metric(client, "florin_parts_silent") >= 1, "no part is silent")
        check(node.log_line("a part of this node does not answer"), "no line in the log")
        refused = client.transfer(terms(OUTSIDE, "alice", 700))
        check_equal((refused.status, refused.code), (503, "not_ready"), "a deposit meanwhile")
        check_equal(refused.json["outcome"], "not_executed", "its outcome")
        check_equal(client.get("/healthz").status, 200, "/healthz")

        stall.unlink()
        wait_until(lambda: client.get("/readyz").status == 200, SILENT_S_MAX, "/readyz answers 200 again")
        check(node.log_line("a part of this node answers again"), "no line in the log")
        again = client.transfer(taken)
        check_equal((again.status, again.replayed), (200, True), "the deposit that waited, again")
        check_equal(client.account("alice")["available"], "5.00", "once, and nothing of what was refused")
        check_equal(metric(client, "florin_parts_silent"), 0, "florin_parts_silent")
        check_books(client)
        node.stop()
    audit(directory / "data")


def a_stop_says_that_it_waits_for_the_disk(directory):
    stall = directory / "stall"
    with node_on(directory, stall) as node, node.client() as client:
        client.create("alice")
        stall.touch()
        taken = terms(OUTSIDE, "alice", 500)
        check_equal(client.transfer(taken).status, 202, "a deposit whose entry waits for the disk")
        node.process.send_signal(signal.SIGTERM)
        said = wait_until(lambda: node.log_line("a thread of this node did not do in time what it was asked for"),
                          SILENT_S_MAX, "the stop says what it waits for")
        check(said.get("thread") in ("journal", "checkpoints"), f"the thread is not named: {said}")
        check(node.process.poll() is None, "it ended without its disk")
        stall.unlink()
        check_equal(node.wait_exit(SILENT_S_MAX), 0, "exit code")
    with Node(directory / "data", *OPTIONS) as node, node.client() as client:
        check_equal(client.transfer(taken).status, 200, "the deposit, again")
        check_equal(client.account("alice")["available"], "5.00", "once")
        check_books(client)
        node.stop()
    audit(directory / "data")


SHIM = build_shim()
try:
    run_cases([a_node_whose_disk_does_not_answer_is_not_ready, a_stop_says_that_it_waits_for_the_disk])
finally:
    shutil.rmtree(SHIM.parent, ignore_errors=True)

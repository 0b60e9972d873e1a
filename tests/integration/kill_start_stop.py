"""kill -9 inside a start and inside an orderly stop: the moments at which stores are opened, logs replayed, leaderships handed
over, checkpoints and the closing mark written. FLORIN_START_STOP_ROUNDS rounds (12) on one node, a third of that on a cluster.

How long a stop and a start take is measured first, so that the moments lie within them. After each round: what one_node_load.py
says, or on a cluster the books of florin_cluster.py.
"""
import os
import signal
import time

from florin_books import NOT_DONE, Books
from florin_cluster import Cluster
from florin_cluster import Load as ClusterLoad
from florin_node import Client, Node, audit, check, check_equal, run_cases, seeded
from one_node_load import ACCOUNTS, FREEZABLE, Load, full_check, open_accounts, verify_round

ROUNDS = int(os.environ.get("FLORIN_START_STOP_ROUNDS", "12"))
KILLED = -signal.SIGKILL


class ClientOfAStop(Client):
    """A node that stops says so (503, nothing was done): for this client that is the end of the connection."""

    def request(self, method, path, body=None, headers=None):
        answer = super().request(method, path, body, headers)
        if answer.status == 503:
            check(answer.code in NOT_DONE, f"{method} {path}: {answer}")
            raise ConnectionResetError("the node stops")
        return answer


class StoppedNode(Node):
    def client(self, timeout=30):
        return ClientOfAStop(self.address, timeout)


def stop_and_kill(node, seconds):
    """SIGTERM, and kill -9 after so long unless it has ended; was it killed, and how long did it take?"""
    began = time.monotonic()
    node.process.send_signal(signal.SIGTERM)
    code = kill_at(node, seconds)
    check(code in (0, KILLED), f"exit code {code} after SIGTERM:\n{node.output()[-2000:]}")
    return code == KILLED, time.monotonic() - began


def kill_at(node, seconds):
    """kill -9 after so long, unless it has ended before; its exit code."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and node.process.poll() is None:
        time.sleep(0.001)
    if node.process.poll() is None:
        node.process.send_signal(signal.SIGKILL)
    return node.process.wait()


def one_node_killed_while_it_starts_or_stops(directory):
    chance = seeded()
    data_dir = directory / "data"
    books = Books(ACCOUNTS, FREEZABLE)
    known = open_accounts(data_dir, books)
    with Node(data_dir).spawn() as node:
        began = time.monotonic()
        node.wait_ready()
        start_s, stop_s = time.monotonic() - began, None
        node.stop()
    hits = {"stop": 0, "start": 0}
    for _ in range(ROUNDS + 1):
        with StoppedNode(data_dir).start() as node:
            load = Load(node, chance, known, books.frozen)
            load.start()
            time.sleep(chance.uniform(0.1, 0.4))
            was_killed, seconds = stop_and_kill(node, 20 if stop_s is None else chance.uniform(0, stop_s))
            stop_s = stop_s or seconds  # of the first, which may come to its end
            hits["stop"] += was_killed
            sent = load.join()
        audit(data_dir)  # as the kill left it
        for _ in range(chance.randint(0, 3)):
            with Node(data_dir).spawn() as node:
                hits["start"] += kill_at(node, chance.uniform(0, start_s)) == KILLED
        with Node(data_dir).start() as node:
            verify_round(node, books, chance, sent, known)
            known += sent
            node.stop()
        check_equal(audit(data_dir)["transfers_open"], 0, "transfers that are still open")
    print(f"  {len(known)} transfers; killed {hits['stop']} times in a stop of some {stop_s:.2f} s, {hits['start']} times "
          f"in a start of some {start_s:.2f} s", flush=True)
    check(min(hits.values()) > 0, f"the kills hit no start, or no stop: {hits}")
    full_check(data_dir, books, known)


def nodes_of_a_cluster_killed_while_they_start_or_stop(directory):
    """One at a time under load; then all at once, so that none may have ended its stop when the power goes."""
    chance = seeded()
    with Cluster(directory, partitions=4).start() as cluster:
        load = ClusterLoad(cluster, chance).start()
        hits, stop_s = {"stop": 0, "start": 0, "all": 0}, None
        for _ in range(max(3, ROUNDS // 2)):
            victim = cluster[chance.choice(sorted(cluster.members))]
            was_killed, seconds = stop_and_kill(victim, 20 if stop_s is None else chance.uniform(0, stop_s))
            stop_s = stop_s or seconds
            hits["stop"] += was_killed
            for _ in range(chance.randint(1, 2)):
                victim.spawn()
                hits["start"] += kill_at(victim, chance.uniform(0, 0.8)) == KILLED
            victim.start()
            cluster.wait_caught_up()
            load.stop()
            load.verify()
            for member in cluster.members.values():
                member.process.send_signal(signal.SIGTERM)
            deadline = chance.uniform(0, stop_s)
            for member in cluster.members.values():
                hits["all"] += kill_at(member, deadline) == KILLED
                deadline = 0
            cluster.start()
            load.start()
        load.wait_served(list(load.pairs), time.monotonic(), 15)
        load.stop()
        load.verify()
        load.verify_all()
        print(f"  {load.report()}; {hits}, a stop takes some {stop_s:.2f} s", flush=True)
        check(min(hits.values()) > 0, f"the kills hit no start, or no stop: {hits}")


run_cases([one_node_killed_while_it_starts_or_stops, nodes_of_a_cluster_killed_while_they_start_or_stop])

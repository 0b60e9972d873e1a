"""One round of one row: a fresh node, load, what was measured. It counts if florin-load's verification holds."""
import decimal
import json
import os
import subprocess
import time

import hostile
import rows
from cluster import Cluster
from node import Broken, Node

LOAD_S_MAX = 1800
QUIET_S_MAX = 120
SCALED_ACCOUNTS_MIN = 1000
TAIL_SECONDS = 3  # load before the kill


def load1():
    return os.getloadavg()[0]


def scaled(accounts, scale):
    return max(SCALED_ACCOUNTS_MIN, round(accounts * scale))


def run_load(setup, node, directory, *options):
    """Runs florin-load against a node or a cluster to its end; its JSON report. Anything but exit code 0 breaks the
    row."""
    report = directory / "load.json"
    command = [str(setup.binaries / "florin-load"), *node.load_options(), "--quiet", "--json", str(report), *options]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as load:
        try:
            output = load.communicate(timeout=LOAD_S_MAX)[0]
        except BaseException:
            load.kill()
            raise
    node.check_alive()
    if load.returncode == 1:
        raise Broken(f"verification failed:\n{output[-2000:]}")
    if load.returncode != 0:
        raise Broken(f"florin-load ended with exit code {load.returncode}:\n{output[-2000:]}")
    return json.loads(report.read_text())


def length_of(row, scale):
    if row.transfers:
        return "--transfers", str(max(1, round(row.transfers * scale)))
    return "--seconds", f"{rows.RUN_SECONDS * scale:g}"


def transfer_round(setup, row, directory):
    started = (Node(setup.binaries, directory, rows.PARTITIONS) if row.nodes == 1 else
               Cluster(setup.binaries, directory, rows.PARTITIONS, row.nodes))
    with started as node:
        report = run_load(setup, node, directory, "--accounts", str(scaled(rows.ACCOUNTS, setup.scale)),
                          *length_of(row, setup.scale), "--seed", str(setup.round), *row.options)
        setup.remember_version(node)
        node.stop()
    if not report["verification"] or not report["verification"]["holds"]:
        raise Broken("nothing was verified")
    if report["success"] == 0 or report["success"] < 0.99 * report["issued"]:
        raise Broken(f"only {report['success']} of {report['issued']} transfers succeeded: {report['by_code']}")
    return {
        "transfers_per_second": report["transfers_per_second"],
        "p50_ms": report["latency_ms"]["p50_ms"],
        "p99_ms": report["latency_ms"]["p99_ms"],
        "p99_9_ms": report["latency_ms"]["p99_9_ms"],
        "max_ms": report["latency_ms"]["max_ms"],
        "server_cpu_seconds_per_million": report["server_cpu_seconds_per_million"],
        "client_cpu_seconds_per_million": report["client_cpu_seconds_per_million"],
        "transfers": report["success"],
        "refused": report["refused"],
        "cross_share": report["cross_share"],
        "retried_overloaded": report["retried_overloaded"],
        "statements_read": report["verification"]["statements_read"],
        "load1": load1(),
    }


def check_books(node):
    """Every partition's total is zero in every currency."""
    books = json.loads(node.get("/v1/ledger/trial_balance")[1])
    for partition in books["partitions"]:
        for line in partition["currencies"]:
            if decimal.Decimal(line["total"]) != 0:
                raise Broken(f"partition {partition['partition']} does not balance: {line}")


def accounts_round(setup, directory):
    """Memory of a million idle accounts; time to the first answer after a clean stop and after kill -9.

    Creation is checked by florin-load (all balances read, nothing is on them). The kill comes right after seconds
    of load, so that the restart has a tail of the log to replay.
    """
    count = scaled(rows.MANY_ACCOUNTS, setup.scale)
    account = f"idle-{count // 2:06d}"  # names by florin-load: PREFIX-NUMBER
    with Node(setup.binaries, directory, rows.PARTITIONS) as node:
        node.wait_quiet(QUIET_S_MAX)
        empty_all, empty_anonymous = node.memory()
        setup.say(f"  creating {count:,} accounts")
        run_load(setup, node, directory, "--accounts", str(count), "--prefix", "idle", "--balance", "0",
                 "--transfers", "1", "--verify-sample", "100")
        setup.say("  waiting for the last checkpoint")
        node.wait_quiet(QUIET_S_MAX)
        full_all, full_anonymous = node.memory()
        setup.say("  restarts")
        node.stop()
        clean_ms = node.restart_until_answer(account)
        tail = run_load(setup, node, directory, "--accounts", str(scaled(10_000, setup.scale)), "--prefix", "tail",
                        "--batch", "1000", "--seconds", f"{TAIL_SECONDS * setup.scale:g}", "--no-verify")
        node.kill()
        killed_ms = node.restart_until_answer(account)
        recovery = node.ready() or {}
        check_books(node)
        setup.remember_version(node)
        node.stop()
    return {
        "accounts": count,
        "bytes_per_account": (full_all - empty_all) / count,
        "anonymous_bytes_per_account": (full_anonymous - empty_anonymous) / count,
        "empty_node_resident_bytes": empty_all,
        "full_node_resident_bytes": full_all,
        "clean_restart_ms": clean_ms,
        "killed_restart_ms": killed_ms,
        "transfers_before_kill": tail["success"],
        "entries_replayed_after_kill": recovery.get("entries_replayed"),
        "recovery_after_kill_ms": recovery.get("recovery_ms"),
        "load1": load1(),
    }


def hostile_round(setup, directory):
    return hostile.hostile_round(setup, directory, run_load, scaled(rows.HOSTILE_ACCOUNTS, setup.scale))


def cluster_round(setup, directory):
    """How long a replica with many accounts takes to another node, and what three nodes cost that have nothing to do."""
    accounts = scaled(rows.MOVED_ACCOUNTS, setup.scale)
    values = {}
    with Cluster(setup.binaries, directory / "move", 1, 3) as cluster:
        setup.say(f"  creating {accounts:,} accounts in one partition")
        run_load(setup, cluster, directory, "--accounts", str(accounts), "--transfers", "1", "--verify-sample", "100",
                 "--batch", "1000")
        cluster.join(4)
        began = time.monotonic()
        cluster.operate("node", "remove", "1", "--wait", at=2)
        values["move_ms"] = (time.monotonic() - began) * 1000
        values["moved_entries"] = cluster.last_index(4, 0)
        cluster.stop()
    for partitions in (16, 64):
        with Cluster(setup.binaries, directory / f"idle{partitions}", partitions, 3) as cluster:
            cluster.wait_quiet(QUIET_S_MAX)
            ticks, began = cluster.cpu_ticks(), time.monotonic()
            time.sleep(rows.IDLE_SECONDS)
            seconds = (cluster.cpu_ticks() - ticks) / os.sysconf("SC_CLK_TCK")
            nodes = cluster.nodes.values()
            values[f"idle_{partitions}_cpu_permille"] = 1000 * seconds / (time.monotonic() - began) / len(nodes)
            values[f"idle_{partitions}_mib"] = sum(node.memory()[0] for node in nodes) / len(nodes) / 2**20
            setup.remember_version(cluster)
            cluster.stop()
    return values | {"accounts": accounts, "load1": load1()}

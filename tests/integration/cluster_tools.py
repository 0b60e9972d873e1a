"""The tools on a cluster: `florin cluster status` while nodes die, `florin-load --cluster` over the death of a leader,
`./dev cluster` split and healed."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from florin_cluster import NO_LEADER, UNREACHABLE, Cluster, urls_of
from florin_node import (BIN, FLORIN, FLORIND, LOST, OUTSIDE, ROOT, Client, Failure, check, check_equal, florin,
                         partition_of, run_cases, terms, wait_until)


def status_tells_leaders_lag_and_silence(directory):
    with Cluster(directory).start() as cluster:
        urls = urls_of(cluster)
        report = cluster.wait_status()
        check_equal(report["without_leader"], 0, "partitions without a leader")
        check_equal(len(report["partitions"]), cluster.partitions, "partitions")
        for partition in report["partitions"]:
            check_equal(len(partition["replicas"]), 3, f"replicas of {partition}")
            check(any(r["node"] == partition["leader"] and r["role"] == "leader" for r in partition["replicas"]),
                  f"the leader is no leader: {partition}")
        check_equal(len(report["links"]), 6, "links")

        def all_led():
            code, out, _ = florin("cluster", "status", "--url", urls, expect=None)
            return code == 0 and "cluster test, 8 partitions, 0 without a leader" in out

        wait_until(all_led, 15, "the text says that every partition has a leader")

        cluster[1].kill()

        def two_lead():
            code, out, _ = florin("cluster", "status", "--url", urls, expect=None)
            return code == 0 and "no answer from" in out and "DOWN" in out

        wait_until(two_lead, 15, "the other two lead everything, and the status shows who is silent")
        cluster[2].kill()

        def one_is_alone():
            code, out, _ = florin("cluster", "status", "--url", urls, expect=None)
            return code == NO_LEADER and "NONE" in out

        wait_until(one_is_alone, 15, "one of three leads nothing, and the exit code says so")
        cluster[3].kill()
        code, _, _ = florin("cluster", "status", "--url", urls, expect=None)
        check_equal(code, UNREACHABLE, "exit code when no node answers")


def load_goes_on_when_a_leader_dies(directory):
    with Cluster(directory).start() as cluster:
        report = directory / "load.json"
        command = [BIN / "florin-load", "--quiet", "--cluster", urls_of(cluster), "--accounts", "500", "--seconds", "7",
                   "--connections", "24", "--json", report]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as load:
            time.sleep(2.5)  # the moment does not matter: accounts, deposits and transfers are all repeated
            victim, _ = cluster.busiest()
            victim.kill()
            time.sleep(1.5)
            victim.start()
            output, _ = load.communicate(timeout=120)
        check_equal(load.returncode, 0, f"exit code of florin-load:\n{output}")
        found = json.loads(report.read_text(encoding="utf-8"))
        check_equal(found["unresolved"], 0, "unresolved")
        check(found["verification"]["holds"] is True, output)
        check(found["retried_lost"] > 0, f"the kill hit nothing: {output}")
        check_equal(len(found["nodes"]), 3, "nodes")
        check(all(node["answers"] > 0 for node in found["nodes"]), f"a node was not used: {found['nodes']}")
        print(f"  {found['success']} transfers, slowest {found['latency_ms']['max_ms']:.0f} ms, shares "
              f"{[round(node['share'], 2) for node in found['nodes']]}", flush=True)


class DevCluster:
    """What `./dev cluster` makes in a directory of its own; its processes are ended at the end, by their pids."""

    def __init__(self, directory):
        self.directory = directory / "cluster"
        self.addresses = {}

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind and (keep := os.environ.get("FLORIN_KEEP_DIR")):
            target = pathlib.Path(keep) / self.directory.parent.name
            shutil.copytree(self.directory, target, dirs_exist_ok=True)
            print(f"kept: {target}", flush=True)
        for file in self.directory.glob("*.pid"):
            if (pid := int(file.read_text(encoding="utf-8"))) in self.processes():
                os.kill(pid, signal.SIGKILL)

    def run(self, *words, expect=0):
        """`./dev cluster` with such words: all that it said."""
        environment = {**os.environ, "FLORIN_CLUSTER_DIR": str(self.directory), "FLORIND": FLORIND, "FLORIN": FLORIN}
        command = [str(ROOT / "dev"), "cluster", *[str(word) for word in words]]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=240, check=False)
        check_equal(done.returncode, expect, f"exit code of {command}, which said\n{done.stdout}")
        return done.stdout

    def up(self, count):
        self.run("up", count)
        text = (self.directory / "cluster.toml").read_text(encoding="utf-8")
        self.addresses = {int(node): address for node, address in
                          re.findall(r'^id = (\d+)\n.*\nhttp = "(.*)"$', text, re.MULTILINE)}
        check_equal(len(self.addresses), count, f"nodes in {text}")

    def processes(self):
        """Of this machine, those that were started with something in our directory."""
        found = {}
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes().decode(errors="replace")
                if str(self.directory) in command:
                    found[int(entry.name)] = command
        return found

    def ask(self, node, path, body=None):
        try:
            with Client(self.addresses[node]) as client:
                return client.request("POST" if body else "GET", path, body)
        except LOST as error:
            log = (self.directory / f"node{node}.log").read_text(encoding="utf-8", errors="replace")
            raise Failure(f"node {node} to {path}: {error!r}; its log ends with\n{log[-4000:]}") from None

    def served(self, node, path, body=None, seconds=15):
        """Asked again, the same, while it is not served."""
        answers = []

        def answer():
            answers.append(self.ask(node, path, body))
            return answers[-1].status in (200, 201) and answers[-1].json

        try:
            return wait_until(answer, seconds, f"node {node} serves {path}")
        except Failure as failure:
            raise Failure(f"{failure}; the last answer: {answers[-1]}") from None

    def groups(self):
        return {node: {group["partition"]: group for group in self.served(node, "/v1/cluster")["groups"]}
                for node in self.addresses}

    def leader(self, partition):
        return wait_until(lambda: next((node for node, own in self.groups().items()
                                        if own[partition]["role"] == "leader"), None), 15, "the partition has a leader")

    def is_caught_up(self):
        replicas = [{(p, group["leader"], group["commit"], group["last"]) for p, group in own.items()}
                    for own in self.groups().values()]
        return all(one == replicas[0] for one in replicas) and all(leader and commit == last
                                                                   for _, leader, commit, last in replicas[0])


def wait_refused(cluster, node, path, body=None, code="no_leader"):
    """It never serves. At first it may still believe that it leads: then the outcome is open (202), or late (504)."""
    def refused():
        answer = cluster.ask(node, path, body)
        check(answer.status in (202, 503, 504), f"node {node} is cut off and said to {path}: {answer}")
        return answer.status == 503 and answer.code == code

    wait_until(refused, 20, f"node {node} is cut off and answers {code} to {path}")


def two_accounts_of_a_partition(cluster):
    of = {}
    while True:
        name = f"account-{sum(map(len, of.values()))}"
        position = cluster.served(1, "/v1/accounts", {"account_id": name, "currency": "USD"})["position"]
        names = of.setdefault(partition_of(position), [])
        names.append(name)
        if len(names) == 2:
            return partition_of(position), *names


def dev_cluster_is_split_and_healed(directory):
    transfers = "/v1/wallet/balance_transfer"
    with DevCluster(directory) as cluster:
        check("no cluster" in cluster.run("split", 1, expect=1), "a split of nothing")
        cluster.up(3)
        check("nothing is cut" in cluster.run("heal", expect=1), "nothing to heal")
        for words, said in [(["x"], "not the number of a node"), ([4], "no node 4"), ([], "which node"),
                            ([1, 2, 3], "nobody left"), ([1, "--from", 1], "from itself"), ([1, "--far"], "no option")]:
            check(said in (text := cluster.run("split", *words, expect=1)), f"split {words}: {text}")
        partition, payer, payee = two_accounts_of_a_partition(cluster)
        cluster.served(1, transfers, terms(OUTSIDE, payer, 1000))

        # The first split restarts the nodes, so leaders move.
        check("this is the first split" in cluster.run("split", 1, "--from", 2), "it says what it does")
        status = cluster.run("status")
        check("cut off from 2" in status and "cut off from 1" in status, status)
        cluster.run("heal")
        leader = cluster.leader(partition)
        text = cluster.run("split", leader)
        check("first split" not in text and f"node {leader}: cut off\n" in text, text)
        check("cut already" in cluster.run("split", leader, expect=1), "a second time")
        moment = time.monotonic()
        others = [node for node in cluster.addresses if node != leader]
        for node in others:
            cluster.served(node, transfers, terms(payer, payee, 100))
        print(f"  the others paid {time.monotonic() - moment:.1f} s after the split", flush=True)
        late = terms(payer, payee, 10)
        wait_refused(cluster, leader, transfers, late)
        wait_refused(cluster, leader, f"/v1/accounts/{payee}")

        # A node that is killed and started again is as cut off as before, and nobody has let it in.
        cluster.run("kill", leader)
        check("it serves as soon as another node has let it in" in (text := cluster.run("start", leader)), text)
        check(f"{leader} " in (status := cluster.run("status")) and "cut off" in status, status)
        wait_refused(cluster, leader, f"/v1/accounts/{payee}", code="not_ready")

        cluster.run("heal")
        moment = time.monotonic()
        check_equal(cluster.served(leader, f"/v1/accounts/{payee}")["available"], "2.00", "what the others paid")
        cluster.served(leader, transfers, late)
        print(f"  who was cut off paid {time.monotonic() - moment:.1f} s after healing", flush=True)
        wait_until(cluster.is_caught_up, 30, "all have caught up")
        for node in cluster.addresses:
            check_equal(cluster.served(node, f"/v1/accounts/{payee}")["available"], "2.10", f"balance at node {node}")
        check_equal(len(cluster.processes()), 4, f"processes, {cluster.processes()}")
        cluster.run("down")
        check_equal(cluster.processes(), {}, "processes after down")


def compare_shows_the_heads_of_all_replicas(directory):
    with Cluster(directory, 3, partitions=4).start() as cluster:
        with cluster.client() as client:
            for number in range(30):
                client.create(f"compared-{number}")

        def compared():
            code, out, errors = florin("--json", "--url", urls_of(cluster), "cluster", "compare", expect=None)
            check(code in (0, 1), f"florin cluster compare ended with {code}: {out}{errors}")
            return json.loads(out) if code == 0 else None

        seen = wait_until(compared, 20, "all replicas have an entry in common")
        check_equal((seen["differ"], seen["not_comparable"]), (0, 0), "partitions that differ, or cannot be compared")
        check_equal(len(seen["partitions"]), 4, "partitions")
        for partition in seen["partitions"]:
            check_equal([replica["node"] for replica in partition["replicas"]], [1, 2, 3], "who has the partition")
            check_equal(len({replica["hash"] for replica in partition["replicas"]}), 1, f"hashes of {partition}")
        for member in cluster.members.values():  # they compare by themselves, too
            with member.client(5) as client:
                check("florin_chain_differs_total 0" in client.get("/metrics").body.decode(), "an alarm of equal replicas")


run_cases([status_tells_leaders_lag_and_silence, load_goes_on_when_a_leader_dies, dev_cluster_is_split_and_healed,
           compare_shows_the_heads_of_all_replicas])

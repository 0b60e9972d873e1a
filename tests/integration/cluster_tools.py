"""The tools on a cluster: `florin cluster status` while nodes die, `florin-load --cluster` over the death of a leader."""
import json
import subprocess
import time

from florin_cluster import UNREACHABLE, Cluster, urls_of
from florin_node import BIN, check, check_equal, florin, run_cases, wait_until

NO_LEADER = 1  # exit code


def status_tells_leaders_lag_and_silence(directory):
    with Cluster(directory).start() as cluster:
        urls = urls_of(cluster)
        report = json.loads(florin("--json", "cluster", "status", "--url", urls))
        check_equal(report["without_leader"], 0, "partitions without a leader")
        check_equal(len(report["partitions"]), cluster.partitions, "partitions")
        for partition in report["partitions"]:
            check_equal(len(partition["replicas"]), 3, f"replicas of {partition}")
            check(any(r["node"] == partition["leader"] and r["role"] == "leader" for r in partition["replicas"]),
                  f"the leader is no leader: {partition}")
        check_equal(len(report["links"]), 6, "links")
        text = florin("cluster", "status", "--url", urls)
        check("cluster test, 8 partitions, 0 without a leader" in text, text)

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


run_cases([status_tells_leaders_lag_and_silence, load_goes_on_when_a_leader_dies])

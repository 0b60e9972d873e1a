"""Nodes that come and go under load, commanded by `florin node` and `florin cluster rebalance` as an operator would.

In every case clients transfer over all nodes the whole time. At the end every acknowledged transfer is there once, the
books balance, the directories of the nodes that are left pass the audit and say the same, and so does the chain of what
a removed node left behind. How long the moves took is printed.
"""
import signal
import time

from florin_cluster import Cluster, Load, accounts_by_partition
from florin_node import LOST, START_S_MAX, check, check_equal, florin, run_cases, seeded, wait_until

DRAINED_S_MAX = 10.0
NODE_REMOVED = 8  # exit code
RESTED_S = 8.0  # longer than two of the pauses after which a node looks who should lead


def states(cluster):
    view = cluster.view()
    return {node["node"]: node["state"] for node in view["nodes"]} if view else {}


def held_by(holders, number):
    return [partition for partition, nodes in holders.items() if number in nodes]


def add(cluster, number):
    """Starts and adds a node; it serves when it has heard of the cluster."""
    began = time.monotonic()
    member = cluster.join(number)
    wait_until(member.answers_http, START_S_MAX, f"node {number} serves HTTP")
    with member.client(10) as client:
        check_equal(client.get("/readyz").code, "not_ready", "a node that has not been added yet")
    cluster.add_node(member)
    member.wait_ready()
    wait_until(lambda: states(cluster).get(number) == "active", 10, f"node {number} is in the map")
    print(f"  node {number} started, added and ready in {time.monotonic() - began:.1f} s", flush=True)
    return member


def all_served(load, what):
    """Every partition acknowledges a transfer that is begun now."""
    waits = load.wait_served(list(load.pairs), time.monotonic(), 15)
    print(f"  {what}: every partition serves, the slowest after {max(waits.values()) * 1000:.0f} ms", flush=True)


def finish(cluster, load):
    all_served(load, "at the end")
    load.stop()
    load.verify()
    reports = load.verify_all()
    print(f"  {load.report()}", flush=True)
    return reports


def add_a_fourth_and_remove_one_under_load(directory):
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        add(cluster, 4)
        took = cluster.operate("cluster", "rebalance", "--wait")
        holders = cluster.wait_settled()
        check(held_by(holders, 4), f"node 4 got nothing: {holders}")
        report = cluster.wait_status()
        check_equal([(m["node"], m["state"], m["up"]) for m in report["members"]],
                    [(number, "active", True) for number in (1, 2, 3, 4)], "nodes in florin cluster status")
        print(f"  rebalance: {took:.1f} s, node 4 has {len(held_by(holders, 4))} of {cluster.partitions}", flush=True)
        all_served(load, "after the rebalance")

        left = cluster.take_out(1)
        took = cluster.operate("node", "remove", 1, "--wait", at=left)  # it finds out by itself that it has left
        holders = cluster.wait_settled()
        check(not held_by(holders, 1), f"node 1 still has something: {holders}")
        wait_until(lambda: states(cluster).get(1) == "removed", 10, "the map says that node 1 is removed")
        with left.client(10) as client:
            wait_until(lambda: client.get("/readyz").code == "not_ready", 10, "who has left is not ready")
        print(f"  remove of node 1: {took:.1f} s", flush=True)
        left.process.send_signal(signal.SIGTERM)
        check_equal(left.wait_exit(20), 0, f"exit code of the removed node:\n{left.output()[-3000:]}\n")
        removed = finish(cluster, load)[-1]
        check_equal(removed["replicas_gone"], cluster.partitions, "replicas that have left node 1")
        check_equal(removed["accounts"], 0, "accounts that are counted where they no longer live")


def replace_a_dead_node(directory):
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        all_served(load, "before the death")
        lost = cluster.take_out(2)
        lost.kill()
        add(cluster, 4)
        took = cluster.operate("node", "remove", 2, "--wait")
        holders = cluster.wait_settled()
        check_equal(holders, {p: {1, 3, 4} for p in range(cluster.partitions)}, "who has what")
        wait_until(lambda: states(cluster).get(2) == "removed", 10, "the map says that node 2 is removed")
        print(f"  all {cluster.partitions} replicas made again in {took:.1f} s", flush=True)
        for member in cluster.members.values():
            member.kill()
        for member in cluster.members.values():  # with the files they began with
            member.spawn()
        for member in cluster.members.values():
            member.wait_ready()
        cluster.wait_leaders()
        check_equal(cluster.wait_settled(), holders, "who has what after a power cut")
        all_served(load, "after a power cut")
        finish(cluster, load)


def a_removed_node_that_is_started_again_serves_nothing(directory):
    """Its own disk says that it is a member, and has balances that were true once."""
    with Cluster(directory, 4, partitions=4).start() as cluster:
        old = cluster.take_out(2)
        with cluster.client() as client:
            accounts = [names[0] for names in accounts_by_partition(client, 1).values()]
            old_reads = [f"/v1/accounts/{account}?consistency=follower" for account in accounts]
        with old.client(5) as client:  # as they were when it still was one of them
            for path in old_reads:
                check(client.get(path).status in (200, 404), f"{path} of a member")
        old.kill()
        cluster.operate("node", "remove", 2, "--wait")
        wait_until(lambda: states(cluster).get(2) == "removed", 10, "the map says that node 2 is removed")

        def asks_while_it_runs(until, what):
            """Everything that node 2 answers until then; a balance is an error."""
            def asked():
                try:
                    with old.client(2) as client:
                        for path in old_reads:
                            check_equal(client.get(path).code, "not_ready", f"{path} of a removed node")
                        ready = client.get("/readyz")
                        check_equal(ready.code, "not_ready", "/readyz of a removed node")
                except LOST:
                    pass
                return until()
            return wait_until(asked, 20, what)

        old.spawn()
        asks_while_it_runs(lambda: not old.runs(), "who was removed ends by itself")
        check_equal(old.wait_exit(5), NODE_REMOVED, f"exit code of the removed node:\n{old.output()[-3000:]}")
        check("was removed from the cluster" in old.output(), f"its log does not say why:\n{old.output()[-3000:]}")

        # One node alone is not believed, and nothing is served meanwhile.
        cluster[3].kill()
        cluster[4].kill()
        old.spawn()
        asks_while_it_runs(lambda: (old.view() or {}).get("standing") == "doubtful", "one says that it was removed")
        with old.client(5) as client:
            detail = client.get("/readyz").json["detail"]
            check("As node 1 says" in detail, f"/readyz says: {detail}")
        _, out, errors = florin("--url", f"http://{old.address}", "cluster", "status", expect=None)
        check("serves nothing (doubtful)" in out, f"florin cluster status: {out}{errors}")
        cluster[3].spawn()
        asks_while_it_runs(lambda: not old.runs(), "two say so")
        check_equal(old.wait_exit(5), NODE_REMOVED, f"exit code of the removed node:\n{old.output()[-3000:]}")
        cluster[4].spawn()
        for member in cluster.members.values():
            member.wait_ready()


def a_drained_node_leads_nothing_and_loses_nothing(directory):
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        wait_until(lambda: 3 in cluster.leaders().values(), 20, "node 3 leads something")
        drained = cluster[3]
        moment = time.monotonic()
        cluster.operate("node", "drain", 3)
        wait_until(lambda: 3 not in cluster.wait_leaders().values(), DRAINED_S_MAX, "node 3 leads nothing")
        print(f"  drained after {time.monotonic() - moment:.1f} s", flush=True)
        drained.stop(20)
        wait_until(lambda: states(cluster).get(3) == "drained", 10, "node 3 is drained while it is stopped")
        drained.start()
        cluster.wait_caught_up()
        check(3 not in cluster.wait_leaders().values(), "a drained node leads again before it is resumed")
        cluster.operate("node", "resume", 3, at=cluster[3])
        moment = time.monotonic()
        wait_until(lambda: 3 in cluster.leaders().values(), 30, "node 3 leads again")
        print(f"  leads again {time.monotonic() - moment:.1f} s after resume", flush=True)
        finish(cluster, load)
        # An idle connection may be closed in the moment in which a request is on its way.
        check(load.met.get("lost", 0) <= 1, f"answers were lost: {load.met}")


def a_move_survives_the_death_of_all_who_take_part(directory):
    """kill -9 in the middle of moves: of the new node, and of the node that leads most. They go on by themselves."""
    chance = seeded()
    with Cluster(directory, partitions=16).start() as cluster:
        load = Load(cluster, chance).start()
        newcomer = add(cluster, 4)
        cluster.operate("cluster", "rebalance")
        began = time.monotonic()
        for victim in (newcomer, None, newcomer):
            time.sleep(chance.uniform(0.1, 0.7))  # the random moment
            victim = victim or cluster.busiest()[0]
            victim.kill()
            time.sleep(chance.uniform(0, 1.0))
            victim.start()
        holders = cluster.wait_settled()
        check(held_by(holders, 4), f"node 4 got nothing: {holders}")
        print(f"  settled {time.monotonic() - began:.1f} s after the rebalance began", flush=True)
        finish(cluster, load)


def leaders_come_to_rest(directory):
    """All nodes agree on who should lead what: without load or deaths nobody hands over for ever."""
    with Cluster(directory).start() as cluster:
        seen = {"terms": None, "since": 0.0}

        def at_rest():
            terms = {partition: max(group["term"] for group in replicas.values())
                     for partition, replicas in cluster.groups().items()}
            if terms != seen["terms"]:
                seen.update(terms=terms, since=time.monotonic())
            return time.monotonic() - seen["since"] >= RESTED_S

        wait_until(at_rest, 45, f"no leader changes for {RESTED_S} s")
        led = list(cluster.leaders().values())
        counts = [led.count(number) for number in cluster.members]
        check(max(counts) - min(counts) <= 1, f"how many partitions each node leads: {counts}")


def what_cannot_be_is_refused(directory):
    """Before anything has changed, and with a text that says what to do."""
    with Cluster(directory, partitions=2).start() as cluster:
        url = ("--url", f"http://{cluster[1].address}")
        wait_until(lambda: states(cluster) and cluster[1].view()["meta_leader"], 10, "node 1 knows who leads the map")
        wait_until(lambda: cluster[1].view()["format_level"] == cluster[1].view()["reads_format_level"], 10,
                   "the format level has risen, which is a change of the map")
        before = cluster[1].view()["map_version"]
        for arguments, text in (
                (("node", "remove", 1), "add a node first"),
                (("node", "drain", 9), "not a node of this cluster"),
                (("node", "add", 1, "--peer", "127.0.0.1:1", "--http", "127.0.0.1:2"), "is in the cluster already"),
                (("node", "add", 9, "--peer", cluster[2].peer, "--http", "127.0.0.1:2"), "is an address of node 2")):
            code, out, errors = florin(*url, *arguments, expect=None)
            check_equal(code, 1, f"exit code of florin {arguments}: {out}{errors}")
            check(text in out + errors, f"florin {arguments}: {out}{errors}")
        check_equal(cluster[1].view()["map_version"], before, "version of the map")


run_cases([add_a_fourth_and_remove_one_under_load, replace_a_dead_node,
           a_removed_node_that_is_started_again_serves_nothing, a_drained_node_leads_nothing_and_loses_nothing,
           a_move_survives_the_death_of_all_who_take_part, leaders_come_to_rest, what_cannot_be_is_refused])

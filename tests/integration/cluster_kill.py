"""kill -9 of the node that leads most, again and again, under load over all nodes of a cluster of three.

FLORIN_CLUSTER_ROUNDS rounds. Each: kill, wait until every partition that it led acknowledges transfers again (that
is the unavailability), start the node again, wait until it has caught up. After some rounds and at the end:
  - every acknowledged transfer is on both statements once, lost answers are resolved by repeating the id;
  - balances equal our own books, the trial balance is zero;
and at the end the audit of each data directory is clean and all three say the same.
"""
import os
import time

from florin_cluster import Cluster, Load, print_downtime
from florin_node import check, run_cases, seeded

ROUNDS = int(os.environ.get("FLORIN_CLUSTER_ROUNDS", "50"))
VERIFY_EVERY = 10
UNAVAILABLE_S_MAX = 3.0


def kill_leaders(directory, rounds=ROUNDS, count=3, **options):
    chance = seeded()
    downtime, began = [], time.monotonic()
    with Cluster(directory, count, **options).start() as cluster:
        load = Load(cluster, chance).start()
        for number in range(1, rounds + 1):
            time.sleep(chance.uniform(0.05, 0.4))  # the random moment
            victim, partitions = cluster.busiest()
            moment = time.monotonic()
            victim.kill()
            waits = load.wait_served(partitions, moment)
            downtime += waits.values()
            check(max(waits.values()) <= UNAVAILABLE_S_MAX,
                  f"round {number}: after the death of node {victim.number}: {waits} s")
            victim.start()
            cluster.wait_caught_up()
            if number % VERIFY_EVERY == 0 or number == rounds:
                load.stop()
                load.verify()
                print(f"  round {number}: {load.report()}, {time.monotonic() - began:.0f} s", flush=True)
                if number != rounds:
                    load.start()
        load.verify_all()
    print_downtime("partitions of a killed leader served again after", downtime)


def kill_leader_with_certificates(directory):
    kill_leaders(directory, 3, tls=True)


def kill_leaders_of_four_nodes(directory):
    """Each partition is on three of them: every node is asked for what it does not hold."""
    kill_leaders(directory, 3, count=4)


run_cases([kill_leaders, kill_leader_with_certificates, kill_leaders_of_four_nodes])

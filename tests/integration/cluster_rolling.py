"""Rolling restart: SIGTERM to one node after the other under load, FLORIN_ROLLING_ROUNDS times around.

Each hands its partitions over before it ends (exit code 0, in time). No request may be lost for good, nor be answered
with an error that is not one to repeat; how often that was needed, and the longest time that a partition served
nobody, are printed.
"""
import os
import time

from florin_cluster import Cluster, Load, print_downtime
from florin_node import check, run_cases, seeded

ROUNDS = int(os.environ.get("FLORIN_ROLLING_ROUNDS", "2"))
STOP_S_MAX = 5  # of florind, as without a cluster
UNSERVED_S_MAX = 3.0
TO_REPEAT = {"connection gone before sending", "lost", "no_leader", "not_ready", "overloaded", "timeout", "pending"}
# An idle connection may be closed in the moment in which a request is on its way. Nothing else loses an answer.
LOST_PER_RESTART_MAX = 1


def longest_gaps(load, begun, ended):
    """Of each partition: the longest time without an acknowledgement between two moments."""
    gaps = []
    for served in load.served.values():
        times = [begun, *(at for _, at in served if begun < at < ended), ended]
        gaps.append(max(after - before for before, after in zip(times, times[1:])))
    return gaps


def rolling_restart(directory):
    gaps, stops = [], []
    with Cluster(directory).start() as cluster:
        load = Load(cluster, seeded()).start()
        for _ in range(ROUNDS):
            for member in cluster.members.values():
                begun = time.monotonic()
                stops.append(member.stop(STOP_S_MAX))
                member.start()
                cluster.wait_caught_up()
                load.check_threads()
                gaps += longest_gaps(load, begun, time.monotonic())
        load.stop()
        load.verify()
        load.verify_all()
        print(f"  {load.report()}", flush=True)
    print_downtime("a node stopped in", stops)
    print_downtime("the longest time of each partition without an acknowledgement, per restart", gaps)
    check(set(load.met) <= TO_REPEAT, f"clients met {load.met}")
    check(load.met.get("lost", 0) <= LOST_PER_RESTART_MAX * len(stops), f"answers were lost: {load.met}")
    check(max(gaps) <= UNSERVED_S_MAX, f"a partition served nobody for {max(gaps)} s")


run_cases([rolling_restart])

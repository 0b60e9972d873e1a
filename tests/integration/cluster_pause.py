"""SIGSTOP of the busiest leader for longer than an election, then SIGCONT: it wakes up and believes that it leads.

While it sleeps others are elected and acknowledge transfers. Requests for these accounts, and repeats of these very
transfers, wait in the sleeper's sockets: they are the first thing it sees. It must not show what has become old,
and nothing may move twice. FLORIN_PAUSE_ROUNDS rounds.
"""
import os
import time

from florin_cluster import ELECTION_S, Cluster, Load, Watch, print_downtime
from florin_node import check, in_threads, run_cases, seeded

ROUNDS = int(os.environ.get("FLORIN_PAUSE_ROUNDS", "4"))
UNAVAILABLE_S_MAX = 3.0
READERS = 4


def wake_up_to_questions(cluster, load, watch, sleeper, partitions):
    """While `sleeper` sleeps: pays, asks it, wakes it, and looks at what it says."""
    twins, asked = [], []
    with cluster.client() as client:
        for partition in partitions:
            for _ in range(3):
                twins.append(watch.pay(client, partition, sleeper))
        for partition in partitions:
            for number in range(2 * READERS):
                asked.append(watch.ask(sleeper, partition, statement=number % 2 == 1))
    sleeper.go_on()
    watch.answered_all()
    for one in asked:
        watch.answered(*one)
    in_threads(READERS, lambda _: watch.read_for(1.0, sleeper, partitions), 30)
    for twin, transfer in twins:
        answer = twin.answer()
        if answer is not None and answer.status == 200:
            check(transfer.take_answer(answer), f"a late twin was answered {answer}")
    load.check_threads()


def paused_leader(directory):
    chance = seeded()
    downtime = []
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance)
        watch = Watch(load)
        load.start()
        for number in range(1, ROUNDS + 1):
            time.sleep(chance.uniform(0.1, 0.5))
            sleeper, partitions = cluster.busiest()
            moment = time.monotonic()
            sleeper.pause()
            waits = watch.first_payments(sleeper, partitions, moment)
            downtime += waits
            check(max(waits) <= UNAVAILABLE_S_MAX, f"round {number}: while node {sleeper.number} sleeps: {waits} s")
            time.sleep(max(0.0, moment + chance.uniform(1.5, 2.5) * ELECTION_S - time.monotonic()))
            wake_up_to_questions(cluster, load, watch, sleeper, partitions)
            cluster.wait_caught_up()
        load.stop()
        load.verify()
        load.verify_all()
        print(f"  {load.report()}\n  {watch.report()}", flush=True)
    check(watch.answers.get("current", 0) > 0, "the sleeper never showed anything")
    print_downtime("partitions of a sleeping leader, served by others after", downtime)


def paused_leader_without_load(directory):
    """Nothing but questions: a read behind a write that cannot be committed waits for it, and would be safe by luck."""
    chance = seeded()
    with Cluster(directory).start() as cluster:
        watch = Watch(Load(cluster, chance))
        for _ in range(ROUNDS):
            sleeper, partitions = cluster.busiest()
            moment = time.monotonic()
            sleeper.pause()
            watch.first_payments(sleeper, partitions, moment)
            time.sleep(max(0.0, moment + 1.5 * ELECTION_S - time.monotonic()))
            sleeper.go_on()
            watch.answered_all()
            in_threads(READERS, lambda _, s=sleeper, p=partitions: watch.read_for(0.3, s, p), 30)
            cluster.wait_caught_up()
        watch.load.verify()
        print(f"  {watch.report()}", flush=True)
    check(watch.answers.get("current", 0) > 0, "the sleeper never showed anything")


run_cases([paused_leader, paused_leader_without_load])

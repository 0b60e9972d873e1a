"""A cluster is upgraded one node after the other under load, and a leader is killed at each step.

The version before is this one, held to the format level before (cluster.format_level_max): it reads and writes what
that version did. With FLORIN_OLD_BIN_DIR it is the florind in there (tools/rolling_upgrade COMMIT). What must hold:
  - every acknowledged transfer is there once, books balance, all directories pass the audit and say the same;
  - the format level rises when the last node is of the new version, and not before, whoever is killed;
  - from then on the version before is refused by name: by its own directory, and by the other nodes.
"""
import os
import pathlib
import time

from florin_cluster import Cluster, Load
from florin_node import FLORIND, Node, check, check_equal, run_cases, seeded, wait_until

OLD_BIN = os.environ.get("FLORIN_OLD_BIN_DIR")
OLD, NEW = (0 if OLD_BIN else 2), 3  # the format levels of the version before, and of this one
REFUSED = 2  # exit code: started with what does not fit
LEVEL_S_MAX = 15
# The last words of a program from before there were levels, and of one that is held to the level before.
WORDS = "is not known to this program" if OLD_BIN else f"and this program reads up to {OLD}"


def make_old(node):
    if OLD_BIN:
        node.florind = str(pathlib.Path(OLD_BIN) / "florind")
    else:
        node.options = [*node.options, "--cluster-format-level-max", str(OLD)]
    return node


def make_new(node):
    if OLD_BIN:
        node.florind = FLORIND
    else:
        at = node.options.index("--cluster-format-level-max")
        node.options = node.options[:at] + node.options[at + 2:]
    return node


def level_of(member):
    """Of the map as that node has it; a version from before there were levels writes none, which is 0."""
    view = member.view()
    return None if view is None else view.get("format_level", 0)


def kill_a_leader(cluster, load):
    """The node that leads most ends by kill -9 and comes back as what it was."""
    victim, partitions = cluster.busiest()
    moment = time.monotonic()
    victim.kill()
    load.wait_served(partitions, moment)
    victim.start()
    cluster.wait_caught_up()
    return victim.number


def check_refused_by_its_directory(cluster, number):
    """After an orderly stop, the version before does not open what the new one has written, and changes nothing."""
    member = cluster[number]
    member.stop()
    make_old(member).spawn()
    check_equal(member.wait_exit(10), REFUSED, "exit code of the version before")
    check(WORDS in member.output(), f"it does not say why:\n{member.output()[-2000:]}")
    make_new(member).start()
    cluster.wait_caught_up()


def check_refused_by_the_others(cluster):
    """One with an empty directory has nothing that could tell it: the others do, by the text of their refusal."""
    newcomer = make_old(cluster.join(4))
    newcomer.kill()
    newcomer.spawn()
    wait_until(lambda: f"reads up to format level {OLD}" in cluster[1].output(), 15,
               "node 1 says why it refuses node 4")
    newcomer.kill()
    cluster.take_out(4)


def rolling_upgrade(directory):
    with Cluster(directory) as cluster:
        for member in cluster.members.values():
            make_old(member)
        cluster.start()
        wait_until(lambda: {level_of(member) for member in cluster.alive()} == {OLD}, LEVEL_S_MAX, f"every node is at level {OLD}")
        load = Load(cluster, seeded()).start()
        load.wait_served(list(load.pairs), time.monotonic(), 15)
        for number, member in sorted(cluster.members.items()):
            check_equal({level_of(other) for other in cluster.alive()}, {OLD}, f"levels before node {number} is new")
            member.stop()
            make_new(member).start()
            cluster.wait_caught_up()
            print(f"  node {number} is new, node {kill_a_leader(cluster, load)} was killed", flush=True)
        wait_until(lambda: {level_of(member) for member in cluster.alive()} == {NEW}, LEVEL_S_MAX, f"every node is at level {NEW}")
        kill_a_leader(cluster, load)
        check_equal({level_of(member) for member in cluster.alive()}, {NEW}, "levels after another kill")
        check_refused_by_its_directory(cluster, 2)
        check_refused_by_the_others(cluster)
        load.stop()
        load.verify()
        load.verify_all()
        print(f"  {load.report()}", flush=True)


def a_level_does_not_rise_while_a_node_is_down(directory):
    """It may come back as the version before: nobody knows."""
    with Cluster(directory) as cluster:
        for member in cluster.members.values():
            make_old(member)
        cluster.start()
        wait_until(lambda: {level_of(member) for member in cluster.alive()} == {OLD}, LEVEL_S_MAX, f"every node is at level {OLD}")
        load = Load(cluster, seeded()).start()
        cluster[3].kill()
        for number in (1, 2):
            cluster[number].stop()
            make_new(cluster[number]).spawn()
            cluster[number].wait_ready()
        load.wait_served(list(load.pairs), time.monotonic(), 15)
        check_equal({level_of(member) for member in cluster.alive()}, {OLD}, "levels while node 3 is down")
        cluster[3].start()  # the version before, and it is let in
        cluster.wait_caught_up()
        check_equal({level_of(member) for member in cluster.alive()}, {OLD}, "levels while node 3 is old")
        cluster[3].stop()
        make_new(cluster[3]).start()
        wait_until(lambda: {level_of(member) for member in cluster.alive()} == {NEW}, LEVEL_S_MAX, f"every node is at level {NEW}")
        load.stop()
        load.verify()
        load.verify_all()


def one_node_is_upgraded_at_its_start(directory):
    data = directory / "data"
    with make_old(Node(data)) as node:
        with node.client() as client:
            check_equal(client.post("/v1/accounts", {"account_id": "a", "currency": "USD"}).status, 201, "opened")
        node.stop()
    with Node(data) as node:
        with node.client() as client:
            check_equal(client.get("/v1/accounts/a").status, 200, "the account is there")
        node.stop()
    code, output = refused_start(data)
    check_equal(code, REFUSED, "exit code of the version before")
    check(WORDS in output, f"it does not say why:\n{output[-2000:]}")
    with Node(data) as node:
        node.stop()


def refused_start(data):
    node = make_old(Node(data)).spawn()
    with node:
        return node.wait_exit(10), node.output()


run_cases([one_node_is_upgraded_at_its_start, rolling_upgrade, a_level_does_not_rise_while_a_node_is_down])

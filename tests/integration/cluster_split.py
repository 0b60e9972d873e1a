"""A cluster of three whose network is cut: the busiest leader alone, cut in one direction, cut from one other.

Clients still reach every node: the leader that is cut off goes on getting transfers and questions. It must not
acknowledge what the others do not have, nor show what has become old. After healing everything is there once.

The cuts are made twice: by small TCP proxies between the nodes' peer addresses, which runs everywhere; and in network
namespaces, where packets of one direction go to a hardware address that nobody has (skipped where not permitted).
"""
import asyncio
import os
import pathlib
import subprocess
import sys
import threading
import time

from florin_cluster import ELECTION_S, Cluster, Load, Watch, free_port, print_downtime
from florin_node import Skip, check, run_cases, seeded

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from cluster_proxies import Proxies  # noqa: E402  (found only now)

PATIENCE_MS = 3000  # of a node with its clients: the one that is cut off makes them wait


# --- ways to cut ---------------------------------------------------------------------------------------------

class Proxied:
    """The proxies of `./dev cluster split`, on a thread of their own."""

    def __init__(self, cluster):
        self.cut_pairs = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.proxies = self.on_loop(self.listen(cluster))

    def on_loop(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.on_loop(self.end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def listen(self, cluster):
        proxies = Proxies({number: ("127.0.0.1", member.peer_port) for number, member in cluster.members.items()})
        for a, b in proxies.gates:
            port = free_port()
            cluster.seen_as[a, b] = f"127.0.0.1:{port}"
            await proxies.listen(a, b, port)
        return proxies

    async def end(self):
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def cut(self, a, b):
        """Nothing gets from a to b."""
        self.cut_pairs.add((a, b))
        self.loop.call_soon_threadsafe(self.proxies.cut, frozenset(self.cut_pairs))

    def heal(self):
        self.cut_pairs.clear()
        self.loop.call_soon_threadsafe(self.proxies.cut, frozenset())


def ip(*arguments, namespace=None):
    command = ["ip", *(["-n", namespace] if namespace else []), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"{' '.join(command)}: {done.stderr.strip()}")


class Namespaces:
    """Each node in a network namespace of its own, all on one bridge, where the clients are too."""

    NOBODY = "02:00:00:00:00:01"

    def __init__(self, cluster):
        self.cluster = cluster
        tag = os.getpid() % 100_000
        self.net = f"10.213.{os.getpid() % 250}"
        self.bridge = f"flr{tag}"
        self.names = {number: f"florin-{tag}-{number}" for number in cluster.members}
        self.cut_pairs = set()
        try:
            ip("netns", "add", self.names[1])
            ip("netns", "del", self.names[1])
            ip("link", "add", self.bridge, "type", "bridge")
        except (AssertionError, OSError) as error:
            raise Skip(f"no network namespaces can be made here: {error}") from None
        try:
            self.build()
        except BaseException:
            self.remove()
            raise

    def build(self):
        ip("addr", "add", f"{self.net}.254/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")
        for number, name in self.names.items():
            port = f"{self.bridge}-{number}"
            ip("netns", "add", name)
            ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", port, "master", self.bridge, "up")
            ip("addr", "add", f"{self.net}.{number}/24", "dev", "eth0", namespace=name)
            ip("link", "set", "lo", "up", namespace=name)
            ip("link", "set", "eth0", "up", namespace=name)
            member = self.cluster[number]
            member.host = f"{self.net}.{number}"
            member.prefix = ["ip", "netns", "exec", name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        for number, name in self.names.items():  # the link too: a namespace may outlive its name for a while
            subprocess.run(["ip", "link", "del", f"{self.bridge}-{number}"], capture_output=True, check=False)
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True, check=False)

    def cut(self, a, b):
        self.cut_pairs.add((a, b))
        ip("neigh", "replace", f"{self.net}.{b}", "lladdr", self.NOBODY, "dev", "eth0", "nud", "permanent",
           namespace=self.names[a])

    def heal(self):
        for a, b in self.cut_pairs:
            ip("neigh", "del", f"{self.net}.{b}", "dev", "eth0", namespace=self.names[a])
        self.cut_pairs.clear()


# --- what is cut ------------------------------------------------------------------------------------------------

def alone(network, leader, others):
    for other in others:
        network.cut(leader, other)
        network.cut(other, leader)


def deaf(network, leader, others):
    for other in others:
        network.cut(other, leader)


def mute(network, leader, others):
    for other in others:
        network.cut(leader, other)


def from_one(network, leader, others):
    network.cut(leader, others[0])
    network.cut(others[0], leader)


# A deaf leader is still heard: it first has to find out that nobody answers. Who is cut from the leader alone is not
# cut from what it is told: its clients ask elsewhere after PATIENCE_MS.
UNAVAILABLE_S_MAX = {alone: 3.0, mute: 3.0, deaf: 5.0, from_one: 2.5 * PATIENCE_MS / 1000}


def questions(watch, leader, partitions):
    return [watch.ask(leader, partition, statement) for partition in partitions for statement in (False, True)]


def split_round(cluster, network, load, watch, cut):
    leader, partitions = cluster.busiest()
    others = [number for number in cluster.members if number != leader.number]
    cut(network, leader.number, others)
    moment = time.monotonic()
    waits = watch.first_payments(leader, partitions, moment)
    watch.answered_all()
    time.sleep(max(0.0, moment + 2 * ELECTION_S - time.monotonic()))
    if cut is alone:
        led = cluster.wait_leaders(members=[cluster[n] for n in others])
        check(leader.number not in led.values(), f"node {leader.number} is cut off and leads: {led}")
    # Others acknowledge; then the node that is cut off is asked for exactly that.
    with cluster.client(others[-1], avoid=leader.number) as client:
        twins = [watch.pay(client, partition, leader) for partition in partitions]
    for one in questions(watch, leader, partitions):
        watch.answered(*one)
    waiting = questions(watch, leader, partitions)
    network.heal()
    for one in waiting:
        watch.answered(*one)
    watch.read_for(0.5, leader, partitions)
    for twin, transfer in twins:
        answer = twin.answer()
        if answer is not None and answer.status == 200:
            check(transfer.take_answer(answer), f"a late twin was answered {answer}")
    cluster.wait_caught_up()
    load.check_threads()
    print(f"  {cut.__name__}, {len(partitions)} partitions", flush=True)
    print_downtime("served again at the other nodes after", waits)
    check(max(waits) <= UNAVAILABLE_S_MAX[cut], f"{cut.__name__}: not served by the others for {max(waits)} s")


def splits(directory, make_network, cuts, **options):
    chance = seeded()
    cluster = Cluster(directory, options=["--http-request-patience-ms", PATIENCE_MS], **options)
    with make_network(cluster) as network, cluster.start():
        load = Load(cluster, chance)
        watch = Watch(load)
        for cut in cuts:
            load.start()
            split_round(cluster, network, load, watch, cut)
            load.stop()
            load.verify()
        load.verify_all()
        print(f"  {load.report()}\n  {watch.report()}", flush=True)


def cut_by_proxies(directory):
    splits(directory, Proxied, [alone, deaf, mute, from_one])


def cut_in_network_namespaces(directory):
    splits(directory, Namespaces, [alone, mute, deaf], tls=True)


run_cases([cut_by_proxies, cut_in_network_namespaces])

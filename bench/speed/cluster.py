"""Several florinds as one cluster on this machine: configured, started, watched and stopped like a Node."""
import contextlib
import json
import random
import socket
import subprocess

from node import START_S_MAX, Broken, Node, wait_until

REPLICATION = 3
COMMAND_S_MAX = 600


def free_ports(count):
    """Below the range from which the system takes ports of outgoing connections: nobody else may get them meanwhile."""
    found = []
    for port in random.SystemRandom().sample(range(20_000, 32_000), 2_000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise Broken("no free ports")


class Cluster:
    """Use as context: whatever happens, the processes are gone at the end. Ready when every partition is led."""

    def __init__(self, binaries, directory, partitions, count):
        self.binaries = binaries
        self.directory = directory
        self.partitions = partitions
        self.ports = {}
        self.founders = range(1, count + 1)
        self.nodes = {number: self.make(number) for number in self.founders}

    def make(self, number, options=()):
        self.ports[number] = free_ports(2)  # for peers, for clients
        directory = self.directory / f"node{number}"
        directory.mkdir(parents=True)
        node = Node(self.binaries, directory, self.partitions,
                    ("--config", str(directory / "florin.toml"), "--node", str(number), *options))
        node.address = f"127.0.0.1:{self.ports[number][1]}"
        return node

    def write_config(self, number):
        lines = ["[cluster]", 'id = "bench"', f"replication = {REPLICATION}", "insecure = true"]
        for other in sorted({*self.founders, number}):
            peer, http = self.ports[other]
            lines += ["[[cluster.node]]", f"id = {other}", f'peer = "127.0.0.1:{peer}"', f'http = "127.0.0.1:{http}"']
        (self.directory / f"node{number}" / "florin.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def __enter__(self):
        try:
            for number, node in self.nodes.items():
                self.write_config(number)
                node.spawn()
            for node in self.nodes.values():
                wait_until(node.ready, START_S_MAX, "florind says that it is ready")
            wait_until(self.is_led, START_S_MAX, "every partition has a leader")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in self.nodes.values():
            node.__exit__()

    def groups(self, number):
        """{partition: what this node says of its replica}"""
        answer = json.loads(self.nodes[number].get("/v1/cluster")[1])
        return {group["partition"]: group for group in answer["groups"]}

    def is_led(self):
        groups = self.groups(1)
        return len(groups) == self.partitions and all(group["leader"] for group in groups.values())

    def last_index(self, number, partition):
        return self.groups(number)[partition]["last"]

    def join(self, number):
        """One node more, in the map and ready."""
        node = self.nodes[number] = self.make(number, ("--cluster-join", "true"))
        self.write_config(number)
        node.spawn()
        wait_until(node.ready, START_S_MAX, "florind says that it is ready")
        peer, http = self.ports[number]
        self.operate("node", "add", str(number), "--peer", f"127.0.0.1:{peer}", "--http", f"127.0.0.1:{http}")
        wait_until(lambda: node.get("/readyz")[0] == 200, START_S_MAX, f"node {number} is in the cluster")

    def operate(self, *arguments, at=1):
        command = [str(self.binaries / "florin"), "--url", f"http://{self.nodes[at].address}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_S_MAX, check=False)
        if done.returncode != 0:
            raise Broken(f"florin {' '.join(arguments)} ended with {done.returncode}: {done.stdout}{done.stderr}")

    # --- as of a Node ---------------------------------------------------------------------------------------

    def load_options(self):
        pids = ",".join(str(node.process.pid) for node in self.nodes.values())
        urls = ",".join(f"http://{node.address}" for node in self.nodes.values())
        return "--cluster", urls, "--node-pid", pids

    def get(self, path, timeout=60):
        return self.nodes[1].get(path, timeout)

    def check_alive(self):
        for node in self.nodes.values():
            node.check_alive()

    def cpu_ticks(self):
        return sum(node.cpu_ticks() for node in self.nodes.values())

    def wait_quiet(self, seconds):
        for node in self.nodes.values():
            node.wait_quiet(seconds)

    def stop(self):
        for node in self.nodes.values():
            node.stop()

"""Power fails under load: after kill -9 only what was synced is still on the disk (power_loss_shim.cpp), on one node
and on three at once. FLORIN_POWER_ROUNDS rounds. What was acknowledged must be there: nothing but the real syncs of the
real program keeps it, those of the log, of its directories and of LMDB.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from florin_books import Books
from florin_cluster import Cluster
from florin_cluster import Load as ClusterLoad
from florin_node import Node, audit, check, check_equal, run_cases, seeded
from one_node_load import ACCOUNTS, FREEZABLE, Load, full_check, open_accounts, verify_round

ROUNDS = int(os.environ.get("FLORIN_POWER_ROUNDS", "8"))
LOAD_S = (0.3, 1.5)
# Small segments and frequent checkpoints: many new files, many commits of LMDB.
PAGE = 4096
OPTIONS = ["--journal-segment-mib", "1", "--state-checkpoint-interval-ms", "100"]
HERE = pathlib.Path(__file__).resolve().parent


def build_shim():
    path = pathlib.Path(tempfile.mkdtemp(prefix="florin-power-")) / "shim.so"
    subprocess.run(["g++", "-std=c++20", "-O2", "-fPIC", "-shared", "-o", path, HERE / "power_loss_shim.cpp", "-ldl"],
                   check=True)
    return path


class Power:
    """The disk of one data directory: what is surely on it (the image), and what may have got there as well."""

    def __init__(self, data_dir, chance):
        self.data_dir = pathlib.Path(data_dir)
        self.image = self.data_dir.with_name(self.data_dir.name + ".image")
        self.chance = chance
        self.pages_lost = 0

    def prefix(self):
        """For a new process: it copies what is there, all of which is durable."""
        shutil.rmtree(self.image, ignore_errors=True)
        return ["env", f"LD_PRELOAD={SHIM}", f"FLORIN_POWER_ROOT={self.data_dir}", f"FLORIN_POWER_IMAGE={self.image}"]

    def fail(self):
        """Makes of the directory what its disk has: the image, and of each file any of the pages that were written and not
        synced. Files and directories stay the same ones (by inode): it is no copy."""
        if not (self.image / "root").exists():
            return  # it died before the image was whole, so before it had begun
        stash = self.data_dir.with_name(self.data_dir.name + ".written")
        stash.mkdir()
        for path in [path for path in self.data_dir.rglob("*") if path.is_file()]:
            path.rename(stash / str(path.stat().st_ino))
        self.restore((self.image / "root").read_text(), self.data_dir, stash)
        shutil.rmtree(stash)

    def restore(self, inode, path, written):
        path.mkdir(exist_ok=True)
        image = self.image / f"d{inode}"
        names = [line.split(" ", 2) for line in (image.read_text().splitlines() if image.exists() else [])]
        for gone in {child.name for child in path.iterdir()} - {name for _, kind, name in names if kind == "d"}:
            shutil.rmtree(path / gone)
        for child, kind, name in names:
            if kind == "d":
                self.restore(child, path / name, written)
            elif name != "lock.mdb":  # LMDB's table of readers: made anew at every start
                kept, last = self.image / f"f{child}", written / child
                synced = kept.read_bytes() if kept.exists() else b""
                now = last.read_bytes() if last.exists() else synced
                if last.exists():
                    last.rename(path / name)
                (path / name).write_bytes(self.some_of(synced, now))

    def some_of(self, synced, now):
        """Each page as it was synced, or as it was written last; a longer file may have kept its new length."""
        share = self.chance.choice([0.0, 0.5, 1.0])
        found = bytearray(now if self.chance.random() < share else synced)
        for begin in range(0, min(len(found), len(now)), PAGE):
            end = min(begin + PAGE, len(found), len(now))
            old = synced[begin:end].ljust(end - begin, b"\0")
            if old != now[begin:end]:
                survives = self.chance.random() < share
                self.pages_lost += not survives
                found[begin:end] = now[begin:end] if survives else old
        return found


class PowerNode(Node):
    """However it ends, power fails with it."""

    def __init__(self, data_dir, chance):
        super().__init__(data_dir, *OPTIONS)
        self.power = Power(data_dir, chance)

    def spawn(self):
        self.prefix = self.power.prefix()
        return super().spawn()

    def kill(self):
        super().kill()
        self.power.fail()

    def stop(self, *arguments):
        seconds = super().stop(*arguments)
        self.power.fail()
        return seconds


def one_node(directory):
    chance = seeded()
    data_dir = directory / "data"
    books = Books(ACCOUNTS, FREEZABLE)

    def node_of(path):
        return PowerNode(path, chance)

    known = open_accounts(data_dir, books, node_of)
    lost, pages_lost = 0, 0
    for number in range(1, ROUNDS + 1):
        with node_of(data_dir).start() as node:
            load = Load(node, chance, known, books.frozen)
            load.start()
            time.sleep(chance.uniform(*LOAD_S))  # the random moment
            node.kill()
            sent = load.join()
            pages_lost += node.power.pages_lost
        if number % 3 == 0:  # and once more while it starts or recovers
            with node_of(data_dir).spawn() as node:
                time.sleep(chance.uniform(0, 0.15))
                node.kill()
        audit(data_dir)
        with node_of(data_dir).start() as node:
            lost += len(sent) - verify_round(node, books, chance, sent, known)
            known += sent
            node.stop() if chance.random() < 0.5 else node.kill()
        check_equal(audit(data_dir)["transfers_open"], 0, "transfers that are still open")
    check(len(known) > 20 * ROUNDS and lost > 0, f"{len(known)} transfers, {lost} answers lost: that is no load")
    check(pages_lost > 0, "no page was ever lost: the failures did not hit anything")
    full_check(data_dir, books, known, node_of)
    print(f"  {len(known)} transfers, {lost} answers lost, {pages_lost} pages lost", flush=True)


def three_nodes(directory):
    """All three at once: a majority has nothing but its disks."""
    chance = seeded()
    with Cluster(directory, options=OPTIONS) as cluster:
        powers = {number: Power(member.data_dir, chance) for number, member in cluster.members.items()}

        def start():
            for number, member in cluster.members.items():
                member.prefix = powers[number].prefix()
            cluster.start()

        start()
        load = ClusterLoad(cluster, chance).start()
        for number in range(1, ROUNDS + 1):
            time.sleep(chance.uniform(*LOAD_S))
            for member in cluster.members.values():
                member.process.kill()
            for number_of, member in cluster.members.items():
                member.kill()
                powers[number_of].fail()
            start()
            load.check_threads()
            if number == ROUNDS:
                load.stop()
                load.verify()
        load.verify_all()
        print(f"  {load.report()}", flush=True)


SHIM = build_shim()
try:
    run_cases([one_node, three_nodes])
finally:
    shutil.rmtree(SHIM.parent, ignore_errors=True)

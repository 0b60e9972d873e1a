"""The chapter "Backup, restore, audit" of docs/OPERATIONS.md, done as it is written.

The commands are taken out of the document and run in their order, in bash; what is replaced is the names of places only
(PLACES: addresses, directories, the name of the cluster), and a command without any of them runs as it stands.
`systemctl` and `florind` are done by the test, which keeps the processes. Money moves before, and everything that was
acknowledged must be there afterwards.
"""
import os
import pathlib
import re
import shlex
import subprocess
import time

import florin_cluster
from florin_cluster import Cluster, Load, Member, replayed
from florin_node import (BIN, ROOT, START_S_MAX, Node, audit, check, check_equal, florin, run_cases, seeded, terms,
                         wait_until)

CHAPTER = "Backup, restore, audit"
OUTSIDE = "@outside:USD"


def commands(section):
    """The lines of the code blocks of a section, continued ones joined, block by block."""
    text = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8")
    chapter = re.search(rf"^## {re.escape(CHAPTER)}\n(.*?)^## ", text, re.S | re.M)
    check(chapter, f"no chapter {CHAPTER!r} in docs/OPERATIONS.md")
    found = re.search(rf"^### {re.escape(section)}\n(.*?)(^### |\Z)", chapter[1], re.S | re.M)
    check(found, f"no section {section!r} in the chapter")
    blocks = re.findall(r"^```\n(.*?)^```", found[1], re.S | re.M)
    return [block.replace("\\\n", " ").splitlines() for block in blocks]


def run(line, places):
    """One command of the document, as it stands but for the names of places."""
    for name, here in places.items():
        line = line.replace(name, str(here))
    check(not re.search(r"10\.0\.0\.|/var/lib|/backup/", line), f"a place that the test does not know: {line}")
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "FLORIN_URL": places.get("url", "")}
    done = subprocess.run(["bash", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                          check=False, env=environment)
    check(done.returncode == 0, f"{line}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def run_with_service(lines, node, places):
    for line in lines:
        if line.startswith("systemctl stop"):
            node.stop()
        elif line.startswith("systemctl start"):
            node.start()
        else:
            run(line, places)


def one_node_is_restored_from_its_copy(directory):
    backup, restore = commands("One node")
    node = Node(directory / "data").start()
    places = {"/var/lib/florin": node.data_dir, "/backup/florin": directory / "copy"}
    with node:
        with node.client() as client:
            client.create("alice")
            check_equal(client.transfer(terms(OUTSIDE, "alice", 700)).status, 200, "a deposit")
        run_with_service(backup, node, places)
        with node.client() as client:
            check_equal(client.transfer(terms(OUTSIDE, "alice", 300)).status, 200, "a deposit after the copy")
        run_with_service(restore, node, places)
        with node.client() as client:
            check_equal(client.account("alice")["available"], "7.00", "what the copy has")
        node.stop()
        audit(node.data_dir)
        check_equal(replayed(f"{node.data_dir}.lost", "alice")["available"], "10.00", "what was there is kept")


class OldCluster(Cluster):
    """Its clients give up soon: when all nodes are gone for good nobody answers any more."""

    def __init__(self, directory, **options):
        directory.mkdir()
        super().__init__(directory, **options)

    def client(self, first=None, **options):
        return super().client(first, **{"patience": 6, **options})


class NewCluster(Cluster):
    """Nodes 4, 5 and 6, under another name."""

    def __init__(self, directory, old):
        super().__init__(directory, 0, partitions=old.partitions, replication=old.replication)
        self.directory.mkdir()
        self.members = {number: Member(self, number) for number in (4, 5, 6)}
        self.founders = dict(self.members)
        for member in self.members.values():
            member.options = ["--cluster-join", "true"]

    def config_text(self, number):
        return super().config_text(number).replace(f'id = "{florin_cluster.CLUSTER_ID}"', 'id = "prod-eu-2"')


def places_of(new, backups):
    places = {f"/backup/node{number}": path for number, path in backups.items()}
    for number, member in new.members.items():
        places[f"10.0.0.{number}:7400"] = member.peer
        places[f"10.0.0.{number}:8080"] = f"{member.host}:{member.http_port}"
    places["/var/lib/florin"] = new[4].data_dir
    return places


def start_as_written(line, new):
    """florind of one of the new nodes: with the options of the document, in its own place."""
    words = shlex.split(line, comments=True)
    number = int(words[words.index("--node") + 1])
    member = new[number]
    given = member.arguments()
    check(words[words.index("--cluster-join") + 1] == "true", line)
    check("--cluster-join" in given and str(number) in given, f"{given} is not {words}")
    member.spawn()
    wait_until(member.answers_http, START_S_MAX, f"node {number} serves HTTP")
    if number == 4:
        member.wait_ready()


def everything_is_lost_but_two_copies(directory):
    """Three nodes under load, killed; copies of two are all that is left."""
    chance = seeded()
    recovery, founding = commands("A majority is lost")
    with OldCluster(directory / "old").start() as old, NewCluster(directory / "new", old) as new:
        load = Load(old, chance).start()
        load.wait_served(list(load.pairs), time.monotonic(), 15)
        time.sleep(chance.uniform(0.5, 2.0))  # the random moment
        load.stopping.set()
        for member in old.members.values():
            member.kill()
        for thread in load.threads:
            thread.join(60)
        load.failures.clear()  # the nodes are gone: what was acknowledged before is what counts
        backups = {}
        for number in (1, 3):
            backups[number] = directory / f"copy{number}"
            run_copy = [line for line in commands("A backup of a cluster")[0] if line.startswith("cp ")]
            for line in run_copy:
                run(line, {"/var/lib/florin": old[number].data_dir, "/backup/node1": backups[number]})
        places = places_of(new, backups)
        for line in recovery:
            print("  " + line[:100], flush=True)
            out = run(line, places)
        check("clean" in out, out)
        for line in founding:
            print("  " + line[:100], flush=True)
            if line.startswith("florind"):
                start_as_written(line, new)
            else:
                places["url"] = f"http://{new[4].address}"
                run(line, places)
        new.wait_leaders()
        check_equal(new.wait_settled(), {p: {4, 5, 6} for p in range(new.partitions)}, "who has what")
        load.cluster = new
        load.verify()
        load.start()
        load.wait_served(list(load.pairs), time.monotonic(), 15)
        load.stop()
        load.verify()
        load.verify_all()
        print(f"  {load.report()}", flush=True)


def an_old_copy_is_not_taken_for_a_new_one(directory):
    """One copy taken early, by the document, while the others went on: without a majority nothing is written."""
    backup = commands("A backup of a cluster")[0]
    recovery = commands("A majority is lost")[0]
    with OldCluster(directory / "old", partitions=2).start() as old, NewCluster(directory / "new", old) as new:
        with old.client() as client:
            client.create("alice")
            client.transfer(terms(OUTSIDE, "alice", 700))
            copy = directory / "copy1"
            run_with_service(backup, old[1], {"/var/lib/florin": old[1].data_dir, "/backup/node1": copy})
            old.wait_caught_up()
        for member in old.members.values():
            member.kill()
        line = recovery[0].replace("--from /backup/node3", "")
        for name, here in places_of(new, {1: copy}).items():
            line = line.replace(name, str(here))
        code, out, errors = florin(*shlex.split(line)[1:], expect=None)
        check_equal(code, 1, f"exit code of {line}: {out}{errors}")
        check("no majority of its voters is here" in out and "nothing was written" in out, out)
        check(not pathlib.Path(new[4].data_dir).exists(), "something was written")
        florin(*shlex.split(line)[1:], "--accept-missing")
        audit(new[4].data_dir)
        audit(copy)


run_cases([one_node_is_restored_from_its_copy, everything_is_lost_but_two_copies,
           an_old_copy_is_not_taken_for_a_new_one])

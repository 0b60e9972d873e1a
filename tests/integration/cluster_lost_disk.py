"""A node of a cluster that comes back without its disk, with an older one, or with a copy of it: it says so, ends with the
code for that and takes no part, and the others go on. `florin node rejoin` brings it back with an empty directory.

In every case clients transfer over all nodes the whole time; at the end every acknowledged transfer is there once.
"""
import pathlib
import shutil
import time

from florin_cluster import Cluster, Load
from florin_node import STOP_S_MAX, check, check_equal, run_cases, seeded, wait_until

DISK_LOST = 7  # exit code, runtime/config/exit_code.hpp


def keep_snapshot(member, where):
    """Of the whole disk, block by block: what put_back() makes of it has the same inodes."""
    return shutil.copytree(member.data_dir, where)


def put_back(snapshot, data_dir):
    snapshot, data_dir = pathlib.Path(snapshot), pathlib.Path(data_dir)
    for path in sorted(data_dir.rglob("*"), reverse=True):
        if not (snapshot / path.relative_to(data_dir)).exists():
            path.rmdir() if path.is_dir() else path.unlink()
    for old in sorted(snapshot.rglob("*")):
        path = data_dir / old.relative_to(snapshot)
        if old.is_dir():
            path.mkdir(exist_ok=True)
            continue
        with open(path, "r+b" if path.exists() else "wb") as file:
            file.write(old.read_bytes())
            file.truncate()


def kept_of(member, number):
    """{group: index} that a node keeps, on its own disk, of the disk of node `number`."""
    kept, found = {}, False
    for line in (pathlib.Path(member.data_dir) / "disks").read_text().splitlines():
        words = line.split()
        if words[0] == "node":
            found = words[1] == str(number)
        elif words[0] == "group" and found:
            kept[int(words[1])] = int(words[3])
    return kept


def wait_kept(cluster, number, before):
    """Until the others keep of that node what it cannot have had `before`."""
    others = [member for n, member in cluster.members.items() if n != number]
    wait_until(lambda: all(kept_of(member, number).get(group, 0) > index + 100
                           for member in others for group, index in before.items() if group < cluster.partitions),
               30, f"the others keep what node {number} has")


def expect_refused(member, *words):
    """Twice: that it was refused changes nothing."""
    for _ in range(2):
        member.spawn()
        check_equal(member.wait_exit(20), DISK_LOST, f"exit code of node {member.number} ({member.output()[-2000:]})")
        for word in (f"node {member.number}", *words):
            check(word in member.output(), f"'{word}' is not said: {member.output()[-2000:]}")


def all_served(load, what):
    waits = load.wait_served(list(load.pairs), time.monotonic(), 20)
    print(f"  {what}: every partition serves, the slowest after {max(waits.values()) * 1000:.0f} ms", flush=True)


def finish(load):
    all_served(load, "at the end")
    load.stop()
    load.verify()
    load.verify_all()
    print(f"  {load.report()}", flush=True)


def stopped_with_snapshot(cluster, load, number, where):
    all_served(load, "before the snapshot")
    member = cluster[number]
    member.stop(STOP_S_MAX)
    return member, keep_snapshot(member, where)


def a_lost_disk_comes_back_by_rejoin(directory):
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        all_served(load, "before the loss")
        lost = cluster[2]
        lost.kill()
        aside = directory / "aside"
        pathlib.Path(lost.data_dir).rename(aside)
        expect_refused(lost, "was lost", "florin node rejoin 2")
        shutil.rmtree(lost.data_dir)
        all_served(load, "without it")
        cluster.operate("node", "rejoin", 2)
        lost.options = ["--cluster-join", "true"]
        began = time.monotonic()
        lost.start()
        holders = cluster.wait_settled(60)
        check_equal(holders, {p: {1, 2, 3} for p in range(cluster.partitions)}, "who has what")
        cluster.wait_caught_up()
        print(f"  back after {time.monotonic() - began:.1f} s", flush=True)
        cluster[1].kill()  # now it is needed
        all_served(load, "with it and one other")
        cluster[1].start()
        lost.kill()
        lost.start()
        finish(load)
        shutil.rmtree(lost.data_dir)  # the disk that was given up is found again
        aside.rename(lost.data_dir)
        lost.options = []
        cluster.start_together(1, 3)
        expect_refused(lost, "an operator has said that it is lost")


def an_older_disk_is_refused(directory):
    """Of the same files, as after a block-level snapshot was put back: only the other nodes can tell."""
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        older, snapshot = stopped_with_snapshot(cluster, load, 2, directory / "snapshot")
        before = kept_of(cluster[1], 2)
        newest = directory / "newest"
        older.start()
        wait_kept(cluster, 2, before)
        all_served(load, "after it")
        older.kill()
        keep_snapshot(older, newest)
        put_back(snapshot, older.data_dir)
        expect_refused(older, "an older copy", "florin node rejoin 2")
        all_served(load, "without it")
        # With the newest disk back in its place it is the node that it was.
        put_back(newest, older.data_dir)
        older.start()
        cluster.wait_caught_up()
        finish(load)


def an_older_disk_is_refused_after_all_were_down(directory):
    """The others have only what they kept on their own disks."""
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        older, snapshot = stopped_with_snapshot(cluster, load, 2, directory / "snapshot")
        for _ in range(2):
            older.start()
            cluster.wait_caught_up()
            older.kill()
        load.stop()
        for member in cluster.members.values():
            if member is not older:
                member.kill()
        put_back(snapshot, older.data_dir)
        for member in cluster.members.values():
            member.spawn()
        check_equal(older.wait_exit(20), DISK_LOST, f"exit code ({older.output()[-2000:]})")
        check("an older copy" in older.output(), f"the reason is not said: {older.output()[-2000:]}")
        for number in (1, 3):
            cluster[number].wait_ready()
        cluster.operate("node", "rejoin", 2)
        shutil.rmtree(older.data_dir)
        older.options = ["--cluster-join", "true"]
        older.start()
        cluster.wait_settled(60)
        load.start()
        finish(load)


def a_copy_is_refused(directory):
    chance = seeded()
    with Cluster(directory).start() as cluster:
        load = Load(cluster, chance).start()
        copied = cluster[3]
        all_served(load, "before the copy")
        copied.stop(STOP_S_MAX)
        right = directory / "right"
        pathlib.Path(copied.data_dir).rename(right)
        shutil.copytree(right, copied.data_dir)
        expect_refused(copied, "is a copy", "florin node rejoin 3")
        shutil.rmtree(copied.data_dir)
        right.rename(copied.data_dir)  # moved, not copied
        copied.start()
        finish(load)


run_cases([a_lost_disk_comes_back_by_rejoin, an_older_disk_is_refused, an_older_disk_is_refused_after_all_were_down,
           a_copy_is_refused])

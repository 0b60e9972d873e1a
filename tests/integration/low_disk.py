"""A node whose disk fills: first batches are refused, then everything but reads, and the node is still there when there
is room again. And one whose state store has no room: it goes on from its log, and loses nothing.

Disks are small tmpfs of their own.
"""
import subprocess

from florin_node import (OUTSIDE, Node, audit, check, check_books, check_equal, metric, mount_tmpfs, run_cases, terms,
                         wait_until)

OPTIONS = ["--partitions", 2, "--journal-segment-mib", 1, "--state-checkpoint-interval-ms", 100]
DISK_MIB = 32
LEVELS = ["--disk-low-mib", 16, "--disk-reserve-mib", 8]


def leave_free(disk, mib):
    """Somebody else takes what is there above `mib`."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    stat = subprocess.run(["df", "-B1", "--output=avail", disk], capture_output=True, text=True, check=True)
    free = int(stat.stdout.split()[1])
    subprocess.run(["fallocate", "-l", str(free - (mib << 20)), filler], check=True)


def wait_level(client, level):
    wait_until(lambda: metric(client, "florin_disk_level") == level, 5, f"florin_disk_level is {level}")


def disk_that_fills(directory):
    disk = directory / "disk"
    disk.mkdir()
    mount_tmpfs(disk, f"size={DISK_MIB}m")
    try:
        with Node(disk / "data", *OPTIONS, *LEVELS) as node, node.client() as client:
            for account in ("alice", "bob"):
                client.create(account)
            check_equal(client.transfer(terms(OUTSIDE, "alice", 10_000)).status, 200, "a deposit")
            batch = [terms(OUTSIDE, "alice", 1) for _ in range(50)]
            check(all(item["Status"] == "success" for item in client.batch(batch)), "a batch while there is room")
            check_equal(metric(client, "florin_disk_level"), 0, "florin_disk_level")

            leave_free(disk, 12)
            wait_level(client, 1)
            refused = client.batch([terms(OUTSIDE, "bob", 1) for _ in range(50)])
            check(all(item["code"] == "overloaded" for item in refused), f"a batch on a low disk: {refused[:2]}")
            check_equal(client.transfer(terms("alice", "bob", 100)).status, 200, "a single transfer on a low disk")
            check(node.log_line("the disk is getting full: batches are refused (overloaded)"), "no warning")

            leave_free(disk, 4)
            wait_level(client, 2)
            again = terms("alice", "bob", 100)
            answer = client.transfer(again)
            check_equal((answer.status, answer.code), (503, "overloaded"), "a transfer within the reserve")
            check("disk" in answer.json["detail"], f"the disk is not named: {answer}")
            check_equal(client.account("bob")["available"], "1.00", "a read within the reserve")
            check_equal(client.get("/readyz").status, 200, "/readyz")

            (disk / "filler").unlink()
            wait_level(client, 0)
            check_equal(client.transfer(again).status, 200, "the same with room again")
            check_equal(client.account("bob")["available"], "2.00", "once")
            check_books(client)
            node.stop()
        audit(disk / "data")
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


def state_store_without_room(directory):
    data = directory / "data"
    with Node(data, *OPTIONS) as node:
        node.stop()
    state = data / "state"
    mount_tmpfs(state, "size=1m")
    try:
        with Node(data, *OPTIONS) as node, node.client() as client:
            def opened(number):
                client.create(f"a{number}", metadata={f"k{i}": "v" * 400 for i in range(8)})
                return metric(client, "florin_checkpoints_refused_total") > 0

            many = 0
            while not opened(many):
                many += 1
                check(many < 5_000, "1 MiB of state never full")
            check_equal(client.transfer(terms(OUTSIDE, "a0", 500)).status, 200, "a deposit with a full store")
            check_equal(client.get("/readyz").status, 200, "/readyz")
            check(node.log_line("a checkpoint has no room: it is tried again, and the log keeps what it says"),
                  "no line in the log")
            node.kill()
        with Node(data, *OPTIONS) as node, node.client() as client:  # replays, on the same full store
            check_equal(client.account("a0")["available"], "5.00", "a deposit that only the log has")
            mount_tmpfs(state, "remount", "size=64m")
            before = metric(client, "florin_checkpoint_rows_total")
            wait_until(lambda: metric(client, "florin_checkpoint_rows_total") > before, 30, "the checkpoint is written")
            client.account(f"a{many}")
            check_books(client)
            node.stop()
        audit(data)
    finally:
        subprocess.run(["umount", "--lazy", state], check=False)


run_cases([disk_that_fills, state_store_without_room])

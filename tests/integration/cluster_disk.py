"""A node of a cluster whose disk runs full: it ends with the exit code for that, the others go on; with room again it
starts and catches up, and has lost nothing."""
import subprocess
import time

from florin_cluster import Cluster, Load
from florin_node import STOP_S_MAX, check, check_equal, mount_tmpfs, run_cases, seeded

DISK_FULL = 5  # exit code, runtime/config/exit_code.hpp
SMALL_MIB, ROOM_MIB = 12, 64
FILL_S_MAX = 60


def full_disk_of_one_node(directory):
    chance = seeded()
    cluster = Cluster(directory, partitions=4, options=["--journal-segment-mib", 1,
                                                        "--state-checkpoint-interval-ms", 200])
    small = cluster[3]
    disk = directory / "disk"
    disk.mkdir()
    mount_tmpfs(disk, f"size={SMALL_MIB}m")
    small.data_dir = str(disk / "data")
    try:
        with cluster.start():
            load = Load(cluster, chance, batchers=3, pause=0.002).start()
            began = time.monotonic()
            while small.runs():
                load.check_threads()
                check(time.monotonic() - began < FILL_S_MAX, f"{SMALL_MIB} MiB are not full after {FILL_S_MAX} s")
                time.sleep(0.05)
            moment = time.monotonic()
            code = small.wait_exit(STOP_S_MAX)
            check_equal(code, DISK_FULL, f"exit code ({small.output()[-1000:]})")
            check("space" in small.output(), f"the reason is not named: {small.output()[-1000:]}")
            waits = load.wait_served(range(cluster.partitions), moment)
            print(f"  full after {moment - began:.1f} s; every partition served again after "
                  f"{max(waits.values()) * 1000:.0f} ms", flush=True)
            small.spawn()
            check_equal(small.wait_exit(30), DISK_FULL, f"exit code of a start on the full disk ({small.output()})")
            load.stop()
            load.verify()  # with two of three
            load.start()
            mount_tmpfs(disk, "remount", f"size={ROOM_MIB}m")
            small.start()
            cluster.wait_caught_up()
            load.stop()
            load.verify()
            load.verify_all()
            print(f"  {load.report()}", flush=True)
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


run_cases([full_disk_of_one_node])

"""A replica that was away while more was written than one frame between nodes takes gets all of it, piece by piece."""
import time

from florin_cluster import Cluster
from florin_node import check, run_cases, wait_until

ENTRIES = 8_600  # more than raft keeps: it has to fetch the log
METADATA = {f"note-{number}": "m" * 450 for number in range(4)}  # so that they are much more than 4 MiB
CATCH_UP_S_MAX = 60


def gets_more_than_a_frame_of_log(directory):
    cluster = Cluster(directory, partitions=1, options=["--journal-segment-mib", 4])
    with cluster.start():
        leader = cluster.wait_leaders()[0]
        away = next(member for number, member in cluster.members.items() if number != leader)
        away.kill()
        began = time.monotonic()
        with cluster[leader].client(60) as client:
            for number in range(ENTRIES):  # one after the other: each is an entry
                client.create(f"account-{number}", metadata=METADATA)
        print(f"  {ENTRIES} entries in {time.monotonic() - began:.0f} s", flush=True)
        began = time.monotonic()
        away.start()

        def has_all():
            with away.client(10) as client:
                answer = client.get(f"/v1/accounts/account-{ENTRIES - 1}?consistency=follower")
                return answer.status == 200

        wait_until(has_all, CATCH_UP_S_MAX, "the replica has what was written while it was away")
        check(not cluster[leader].log_line("consensus"), "nothing panicked")
        print(f"  caught up after {time.monotonic() - began:.1f} s", flush=True)
        cluster.stop()


run_cases([gets_more_than_a_frame_of_log])

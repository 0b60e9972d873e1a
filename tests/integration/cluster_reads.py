"""Reads that any replica may answer (`consistency=follower`), bounded by the position of an earlier answer, and the
header that says who leads."""
import time

from florin_cluster import Cluster, accounts_by_partition
from florin_node import OUTSIDE, cents, check, check_equal, florin, partition_of, run_cases, terms, wait_until

WAIT_S, SLACK_S = 2.0, 1.5  # a replica waits for min_position; the machine is slow
FAR_AHEAD = 1_000_000_000


def position_parts(position):
    partition, index, ordinal = position[1:].split(":")
    return int(partition), int(index), int(ordinal)


def read(member, path, timeout=15):
    with member.client(timeout) as client:
        begun = time.monotonic()
        answer = client.get(path)
        return answer, time.monotonic() - begun


def deposit(client, account, minor):
    """Its id and its position."""
    sent = terms(OUTSIDE, account, minor)
    answer = client.transfer(sent)
    check_equal(answer.status, 200, f"a deposit: {answer}")
    return sent["transaction_id"], answer.json["Position"]


def check_reads(member, account, transaction_id, position, posted):
    """Balance, statement and transfer at this node show at least what is at `position`."""
    query = f"consistency=follower&min_position={position}"
    answer, _ = read(member, f"/v1/accounts/{account}?{query}")
    check_equal(answer.status, 200, f"node {member.number}: {answer}")
    check_equal(cents(answer.json["posted"]), posted, f"{account} at node {member.number}")
    check(position_parts(answer.json["position"])[1] >= position_parts(position)[1], f"{answer} is older than {position}")
    statement, _ = read(member, f"/v1/accounts/{account}/entries?limit=1&{query}")
    check_equal(statement.status, 200, f"node {member.number}: {statement}")
    check_equal(statement.json["data"][0]["transaction_id"], transaction_id, f"newest entry at node {member.number}")
    status, _ = read(member, f"/v1/wallet/balance_transfers/{transaction_id}?{query}")
    check_equal(status.status, 200, f"node {member.number}: {status}")
    check_equal(status.json["status"], "completed", "the transfer")
    return answer


def every_node_shows_what_was_written(directory):
    with Cluster(directory, 4).start() as cluster:  # of each partition one node has no replica
        with cluster.client() as client:
            accounts = {p: names[0] for p, names in accounts_by_partition(client, 1).items()}
            posted = dict.fromkeys(accounts.values(), 0)
            for turn in range(10):
                for partition, account in accounts.items():
                    transaction_id, position = deposit(client, account, turn + 1)
                    posted[account] += turn + 1
                    check_equal(partition_of(position), partition, "partition of the deposit")
                    for member in cluster.members.values():
                        check_reads(member, account, transaction_id, position, posted[account])
        for partition, account in accounts.items():

            def names_the_leader(account=account, partition=partition):
                answer, _ = read(cluster[1], f"/v1/accounts/{account}?consistency=follower")
                leader = cluster.leaders().get(partition)  # may have moved a moment ago
                return answer if leader and answer.headers["Florin-Leader"] == cluster[leader].address else None

            answer = wait_until(names_the_leader, 15, f"Florin-Leader says who leads p{partition}")
            check_equal(answer.headers["Florin-Position"], answer.json["position"], "Florin-Position")
            shown = florin("--url", f"http://{cluster[2].address}", "--json", "account", "show", account, "--consistency",
                           "follower", "--min-position", answer.json["position"])
            check(account in shown, shown)
        for member in cluster.members.values():
            answer, _ = read(member, "/v1/ledger/trial_balance?consistency=follower")
            check_equal(answer.status, 200, f"trial balance of node {member.number}: {answer}")
            listed, _ = read(member, "/v1/accounts?limit=100&consistency=follower")
            check(set(accounts.values()) <= {a["account_id"] for a in listed.json["data"]}, f"{listed}")


def what_is_not_there_is_refused_in_time(directory):
    with Cluster(directory).start() as cluster:
        with cluster.client() as client:
            account = client.create("alice")
        partition = partition_of(account["position"])
        for member in cluster.members.values():
            answer, took = read(member, f"/v1/accounts/alice?consistency=follower&min_position=p{partition}:{FAR_AHEAD}:0")
            check_equal((answer.status, answer.code), (503, "not_ready"), f"far ahead: {answer}")
            check("Retry-After" in answer.headers, f"{answer.headers}")
            check(WAIT_S - 0.2 <= took <= WAIT_S + SLACK_S, f"refused after {took:.2f} s")
        for query in (f"consistency=follower&min_position=p{(partition + 1) % cluster.partitions}:1:0",
                      "consistency=follower&min_position=1842", f"min_position=p{partition}:1:0",
                      "consistency=follower&min_position=p0:1:0&min_position=p0:1:0", "consistency=newest",
                      "consistency=leader&consistency=leader"):
            answer, _ = read(cluster[1], f"/v1/accounts/alice?{query}")
            check_equal((answer.status, answer.code), (400, "invalid_request"), f"{query}: {answer}")
            named = "/min_position" if "min_position" in query else "/consistency"
            check_equal(answer.json["param"], named, f"{query}: {answer}")


def followers_answer_while_their_leader_sleeps(directory):
    with Cluster(directory).start() as cluster:
        with cluster.client() as client:
            accounts = {p: names[0] for p, names in accounts_by_partition(client, 1).items()}
            written = {p: (account, *deposit(client, account, 7)) for p, account in accounts.items()}
        # The nodes that will answer know that all this is committed.
        for member in cluster.members.values():
            for account, transaction_id, position in written.values():
                check_reads(member, account, transaction_id, position, 7)
        sleeper, partitions = cluster.busiest()
        sleeper.pause()
        asleep_since = time.monotonic()
        for member in cluster.alive():
            for partition in partitions:
                check_reads(member, *written[partition], 7)
        print(f"  {len(partitions)} partitions of a sleeping leader, read at two followers in "
              f"{(time.monotonic() - asleep_since) * 1000:.0f} ms", flush=True)
        # Without a majority, too; whoever asks for the newest is told that there is no leader.
        alone = cluster.alive()[0]
        for member in cluster.alive()[1:]:
            member.pause()
        for account, transaction_id, position in written.values():
            check_reads(alone, account, transaction_id, position, 7)
        account = written[partitions[0]][0]
        for _ in range(2):
            answer, took = read(alone, f"/v1/accounts/{account}", 30)
            check_equal((answer.status, answer.code), (503, "no_leader"), f"the newest, without a majority: {answer}")
            print(f"  without a majority: no_leader after {took:.1f} s", flush=True)
        for member in cluster.members.values():
            if member.paused:
                member.go_on()
        cluster.wait_leaders()
        cluster.wait_caught_up(0)
        for member in cluster.members.values():
            for one in written.values():
                check_reads(member, *one, 7)


run_cases([every_node_shows_what_was_written, what_is_not_there_is_refused_in_time,
           followers_answer_while_their_leader_sleeps])

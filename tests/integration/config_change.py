"""A configuration that changes between two starts changes how a node works, and nothing of what it has promised: books,
answers to repeats and the log are the same. What counts once for ever is refused by name, or said in the log."""
import random

from florin_cluster import Cluster, Load
from florin_node import (START_S_MAX, Node, audit, cents, check, check_books, check_equal, open_with_balance,
                         run_cases, seeded, terms, wait_until)

BAD_CONFIG = 2  # exit code, runtime/config/exit_code.hpp
PARTITIONS = 4
ACCOUNTS = [f"account-{number}" for number in range(1500)]
OPENING = 1000
ONCE = "cluster.replication counts only when a cluster is formed"
# One start after the other: each says what differs from the defaults. 1000 is the least that may stay in memory.
STARTS = [
    [],
    ["--engine-resident-accounts-max", 1000, "--state-checkpoint-interval-ms", 10, "--state-checkpoint-dirty-max", 1],
    ["--state-checkpoint-interval-ms", 3600000, "--journal-segment-mib", 1, "--engine-scheduler-threads", 1],
    ["--engine-turn-messages-max", 1, "--engine-try-timeout-ms", 3600000, "--engine-resend-after-ms", 10],
    ["--engine-inbox-messages-max", 65536, "--journal-segment-mib", 128, "--engine-resident-accounts-max", 1000],
    ["--engine-resident-accounts-max", 1000000000, "--engine-turn-messages-max", 1048576, "--engine-try-timeout-ms", 10],
    [],
]


def start_with(node, options):
    node.options = ["--partitions", str(PARTITIONS), *map(str, options)]
    return node.start()


def move_at_random(client, chance, books):
    """A batch over random accounts, and what was answered."""
    sent = [terms(*chance.sample(ACCOUNTS, 2), chance.randint(1, 400), protocol=chance.choice(["tcc", "saga"]))
            for _ in range(300)]
    answers = client.batch(sent)
    for body, result in zip(sent, answers, strict=True):
        if result["Status"] == "success":
            books[body["from_account"]] -= cents(body["amount"])
            books[body["to_account"]] += cents(body["amount"])
    return list(zip(sent, answers))


def one_node(directory):
    chance = seeded()
    recorded, books = [], None
    with Node(directory / "data").spawn() as node:
        node.kill()  # it has no number of partitions of its own yet
        for number, options in enumerate(STARTS):
            start_with(node, options)
            books = books or open_with_balance(node, ACCOUNTS, OPENING)
            with node.client(60) as client:
                recorded += move_at_random(client, chance, books)
                check_books(client)
                for account in chance.sample(ACCOUNTS, 300):
                    found = client.account(account)
                    check_equal((cents(found["posted"]), cents(found["held"])), (books[account], 0),
                                f"{account} after start {number} with {options}")
                some = chance.sample(recorded, min(300, len(recorded)))
                for (body, before), again in zip(some, client.batch([body for body, _ in some]), strict=True):
                    check_equal(again, before, f"a repeat of {body} after start {number} with {options}")
            if number % 2:
                node.stop()
                audit(node.data_dir)
            else:
                node.kill()
        start_with(node, []).stop()
        check_equal(audit(node.data_dir)["transfers_open"], 0, "transfers that are still open")


def rolling(directory):
    """One node after the other gets other times and bounds, twice, while clients work: in between no two have the same."""
    one = ["--cluster-election-ms", 400, "--cluster-heartbeat-ms", 40, "--engine-resident-accounts-max", 1000,
           "--state-checkpoint-interval-ms", 50, "--journal-segment-mib", 4]
    two = ["--cluster-election-ms", 3000, "--cluster-heartbeat-ms", 300, "--state-checkpoint-interval-ms", 60000,
           "--engine-turn-messages-max", 16, "--engine-try-timeout-ms", 2000]
    with Cluster(directory).start() as cluster:
        load = Load(cluster, seeded()).start()
        for options in (one, two):
            for member in cluster.members.values():
                member.stop()
                member.options = [str(option) for option in options]
                member.start()
                cluster.wait_caught_up()
                load.check_threads()
        load.stop()
        load.verify()
        load.verify_all()
        print(f"  {load.report()}", flush=True)


def said(member):
    """What the node logs about its replication, once it knows the map."""
    return wait_until(lambda: member.log_line(ONCE), 30, f"node {member.number} says that its replication does not count")


def replication_of_an_existing_cluster(directory):
    """It counts when the cluster is formed. Afterwards the node says so, and goes on with what counts."""
    with Cluster(directory).start() as cluster:
        load = Load(cluster, random.Random(1)).start()
        for number in (3, 1, 2):
            cluster[number].stop()
            cluster[number].options = ["--cluster-replication", "1"]
            cluster[number].start()
            line = said(cluster[number])
            check_equal((line["configured"], line["counts"]), (1, 3), "what it says")
            cluster.wait_caught_up()
        load.stop()
        check_equal({tuple(sorted(nodes)) for nodes in cluster.wait_settled().values()}, {(1, 2, 3)}, "the replicas")
        for member in cluster.members.values():
            member.options = []
        load.verify()
        load.verify_all()
        cluster.start()
        for member in cluster.members.values():
            check(member.log_line(ONCE) is None, f"node {member.number} has nothing to say")


def founder_with_another_replication(directory):
    """It has not heard of the map yet, and began its groups with other voters than the others: it must not go on."""
    with Cluster(directory) as cluster:
        for number in (1, 2):
            cluster[number].spawn()
        for number in (1, 2):
            cluster[number].wait_ready()
        cluster.wait_leaders(members=[cluster[1], cluster[2]])
        third = cluster[3]
        third.options = ["--cluster-replication", "1"]
        code = third.spawn().wait_exit(START_S_MAX)
        check_equal(code, BAD_CONFIG, f"exit code ({third.output()})")
        check("cluster.replication is 1 here, and this cluster was formed with 3" in third.output(), third.output())
        third.options = []
        third.start()
        load = Load(cluster, random.Random(2)).start()
        cluster.wait_caught_up()
        load.stop()
        load.verify()
        load.verify_all()


run_cases([one_node, rolling, replication_of_an_existing_cluster, founder_with_another_replication])

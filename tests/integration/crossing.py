"""Transfers A->B and B->A in parallel: there is nothing to wait for, so nothing can deadlock, and no money is lost."""
from florin_node import (OUTSIDE, Node, audit, cents, check, check_books, check_equal, in_threads, partition_of,
                         run_cases, terms)

THREADS_EACH_WAY = 8
SINGLES = 60
BATCH = 200
FINISH_S_MAX = 60  # they take about two seconds; a deadlock takes for ever
OPENING = 1_000_000


def open_accounts(client):
    """Accounts by partition, until one partition has two and another has one."""
    by_partition = {}
    for number in range(1000):
        name = f"account-{number}"
        by_partition.setdefault(partition_of(client.create(name)["position"]), []).append(name)
        pairs = [names for names in by_partition.values() if len(names) > 1]
        if pairs and len(by_partition) > 1:
            other = next(names[0] for names in by_partition.values() if names is not pairs[0])
            return pairs[0][0], pairs[0][1], other
    raise AssertionError("all of 1,000 accounts are in one partition")


def back_and_forth(directory, same_partition, protocol):
    with Node(directory / "data").start() as node:
        with node.client() as client:
            one, neighbour, stranger = open_accounts(client)
            two = neighbour if same_partition else stranger
            for account in (one, two):
                check_equal(client.transfer(terms(OUTSIDE, account, OPENING)).status, 200, "the deposit")

        moved = [0] * (2 * THREADS_EACH_WAY)

        def work(number):
            payer, payee = (one, two) if number % 2 == 0 else (two, one)
            with node.client(FINISH_S_MAX) as client:
                for _ in range(SINGLES):
                    answer = client.transfer(terms(payer, payee, 100 + number, protocol=protocol))
                    check_equal(answer.status, 200, f"{payer} to {payee}: {answer}")
                    moved[number] += 100 + number
                results = client.batch([terms(payer, payee, 1 + number, protocol=protocol) for _ in range(BATCH)])
                check_equal({result["Status"] for result in results}, {"success"}, f"batch {payer} to {payee}")
                moved[number] += (1 + number) * BATCH

        in_threads(len(moved), work, FINISH_S_MAX)
        net = sum(moved[1::2]) - sum(moved[0::2])
        with node.client() as client:
            check_books(client)
            for account, expected in ((one, OPENING + net), (two, OPENING - net)):
                found = client.account(account)
                check_equal((cents(found["posted"]), cents(found["held"])), (expected, 0), f"balance of {account}")
            check_equal(len(list(client.entries(one))), 1 + len(moved) * (SINGLES + BATCH), "entries of the statement")
        node.stop()
    report = audit(directory / "data")
    check_equal(report["transfers_open"], 0, "open transfers")
    check(report["transfers_ended"] >= len(moved) * (SINGLES + BATCH), f"too few transfers ended: {report}")


def local_pair(directory):
    back_and_forth(directory, True, None)


def local_pair_asked_for_saga(directory):
    back_and_forth(directory, True, "saga")


def crossing_pair_with_tcc(directory):
    back_and_forth(directory, False, "tcc")


def crossing_pair_with_saga(directory):
    back_and_forth(directory, False, "saga")


run_cases([local_pair, local_pair_asked_for_saga, crossing_pair_with_tcc, crossing_pair_with_saga])

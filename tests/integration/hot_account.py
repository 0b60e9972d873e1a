"""64 clients hammer one hot account: it never goes below zero, and every sum is right."""
import random
import threading

from florin_node import (OUTSIDE, Node, audit, cents, check, check_books, check_equal, in_threads, run_cases, seeded,
                         terms)

CLIENTS = 64
TRANSFERS_EACH = 60
OPENING = 20_000  # cents: far less than what is asked for, so that most of the time the account is nearly empty


def hammer(directory, protocol):
    chance = seeded()
    seeds = [chance.getrandbits(64) for _ in range(CLIENTS)]
    succeeded = [0] * CLIENTS  # cents each client got out of the hot account, less what it paid in
    refused = [0] * CLIENTS
    seen = []
    done = threading.Event()
    with Node(directory / "data").start() as node:
        with node.client() as client:
            client.create("hot")
            check_equal(client.transfer(terms(OUTSIDE, "hot", OPENING)).status, 200, "the deposit")
            for number in range(CLIENTS):
                client.create(f"client-{number}")

        def watch():
            with node.client() as client:
                while not done.is_set():
                    found = client.account("hot")
                    seen.append((cents(found["posted"]), cents(found["held"]), cents(found["available"])))

        def work(number):
            mine = random.Random(seeds[number])
            with node.client(60) as client:
                for _ in range(TRANSFERS_EACH):
                    minor = mine.randint(1, 2_000)
                    back = mine.random() < 0.3 and minor <= succeeded[number]
                    payer, payee = (f"client-{number}", "hot") if back else ("hot", f"client-{number}")
                    answer = client.transfer(terms(payer, payee, minor, protocol=protocol))
                    if answer.status == 200:
                        succeeded[number] += -minor if back else minor
                    else:
                        check_equal((answer.status, answer.code, back), (422, "insufficient_available", False),
                                    f"answer {answer}")
                        refused[number] += 1

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            in_threads(CLIENTS, work, 240)
        finally:
            done.set()
            watcher.join(30)
        check(len(seen) > 20, f"the balance was seen {len(seen)} times only")
        check(sum(refused) > 0, "nothing was refused: the account was never short of money")
        for posted, held, available in seen:
            check(posted >= 0 and held >= 0 and available >= 0 and posted - held == available,
                  f"a balance of the hot account was posted {posted}, held {held}, available {available}")
        with node.client() as client:
            check_books(client)
            check_equal(cents(client.account("hot")["posted"]), OPENING - sum(succeeded), "the hot account's balance")
            check_equal(cents(client.account("hot")["held"]), 0, "held of the hot account")
            for number in range(CLIENTS):
                check_equal(cents(client.account(f"client-{number}")["posted"]), succeeded[number],
                            f"the balance of client {number}")
            for entry in client.entries("hot"):
                check(cents(entry["posted_after"]) >= 0, f"the hot account was below zero: {entry}")
        node.stop()
    audit(directory / "data")


def hot_account_with_tcc(directory):
    hammer(directory, "tcc")


def hot_account_with_saga(directory):
    hammer(directory, "saga")


run_cases([hot_account_with_tcc, hot_account_with_saga])

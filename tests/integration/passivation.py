"""More accounts than may stay in memory: idle actors are put away, and come back with what they had."""
import random

from florin_node import (Node, audit, cents, check, check_books, check_equal, in_threads, metric,
                         open_with_balance, run_cases, seeded, terms)

ACCOUNTS = [f"account-{number}" for number in range(5000)]
RESIDENT_MAX = 1000  # the least that florind accepts
OPTIONS = ["--engine-resident-accounts-max", RESIDENT_MAX, "--state-checkpoint-interval-ms", 100]
OPENING = 10_000
THREADS = 4
BATCHES, BATCH = 12, 1000


def move_at_random(node, chance, books):
    """Batches over random accounts; books follow what was answered."""
    recorded = []
    with node.client(60) as client:
        for _ in range(BATCHES):
            sent = [terms(*chance.sample(ACCOUNTS, 2), chance.randint(1, 4000), protocol=chance.choice(["tcc", "saga"]))
                    for _ in range(BATCH)]
            for body, result in zip(sent, client.batch(sent), strict=True):
                recorded.append((body, result))
                if result["Status"] == "success":
                    books[body["from_account"]] -= cents(body["amount"])
                    books[body["to_account"]] += cents(body["amount"])
                else:
                    check_equal(result.get("code"), "insufficient_available", f"{body}: {result}")
    return recorded


def check_all(node, chance, books, recorded):
    order = chance.sample(ACCOUNTS, len(ACCOUNTS))

    def work(number):
        with node.client(60) as client:
            for account in order[number::THREADS]:
                found = client.account(account)
                balance = cents(found["posted"]), cents(found["held"])
                check_equal(balance, (books[account], 0), f"balance of {account}")

    in_threads(THREADS, work, 120)
    with node.client(60) as client:
        check_books(client)
        some = chance.sample(recorded, 2000)
        for (body, before), again in zip(some, client.batch([body for body, _ in some]), strict=True):
            check_equal(again, before, f"a repeat of {body}")
        for account in chance.sample(ACCOUNTS, 50):
            entries = list(client.entries(account))
            check_equal(cents(entries[0]["posted_after"]), books[account], f"the statement of {account}")


def idle_accounts_are_put_away_and_come_back(directory):
    chance = seeded()
    data_dir = directory / "data"
    with Node(data_dir, *OPTIONS).start() as node:
        books = open_with_balance(node, ACCOUNTS, OPENING)
        recorded = move_at_random(node, chance, books)
        check_all(node, chance, books, recorded)
        with node.client() as client:
            resident = metric(client, "florin_entities_resident", 'kind="account"')
            evicted = metric(client, "florin_entity_cache_evictions_total")
            missed = metric(client, "florin_entity_cache_misses_total")
        print(f"  {resident:.0f} entities resident, {evicted:.0f} put away, {missed:.0f} read back")
        check(resident <= RESIDENT_MAX * 1.2, f"{resident} entities stay in memory, {RESIDENT_MAX} may")
        check(evicted > len(ACCOUNTS) and missed > len(ACCOUNTS) / 2, "hardly anything was put away")
        if chance.random() < 0.5:
            node.stop()
        else:
            node.kill()
    with Node(data_dir, *OPTIONS).start() as node:
        recorded += move_at_random(node, random.Random(chance.getrandbits(64)), books)
        check_all(node, chance, books, recorded)
        node.stop()
    audit(data_dir)


run_cases([idle_accounts_are_put_away_and_come_back])

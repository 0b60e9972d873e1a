"""kill -9 in a loop: one data directory, FLORIN_KILL_ROUNDS rounds (100) of load, kill at a random moment, restart. After
every round: what one_node_load.py says.
"""
import os
import time

from florin_books import Books
from florin_node import Node, audit, check, check_equal, run_cases, seeded
from one_node_load import ACCOUNTS, FREEZABLE, LOAD_S, Load, full_check, open_accounts, verify_round

ROUNDS = int(os.environ.get("FLORIN_KILL_ROUNDS", "100"))


def kill_nine(directory):
    chance = seeded()
    data_dir = directory / "data"
    books = Books(ACCOUNTS, FREEZABLE)
    known = open_accounts(data_dir, books)
    began, replayed, lost = time.monotonic(), 0, 0
    for number in range(1, ROUNDS + 1):
        with Node(data_dir).start() as node:
            load = Load(node, chance, known, books.frozen)
            load.start()
            time.sleep(chance.uniform(*LOAD_S))  # the random moment
            node.kill()
            sent = load.join()
        if number % 5 == 0:
            audit(data_dir)  # of the directory as the kill left it
        if number % 3 == 0:  # and once more while it starts or recovers
            with Node(data_dir).spawn() as node:
                time.sleep(chance.uniform(0, 0.15))
                node.kill()
        with Node(data_dir).start() as node:
            replayed += node.log_line("ready")["entries_replayed"]
            acknowledged = verify_round(node, books, chance, sent, known)
            lost += len(sent) - acknowledged
            known += sent
            if chance.random() < 0.5:
                node.stop()
            else:
                node.kill()
        report = audit(data_dir)
        check_equal(report["transfers_open"], 0, "transfers that are still open")
        if number % 10 == 0 or number == ROUNDS:
            print(f"round {number}: {len(known)} transfers, {lost} answers lost, {replayed} entries replayed, "
                  f"{time.monotonic() - began:.0f} s", flush=True)
    check(len(known) > 20 * ROUNDS, f"only {len(known)} transfers in {ROUNDS} rounds: that is no load")
    check(lost > 0, "no answer was ever lost: the kills did not hit anything")
    report = full_check(data_dir, books, known)
    print(f"{report['entries']} entries, {report['transfers_ended']} ended transfers audited", flush=True)


run_cases([kill_nine])

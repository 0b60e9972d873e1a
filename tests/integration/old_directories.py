"""Yesterday's directories: what earlier versions wrote, killed in the middle of their work, opens with today's programs.

Each archive of tests/fixtures/directories is unpacked and started. What clients had been told stays true, what was open
ends, the books balance, accounts are as they were, refusals stay where they were answered, and the offline audit of the
old and of the continued log is clean.
"""
import json
import pathlib
import tarfile

from florin_books import RECORDED, Books, Transfer, resolve
from florin_cluster import Cluster
from florin_node import Node, audit, check, check_books, check_equal, run_cases, wait_until

RECORDED |= {"daily_limit_exceeded", "account_closed", "deadline_passed"}
DIRECTORIES = pathlib.Path(__file__).resolve().parents[1] / "fixtures/directories"
OPTIONS = ["--journal-segment-mib", "1"]


def unpack(directory, archive):
    with tarfile.open(archive) as packed:
        packed.extractall(directory)
    return json.loads((directory / "told.json").read_text(encoding="utf-8"))


def transfers_of(told):
    transfers = []
    for item in told["transfers"]:
        transfer = Transfer(item["terms"])
        transfer.position, transfer.code = item.get("position"), item.get("code")
        transfers.append(transfer)
    return transfers


def check_account(client, name, told):
    found = client.account(name)
    terms = told["terms"].get(name, {})
    check_equal(found["frozen"], name in told["frozen"], f"frozen of {name}")
    check_equal(found["closed"], name in told["closed"], f"closed of {name}")
    for field in ("allow_negative", "kind", "metadata", "daily_debit_limit"):
        if field in terms:
            check_equal(found[field], terms[field], f"{field} of {name}")


def hold_to_it(client, told):
    """Repeats everything that was ever asked: resolve() compares with what was told then."""
    transfers = transfers_of(told)
    known = sum(transfer.position is not None or transfer.code is not None for transfer in transfers)
    check(0 < known < len(transfers), "the archive has transfers that were answered, and some that were not")
    resolve(client, transfers)
    books = Books(told["accounts"])
    books.post(transfers)
    wait_until(lambda: all(client.account(name)["held"] == "0.00" for name in told["accounts"]), 30, "nothing is held")
    for name in told["accounts"]:
        check_account(client, name, told)
    for name, balance in books.balance.items():
        found = client.account(name)
        check_equal(found["posted"], f"{balance // 100}.{balance % 100:02d}", f"posted of {name}")
    books.check_from_the_beginning(client, transfers)
    check_books(client)
    print(f"  {known} of {len(transfers)} transfers had been answered", flush=True)


def place_of(position):
    partition, index, _ = position.removeprefix("p").split(":")
    return int(partition), int(index)


def refusals(client, told):
    """Where each refusal is of which somebody had been told."""
    known = [transfer.terms for transfer in transfers_of(told) if transfer.code in RECORDED]
    check(len(known) > 0, "the archive has refusals")
    return [result["Position"] for result in client.batch(known)]


def one_node(directory, archive):
    told = unpack(directory, archive)
    check(audit(directory / "node1")["transfers_open"] > 0, "the archive has open transfers")
    with Node(directory / "node1", "--partitions", told["partitions"], *OPTIONS).start() as node:
        with node.client() as client:
            books = client.ok("GET", "/v1/ledger/trial_balance")
            ends = dict(place_of(partition["position"]) for partition in books["partitions"])
            hold_to_it(client, told)
            where = refusals(client, told)
        for partition, index in map(place_of, where):
            check(index <= ends[partition], f"a refusal of before is in entry {index} of partition {partition} now")
        node.stop()
    with Node(directory / "node1", "--partitions", told["partitions"], *OPTIONS).start() as node:
        with node.client() as client:
            check_equal(refusals(client, told), where, "where the refusals of before are")
        node.stop()
    check_equal(audit(directory / "node1")["transfers_open"], 0, "open transfers")


def three_nodes(directory, archive):
    told = unpack(directory, archive)
    for number in (1, 2, 3):
        audit(directory / f"node{number}")
    with Cluster(directory, partitions=told["partitions"], options=OPTIONS).start() as cluster:
        with cluster[1].client() as client:
            hold_to_it(client, told)
        cluster.wait_caught_up(0)
        cluster.stop()
    for number in (1, 2, 3):
        audit(directory / f"node{number}")


def cases():
    found = []
    for archive in sorted(DIRECTORIES.glob("*.tar.xz")):
        open_it = one_node if archive.name.endswith("_one_node.tar.xz") else three_nodes

        def case(directory, open_it=open_it, archive=archive):
            open_it(directory, archive)

        case.__name__ = archive.name.removesuffix(".tar.xz")
        found.append(case)
    return found


run_cases(cases())

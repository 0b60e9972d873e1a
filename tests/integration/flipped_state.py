"""Disks that lie about the state store: bits of balances, keys and whole pages of data.mdb flip under a stopped node.

Whatever flips: no flipped value is ever answered or paid out, the node comes up (after a crash inside LMDB, at a start, in
use or at a stop, at the next start), the partition is made again from the log while the others serve, and the audit is
clean.
"""
import shutil
import signal
import subprocess
import time

from florin_node import (LOST, OUTSIDE, Failure, Node, audit, cents, check, check_books, check_equal, metric,
                         partition_of, run_cases, seeded, terms, wait_until)

PARTITIONS = 4
ACCOUNTS = [f"customer-{number:03}" for number in range(48)]
POSTED = 100_000
OPTIONS = ["--partitions", PARTITIONS]
PAGE = 4096
PAGE_HEADER = 16
FREE_LIST_ROOT = 64  # in a meta page behind its header, as the next one
TRANSACTION = 128
TRIALS = 8
CRASHES = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL)


def filled(data_dir, accounts=ACCOUNTS):
    """A stopped node with 1,000.00 in every account; account -> its partition."""
    homes = {}
    with Node(data_dir, *OPTIONS).start() as node:
        with node.client() as client:
            for account in accounts:
                client.create(account)
                paid = client.transfer(terms(OUTSIDE, account, POSTED))
                check_equal(paid.status, 200, "the deposit")
                homes[account] = partition_of(paid.json["Position"])
        node.stop()
    return homes


def store_of(data_dir, partition):
    return data_dir / f"state/p{partition:04}/data.mdb"


def places_of(pages, text):
    found, places = -1, []
    while (found := pages.find(text, found + 1)) >= 0:
        places.append(found)
    return places


def balance(client, account):
    """In minor units; nothing while the partition is made again. Anything else is wrong."""
    answer = client.get(f"/v1/accounts/{account}")
    if answer.status == 503:
        check(answer.code in ("not_ready", "no_leader"), f"the refusal for {account}: {answer}")
        return None
    check_equal(answer.status, 200, f"the answer for {account} ({answer})")
    return cents(answer.json["posted"])


def check_money(client, accounts=ACCOUNTS):
    for account in accounts:
        seen = wait_until(lambda some=account: (balance(client, some),), 20, "an answer")
        wait_until(lambda some=account: balance(client, some) is not None, 30, f"{account} is served")
        check(seen[0] in (None, POSTED), f"{account} was answered with {seen[0]}")
        check_equal(balance(client, account), POSTED, f"posted of {account}")


def wait_scrubbed(client):
    """Until all rows of all stores have been looked at since now, and no partition is made again."""
    began = time.time()

    def is_done():
        lines = client.get("/metrics").body.decode().splitlines()
        times = [float(line.rsplit(" ", 1)[1]) for line in lines
                 if line.startswith("florin_state_scrubbed_timestamp_seconds{")]
        check_equal(len(times), PARTITIONS, "partitions that are scrubbed")
        return min(times) > began and metric(client, "florin_state_rebuilding") == 0

    wait_until(is_done, 30, "a scrub of all stores")


def one_flipped_bit_of_a_balance_is_never_money(directory):
    """What was seen once: 1,000.00 read as 1,343,177.28, of which 900,000.00 were paid out."""
    data_dir = directory / "data"
    homes = filled(data_dir)
    victim = ACCOUNTS[7]
    store = store_of(data_dir, homes[victim])
    pages = bytearray(store.read_bytes())
    amount = POSTED.to_bytes(4, "big")
    flipped = 0
    for place in places_of(pages, victim.encode()):  # in every copy of its row
        number = pages.find(b"\xce" + amount, place, place + 100)
        if number >= 0:
            pages[number + 1] ^= 0x08  # 134,217,728 more
            flipped += 1
    check(flipped > 0, "the balance is not in the store")
    store.write_bytes(pages)
    with Node(data_dir, *OPTIONS).start() as node:
        with node.client() as client:
            stolen = client.transfer(terms(victim, ACCOUNTS[8], 90_000_000))
            check(stolen.status in (503, 504) or stolen.code == "insufficient_available",
                  f"money that is not there: {stolen}")
            check_money(client)
            refused = client.transfer(terms(victim, ACCOUNTS[8], 90_000_000))
            check_equal(refused.code, "insufficient_available", "more than there is")
            check_equal(client.transfer(terms(victim, OUTSIDE, 1)).status, 200, "a withdrawal")
            check_equal(client.transfer(terms(OUTSIDE, victim, 1)).status, 200, "a deposit")
            check_equal(metric(client, "florin_state_damaged_total"), 1, "stores found damaged")
            check_equal(metric(client, "florin_state_rebuilding"), 0, "partitions being made again")
            check_books(client)
        check("is damaged: it is made again from the log" in node.output(), "the log does not say it")
        node.stop()
    audit(data_dir)
    check((data_dir / f"state/p{homes[victim]:04}.damaged").is_dir(), "the damaged store is kept for a look")
    with Node(data_dir, *OPTIONS).start() as node:
        check("damaged" not in node.output(), "the new store is whole")
        node.stop()


def died_inside(node, seconds=0):
    """Whether it has ended by what a process gets that follows a wrong number into memory that is not its own."""
    try:
        return -node.process.wait(seconds) in CRASHES
    except subprocess.TimeoutExpired:
        return False


def use(node):
    with node.client() as client:
        check_money(client)
        for account in ACCOUNTS:  # refusals are recorded: pages are written, and no balance changes
            refused = wait_until(lambda some=account: refusal_of(client, some), 30, f"{account} is served")
            check_equal(refused, "insufficient_available", "more than there is")
        check_money(client)
        check_books(client)
        wait_scrubbed(client)


def refusal_of(client, account):
    """Of more than is there; nothing while the partition is made again."""
    answer = client.transfer(terms(account, OUTSIDE, 90_000_000))
    return None if answer.status in (503, 504) else answer.code


def comes_to_its_end(node):
    """Waits for, uses and stops it; False when it died inside LMDB on the way, wherever that was."""
    try:
        node.wait_ready()
        use(node)
        node.stop()
        return True
    except LOST:
        if died_inside(node, 10):
            return False
        raise
    except AssertionError:  # of the start or the stop: the process has ended
        if died_inside(node):
            return False
        raise


def is_whole(data_dir):
    """Clean, or only state that the last checkpoint has spoilt: it took pages that were in use for free ones."""
    try:
        audit(data_dir)
        return True
    except Failure as failure:
        if f"state store {data_dir}" in str(failure) and "the state again from the log" in str(failure):
            return False
        raise


def trial(directory, name, damage):
    """The starts until everything was whole: one may end by the damage, one more by opening what that has left."""
    data_dir = directory / name
    shutil.copytree(directory / "data", data_dir)
    damage(data_dir)
    with Node(data_dir, *OPTIONS).spawn() as node:
        for starts in (1, 2, 3):
            if comes_to_its_end(node) and is_whole(data_dir):
                shutil.rmtree(data_dir)
                return starts
            node.spawn()
        raise Failure(f"{name}: still not whole after {starts} starts: {node.output()[-2000:]}")


def trials(directory, name, spoil):
    """`spoil(rng, pages)` changes the pages of one store of a copy, TRIALS times."""
    rng = seeded()
    homes = filled(directory / "data")

    def damage(data_dir):
        store = store_of(data_dir, rng.choice(list(homes.values())))
        pages = bytearray(store.read_bytes())
        spoil(rng, pages)
        store.write_bytes(pages)

    starts = sum(trial(directory, f"{name}-{number}", damage) for number in range(TRIALS))
    print(f"  {TRIALS} stores, {starts} starts")


def flipped_bits_anywhere_in_a_store(directory):
    def spoil(rng, pages):
        for _ in range(rng.choice((1, 3, 30))):
            place = rng.randrange(len(pages))
            pages[place] ^= 1 << rng.randrange(8)

    trials(directory, "bits", spoil)


def flipped_page_headers(directory):
    """Where LMDB keeps numbers of pages and places in them: what it follows without a look."""
    def spoil(rng, pages):
        for page in range(2, len(pages) // PAGE):
            if rng.random() < 0.5:
                place = page * PAGE + rng.randrange(32)
                pages[place] ^= 1 << rng.randrange(8)

    trials(directory, "headers", spoil)


def whole_pages_of_nonsense(directory):
    def spoil(rng, pages):
        page = rng.randrange(2, len(pages) // PAGE)
        pages[page * PAGE:(page + 1) * PAGE] = rng.choice((bytes(PAGE), rng.randbytes(PAGE)))

    trials(directory, "pages", spoil)


def free_list_of(pages):
    """The place of the newest root of LMDB's list of free pages, behind what the two meta pages say."""
    def number(meta, place):
        return int.from_bytes(pages[meta + place:meta + place + 8], "little")

    newest = max((PAGE_HEADER, PAGE + PAGE_HEADER), key=lambda meta: number(meta, TRANSACTION))
    return number(newest, FREE_LIST_ROOT) * PAGE


def flipped_free_list(directory):
    """What no scrub reads: which pages the next checkpoint takes, and where it writes them."""
    def spoil(rng, pages):
        root = free_list_of(pages)
        check(2 * PAGE <= root < len(pages), f"no list of free pages at {root}")
        for _ in range(rng.choice((1, 2, 4))):
            is_header = rng.random() < 0.5
            place = rng.randrange(32) if is_header else rng.randrange(PAGE - 400, PAGE)  # rows stand at its end
            pages[root + place] ^= 1 << rng.randrange(8)

    trials(directory, "free", spoil)


def a_start_that_died_inside_a_store_is_not_repeated(directory):
    """The marks themselves: what a process leaves that died while it opened a store, or inside LMDB later."""
    homes = filled(directory / "data")
    data_dir = directory / "data"
    for number, mark in enumerate((".opening", ".suspect")):
        partition = list(homes.values())[0]
        (data_dir / f"state/p{partition:04}{mark}").touch()
        with Node(data_dir, *OPTIONS).start() as node:
            with node.client() as client:
                check_money(client)
            check("a process has died inside it" in node.output(), f"{mark}: the log does not say why")
            check(not (data_dir / f"state/p{partition:04}{mark}").exists(), f"{mark} is still there")
            node.stop()
        audit(data_dir)
        with Node(data_dir, *OPTIONS).start() as node:
            check("died" not in node.output(), f"once is enough ({number})")
            node.stop()


run_cases([
    one_flipped_bit_of_a_balance_is_never_money, flipped_bits_anywhere_in_a_store, flipped_page_headers,
    flipped_free_list, whole_pages_of_nonsense, a_start_that_died_inside_a_store_is_not_repeated,
])

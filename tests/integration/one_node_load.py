"""Load on one node that dies under it, and what must be there afterwards, from outside and with books of our own:

  - every transfer that was acknowledged is there exactly once: on both statements once, and repeating its id
    answers the same Position, marked as replayed; what was refused stays refused with the same code;
  - transfers whose answer was lost are resolved by repeating the same id, and then belong to the books too;
  - balances equal our books, nothing is held, every partition's books balance, nothing is in flight;
  - `florin audit verify` on the stopped directory is clean.

`node_of(data_dir)` makes the node: a florin_node.Node, or one whose death costs more (power_loss.py).
"""
import random
import threading
import uuid

from florin_books import Books, Transfer, resolve
from florin_node import LOST, OUTSIDE, Node, audit, check, check_books, check_equal, terms, wait_until, wait_whole

ACCOUNTS = [f"account-{n}" for n in range(24)]
FREEZABLE = [f"frozen-{n}" for n in range(4)]
OPENING = 20_000  # cents
SINGLE_THREADS = 4
BATCH = 40
OLD_SAMPLE = 60
LOAD_S = (0.15, 0.9)


def random_terms(chance):
    kind = chance.random()
    minor = chance.randint(1, 500)
    anybody = ACCOUNTS + FREEZABLE
    payer, payee = chance.sample(anybody, 2)
    if kind < 0.1:
        payer = OUTSIDE
    elif kind < 0.2:
        payee = OUTSIDE
    elif kind < 0.3:
        minor = chance.randint(OPENING * 2, OPENING * 20)  # mostly refused: insufficient_available
    return terms(payer, payee, minor, str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                 chance.choice(["tcc", "saga", None]))


class Load:
    """Clients that send until the node dies under them."""

    def __init__(self, node, chance, known, frozen):
        self.node = node
        self.known = known           # transfers of earlier rounds, repeated now and then
        self.sent = []               # lists of threads joined at the end: no lock on the way
        self.failures = []
        self.frozen = frozen         # account -> states it may be in; changed by the freezer alone
        self.stopping = threading.Event()
        seeds = [chance.getrandbits(64) for _ in range(SINGLE_THREADS + 2)]
        self.threads = [threading.Thread(target=self.run, args=(work, random.Random(seed)), daemon=True)
                        for work, seed in zip([self.singles] * SINGLE_THREADS + [self.batches, self.freezer], seeds)]

    def start(self):
        wait_whole(self.node)
        for thread in self.threads:
            thread.start()

    def join(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(30)
            check(not thread.is_alive(), "a client hangs after the node was killed")
        check(not self.failures, f"during load: {self.failures[:1]}")
        return [transfer for some in self.sent for transfer in some]

    def run(self, work, chance):
        mine = []
        self.sent.append(mine)
        try:
            with self.node.client() as client:
                while not self.stopping.is_set():
                    work(client, chance, mine)
        except LOST:
            pass  # the kill
        except Exception as error:  # pylint: disable=broad-except
            self.failures.append(error)

    def singles(self, client, chance, mine):
        roll = chance.random()
        if roll < 0.05 and self.known:
            transfer = chance.choice(self.known)
        elif roll < 0.1 and mine:
            transfer = chance.choice(mine)
        else:
            transfer = Transfer(random_terms(chance))
            mine.append(transfer)  # before it is sent: it may be executed from here on
        was_known = transfer.position is not None or transfer.code is not None
        answer = client.transfer(transfer.terms)
        if transfer.take_answer(answer) and was_known:
            check(answer.replayed, f"a repeat is not marked as replayed: {transfer.terms} {answer}")

    def batches(self, client, chance, mine):
        some = [Transfer(random_terms(chance)) for _ in range(BATCH)]
        mine.extend(some)
        for transfer, result in zip(some, client.batch([t.terms for t in some]), strict=True):
            transfer.take_result(result)
        self.stopping.wait(0.08)  # the log grows over all rounds, and every round audits all of it

    def freezer(self, client, chance, _):
        account = chance.choice(FREEZABLE)
        state = chance.random() < 0.4
        self.frozen[account].add(state)  # from here on it may be either
        answer = client.post(f"/v1/accounts/{account}/{'freeze' if state else 'unfreeze'}", {"reason": "a test"})
        check_equal(answer.status, 200, f"freeze {account}: {answer}")
        check_equal(answer.json["frozen"], state, f"frozen in the answer for {account}")
        self.frozen[account] = {state}
        self.stopping.wait(0.02)


def check_phase_status(client, transfer):
    def look():
        return client.ok("GET", f"/v1/wallet/balance_transfers/{transfer.terms['transaction_id']}")

    status = look()
    if transfer.position is None and status["status"] == "cancelling":  # refused, and a leg is still to be cancelled
        wait_until(lambda: look()["status"] != "cancelling", 15, f"all legs of {transfer.terms} are cancelled")
        status = look()
    ends = {"completed"} if transfer.position is not None else {"refused", "cancelled"}
    check(status["status"] in ends, f"phase status {status['status']} of {transfer.terms}")
    check_equal(status.get("code"), transfer.code, f"code in the phase status of {transfer.terms}")
    check_equal(status["amount"], transfer.terms["amount"], f"amount in the phase status of {transfer.terms}")


def verify_round(node, books, chance, this_round, known):
    acknowledged = [t for t in this_round if t.position is not None or t.code is not None]
    wait_whole(node)
    with node.client() as client:
        for transfer in chance.sample(acknowledged, min(10, len(acknowledged))):
            answer = client.transfer(transfer.terms)
            check(transfer.take_answer(answer) and answer.replayed, f"{transfer.terms}: {answer}")
        resolve(client, this_round)
        for transfer in chance.sample(this_round, min(5, len(this_round))):
            check_phase_status(client, transfer)
        resolve(client, chance.sample(known, min(OLD_SAMPLE, len(known))))
        check_books(client)
        books.post(this_round)
        books.check_accounts(client)
        books.check_statements(client, this_round)
    return len(acknowledged)


def open_accounts(data_dir, books, node_of=Node):
    opening = []
    with node_of(data_dir).start() as node:
        with node.client() as client:
            for account in ACCOUNTS + FREEZABLE:
                client.create(account)
                opening.append(Transfer(terms(OUTSIDE, account, OPENING)))
        verify_round(node, books, random.Random(0), opening, [])
        node.stop()
    return opening


def full_check(data_dir, books, known, node_of=Node):
    """At the end: everything again, from nothing but the list of what we sent."""
    with node_of(data_dir).start() as node:
        wait_whole(node)
        with node.client() as client:
            resolve(client, known)
            books.check_from_the_beginning(client, known)
        node.stop()
    return audit(data_dir)

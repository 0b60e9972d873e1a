"""The books that a test keeps itself: what was sent, what was answered, and what the node must therefore say.

No code of the node is in it. Used where nodes are killed: an outcome that is not known is resolved by repeating.
"""
import collections

from florin_node import OUTSIDE, cents, check, check_equal, wait_until

# Refusals that depended on state are recorded under the id (docs/ERRORS.md).
RECORDED = {"insufficient_available", "account_frozen"}
# Nothing was executed, or the outcome is not known: the same id again is safe.
NOT_DONE = {"overloaded", "not_ready", "no_leader", "clock_unsure", "timeout"}


class Transfer:
    """What we sent, and what we were told: position = success, code = refused, neither = not known."""
    __slots__ = ("terms", "position", "code")

    def __init__(self, body):
        self.terms = body
        self.position = None
        self.code = None

    @property
    def owner(self):
        return self.terms["to_account"] if self.terms["from_account"] == OUTSIDE else self.terms["from_account"]

    def told(self, position, code):
        """Takes an answer; one that differs from an earlier one is the bug we hunt."""
        if self.position is not None or self.code is not None:
            check_equal((position, code), (self.position, self.code), f"a repeat of {self.terms}")
        self.position, self.code = position, code

    def take_result(self, result):
        """An answer in the form of a batch's result. False: the outcome is still not known."""
        check_equal(result["Transaction_id"], self.terms["transaction_id"], "the answer's id")
        if result["Status"] == "success":
            self.told(result["Position"], None)
            return True
        if result["Status"] == "failed" and result["code"] in RECORDED:
            self.told(None, result["code"])
            return True
        acceptable = result["Status"] == "pending" or result["code"] in NOT_DONE
        check(acceptable, f"{self.terms} was answered {result}")
        return False

    def take_answer(self, answer):
        body = answer.json
        if answer.status == 200:
            return self.take_result(body)
        if answer.status == 202:
            return False
        return self.take_result({"Status": "failed", **body})


class Books:
    """Our own: balances, and for each account which postings its statement must have."""

    def __init__(self, accounts, freezable=()):
        self.balance = {account: 0 for account in (*accounts, *freezable)}
        self.newest = {account: None for account in self.balance}  # position of the newest verified entry
        self.frozen = {account: {False} for account in freezable}

    @staticmethod
    def expected_entries(transfers):
        """account -> sorted (id, direction, amount, counterparty) of those that succeeded."""
        expected = {}
        for transfer in transfers:
            if transfer.position is None:
                continue
            t = transfer.terms
            payer, payee = t["from_account"], t["to_account"]
            for account, direction, other in ((payer, "debit", payee), (payee, "credit", payer)):
                if account != OUTSIDE:
                    expected.setdefault(account, []).append((t["transaction_id"], direction, t["amount"], other))
        return expected

    def post(self, transfers):
        for transfer in transfers:
            if transfer.position is None:
                continue
            minor = cents(transfer.terms["amount"])
            for account, change in ((transfer.terms["from_account"], -minor), (transfer.terms["to_account"], minor)):
                if account in self.balance:
                    self.balance[account] += change

    def check_statement(self, client, account, expected):
        """The entries since the last check are exactly `expected`, and posted_after adds up. A saga that was
        compensated shows its debit and the return of it: both, or none."""
        found = []
        newest = None
        running = self.balance[account]
        for entry in client.entries(account):
            newest = newest or entry["position"]
            if entry["position"] == self.newest[account]:
                break
            check_equal(cents(entry["posted_after"]), running, f"posted_after of {account} at {entry['position']}")
            minor = cents(entry["amount"])
            running -= minor if entry["direction"] == "credit" else -minor
            found.append((entry["transaction_id"], entry["direction"], entry["amount"], entry["counterparty"]))
        else:
            check_equal(self.newest[account], None, f"the oldest entries of {account} have gone")
        check_equal(without_returns(found), sorted(expected), f"the statement of {account}")
        self.newest[account] = newest

    def check_accounts(self, client):
        for account, balance in self.balance.items():
            found = client.account(account)
            check_equal(cents(found["posted"]), balance, f"posted of {account}")
            check_equal(cents(found["held"]), 0, f"held of {account}")
            check_equal(cents(found["available"]), balance, f"available of {account}")
            check(balance >= 0, f"{account} is below zero")
            if account in self.frozen:
                check(found["frozen"] in self.frozen[account], f"frozen of {account} is not as it was acknowledged")
                self.frozen[account] = {found["frozen"]}

    def check_statements(self, client, transfers):
        expected = self.expected_entries(transfers)
        for account in self.balance:
            self.check_statement(client, account, expected.get(account, []))

    def check_from_the_beginning(self, client, transfers):
        """Everything again, from nothing but the list of what was sent."""
        self.newest = {account: None for account in self.balance}
        self.check_statements(client, transfers)
        outside = client.account(OUTSIDE)
        check_equal(cents(outside["posted"]), -sum(self.balance.values()), "the outside world's balance")


def without_returns(entries):
    """Sorted entries without pairs of a debit and its return (a saga's step and its compensation)."""
    left = collections.Counter(entries)
    for entry in list(left):
        transaction_id, direction, value, other = entry
        back = (transaction_id, "credit", value, other)
        if direction == "debit" and back in left:
            pairs = min(left[entry], left[back])
            left.subtract({entry: pairs, back: pairs})
    return sorted(left.elements())


def resolve(client, transfers):
    """Repeats every transfer with its id, in batches, until each outcome is known: the same as before."""
    left = list(transfers)

    def all_known():
        nonlocal left
        unknown = []
        for begin in range(0, len(left), 2000):
            some = left[begin:begin + 2000]
            results = client.batch([transfer.terms for transfer in some])
            unknown += [t for t, result in zip(some, results, strict=True) if not t.take_result(result)]
        left = unknown
        return not left

    wait_until(all_known, 30, "every transfer has an outcome")

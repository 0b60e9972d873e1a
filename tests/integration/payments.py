"""Payments through florin-psp with faults at random, from florind alone and from three nodes, whose leaders are killed.

Payers fill in the sandbox's own pages. In the end, per order, by nothing but the two HTTP APIs:
  - of a SUCCESS one payment at the sandbox, charged once and in full; its seller (each order has its own) has what came less the fee;
  - of a FAILED nothing is charged, and its seller has nothing; no order is left open;
  - nothing at the sandbox with our mark is another one's; both trial balances add up.

Sizes, for each of the two cases: FLORIN_PAYMENTS successes (160), FLORIN_PAYMENT_FAULTS of each kind (10), FLORIN_PAYMENT_UNKNOWNS ended by
each of resend, read, webhook and poller (10), FLORIN_PAYMENT_KILLS (6) at least. FLORIN_SEED repeats the choices.
"""
import datetime
import os
import threading
import time

from florin_cluster import Cluster, ClusterClient, Member
from florin_node import Failure, amount, audit, cents, check, check_books, check_equal, in_threads, run_cases, seeded, wait_until
from florin_sandbox import CHALLENGED, DECLINED, KEY, PROCESSING, PROCESSING_FAILS, VISA, Payer, Sandbox

SUCCESSES = int(os.environ.get("FLORIN_PAYMENTS", "160"))
FAULTS = int(os.environ.get("FLORIN_PAYMENT_FAULTS", "10"))
UNKNOWNS = int(os.environ.get("FLORIN_PAYMENT_UNKNOWNS", "10"))
KILLS = int(os.environ.get("FLORIN_PAYMENT_KILLS", "6"))
WORKERS = 12
MARK, SECRET, SHOP = "integration", "whsec_integration", "localhost:1"  # where nobody ever goes
BASIS_POINTS, FIXED = 290, 30
POLL_S = 15  # of who waits for its payer: what is seen much sooner, a webhook has told
HEAL_S = 180  # from the end of all faults until every order is over: the breaker waits a minute at most

# Per mille of calls, and of steps that have events. Those of no answer cost their caller call_ms.
RATES = {"hang_before": 8, "reset_before": 15, "close_before": 15, "unavailable": 15, "bad_gateway": 15, "throttled": 8,
         "unauthorized": 4, "status": 10, "hang_after": 8, "reset_after": 15, "close_after": 15, "error_500": 15, "cut": 15,
         "stall": 8, "slow": 15, "empty": 15, "html": 15, "webhook_late": 60, "webhook_twice": 80, "webhook_reordered": 60,
         "webhook_contradictory": 60, "webhook_lost": 60}
# Executed, and nobody heard; each is known by its key when it is sent again.
UNHEARD = ["reset_after", "close_after", "cut", "empty", "html", "hang_after", "stall"]
CREATE = "checkout.sessions.create"


def payments_config(sandbox, directory):
    (directory / "psp.key").write_text(KEY + "\n", encoding="utf-8")
    (directory / "psp.webhooks").write_text(SECRET + "\n", encoding="utf-8")
    return f"""
[payments]
cluster = "{MARK}"
return_url_hosts = ["{SHOP}"]
call_patience_ms = 5000
backoff_first_ms = 100
backoff_max_ms = 2000
poll_awaiting_ms = {POLL_S * 1000}
poll_action_ms = {POLL_S * 1000}
poll_pending_ms = 3000
poll_cancelling_ms = 1000
poll_unresolved_ms = 2000
poll_later_ms = 5000
[payments.routes]
USD = "sandbox"
[[payments.fee]]
sellers = "merchant"
currency = "USD"
basis_points = {BASIS_POINTS}
fixed = {FIXED}
[psp.sandbox]
base_url = "{sandbox.url}"
secret_key_file = "{directory}/psp.key"
webhook_secrets_file = "{directory}/psp.webhooks"
call_ms = 1500
connect_ms = 1000
wait_ms = 2000
"""


class Nodes(Cluster):
    """Three of them that pay through the sandbox."""

    def __init__(self, directory, sandbox, count=3):
        super().__init__(directory, count, replication=count)
        self.payments = payments_config(sandbox, directory)

    def config_text(self, number):
        return super().config_text(number) + self.payments

    def kill_one(self, chance):
        victim, _ = self.busiest()
        victim.kill()
        time.sleep(chance.uniform(0.2, 1.5))
        victim.start()
        self.wait_caught_up()

    def client(self, first=None, **options):
        return ClusterClient(self, first, **{"timeout": 15, "patience": 60, "pause": 0.1, **options})


class LoneMember(Member):
    def arguments(self):
        return ["--config", self.cluster.write_config(self.number), "--http-listen", f"{self.host}:{self.http_port}",
                "--data-dir", self.data_dir, "--log-format", "json", *self.cluster.options]


class Alone(Nodes):
    """florind without a cluster, under the same handling; it is killed and started again on its port."""

    def __init__(self, directory, sandbox):
        super().__init__(directory, sandbox, 1)
        self.members = {1: LoneMember(self, 1)}

    def config_text(self, number):
        return self.payments

    def start(self):
        self[1].start()
        return self

    def kill_one(self, chance):
        self[1].kill()
        time.sleep(chance.uniform(0.1, 0.5))
        self[1].start()


class Order:
    """One purchase: what is to be done with it, and what became of it."""

    def __init__(self, name, chance, group="chance"):
        self.id, self.checkout, self.seller = f"po-{name}", f"c-{name}", f"seller-{name}"
        self.group = group
        self.minor = chance.randint(100, 50_000)
        self.cancels = group == "chance" and chance.random() < 0.04
        self.cards = [VISA]
        if group == "chance":
            self.cards = chance.choices([[VISA], [DECLINED, VISA], [CHALLENGED], [PROCESSING], [PROCESSING_FAILS]],
                                        [74, 9, 7, 6, 4])[0]
        self.paid_at = None  # on the wall's clock
        self.payment = None  # as Florin shows it at the end

    @property
    def fee(self):
        return min(self.minor, (self.minor * BASIS_POINTS + 5_000) // 10_000 + FIXED)

    def body(self):
        return {"checkout_id": self.checkout, "payment_method": {"type": "hosted"},
                "return_url": f"http://{SHOP}/orders/{self.id}",
                "payment_orders": [{"payment_order_id": self.id, "seller_account": self.seller,
                                    "amount": amount(self.minor), "currency": "USD"}]}

    def faults(self, sandbox, number):
        """What is to go wrong with this one, before it begins."""
        if self.group == "resend":
            sandbox.fault(UNHEARD[number % len(UNHEARD)], order=self.id, operation=CREATE)
        elif self.group == "read":  # said again for ever to who sends again
            sandbox.fault("error_500", order=self.id, operation=CREATE)
        elif self.group == "poller":
            sandbox.fault("webhook_lost", order=self.id, count=1000)
        elif self.group in RATES:
            where = {} if self.group.startswith("webhook_") else {"operation": CREATE}
            sandbox.fault(self.group, order=self.id, **where)

    def begin(self, client):
        client.create(self.seller, kind="merchant")

        def taken():
            answer = client.post("/v1/payments", self.body(), {"Prefer": "wait=2"})
            check(answer.status in (200, 201, 429), f"{self.checkout}: {answer}")
            return answer.status != 429

        wait_until(taken, 60, f"{self.checkout} is accepted")

    def wait_payable(self, client):
        """Where to pay; None: it is over, or nobody knows how it stands."""
        def known():
            payment = self.look(client)
            return payment.get("payer_url") or ("over" if self.is_over() else None)

        try:
            url = wait_until(known, 90, f"{self.id} can be paid")
        except Failure:
            return None
        return None if url == "over" else url

    def look(self, client):
        answer = client.get(f"/v1/payments/{self.id}")
        if answer.status == 404:  # reserved, and not begun
            return {}
        check(answer.status == 200, f"{self.id}: {answer}")
        self.payment = answer.json
        return self.payment

    def is_over(self):
        if self.payment is None:
            return False
        status, sub_status = self.payment["payment_order_status"], self.payment["sub_status"]
        return status == "FAILED" or (status == "SUCCESS" and sub_status == "done")

    def run(self, client, payer):
        self.begin(client)
        url = self.wait_payable(client)
        if url is None:
            return
        if self.cancels:
            answer = client.post(f"/v1/payments/{self.id}/cancel")
            check(answer.status in (200, 409), f"cancel of {self.id}: {answer}")
            return
        payer.pay(url, self.cards)
        self.paid_at = time.time()

    # --- who has found out what an unknown call, or an unknown payer, came to

    def resolved_by(self):
        registered = next((line for line in self.payment["history"]
                           if line["reason"].startswith(("registered_", "seen_"))), None)
        if registered is None or self.payment["tries"] == 0:
            return None
        return "resend" if registered["reason"].startswith("registered_") else "read"

    def seen_after_s(self):
        """From the payer's click until the order knew of the success."""
        line = next(line for line in self.payment["history"] if line["status"] == "SUCCESS")
        return datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00")).timestamp() - self.paid_at


class Run:
    """All orders of one case."""

    def __init__(self, florin, sandbox, chance):
        self.florin, self.sandbox, self.chance = florin, sandbox, chance
        self.orders = []
        self.kills = 0
        self.failures = []

    def pay(self, groups):
        """An order for each group, many at a time."""
        new = [Order(f"{len(self.orders) + n}", self.chance, group) for n, group in enumerate(groups)]
        for number, order in enumerate(new):
            order.faults(self.sandbox, number)
        self.orders += new
        waiting = list(new)
        lock = threading.Lock()

        def work(_):
            payer = Payer(self.sandbox)
            with self.florin.client() as client:
                while True:
                    with lock:
                        if not waiting:
                            return
                        order = waiting.pop()
                    order.run(client, payer)

        try:
            in_threads(min(WORKERS, len(new)), work, 400)
        except Failure as failure:
            for member in self.florin.members.values():
                if not member.runs():
                    raise Failure(f"node {member.number} has ended with {member.process.returncode}:\n"
                                  f"{member.output()[-3000:]}") from failure
            raise

    def killing(self, done):
        while not done.is_set() or self.kills < KILLS:
            time.sleep(self.chance.uniform(0.5, 3))
            try:
                self.florin.kill_one(self.chance)
            except Exception as error:  # pylint: disable=broad-except
                self.failures.append(error)
                return
            self.kills += 1

    def by_chance(self, count, seed):
        """So many orders under faults at random, while nodes are killed."""
        self.sandbox.own("/_faults", {"seed": seed, **{f"rate[{kind}]": rate for kind, rate in RATES.items()}})
        done = threading.Event()
        killer = threading.Thread(target=self.killing, args=(done,), daemon=True)
        killer.start()
        try:
            self.pay(["chance"] * count)
        finally:
            done.set()
            killer.join(120)
        check(not self.failures, f"while nodes were killed: {self.failures[:1]}")

    def meet_every_kind(self):
        """What chance has not brought often enough, is asked for: an order each, so that others succeed in between. (Of nothing but
        failures the breaker makes a minute of silence.)"""
        for _ in range(5):
            met = self.sandbox.met()
            lacking = [kind for kind in RATES for _ in range(FAULTS - met.get(kind, 0))]
            if not lacking:
                return
            self.chance.shuffle(lacking)
            self.pay(lacking)
        raise Failure(f"faults that were not met: {lacking}")

    def heal(self):
        self.sandbox.own("/_faults", {"clear": "true"})
        with self.florin.client() as client:
            def all_over():
                left = [order for order in self.orders if not order.is_over()]
                for order in left:
                    order.look(client)
                    self.pay_late(order)
                return not [order for order in left if not order.is_over()]

            try:
                wait_until(all_over, HEAL_S, "every order is over")
            except Failure as failure:
                left = [order for order in self.orders if not order.is_over()]
                raise Failure(f"{failure}: {len(left)} are not; the first: {left[0].payment}") from None
            for order in self.orders:
                order.look(client)

    def pay_late(self, order):
        """Whoever could not pay while all went wrong comes back."""
        url = order.payment.get("payer_url") if order.payment else None
        if url and order.paid_at is None and not order.cancels:
            Payer(self.sandbox).pay(url, order.cards)
            order.paid_at = time.time()

    # --- what must be

    def compare(self):
        charged = self.sandbox.charged(MARK)
        strangers = set(charged) - {order.id for order in self.orders}
        check(not strangers, f"orders at the sandbox that nobody made: {sorted(strangers)[:5]}")
        with self.florin.client() as client:
            for order in self.orders:
                self.compare_one(client, order, charged.get(order.id))
            check_books(client, 30)
            self.compare_ledger(client)

    def compare_one(self, client, order, there):
        shown = order.payment
        credited = cents(client.account(order.seller)["posted"])
        what = f"{order.id} ({order.group}): {shown}"
        ledger = client.ok("GET", f"/v1/ledger/balances/liabilities:wallet:{order.seller}?currency=USD")
        check_equal((-cents(ledger["balance"]), cents(ledger["payments_net"]), cents(ledger["difference"])),
                    (credited, credited, 0), f"the seller in the ledger, {ledger}, of {what}")
        if shown["payment_order_status"] == "FAILED":
            check(there is None or (there.net == 0 and not there.succeeded), f"CHARGED although FAILED: {what}")
            check_equal(credited, 0, f"the seller of a FAILED order: {what}")
            return
        check(there is not None and len(there.succeeded) == 1 and there.captures == 1,
              f"not charged exactly once, but {there and (there.succeeded, there.captures)}: {what}")
        check_equal(there.net, order.minor, f"charged of {what}")
        check_equal(credited, order.minor - order.fee, f"credited of {what}")
        check_equal((cents(shown["amount_received"]), cents(shown["fee"]), shown["wallet_updated"], shown["ledger_updated"]),
                    (order.minor, order.fee, True, True), f"what is shown of {what}")
        check_equal(shown["psp"]["payment_reference"], there.succeeded[0], f"the payment that is shown of {what}")

    def compare_ledger(self, client):
        """Sums over all partitions; debit is positive."""
        sold = [order for order in self.orders if order.payment["payment_order_status"] == "SUCCESS"]
        gross, fees = sum(order.minor for order in sold), sum(order.fee for order in sold)
        books = client.ok("GET", "/v1/ledger/balances")
        found = {line["account"]: cents(line["balance"]) for line in books["accounts"] if line["currency"] == "USD"}
        check_equal(sum(found.values()), 0, f"the ledger's trial balance {found}")
        expected = {"assets:psp:sandbox": gross, "revenue:fees": -fees, "liabilities:wallet": fees - gross}
        check_equal({account: minor for account, minor in found.items() if minor}, expected, "the ledger")
        for wallets in books["wallets"]:
            check_equal((cents(wallets["difference"]), cents(wallets["owed"])), (0, 0), f"ledger and wallets: {wallets}")

    def report(self):
        ended, resolved = {}, dict.fromkeys(("resend", "read", "webhook", "poller"), 0)
        for order in self.orders:
            status = order.payment["payment_order_status"]
            name = status if status == "SUCCESS" else f"{status} {order.payment['sub_status']}"
            ended[name] = ended.get(name, 0) + 1
            if order.resolved_by():
                resolved[order.resolved_by()] += 1
            if status == "SUCCESS" and order.group in ("webhook", "poller"):
                resolved[order.group] += order.group == "poller" or order.seen_after_s() < POLL_S / 2
        met = self.sandbox.met()
        rows = [("orders", len(self.orders)), ("killed", self.kills), *sorted(ended.items()),
                *((f"ended by {name}", count) for name, count in resolved.items()),
                *((f"fault {kind}", met.get(kind, 0)) for kind in RATES)]
        for name, count in rows:
            print(f"  {name:<32}{count:>6}", flush=True)
        check(ended.get("SUCCESS", 0) >= SUCCESSES, f"{ended} of {SUCCESSES} successes")
        check(all(met.get(kind, 0) >= FAULTS for kind in RATES), f"of some fault there were not {FAULTS}: {met}")
        check(all(count >= UNKNOWNS for count in resolved.values()), f"not {UNKNOWNS} unknowns ended by each: {resolved}")


def pay_and_compare(florin, sandbox, chance):
    for member in florin.members.values():
        sandbox.own("/_webhook", {"url": f"http://{member.address}/v1/webhooks/psp/sandbox", "secret": SECRET})
    run = Run(florin, sandbox, chance)
    run.pay(["resend", "read", "webhook", "poller"] * (UNKNOWNS + 2))  # in peace but for what each is to meet
    directed = len(run.orders)
    run.by_chance(max(40, (SUCCESSES - directed) * 10 // 8), chance.getrandbits(31))
    run.meet_every_kind()
    run.heal()
    run.compare()
    run.report()
    florin.stop()
    for member in florin.members.values():
        audit(member.data_dir)


def one_node(directory):
    chance = seeded()
    with Sandbox(directory / "psp", "--processing-s", 2) as sandbox, Alone(directory, sandbox).start() as florin:
        pay_and_compare(florin, sandbox, chance)


def three_nodes(directory):
    chance = seeded()
    with Sandbox(directory / "psp", "--processing-s", 2) as sandbox, Nodes(directory, sandbox).start() as florin:
        pay_and_compare(florin, sandbox, chance)


run_cases([one_node, three_nodes])

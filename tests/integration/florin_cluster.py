"""Several florind processes that form a cluster on this machine, and clients that outlive any one of them.

Built on florin_node.py: the same process handling, plus configuration, who leads what, and a client that goes to
another node and repeats with the same id when a node dies, pauses or does not know a leader.
"""
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import threading
import time
import uuid

from florin_books import RECORDED, Books, Transfer, resolve
from florin_node import (LOST, OUTSIDE, START_S_MAX, Answer, Client, Failure, Node, audit, cents, check, check_books,
                         check_equal, florin, in_threads, partition_of, terms, wait_until)

CLUSTER_ID = "test"
ELECTION_S = 1.0  # the default of cluster.election_ms
UNREACHABLE = 3  # exit code of florin: no answer, or one that leaves open what happened
NO_LEADER = 1  # exit code of `florin cluster status`: some partition has none
QUIET_S = 1.5  # longer than between two fences, and than until a lost message is sent again
# A transfer between two partitions of which, time and again, one has just lost its leader, or whose leaders cannot
# reach each other, ends undone and recorded when engine.try_timeout_ms is over. How many did is printed.
TOO_LATE = "deadline_passed"
RECORDED.add(TOO_LATE)
# Below the range from which the system takes ports of outgoing connections: a node that was killed must find its
# port free again. A port that was given out is not given out twice.
PORTS = list(range(20_000, 32_000))
random.SystemRandom().shuffle(PORTS)
ports_lock = threading.Lock()


def free_port():
    with ports_lock:
        while True:
            port = PORTS.pop()
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue


class Member(Node):
    """One node of a cluster."""

    def __init__(self, cluster, number, prefix=()):
        super().__init__(cluster.directory / f"node{number}", prefix=prefix)
        self.cluster = cluster
        self.number = number
        self.host = "127.0.0.1"
        self.peer_port, self.http_port = free_port(), free_port()
        self.paused = False
        self.known = None  # the nodes of its configuration; None: those the cluster began with

    @property
    def peer(self):
        return f"{self.host}:{self.peer_port}"

    def arguments(self):
        return ["--config", self.cluster.write_config(self.number), "--node", str(self.number),
                "--data-dir", self.data_dir, "--log-format", "json", *self.cluster.options, *self.options]

    def spawn(self):
        old = self.output()
        if old:
            with open(self.cluster.directory / f"node{self.number}.log", "a", encoding="utf-8") as file:
                file.write(old)
        self.paused = False
        super().spawn()
        self.address = f"{self.host}:{self.http_port}"
        return self

    def wait_ready(self):
        def ready():
            check(self.runs(), f"node {self.number} ended with {self.process.returncode}:\n{self.output()[-3000:]}")
            try:
                with self.client(2) as client:
                    return client.get("/readyz").status == 200
            except LOST:
                return False

        wait_until(ready, START_S_MAX, f"/readyz of node {self.number} answers 200")

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def answers(self):
        return self.runs() and not self.paused

    def answers_http(self):
        check(self.runs(), f"node {self.number} ended with {self.process.returncode}:\n{self.output()[-3000:]}")
        try:
            with self.client(2) as client:
                return client.get("/healthz").status == 200
        except LOST:
            return False

    def pause(self):
        self.paused = True
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)
        self.paused = False

    def view(self):
        """GET /v1/cluster, or None while it does not answer."""
        if not self.answers():
            return None
        try:
            with self.client(2) as client:
                answer = client.get("/v1/cluster")
                return answer.json if answer.status == 200 else None
        except LOST:
            return None


class Cluster:
    """Use as context: started by start(), killed at the end. With FLORIN_KEEP_DIR set, a failure keeps all files
    and logs below it."""

    def __init__(self, directory, count=3, *, partitions=8, replication=3, options=(), tls=False):
        self.directory = pathlib.Path(directory)
        self.partitions = partitions
        self.replication = replication
        self.options = ["--partitions", str(partitions), *[str(option) for option in options]]
        self.certs = self.directory / "certs" if tls else None
        self.members = {number: Member(self, number) for number in range(1, count + 1)}
        self.founders = dict(self.members)
        self.removed = {}
        self.seen_as = {}  # (node that dials, node) -> address of a proxy between them
        if tls:
            self.make_certificates()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        keep = os.environ.get("FLORIN_KEEP_DIR")
        for member in [*self.members.values(), *self.removed.values()]:
            if kind and keep:
                with open(self.directory / f"node{member.number}.log", "a", encoding="utf-8") as file:
                    file.write(member.output())
            member.__exit__()
        if kind and keep:
            target = pathlib.Path(keep) / self.directory.name
            shutil.copytree(self.directory, target, dirs_exist_ok=True)
            print(f"kept: {target}", flush=True)

    # --- configuration

    def make_certificates(self):
        florin("cert", "ca", "--out", self.certs, "--cluster", CLUSTER_ID)
        for number in self.members:
            self.make_certificate(number)

    def make_certificate(self, number):
        florin("cert", "node", "--ca", self.certs, "--node", number, "--out", self.certs)

    def config_text(self, number):
        lines = ["[cluster]", f'id = "{CLUSTER_ID}"', f"replication = {self.replication}"]
        if self.certs:
            lines += [f'ca = "{self.certs}/ca.crt"', f'certificate = "{self.certs}/node-{number}.crt"',
                      f'key = "{self.certs}/node-{number}.key"']
        else:
            lines.append("insecure = true")
        for other, member in (self[number].known or self.founders).items():
            peer = self.seen_as.get((number, other), member.peer)
            lines += ["", "[[cluster.node]]", f"id = {other}", f'peer = "{peer}"',
                      f'http = "{member.host}:{member.http_port}"']
        return "\n".join(lines) + "\n"

    def write_config(self, number):
        path = self.directory / f"node{number}.toml"
        path.write_text(self.config_text(number), encoding="utf-8")
        return str(path)

    # --- nodes

    def __getitem__(self, number):
        return self.members[number] if number in self.members else self.removed[number]

    def start(self):
        self.start_together(*self.members)
        self.wait_leaders()
        return self

    def start_together(self, *numbers):
        """Nodes that are all down: none serves before another one has let it in."""
        for number in numbers:
            self.members[number].spawn()
        for number in numbers:
            self.members[number].wait_ready()

    # --- nodes that come and go. `members` is replaced, never changed: clients in other threads go over it.

    def join(self, number):
        """Starts a node that is new to this cluster: it waits to be added."""
        member = Member(self, number)
        member.known = {**self.members, number: member}
        member.options = ["--cluster-join", "true"]
        self.members = {**self.members, number: member}
        if self.certs:
            self.make_certificate(number)
        return member.spawn()

    def take_out(self, number):
        """A node that has been removed, or that will be: nobody asks it any more, and it is not waited for."""
        member = self.members[number]
        self.removed[number] = member
        self.members = {n: other for n, other in self.members.items() if n != number}
        return member

    def operate(self, *arguments, at=None, patience=15):
        """`florin` with such arguments, at some node that answers, as an operator does: again while nobody leads the
        map. The seconds it took."""
        began = time.monotonic()
        while True:
            url = f"http://{(at or self.alive()[0]).address}"
            code, out, errors = florin("--url", url, *arguments, expect=None, timeout=60)
            if code == 0:
                return time.monotonic() - began
            check(code == UNREACHABLE and time.monotonic() < began + patience,
                  f"florin {arguments} ended with {code}:\n{out}{errors}")
            time.sleep(0.1)

    def add_node(self, member):
        self.operate("node", "add", member.number, "--peer", member.peer, "--http", f"{member.host}:{member.http_port}")

    def view(self):
        """GET /v1/cluster of some node that answers."""
        return next((view for member in self.alive() if (view := member.view())), None)

    def wait_settled(self, seconds=30):
        """Every partition has the replicas that it should have; {partition: nodes}."""
        def settled():
            view = self.view()
            if not view or view["moves_to_go"] or not all(p["settled"] for p in view["partitions"]):
                return None
            return {p["partition"]: set(p["voters"]) for p in view["partitions"]
                    if not p.get("learners") and set(p.get("voters", [])) == set(p["wanted"])}

        def all_settled():
            found = settled()
            return found if found and len(found) == self.partitions else None

        try:
            return wait_until(all_settled, seconds, "every partition has its replicas")
        except Failure as failure:
            raise Failure(f"{failure}\n{json.dumps(self.view())}") from None

    def alive(self):
        return [member for member in self.members.values() if member.answers()]

    def stop(self):
        """SIGTERM to all at once; each must end with 0."""
        running = [member for member in self.members.values() if member.runs()]
        for member in running:
            member.process.send_signal(signal.SIGTERM)
        for member in running:
            code = member.wait_exit(20)
            check(code == 0, f"node {member.number} ended with {code} after SIGTERM:\n{member.output()[-3000:]}")

    def client(self, first=None, **options):
        return ClusterClient(self, first, **options)

    # --- who leads

    def groups(self, members=None):
        """{partition: {node: what it says of its replica}} of the nodes that answer."""
        found = {partition: {} for partition in range(self.partitions)}
        for member in members or self.alive():
            for group in (member.view() or {"groups": []})["groups"]:
                found[group["partition"]][member.number] = group
        return found

    def leaders(self, members=None):
        """{partition: node}: who says so itself, in the newest term; without those that nobody leads."""
        led = {}
        for partition, replicas in self.groups(members).items():
            own = [(group["term"], node) for node, group in replicas.items() if group["role"] == "leader"]
            if own:
                led[partition] = max(own)[1]
        return led

    def wait_leaders(self, seconds=30, members=None):
        def all_led():
            led = self.leaders(members)
            return led if len(led) == self.partitions else None

        return wait_until(all_led, seconds, "every partition has a leader")

    def wait_status(self, seconds=15):
        """The report of `florin cluster status` when every partition has a leader: on a busy machine one may lose its
        leader at any moment, and the exit code rightly says so then."""
        def all_led():
            code, out, errors = florin("--json", "cluster", "status", "--url", urls_of(self), expect=None)
            check(code in (0, NO_LEADER), f"florin cluster status ended with {code}: {out}{errors}")
            return json.loads(out) if code == 0 else None

        return wait_until(all_led, seconds, "florin cluster status says that every partition has a leader")

    def busiest(self):
        """The node that leads most partitions, and these."""
        led = self.wait_leaders()
        of = {number: [p for p, node in led.items() if node == number] for number in set(led.values())}
        number = max(of, key=lambda n: len(of[n]))
        return self[number], of[number]

    def wait_caught_up(self, entries=64, seconds=60):
        """Every node answers, knows each leader, and is at most so many entries behind: 0 only without load."""
        def near():
            if len(self.alive()) != len(self.members):
                return False
            for replicas in self.groups().values():
                if len(replicas) != min(self.replication, len(self.members)):
                    return False
                commits = [group["commit"] for group in replicas.values()]
                leaders = {group["leader"] for group in replicas.values()}
                if max(commits) - min(commits) > entries or len(leaders) != 1 or 0 in leaders:
                    return False
                if entries == 0 and any(group["last"] != group["commit"] for group in replicas.values()):
                    return False
            return True

        try:
            wait_until(near, seconds, "all replicas have caught up")
        except Failure as failure:
            raise Failure(f"{failure}\n{json.dumps(self.groups())}") from None

    def holders(self):
        """{partition: nodes that have a replica of it}, as they say themselves."""
        return {partition: set(replicas) for partition, replicas in self.groups().items()}

    def wait_quiet(self, seconds=60):
        """Without load: all replicas hold the same, and nothing has come for so long that nothing is on its way.
        What partitions forget together (fences) is logged some 200 ms after the last transfer has ended."""
        seen = {"positions": None, "since": 0.0}

        def quiet():
            positions = {(partition, node): (group["commit"], group["last"])
                         for partition, replicas in self.groups().items() for node, group in replicas.items()}
            now = time.monotonic()
            if positions != seen["positions"]:
                seen.update(positions=positions, since=now)
            return now - seen["since"] >= QUIET_S

        self.wait_caught_up(0, seconds)
        wait_until(quiet, seconds, "the cluster is quiet")
        self.wait_caught_up(0, seconds)

    def logs_end_alike(self):
        """A leader that was made during the stop may have logged something that a node which had stopped lacks: then
        they are started, and stopped, once more. What really differs, differs again."""
        if len(self.members) != self.replication:
            return True
        events = {audit(member.data_dir)["events"] for member in self.members.values()}
        if len(events) > 1:
            print(f"  the logs end with {sorted(events)} events: started and stopped once more", flush=True)
        return len(events) == 1

    def check_data(self, accounts, holders=None):
        """All nodes are stopped: each directory passes the audit, and all replicas say the same. `holders`: who had
        which partition at the end; None: all of them, or the founders' places. What a replica left behind that has
        moved away is as old as that: it is verified, and not compared."""
        reports = [audit(member.data_dir) for member in self.members.values()]
        for report in reports:
            check_equal(report["transfers_open"], 0, "transfers that are still open")
        if len(self.members) == self.replication:  # else they hold different partitions
            for key in ("accounts", "events", "transfers_ended", "totals"):
                check_equal([report[key] for report in reports], [reports[0][key]] * len(reports), f"{key} in the audits")
        for account in accounts:
            known = {number: balance for number, member in self.members.items()
                     if (balance := replayed(member.data_dir, account))}
            if holders:
                partition = partition_of(next(iter(known.values()))["position"])
                known = {number: balance for number, balance in known.items() if number in holders[partition]}
            said = list(known.values())
            check_equal(len(said), self.replication, f"nodes that know {account}")
            check_equal(said, [said[0]] * len(said), f"{account} on its nodes")
        return reports + [audit(member.data_dir) for member in self.removed.values()]


def urls_of(cluster):
    return ",".join(f"http://{member.address}" for member in cluster.members.values())


def replayed(data_dir, account):
    """What the log of a stopped node says of an account; None if it holds no replica of its partition."""
    code, out, errors = florin("replay", "--data-dir", data_dir, "--account", account, "--json", expect=None)
    if code == 1:
        return None
    check_equal(code, 0, f"florin replay ({errors})")
    return {key: value for key, value in json.loads(out).items() if key != "entries"}


class ClusterClient(Client):
    """A client of the cluster: it sticks to one node, and when that is gone or cannot serve it asks the next one the
    same again, with the same id, until `patience` is over. What it met on the way is counted in `met`."""

    def __init__(self, cluster, first=None, timeout=5, patience=30, pause=0.02, avoid=None):
        self.cluster = cluster
        self.timeout = timeout
        self.patience = patience
        self.pause = pause
        self.avoid = avoid
        self.met = {}
        self.at = first or random.choice(list(cluster.members))
        super().__init__(cluster[self.at].address, timeout)

    def next_node(self):
        self.connection.close()
        members = self.cluster.members
        turn = [*(n for n in sorted(members) if n > self.at), *(n for n in sorted(members) if n <= self.at)]
        self.at = next((n for n in turn if members[n].answers() and n != self.avoid), turn[0])
        super().__init__(members[self.at].address, self.timeout)

    def count(self, what):
        self.met[what] = self.met.get(what, 0) + 1

    def request(self, method, path, body=None, headers=None):
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = super().request(method, path, body, headers)
                if answer.status not in (202, 503, 504):
                    return answer
                self.count("pending" if answer.status == 202 else answer.code)
                what = repr(answer)
            except (ConnectionRefusedError, BrokenPipeError) as error:
                self.count("connection gone before sending")
                what = repr(error)
            except LOST as error:
                self.count("lost")
                what = repr(error)
            check(time.monotonic() < deadline, f"{method} {path}: no node served it in {self.patience} s: {what}")
            self.next_node()
            time.sleep(self.pause)


# --- money on a cluster -------------------------------------------------------------------------------------

OPENING = 1_000_000  # cents


def accounts_by_partition(client, each, prefix="probe"):
    """Opens accounts until every partition has `each` of them: {partition: [accounts]}."""
    partitions = client.cluster.partitions
    found = {partition: [] for partition in range(partitions)}
    for number in range(10_000):
        name = f"{prefix}-{number}"
        found[partition_of(client.create(name)["position"])].append(name)
        if all(len(names) >= each for names in found.values()):
            return {partition: names[:each] for partition, names in found.items()}
    raise AssertionError("no accounts in some partition")


class Load:
    """Clients over all nodes: for every partition one that transfers inside it, so that the moments at which the
    partition serves are seen, and some that transfer anywhere, singly and in batches."""

    def __init__(self, cluster, rounds=None, movers=2, batchers=1, pause=0.01):
        self.cluster = cluster
        self.chance = rounds or random.Random(0)
        self.pause = pause
        self.movers, self.batchers = movers, batchers
        with cluster.client() as client:
            self.pairs = accounts_by_partition(client, 2)
            self.accounts = [name for pair in self.pairs.values() for name in pair]
            self.books = Books(self.accounts)
            self.known = []  # whose outcome was verified
            self.round = [Transfer(terms(OUTSIDE, account, OPENING)) for account in self.accounts]
            self.served = {partition: [] for partition in self.pairs}  # (begun, acknowledged) by time
            resolve(client, self.round)
        self.met = {}
        self.unknown = 0
        self.failures = []
        self.threads = []
        self.stopping = None

    def start(self):
        self.stopping = threading.Event()
        work = [(self.probe, partition) for partition in self.pairs]
        work += [(self.move, n) for n in range(self.movers)] + [(self.batch, n) for n in range(self.batchers)]
        numbers = sorted(self.cluster.members)
        self.threads = []
        for place, (function, argument) in enumerate(work):
            seed = self.chance.getrandbits(64)
            self.threads.append(threading.Thread(target=self.run, daemon=True, args=(
                function, argument, numbers[place % len(numbers)], random.Random(seed))))
        for thread in self.threads:
            thread.start()
        return self

    def run(self, function, argument, first, chance):
        mine = []
        client = self.cluster.client(first)
        try:
            with client:
                while not self.stopping.is_set():
                    function(client, argument, chance, mine)
        except Exception as error:  # pylint: disable=broad-except
            self.failures.append(error)
        finally:
            self.round += mine  # list addition is one step for other threads
            for what, count in client.met.items():
                self.met[what] = self.met.get(what, 0) + count

    def check_threads(self):
        check(not self.failures, f"during load: {self.failures[:1]}")

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
            check(not thread.is_alive(), "a client hangs")
        self.check_threads()

    @staticmethod
    def new(chance, payer, payee, minor, protocol=None):
        return Transfer(terms(payer, payee, minor, str(uuid.UUID(int=chance.getrandbits(128), version=4)), protocol))

    def probe(self, client, partition, chance, mine):
        payer, payee = chance.sample(self.pairs[partition], 2)
        transfer = self.new(chance, payer, payee, chance.randint(1, 99))
        mine.append(transfer)
        begun = time.monotonic()
        if transfer.take_answer(client.transfer(transfer.terms)):
            self.served[partition].append((begun, time.monotonic()))
        self.stopping.wait(self.pause)

    def anybody(self, chance):
        payer, payee = chance.sample(self.accounts, 2)
        kind, minor = chance.random(), chance.randint(1, 500)
        if kind < 0.1:
            payer = OUTSIDE
        elif kind < 0.2:
            payee = OUTSIDE
        elif kind < 0.3:
            minor = OPENING * 50  # refused: insufficient_available
        return self.new(chance, payer, payee, minor, chance.choice(["tcc", "saga", None]))

    def move(self, client, _, chance, mine):
        transfer = self.anybody(chance)
        mine.append(transfer)
        transfer.take_answer(client.transfer(transfer.terms))
        if chance.random() < 0.05:  # and again: the same answer
            transfer.take_answer(client.transfer(transfer.terms))
        self.stopping.wait(self.pause / 2)

    def batch(self, client, _, chance, mine):
        some = [self.anybody(chance) for _ in range(20)]
        mine.extend(some)
        for transfer, result in zip(some, client.batch([t.terms for t in some]), strict=True):
            transfer.take_result(result)
        self.stopping.wait(0.1)

    def first_served_after(self, partition, moment):
        """When a transfer that was begun after `moment` was acknowledged; None: not yet."""
        first = None
        for begun, acknowledged in reversed(self.served[partition]):
            if begun < moment:
                break
            first = acknowledged
        return first

    def wait_served(self, partitions, moment, seconds=30):
        """{partition: seconds from `moment` to the first transfer begun after it that was acknowledged}."""
        found = {}

        def all_served():
            self.check_threads()
            for partition in partitions:
                if partition not in found:
                    at = self.first_served_after(partition, moment)
                    if at is not None:
                        found[partition] = at - moment
            return len(found) == len(partitions)

        try:
            wait_until(all_served, seconds, "all partitions serve again")
        except Failure as failure:
            raise Failure(f"{failure}: of {partitions} only {sorted(found)}") from None
        return found

    def verify(self):
        """With the load stopped: what was sent since the last time is there, once, and everything adds up."""
        transfers, self.round = self.round, []
        self.unknown += sum(t.position is None and t.code is None for t in transfers)
        with self.cluster.client() as client:
            resolve(client, transfers)
            resolve(client, random.Random(len(self.known)).sample(self.known, min(200, len(self.known))))
            check_books(client, 30)
            self.books.post(transfers)
            self.books.check_accounts(client)
            self.books.check_statements(client, transfers)
        self.known += transfers

    def verify_all(self):
        """At the end: everything from the beginning, then the stopped directories of all nodes."""
        with self.cluster.client() as client:
            resolve(client, self.known)
            self.books.check_from_the_beginning(client, self.known)
        for last in (False, False, True):
            self.cluster.wait_quiet()
            holders = self.cluster.holders()
            self.cluster.stop()
            if last or self.cluster.logs_end_alike():
                return self.cluster.check_data(self.accounts[::5], holders)
            self.cluster.start()

    def report(self):
        met = ", ".join(f"{count} {what}" for what, count in sorted(self.met.items())) or "nothing to repeat"
        late = sum(transfer.code == TOO_LATE for transfer in self.known)
        return (f"{len(self.known)} transfers, {late} ended by their deadline; met and repeated: {met}; "
                f"{self.unknown} left unknown and resolved")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def print_downtime(what, seconds):
    if seconds:
        print(f"  {what}: p50 {percentile(seconds, 0.5) * 1000:.0f} ms, p90 {percentile(seconds, 0.9) * 1000:.0f} ms, "
              f"max {max(seconds) * 1000:.0f} ms ({len(seconds)} measured)", flush=True)


class Watch:
    """An account in every partition that only grows, cent by cent. Whoever asks, and whomever: he is shown at least
    what was acknowledged before he asked, or he is told to ask again. (The trap for leaders that no longer lead.)"""

    def __init__(self, load):
        self.load = load
        self.lock = threading.Lock()
        with load.cluster.client() as client:
            self.accounts = {p: names[0] for p, names in accounts_by_partition(client, 1, "watch").items()}
        for account in self.accounts.values():
            load.books.balance[account] = 0
            load.books.newest[account] = None
        self.acknowledged = dict.fromkeys(self.accounts.values(), 0)
        self.answers = {}
        self.waiting = []  # asked, and not yet looked at

    def pay(self, client, partition, late_twin_at=None):
        """One cent more. `late_twin_at`: that node gets the same request before; what it answers is not awaited."""
        account = self.accounts[partition]
        transfer = Transfer(terms(OUTSIDE, account, 1))
        twin = late_twin_at and Asked(late_twin_at, "POST", "/v1/wallet/balance_transfer", transfer.terms)
        wait_until(lambda: transfer.take_answer(client.transfer(transfer.terms)), 30, f"{transfer.terms} has an outcome")
        with self.lock:
            self.load.round += [transfer]
            self.acknowledged[account] += 1
        return twin, transfer

    def first_payments(self, without, partitions, moment):
        """How long, from `moment`, each of these partitions did not serve clients of the nodes but `without`. (A
        client that waits there hangs for as long as he cares to.)"""
        # Whoever has just lost its partitions may not know it yet: it is asked at once, and again.
        others = [number for number in self.load.cluster.members if number != without.number]
        waits = [0.0] * len(partitions)

        def pay(number):
            with self.load.cluster.client(others[number % len(others)], avoid=without.number) as client:
                self.pay(client, partitions[number])
                waits[number] = time.monotonic() - moment
                for _ in range(10):
                    asked = [self.ask(without, partitions[number], statement) for statement in (False, True)]
                    with self.lock:
                        self.waiting += asked
                    time.sleep(0.05)
                    self.pay(client, partitions[number])

        in_threads(len(partitions), pay, 60)
        return waits

    def ask(self, member, partition, statement=False):
        """Asks and does not wait; answered() checks what comes."""
        account = self.accounts[partition]
        floor = self.acknowledged[account]
        path = f"/v1/accounts/{account}" + ("/entries?limit=1" if statement else "")
        return Asked(member, "GET", path), account, floor

    def answered_all(self):
        """Looks at the answers to what first_payments() asked."""
        asked, self.waiting = self.waiting, []
        for one in asked:
            self.answered(*one)

    def answered(self, asked, account, floor):
        answer = asked.answer()
        if answer is None or answer.status in (503, 504):
            what = "lost" if answer is None else answer.code
        else:
            check_equal(answer.status, 200, f"{asked.path} at node {asked.member.number}: {answer}")
            body = answer.json
            shown = cents(body["posted"] if "posted" in body else body["data"][0]["posted_after"])
            check(shown >= floor, f"STALE: {asked.path} at node {asked.member.number} shows {shown} cents, although "
                                  f"{floor} were acknowledged before it was asked")
            what = "current"
        with self.lock:
            self.answers[what] = self.answers.get(what, 0) + 1

    def read(self, member, partition, statement=False):
        self.answered(*self.ask(member, partition, statement))

    def read_for(self, seconds, member, partitions):
        """Balances and statements of these partitions at this node, again and again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for partition in partitions:
                self.read(member, partition)
                self.read(member, partition, True)

    def report(self):
        return "reads where nobody may be shown old balances: " + ", ".join(
            f"{count} {what}" for what, count in sorted(self.answers.items()))


class Asked:
    """A request that was sent, on a connection of its own, whose answer is not yet read."""

    def __init__(self, member, method, path, body=None, timeout=15):
        self.member, self.path = member, path
        self.connection = http.client.HTTPConnection(member.address, timeout=timeout)
        self.failed = False
        try:
            self.connection.request(method, path, None if body is None else json.dumps(body),
                                    {"Content-Type": "application/json"})
        except LOST:
            self.failed = True

    def answer(self):
        """None: it was lost."""
        try:
            if self.failed:
                return None
            response = self.connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except LOST:
            return None
        finally:
            self.connection.close()

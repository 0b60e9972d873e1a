"""One florind for a test: start it on a free port with its own data directory, talk to it, stop it, kill it.

Only the standard library. Nothing here sleeps for luck: every wait polls a condition and has a deadline.
A test is a function that raises; run_cases() counts them and prints the line that ./dev test reads.
"""
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("FLORIN_BIN_DIR", ROOT / "build/release/bin"))
FLORIND = str(BIN / "florind")
FLORIN = str(BIN / "florin")
START_S_MAX = 30
STOP_S_MAX = 5  # a promise of florind: drain, checkpoint, under 5 s


class Failure(AssertionError):
    """What a test found wrong."""


class Skip(Exception):
    """This machine cannot run the case; the text says why."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def check_equal(found, expected, what):
    if found != expected:
        raise Failure(f"{what}: found {found!r}, expected {expected!r}")


def wait_until(condition, seconds, what):
    """Polls until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < deadline, f"not within {seconds} s: {what}")
        time.sleep(0.01)


# --- money: decimal strings to minor units and back, for currencies with two decimals -----------------------

def cents(text):
    sign = -1 if text.startswith("-") else 1
    whole, fraction = text.lstrip("-").split(".")
    check(len(fraction) == 2, f"{text} has not two decimals")
    return sign * (int(whole) * 100 + int(fraction))


def amount(minor):
    return f"{minor // 100}.{minor % 100:02d}"


# --- the process ------------------------------------------------------------------------------------------------

class Node:
    """florind on 127.0.0.1 with a port of the system's choice. Use as context: it is killed at the end."""

    def __init__(self, data_dir, *options, prefix=()):
        self.data_dir = str(data_dir)
        self.options = [str(option) for option in options]
        self.prefix = list(prefix)  # a program that starts florind, such as setpriv
        self.florind = FLORIND  # or that of another version
        self.process = None
        self.log = tempfile.TemporaryFile()
        self.address = None

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        self.log.close()

    def arguments(self):
        return ["--data-dir", self.data_dir, "--http-listen", "127.0.0.1:0", "--log-format", "json", *self.options]

    def spawn(self):
        check(os.access(self.florind, os.X_OK), f"{self.florind} is not built")
        self.log.truncate(0)  # of an earlier start; the child shares our file offset
        self.log.seek(0)
        self.process = subprocess.Popen([*self.prefix, self.florind, *self.arguments()], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        return self

    def start(self):
        self.spawn()
        self.wait_ready()
        return self

    def output(self):
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode(errors="replace")

    def log_line(self, message):
        """The last log line with this message, or None."""
        found = None
        for line in self.output().splitlines():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict) and entry.get("message") == message:
                    found = entry
        return found

    def wait_ready(self):
        def ready():
            check(self.process.poll() is None, f"florind ended with {self.process.returncode}:\n{self.output()}")
            return self.log_line("ready")

        self.address = wait_until(ready, START_S_MAX, "florind says that it is ready")["address"]
        self.address = self.address.removeprefix("http://")
        with self.client() as client:
            wait_until(lambda: client.get("/readyz").status == 200, START_S_MAX, "/readyz answers 200")

    def wait_exit(self, seconds):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            output = self.output()
            self.kill()
            raise Failure(f"florind did not end within {seconds} s:\n{output[-2000:]}") from None

    def stop(self, seconds=STOP_S_MAX):
        """SIGTERM; the seconds it took. The exit code must be 0."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.wait_exit(seconds)
        check(code == 0, f"florind ended with {code} after SIGTERM:\n{self.output()[-2000:]}")
        return time.monotonic() - began

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def client(self, timeout=30):
        return Client(self.address, timeout)


def run_to_end(data_dir, *options, seconds=START_S_MAX, prefix=()):
    """Starts florind where it must refuse to start: (exit code, what it wrote)."""
    node = Node(data_dir, *options, prefix=prefix).spawn()
    with node:
        return node.wait_exit(seconds), node.output()


def florin(*arguments, expect=0, timeout=120):
    """The command line program: its standard output. `expect` None: (exit code, output, errors)."""
    command = [FLORIN, *[str(argument) for argument in arguments]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
                          check=False)
    if expect is None:
        return done.returncode, done.stdout, done.stderr
    check(done.returncode == expect,
          f"{' '.join(command)} ended with {done.returncode}, expected {expect}:\n{done.stdout}{done.stderr}")
    return done.stdout


def audit(data_dir):
    """Offline audit of a stopped node's directory: must be clean; the report."""
    code, out, errors = florin("audit", "verify", data_dir, "--json", expect=None)
    check(code == 0, f"audit verify ended with {code}:\n{out}{errors}")
    report = json.loads(out)
    check(report["clean"] is True and report["divergence"] is None, f"audit is not clean: {out}")
    return report


# --- HTTP -----------------------------------------------------------------------------------------------------

class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def replayed(self):
        return self.headers.get("Florin-Replayed") == "true"

    @property
    def code(self):
        return self.json.get("code")

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """One connection, kept alive. Not for several threads. A lost connection raises OSError or HTTPException."""

    def __init__(self, address, timeout=30):
        self.connection = http.client.HTTPConnection(address, timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def request(self, method, path, body=None, headers=None):
        text = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
            response = self.connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except Exception:
            self.connection.close()
            raise

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, body=None, headers=None):
        return self.request("POST", path, body, headers)

    def ok(self, method, path, body=None):
        answer = self.request(method, path, body)
        check(answer.status in (200, 201), f"{method} {path} {body}: {answer}")
        return answer.json

    # The calls that tests use most.
    def create(self, account, currency="USD", **terms):
        return self.ok("POST", "/v1/accounts", {"account_id": account, "currency": currency, **terms})

    def account(self, account):
        return self.ok("GET", f"/v1/accounts/{account}")

    def transfer(self, terms, headers=None):
        return self.post("/v1/wallet/balance_transfer", terms, headers)

    def batch(self, transfers):
        return self.ok("POST", "/v1/wallet/balance_transfers", {"transfers": transfers})["results"]

    def entries(self, account):
        """The whole statement, newest first, lazily."""
        cursor = ""
        while cursor is not None:
            query = f"?limit=100&cursor={cursor}" if cursor else "?limit=100"
            page = self.ok("GET", f"/v1/accounts/{account}/entries{query}")
            yield from page["data"]
            cursor = page["next_cursor"]


def terms(payer, payee, minor, transaction_id=None, protocol=None):
    body = {"from_account": payer, "to_account": payee, "amount": amount(minor), "currency": "USD",
            "transaction_id": transaction_id or str(uuid.uuid4())}
    if protocol:
        body["protocol"] = protocol
    return body


OUTSIDE = "@outside:USD"
LOST = (OSError, http.client.HTTPException)  # the connection broke: the outcome is not known


def partition_of(position):
    return int(re.fullmatch(r"p(\d+):\d+:\d+", position).group(1))


def metric(client, name, label=""):
    """The sum over all labels; with one, as in 'kind="account"': over those that have it."""
    labels = rf"{{[^}}]*{re.escape(label)}[^}}]*}}" if label else r"(?:{[^}]*})?"
    values = re.findall(rf"^{name}{labels} (\S+)$", client.get("/metrics").body.decode(), re.M)
    check(values, f"there is no metric {name}")
    return sum(map(float, values))


def wait_whole(node):
    """After a death within its start, or a disk that lied: until no partition is made again from the log."""
    with node.client() as client:
        wait_until(lambda: metric(client, "florin_state_rebuilding") == 0, 30, "all partitions are whole")


def check_books(client, seconds=15):
    """Totals are zero in every partition at every moment, and soon nothing is in flight."""
    def balanced_and_quiet():
        books = client.ok("GET", "/v1/ledger/trial_balance")
        for partition in books["partitions"]:
            for line in partition["currencies"]:
                check(cents(line["total"]) == 0, f"partition {partition['partition']} does not balance: {line}")
        return all(cents(value) == 0 for value in books["in_flight"].values())

    wait_until(balanced_and_quiet, seconds, "nothing is in flight")


def in_threads(count, work, seconds):
    """Runs work(number) in so many threads; raises the first failure, or if they do not end in time."""
    failures = []

    def run(number):
        try:
            work(number)
        except Exception as error:  # pylint: disable=broad-except
            failures.append((error, traceback.format_exc()))

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    check(not failures, f"{len(failures)} of {count} threads failed; the first:\n{failures and failures[0][1]}")
    check(not any(thread.is_alive() for thread in threads), f"{count} threads did not end within {seconds} s")


def open_with_balance(node, accounts, opening, threads=4):
    """Opens them and pays `opening` into each; their books."""
    def work(number):
        mine = accounts[number::threads]
        with node.client(60) as client:
            for account in mine:
                client.create(account)
            results = client.batch([terms(OUTSIDE, account, opening) for account in mine])
            check_equal({result["Status"] for result in results}, {"success"}, "the deposits")

    in_threads(threads, work, 120)
    return dict.fromkeys(accounts, opening)


def mount_tmpfs(path, *options):
    """On a directory that is there; who may not mount skips the case."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", path],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")


# --- cases ------------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def scratch_directory():
    path = tempfile.mkdtemp(prefix="florin-integration-")
    try:
        yield pathlib.Path(path)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def seeded():
    """FLORIN_SEED or a new seed, printed: random choices are repeated with it (not the machine's timing)."""
    seed = int(os.environ.get("FLORIN_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"seed: FLORIN_SEED={seed}", flush=True)
    return random.Random(seed)


def run_cases(cases):
    """Runs functions of one argument, a scratch directory; never returns."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a time-out: nodes, mounts and networks are still removed
    wanted = sys.argv[1:]
    passed, failed = 0, 0
    for case in cases:
        if wanted and case.__name__ not in wanted:
            continue
        began = time.monotonic()
        try:
            with scratch_directory() as directory:
                case(directory)
            verdict = "ok"
            passed += 1
        except Skip as reason:
            verdict = f"SKIPPED: {reason}"
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc()
            verdict = "FAILED"
            failed += 1
        print(f"{case.__name__}: {verdict} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)

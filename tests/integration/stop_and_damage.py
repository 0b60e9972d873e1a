"""How a node ends and how it refuses to start: orderly stop under load, wrong use, damaged and missing files, a
directory it may not write, a full disk. Exit codes are those of runtime/config/exit_code.hpp."""
import itertools
import os
import pathlib
import shutil
import subprocess
import threading
import time

from florin_node import (FLORIND, LOST, OUTSIDE, STOP_S_MAX, Node, Skip, audit, cents, check, check_books,
                         check_equal, florin, mount_tmpfs, run_cases, run_to_end, terms, wait_until)

BAD_CONFIG, DATA_LOCKED, DATA_DAMAGED, DISK_FULL = 2, 3, 4, 5
NOBODY = 65534
ACCOUNTS = [f"account-{number}" for number in range(8)]
ENTRIES_REPLAYED_MAX = 32  # after an orderly stop: two for each partition at most


def fill(client, accounts=ACCOUNTS, minor=100_000):
    for account in accounts:
        client.create(account)
        check_equal(client.transfer(terms(OUTSIDE, account, minor)).status, 200, "the deposit")


def ring(count, minor=1):
    """Transfers from each account to the next one: balances stay as they are once it has gone round."""
    accounts = itertools.cycle(zip(ACCOUNTS, ACCOUNTS[1:] + ACCOUNTS[:1]))
    return [terms(payer, payee, minor) for payer, payee in itertools.islice(accounts, count)]


def balances(client):
    return {account: client.account(account)["posted"] for account in [*ACCOUNTS, OUTSIDE]}


def check_repeats(client, acknowledged):
    """acknowledged: transaction id -> (terms, position). Repeating each answers the same."""
    items = list(acknowledged.values())
    for begin in range(0, len(items), 2000):
        some = items[begin:begin + 2000]
        for (_, position), result in zip(some, client.batch([body for body, _ in some]), strict=True):
            check_equal((result["Status"], result["Position"]), ("success", position), "an acknowledged transfer")


class Load:
    """Clients that send until the node is gone; keeps what was acknowledged."""

    def __init__(self, node, threads=4, batch=50):
        self.node, self.batch = node, batch
        self.acknowledged, self.odd, self.ready_statuses = {}, [], set()
        self.threads = [threading.Thread(target=self.run, args=(work,), daemon=True)
                        for work in [self.single] * threads + [self.batched, self.poll_ready]]
        for thread in self.threads:
            thread.start()

    def run(self, work):
        try:
            with self.node.client() as client:
                while True:
                    work(client)
        except LOST:
            pass  # the node has stopped

    def single(self, client):
        body = ring(1)[0]
        answer = client.transfer(body)
        if answer.status == 200:
            self.acknowledged[body["transaction_id"]] = (body, answer.json["Position"])
        elif answer.status not in (202, 503, 504):
            self.odd.append(answer)

    def batched(self, client):
        sent = ring(self.batch)
        answer = client.post("/v1/wallet/balance_transfers", {"transfers": sent})
        if answer.status != 200:
            if answer.status != 503:
                self.odd.append(answer)
            return
        for body, result in zip(sent, answer.json["results"], strict=True):
            if result["Status"] == "success":
                self.acknowledged[body["transaction_id"]] = (body, result["Position"])

    def poll_ready(self, client):
        self.ready_statuses.add(client.get("/readyz").status)

    def join(self):
        for thread in self.threads:
            thread.join(30)
            check(not thread.is_alive(), "a client hangs after the node has stopped")
        check(not self.odd, f"during load: {self.odd[:3]}")


# --- orderly stop -----------------------------------------------------------------------------------------------

def sigterm_under_load_loses_nothing(directory):
    data_dir = directory / "data"
    with Node(data_dir).start() as node:
        with node.client() as client:
            fill(client)
        for number in range(3):
            load = Load(node)
            wait_until(lambda some=load: len(some.acknowledged) > 500, 30, "500 transfers")
            seconds = node.stop()
            load.join()
            check(load.ready_statuses <= {200, 503}, f"/readyz answered {load.ready_statuses}")
            check(node.log_line("stopped")["checkpointed"], "not everything was written to the state store")
            report = audit(data_dir)
            node.start()
            replayed = node.log_line("ready")["entries_replayed"]
            check(replayed <= ENTRIES_REPLAYED_MAX, f"{replayed} of {report['entries']} entries were replayed")
            with node.client() as client:
                check_repeats(client, load.acknowledged)
                check_books(client)
            print(f"  stop {number + 1}: {seconds:.2f} s, {len(load.acknowledged)} acknowledged, {replayed} entries "
                  f"replayed, /readyz while it stopped: {sorted(load.ready_statuses)}")
        node.stop()


def sigterm_without_load_is_quick(directory):
    with Node(directory / "data").start() as node:
        with node.client() as idle:  # a connection that is kept alive must not delay the stop
            idle.get("/readyz")
            seconds = node.stop()
    check(seconds < 2, f"an idle node took {seconds:.1f} s to stop")


# --- wrong use ---------------------------------------------------------------------------------------------------

def second_process_is_refused_and_told_who(directory):
    with Node(directory / "data").start() as node:
        code, output = run_to_end(directory / "data")
        check_equal(code, DATA_LOCKED, f"exit code of the second process ({output})")
        check(f"process {node.process.pid}" in output, f"the pid {node.process.pid} is not named: {output}")
        for arguments in (["audit", "verify", directory / "data"],
                          ["replay", "--data-dir", directory / "data", "--account", "x"]):
            code, _, errors = florin(*arguments, expect=None)
            check_equal(code, 3, f"exit code of florin {arguments[0]} beside a node ({errors})")
            check(str(node.process.pid) in errors, f"the pid is not named: {errors}")
        (directory / "data" / "LOCK").unlink()
        code, output = run_to_end(directory / "data")
        check_equal(code, DATA_LOCKED, f"exit code of the second process without LOCK ({output})")
        check(f"process {node.process.pid}" in output, f"the pid {node.process.pid} is not named: {output}")
        with node.client() as client:
            check_equal(client.get("/readyz").status, 200, "the first process still serves")
        node.stop()


def other_number_of_partitions_is_refused(directory):
    with Node(directory / "data", "--partitions", 4).start() as node:
        node.stop()
    code, output = run_to_end(directory / "data", "--partitions", 8)
    check_equal(code, BAD_CONFIG, f"exit code ({output})")
    check("--partitions 4" in output, f"it does not say which number is right: {output}")


def bad_configuration_is_shown_with_file_and_line(directory):
    file = directory / "florin.toml"
    file.write_text('[node]\npartitions = 16\n\n[journal]\nsegment_mebi = 5\n', encoding="utf-8")
    code, output = run_to_end(directory / "data", "--config", file)
    check_equal(code, BAD_CONFIG, f"exit code ({output})")
    lines = output.splitlines()
    check(str(file) in output, f"the file is not named: {output}")
    place = next((n for n, line in enumerate(lines) if "5 | segment_mebi = 5" in line), None)
    check(place is not None, f"line 5 is not shown: {output}")
    check("^" in lines[place + 1] or "~" in lines[place + 1], f"nothing is underlined: {output}")
    check(not (directory / "data").exists(), "a data directory was made all the same")
    for options in (["--partitions", "0"], ["--no-such-option"], ["--http-listen", "nowhere"],
                    ["--config", directory / "missing.toml"]):
        code, output = run_to_end(directory / "data", *options)
        check_equal(code, BAD_CONFIG, f"exit code of {options} ({output})")


# --- damage -------------------------------------------------------------------------------------------------------

def segments(data_dir):
    return sorted((pathlib.Path(data_dir) / "log").glob("[0-9]*.seg"))


def flip_byte(file, offset):
    with open(file, "r+b") as stream:
        stream.seek(offset)
        byte = stream.read(1)[0]
        stream.seek(offset)
        stream.write(bytes([byte ^ 1]))


def offset_of(file, text):
    found = file.read_bytes().find(text.encode())
    check(found > 0, f"{text} is not in {file}")
    return found


def flipped_byte(directory, stop):
    """Damage in the middle of what was acknowledged: refused with file and offset; nothing is changed on disk."""
    data_dir = directory / "data"
    with Node(data_dir).start() as node:
        with node.client() as client:
            fill(client)
            client.batch(ring(800))
            client.create("marked")
            client.batch(ring(80))
            before = balances(client)
        stop(node)
    file = segments(data_dir)[-1]
    offset = offset_of(file, "marked")
    flip_byte(file, offset)
    damaged = file.read_bytes()
    shutil.rmtree(data_dir / "state")  # so that the entry is needed, even if it was applied before the stop
    for _ in range(2):  # a second start must not find it mended by a cut
        code, output = run_to_end(data_dir)
        check_equal(code, DATA_DAMAGED, f"exit code ({output})")
        check(file.name in output and "offset" in output, f"file and offset are not named: {output}")
        check(file.read_bytes() == damaged, "the damaged file was changed")
    code, _, errors = florin("audit", "verify", data_dir, expect=None)
    check_equal(code, 5, f"exit code of the audit ({errors})")
    check(file.name in errors and "offset" in errors, f"the audit does not name file and offset: {errors}")
    flip_byte(file, offset)
    with Node(data_dir).start() as node:
        with node.client() as client:
            check_equal(balances(client), before, "balances after the repair")
        node.stop()
    audit(data_dir)


def flipped_byte_after_an_orderly_stop(directory):
    flipped_byte(directory, lambda node: node.stop())


def flipped_byte_after_a_kill(directory):
    flipped_byte(directory, lambda node: node.kill())


def flipped_byte_in_the_last_entry_after_an_orderly_stop(directory):
    """An orderly stop is marked in the log: nothing before the mark can be a torn write."""
    data_dir = directory / "data"
    with Node(data_dir).start() as node:
        with node.client() as client:
            client.create("the-last-one")
        node.stop()
    file = segments(data_dir)[-1]
    flip_byte(file, offset_of(file, "the-last-one"))
    code, output = run_to_end(data_dir)
    check_equal(code, DATA_DAMAGED, f"exit code ({output})")
    check(file.name in output and "offset" in output, f"file and offset are not named: {output}")


def missing_and_damaged_segments(directory):
    data_dir = directory / "data"
    small = ["--journal-segment-mib", 1]
    with Node(data_dir, *small).start() as node:
        with node.client() as client:
            fill(client)
            while len(segments(data_dir)) < 4:
                client.batch(ring(2000))
            before = balances(client)
        node.stop()
    audit(data_dir)
    middle = segments(data_dir)[1]
    aside = directory / middle.name
    shutil.move(middle, aside)
    code, output = run_to_end(data_dir, *small)
    check_equal(code, DATA_DAMAGED, f"exit code with a missing segment ({output})")
    check(middle.name in output and "missing" in output, f"the missing file is not named: {output}")
    code, _, errors = florin("audit", "verify", data_dir, expect=None)
    check_equal(code, 5, f"exit code of the audit with a missing segment ({errors})")
    shutil.move(aside, middle)
    flip_byte(middle, 600_000)
    code, _, errors = florin("audit", "verify", data_dir, expect=None)
    check_equal(code, 5, f"exit code of the audit with a damaged old segment ({errors})")
    check(middle.name in errors and "offset" in errors, f"the audit does not name file and offset: {errors}")
    flip_byte(middle, 600_000)
    last = segments(data_dir)[-1]
    shutil.move(last, aside)
    code, output = run_to_end(data_dir, *small)
    check_equal(code, DATA_DAMAGED, f"exit code with the last segment missing ({output})")
    shutil.move(aside, last)
    with Node(data_dir, *small).start() as node:
        with node.client() as client:
            check_equal(balances(client), before, "balances with all segments back")
        node.stop()
    audit(data_dir)


def lost_log_is_refused_until_it_is_accepted(directory):
    """A disk that is not mounted, then an older copy of it."""
    data_dir = pathlib.Path(directory / "data")
    older, newest = directory / "older", directory / "newest"
    with Node(data_dir).start() as node:
        with node.client() as client:
            fill(client)
        node.stop()
    shutil.copytree(data_dir / "log", older)
    with Node(data_dir).start() as node:
        with node.client() as client:
            check_equal(client.transfer(terms(OUTSIDE, ACCOUNTS[0], 500)).status, 200, "a deposit")
            before = balances(client)
        node.stop()
    shutil.copytree(data_dir / "log", newest)
    shutil.rmtree(data_dir / "state")

    def put(log):
        if (data_dir / "log").exists():
            shutil.rmtree(data_dir / "log")
        if log is not None:
            shutil.copytree(log, data_dir / "log")

    for log, what in ((None, "is empty"), (older, "ends with block")):
        put(log)
        for _ in range(2):
            code, output = run_to_end(data_dir)
            check_equal(code, DATA_DAMAGED, f"exit code with a log that {what} ({output})")
            check(what in output and "log.end" in output and "accept-log" in output, f"the reason is not said: {output}")
        code, _, errors = florin("audit", "verify", data_dir, expect=None)
        check_equal(code, 5, f"exit code of the audit of a log that {what} ({errors})")
        check("accept-log" in errors, f"the audit does not say what is missing: {errors}")
    put(newest)
    with Node(data_dir).start() as node:
        with node.client() as client:
            check_equal(balances(client), before, "balances with the log back")
        node.stop()
    code, _, errors = florin("accept-log", data_dir, expect=None)
    check_equal(code, 1, f"exit code when nothing is missing ({errors})")
    put(older)
    code, out, errors = florin("accept-log", data_dir, expect=None)
    check_equal(code, 0, f"exit code of accept-log ({errors})")
    check("blocks lost (min)" in out and "state.aside-1" in out, f"what is lost is not said: {out}")
    with Node(data_dir).start() as node:
        with node.client() as client:
            check_equal(client.account(ACCOUNTS[0])["posted"], "1000.00", "what the older log says")
            check_books(client)
        node.stop()
    audit(data_dir)


def offline_tools_only_read(directory):
    data_dir = pathlib.Path(directory / "data")
    with Node(data_dir).start() as node:
        with node.client() as client:
            fill(client)
        node.kill()

    def look():
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in [data_dir, *data_dir.rglob("*")]}

    before = look()
    audit(data_dir)
    florin("replay", "--data-dir", data_dir, "--account", ACCOUNTS[0])
    check_equal(look(), before, "files after the tools have read them")


def state_is_rebuilt_from_the_log(directory):
    data_dir = directory / "data"
    with Node(data_dir).start() as node:
        with node.client() as client:
            fill(client)
            client.batch(ring(3001, 7))
            client.post(f"/v1/accounts/{ACCOUNTS[0]}/freeze")
            refused = terms(ACCOUNTS[1], ACCOUNTS[2], 10_000_000)
            check_equal(client.transfer(refused).code, "insufficient_available", "the refusal")
            before = balances(client)
        node.stop()
    shutil.rmtree(data_dir / "state")
    with Node(data_dir).start() as node:
        check(node.log_line("ready")["entries_replayed"] > 0, "nothing was replayed")
        with node.client() as client:
            check_equal(balances(client), before, "balances")
            check_equal(client.account(ACCOUNTS[0])["frozen"], True, "the freeze")
            again = client.transfer(refused)
            check((again.code, again.replayed) == ("insufficient_available", True), f"the recorded refusal: {again}")
            check_books(client)
        node.stop()
    audit(data_dir)


def audit_finds_a_state_store_that_differs(directory):
    """The stored state of another moment under the same log: the audit must not be clean."""
    data_dir = directory / "data"
    with Node(data_dir, "--partitions", 1).start() as node:
        with node.client() as client:
            fill(client)
        node.stop()
    store = data_dir / "state/p0000/data.mdb"
    pages = bytearray(store.read_bytes())
    names = [n for n in range(len(pages)) if pages.startswith(ACCOUNTS[3].encode(), n)]
    check(names, "the account is not in the store")
    for place in names:  # in every copy of the page: another account's name
        pages[place:place + len(ACCOUNTS[3])] = b"account-x"
    store.write_bytes(pages)
    code, out, errors = florin("audit", "verify", data_dir, expect=None)
    check_equal(code, 4, f"exit code ({out}{errors})")
    check("DIVERGENCE in partition 0" in out and ACCOUNTS[3] in out, f"the divergence is not named: {out}")


# --- directories that cannot be written ----------------------------------------------------------------------------

def read_only_directory_is_a_clear_error(directory):
    data_dir = directory / "data"
    with Node(data_dir).start() as node:
        node.stop()
    prefix = []
    if os.geteuid() == 0:  # root may write everywhere: be nobody
        if not shutil.which("setpriv"):
            raise Skip("run as root without setpriv: every directory is writable")
        program = shutil.copy(FLORIND, directory / "florind")  # where nobody may go
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", program]
        os.chmod(directory, 0o755)
        subprocess.run(["chmod", "-R", "a+rX", data_dir], check=True)
    else:
        subprocess.run(["chmod", "-R", "a-w", data_dir], check=True)
    try:
        arguments = ["--data-dir", data_dir, "--http-listen", "127.0.0.1:0", "--log-format", "json"]
        for path in (data_dir, directory / "other"):
            arguments[1] = path
            done = subprocess.run([*(prefix or [FLORIND]), *map(str, arguments)], capture_output=True, text=True,
                                  timeout=30, check=False)
            if path != data_dir and not prefix:
                continue  # an ordinary user may make a directory of its own here
            check_equal(done.returncode, 1, f"exit code ({done.stderr})")
            check(str(path) in done.stderr, f"the path is not named: {done.stderr}")
            check("ermission denied" in done.stderr, f"the reason is not named: {done.stderr}")
    finally:
        subprocess.run(["chmod", "-R", "u+w", data_dir], check=True)


class SmallDisk:
    """A tmpfs of so many MiB (and files), if this machine lets us mount one."""

    def __init__(self, path, mib, files=0):
        self.path, self.mib, self.files = path, mib, files

    def __enter__(self):
        self.path.mkdir()
        mount_tmpfs(self.path, f"size={self.mib}m", f"nr_inodes={self.files}")
        return self.path

    def __exit__(self, *_):
        subprocess.run(["umount", self.path], check=True)


def full_disk_loses_nothing(directory):
    """Of files: of bytes a node keeps enough free to be there when somebody makes room (low_disk.py)."""
    options = ["--journal-segment-mib", 1, "--partitions", 4, "--state-checkpoint-interval-ms", 200]
    acknowledged = {}
    with SmallDisk(directory / "disk", 256, files=40) as disk:
        with Node(disk / "data", *options).start() as node:
            try:
                with node.client() as client:
                    fill(client)
                    deadline = time.monotonic() + 60
                    while node.process.poll() is None:
                        check(time.monotonic() < deadline, "no room for 40 files was not noticed for 60 s")
                        sent = ring(500)
                        answer = client.post("/v1/wallet/balance_transfers", {"transfers": sent})
                        if answer.status != 200:
                            break
                        for body, result in zip(sent, answer.json["results"], strict=True):
                            if result["Status"] == "success":
                                acknowledged[body["transaction_id"]] = (body, result["Position"])
            except LOST:
                pass  # the node has ended
            code = node.wait_exit(STOP_S_MAX)
            check_equal(code, DISK_FULL, f"exit code ({node.output()[-1000:]})")
            check("space" in node.output(), f"the reason is not named: {node.output()[-1000:]}")
        code, output = run_to_end(disk / "data", *options)
        check_equal(code, DISK_FULL, f"exit code of a start on the full disk ({output})")
        shutil.copytree(disk / "data", directory / "data")
    check(len(acknowledged) > 1000, f"only {len(acknowledged)} transfers before the disk was full")
    with Node(directory / "data", *options).start() as node:
        with node.client() as client:
            check_repeats(client, acknowledged)
            check_books(client)
            check_equal(cents(balances(client)[OUTSIDE]), -100_000 * len(ACCOUNTS), "the outside world's balance")
            check_equal(client.batch(ring(8))[0]["Status"], "success", "it goes on")
        node.stop()
    audit(directory / "data")
    print(f"  {len(acknowledged)} acknowledged before the disk was full, all there after it")


def disk_too_small_for_the_first_segment(directory):
    with SmallDisk(directory / "disk", 2) as disk:
        code, output = run_to_end(disk / "data")
        check_equal(code, DISK_FULL, f"exit code ({output})")
        check("space" in output, f"the reason is not named: {output}")


run_cases([
    sigterm_under_load_loses_nothing, sigterm_without_load_is_quick,
    second_process_is_refused_and_told_who, other_number_of_partitions_is_refused,
    bad_configuration_is_shown_with_file_and_line,
    flipped_byte_after_an_orderly_stop, flipped_byte_after_a_kill, flipped_byte_in_the_last_entry_after_an_orderly_stop,
    missing_and_damaged_segments, lost_log_is_refused_until_it_is_accepted, offline_tools_only_read, state_is_rebuilt_from_the_log, audit_finds_a_state_store_that_differs,
    read_only_directory_is_a_clear_error, full_disk_loses_nothing, disk_too_small_for_the_first_segment,
])

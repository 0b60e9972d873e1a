"""One florind for one row: fresh data directory, free port; started, watched and stopped by its pid.

Every wait polls a condition and has a deadline. Broken is raised for whatever makes a row worthless.
"""
import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import time

START_S_MAX = 60
STOP_S_MAX = 30
QUIET_S = 5  # two checkpoint intervals and some


class Broken(Exception):
    """A row could not be measured, or what was measured is wrong."""


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise Broken(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return value


class Node:
    """Use as context: whatever happens, the process is gone at the end."""

    def __init__(self, binaries, directory, partitions, options=()):
        self.program = str(binaries / "florind")
        self.directory = directory
        self.log_path = directory / "florind.log"
        self.partitions = partitions
        self.options = list(options)
        self.process = None
        self.address = "127.0.0.1:0"  # later starts take the port of the first

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()

    def spawn(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                [self.program, "--data-dir", str(self.directory / "data"), "--http-listen", self.address,
                 "--partitions", str(self.partitions), "--log-format", "json", *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        self.spawn()
        self.address = wait_until(self.ready, START_S_MAX, "florind says that it is ready")["address"]

    def ready(self):
        """The log line `ready`, or None."""
        self.check_alive()
        for line in self.log_path.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                entry = json.loads(line)
                if entry.get("message") == "ready":
                    return entry
        return None

    def check_alive(self):
        code = self.process.poll()
        if code is not None:
            tail = self.log_path.read_text(errors="replace")[-1500:]
            raise Broken(f"florind ended with exit code {code}:\n{tail}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Broken(f"florind did not stop within {STOP_S_MAX} s") from None
        if code != 0:
            raise Broken(f"florind ended with exit code {code} after SIGTERM")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def get(self, path, timeout=60):
        """(status, body). Raises OSError or HTTPException while nobody listens."""
        connection = http.client.HTTPConnection(self.address, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def restart_until_answer(self, account):
        """Milliseconds from exec to the first 200 for this account. The process must have ended before."""
        began = time.monotonic()
        self.spawn()
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.get(f"/v1/accounts/{account}", 5)[0] == 200:
                    return (time.monotonic() - began) * 1000
            self.check_alive()
            if time.monotonic() - began > START_S_MAX:
                raise Broken(f"no answer within {START_S_MAX} s of the restart")
            time.sleep(0.002)

    def memory(self):
        """Resident bytes: (all, without pages of mapped files)."""
        text = open(f"/proc/{self.process.pid}/status", encoding="ascii").read()
        kib = {key: int(value) for key, value in re.findall(r"^(VmRSS|RssAnon):\s+(\d+) kB", text, re.M)}
        return kib["VmRSS"] * 1024, kib["RssAnon"] * 1024

    def load_options(self):
        """How florin-load finds this node, and whose CPU it measures."""
        return "--url", f"http://{self.address}", "--node-pid", str(self.process.pid)

    def cpu_ticks(self):
        fields = open(f"/proc/{self.process.pid}/stat", encoding="ascii").read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    def metric(self, name):
        values = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", self.get("/metrics")[1], re.M)
        return sum(map(float, values))

    def wait_quiet(self, seconds):
        """Until checkpoints have written all there is: no rows and next to no CPU for QUIET_S."""
        idle_ticks = os.sysconf("SC_CLK_TCK") * QUIET_S // 20
        deadline = time.monotonic() + seconds
        while True:
            rows, ticks = self.metric("florin_checkpoint_rows_total"), self.cpu_ticks()
            time.sleep(QUIET_S)
            if self.metric("florin_checkpoint_rows_total") == rows and self.cpu_ticks() - ticks <= idle_ticks:
                return
            if time.monotonic() > deadline:
                raise Broken(f"the node is still busy after {seconds} s without requests")

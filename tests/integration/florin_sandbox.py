"""florin-psp for a test: the process, its HTTP API as its merchant sees it, and a payer who fills in its pages.

Nothing here knows Florin but the name of the mark that Florin sets on what it makes there (metadata[payment_order_id]).
"""
import base64
import html
import http.client
import json
import os
import re
import subprocess
import urllib.parse

from florin_cluster import free_port
from florin_node import BIN, LOST, check, wait_until

FLORIN_PSP = str(BIN / "florin-psp")
KEY = "sk_test_integration"
VISA, DECLINED, CHALLENGED = "4242424242424242", "4000000000000002", "4000000000003220"
PROCESSING, PROCESSING_FAILS = "4000000000007007", "4000000000007015"


class Sandbox:
    """Use as context: started at the beginning, killed at the end."""

    def __init__(self, directory, *options):
        self.directory = directory
        self.options = [str(option) for option in options]
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.process = None

    def __enter__(self):
        check(os.access(FLORIN_PSP, os.X_OK), f"{FLORIN_PSP} is not built")
        self.directory.mkdir(parents=True, exist_ok=True)
        with open(self.directory / "florin-psp.log", "ab") as log:
            self.process = subprocess.Popen(
                [FLORIN_PSP, "--listen", self.address, "--data-dir", str(self.directory / "data"), "--public-url",
                 self.url, *self.options], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self.serves, 20, "florin-psp serves")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def serves(self):
        check(self.process.poll() is None, f"florin-psp ended with {self.process.returncode}")
        try:
            return self.ask("GET", "/_health")[0] == 200
        except LOST:
            return False

    def ask(self, method, path, form=None, headers=None):
        """(status, headers, text) of one request; nothing is followed."""
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            body = None if form is None else urllib.parse.urlencode(form)
            connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded",
                                                    **(headers or {})})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    # --- its own addresses

    def own(self, path, form=None):
        status, _, text = self.ask("GET" if form is None else "POST", path, form)
        check(status == 200, f"florin-psp {path} {form}: {status} {text}")
        return json.loads(text)

    def fault(self, kind, **rule):
        self.own("/_faults", {"kind": kind, **rule})

    def met(self):
        """{kind of fault: how often it was met}."""
        return self.own("/_faults")["met"]

    # --- the API, as whoever has the key sees it

    def all(self, collection):
        """All objects of a list, oldest first."""
        token = base64.b64encode(f"{KEY}:".encode()).decode()
        rows, after = [], ""
        while True:
            path = f"/v1/{collection}?limit=100" + (f"&starting_after={after}" if after else "")
            status, _, text = self.ask("GET", path, headers={"Authorization": f"Basic {token}"})
            check(status == 200, f"florin-psp {path}: {status} {text}")
            page = json.loads(text)
            rows += page["data"]
            if not page["has_more"]:
                return rows[::-1]
            after = page["data"][-1]["id"]

    def charged(self, mark):
        """{order id: Charged} of all payments whose metadata has this mark of a cluster: what the sandbox's own store says."""
        found = {}
        charges = {}
        for charge in self.all("charges"):
            charges.setdefault(charge["payment_intent"], []).append(charge)
        for session in self.all("checkout/sessions"):
            if session["metadata"].get("florin_cluster") == mark:
                found.setdefault(session["metadata"]["payment_order_id"], Charged()).sessions.append(session["id"])
        for intent in self.all("payment_intents"):
            if intent["metadata"].get("florin_cluster") != mark:
                continue
            order = found.setdefault(intent["metadata"]["payment_order_id"], Charged())
            if intent["status"] == "succeeded":
                order.succeeded.append(intent["id"])
            for charge in charges.get(intent["id"], []):
                order.net += charge["amount_captured"] - charge["amount_refunded"]
                order.captures += charge["amount_captured"] > 0
        return found


class Charged:
    """Of one order, over all keys and objects at the sandbox."""

    def __init__(self):
        self.sessions, self.succeeded = [], []
        self.net = 0       # captured - refunded, in the sandbox's units
        self.captures = 0  # how often


class Payer:
    """Somebody with cards at a payment page: follows links and forms as a browser does, without one."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def pay(self, url, cards):
        """Tries one card after the other until one is not declined. False: the page takes none (any more)."""
        check(url.startswith(self.sandbox.url + "/"), f"the payer is sent to {url}")
        path = url.removeprefix(self.sandbox.url)
        for card in cards:
            path, page = self.read(path)
            action = re.search(r'<form method="post" action="(/c/pay/[^"]+)"', page)
            if not action:
                return False  # paid in another tab, expired
            path, page = self.submit(html.unescape(action.group(1)),
                                     {"card_number": card, "expiry": "12 / 34", "cvc": "123"})
            challenge = re.search(r'<form method="post" action="(/c/3ds/[^"]+)"', page)
            if challenge:
                path, page = self.submit(html.unescape(challenge.group(1)), {"outcome": "complete"})
            if 'id="decline"' not in page:
                return True
        return False

    def read(self, path):
        """(path, text) of the page that it leads to; redirects inside the sandbox are followed."""
        for _ in range(10):
            status, headers, text = self.sandbox.ask("GET", path)
            if status not in (302, 303):
                check(status == 200, f"the page {path}: {status} {text[:300]}")
                return path, text
            path = headers["Location"].removeprefix(self.sandbox.url)
            check(path.startswith("/"), f"a page leads to {path}")
        raise AssertionError(f"redirects without end at {path}")

    def submit(self, action, form):
        status, headers, text = self.sandbox.ask("POST", action, form)
        if status == 200:
            return action, text
        check(status == 303 or status == 302, f"the form {action}: {status} {text[:300]}")
        return self.read(headers["Location"].removeprefix(self.sandbox.url))

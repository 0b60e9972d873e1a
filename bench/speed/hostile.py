"""What one client can do to the others: p99 of a stranger's requests, alone and beside each hostile request.

The stranger reads an account and makes a transfer, in turn, on one connection. The hostile clients are processes of their
own, so that they do not share the stranger's interpreter.
"""
import contextlib
import http.client
import json
import multiprocessing
import os
import socket
import time
import uuid

import rows
from node import Broken, Node

SECONDS = 4  # of each measurement
SETTLE_SECONDS = 0.5  # until the hostile requests are under way
CLIENTS = 8  # that list or search at a time
PAYERS = 5_000  # of one partition, under one id
BODIES, BODY_BYTES = 150, (8 << 20) - 1
HEADERS = {"Content-Type": "application/json"}


def transfer(payer, payee, transaction_id, amount="0.01"):
    return {"from_account": payer, "to_account": payee, "amount": amount, "currency": "USD",
            "transaction_id": str(transaction_id)}


def post(connection, path, content):
    connection.request("POST", path, json.dumps(content), HEADERS)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def payers_of_one_partition(address):
    """Names that live in partition 0: the answers' positions say so. Nobody opened them: they are refused."""
    connection = http.client.HTTPConnection(address, timeout=120)
    found, number = [], 0
    while len(found) < PAYERS:
        names = [f"hostile-{number + i}" for i in range(10_000)]
        number += len(names)
        batch = {"transfers": [transfer(name, "load-0", uuid.uuid4()) for name in names]}
        status, answer = post(connection, "/v1/wallet/balance_transfers", batch)
        if status != 200:
            raise Broken(f"batch of unknown payers: {status} {answer}")
        found += [name for name, one in zip(names, answer["results"]) if one.get("Position", "").startswith("p0:")]
    return found[:PAYERS]


# --- hostile clients; each runs until it is ended ---------------------------------------------------------

def pay_with_one_id(address, payers, shared):
    connection = http.client.HTTPConnection(address, timeout=120)
    batch = {"transfers": [transfer(name, payers[0] + "x", shared) for name in payers]}
    while True:
        post(connection, "/v1/wallet/balance_transfers", batch)


def read_again_and_again(address, path):
    connection = http.client.HTTPConnection(address, timeout=120)
    while True:
        connection.request("GET", path)
        connection.getresponse().read()


def hold_bodies(address):
    host, port = address.rsplit(":", 1)
    head = (f"POST /v1/wallet/balance_transfers HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {BODY_BYTES + 1}\r\n\r\n").encode()
    held = []
    for _ in range(BODIES):
        with contextlib.suppress(OSError):  # refused: no room
            one = socket.create_connection((host, int(port)), timeout=5)
            held.append(one)
            one.sendall(head + b" " * BODY_BYTES)
    while True:
        time.sleep(60)


# --- the stranger ---------------------------------------------------------------------------------------------

def p99_us(address, seconds):
    connection = http.client.HTTPConnection(address, timeout=120)
    taken, number = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number += 1
        began = time.monotonic()
        if number % 2:
            connection.request("GET", "/v1/accounts/stranger")
            answer = connection.getresponse()
            status = answer.status
            answer.read()
        else:
            status, _ = post(connection, "/v1/wallet/balance_transfer",
                             transfer("stranger", "friend", uuid.uuid4()))
        taken.append(time.monotonic() - began)
        if status != 200:
            raise Broken(f"a stranger's request was answered {status}")
    return 1e6 * sorted(taken)[len(taken) * 99 // 100]


@contextlib.contextmanager
def beside(clients):
    """`clients`: (function, arguments) of each."""
    processes = [multiprocessing.Process(target=function, args=arguments, daemon=True)
                 for function, arguments in clients]
    for process in processes:
        process.start()
    try:
        time.sleep(SETTLE_SECONDS)
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def open_strangers(address):
    connection = http.client.HTTPConnection(address, timeout=60)
    for name in ("stranger", "friend"):
        status, answer = post(connection, "/v1/accounts", {"account_id": name, "currency": "USD"})
        if status != 201:
            raise Broken(f"cannot open {name}: {status} {answer}")
    post(connection, "/v1/wallet/balance_transfer", transfer("@outside:USD", "stranger", uuid.uuid4(), "1000000.00"))


def hostile_round(setup, directory, run_load, accounts):
    seconds = max(0.5, SECONDS * setup.scale)
    values = {}
    with Node(setup.binaries, directory, rows.PARTITIONS) as node:
        run_load(setup, node, directory, "--accounts", str(accounts), "--transfers", "1", "--no-verify")
        open_strangers(node.address)
        payers, shared = payers_of_one_partition(node.address), uuid.uuid4()
        listing = (read_again_and_again, (node.address, "/v1/accounts?limit=100"))
        searching = (read_again_and_again, (node.address, f"/v1/wallet/balance_transfers/{shared}"))
        before = node.memory()[0]
        values["alone_p99_us"] = p99_us(node.address, seconds)
        for name, clients in (("one_id", [(pay_with_one_id, (node.address, payers, shared))]),
                              ("listing", [listing] * CLIENTS),
                              ("searching", [searching] * CLIENTS),
                              ("bodies", [(hold_bodies, (node.address,))])):
            with beside(clients):
                values[f"{name}_p99_us"] = p99_us(node.address, seconds)
                if name == "bodies":
                    values["bodies_mib"] = (node.memory()[0] - before) / 2**20
        node.check_alive()
        setup.remember_version(node)
        node.stop()
    return values | {"accounts": accounts, "load1": os.getloadavg()[0]}

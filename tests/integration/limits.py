"""Amounts near the limits of 64 bits, and turns near the limit of an entry: refused or cut, and the node goes on."""
import json
import socket

from florin_node import (OUTSIDE, Node, audit, check, check_books, check_equal, run_cases, terms)

LARGE = 999_999_999_999_999_999  # 9999999999999999.99: nine of them fit into 64 bits
CONNECTIONS = 1200


def goes_on(node, data_dir):
    with node.client(60) as client:
        check_books(client)
    node.stop()
    with Node(data_dir).start() as again:
        with again.client(60) as client:
            check_books(client)
        again.stop()
    audit(data_dir)


def outcomes(results):
    """How many succeeded; all others were refused for the limit."""
    codes = {result.get("code") for result in results if result["Status"] != "success"}
    check(codes <= {"balance_overflow"}, f"refused for {codes}")
    return sum(result["Status"] == "success" for result in results)


def twelve_at_once_from_who_may_owe(directory):
    for protocol in ("tcc", "saga"):
        data_dir = directory / protocol
        with Node(data_dir).start() as node:
            with node.client(60) as client:
                client.create("payer", allow_negative=True)
                check_equal(outcomes(client.batch([terms(OUTSIDE, "payer", LARGE) for _ in range(9)])), 9, "deposits")
                payees = [f"payee-{number}" for number in range(12)]
                for payee in payees:
                    client.create(payee)
                paid = outcomes(client.batch([terms("payer", payee, LARGE, protocol=protocol) for payee in payees]))
                check(9 <= paid <= 12, f"{paid} of 12 were paid")
            goes_on(node, data_dir)


def thirteen_at_once_to_who_owes(directory):
    with Node(directory / "data").start() as node:
        with node.client(60) as client:
            client.create("payee", allow_negative=True)
            check_equal(outcomes(client.batch([terms("payee", OUTSIDE, LARGE) for _ in range(9)])), 9, "withdrawals")
            payers = [f"payer-{number}" for number in range(13)]
            for payer in payers:
                client.create(payer, allow_negative=True)
            paid = outcomes(client.batch([terms(payer, "payee", LARGE) for payer in payers]))
            check(9 <= paid <= 13, f"{paid} of 13 paid")
        goes_on(node, directory / "data")


def request_of(number):
    """Opens an account with as much metadata as there may be."""
    metadata = {f"{pair:02}" + "\N{GRINNING FACE}" * 38: "\N{GRINNING FACE}" * 500 for pair in range(16)}
    body = json.dumps({"account_id": f"full-{number}", "currency": "USD", "metadata": metadata},
                      ensure_ascii=False).encode()
    head = ("POST /v1/accounts HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    return head.encode() + body


def answer_of(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def accounts_with_full_metadata_at_once(directory):
    options = ["--partitions", 1]
    with Node(directory / "data", *options).start() as node:
        host, port = node.address.rsplit(":", 1)
        connections = [socket.create_connection((host, int(port)), timeout=60) for _ in range(CONNECTIONS)]
        for number, connection in enumerate(connections):
            connection.sendall(request_of(number))
        answers = [answer_of(connection).split(b"\r\n", 1)[0] for connection in connections]
        for connection in connections:
            connection.close()
        check_equal(set(answers), {b"HTTP/1.1 201 Created"}, "all were opened")
        with node.client(60) as client:
            page = client.ok("GET", "/v1/accounts?limit=100")
            check_equal(len(page["data"]), 100, "a page of accounts with full metadata")
            check_books(client)
        node.stop()
    audit(directory / "data")


def ten_thousand_in_one_partition_in_their_order(directory):
    options = ["--partitions", 1, "--journal-segment-mib", 1, "--engine-turn-messages-max", 1048576]
    with Node(directory / "data", *options).start() as node:
        with node.client(60) as client:
            payer, payee = "payer" * 12, "payee" * 12  # long, so that the batch is more than one turn
            client.create(payer)
            client.create(payee)
            client.batch([terms(OUTSIDE, payer, 5_000)])
            results = client.batch([terms(payer, payee, 1) for _ in range(10_000)])
            check_equal({result["Status"] for result in results[:5_000]}, {"success"}, "the first half")
            check_equal({result.get("code") for result in results[5_000:]}, {"insufficient_available"}, "the others")
            check_books(client)
        node.stop()
    audit(directory / "data")


run_cases([twelve_at_once_from_who_may_owe, thirteen_at_once_to_who_owes, accounts_with_full_metadata_at_once,
           ten_thousand_in_one_partition_in_their_order])

"""One transaction_id, many requests at the same moment: the money moves once, and exactly one answer is unmarked."""
import threading
import uuid

from florin_node import OUTSIDE, Node, check, check_books, check_equal, in_threads, partition_of, run_cases, terms

REQUESTS = 100


def open_pair(client, same_partition):
    """Two accounts in the same partition, or in two; the first has 1,000.00."""
    client.create("payer")
    home = partition_of(client.account("payer")["position"])
    for number in range(1000):
        name = f"payee-{number}"
        if (partition_of(client.create(name)["position"]) == home) == same_partition:
            check_equal(client.transfer(terms(OUTSIDE, "payer", 100_000)).status, 200, "the deposit")
            return "payer", name
    raise AssertionError("no such pair in 1,000 accounts")


def all_at_once(node, body, count=REQUESTS):
    """The answers to `count` equal requests, sent from connections that are already open."""
    answers = [None] * count
    gate = threading.Barrier(count)

    def send(number):
        with node.client() as client:
            client.get("/healthz")
            gate.wait(30)
            answers[number] = client.transfer(body)

    in_threads(count, send, 60)
    return answers


def moves_once(directory, same_partition, protocol):
    with Node(directory / "data").start() as node, node.client() as client:
        payer, payee = open_pair(client, same_partition)
        body = terms(payer, payee, 1234, str(uuid.uuid4()), protocol)
        answers = all_at_once(node, body)
        check_equal({answer.status for answer in answers}, {200}, "statuses")
        check_equal(len({answer.json["Position"] for answer in answers}), 1, "different positions")
        check_equal(sum(not answer.replayed for answer in answers), 1, "unmarked answers")
        check_equal(client.account(payer)["posted"], "987.66", "the payer's balance")
        check_equal(client.account(payee)["posted"], "12.34", "the payee's balance")
        check_equal(len(list(client.entries(payee))), 1, "the payee's postings")
        check_books(client)


def local_transfer_moves_money_once(directory):
    moves_once(directory, True, None)


def tcc_transfer_moves_money_once(directory):
    moves_once(directory, False, "tcc")


def saga_transfer_moves_money_once(directory):
    moves_once(directory, False, "saga")


def refusal_is_recorded_once(directory):
    with Node(directory / "data").start() as node, node.client() as client:
        payer, payee = open_pair(client, False)
        body = terms(payer, payee, 100_001, str(uuid.uuid4()))
        answers = all_at_once(node, body)
        check_equal({(answer.status, answer.code) for answer in answers}, {(422, "insufficient_available")}, "answers")
        check_equal(len({answer.json["position"] for answer in answers}), 1, "different positions")
        check_equal(sum(not answer.replayed for answer in answers), 1, "unmarked answers")
        # Money that comes later does not change a recorded answer.
        check_equal(client.transfer(terms(OUTSIDE, payer, 100_000)).status, 200, "the deposit")
        again = client.transfer(body)
        check((again.status, again.code, again.replayed) == (422, "insufficient_available", True), f"later: {again}")
        found = client.account(payer)
        check_equal((found["posted"], found["held"]), ("2000.00", "0.00"), "posted and held of the payer")


def deposits_are_recorded_once_for_each_payee(directory):
    with Node(directory / "data").start() as node, node.client() as client:
        client.create("one")
        client.create("two")
        transaction_id = str(uuid.uuid4())
        first = all_at_once(node, terms(OUTSIDE, "one", 500, transaction_id))
        second = client.transfer(terms(OUTSIDE, "two", 500, transaction_id))
        check_equal({answer.status for answer in first}, {200}, "statuses")
        check_equal(sum(not answer.replayed for answer in first), 1, "unmarked answers")
        check(second.status == 200 and not second.replayed, f"another payee with the same id: {second}")
        check_equal(client.account("one")["posted"], "5.00", "the first payee's balance")
        check_equal(client.account("two")["posted"], "5.00", "the second payee's balance")


def same_id_inside_one_batch_moves_money_once(directory):
    with Node(directory / "data").start() as node, node.client() as client:
        payer, payee = open_pair(client, False)
        body = terms(payer, payee, 100, str(uuid.uuid4()))
        other = {**body, "amount": "2.00"}
        results = client.batch([body] * 50 + [other])
        check_equal({result["Status"] for result in results[:50]}, {"success"}, "results")
        check_equal(len({result["Position"] for result in results[:50]}), 1, "different positions")
        check_equal(results[50].get("code"), "transaction_id_reused", "other content under the same id")
        check_equal(client.account(payee)["posted"], "1.00", "the payee's balance")


run_cases([local_transfer_moves_money_once, tcc_transfer_moves_money_once, saga_transfer_moves_money_once,
           refusal_is_recorded_once, deposits_are_recorded_once_for_each_payee,
           same_id_inside_one_batch_moves_money_once])

"""The program `florin` end to end: a short life of two accounts, then the stopped node's data directory."""
import json
import subprocess
import uuid

from florin_node import FLORIN, Node, audit, check, check_equal, florin, run_cases


def online(node):
    """florin with the address of this node."""
    return lambda *arguments, **more: florin("--url", f"http://{node.address}", *arguments, **more)


def as_json(text):
    return json.loads(text)


def story_of_two_accounts(directory):
    data_dir = directory / "data"
    with Node(data_dir).start() as node:
        run = online(node)
        check("alice" in run("account", "create", "alice", "USD"), "account create shows the account")
        run("account", "create", "bob", "USD", "--kind", "merchant", "--metadata", "city=Delft")
        again = as_json(run("account", "create", "alice", "USD", "--json"))
        check_equal(again["account_id"], "alice", "a repeat of account create")
        code, _, errors = run("account", "create", "alice", "EUR", expect=None)
        check_equal((code, "account_exists" in errors), (1, True), f"other terms ({errors})")

        deposit = as_json(run("deposit", "alice", "100.00", "USD", "--json"))
        check_equal(deposit["Status"], "success", "the deposit")
        transaction_id = str(uuid.uuid4())
        move = ["transfer", "alice", "bob", "12.34", "USD", "--id", transaction_id]
        first = as_json(run(*move, "--json"))
        check("replayed" in run(*move), "a repeat says that it is one")
        check_equal(as_json(run(*move, "--json"))["Position"], first["Position"], "the position of the repeat")
        code, _, errors = run("transfer", "alice", "bob", "1000.00", "USD", expect=None)
        check_equal((code, "insufficient_available" in errors), (1, True), f"a refusal ({errors})")
        run("withdraw", "bob", "2.34", "USD")
        run("transfer", "bob", "alice", "1.00", "USD", "--protocol", "saga")

        shown = run("transfer", "show", transaction_id, "--from", "alice")
        for word in ("completed", "debit", "credit", "alice", "bob", "12.34"):
            check(word in shown, f"{word} is not in the phase status:\n{shown}")
        status = as_json(run("transfer", "show", transaction_id, "--json"))
        check_equal((status["status"], len(status["legs"])), ("completed", 2), "the phase status")

        statement = as_json(run("statement", "alice", "--json"))["data"]
        check_equal([(entry["direction"], entry["amount"], entry["posted_after"]) for entry in statement],
                    [("credit", "1.00", "88.66"), ("debit", "12.34", "87.66"), ("credit", "100.00", "100.00")],
                    "alice's statement")
        check("12.34" in run("statement", "alice", "--limit", "2"), "the statement as a table")

        check("frozen" in run("account", "freeze", "bob", "--reason", "a test"), "freeze")
        code, _, errors = run("transfer", "alice", "bob", "1.00", "USD", expect=None)
        check_equal((code, "account_frozen" in errors), (1, True), f"a frozen payee ({errors})")
        run("account", "unfreeze", "bob")
        check("Delft" in run("account", "metadata", "bob", "city=Delft", "owner=anna"), "metadata that is set")
        check("nothing to change" in run("account", "metadata", "bob", "city=Delft"), "metadata that is there")
        changed = as_json(run("account", "metadata", "bob", "--remove", "owner", "--json"))
        check_equal(changed["metadata"], {"city": "Delft"}, "metadata that is removed")
        check_equal(as_json(run("account", "show", "bob", "--json"))["posted"], "9.00", "bob's balance")
        check("alice" in run("account", "list"), "account list")
        code, _, errors = run("account", "close", "bob", expect=None)
        check_equal((code, "account_not_empty" in errors), (1, True), f"closing with money in it ({errors})")
        books = as_json(run("trial-balance", "--json"))
        totals = [line["total"] for partition in books["partitions"] for line in partition["currencies"]]
        check(totals and set(totals) == {"0.00"}, f"the trial balance: {totals}")
        check("USD" in run("trial-balance"), "the trial balance as a table")
        node.stop()
        code, _, errors = run("account", "show", "alice", expect=None)
        check_equal(code, 3, f"exit code without a node ({errors})")

    audited_and_replayed(data_dir, statement)


def audited_and_replayed(data_dir, statement):
    report = audit(data_dir)
    check_equal(report["accounts"], 2, "accounts that clients opened")
    check_equal([(line["currency"], line["total"]) for line in report["totals"]], [("USD", "0.00")], "totals")
    check("clean" in florin("audit", "verify", data_dir), "the audit as a table")

    replay = ["replay", "--data-dir", data_dir, "--account", "alice"]
    check_equal(as_json(florin(*replay, "--json"))["posted"], "88.66", "the balance now")
    for entry in statement:  # every position and every time gives the balance of that moment
        for until in (entry["position"], entry["time"]):
            then = as_json(florin(*replay, "--until", until, "--json"))
            check_equal(then["posted"], entry["posted_after"], f"the balance as of {until}")
            check_equal(then["held"], "0.00", f"held as of {until}")
    check("88.66" in florin(*replay), "the balance as text")
    for until, expected in (("2020-01-01T00:00:00Z", 1), ("yesterday", 2)):
        code, _, errors = florin(*replay, "--until", until, expect=None)
        check_equal(code, expected, f"exit code of --until {until} ({errors})")
    elsewhere = "p15:1:0" if not statement[0]["position"].startswith("p15:") else "p14:1:0"
    code, _, errors = florin(*replay, "--until", elsewhere, expect=None)
    check_equal(code, 2, f"exit code of a position in another partition ({errors})")
    code, _, errors = florin("replay", "--data-dir", data_dir, "--account", "nobody", expect=None)
    check_equal(code, 1, f"exit code of an unknown account ({errors})")


def held_money_is_seen_by_a_replay(directory):
    """Between Try and Confirm of a transfer that crosses, the payer's money is posted but not available."""
    data_dir = directory / "data"
    with Node(data_dir).start() as node, node.client() as client:
        client.create("payer")
        home = client.account("payer")["position"].split(":")[0]
        number = 0
        while client.create(f"payee-{number}")["position"].split(":")[0] == home:
            number += 1
        run = online(node)
        run("deposit", "payer", "10.00", "USD")
        run("transfer", "payer", f"payee-{number}", "4.00", "USD")
        entry = as_json(run("statement", "payer", "--json"))["data"][0]
        node.stop()
    replay = ["replay", "--data-dir", data_dir, "--account", "payer", "--json", "--until"]
    index = int(entry["position"].split(":")[1])
    seen = [as_json(florin(*replay, f"{home}:{before}:999")) for before in range(2, index + 1)]
    balances = [(found["posted"], found["held"], found["available"]) for found in seen]
    check(("10.00", "4.00", "6.00") in balances, f"the held money was never seen: {balances}")
    check_equal(balances[-1], ("6.00", "0.00", "6.00"), "after the transfer")


def help_completion_and_wrong_use(directory):
    for arguments in ([], ["account"], ["audit"], ["audit", "verify"], ["replay"], ["transfer"]):
        text = florin(*arguments, "--help")
        check("Usage" in text and ("xample" in text or arguments in (["account"], ["audit"])),
              f"help of {arguments}:\n{text}")
    script = florin("completion", "bash")
    for word in ("audit", "verify", "replay", "--until", "--data-dir"):
        check(word in script, f"{word} is not completed")
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    check_equal(checked.returncode, 0, f"bash on the completion script: {checked.stderr}")
    for arguments in ([], ["audit"], ["audit", "verify"], ["replay", "--account", "x"], ["nothing"]):
        done = subprocess.run([FLORIN, *arguments], capture_output=True, check=False)
        check_equal(done.returncode, 2, f"exit code of florin {arguments}")
    code, _, errors = florin("audit", "verify", directory / "no-such-directory", expect=None)
    check_equal(code, 5, f"exit code of an audit of nothing ({errors})")
    check(not (directory / "no-such-directory").exists(), "an audit made a directory")


run_cases([story_of_two_accounts, held_money_is_seen_by_a_replay, help_completion_and_wrong_use])

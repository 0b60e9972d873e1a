"""The peers: runs their scripts and reads their lines. They install, start, check and remove what they need."""
import os
import signal
import subprocess

import rows
from node import Broken

PEER_S_MAX = 900
FIELDS = {"tps": "transfers_per_second", "p50_ms": "p50_ms", "p99_ms": "p99_ms", "n": "transfers", "load1": "load1",
          "srv_cpu_s_per_M": "server_cpu_seconds_per_million", "cli_cpu_s_per_M": "client_cpu_seconds_per_million"}


def run_script(script, environment):
    """Its output. It runs in a group of its own, which is asked to end (it cleans up) if we have to."""
    with subprocess.Popen(["bash", str(script)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True) as process:
        try:
            return process.communicate(timeout=PEER_S_MAX)[0]
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate()
            raise


def peer_rounds(setup, script, directory):
    """Runs one script; {row: values of this round} for all rows that it feeds."""
    environment = os.environ | rows.PEER_SETTINGS[script] | {
        "PEERS_TMP": str(directory),
        "SECONDS_PER": str(max(1, round(rows.PEER_SECONDS * setup.scale))),
        "COUNT_SCALE": f"{rows.PEER_COUNT_SCALE * setup.scale:g}",
    }
    environment.pop("PEERS_OUT", None)
    output = run_script(setup.peers / script, environment)
    if "SUM WRONG" in output or "(ok)" not in output:
        raise Broken(f"{script} did not end well:\n{output[-2000:]}")
    found = {}
    for line in output.splitlines():
        fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
        values = {ours: float(fields[theirs]) for theirs, ours in FIELDS.items() if theirs in fields}
        found[fields.get("config")] = values
    wanted = {name: found.get(config) for name, of, config in rows.PEER_ROWS if of == script}
    missing = [name for name, values in wanted.items() if not values]
    if missing:
        raise Broken(f"{script} printed nothing for {', '.join(missing)}:\n{output[-2000:]}")
    return wanted

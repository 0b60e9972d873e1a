"""The speed table: chooses the rows, runs the interleaved rounds, prints and writes what came out. See ../run.sh."""
import argparse
import datetime
import fnmatch
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402
from node import Broken  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXIT_BROKEN, EXIT_USAGE = 1, 2
FREE_BYTES_MIN = 8 << 30  # a batch row writes some GB of log; it is deleted after the row
BUSY_LOAD_PER_CORE = 0.25
BEGAN = time.monotonic()


def say(line):
    print(f"[{time.monotonic() - BEGAN:5.0f} s] {line}", file=sys.stderr, flush=True)


class Setup:
    """What all rounds share."""

    def __init__(self, options, scratch):
        self.scale = options.scale
        self.peers = options.peers
        self.binaries = pathlib.Path(os.environ.get("FLORIN_BIN_DIR", ROOT / "build/release/bin"))
        self.scratch = scratch
        self.round = 0
        self.version = None
        self.say = say

    def remember_version(self, node):
        if not self.version:
            self.version = json.loads(node.get("/v1/version")[1])


def parse_options():
    parser = argparse.ArgumentParser(prog="bench/run.sh", add_help=False)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=float(os.environ.get("FLORIN_BENCH_SCALE", 1)))
    parser.add_argument("--only", action="append")
    parser.add_argument("--peers", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.rounds < 1 or not 0.001 <= options.scale <= 1:
        parser.error("--rounds is at least 1, --scale from 0.001 to 1")
    if options.peers and not all((options.peers / script).is_file() for script in rows.PEER_SETTINGS):
        parser.error(f"--peers {options.peers}: no {' and '.join(rows.PEER_SETTINGS)} there")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
    return options, parser


# --- what is run -------------------------------------------------------------------------

def one_round(name, work):
    """A step of the plan: (what it is called, rows it feeds, round -> {row: values})."""
    return name, [name], lambda setup, directory: {name: work(setup, directory)}


def plan(options):
    """The steps of one round, in order."""
    def transfers(row):
        return one_round(row.name, lambda setup, directory: measure.transfer_round(setup, row, directory))

    def peer(script):
        fed = [name for name, of, _ in rows.PEER_ROWS if of == script]
        return f"peer {script}", fed, lambda setup, directory: peers.peer_rounds(setup, script, directory)

    steps = [transfers(row) for row in rows.TRANSFER_ROWS]
    steps.append(one_round(rows.ACCOUNTS_1M, measure.accounts_round))
    steps.append(one_round(rows.CLUSTER, measure.cluster_round))
    steps.append(one_round(rows.HOSTILE, measure.hostile_round))
    if options.peers:
        steps += map(peer, rows.PEER_SETTINGS)
    patterns = options.only or ["*"]
    return [step for step in steps
            if any(fnmatch.fnmatchcase(row, pattern) for row in step[1] for pattern in patterns)]


def describe(values):
    if "bytes_per_account" in values:
        return (f"{values['bytes_per_account']:,.0f} B per account, first answer "
                f"{values['clean_restart_ms']:,.0f} ms after a stop, "
                f"{values['killed_restart_ms']:,.0f} ms after kill -9")
    if "move_ms" in values:
        return (f"a replica moved in {values['move_ms']:,.0f} ms, idle nodes take "
                f"{values['idle_16_cpu_permille']:.1f} and {values['idle_64_cpu_permille']:.1f} permille of a core")
    if "one_id_p99_us" in values:
        return (f"a stranger's p99 {values['alone_p99_us']:,.0f} us alone, "
                f"{values['one_id_p99_us']:,.0f} us beside one id, {values['listing_p99_us']:,.0f} us beside lists")
    return (f"{values['transfers_per_second']:,.0f}/s, p99 {values['p99_ms']:.2f} ms, "
            f"server CPU {values['server_cpu_seconds_per_million']:.2f} s/M")


def run_step(setup, step, results):
    name, fed, work = step
    directory = pathlib.Path(tempfile.mkdtemp(prefix=f"{name.replace(' ', '-')}-", dir=setup.scratch))
    directory.chmod(0o755)  # PostgreSQL runs as another user
    os.sync()  # what earlier rows left to the kernel is not for this one to write
    try:
        for row, values in work(setup, directory).items():
            results[row]["rounds"].append({"round": setup.round} | values)
            say(f"  {row}: {describe(values)}")
    except (Broken, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        reason = str(error) if isinstance(error, Broken) else f"{type(error).__name__}: {error}"
        say(f"  {name} FAILED: {reason}")
        for row in fed:
            results[row]["failures"].append({"round": setup.round, "reason": reason})
    finally:
        shutil.rmtree(directory, ignore_errors=True)


# --- what is said about the machine ------------------------------------------------------

def first_line(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip().splitlines()[0] if done.returncode == 0 and done.stdout.strip() else None


def field_of(path, key):
    for line in pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return None


def filesystem(scratch):
    done = subprocess.run(["stat", "-c", "%m", str(scratch)], capture_output=True, text=True, check=False)
    kinds = dict(line.split()[1:3] for line in pathlib.Path("/proc/mounts").read_text().splitlines())
    return kinds.get(done.stdout.strip())


def machine(scratch):
    return {"cores": os.cpu_count(), "cpu": field_of("/proc/cpuinfo", "model name"),
            "memory_bytes": int(field_of("/proc/meminfo", "MemTotal").split()[0]) * 1024,
            "kernel": platform.release(),
            "filesystem": filesystem(scratch),
            "load1_at_start": measure.load1()}


def commit():
    head = first_line(["git", "rev-parse", "HEAD"])
    return head and head + ("-changed" if first_line(["git", "status", "--porcelain", "-uno"]) else "")


def write_json(path, about, setup, results, complete):
    all_rows, measured = report.summarize(results, setup.peers)
    document = about | {"binary": setup.version, "complete": complete, "rows": all_rows}
    document |= {summary["name"]: summary for summary in measured}
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(document, indent=1) + "\n")
    partial.replace(path)


# --- all of it -----------------------------------------------------------------------------

def check_possible(setup, scratch):
    for program in ("florind", "florin-load", "florin"):
        if not os.access(setup.binaries / program, os.X_OK):
            sys.exit(f"bench/run.sh: {setup.binaries / program} is not built; run ./dev build")
    if shutil.disk_usage(scratch).free < FREE_BYTES_MIN * setup.scale:
        raise Broken(f"less than {FREE_BYTES_MIN * setup.scale / 2**30:.1f} GiB free in {scratch}")


def warn(about, setup):
    seen = about["machine"]
    if seen["load1_at_start"] > BUSY_LOAD_PER_CORE * seen["cores"]:
        say(f"warning: the machine is busy (load {seen['load1_at_start']:.1f}): "
            "throughput and p99 will be worse than real")
    if seen["filesystem"] in ("tmpfs", "ramfs"):
        say("warning: the data lies in memory, nothing is durable here: "
            "set FLORIN_BENCH_DIR to a directory on a disk")
    if setup.scale != 1:
        say(f"warning: scaled to {setup.scale:g}: figures only show that the script works")


def run_rounds(options, setup, steps, about):
    results = {row: {"rounds": [], "failures": []} for step in steps for row in step[1]}
    for setup.round in range(1, options.rounds + 1):
        for number, step in enumerate(steps, 1):
            say(f"round {setup.round} of {options.rounds}, {number} of {len(steps)}: {step[0]} "
                f"(load {measure.load1():.1f})")
            run_step(setup, step, results)
        if options.json:
            write_json(options.json, about, setup, results, setup.round == options.rounds)
    return results


def run(options, steps, scratch):
    setup = Setup(options, scratch)
    check_possible(setup, scratch)
    started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    about = {"machine": machine(scratch), "commit": commit(), "started": started,
             "scale": options.scale, "rounds": options.rounds}
    warn(about, setup)
    results = run_rounds(options, setup, steps, about)
    print("\n" + report.text(*report.summarize(results, setup.peers)))
    broken = sorted(row for row, result in results.items() if result["failures"])
    if broken:
        print(f"\nFAILED: {', '.join(broken)}")
    if options.json:
        say(f"written: {options.json}")
    return EXIT_BROKEN if broken else 0


def main():
    options, parser = parse_options()
    steps = plan(options)
    if options.list:
        print("\n".join(row for step in steps for row in step[1]))
        return 0
    if not steps:
        parser.error(f"--only {' '.join(options.only)}: there is no such row; see --list")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that everything is cleaned up
    parent = os.environ.get("FLORIN_BENCH_DIR")
    if parent:
        os.makedirs(parent, exist_ok=True)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="florin-bench-", dir=parent))
    scratch.chmod(0o755)
    try:
        return run(options, steps, scratch)
    except Broken as error:
        sys.exit(f"bench/run.sh: {error}")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

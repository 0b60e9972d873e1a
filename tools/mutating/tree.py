"""The copy that mutants are applied to, its build, and what runs there.

Files keep their times unless their content differs, so a build compiles only what a patch has changed.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from mutating import chosen, patch

# One mutant costs a few compilations: no link-time optimisation, no debug information.
CONFIGURATION = ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -DNDEBUG",
                 "-DFLORIN_BENCH=OFF"]
HANGS_AFTER_S = 600          # of processor time, on however busy a machine: a piece of seeds, or the unit tests
STANDS_STILL_AFTER_S = 3600  # of any time: a script, or what waits and uses no processor
PIECE = 100          # seeds: even of clusters and on a busy machine a small part of that time


# Nothing of these is built or run: no mutant ends differently for them. (Its own patch counts: Result.patch.)
NOT_BUILT = ("docs/", "bench/", "sim/mutants/")

HANGS = {"checker": "hang", "seed": 0, "what": "a seed does not end"}


class Failed(Exception):
    pass


def run_bounded(command):
    """How it ended, with its standard output; None: it hangs."""
    try:
        ended = subprocess.run(["prlimit", f"--cpu={HANGS_AFTER_S}:{HANGS_AFTER_S + 5}", *command],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               timeout=STANDS_STILL_AFTER_S, check=False)
    except subprocess.TimeoutExpired:
        return None
    return None if ended.returncode == -signal.SIGXCPU else ended


GTESTS = ("unit", "property", "component")


def programs_of(tests):
    if tests == "integration":
        return ["florind", "florin"]
    return [f"florin_{tests}_tests"] if tests else ["florin-sim"]


class Tree:
    def __init__(self, root: pathlib.Path, work: pathlib.Path):
        self.root = root
        self.source = work / "source"
        self.build_dir = work / "build"
        self.log = work / "build.log"
        self.patched = {}  # path -> text before
        self.choosers = {}  # tests -> what chooses of their program
        self.source.mkdir(parents=True, exist_ok=True)

    def read(self, path):
        return patch.reader_below(self.source)(path)

    def copy(self):
        """Makes the copy equal to the tree: what git tracks or would track."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                cwd=self.root, stdout=subprocess.PIPE, check=True).stdout
        wanted = {name for name in os.fsdecode(listed).split("\0") if name and (self.root / name).is_file()}
        for file in list(self.source.rglob("*")):
            if file.is_file() and file.relative_to(self.source).as_posix() not in wanted:
                file.unlink()
        for name in wanted:
            origin, copy = self.root / name, self.source / name
            if copy.is_file() and copy.read_bytes() == origin.read_bytes():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(origin, copy)
            shutil.copymode(origin, copy)

    def digest(self):
        """Of all files of the copy that are built or run: results of another tree are not of this one."""
        digest = hashlib.sha256()
        for file in sorted(self.source.rglob("*")):
            name = file.relative_to(self.source).as_posix()
            if file.is_file() and not name.startswith(NOT_BUILT) and not name.endswith(".md"):
                digest.update(f"{name}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def apply(self, texts):
        for path, text in texts.items():
            self.patched[path] = self.read(path)
            (self.source / path).parent.mkdir(parents=True, exist_ok=True)
            (self.source / path).write_text(text, encoding="utf-8")

    def restore(self):
        for path, text in self.patched.items():
            if text is None:  # it is the patch's own
                (self.source / path).unlink()
            else:
                (self.source / path).write_text(text, encoding="utf-8")
        self.patched = {}

    def configure(self, with_tests):
        self._run(["cmake", "-S", str(self.source), "-B", str(self.build_dir), "-G", "Ninja", *CONFIGURATION,
                   f"-DFLORIN_GO_DIRECTORY={self.root / 'build/go'}",
                   f"-DFLORIN_TESTS={'ON' if with_tests else 'OFF'}"])

    def build(self, *targets):
        self._run(["cmake", "--build", str(self.build_dir), "--target", *targets,
                   *(["-j", os.environ["FLORIN_JOBS"]] if "FLORIN_JOBS" in os.environ else [])])

    def _run(self, command):
        environment = dict(os.environ, CCACHE_BASEDIR=str(self.source), CCACHE_NOHASHDIR="1")
        with open(self.log, "w", encoding="utf-8") as log:
            ended = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, env=environment, check=False)
        if ended.returncode != 0:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            errors = [line for line in lines if "error:" in line or "undefined reference" in line] or lines[-1:]
            raise Failed(f"{errors[0] if errors else command[0]} (all of it: {self.log})")

    def build_for(self, tests):
        """The programs that these tests run (Mutant.tests)."""
        for target in programs_of(tests):
            self.build(target)

    def take_programs(self, name, tests):
        """A copy of what was built for them, which the next build leaves alone."""
        bin_dir = self._new_bin_dir(name)
        for program in programs_of(tests):
            shutil.copy2(self.build_dir / "bin" / program, bin_dir / program)
        return Programs(self.source, bin_dir)

    def _new_bin_dir(self, name):
        bin_dir = self.source.parent / "bin" / name
        shutil.rmtree(bin_dir, ignore_errors=True)
        bin_dir.mkdir(parents=True)
        return bin_dir

    def choose(self, tests, listed):
        """What these tests (`--gtest_list_tests`) need of their program, which is built and unbroken; None: all of it."""
        if tests not in self.choosers:
            self.choosers[tests] = chosen.Chooser(self.build_dir, f"bin/{programs_of(tests)[0]}")
        return self.choosers[tests].choose(listed)

    def build_chosen(self, name, choice):
        """None: the patch takes something from an archive that the unbroken tree does not."""
        self.build(*choice.targets())
        bin_dir = self._new_bin_dir(name)
        is_linked = chosen.link(self.build_dir, choice, bin_dir / pathlib.PurePath(choice.program).name)
        return Programs(self.source, bin_dir) if is_linked else None


class Programs:
    """The programs of one build, and what is run of them."""

    def __init__(self, source, bin_dir):
        self.source, self.bin_dir = source, bin_dir

    def remove(self):
        shutil.rmtree(self.bin_dir, ignore_errors=True)

    def run_seeds(self, count, cluster, twice):
        """(seeds run, the first failure): a failure is what the simulator says of it, or HANGS; None = there is none."""
        for begin in range(0, count, PIECE):
            summary = self._run_piece(begin + 1, min(PIECE, count - begin), cluster, twice)
            if summary is None:
                return begin, HANGS
            if summary["failures"]:
                return begin + summary["seeds"], summary["failures"][0]
        return count, None

    def _run_piece(self, first, count, cluster, twice):
        command = [str(self.bin_dir / "florin-sim"), "--seed", str(first), "--count", str(count), "--json",
                   *(["--cluster"] if cluster else []), *(["--twice"] if twice else [])]
        ended = run_bounded(command)
        if ended is None:
            return None
        try:
            return json.loads(ended.stdout)
        except ValueError as error:
            raise Failed(f"florin-sim ended with {ended.returncode} and without a summary") from error

    def list_tests(self, tests, which):
        return subprocess.run([str(self.bin_dir / f"florin_{tests}_tests"), "--gtest_list_tests", f"--gtest_filter={which}"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout

    def run_tests(self, tests, which):
        """(passed, failed tests' names)."""
        return self._run_script(which.split()) if tests == "integration" else self._run_gtest(tests, which)

    def _run_script(self, words):
        environment = dict(os.environ, FLORIN_BIN_DIR=str(self.bin_dir))
        command = [str(self.source / "tests/integration" / words[0]), *words[1:]]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                               text=True, env=environment, timeout=STANDS_STILL_AFTER_S, check=False)
        failed = [line.split(":")[0] for line in ended.stdout.splitlines() if ": FAILED (" in line]
        if ended.returncode != 0 and not failed:
            failed = [f"exit code {ended.returncode}"]
        return sum(": ok (" in line for line in ended.stdout.splitlines()), failed

    def _run_gtest(self, tests, gtest_filter):
        command = [str(self.bin_dir / f"florin_{tests}_tests"), f"--gtest_filter={gtest_filter}",
                   "--gtest_color=no"]
        ended = run_bounded(command)
        if ended is None:
            return 0, ["hang"]
        lines = ended.stdout.splitlines()
        passed = sum(line.startswith("[       OK ]") for line in lines)
        failed = [line[13:].split(" ")[0].rstrip(",") for line in lines
                  if line.startswith("[  FAILED  ]") and line.endswith("ms)")]
        if ended.returncode != 0 and not failed:
            failed = [f"exit code {ended.returncode}"]
        return passed, failed


def elapsed_since(start):
    return round(time.monotonic() - start, 1)

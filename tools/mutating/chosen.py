"""Of a program of tests, what some of its tests need: the objects that hold them, and the archives that these take something from.

A change of a header costs the compilation of all that includes it. Most of that are other tests, and what these use.
"""
import dataclasses
import pathlib
import re
import shlex
import subprocess

TAKEN = re.compile(r"^(\S+\.a)\(", re.MULTILINE)
BODY = re.compile(r"\b(\w+_Test)(?:<.*>)?::TestBody\(\)")


@dataclasses.dataclass
class Chosen:
    program: str   # bin/florin_unit_tests
    words: list    # of the command that links it
    objects: list
    archives: list

    def targets(self):
        return [*self.objects, *self.archives]


def classes_of(listed):
    """Of `--gtest_list_tests`: the classes behind the tests, with parameters (Name/0) and types (Suite/0) or without."""
    classes, suite = set(), ""
    for line in listed.splitlines():
        name = line.split("#")[0].strip()
        if name and not line.startswith(" "):
            parts = name.rstrip(".").split("/")
            suite = next(part for part in reversed(parts) if not part.isdigit())
        elif name:
            classes.add(f"{suite}_{name.split('/')[0]}_Test")
    return classes


class Chooser:
    """Works on what is built of the unbroken tree."""

    def __init__(self, build_dir: pathlib.Path, program):
        self.build_dir, self.program = build_dir, program
        commands = subprocess.run(["ninja", "-t", "commands", program], cwd=build_dir, stdout=subprocess.PIPE, text=True,
                                  check=True).stdout.splitlines()
        self.words = [word for word in shlex.split(commands[-1]) if word not in (":", "&&")]
        objects = [word for word in self.words if word.endswith(".o")]
        self.classes = {name: self._classes_in(name) for name in objects}
        self.known = {}

    def _classes_in(self, name):
        symbols = subprocess.run(["nm", "-C", "--defined-only", name], cwd=self.build_dir, stdout=subprocess.PIPE, text=True,
                                 check=True).stdout
        return set(BODY.findall(symbols))

    def choose(self, listed):
        """None: the whole program."""
        wanted = classes_of(listed)
        objects = [name for name, classes in self.classes.items() if classes & wanted]
        if not wanted or wanted - set().union(*self.classes.values()):
            return None
        if tuple(objects) not in self.known:
            self.known[tuple(objects)] = self._with_support(objects)
        return self.known[tuple(objects)]

    def _with_support(self, objects):
        """With as few of the objects without tests as the others need."""
        support = [name for name, classes in self.classes.items() if not classes]
        places = self.build_dir / "chosen_program", self.build_dir / "chosen_program.map"
        for more in ([], *([name] for name in support), support):
            chosen = Chosen(self.program, self.words, [*more, *objects], [word for word in self.words if is_ours(word)])
            if link(self.build_dir, chosen, places[0], f"-Wl,-Map={places[1]}"):
                taken = set(TAKEN.findall(places[1].read_text(encoding="utf-8", errors="replace")))
                return dataclasses.replace(chosen, archives=[name for name in dict.fromkeys(chosen.archives) if name in taken])
        return None


def is_ours(word):
    return word.endswith(".a") and not word.startswith("/")


def link(build_dir, chosen, to, *options):
    """Whether nothing is missing."""
    left_out = {word for word in chosen.words if is_ours(word)} - set(chosen.archives)
    left_out |= {word for word in chosen.words if word.endswith(".o")} - set(chosen.objects)
    words = [str(to) if word == chosen.program else word for word in chosen.words if word not in left_out]
    return subprocess.run([*words, *options], cwd=build_dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0

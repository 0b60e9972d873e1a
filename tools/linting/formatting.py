"""How C++ looks: what Debian 12's clang-format makes of it with .clang-format, byte by byte (./dev fmt mends it)."""
import re
import subprocess

WARNING = re.compile(r"^(.*?):(\d+):\d+: error: code should be clang-formatted")
FILES_AT_ONCE = 100


def check(root, paths):
    """Errors, one for each place that clang-format would change. `paths` are from the root."""
    errors = []
    running = [
        subprocess.Popen(["clang-format", "--dry-run", "-Werror", *paths[at:at + FILES_AT_ONCE]], cwd=root,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for at in range(0, len(paths), FILES_AT_ONCE)]
    for process in running:
        said = process.communicate()[1]
        found = [f"{match.group(1)}:{match.group(2)}: error: not as clang-format writes it; ./dev fmt does"
                 for match in map(WARNING.match, said.splitlines()) if match]
        if process.returncode != 0 and not found:
            found = [f".clang-format:1: error: clang-format failed: {said.strip()[:200]}"]
        errors += found
    return errors

"""``make planted``: each planted bug must make the tests that it names go red.

A planted bug is a text file with its title, the tests that it names, and what to replace with what
in which file: it survives changes around it, and says so when it no longer fits. First the same
tests run on the tree as it is, since a test that is red anyway catches nothing.
"""

# ruff: noqa: T201 - what it is for is to print

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).with_name("planted")
COPIED = ("bot", "storage", "webhooks", "tests", "pyproject.toml", "manifest.yml")
EDIT = re.compile(r"^file: (\S+)\n<{7}\n(.*?)\n={7}\n(.*?)\n?>{7}$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 240
RED = 1
"""pytest's exit code for tests that failed; others mean that nothing was tested."""


@dataclass(frozen=True)
class Bug:
    """``edits`` are (file, old text, new text); each old text must be there exactly once."""

    name: str
    title: str
    tests: tuple[str, ...]
    edits: tuple[tuple[str, str, str], ...]


def read_bug(path: Path) -> Bug:
    """The planted bug in a file. Raises ``ValueError`` when it cannot be read."""
    text = path.read_text()
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    tests = re.search(r"^tests: (.+)$", text, re.MULTILINE)
    edits = tuple(EDIT.findall(text))
    if not title or not tests or not edits:
        raise ValueError(f"{path.name} is not a planted bug")
    return Bug(path.stem, title[1], tuple(tests[1].split()), edits)


def copy_tree(folder: Path) -> None:
    """The tree, without what tools left behind."""
    unwanted = shutil.ignore_patterns("__pycache__", ".*", "bench")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=unwanted)
        else:
            shutil.copy(source, folder / name)


def plant(bug: Bug, folder: Path) -> str | None:
    """Put the bug in; says why when it does not fit."""
    for name, old, new in bug.edits:
        path = folder / name
        text = path.read_text() if path.exists() else ""
        if text.count(old) != 1:
            return f"{name} has what is to be replaced {text.count(old)} times: renew the file"
        path.write_text(text.replace(old, new))
    return None


def run_tests(folder: Path, tests: Iterable[str], *options: str) -> tuple[int, str]:
    """pytest's exit code, and what it said. Both databases are not needed to find a bug."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE"]
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments
            [*command, "-k", "not postgres", *options, *tests],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return RED, "FAILED hung::hung"
    return done.returncode, done.stdout


def failures(said: str) -> list[str]:
    """The tests that failed, as pytest names them."""
    return re.findall(r"^(?:FAILED|ERROR) (\S+::\S+)", said, re.MULTILINE)


def attempt(bug: Bug, red: Sequence[str]) -> tuple[bool, str]:
    """Whether the bug was caught by tests that are not ``red`` anyway, and a line about it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ringback-planted-") as made:
        folder = Path(made)
        copy_tree(folder)
        why = plant(bug, folder)
        if why is not None:
            return False, f"STALE    {bug.name}: {why}"
        left_out = [f"--deselect={name}" for name in red]
        code, said = run_tests(folder, bug.tests, "-x", *left_out)
    took = f"{time.monotonic() - began:.0f} s"
    if code == RED:
        name = next(iter(failures(said)), "?").rpartition("::")[2]
        return True, f"caught   {bug.name} ({took}): {name}"
    if code == 0:
        return False, f"SURVIVED {bug.name} ({took}): {bug.title}"
    return False, f"BROKEN   {bug.name} (pytest ended with {code}): {said[-300:].strip()}"


def main() -> int:
    """Plant them one by one, two at a time; the exit code says whether all were caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    asked = parser.parse_args()
    bugs = [read_bug(path) for path in sorted(FOLDER.glob("*.patch"))]
    bugs = [bug for bug in bugs if not asked.names or bug.name in asked.names]
    tests = tuple(sorted({test for bug in bugs for test in bug.tests}))
    code, said = run_tests(ROOT, tests)
    red = failures(said)
    if code and not red:
        print(f"The tests cannot be run as they are.\n{said[-3000:]}")
        return 1
    print(f"Without a bug: {said.strip().splitlines()[-1]}. Now {len(bugs)} bugs:", flush=True)
    for name in red:
        print(f"red without any bug, so it counts for nothing: {name}")
    with ThreadPoolExecutor(2) as pool:
        results = []
        for good, line in pool.map(attempt, bugs, [red] * len(bugs)):
            results.append(good)
            print(line, flush=True)
    print(f"planted: {sum(results)} of {len(results)} caught")
    return 0 if all(results) and not red else 1


if __name__ == "__main__":
    sys.exit(main())

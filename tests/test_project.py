"""House rules that no linter knows."""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "webhooks", "storage")
MODULE_LINES = 300
FUNCTION_LINES = 35
MIGRATIONS = "storage/migrations/versions/"  # each is one change of many tables, written once
CLOCK = "bot/clock.py"
CLOCK_READINGS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "monotonic"),
    ("time", "monotonic_ns"),
}
LOCK_FILES = ("requirements.lock", "requirements-dev.lock")
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
)
TEST_MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py"))


def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def offenders(
    rule: Callable[[ast.Module], Iterable[str]], modules: Iterable[str] = MODULES
) -> dict[str, list[str]]:
    """What ``rule`` says against each module that it has something to say against."""
    found = {module: list(rule(tree(module))) for module in modules}
    return {module: lines for module, lines in found.items() if lines}


def long_functions(parsed: ast.Module) -> Iterator[str]:
    for node in ast.walk(parsed):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.name} has {lines} lines"


def imported(parsed: ast.Module) -> Iterator[str]:
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def clock_readings(parsed: ast.Module) -> Iterator[str]:
    """Every mention of a function that reads the system's clock, called or handed on."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if (owner, node.attr) in CLOCK_READINGS:
                yield f"line {node.lineno}: {owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if ("time", alias.name) in CLOCK_READINGS:
                    yield f"line {node.lineno}: from time import {alias.name}"


def foreign_lines(lock: str) -> list[str]:
    """Lines of a lock file that would send pip anywhere but to the reader's own index."""
    place = re.compile(r"://|^\s*-|\s@\s|file:|(^|[\s=])[./~]*/")
    lines = [line for line in lock.splitlines() if not line.lstrip().startswith(("#", "--hash="))]
    return [line for line in lines if place.search(line)]


def test_there_is_something_to_check():
    assert {module.partition("/")[0] for module in MODULES} == set(PACKAGES)
    assert Path(__file__).relative_to(ROOT).as_posix() in TEST_MODULES


def test_modules_are_short():
    lengths = {
        module: len((ROOT / module).read_text(encoding="utf-8").splitlines())
        for module in (*MODULES, *TEST_MODULES)
    }

    assert {
        name: lines
        for name, lines in lengths.items()
        if lines > MODULE_LINES and not name.startswith(MIGRATIONS)
    } == {}


def test_functions_are_short():
    found = offenders(long_functions, (*MODULES, *TEST_MODULES))

    assert {name: told for name, told in found.items() if not name.startswith(MIGRATIONS)} == {}


def test_nothing_imports_the_tests():
    of_the_tests = {path.stem for path in (ROOT / "tests").iterdir()} | {"tests"}
    of_the_tests -= {*PACKAGES, *sys.stdlib_module_names}

    def imports_of_tests(parsed: ast.Module) -> list[str]:
        return [name for name in imported(parsed) if name.partition(".")[0] in of_the_tests]

    assert offenders(imports_of_tests) == {}


def test_no_module_is_named_like_one_of_the_standard_library():
    names = {part.removesuffix(".py") for module in MODULES for part in module.split("/")}

    assert names & sys.stdlib_module_names == set()


def test_only_the_clock_module_asks_the_system_for_the_time():
    assert set(offenders(clock_readings)) == {CLOCK}


@pytest.mark.parametrize("name", LOCK_FILES)
def test_a_lock_file_names_no_index_host_and_no_folder(name):
    lock = (ROOT / name).read_text(encoding="utf-8")

    assert foreign_lines(lock) == []
    assert not re.search(r"://|\s[~./]*/", lock)


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_locked_package_has_one_version_and_a_hash(name):
    lock = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]

    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[\w.+!]+ .*--hash=sha256:[0-9a-f]{64}", entry), entry


def test_what_is_deployed_is_what_was_tested():
    runtime, tested = ((ROOT / name).read_text(encoding="utf-8") for name in LOCK_FILES)
    pins = [set(re.findall(r"^[a-z0-9-]+==[\w.+!]+", lock, re.M)) for lock in (runtime, tested)]

    assert pins[0] < pins[1]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now()",
        "import datetime\nx = datetime.datetime.utcnow()",
        "import time\nx = time.time()",
        "import time\nx = field(default_factory=time.monotonic)",
        "from time import monotonic",
    ],
)
def test_the_clock_rule_can_fail(source):
    assert list(clock_readings(ast.parse(source))) != []


def test_the_function_rule_can_fail():
    body = "\n".join("    x = 1" for _ in range(FUNCTION_LINES))

    assert list(long_functions(ast.parse(f"async def f():\n{body}\n"))) == [
        f"f has {FUNCTION_LINES + 1} lines"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "--extra-index-url https://index.example.org/simple",
        "--find-links wheels",
        "-i https://index.example.org/simple",
        "x @ git+https://git.example.org/x",
        "x==1 @ file:///wheels/x.whl",
        "./wheels/x.whl",
        "-e .",
    ],
)
def test_the_lock_rule_can_fail(line):
    assert foreign_lines(f"a==1 \\\n    --hash=sha256:00\n    # via b\n{line}\n") == [line]

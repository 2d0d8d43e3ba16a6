"""A private PostgreSQL: made for the tests, reached through a socket file, gone afterwards."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from storage.engine import open_engines

PROGRAMS = "/usr/lib/postgresql/*/bin"
ABSENT = "PostgreSQL's programs (initdb, pg_ctl) are not installed: tested on SQLite only"


def find_programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, the newest version first."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/").glob(PROGRAMS.lstrip("/")), key=_version, reverse=True)
    folders += [Path(on_path).resolve().parent] if on_path else []
    return next(
        (each for each in folders if (each / "initdb").exists() and (each / "pg_ctl").exists()),
        None,
    )


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@dataclass
class Cluster:
    """A running server. ``copy`` makes a database like ``template`` in a fraction of a second."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, name: str) -> str:
        return f"postgresql://ringback@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """A new database; returns its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def copy(self, template: str) -> str:
        """A copy of ``template`` that nobody has used; returns its URL."""
        return self.create(f"copy_{next(self._numbers)}", template)


@contextmanager
def running(programs: Path, memory: Path | None = None) -> Iterator[Cluster]:
    """A server without a network, until the block ends.

    With ``fsync`` on, unless it lives in ``memory``, where there is no disk to reach.

    PostgreSQL refuses to run as root: then it runs as ``postgres``, or as ``nobody``.
    """
    made = tempfile.TemporaryDirectory(
        prefix="ringback-pg-", dir=memory, ignore_cleanup_errors=True
    )
    with made as name:
        folder = Path(name)
        account = _account()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        watching = _watcher(programs, folder, account)
        try:
            _start(_runner(programs, folder, account), folder, fsync=memory is None)
            yield Cluster(folder)
        finally:
            watching.communicate()


def _start(run: Callable[..., None], folder: Path, *, fsync: bool) -> None:
    data = str(folder / "data")
    run("initdb", "-N", "-D", data, "-U", "ringback", "-A", "trust", "-E", "UTF8", "--locale=C")
    options = f"-c listen_addresses= -c fsync={'on' if fsync else 'off'} -k {folder}"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")


def _account() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


STOP = 'cat; "$0" -D "$1/data" -w -m immediate stop; rm -rf "$1"'
"""Waits for the end of its input, which comes even when the tests are killed. Nothing is kept."""


def _watcher(
    programs: Path, folder: Path, account: pwd.struct_passwd | None
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - a program that was found, arguments of our own
        ["/bin/sh", "-c", STOP, str(programs / "pg_ctl"), str(folder)],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **_as(account),
    )


def _runner(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> Callable[..., None]:
    who = _as(account)

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - a program that was found, arguments of our own
            [programs / program, *arguments],
            cwd=folder,
            stdout=subprocess.DEVNULL,  # a pipe would be held open by the server
            stderr=subprocess.DEVNULL,
            check=False,
            **who,
        )
        if done.returncode:
            log = folder / "log"
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{program} ended with {done.returncode}. {said}")

    return run


def drop_connections(url: str) -> None:
    """What a restart of the server does to those who are connected."""
    engines = open_engines(url, serving=False)
    with engines.reader.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engines.dispose()

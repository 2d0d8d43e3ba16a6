"""How a command ends: the exit codes, and one clear sentence instead of a traceback."""

import getpass
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.adapters import SETTINGS_MODELS
from bot.redaction import Redactor, configure_logging
from bot.settings import DatabaseSettings, Settings, SettingsError
from bot.settings_file import list_systems, read_database, read_settings
from storage.engine import DatabaseUnusable, is_missing, read_url

DONE, REFUSED, MISUSED, UNCLEAR = 0, 1, 2, 3
"""Done; the system or a check said no; used wrongly or not able to start; outcome unknown."""

CONFIG = Path("ringback.toml")
WHERE_TO_BEGIN = (
    'Name yours with --config FILE, or write one: README.md, under "Connect a Slack workspace", '
    "has one to begin with."
)

Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="RINGBACK_CONFIG", help="The settings file."),
]


def stop(sentence: str, code: int = MISUSED) -> NoReturn:
    """End with a sentence on standard error."""
    _complain(sentence)
    raise typer.Exit(code)


def choose(typed: str, known: Collection[str], what: str) -> str:
    """The one of the ``known`` names that was typed, in whatever case. Ends where there is none."""
    name = typed.lower()
    if name not in known:
        stop(f"There is no {what} {typed}. There are: {', '.join(sorted(known)) or 'none'}.")
    return name


def _complain(sentence: str) -> None:
    from rich.console import Console  # large, and a server that runs well needs nothing of it

    errors = Console(stderr=True, highlight=False, emoji=False)
    errors.print(sentence, style="red", markup=False, soft_wrap=True)


def load_settings(path: Path, level: str = "WARNING") -> Settings:
    """The settings, with logging set up so that none of their secrets shows. Ends on mistakes."""
    with _mistakes(path):
        settings = read_settings(path, SETTINGS_MODELS, os.environ)
        _check_url(settings.database)
    configure_logging(Redactor(settings.secrets()), settings.server.log_format, level)
    return settings


def load_database_url(path: Path) -> str:
    """The database's URL, for commands that need nothing else. Ends on mistakes."""
    with _mistakes(path):
        database = read_database(path, os.environ)
        _check_url(database)
    configure_logging(Redactor(database.secrets()), "text", "WARNING")
    return database.url.get_secret_value()


def load_systems(path: Path) -> list[str]:
    """The phone systems that the settings name. Ends on mistakes."""
    with _mistakes(path):
        return list_systems(path)


def who() -> str:
    """Who sits at the terminal: in a container the user id may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def require_file(url: str) -> None:
    """End when there is no such SQLite file: an empty one made now would look like good news."""
    with database_errors():
        if is_missing(url):
            stop(f"{read_url(url).database} does not exist: is this the right database?")


def _check_url(database: DatabaseSettings) -> None:
    """Raises ``SettingsError`` for what no database is opened by, such as a torn password."""
    try:
        read_url(database.url.get_secret_value())
    except DatabaseUnusable as error:
        raise SettingsError([str(error)]) from error


@contextmanager
def _mistakes(path: Path) -> Iterator[None]:
    """Show all that is wrong in the file, and end."""
    try:
        yield
    except SettingsError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            stop(f"{error}. {WHERE_TO_BEGIN}")
        for problem in error.problems:
            _complain(problem)
        count = len(error.problems)
        stop(f"{path}: {count} {'mistake' if count == 1 else 'mistakes'}. Nothing was started.")


@contextmanager
def database_errors() -> Iterator[None]:
    """Trouble with the database in one sentence."""
    try:
        yield
    except DatabaseUnusable as error:
        stop(str(error))

"""``ringback api``: any operation of any phone system, by the vendor's own names.

Exit codes: 0 done; 1 the system said no, or nothing happened there; 2 used wrongly, and nothing
was sent; 3 it may have happened.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.adapters import VENDORS
from bot.adapters.operations import Operation
from bot.cli.api_answers import is_sound, printable, to_json, write_sound
from bot.cli.api_listing import described, every_operation, operation_line
from bot.cli.api_values import Misused, read_arguments, secrets_in, show
from bot.cli.ending import (
    CONFIG,
    MISUSED,
    REFUSED,
    UNCLEAR,
    Config,
    choose,
    database_errors,
    load_settings,
    stop,
    who,
)
from bot.clock import SystemClock
from bot.commands.endings import outcome_word
from bot.http_clients import make_http
from bot.redaction import Redactor, mask
from bot.runtime import MakeHttp, open_runtime
from bot.settings import Settings
from bot.telephony.calls import Audio
from bot.telephony.errors import NotSent, OutcomeUnknown, PhoneSystemError
from storage import audit
from storage.engine import DatabaseUnusable
from storage.store import Backlog, Store

log = logging.getLogger(__name__)

SURFACE: Final = "api"
LONGEST_SUBJECT: Final = 200
CODES: Final = ((NotSent, MISUSED), (OutcomeUnknown, UNCLEAR))
"""How it ends; whatever else the system says is a refusal."""
NUMBER: Final = re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d[\d .()\-]{5,}\d(?![\w-])")
"""A full telephone number, for the audit to mask; an extension or a day is none."""

System = Annotated[str | None, typer.Argument(help="Which phone system.")]
Name = Annotated[
    str | None, typer.Argument(metavar="OPERATION", help='One word: quote it, "AGENT PAUSE".')
]
Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="KEY=VALUE", help="Nothing after the = means no value."),
]
Everything = Annotated[bool, typer.Option("--list", help="List the operations of every vendor.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Change things without being asked.")]
Out = Annotated[Path | None, typer.Option(help="A new file for an answer that is sound.")]
AsJson = Annotated[
    bool, typer.Option("--json", show_default=False, help="Print JSON, as is done anyway.")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation of one system, read and understood; nothing is sent yet."""

    system: str
    title: str
    name: str
    operation: Operation
    arguments: Mapping[str, Any]
    redactor: Redactor

    @property
    def subject(self) -> str:
        """The arguments for people to read, without secrets."""
        words = " ".join(show(name, value) for name, value in self.arguments.items())
        return printable(self.redactor.blank(words))

    @property
    def masked_subject(self) -> str | None:
        """The same for the audit, without telephone numbers."""
        masked = NUMBER.sub(lambda found: mask(found.group()), self.subject)
        return masked[:LONGEST_SUBJECT] or None


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def make_api(
    http: MakeHttp = make_http, at_terminal: Callable[[], bool] = _somebody_is_there
) -> Callable[..., None]:
    """The command. ``at_terminal`` tells whether somebody is there to be asked."""

    def api(
        system: System = None,
        operation: Name = None,
        arguments: Words = None,
        everything: Everything = False,
        yes: Yes = False,
        out: Out = None,
        as_json: AsJson = True,
        config: Config = CONFIG,
    ) -> None:
        """Run any operation of a phone system, or list them.

        Secrets are blanked, changes are confirmed, and every run is in the audit. Ends with 0
        when it is done, 1 when the system said no, 2 when nothing was sent, 3 when nobody knows.
        """
        if system is None:
            _list_all(everything)
            return
        settings = load_settings(config)
        system = choose(system, settings.systems, "phone system")
        vendor = settings.systems[system].vendor
        if operation is None or everything:
            typer.echo(described(system, vendor))
            return
        asked = _read(settings, system, operation, arguments or [])
        _check_file(asked, out)
        _confirm(asked, yes, at_terminal)
        _tell(asked, _run(settings, asked, http), out)

    return api


def _list_all(everything: bool) -> None:
    if not everything:
        stop("Say which: `ringback api SYSTEM`, or `ringback api --list` for all vendors.")
    typer.echo("\n".join(every_operation()))


def _read(settings: Settings, system: str, name: str, words: Sequence[str]) -> Asked:
    """Understand what was typed, or end with every mistake in it."""
    vendor = VENDORS[settings.systems[system].vendor]
    known = {known.lower(): known for known in vendor.operations}
    if name.lower() not in known:
        stop(_no_such_operation(system, name, words, known))
    spelled = known[name.lower()]
    operation = vendor.operations[spelled]
    try:
        arguments = read_arguments(spelled, operation, words)
    except Misused as misused:
        usage_line = f"Usage: ringback api {system} {operation_line(spelled, operation)}"
        stop("\n".join([*misused.problems, usage_line]))
    redactor = Redactor([*settings.secrets(), *secrets_in(arguments)])
    return Asked(system, vendor.title, spelled, operation, arguments, redactor)


def _no_such_operation(
    system: str, name: str, words: Sequence[str], known: Mapping[str, str]
) -> str:
    """Somebody may have forgotten the quotes around a name of several words."""
    for count in range(len(words), 0, -1):
        joined = " ".join([name, *words[:count]]).lower()
        if joined in known:
            return f'Put the name in quotes: ringback api {system} "{known[joined]}" ...'
    hint = _did_you_mean(name.lower(), known)
    return f"{system} has no operation {name}.{hint} `ringback api {system}` lists them all."


def _did_you_mean(word: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(word, known, n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(known[one] for one in near)}?" if near else ""


def _check_file(asked: Asked, out: Path | None) -> None:
    """Sound needs a file that can be written, and nothing else does."""
    if is_sound(asked.operation) and out is None:
        stop(f"{asked.name} answers with sound: add --out FILE. Nothing was sent.")
    if out is None:
        return
    if not is_sound(asked.operation):
        stop(f"{asked.name} answers in JSON: --out is for sound. Nothing was sent.")
    if out.exists() or not out.parent.is_dir():
        reason = "is there already" if out.exists() else "would be in a folder that is not there"
        stop(f"{out} {reason}. Nothing was sent.")


def _confirm(asked: Asked, yes: bool, at_terminal: Callable[[], bool]) -> None:
    """Go on only with a change that somebody wants."""
    if not asked.operation.changes:
        return
    sentence = f"This changes {asked.system} ({asked.title}): {asked.name} {asked.subject}".rstrip()
    typer.echo(sentence, err=True)
    if yes:
        return
    if not at_terminal():
        stop("Nobody is here to be asked: add --yes to do it. Nothing was sent.")
    try:
        wanted = typer.confirm("Go ahead?", err=True)
    except typer.Abort:
        wanted = False
    if not wanted:
        stop("Nothing was sent.")


def _run(settings: Settings, asked: Asked, http: MakeHttp) -> object:
    """The answer, or an end with the system's reason."""
    try:
        with database_errors():
            return asyncio.run(_carry_out(settings, asked, http))
    except PhoneSystemError as error:
        code = next((code for kind, code in CODES if isinstance(error, kind)), REFUSED)
        stop(printable(asked.redactor.blank(str(error))), code)
    except KeyboardInterrupt:
        if asked.operation.changes:
            stop(f"Interrupted: {asked.name} may have happened all the same.", UNCLEAR)
        stop("Interrupted.", REFUSED)


async def _carry_out(settings: Settings, asked: Asked, http: MakeHttp) -> object:
    clock = SystemClock()
    async with open_runtime(settings, clock, serving=False, http=http) as runtime:
        audit_id = await runtime.store.write(
            audit.note,
            at=clock.now(),
            actor=who(),
            surface=SURFACE,
            action=asked.name,
            system=asked.system,
            subject=asked.masked_subject,
        )
        outcome = "unknown"
        try:
            client = runtime.systems[asked.system].client
            answer: object = await asked.operation.call(client, **asked.arguments)
            outcome = "done"
        except PhoneSystemError as error:
            outcome = _outcome(asked, error)
            raise
        finally:
            await _complete(runtime.store, audit_id, outcome)
        return answer


async def _complete(store: Store, audit_id: int, outcome: str) -> None:
    """What was done is done: trouble with the audit must not make it look as if it was not."""
    try:
        await store.write(audit.complete, audit_id, outcome)
    except (DatabaseUnusable, Backlog) as error:
        log.error("the audit row %s lacks its outcome, %s: %s", audit_id, outcome, error)


def _outcome(asked: Asked, error: PhoneSystemError) -> str:
    """The audit's words, without secrets and telephone numbers."""
    told = asked.redactor.blank(outcome_word(error))
    return printable(NUMBER.sub(lambda found: mask(found.group()), told))


def _tell(asked: Asked, answer: object, out: Path | None) -> None:
    if isinstance(answer, Audio):
        assert out is not None, "checked before anything was sent"
        try:
            answer = write_sound(out, answer)
        except OSError as error:
            stop(f"The sound came, but {out} cannot be written: {error.strerror}.", REFUSED)
    typer.echo(to_json(answer, asked.redactor))

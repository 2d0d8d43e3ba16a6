"""Leases: what one process does at a time, and how the others notice that it is gone.

For a database that several processes share (PostgreSQL); the time is the database's own, so that
their clocks do not matter. ``fence`` counts owners: whoever slept through the end of a lease and
then wants to write finds that the number has moved on. A process that dies closes its connection:
PostgreSQL says so, and the others need not wait for the end of the lease.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, and_, or_, text
from sqlmodel import Session, col, delete, func, select, update

from storage.conflicts import insert_new
from storage.tables import LeaseRow

P = ParamSpec("P")
ResultT = TypeVar("ResultT")

PROCESS: Final = "process:"
"""The prefix of the lease by which a process shows that it lives; the rest is its id."""
FORGOTTEN = timedelta(days=1)
SILENT_PART = 0.25
"""Of a lease. Whoever has not renewed for so long, and has no connection any more, is taken for
dead: who only had to connect anew has mostly renewed before that. One that lives after all reads
beside its heir for a while, but writes nothing: see ``check``."""
PROMPT_SECONDS = 0.005
MOST_QUESTIONS = 3
"""An answer that took longer tells the time too roughly; so often it is asked for at most."""
DISCONNECTED = text("""
leases.backend IS NOT NULL AND NOT EXISTS
(SELECT FROM pg_stat_activity WHERE pg_stat_activity.pid = leases.backend)
""")


class LeaseLost(Exception):
    """The lease is over, or another process has it: nothing of the unit was written."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that is held. ``fence`` 0 says that there is one process only: nothing to check."""

    name: str
    owner: str = ""
    fence: int = 0


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is held after a renewal. ``at`` is what the database's clock showed between two moments
    of our steady one."""

    held: Mapping[str, Lease]
    at: datetime
    asked: float
    answered: float


def renew(
    session: Session,
    owner: str,
    names: Collection[str],
    seconds: float,
    steady: Callable[[], float],
) -> Renewal:
    """Prolong what ``owner`` has of ``names``, and take what is free.

    The leases of living owners are only read, never locked, so that nobody waits for us.
    """
    now, asked, answered = _ask_time(session, steady)
    until, free = now + timedelta(seconds=seconds), _is_free(now, seconds)
    known = _holders(session, names, free)
    for name in sorted(names):
        if name not in known:
            _create(session, name, owner, until)
        elif known[name] == owner:
            _prolong(session, name, owner, until)
        elif known[name] is None:
            _take_over(session, name, owner, until, free)
    held = select(LeaseRow.name, LeaseRow.fence).where(
        col(LeaseRow.owner) == owner, col(LeaseRow.name).in_(names)
    )
    leases = {name: Lease(name, owner, fence) for name, fence in session.exec(held)}
    return Renewal(leases, now, asked, answered)


def _ask_time(session: Session, steady: Callable[[], float]) -> tuple[datetime, float, float]:
    """The database's time, and the two moments between which it was that.

    Asked again when the answer took long: whoever was stopped meanwhile would go by a time that
    is wrong by up to half of that, until it asks the next time.
    """
    session.connection()
    answers = []
    for _ in range(MOST_QUESTIONS):
        asked = steady()
        now = session.exec(select(func.clock_timestamp())).one()
        answers.append((now, asked, steady()))
        if answers[-1][2] - asked <= PROMPT_SECONDS:
            break
    return min(answers, key=lambda answer: answer[2] - answer[1])


def fenced(
    lease: Lease, unit: Callable[Concatenate[Session, P], ResultT]
) -> Callable[Concatenate[Session, P], ResultT]:
    """``unit``, but only while the lease is held: raises ``LeaseLost`` before anything else.

    Nobody can take the lease over until the transaction that has asked is at its end.
    """
    if not lease.fence:
        return unit

    def checked(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> ResultT:
        check(session, lease)
        return unit(session, *args, **kwargs)

    return checked


def check(session: Session, lease: Lease) -> None:
    """Raises ``LeaseLost`` unless the lease is held now; keeps it so until the commit."""
    held = session.exec(
        select(LeaseRow.fence)
        .where(
            col(LeaseRow.name) == lease.name,
            col(LeaseRow.owner) == lease.owner,
            col(LeaseRow.fence) == lease.fence,
            col(LeaseRow.until) > func.clock_timestamp(),
        )
        .with_for_update(read=True)
    ).first()
    if held is None:
        raise LeaseLost(f"{lease.name} is not held any more")


def release(session: Session, owner: str) -> None:
    """Give up everything at once, so that nobody has to wait for its end."""
    over = func.clock_timestamp() - timedelta(seconds=1)
    session.exec(update(LeaseRow).where(col(LeaseRow.owner) == owner).values(until=over))


def list_living(session: Session) -> set[str]:
    """The ids of the processes that live."""
    which = select(LeaseRow.owner).where(
        col(LeaseRow.name).startswith(PROCESS), col(LeaseRow.until) > func.clock_timestamp()
    )
    return set(session.exec(which))


def forget_gone(session: Session, now: datetime) -> int:
    """Remove the leases of processes that ended long ago; returns how many."""
    gone = session.exec(
        delete(LeaseRow).where(
            col(LeaseRow.name).startswith(PROCESS), col(LeaseRow.until) < now - FORGOTTEN
        )
    )
    return int(gone.rowcount)


def _is_free(now: datetime, seconds: float) -> ColumnElement[bool]:
    """The lease is over, or its holder seems to be dead."""
    silent = col(LeaseRow.until) < now + timedelta(seconds=seconds * (1 - SILENT_PART))
    return or_(col(LeaseRow.until) < now, and_(silent, DISCONNECTED))


def _holders(
    session: Session, names: Collection[str], free: ColumnElement[bool]
) -> dict[str, str | None]:
    """Who has each of them that there is; ``None`` where it is free."""
    rows = session.exec(
        select(LeaseRow.name, LeaseRow.owner, free).where(col(LeaseRow.name).in_(names))
    )
    return {name: None if is_free else owner for name, owner, is_free in rows}


def _create(session: Session, name: str, owner: str, until: datetime) -> None:
    session.execute(
        insert_new(session, LeaseRow).values(
            name=name, owner=owner, until=until, fence=1, backend=func.pg_backend_pid()
        )
    )


def _prolong(session: Session, name: str, owner: str, until: datetime) -> None:
    session.exec(
        update(LeaseRow)
        .where(col(LeaseRow.name) == name, col(LeaseRow.owner) == owner)
        .values(until=until, backend=func.pg_backend_pid())
    )


def _take_over(
    session: Session, name: str, owner: str, until: datetime, free: ColumnElement[bool]
) -> None:
    session.exec(
        update(LeaseRow)
        .where(col(LeaseRow.name) == name, free)
        .values(
            owner=owner,
            until=until,
            fence=col(LeaseRow.fence) + 1,
            backend=func.pg_backend_pid(),
        )
    )

"""How things stand: what waits, since when, and how often what is scheduled has run.

Each question is answered from a partial index over what is open, so that it costs the same
however much has been done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage import alerts
from storage.due import IS_DEAD, WAITING
from storage.invocations import NOT_DONE
from storage.outbox import TOKEN_REFUSED, count_by_state
from storage.receipts import IS_NEW, count_waiting, list_waiting_systems
from storage.tables import (
    AlertRow,
    InvocationRow,
    OutboxRow,
    ReceiptRow,
    StormMemberRow,
    TickRow,
    TimerRow,
)
from storage.timers import GIVEN_BACK
from storage.unreadable import count_unreadable

HEARD_ROWS: Final = 100_000
"""How far back the first look goes for the time that a system was last heard from."""


_IS_MEMBER = col(StormMemberRow.outbox_id) == col(OutboxRow.id)
_DEAD_CARDS = select(OutboxRow.alert_id).where(IS_DEAD, col(OutboxRow.kind) == "card")
_DEAD_STORMS = select(StormMemberRow.alert_id).join(OutboxRow, _IS_MEMBER).where(IS_DEAD)
_LIVES = col(OutboxRow.state) != "dead"
_IS_A_CARD = and_(col(OutboxRow.alert_id) == col(AlertRow.id), col(OutboxRow.kind) == "card")
_HAS_CARD = exists().where(_IS_A_CARD, _LIVES)
_IS_LISTED = exists().where(col(StormMemberRow.alert_id) == col(AlertRow.id), _IS_MEMBER, _LIVES)
UNSEEN = (
    select(func.count())
    .select_from(AlertRow)
    .where(or_(col(AlertRow.id).in_(_DEAD_CARDS), col(AlertRow.id).in_(_DEAD_STORMS)))
    .where(col(AlertRow.is_open), ~_HAS_CARD, ~_IS_LISTED)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest thing that waits at a stage: whose it is, since when, and why, where that is
    known."""

    name: str
    since: datetime
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The figures. ``messages`` counts by state what is not sent; ``down`` are systems.

    ``token_refused`` is what a message says that waits for a good Slack token, if one does;
    ``unseen`` counts open alerts whose every message was given up.
    """

    receipts: int
    unreadable: int
    messages: Mapping[str, int]
    down: frozenset[str]
    missed_calls: int
    oldest_receipt: Waiting | None
    oldest_message: Waiting | None
    token_refused: str | None
    unseen: int
    oldest_invocation: Waiting | None
    oldest_timer: Waiting | None
    ticks: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Heard:
    """When each system was last heard from, up to the receipt ``up_to``."""

    up_to: int
    at: Mapping[str, datetime]


def read_standing(session: Session, now: datetime) -> Standing:
    """Collect the figures on one session."""
    return Standing(
        receipts=count_waiting(session),
        unreadable=count_unreadable(session),
        messages=count_by_state(session),
        down=alerts.list_open_systems(session, "system_down"),
        missed_calls=alerts.count_open(session, "missed_call"),
        oldest_receipt=_oldest_receipt(session),
        oldest_message=_oldest_message(session, now),
        token_refused=_token_refused(session),
        unseen=session.exec(UNSEEN).one(),
        oldest_invocation=_oldest_invocation(session),
        oldest_timer=_oldest_timer(session, now),
        ticks=_ticks(session),
    )


def listen(session: Session, heard: Heard | None) -> Heard:
    """Go on from ``heard``: only what came since is read."""
    newest = session.exec(select(func.max(col(ReceiptRow.id)))).one() or 0
    after = heard.up_to if heard else max(0, newest - HEARD_ROWS)
    rows = session.exec(
        select(ReceiptRow.system, func.max(col(ReceiptRow.received_at)))
        .where(col(ReceiptRow.id) > after, col(ReceiptRow.id) <= newest)
        .group_by(col(ReceiptRow.system))
    )
    return Heard(newest, {**(heard.at if heard else {}), **dict(rows.all())})


def _oldest_receipt(session: Session) -> Waiting | None:
    oldest = [
        session.exec(
            select(ReceiptRow.id, ReceiptRow.system, ReceiptRow.received_at)
            .where(IS_NEW, col(ReceiptRow.system) == system)
            .order_by(col(ReceiptRow.id))
            .limit(1)
        ).first()
        for system in list_waiting_systems(session)
    ]
    rows = sorted(row for row in oldest if row is not None)
    return Waiting(*rows[0][1:]) if rows else None


def _oldest_message(session: Session, now: datetime) -> Waiting | None:
    """Paused and doubtful ones too. What quiet hours hold back does not wait, nor do its lines.

    One that was never tried waits for what holds up the others of its channel.
    """
    parent = aliased(OutboxRow)
    since = func.coalesce(OutboxRow.wanted_at, OutboxRow.created_at)
    free = or_(col(parent.id).is_(None), col(parent.created_at) <= now)
    row = session.exec(
        select(OutboxRow.slack_channel, since, OutboxRow.problem)
        .outerjoin(parent, col(parent.id) == col(OutboxRow.parent_id))
        .where(WAITING)
        .where(and_(col(OutboxRow.created_at) <= now, free))
        .order_by(since)
        .limit(1)
    ).first()
    if row is None:
        return None
    channel, waits_since, problem = row
    return Waiting(channel, waits_since, problem or _newest_problem(session, channel))


def _newest_problem(session: Session, channel: str) -> str | None:
    problems = select(OutboxRow.problem).where(WAITING, col(OutboxRow.slack_channel) == channel)
    tried = problems.where(col(OutboxRow.problem).is_not(None))
    return session.exec(tried.order_by(col(OutboxRow.id).desc()).limit(1)).first()


def _token_refused(session: Session) -> str | None:
    refused = col(OutboxRow.problem).startswith(TOKEN_REFUSED)
    return session.exec(select(OutboxRow.problem).where(WAITING).where(refused).limit(1)).first()


def _oldest_invocation(session: Session) -> Waiting | None:
    row = session.exec(
        select(InvocationRow.name, InvocationRow.asked_at)
        .where(NOT_DONE)
        .order_by(col(InvocationRow.id))
        .limit(1)
    ).first()
    return Waiting(*row) if row else None


def _oldest_timer(session: Session, now: datetime) -> Waiting | None:
    row = session.exec(
        select(TimerRow.kind, TimerRow.due_at)
        .where(col(TimerRow.due_at) <= now)
        .order_by(col(TimerRow.due_at))
        .limit(1)
    ).first()
    return Waiting(*row) if row else None


def _ticks(session: Session) -> dict[str, datetime]:
    newest = select(TickRow.job, func.max(col(TickRow.scheduled_for))).group_by(col(TickRow.job))
    return dict(session.exec(newest.where(~col(TickRow.job).startswith(GIVEN_BACK))).all())

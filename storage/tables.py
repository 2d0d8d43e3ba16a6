"""Every table. Table classes hold rows; they never parse input, since they do not validate."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, number_of, own_number


def _moment(*, null: bool = False, index: bool = False) -> Any:
    """A column of aware UTC time."""
    column: Column[Any] = Column(UtcDateTime(), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def _document() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def _only_where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """A partial index, on both databases (the migrations make it).

    Said in SQLite's way alone: PostgreSQL's would load all of its dialect, two megabytes.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(condition))


class ReceiptRow(SQLModel, table=True):
    """One incoming post, or one thing that a feed brought: bytes first, meaning later.

    ``state``: new, done, ignored (a kind that means nothing to us), failed (cannot be read).
    """

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("system", "dedupe_key"),
        _only_where("receipts_new", "state = 'new'", "system", "id"),
        _only_where("receipts_failed", "state = 'failed'", "system", "id"),
    )

    id: int | None = own_number()
    system: str
    dedupe_key: str
    road: str
    content_type: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = _moment()
    state: str = "new"
    problem: str | None = None


class CursorRow(SQLModel, table=True):
    """How far a feed has been read. Moves in the transaction that stores what it brought."""

    __tablename__ = "cursors"

    system: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)
    value: str


class JourneyRow(SQLModel, table=True):
    """All legs of one caller's attempt. ``facts`` is the journey itself, the rest is for finding.

    ``party`` is the outside party's number in E.164, ``None`` when it is withheld or there is
    none. ``outcome`` is empty while the journey is going on or not yet settled, ``alert_id`` is
    the alert that tells of it, if it was missed.
    """

    __tablename__ = "journeys"
    __table_args__ = (
        Index("journeys_by_party", "tenant", "party", "started_at"),
        Index("journeys_by_system", "system", "started_at"),
    )

    id: int | None = own_number()
    system: str
    tenant: str
    party: str | None = None
    started_at: datetime = _moment()
    outcome: str = ""
    alert_id: int | None = number_of(null=True)
    facts: dict[str, Any] = _document()


class LegRow(SQLModel, table=True):
    """Which journey a system's call identifier belongs to."""

    __tablename__ = "legs"

    system: str = Field(primary_key=True)
    call_id: str = Field(primary_key=True)
    journey_id: int = number_of(index=True)


class AlertRow(SQLModel, table=True):
    """Something people are told about. At most one open alert per ``dedup_key``.

    ``severity``: 1 critical, 2 normal, 3 information. ``facts`` is the rule's own state.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        _only_where("alerts_open", "is_open", "dedup_key", unique=True),
        _only_where("alerts_open_by_kind", "is_open", "kind", "tenant"),
        Index("alerts_by_key", "dedup_key", "opened_at"),
    )

    id: int | None = own_number()
    kind: str
    dedup_key: str
    system: str
    tenant: str
    state: str
    is_open: bool = True
    severity: int = 2
    owner: str | None = None
    opened_at: datetime = _moment()
    changed_at: datetime = _moment()
    facts: dict[str, Any] = _document()


class OutboxRow(SQLModel, table=True):
    """One Slack message: what it shall show, and how far that has got.

    ``kind``: card (an alert, rendered when sent), storm (many alerts, likewise), line (a reply in
    ``parent_id``'s thread), notice, private. ``revision`` is what it shall show,
    ``sent_revision`` what Slack has: 0 before the first post. ``state``: pending, sending,
    unknown, sent, dead.
    ``attempt`` is the fence: results are written only where it is still one's own.
    ``wanted_at`` is when the edit that it waits for was asked for, or when the edit before that
    one was made; pauses do not move it.
    ``token`` is the mark by which the message is recognised in a channel's history;
    ``uncertain`` says that some attempt had an unknown outcome: then the channel is searched for
    extras at ``audit_at``, ``looks`` times so far.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        _only_where("outbox_waiting", "state NOT IN ('sent', 'dead')", "next_at", "priority", "id"),
        _only_where("outbox_audits", "audit_at IS NOT NULL", "audit_at"),
        _only_where("outbox_dead", "state = 'dead'", "id"),
        _only_where("outbox_waiting_cards", "ts IS NULL AND kind = 'card'", "slack_channel"),
        _only_where("outbox_storms", "kind = 'storm'", "slack_channel", "id"),
        Index("outbox_by_alert", "alert_id"),
    )

    id: int | None = own_number()
    key: str
    token: str
    kind: str
    slack_channel: str
    alert_id: int | None = number_of(null=True)
    parent_id: int | None = number_of(null=True)
    body: dict[str, Any] = _document()
    priority: int = 2
    revision: int = 1
    sent_revision: int = 0
    state: str = "pending"
    attempt: int = 0
    uncertain: bool = False
    looks: int = 0
    audit_at: datetime | None = _moment(null=True)
    ts: str | None = None
    posted_to: str | None = None
    created_at: datetime = _moment()
    next_at: datetime = _moment()
    wanted_at: datetime | None = _moment(null=True)
    first_try_at: datetime | None = _moment(null=True)
    problem: str | None = None


class StormMemberRow(SQLModel, table=True):
    """An alert that is listed in a shared message (``kind`` storm) instead of having a card."""

    __tablename__ = "storm_members"

    outbox_id: int = number_of(key=True)
    alert_id: int = number_of(key=True, index=True)


class SlackChannelRow(SQLModel, table=True):
    """The pace of a Slack channel (or of one method), across processes and restarts."""

    __tablename__ = "slack_channels"

    slack_channel: str = Field(primary_key=True)
    next_at: datetime = _moment()


class LinkRow(SQLModel, table=True):
    """Which extension a Slack user has on a system. ``state``: pending, active or denied."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("slack_user", "system"),
        _only_where("links_active", "state = 'active'", "system", "extension", unique=True),
    )

    id: int | None = own_number()
    slack_user: str
    system: str
    extension: str
    state: str = "pending"
    approved_by: str | None = None
    changed_at: datetime = _moment()


class InvocationRow(SQLModel, table=True):
    """Something a person did in Slack, stored before it is acknowledged.

    ``kind``: command, action (a button or menu), timer (what they asked for at a moment).
    ``state``: asked, running (its effect may have happened), done. ``key`` is Slack's own
    identifier of the request, so that one delivered twice is carried out once. ``process`` is
    who runs it: when that process is gone, another one tells the person.
    """

    __tablename__ = "invocations"
    __table_args__ = (
        UniqueConstraint("key"),
        _only_where("invocations_waiting", "state <> 'done'", "id"),
    )

    id: int | None = own_number()
    key: str
    kind: str
    name: str
    slack_user: str
    slack_channel: str
    payload: dict[str, Any] = _document()
    state: str = "asked"
    process: str | None = None
    asked_at: datetime = _moment()


class AuditRow(SQLModel, table=True):
    """Who did what, from where, and how it ended. Numbers are masked."""

    __tablename__ = "audit"

    id: int | None = own_number()
    at: datetime = _moment(index=True)
    actor: str
    surface: str
    action: str
    system: str | None = None
    subject: str | None = None
    outcome: str = "asked"


class TimerRow(SQLModel, table=True):
    """Something that is due at a moment. One timer per ``key``; setting it again moves it."""

    __tablename__ = "timers"

    key: str = Field(primary_key=True)
    kind: str
    due_at: datetime = _moment(index=True)
    payload: dict[str, Any] = _document()


class WatchRow(SQLModel, table=True):
    """What a rule remembers between two looks at something that no event reports."""

    __tablename__ = "watches"

    key: str = Field(primary_key=True)
    facts: dict[str, Any] = _document()


class TickRow(SQLModel, table=True):
    """A scheduled run that some replica has taken: the first insert wins."""

    __tablename__ = "ticks"

    job: str = Field(primary_key=True)
    scheduled_for: datetime = Field(sa_column=Column(UtcDateTime(), primary_key=True))


class LeaseRow(SQLModel, table=True):
    """What one process holds, on a database that several share. ``fence`` counts its owners;
    ``backend`` is PostgreSQL's process id for the connection by which it was renewed last."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = _moment()
    fence: int = 1
    backend: int | None = None

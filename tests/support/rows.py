"""Rows that are written and read as another process would, between two commands."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from storage import outbox
from storage.engine import open_engines

RowT = TypeVar("RowT")
NOW = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


def fill(url: str, work: Callable[[Session], object]) -> None:
    engines = open_engines(url, serving=False)
    with Session(engines.writer) as session:
        work(session)
        session.commit()
    engines.dispose()


def look(url: str, statement: SelectOfScalar[RowT]) -> list[RowT]:
    engines = open_engines(url, serving=False)
    with Session(engines.reader) as session:
        rows = list(session.exec(statement))
    engines.dispose()
    return rows


def message(session: Session, key: str, **more: Any) -> int:
    """Let a card for C0SUPPORT be sent."""
    return outbox.put_message(
        session, key=key, kind="card", slack_channel="C0SUPPORT", now=NOW, **more
    )


def asked(at: datetime, key: str = "k", **values: Any) -> dict[str, Any]:
    """What somebody asked for: ``/dial`` by default (see ``invocations.save_invocation``)."""
    dial = {"kind": "command", "name": "dial", "payload": {"text": "1"}}
    return {"key": key, "slack_user": "U0", "slack_channel": "C0", "asked_at": at} | dial | values

"""What rules remember between two looks."""

from typing import Any

from sqlmodel import Session, col, select

from storage.tables import WatchRow


def get_watch(session: Session, key: str) -> dict[str, Any]:
    """What was remembered, or an empty document."""
    row = session.get(WatchRow, key)
    return dict(row.facts) if row else {}


def list_watches(session: Session, prefix: str) -> dict[str, dict[str, Any]]:
    """What was remembered under the keys that begin so, by key."""
    named = col(WatchRow.key).startswith(prefix, autoescape=True)
    return {row.key: dict(row.facts) for row in session.exec(select(WatchRow).where(named))}


def put_watch(session: Session, key: str, facts: dict[str, Any]) -> None:
    """Remember ``facts`` instead of what was."""
    session.merge(WatchRow(key=key, facts=facts))

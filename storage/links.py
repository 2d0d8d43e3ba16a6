"""Which extension a Slack user has, per phone system."""

from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from storage.tables import LinkRow, OutboxRow

QUESTION: Final = "link:"
"""What the key of a message begins with that asks an admin about a link."""


def list_links(session: Session, slack_user: str) -> list[LinkRow]:
    """A user's links, pending ones included, by system."""
    return list(
        session.exec(
            select(LinkRow)
            .where(col(LinkRow.slack_user) == slack_user)
            .order_by(col(LinkRow.system))
        )
    )


def find_link(session: Session, slack_user: str, system: str) -> LinkRow | None:
    """A user's link on one system, pending or active."""
    return session.exec(
        select(LinkRow).where(col(LinkRow.slack_user) == slack_user, col(LinkRow.system) == system)
    ).first()


def get_locked(session: Session, link_id: int) -> LinkRow | None:
    """The link as it is now. No other process changes it before this transaction is over."""
    return session.get(LinkRow, link_id, with_for_update=True, populate_existing=True)


def find_holder(session: Session, system: str, extension: str) -> LinkRow | None:
    """Who has an active link to an extension."""
    return session.exec(
        select(LinkRow).where(
            col(LinkRow.system) == system,
            col(LinkRow.extension) == extension,
            col(LinkRow.state) == "active",
        )
    ).first()


def put_link(
    session: Session,
    slack_user: str,
    system: str,
    extension: str,
    state: str,
    now: datetime,
    approved_by: str | None = None,
) -> LinkRow:
    """Set a user's one link on a system."""
    row = find_link(session, slack_user, system) or LinkRow(
        slack_user=slack_user, system=system, extension=extension, changed_at=now
    )
    row.extension, row.state, row.approved_by, row.changed_at = extension, state, approved_by, now
    session.add(row)
    session.flush()
    return row


def drop_holder(session: Session, system: str, extension: str) -> None:
    """Take an extension from whoever has it."""
    row = find_holder(session, system, extension)
    if row is not None:
        session.delete(row)
        session.flush()


def list_questions(session: Session, question: str) -> list[OutboxRow]:
    """The messages that put a question to the admins, one each."""
    key = f"{QUESTION}{question}:"
    return list(session.exec(select(OutboxRow).where(col(OutboxRow.key).startswith(key))))


def remove_link(session: Session, slack_user: str, system: str) -> bool:
    """Forget a user's link on a system; says whether there was one."""
    row = find_link(session, slack_user, system)
    if row is None:
        return False
    session.delete(row)
    return True

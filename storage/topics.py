"""What committed work may have brought work for: whoever waits for that is woken.

Kept with the transaction, and handed out by the store once the session's work is committed.
"""

from enum import StrEnum

from sqlmodel import Session


class Topic(StrEnum):
    """What a committed unit may have brought work for."""

    RECEIPTS = "receipts"
    OUTBOX = "outbox"
    INVOCATIONS = "invocations"


TOPICS = "topics"
"""Where a session has those of its transaction, in its ``info``."""


def announce(session: Session, topic: Topic) -> None:
    """Wake whoever waits for ``topic``, once this session's work is committed."""
    session.info.setdefault(TOPICS, set()).add(topic)


def withdraw(session: Session, topic: Topic) -> None:
    """Wake nobody for ``topic``: this session's work has seen to all of it."""
    announced(session).discard(topic)


def announced(session: Session) -> set[Topic]:
    """What this session's work has announced so far."""
    topics: set[Topic] = session.info.get(TOPICS, set())
    return topics

"""Journeys as they are kept in the database."""

from typing import Any

from pydantic import TypeAdapter

from bot.telephony.journeys import Journey
from storage.journeys import StoredJourney

JOURNEY = TypeAdapter(Journey)


def load(row: StoredJourney) -> Journey:
    """The journey that a row holds."""
    return JOURNEY.validate_python(row.facts)


def facts_of(journey: Journey) -> dict[str, Any]:
    """What a row holds of a journey."""
    facts: dict[str, Any] = JOURNEY.dump_python(journey, mode="json", exclude_defaults=True)
    return facts

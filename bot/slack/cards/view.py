"""What a card is drawn from: the alert, and the ways of the channel it stands in."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.dates import year_format
from bot.commands.marks import visible
from bot.redaction import mask, mask_numbers
from bot.telephony.phone_numbers import for_reading
from storage.tables import AlertRow


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An alert as one channel sees it. ``late_seconds`` is how late polled news may be."""

    alert: AlertRow
    zone: ZoneInfo
    region: str
    masked: bool
    late_seconds: float

    @property
    def alert_id(self) -> str:
        return str(self.alert.id)

    def time(self, at: datetime) -> str:
        """A time of the day on which the alert was raised, or of another day, with its date."""
        local, raised = at.astimezone(self.zone), self.alert.opened_at.astimezone(self.zone)
        day = "" if local.date() == raised.date() else f"%d %b{self._year(at)} "
        return f"{local:{day}%H:%M}"

    def day_and_time(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%a %d %b{self._year(at)} %H:%M %Z}"

    def _year(self, at: datetime) -> str:
        return year_format(at, self.alert.opened_at, self.zone)

    def number(self, number: str | None) -> str:
        """A number for reading, or its last digits where the channel shows no more. Not escaped."""
        if number is None:
            return "withheld"
        return mask(number) if self.masked else for_reading(number, self.region)

    def words(self, text: str | None) -> str:
        """Words in which a number may stand, such as a caller's name; none where nobody would see
        any. Not escaped.

        Where the channel shows no full numbers, extensions stay. One number or name at a time:
        extensions side by side look like one number.
        """
        seen = visible(text or "")
        if self.masked:
            return mask_numbers(seen)
        return text or "" if seen else ""

"""What Slack knows of people: their e-mail address, for matching extensions."""

import logging
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.outcomes import REQUEST_ERRORS, in_words
from bot.slack.pauses import AskLater, Pauses

log = logging.getLogger(__name__)


class SlackPeople:
    """Asks Slack, each time that it may: an address may have changed."""

    def __init__(self, clock: Clock, client: AsyncWebClient) -> None:
        self._client = client
        self._pauses = Pauses(clock)

    async def fetch_email(self, slack_user: str) -> str | None:
        """The address in the person's profile; ``None`` when Slack does not tell it."""
        answer: Any
        try:
            with self._pauses.heeded("users.info"):
                answer = await self._client.users_info(user=slack_user)
            email = (answer["user"].get("profile") or {}).get("email")
        except AskLater as later:
            log.warning("A profile may not be read now: %s", later)
            return None
        except REQUEST_ERRORS as error:
            log.warning("A profile could not be read: %s", in_words(error))
            return None
        return str(email) if email else None

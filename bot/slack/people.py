"""What Slack knows of people: their e-mail address, for matching extensions."""

import logging
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outcomes import REQUEST_ERRORS, in_words

log = logging.getLogger(__name__)


class SlackPeople:
    """Asks Slack, each time: an address may have changed."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def fetch_email(self, slack_user: str) -> str | None:
        """The address in the person's profile; ``None`` when Slack does not tell it."""
        try:
            answer: Any = await self._client.users_info(user=slack_user)
        except REQUEST_ERRORS as error:
            log.warning("A profile could not be read: %s", in_words(error))
            return None
        email = (answer["user"].get("profile") or {}).get("email")
        return str(email) if email else None

"""Who may ask for what: people with a line on a phone system, and admins."""

from bot.commands.access import Line, NotLinked
from bot.commands.request import Request, UsageError
from bot.telephony.system import PhoneSystem
from storage import links


class NotAllowed(UsageError):
    """It was understood, but is not for this person; the text says for whom it is."""


def require_admin(request: Request, deed: str) -> None:
    """Raise ``NotAllowed`` unless the person is an admin."""
    if not request.is_admin:
        raise NotAllowed(f"Only an admin can {deed}.")


async def find_line(request: Request, system: PhoneSystem) -> Line | None:
    """The person's own line on ``system``, if they have one."""
    row = await request.services.store.read(links.find_link, request.slack_user, system.key)
    if row is None or row.state != "active":
        return None
    return Line(system, row.extension)


async def require_line(request: Request, system: PhoneSystem) -> Line | None:
    """The person's own line on ``system``; ``None`` for an admin who has none.

    Raises ``NotLinked`` for everybody else: a system is told about to its own people only.
    """
    line = await find_line(request, system)
    if line is None and not request.is_admin:
        raise NotLinked(
            f"This is for people with an extension on {system.key}. "
            f"`/pbx link <extension> @{system.key}` links yours."
        )
    return line

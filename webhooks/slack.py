"""``POST /slack/events``: the guard in front of Bolt.

Bolt answers malformed unsigned input with 500; here it is a 4xx before Bolt sees it, and nothing
of the body is logged.
"""

from slack_bolt.async_app import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.runtime import Runtime
from webhooks.bodies import BodyReader, NotRead
from webhooks.rejections import Rejections
from webhooks.shapes import Misshapen, check_shape, storable
from webhooks.verify import Rejected, verify_slack


class SlackDoor:
    """Takes commands, button presses and events from Slack."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._bodies = BodyReader()
        self._rejections = Rejections(runtime.clock)

    async def __call__(self, request: Request) -> Response:
        raw = dict(request.scope["headers"])
        headers = {name.lower(): value for name, value in request.headers.items()}
        secret = self._runtime.settings.slack.signing_secret.get_secret_value()
        try:
            body = await self._bodies.read(raw, request.receive)
            verify_slack(secret, raw, body, self._runtime.clock.now())
            asked = _read(body, str(request.url.query), headers)
        except (NotRead, Rejected) as reason:
            self._rejections.tell("slack", "A request to /slack/events", reason)
            return _refusal(reason.status, str(reason))
        except (ValueError, RecursionError):
            return _refusal(400, "the body cannot be read")
        answer = await self._runtime.bolt.async_dispatch(asked)
        if answer.status == 404 and isinstance(asked.body.get("type"), str):
            return Response(status_code=200)  # nothing that we do; Slack would send it again
        return Response(
            answer.body, answer.status, media_type=answer.first_headers()["content-type"]
        )


def _read(body: bytes, query: str, headers: dict[str, str]) -> AsyncBoltRequest:
    """What Bolt gets. Raises ``ValueError`` or ``RecursionError`` for what Slack does not send."""
    text = body.decode("utf-8")
    if not text.startswith(("payload=", "{")):  # Bolt takes any form with that word for a press
        text = text.replace("payload", "%70ayload")
    try:
        asked = AsyncBoltRequest(body=text, query=query, headers={**headers})
    except (AttributeError, KeyError, TypeError):  # it reaches into what it takes apart
        raise Misshapen from None
    asked.body = storable(asked.body)
    check_shape(asked.body)
    return asked


def _refusal(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status)

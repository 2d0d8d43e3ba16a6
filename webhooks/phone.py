"""``POST /phone/{system}``: limit, verify, store, and only then answer.

A bare ASGI application in front of all others: with Starlette's middleware and routing before it a
post would cost a quarter more.
"""

import json
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.runtime import Runtime
from storage.engine import DatabaseUnusable
from storage.receipts import NewReceipt, insert_receipts
from storage.store import Backlog
from webhooks.bodies import BodyReader, NotRead
from webhooks.rejections import Rejections
from webhooks.verify import Rejected, Verifier

PATH = "/phone/"
RETRY_AFTER_SECONDS = 5
NOT_STORED = "not stored: send it again soon"
STORED = {
    "type": "http.response.start",
    "status": 202,
    "headers": [(b"content-length", b"0")],
}
"""Without a body: that would be a second write to the socket."""
NO_BODY = {"type": "http.response.body"}


class PhoneDoor:
    """Takes what phone systems post, and hands all else on to ``others``.

    A duplicate gets the same answer as the first.
    """

    def __init__(self, runtime: Runtime, others: ASGIApp) -> None:
        self._others = others
        self._bodies = BodyReader()
        self._rejections = Rejections(runtime.clock)
        self._verifiers = {
            key: Verifier(runtime.settings.systems[key])
            for key, system in runtime.systems.items()
            if system.parse is not None
        }
        self._store = runtime.store
        self._clock = runtime.clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATH):
            await self._others(scope, receive, send)
            return
        system = scope["path"].removeprefix(PATH)
        verifier = self._verifiers.get(system)
        if scope["method"] != "POST":
            await answer(send, 405, "post events here", [(b"allow", b"POST")])
            return
        if verifier is None:
            await answer(send, 404, "no such phone system here")
            return
        headers, now = dict(scope["headers"]), self._clock.now()
        sender = (scope.get("client") or ("", 0))[0]
        try:
            body = await self._bodies.read(headers, receive)
            key = verifier.verify(headers, scope["query_string"], body, sender, now)
            kind = headers.get(b"content-type", b"").decode("latin-1")[:100]
            if self._store.is_stuck:
                raise Backlog
            new = NewReceipt(system, key, "push", kind, body, now)
            await self._store.write_item(insert_receipts, new)
        except (NotRead, Rejected) as reason:
            shown = sender or "an unknown address"
            self._rejections.tell(system, f"A post for {system} from {shown}", reason)
            await answer(send, reason.status, str(reason))
        except (Backlog, DatabaseUnusable):  # the store has logged it
            await answer(send, 503, NOT_STORED, [(b"retry-after", b"%d" % RETRY_AFTER_SECONDS)])
        else:
            await send(STORED)
            await send(NO_BODY)


async def answer(
    send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send what is wrong as JSON."""
    body = json.dumps({"error": text}).encode()
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": status,
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            *(headers or []),
        ],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})

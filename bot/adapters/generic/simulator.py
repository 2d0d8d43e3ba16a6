"""A stand-in for a phone system that only posts: a page whose buttons post to one address."""

from html import escape
from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.generic.sender import GenericSender, SignedPost
from bot.adapters.simulation import Simulation

BUTTONS: Final = {
    "hangs-up": "A customer calls and hangs up",
    "is-answered": "A customer calls and is answered",
    "one-post": "A missed call, told in one post",
    "voicemail": "A voicemail arrives",
}


class GenericSimulator:
    """``target`` is the address that posts go to; ``http`` is the caller's to close.

    ``outcomes`` holds what became of each post: a status, or the name of an error.
    """

    def __init__(self, sender: GenericSender, target: str, http: httpx.AsyncClient) -> None:
        self.sender = sender
        self.simulation = Simulation()
        self.outcomes: list[str] = []
        self._target = target
        self._http = http
        self.app = self.simulation.wrap(
            [Route("/", self._page), Route("/{scene}", self._play_over_http, methods=["POST"])]
        )

    async def play(self, scene: str) -> None:
        """Post what belongs to a key of ``BUTTONS``, in order. Raises ``KeyError``."""
        for post in self._posts(scene):
            self.outcomes.append(await self._deliver(post))

    def _posts(self, scene: str) -> list[SignedPost]:
        match scene:
            case "hangs-up":
                return self.sender.customer_calls_and_hangs_up()
            case "is-answered":
                return self.sender.customer_calls_and_is_answered()
            case "one-post":
                return [self.sender.whole_call_in_one_post()]
            case "voicemail":
                return [self.sender.voicemail_arrives()]
            case _:
                raise KeyError(scene)

    async def _deliver(self, post: SignedPost) -> str:
        try:
            reply = await self._http.post(self._target, headers=post.headers, content=post.body)
        except httpx.HTTPError as error:
            return type(error).__name__
        return str(reply.status_code)

    async def _play_over_http(self, request: Request) -> Response:
        scene = request.path_params["scene"]
        if scene not in BUTTONS:
            return HTMLResponse("There is no such scene.", status_code=404)
        await self.play(scene)
        return RedirectResponse("/", status_code=303)

    async def _page(self, request: Request) -> Response:
        forms = "".join(
            f'<form method="post" action="/{scene}"><button>{escape(label)}</button></form>'
            for scene, label in BUTTONS.items()
        )
        rows = "".join(f"<li>{escape(outcome)}</li>" for outcome in self.outcomes)
        return HTMLResponse(
            '<!doctype html><html lang="en"><title>Generic phone system</title>'
            f"<h1>Generic phone system</h1>{forms}<h2>Posts and their answers</h2>"
            f"<ol>{rows}</ol></html>"
        )

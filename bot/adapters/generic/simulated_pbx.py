"""The pretend phone system itself: it posts what happens, in the ways that are its habit now."""

from collections.abc import Sequence

import httpx

from bot.adapters.generic.sender import GenericSender, SignedPost
from bot.adapters.generic.simulated_packing import Packing, packed
from bot.adapters.simulation_posts import deliver


class SimulatedPbx:
    """``target`` is the address that posts go to; ``http`` is the caller's to close.

    ``packing`` says how events are put into posts, ``backwards`` that the last one goes out first
    and ``repeats`` that each goes out twice.
    """

    def __init__(self, sender: GenericSender, target: str, http: httpx.AsyncClient) -> None:
        self.sender = sender
        self.packing = Packing.OBJECTS
        self.backwards = False
        self.repeats = False
        self._target = target
        self._http = http

    async def send(self, posts: Sequence[SignedPost]) -> str:
        """Post events as it is the habit now; returns what became of each post."""
        ready = list(packed(self.sender, posts, self.packing))
        if self.backwards:
            ready.reverse()
        if self.repeats:
            ready = [each for post in ready for each in (post, post)]
        return await deliver(
            self._http, self._target, [(post.headers, post.body) for post in ready]
        )

"""A stand-in for a phone system that only posts, all to one address."""

import httpx

from bot.adapters.generic.sender import GenericSender
from bot.adapters.generic.simulated_control import controls
from bot.adapters.generic.simulated_pbx import SimulatedPbx
from bot.adapters.simulation import Simulation


class GenericSimulator:
    """``target`` is the address that posts go to; ``http`` is the caller's to close."""

    def __init__(self, sender: GenericSender, target: str, http: httpx.AsyncClient) -> None:
        self.pbx = SimulatedPbx(sender, target, http)
        self.simulation = Simulation()
        self.app = self.simulation.wrap([], controls(self.pbx))

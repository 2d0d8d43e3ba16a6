"""A stand-in for an Axeos PBX, as strict and as unpleasant as its document allows."""

from zoneinfo import ZoneInfo

from bot.adapters.axeos.simulated_api import SimulatedApi
from bot.adapters.axeos.simulated_calls import SimulatedCalls
from bot.adapters.axeos.simulated_control import controls
from bot.adapters.axeos.simulated_pbx import SimulatedPbx
from bot.adapters.simulation import Simulation
from bot.clock import Clock

API_KEY = "simulated-axeos-key"


class AxeosSimulator:
    """One PBX in ``zone``, whose interface takes ``api_key`` or what a user logs in with."""

    def __init__(
        self, clock: Clock, *, api_key: str = API_KEY, zone: str = "Europe/Amsterdam"
    ) -> None:
        self.pbx = SimulatedPbx(clock, ZoneInfo(zone))
        self.simulation = Simulation()
        api = SimulatedApi(self.pbx, api_key)
        routes = [*api.routes(), *SimulatedCalls(self.pbx).routes(api)]
        self.app = self.simulation.wrap(routes, controls(self.pbx))

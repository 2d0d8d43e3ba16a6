"""Every vendor with every part that it has: who is asked what, and the scene for it."""

from collections.abc import Awaitable
from dataclasses import dataclass, fields
from typing import Any

import httpx
from contract.exercises import EXERCISES, PROBE, Exercise
from contract.stages import STAGES, Network, Stage
from support.clocks import FixedClock

from bot.adapters.simulation import Fault
from bot.telephony.system import PhoneSystem

IDENTITY = {"key", "vendor", "title", "probe", "client"}
PURE = {"parse"}
PARTS = {field.name for field in fields(PhoneSystem)} - IDENTITY - PURE
NOTHING = httpx.MockTransport(lambda request: httpx.Response(500))


@dataclass(frozen=True)
class Case:
    vendor: str
    part: str
    exercise: Exercise

    def __str__(self) -> str:
        return f"{self.vendor}-{self.part}-{self.exercise.method}"

    def run(self, system: PhoneSystem, stage: Stage) -> Awaitable[Any]:
        part = system if self.part == "probe" else getattr(system, self.part)
        return self.exercise.run(part, stage.facts)


def parts_of(vendor: str) -> set[str]:
    clock = FixedClock()
    system = STAGES[vendor](clock).build(NOTHING, clock)
    return {part for part in PARTS | PURE if getattr(system, part) is not None}


CASES = [
    Case(vendor, part, exercise)
    for vendor in sorted(STAGES)
    for part in sorted(parts_of(vendor))
    for exercise in EXERCISES.get(part, ())
] + [Case(vendor, "probe", PROBE) for vendor in sorted(STAGES) if vendor != "generic"]
PARSING = [vendor for vendor in sorted(STAGES) if "parse" in parts_of(vendor)]
READS = [case for case in CASES if not case.exercise.changes]
CHANGES = [case for case in CASES if case.exercise.changes]
ONE_OF_EACH = (READS[0], CHANGES[0])
"""What the shared transport does is tried with one question and one change."""


class Scene:
    """One case, ready to run: a fresh simulator, and the network in front of it."""

    def __init__(self, case: Case) -> None:
        clock = FixedClock()
        self.case = case
        self.stage = STAGES[case.vendor](clock)
        self.network = Network(self.stage.simulator.app)
        self.system = self.stage.build(self.network, clock)
        self.simulation = self.stage.simulator.simulation

    def run(self) -> Awaitable[Any]:
        return self.case.run(self.system, self.stage)

    async def spoil_the_change(self, fault: Fault) -> list[str]:
        """Order ``fault`` for the request that changes something, which is the last one of a good
        run, and for it alone. Returns what is asked in such a run."""
        rehearsal = Scene(self.case)
        await rehearsal.run()
        last = rehearsal.simulation.requests[-1]
        self.simulation.order(fault, times=99, containing=f"{last.path}?{last.query}")
        self.network.loses = rehearsal.network.targets[-1]
        return rehearsal.network.targets

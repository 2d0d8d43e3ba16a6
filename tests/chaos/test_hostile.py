"""What the answers to changed signatures say about the door."""

# ruff: noqa: S311 - dice that a seed decides, not secrets

import random
from itertools import chain, repeat
from types import SimpleNamespace

import pytest
from chaos.hostile import OVER_THE_WIRE, mutations
from chaos.round import SECRETS

from bot.adapters.generic.sender import GenericSender
from bot.clock import SystemClock

CHANGED = OVER_THE_WIRE + 5


def answering(*statuses):
    """A door that gives these answers, and then refuses everything."""
    answers = chain(statuses, repeat(401))

    async def post(system, post):
        return next(answers), ""

    door = GenericSender(SystemClock(), SECRETS["DOOR_SECRET"])
    return SimpleNamespace(door=door, dice=random.Random(1), post=post)


@pytest.mark.parametrize("statuses", [(), (401, 413, 400), (0,), (0, 401, 0)])
async def test_refusals_hold_and_so_does_an_answer_that_was_lost_once(statuses):
    verdict = await mutations(answering(*statuses), CHANGED)
    assert verdict.holds
    assert verdict.figures == (
        f"{CHANGED} changed signatures, 0 accepted, 0 answered 5xx, 0 not answered twice"
    )


@pytest.mark.parametrize(
    ("statuses", "figure"),
    [
        ((202,), "1 accepted"),
        ((0, 202), "1 accepted"),
        ((401, 302), "1 accepted"),
        ((503,), "1 answered 5xx"),
        ((0, 0), "1 not answered twice"),
    ],
)
async def test_what_is_accepted_or_failed_or_never_answered_is_broken(statuses, figure):
    verdict = await mutations(answering(*statuses), CHANGED)
    assert not verdict.holds
    assert figure in verdict.figures

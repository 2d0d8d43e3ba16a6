"""Reminders of licences whose end cannot be read any more: they stay, and it is said once."""

from datetime import UTC, datetime

import pytest

SOON = {"id": 6, "host_name": "b", "licence_renewal_date": "2027-12-25"}
"""Where no host's date can be read, that is an error of the whole list."""


async def nine_in_the_morning(world, day):
    """Look at the licences of a day, as the clock would."""
    world.clock.set(datetime(2026, 11, day, 8, 0, 30, tzinfo=UTC))
    await world.watch("crm")


def host(world, renews_on, **more):
    world.crm.pbx.hosts[5] |= {"licence_renewal_date": renews_on, **more}


def licence_cards(world):
    said = world.workspace.messages("C0SUPPORT")
    return [message.all_text for message in said if "Licence of" in message.text]


def notices(world):
    return [one.text for one in world.workspace.messages("C0OPS") if "cannot be read" in one.text]


@pytest.fixture
async def reminded(world):
    """A host whose licence ends in a week has a reminder; another's ends much later."""
    first = world.crm.pbx.hosts[5]
    world.crm.pbx.hosts.clear()
    world.crm.pbx.hosts |= {5: first, 6: first | SOON}
    host(world, "2026-11-30")
    await nine_in_the_morning(world, 23)
    return world


@pytest.mark.parametrize("spelt", ["30/11/2026", "soon", 7])
async def test_a_date_that_cannot_be_read_closes_no_reminder(spelt, reminded):
    host(reminded, spelt)
    await nine_in_the_morning(reminded, 24)
    (card,) = licence_cards(reminded)
    assert "7 days left" in card
    assert "No longer watched" not in card


async def test_it_is_said_once_that_a_date_cannot_be_read(reminded):
    assert notices(reminded) == []
    host(reminded, "30/11/2026")
    for day in (24, 25, 26):
        await nine_in_the_morning(reminded, day)
    assert notices(reminded) == [
        "The end of the licence of pbx-north.example.net on crm cannot be read: reminders of it "
        "that are open stay so, and no others are sent until the date there is mended."
    ]


async def test_once_it_can_be_read_again_the_reminder_goes_on_where_it_was(reminded):
    host(reminded, "soon")
    await nine_in_the_morning(reminded, 24)
    host(reminded, "2026-11-30")
    await nine_in_the_morning(reminded, 25)
    assert len(licence_cards(reminded)) == 1
    host(reminded, "2027-11-30")
    await nine_in_the_morning(reminded, 26)
    (card,) = licence_cards(reminded)
    assert "Renewed" in card


async def test_an_inactive_host_is_watched_no_longer_whatever_its_date(reminded):
    host(reminded, "soon", active=False)
    await nine_in_the_morning(reminded, 24)
    (card,) = licence_cards(reminded)
    assert "No longer watched" in card
    assert notices(reminded) == []

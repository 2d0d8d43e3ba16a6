"""Two people ask for the same extension: nobody loses a line unseen."""

import pytest
from support import forging

from storage import audit


@pytest.fixture
async def asked(world):
    """Cy and Bo have asked for extension 105, which was nobody's. Gives the two questions."""
    await world.slash("U0CY", "C0SUPPORT", "/pbx link 105 @paris")
    await world.slash("U0BO", "C0SUPPORT", "/pbx link 105 @paris")
    return world.workspace.dm("U0ANA")[-2:]


async def approve(world, message):
    await world.workspace.click("U0ANA", message, "link.approve")
    await world.settle()


async def lines(world, user):
    return await world.slash(user, "C0SUPPORT", "/pbx whoami")


def shown(world, message):
    """The question as it stands there now."""
    return next(one for one in world.workspace.dm("U0ANA") if one.ts == message.ts)


async def test_a_line_that_got_an_owner_meanwhile_is_given_on_by_a_second_press_only(world, asked):
    of_cy, of_bo = asked
    await approve(world, of_cy)
    await approve(world, of_bo)
    assert "paris: extension 105" in await lines(world, "U0CY")
    assert "(pending)" in await lines(world, "U0BO")
    now = shown(world, of_bo)
    expected = "It belongs to <@U0CY> now: approve again to give it to <@U0BO>."
    assert expected in now.text
    assert now.action_ids == ["link.approve", "link.deny"]
    assert "approve again" in world.workspace.ephemerals("U0ANA")[-1].all_text
    await approve(world, now)
    assert "no extension linked" in await lines(world, "U0CY")
    assert "paris: extension 105" in await lines(world, "U0BO")
    lost = "Your extension 105 on paris is <@U0BO>'s now"
    assert lost in world.workspace.dm("U0CY")[-1].text


async def test_pressing_the_old_drawing_twice_gives_nothing_on(world, asked):
    of_cy, of_bo = asked
    await approve(world, of_cy)
    value = of_bo.blocks[1]["elements"][0]["value"]
    for trigger in ("1.1.a", "1.1.b"):
        await forging.press(world, "U0ANA", "link.approve", value, trigger=trigger)
        await world.settle()
    assert "paris: extension 105" in await lines(world, "U0CY")


async def test_a_question_that_names_another_owner_than_there_is_by_now_is_drawn_anew(world):
    await world.own("U0CY", "105", "paris")
    await world.slash("U0BO", "C0SUPPORT", "/pbx link 105 @paris")
    of_bo = world.workspace.dm("U0ANA")[-1]
    await world.slash("U0CY", "C0SUPPORT", "/pbx unlink")
    await world.own("U0ANA", "105", "paris")
    await approve(world, of_bo)
    assert "It belongs to <@U0ANA> now" in shown(world, of_bo).text
    assert "paris: extension 105" in await lines(world, "U0ANA")


async def test_what_the_phone_system_said_stays_in_the_question(world):
    await world.slash("U0BO", "C0SUPPORT", "/pbx link 999 @paris")
    of_bo = world.workspace.dm("U0ANA")[-1]
    await world.own("U0CY", "999", "paris")
    await approve(world, of_bo)
    assert "When asked about it: paris knows no extension 999." in shown(world, of_bo).text


async def test_a_question_about_a_line_that_is_somebody_elses_by_now_can_be_denied_at_once(
    world, asked
):
    of_cy, of_bo = asked
    await approve(world, of_cy)
    await world.workspace.click("U0ANA", of_bo, "link.deny")
    await world.settle()
    assert "was denied" in world.workspace.dm("U0BO")[-1].text
    assert "paris: extension 105" in await lines(world, "U0CY")


async def test_whoever_loses_a_line_to_a_question_that_said_so_is_told_too(world):
    await world.own("U0CY", "105", "paris")
    await world.slash("U0BO", "C0SUPPORT", "/pbx link 105 @paris")
    await approve(world, world.workspace.dm("U0ANA")[-1])
    assert "paris: extension 105" in await lines(world, "U0BO")
    assert "is <@U0BO>'s now" in world.workspace.dm("U0CY")[-1].text


async def audited(world):
    """What the audit says of lines that were given or refused, oldest first."""
    rows = await world.runtime.store.read(audit.list_newest, 50, "paris")
    return [(row.actor, row.subject, row.outcome) for row in reversed(rows) if row.action == "link"]


async def test_the_audit_names_the_line_whom_it_was_given_and_from_whom_it_was_taken(world, asked):
    of_cy, of_bo = asked
    await approve(world, of_cy)
    await approve(world, of_bo)
    assert await audited(world) == [("U0ANA", "105 for U0CY", "approved")]
    await approve(world, shown(world, of_bo))
    assert (await audited(world))[1:] == [("U0ANA", "105 for U0BO, taken from U0CY", "approved")]
    told = await world.slash("U0ANA", "C0SUPPORT", "/pbx audit own")
    assert "<@U0ANA>: link 105 for <@U0BO>, taken from <@U0CY> on paris, approved" in told


async def test_the_audit_names_the_line_that_was_denied_and_to_whom(world, asked):
    await world.workspace.click("U0ANA", asked[0], "link.deny")
    await world.settle()
    assert await audited(world) == [("U0ANA", "105 for U0CY", "denied")]
    told = await world.slash("U0ANA", "C0SUPPORT", "/pbx audit own @paris")
    assert "<@U0ANA>: link 105 for <@U0CY> on paris, denied" in told

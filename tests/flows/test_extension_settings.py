"""``/ext``: how an extension stands, do-not-disturb and forwarding, buttons included."""

from support.pressing import actions, asked, forge, press, say

from bot.adapters.simulation import Fault


def pat(world):
    return world.axeos.pbx.user_named("pat")


# How an extension stands


async def test_ones_own_extension_is_told_with_what_can_be_set(lyon):
    answer = await say(lyon, "/ext")
    assert "Extension pat on lyon: Pat O'Neil, phone registered, not on a call, " in answer
    assert "do-not-disturb off, not forwarded." in answer
    assert actions(lyon) == ["ext.dnd_on"]


async def test_anothers_extension_is_told_without_anything_to_press(moscow):
    answer = await say(moscow, "/ext 101")
    assert "Extension 101 on moscow: phone registered, not on a call, profile Avail" in answer
    assert "in queue 800." in answer
    assert actions(moscow) == []


async def test_an_admin_gets_all_that_the_system_can_do(moscow):
    await say(moscow, "/ext 101 @moscow", "U0ANA")
    assert actions(moscow, "U0ANA") == [
        "ext.profile",
        "ext.enabled_on",
        "ext.enabled_off",
        "ext.external_on",
        "ext.external_off",
        "ext.recording",
    ]


async def test_an_extension_that_is_not_there_is_told(moscow):
    assert "moscow" in await say(moscow, "/ext 999")


async def test_extensions_are_for_people_of_the_system(moscow):
    assert "You have no extension" in await say(moscow, "/ext 101 @moscow", "U0CY")
    assert moscow.wires["moscow"].asked == 0


async def test_a_system_that_knows_no_extensions_says_so(lyon):
    answer = await say(lyon, "/ext 101 @crm", "U0ANA")
    assert "crm (BlueRockTEL) cannot show the state of extensions." in answer


async def test_what_cannot_be_meant_is_told_how(lyon):
    for text in ("dnd", "enable now", "101 fly", "recording", "<x> dnd on"):
        assert "Usage: `/ext" in await say(lyon, f"/ext {text}"), text
    assert lyon.wires["lyon"].asked == 0


# Do not disturb and forwarding


async def test_do_not_disturb_is_set_once_and_read_back(lyon):
    answer = await say(lyon, "/ext dnd on")
    assert "Do-not-disturb of pat is on. lyon says now: " in answer
    assert "do-not-disturb on" in answer
    assert (pat(lyon).dnd, pat(lyon).cw, pat(lyon).call_forward) == (True, True, None)
    assert asked(lyon.axeos.simulation, "POST ") == 1
    assert actions(lyon) == ["ext.dnd_off"]


async def test_do_not_disturb_is_a_button_too(lyon):
    await say(lyon, "/ext")
    assert "Do-not-disturb of pat is on." in await press(lyon, "U0BO", "ext.dnd_on")
    assert "Do-not-disturb of pat is off." in await press(lyon, "U0BO", "ext.dnd_off")
    assert pat(lyon).dnd is False
    assert asked(lyon.axeos.simulation, "POST ") == 2


async def test_calls_are_forwarded_to_a_number_and_not_any_more(lyon):
    answer = await say(lyon, "/ext forward 06 12 34 56 78")
    assert "Calls to pat are forwarded to 0612345678." in answer
    assert "forwarded to 0612345678" in answer
    assert pat(lyon).call_forward == "0612345678"
    assert asked(lyon.axeos.simulation, "POST ") == 1
    answer = await press(lyon, "U0BO", "ext.forward_off")
    assert "Calls to pat are not forwarded any more." in answer
    assert pat(lyon).call_forward is None
    assert asked(lyon.axeos.simulation, "POST ") == 2


async def test_calls_are_forwarded_only_where_they_may_be_placed(lyon):
    refusals = {
        "112": "Emergency numbers are never dialled from here",
        "0899 12 34 56": "Premium-rate numbers are not dialled from here",
        "my phone": "That is not a phone number.",
    }
    for number, refusal in refusals.items():
        assert refusal in await say(lyon, f"/ext forward {number}"), number
    assert pat(lyon).call_forward is None
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_a_forged_number_is_held_to_the_same_rules(lyon):
    answer = await forge(lyon, "ext.forward_off", "lyon:pat:0899123456")
    assert "Premium-rate numbers are not dialled from here." in answer
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_a_colleagues_settings_are_left_alone(lyon):
    refusal = "Only an admin can set something on another"
    assert refusal in await say(lyon, "/ext kim dnd on")
    assert refusal in await forge(lyon, "ext.dnd_on", "lyon:kim:on")
    assert lyon.axeos.pbx.user_named("kim").dnd is False
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_an_admin_sets_a_colleagues_extension(lyon):
    assert "Do-not-disturb of kim is on." in await say(lyon, "/ext kim dnd on @lyon", "U0ANA")
    assert lyon.axeos.pbx.user_named("kim").dnd is True
    assert asked(lyon.axeos.simulation, "POST ") == 1


async def test_a_lost_answer_to_a_change_is_told_as_it_is(lyon):
    await say(lyon, "/ext")
    before = lyon.wires["lyon"].asked
    lyon.axeos.simulation.order(Fault.ERROR_AFTER, containing="/users/")
    answer = await say(lyon, "/ext dnd on")
    assert "Look how things stand before you do it again." in answer
    assert pat(lyon).dnd is True
    assert asked(lyon.axeos.simulation, "POST ") == 1
    assert lyon.wires["lyon"].asked == before + 2


async def test_a_forged_setting_is_refused(lyon):
    for value in ("rome:pat:on", "lyon:pat", "lyon:pat:", "lyon::on", "lyon:a/b:on"):
        assert "not known here" in await forge(lyon, "ext.dnd_on", value), value
    assert 'Say "dnd on" or "dnd off".' in await forge(lyon, "ext.dnd_on", "lyon:pat:maybe")
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_somebody_without_a_line_presses_in_vain(lyon):
    answer = await forge(lyon, "ext.dnd_on", "lyon:pat:on", "U0CY")
    assert "This is for people with an extension on lyon." in answer
    assert pat(lyon).dnd is False

"""``/ext``: the profile of an extension and the switches that admins set, menus included."""

from support.pressing import actions, asked, forge, press, say
from support.world_settings import OLD


def ext(world, number):
    return world.moscow.pbx.extensions[number]


async def test_a_profile_is_chosen_from_a_menu(moscow):
    await say(moscow, "/ext")
    answer = await press(moscow, "U0BO", "ext.profile", "moscow:0102:Out of office")
    assert "The profile of 0102 is Out of office. moscow says now: " in answer
    assert "profile Out of office" in answer
    assert ext(moscow, "0102").profile == "Out of office"
    assert asked(moscow.moscow.simulation, "ext.fwd.set") == 1


async def test_a_profile_may_be_typed_in_any_case(moscow):
    assert "The profile of 0102 is Away." in await say(moscow, "/ext profile away")
    assert ext(moscow, "0102").profile == "Away"


async def test_an_unknown_profile_gets_the_known_ones(moscow):
    assert "The profiles are: Available, Away" in await say(moscow, "/ext profile Asleep")
    assert "The profiles are: " in await forge(moscow, "ext.profile", "moscow:0102:Asleep")
    assert asked(moscow.moscow.simulation, "ext.fwd.set") == 0


async def test_what_cannot_be_set_there_is_one_sentence(moscow):
    answer = await say(moscow, "/ext dnd on")
    assert "moscow (3CX with the 3cx.ru REST API) cannot switch do-not-disturb." in answer
    answer = await say(moscow, "/ext forward off")
    assert "cannot forward to a number. It has forwarding profiles:" in answer


SWITCHED = {
    "enable": ("Extension 101 is enabled.", {"enabled": "on"}),
    "disable": ("Extension 101 is disabled.", {"enabled": "off"}),
    "external on": ("Extension 101 may call outside.", {"external": "on"}),
    "external off": ("Extension 101 may not call outside.", {"external": "off"}),
    "recording off": ("No calls of 101 are recorded.", {"recording": "off"}),
    "recording external": ("Outside calls of 101 are recorded.", {"recording": "external"}),
    "recording all": ("All calls of 101 are recorded.", {"recording": "all"}),
}


async def test_an_admin_sets_one_switch_and_no_other(moscow):
    for number, (text, (told, options)) in enumerate(SWITCHED.items(), start=1):
        ext(moscow, "101").options.clear()
        assert told in await say(moscow, f"/ext 101 {text} @moscow", "U0ANA")
        assert ext(moscow, "101").options == options
        assert asked(moscow.moscow.simulation, "ext.options.set") == number


async def test_switches_are_for_admins_even_on_ones_own_extension(moscow):
    for text in ("0102 disable", "external off", "recording all"):
        assert "Only an admin can set w" in await say(moscow, f"/ext {text}"), text
    assert asked(moscow.moscow.simulation, "ext.options.set") == 0


async def test_buttons_of_an_admin_are_for_admins(moscow):
    answer = await forge(moscow, "ext.enabled_off", "moscow:0102:off")
    assert "Only an admin can set whether an extension is enabled." in answer
    assert ext(moscow, "0102").options == {}


async def test_an_admin_presses_and_chooses(moscow):
    await say(moscow, "/ext 101 @moscow", "U0ANA")
    assert "101 may not call outside." in await press(moscow, "U0ANA", "ext.external_off")
    answer = await press(moscow, "U0ANA", "ext.recording", "moscow:101:external")
    assert "Outside calls of 101 are recorded." in answer
    assert ext(moscow, "101").options == {"external": "off", "recording": "external"}
    assert asked(moscow.moscow.simulation, "ext.options.set") == 2


async def test_a_way_of_recording_that_is_not_there_gets_the_others(world_with):
    async with world_with(OLD) as world:
        answer = await say(world, "/ext 101 recording external @old", "U0ANA")
        assert "What can be recorded is: off, all." in answer
        assert world.wires["old"].asked == 0


SWITCHES = ["ext.enabled_on", "ext.enabled_off", "ext.external_on", "ext.external_off"]
SWITCHES += ["ext.recording"]


async def test_a_system_that_cannot_be_read_back_says_so_and_offers_more(world_with):
    async with world_with(OLD) as world:
        answer = await say(world, "/ext 101 disable @old", "U0ANA")
        assert "Extension 101 is disabled. old does not show the state of extensions." in answer
        one = world.old.pbx.extensions["101"]
        assert (one.disable, one.disable_external, one.record_calls) == (True, False, False)
        assert actions(world, "U0ANA") == SWITCHES
        assert "Extension 101 is enabled." in await press(world, "U0ANA", "ext.enabled_on")
        assert one.disable is False
        assert asked(world.old.simulation, "func=upd_ext") == 2


async def test_a_system_that_cannot_be_read_offers_what_can_be_set(world_with):
    async with world_with(OLD) as world:
        answer = await say(world, "/ext 101 @old", "U0ANA")
        assert "old (3CX V9/V10) cannot show the state of extensions." in answer
        assert "What can be set on it:" in answer
        assert actions(world, "U0ANA") == SWITCHES
        assert world.wires["old"].asked == 0
        answer = await press(world, "U0ANA", "ext.recording", "old:101:all")
        assert "All calls of 101 are recorded." in answer
        assert world.old.pbx.extensions["101"].record_calls is True


async def test_who_may_set_nothing_is_only_told_that_there_is_no_state(world_with):
    async with world_with(OLD) as world:
        await world.own("U0BO", "101", "old")
        answer = await say(world, "/ext")
        assert answer.splitlines()[0] == "old (3CX V9/V10) cannot show the state of extensions."
        assert actions(world) == []


async def test_a_system_without_states_is_among_those_to_choose_from(world_with):
    async with world_with(OLD) as world:
        answer = await say(world, "/ext 101", "U0ANA")
        assert "Which phone system? Add one of @paris, @lyon, @old." in answer

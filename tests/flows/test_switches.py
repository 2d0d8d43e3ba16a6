"""``/switch``: the switches of a whole system, such as night mode, buttons included."""

import pytest
from support.pressing import actions, asked, forge, press, say

from bot.adapters.axeos.simulated_office import NIGHT, SimulatedSwitch


async def test_switches_are_listed_and_only_admins_get_buttons(lyon):
    assert "Night: not set" in await say(lyon, "/switch")
    assert actions(lyon) == []
    await say(lyon, "/switch @lyon", "U0ANA")
    assert actions(lyon, "U0ANA") == ["switch.set_on", "switch.set_off"]


async def test_an_admin_sets_a_switch_by_its_button(lyon):
    await say(lyon, "/switch @lyon", "U0ANA")
    assert "Night on lyon is now: true." in await press(lyon, "U0ANA", "switch.set_on")
    assert lyon.axeos.pbx.switches[NIGHT].value == "true"
    assert asked(lyon.axeos.simulation, "POST ") == 1
    await say(lyon, "/switch night @lyon", "U0ANA")
    assert actions(lyon, "U0ANA") == ["switch.set_off"]


async def test_an_admin_sets_a_switch_by_name_in_its_own_words(lyon):
    words = {"on": "true", "off": "false", "Day": "Day", "ON": "ON"}
    for number, (typed, value) in enumerate(words.items(), start=1):
        answer = await say(lyon, f"/switch Night {typed} @lyon", "U0ANA")
        assert f"Night on lyon is now: {value}." in answer
        assert lyon.axeos.pbx.switches[NIGHT].value == value
        assert asked(lyon.axeos.simulation, "POST ") == number


async def test_a_position_is_read_as_a_phone_writes_it(lyon):
    lyon.axeos.pbx.switches[NIGHT].name = "Bo's night"
    for typed in (
        "Bo\u2019s night on.",
        "“Bo\u2019s night” on",
        "Bo's\u00a0night “on”",
        "\u200fbo's  night on",
    ):
        lyon.axeos.pbx.switches[NIGHT].value = "false"
        assert "is now: true." in await say(lyon, f"/switch {typed} @lyon", "U0ANA"), typed
        assert lyon.axeos.pbx.switches[NIGHT].value == "true"


async def test_a_switch_is_not_set_to_a_whole_sentence(lyon):
    sentences = ("on until 18:00", "On for 2h", "off please", "on off", "true #support")
    for typed in (*sentences, "on, until 18:00", "on. Thanks", "'on' until 18:00"):
        answer = await say(lyon, f"/switch Night {typed} @lyon", "U0ANA")
        assert "Nothing was done: " in answer, typed
    assert "`/switch Night on`, and set it back yourself." in await say(
        lyon, "/switch Night on until 18:00", "U0ANA"
    )
    assert lyon.axeos.pbx.switches[NIGHT].value is None
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_a_question_sets_no_switch(lyon):
    for typed in ("Night off?", "Night?", "night Off ?", "Night “off”?"):
        assert "Night: not set" in await say(lyon, f"/switch {typed} @lyon", "U0ANA"), typed
    assert asked(lyon.axeos.simulation, "POST ") == 0
    assert "is now: Who?." in await say(lyon, '/switch Night "Who?"', "U0ANA")


@pytest.mark.parametrize(
    "typed", ["Closed (holiday)", "said “no”", "On call", "No calls today", "1 2", "!", ".\n."]
)
async def test_a_switch_of_other_values_is_set_to_what_was_typed(typed, lyon):
    lyon.axeos.pbx.switches[NIGHT].value = "closed"
    await say(lyon, f"/switch Night {typed} @lyon", "U0ANA")
    assert lyon.axeos.pbx.switches[NIGHT].value == typed


async def test_words_that_begin_like_a_position_are_set_in_quotation_marks(lyon):
    assert "In quotation marks" in await say(lyon, "/switch Night On call", "U0ANA")
    assert "Night on lyon is now: On call." in await say(lyon, "/switch Night “On call”", "U0ANA")


async def test_the_very_name_of_a_switch_goes_before_one_with_other_marks(lyon):
    lyon.axeos.pbx.switches[NIGHT].name = 'Night "A"'
    lyon.axeos.pbx.switches["plain"] = SimulatedSwitch("plain", "Night A")
    assert "Night A on lyon is now: true." in await say(lyon, "/switch Night A on", "U0ANA")
    assert 'Night "A" on lyon is now: true.' in await say(lyon, "/switch Night “A” on", "U0ANA")
    lyon.axeos.pbx.switches["plain"].name = "Night Paris"
    lyon.axeos.pbx.switches[NIGHT].name = "Night"
    for typed in ("Night Paris: off", "Night “Paris” off"):
        assert "Night Paris on lyon is now: " in await say(lyon, f"/switch {typed}", "U0ANA")
    assert "Night Paris: " in await say(lyon, "/switch Night Paris:", "U0ANA")


async def test_a_switch_is_set_by_admins_only(lyon):
    assert "Only an admin can set switches" in await say(lyon, "/switch Night on")
    assert "Only an admin can set" in await forge(lyon, "switch.set_on", f"lyon:{NIGHT}:true")
    assert lyon.axeos.pbx.switches[NIGHT].value is None
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_a_forged_position_of_a_switch_is_refused(lyon):
    for value in (f"lyon:{NIGHT}:Day", f"lyon:{NIGHT}", "rome:1:true"):
        assert "not known here" in await forge(lyon, "switch.set_on", value, "U0ANA"), value
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_a_refusal_to_set_a_switch_reaches_the_admin(lyon):
    answer = await forge(lyon, "switch.set_on", "lyon:no-such-switch:true", "U0ANA")
    assert "lyon" in answer
    assert lyon.axeos.pbx.switches[NIGHT].value is None
    assert asked(lyon.axeos.simulation, "POST ") == 1


async def test_an_unknown_switch_gets_the_known_ones(lyon):
    assert "There is no switch Moon on. There are: Night." in await say(lyon, "/switch Moon on")


async def test_no_switches_and_no_such_thing_are_told_apart(lyon):
    lyon.axeos.pbx.switches.clear()
    assert "lyon has no switches." in await say(lyon, "/switch")
    answer = await say(lyon, "/switch @paris")
    assert "paris (MiRTA PBX) cannot set switches such as night mode." in answer


async def test_switches_are_for_people_of_the_system(lyon):
    assert "people with an extension on lyon" in await say(lyon, "/switch", "U0CY")

"""``/ext``, ``/switch``, ``/contacts`` and the topics of ``/pbx`` for admins, buttons included."""

from datetime import timedelta

import pytest
from support.pressing import actions, asked, forge, press, say
from support.world_settings import MOSCOW, OLD

from bot.adapters.axeos.simulated_pbx import NIGHT
from storage import audit


@pytest.fixture
async def lyon(world):
    """Bo is pat: the system has do-not-disturb, forwarding and switches."""
    await world.own("U0BO", "pat", "lyon")
    return world


@pytest.fixture
async def moscow(world_with):
    """Bo is 0102: the system has profiles, switches of extensions and contacts."""
    async with world_with(MOSCOW) as world:
        await world.own("U0BO", "0102", "moscow")
        yield world


def pat(world):
    return world.axeos.pbx.user_named("pat")


def ext(world, number):
    return world.moscow.pbx.extensions[number]


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
    lyon.axeos.simulation.order("error_after", containing="/users/")
    answer = await say(lyon, "/ext dnd on")
    assert "Look how things stand before you do it again." in answer
    assert pat(lyon).dnd is True
    assert asked(lyon.axeos.simulation, "POST ") == 1
    assert lyon.wires["lyon"].asked == before + 2


async def test_a_forged_setting_is_refused(lyon):
    for value in ("rome:pat:on", "lyon:pat", "lyon:pat:", "lyon::on", "lyon:a/b:on"):
        assert "not known here" in await forge(lyon, "ext.dnd_on", value), value
    assert "Say `dnd on` or `dnd off`." in await forge(lyon, "ext.dnd_on", "lyon:pat:maybe")
    assert asked(lyon.axeos.simulation, "POST ") == 0


async def test_somebody_without_a_line_presses_in_vain(lyon):
    answer = await forge(lyon, "ext.dnd_on", "lyon:pat:on", "U0CY")
    assert "This is for people with an extension on lyon." in answer
    assert pat(lyon).dnd is False


# Profiles and switches of extensions


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
        one = world.old.extensions["101"]
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
        assert world.old.extensions["101"].record_calls is True


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


# Switches of the system


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


# Contacts


async def test_a_contact_is_found_by_number(moscow):
    answer = await say(moscow, "/contacts +1 555 0100")
    assert "Contacts of moscow with +1 555 0100: 1." in answer
    assert "1: Pat Example, mobile " in answer


async def test_a_number_that_nobody_has_is_told(moscow):
    assert "moscow has no contact with the number 999999." in await say(moscow, "/contacts 999999")


async def test_a_name_is_not_looked_for_and_that_is_said(moscow):
    answer = await say(moscow, "/contacts Pat")
    assert "finds contacts by number only, not by name." in answer
    assert moscow.wires["moscow"].asked == 0


async def test_a_contact_is_added_once(moscow):
    answer = await say(moscow, "/contacts add +7 (495) 123-45-67 Zoe Lane Lane & Sons")
    assert "Zoe Lane is contact 2 of moscow now." in answer
    assert moscow.moscow.pbx.contacts["2"] == {
        "firstname": "Zoe",
        "lastname": "Lane",
        "company": "Lane & Sons",
        "phone": "+74951234567",
    }
    assert asked(moscow.moscow.simulation, "contact.new") == 1


async def test_only_the_fields_that_are_given_are_changed(moscow):
    answer = await say(moscow, "/contacts edit 1 company=Acme Ltd business=84951234567")
    assert "Contact 1 of moscow: company changed, business changed." in answer
    card = moscow.moscow.pbx.contacts["1"]
    assert card == {
        "firstname": "Pat",
        "lastname": "Example",
        "phone": "+15550100",
        "company": "Acme Ltd",
        "data3": "84951234567",
    }
    assert asked(moscow.moscow.simulation, "contact.update") == 1


async def test_a_contact_may_have_a_single_name(moscow):
    answer = await say(moscow, "/contacts add 8 (495) 123-45-67 Only")
    assert "Only is contact 2 of moscow now." in answer
    assert moscow.moscow.pbx.contacts["2"] == {"firstname": "Only", "phone": "84951234567"}


async def test_the_digits_of_a_number_are_no_name(moscow):
    await say(moscow, "/contacts add 01 23 45 67 89 Zoe 3M")
    card = moscow.moscow.pbx.contacts["2"]
    assert card == {"firstname": "Zoe", "lastname": "3M", "phone": "0123456789"}


async def test_nothing_after_the_sign_empties_a_field_and_no_other(moscow):
    await say(moscow, "/contacts edit 1 email=pat@example.com company=Acme")
    answer = await say(moscow, "/contacts edit 1 email= lastname=Lane")
    assert "Contact 1 of moscow: email emptied, last changed." in answer
    card = moscow.moscow.pbx.contacts["1"]
    assert (card["data5"], card["lastname"], card["company"]) == ("", "Lane", "Acme")


async def test_a_field_that_is_not_there_gets_all_that_are(moscow):
    answer = await say(moscow, "/contacts edit 1 compnay=x")
    assert "A contact has no compnay here. Did you mean company? It has: first, last, " in answer
    assert "email, mobile, mobile2, home" in answer
    assert "A contact has no zip here. It has: " in await say(moscow, "/contacts edit 1 zip=44")
    assert moscow.wires["moscow"].asked == 0


async def test_a_contact_that_is_not_there_cannot_be_changed(moscow):
    assert "did not change contact 9" in await say(moscow, "/contacts edit 9 company=Acme")
    assert asked(moscow.moscow.simulation, "contact.update") == 1


UNCLEAR = (
    "",
    "add",
    "add 0123456789",
    "add 01 23 45 67 89",
    "add Pat Example",
    "edit 1",
    "edit 1 company",
)


async def test_a_contact_that_cannot_be_meant_is_told_how(moscow):
    for text in UNCLEAR:
        assert "Usage: `/contacts" in await say(moscow, f"/contacts {text}".rstrip()), text
    assert moscow.wires["moscow"].asked == 0


async def test_a_contact_is_deleted_by_a_button_that_asks_first(moscow):
    answer = await say(moscow, "/contacts delete 1")
    assert "Delete contact 1 from moscow? This cannot be undone." in answer
    assert "1" in moscow.moscow.pbx.contacts
    answer = await press(moscow, "U0BO", "contact.delete")
    assert "Contact 1 is deleted from moscow." in answer
    assert moscow.moscow.pbx.contacts == {}
    assert asked(moscow.moscow.simulation, "contact.del") == 1


async def test_an_admin_may_delete_what_was_found(moscow):
    await say(moscow, "/contacts 15550100 @moscow", "U0ANA")
    await press(moscow, "U0ANA", "contact.delete")
    assert moscow.moscow.pbx.contacts == {}


async def test_a_forged_deletion_is_refused(moscow):
    for value in ("moscow:../1", "rome:1", "moscow:", "1"):
        assert "not known here" in await forge(moscow, "contact.delete", value), value
    assert asked(moscow.moscow.simulation, "contact.del") == 0


async def test_contacts_are_for_people_of_the_system(moscow):
    refusal = "This is for people with an extension on moscow."
    assert refusal in await say(moscow, "/contacts 15550100", "U0CY")
    assert refusal in await say(moscow, "/contacts add 15550101 Pat", "U0CY")
    assert refusal in await forge(moscow, "contact.delete", "moscow:1", "U0CY")
    assert moscow.wires["moscow"].asked == 0


async def test_a_system_without_contacts_says_so(lyon):
    assert "lyon (Axeos PBX) cannot keep contacts." in await say(lyon, "/contacts 1 @lyon")


# Licences, hosts, audit


async def test_an_admin_sees_every_licence_in_days(world):
    answer = await say(world, "/pbx licence", "U0ANA")
    assert "paris, MiRTA PBX: ends 20 Nov 2027, 365 days left" in answer
    assert "crm, pbx-north.example.net (PBX0005): Pro licence ends 20 Dec 2026, 30 days" in answer
    assert "pbx-west.example.net (PBX0007): Pro licence ends 20 Nov 2026, today" in answer
    assert "pbx-old-town.example.net (PBX0010): Pro licence ended 08 Nov 2026, 12 days" in answer
    assert "pbx-closed" not in answer


async def test_days_are_counted_in_the_systems_own_zone(world):
    world.clock.set(world.clock.now().replace(hour=23, minute=30))
    answer = await say(world, "/pbx licence @crm", "U0ANA")
    assert "pbx-north.example.net (PBX0005): Pro licence ends 20 Dec 2026, 29 days" in answer


async def test_a_system_that_is_away_does_not_hide_the_other_licences(world):
    world.wires["paris"].die()
    answer = await say(world, "/pbx licence", "U0ANA")
    assert "paris cannot be reached." in answer
    assert "pbx-north" in answer


async def test_only_a_system_that_is_away_is_an_error(world):
    world.wires["paris"].die()
    answer = await say(world, "/pbx licence @paris", "U0ANA")
    assert answer.splitlines()[0] == "paris cannot be reached."


async def test_hosts_are_all_told(world):
    answer = await say(world, "/pbx hosts", "U0ANA")
    assert "pbx-south.example.net (PBX0006): licence without an end, not active" in answer
    assert "pbx-north.example.net" in answer
    assert "simulated-" not in answer


async def test_the_audit_of_a_system_is_told_newest_first(world):
    await world.clock.advance(timedelta(hours=1).total_seconds())
    world.crm.write_audit("updated", 6, comment="moved")
    answer = await say(world, "/pbx audit", "U0ANA")
    assert "Ada Admin: updated pbx3cx\u2060_\u2060host 6" in answer
    assert answer.index("updated") < answer.index("created")


async def test_no_changes_are_told_as_such(world):
    world.crm.audits.clear()
    assert "crm remembers no changes." in await say(world, "/pbx audit @crm", "U0ANA")


async def test_the_own_audit_is_told_with_masked_numbers(world):
    await world.own("U0BO", "104", "paris")
    await say(world, "/dial 01 23 45 67 89")
    answer = await say(world, "/pbx audit own", "U0ANA")
    assert "<@U0BO>: dial ••• 89, done" in answer
    assert "<@U0BO>: originate ••• 89 on paris, accepted" in answer
    assert "0123456789" not in answer


async def test_who_did_something_at_a_terminal_is_no_mention(world):
    noted = {"at": world.clock.now(), "action": "outbox drop", "outcome": "done"}
    for actor, surface in (("WATCH", "terminal"), ("U0CY", "command")):
        await world.runtime.store.write(audit.note, actor=actor, surface=surface, **noted)
    answer = await say(world, "/pbx audit own", "U0ANA")
    assert ", WATCH: outbox drop, done" in answer
    assert ", <@U0CY>: outbox drop, done" in answer
    await world.runtime.store.write(
        audit.note, actor="U0CY", surface="command", system="lyon", **noted
    )
    answer = await say(world, "/pbx audit own @lyon", "U0ANA")
    assert answer.startswith("What people asked Ringback for on lyon, newest first (UTC):")
    assert "WATCH" not in answer


async def test_these_are_for_admins(world):
    for topic in ("licence", "hosts", "audit", "audit own"):
        assert "Only an admin can see" in await say(world, f"/pbx {topic}"), topic
    assert world.wires["crm"].asked == 0


async def test_what_cannot_be_told_is_one_sentence(world):
    sentences = {
        "licence @lyon": "lyon (Axeos PBX) cannot list licences.",
        "hosts @paris": "paris (MiRTA PBX) cannot list hosts.",
        "audit @paris": "paris (MiRTA PBX) cannot show who changed what.",
        "audit everything": "Usage: `/pbx audit",
    }
    for topic, sentence in sentences.items():
        assert sentence in await say(world, f"/pbx {topic}", "U0ANA"), topic

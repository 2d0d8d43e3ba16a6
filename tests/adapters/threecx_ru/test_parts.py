"""Extensions, contacts and the licence in our words, on the simulator."""

from datetime import date

import pytest

from bot.adapters.simulation import Fault
from bot.telephony.contacts import Contact
from bot.telephony.errors import BadCredentials, NotSupported, Refused, UnexpectedReply
from bot.telephony.extensions import RecordingMode
from bot.telephony.hosts import Licence

CALLS = "pbx.callsinfo.get"


def asked(simulator):
    return [seen.path.rpartition("/")[2] for seen in simulator.simulation.requests]


async def test_presence_tells_phone_profile_and_queues(system, simulator):
    simulator.pbx.customer_calls()

    state = await system.presence.fetch_state("101")

    assert (state.registered, state.on_call, state.profile) == (True, True, "Available")
    assert state.queues == ("800",)
    assert state.dnd is None


async def test_the_log_in_to_all_queues_is_a_state_beside_the_single_queues(system, simulator):
    extension = simulator.pbx.extensions["101"]

    await system.client.log_in_everywhere("101", log=False)
    out = await system.presence.fetch_state("101")
    await system.client.log_in_everywhere("101", log=True)
    extension.logged_in.clear()
    back = await system.presence.fetch_state("101")

    assert (out.global_login, out.queues) == (False, ("800",))
    assert (back.global_login, back.queues) == (True, ())


@pytest.mark.parametrize(
    ("word", "global_login"),
    [
        ("LoggedIn", True),
        (True, True),
        ("Logged_Out", False),
        (0, False),
        ("Lunch", None),
        ("", None),
    ],
)
async def test_the_likely_words_for_the_global_log_in_are_known(word, global_login, answered):
    system, _ = answered({"num": "101", "qGlobalStatus": word})

    assert (await system.presence.fetch_state("101")).global_login is global_login


async def test_a_build_without_a_global_log_in_says_nothing_of_it(answered):
    system, _ = answered({"num": "101", "registered": True})

    assert (await system.presence.fetch_state("101")).global_login is None


async def test_who_is_logged_out_of_all_queues_is_rung_by_none(system, simulator):
    simulator.pbx.extensions["101"].global_login = False

    assert (await system.queues.fetch_figures("800")).agents_available == 1
    assert simulator.pbx.customer_calls().ringing == ["0102"]


async def test_an_unknown_word_for_busy_is_unknown(answered):
    system, _ = answered({"num": "101", "status": "Lunch"})

    assert (await system.presence.fetch_state("101")).on_call is None


async def test_an_extension_that_is_not_there_is_refused(system):
    with pytest.raises(Refused, match=r"^moscow knows no extension 999\.$"):
        await system.presence.fetch_state("999")
    with pytest.raises(Refused, match=r"^moscow knows no extension 999\.$"):
        await system.directory.fetch_email("999")


async def test_the_directory_gives_an_address_or_none(system, simulator):
    simulator.pbx.extensions["100"].email = ""

    assert await system.directory.fetch_email("101") == "ana@example.org"
    assert await system.directory.fetch_email("100") is None


async def test_a_profile_is_spelt_as_the_system_spells_it(system, simulator):
    await system.profiles.set_profile("101", "out of OFFICE")

    assert simulator.pbx.extensions["101"].profile == "Out of office"


async def test_a_profile_that_is_not_there_is_refused_by_the_system(system, simulator):
    with pytest.raises(Refused, match="did not set 101 to Siesta: no such extension, or no such"):
        await system.profiles.set_profile("101", "Siesta")

    assert asked(simulator) == ["ext.fwd.set"]


async def test_switches_touch_only_what_is_asked_for(system, simulator):
    options = simulator.pbx.extensions["101"].options

    await system.extension_switches.set_enabled("101", on=False)
    assert options == {"enabled": "off"}

    await system.extension_switches.set_external_calls("101", on=True)
    await system.extension_switches.set_recording("101", RecordingMode.EXTERNAL)
    assert options == {"enabled": "off", "external": "on", "recording": "external"}


async def test_every_recording_mode_on_offer_is_accepted(system):
    for mode in system.extension_switches.recording_modes:
        await system.extension_switches.set_recording("101", mode)


async def test_a_contact_is_added_found_changed_and_deleted(system):
    kim = Contact(first_name="Kim", email="kim@example.org", numbers=(("mobile", "+15550177"),))

    contact_id = await system.contacts.add(kim)
    await system.contacts.edit(contact_id, {"company": "Example Ltd"})
    [found] = await system.contacts.find("(555) 0177")

    assert (found.first_name, found.company, found.email) == (
        "Kim",
        "Example Ltd",
        "kim@example.org",
    )
    assert found.numbers == (("mobile", "+15550177"),)
    await system.contacts.delete(contact_id)
    assert await system.contacts.find("5550177") == []


async def test_an_empty_value_empties_that_field_alone(system, simulator):
    simulator.pbx.contacts["1"] |= {"data5": "pat@example.com", "company": "Acme"}

    await system.contacts.edit("1", {"email": ""})

    [found] = await system.contacts.find("15550100")
    assert (found.first_name, found.company, found.email) == ("Pat", "Acme", "")


async def test_a_national_and_an_international_number_are_the_same_contact(answered):
    system, requests = answered([])

    await system.contacts.find("+33 1 23 45 67 89")
    await system.contacts.find("0177")

    assert [request.url.query for request in requests] == [
        b"num=33123456789&min_len=9",
        b"num=0177&min_len=4",
    ]


async def test_a_withheld_number_is_nobody_and_nothing_is_asked(system, simulator):
    assert await system.contacts.find("anonymous") == []
    assert simulator.simulation.requests == []


async def test_a_kind_of_number_that_the_system_lacks_is_refused_unsent(system, simulator):
    with pytest.raises(Refused, match="has no satellite number here; the kinds are: mobile, "):
        await system.contacts.add(Contact(numbers=(("satellite", "1"),)))
    with pytest.raises(Refused, match="has no satellite number here"):
        await system.contacts.edit("1", {"satellite": "1"})

    assert simulator.simulation.requests == []


async def test_the_licence_has_an_end(system):
    assert await system.licence.fetch_licence() == Licence(
        product="3CX REST API", expires_on=date(2026, 12, 5)
    )


async def test_a_licence_without_an_end_is_none(system, simulator):
    simulator.pbx.licence_expires_on = None

    assert await system.licence.fetch_licence() is None


async def test_a_build_without_a_licence_document_does_not_tell_of_it(system, simulator):
    simulator.pbx.has_licence_document = False

    with pytest.raises(NotSupported, match=r"^moscow does not tell the end of its licence\.$"):
        await system.licence.fetch_licence()
    assert asked(simulator) == ["", "pbx.calls.get"]


async def test_a_wrong_key_is_not_taken_for_a_build_without_a_licence(system, simulator):
    simulator.simulation.order(Fault.REFUSE_KEY, times=2)

    with pytest.raises(BadCredentials):
        await system.licence.fetch_licence()


async def test_an_unreadable_licence_is_not_no_licence(system, simulator):
    simulator.simulation.order(Fault.HTML)

    with pytest.raises(UnexpectedReply):
        await system.licence.fetch_licence()

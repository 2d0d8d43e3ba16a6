"""``/contacts``: found by number, added, changed, and deleted by a button that asks first."""

import re

from support import forging
from support.pressing import actions, asked, forge, press, say

from bot.commands.contacts import SHOWN


async def test_a_contact_is_found_by_number(moscow):
    answer = await say(moscow, "/contacts +1 555 0100")
    assert "Contacts of moscow with +1 555 0100: 1." in answer
    assert "1: Pat Example, mobile " in answer


async def test_a_number_that_nobody_has_is_told(moscow):
    assert "moscow has no contact with the number 999999." in await say(moscow, "/contacts 999999")


async def test_of_many_contacts_only_those_that_are_shown_are_asked_for(moscow):
    for number in range(2, 41):
        moscow.moscow.pbx.contacts[str(number)] = {"firstname": "Kim", "phone": "+15550100"}
    answer = await say(moscow, "/contacts 15550100")
    assert f"Contacts of moscow with 15550100: more than {SHOWN}, the first {SHOWN} are" in answer
    assert len(actions(moscow)) == SHOWN
    assert asked(moscow.moscow.simulation, "contact.get") == SHOWN + 1


async def test_as_many_contacts_as_are_shown_are_all_of_them(moscow):
    for number in range(2, SHOWN + 1):
        moscow.moscow.pbx.contacts[str(number)] = {"firstname": "Kim", "phone": "+15550100"}
    assert f"with 15550100: {SHOWN}." in await say(moscow, "/contacts 15550100")


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


async def test_a_number_has_a_digit(moscow):
    for line in ("/contacts add ( Pat", "/contacts add (- Pat Lane"):
        assert "Usage: `/contacts &lt;number&gt;`" in await say(moscow, line), line
    assert "finds contacts by number only" in await say(moscow, "/contacts (")
    assert moscow.wires["moscow"].asked == 0


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


async def test_what_a_phone_makes_of_what_is_typed_is_read_as_it_was_meant(moscow):
    await say(
        moscow, "/contacts add +7\u00a0495\u00a0123\u201145\u201167 “Mary Ann” Lane “Acme Ltd”"
    )
    assert moscow.moscow.pbx.contacts["2"] == {
        "firstname": "Mary Ann",
        "lastname": "Lane",
        "company": "Acme Ltd",
        "phone": "+74951234567",
    }
    await say(moscow, "/contacts edit 2 company=“Lane & Sons” mobile=+7 (495) 123-45-68 last=“”")
    card = moscow.moscow.pbx.contacts["2"]
    assert (card["company"], card["phone"]) == ("Lane & Sons", "+74951234568")
    assert card["lastname"] == ""
    await say(moscow, "/contacts edit 2 company=OOO «Romashka» mobile=+44 (0)20 7946 0018")
    assert (card["company"], card["phone"]) == ("OOO «Romashka»", "+442079460018")
    await say(moscow, "/contacts add 0123456789 “3 Brothers” «»")
    assert moscow.moscow.pbx.contacts["3"]["firstname"] == "3 Brothers"
    await say(moscow, "/contacts add +39 (0)6 1234 5678 ”Pat Jr” Ex")
    italian = moscow.moscow.pbx.contacts["4"]
    assert (italian["phone"], italian["firstname"]) == ("+390612345678", "Pat Jr")
    assert "Usage: " in await say(moscow, "/contacts add 0123456789 “”")
    assert "Contacts of moscow with +1 555\u20110100: 1." in await say(
        moscow, "/contacts “+1 555\u20110100”"
    )


async def test_what_is_no_number_does_not_become_one(moscow):
    for value in ("abc", "01 23 or 45", "1" * 41, "#support"):
        answer = await say(moscow, f"/contacts edit 1 mobile={value} company=Acme")
        assert re.search("is not a phone number|a channel cannot be mentioned here", answer), value
    assert "finds contacts by number only" in await say(moscow, f"/contacts {'1' * 41}")
    assert moscow.moscow.pbx.contacts["1"]["phone"] == "+15550100"
    assert moscow.wires["moscow"].asked == 0


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


async def test_a_company_that_slack_made_a_link_of_is_kept_as_it_was_typed(moscow):
    text = "add 0123456789 Pat Example <http://Acme.com|Acme.com>"
    await forging.command(moscow, "/contacts", text)
    await moscow.settle()
    assert moscow.moscow.pbx.contacts["2"]["company"] == "Acme.com"

"""A 3CX with the 3cx.ru REST API whose licence document comes and goes."""

from datetime import date


def reminders(world):
    cards = world.workspace.messages("C0SUPPORT")
    return [card.text for card in cards if "Licence of" in card.text]


async def a_day_later(world):
    await world.clock.advance(86400)
    await world.watch("moscow")


async def test_a_day_without_the_licence_document_closes_no_reminder(moscow):
    moscow.moscow.pbx.licence_expires_on = date(2026, 11, 27)
    await moscow.watch("moscow")
    moscow.moscow.pbx.has_licence_document = False
    await a_day_later(moscow)
    assert ["7 days left" in reminder for reminder in reminders(moscow)] == [True]
    moscow.moscow.pbx.has_licence_document = True
    await a_day_later(moscow)
    assert ["7 days left" in reminder for reminder in reminders(moscow)] == [True]


async def test_a_build_that_does_not_tell_its_licence_says_so(moscow):
    moscow.moscow.pbx.has_licence_document = False
    for line in ("/pbx licence @moscow", "/pbx licence"):
        answer = await moscow.slash("U0ANA", "C0SUPPORT", line)
        assert "moscow does not tell the end of its licence." in answer
        assert "moscow: its licence has no end" not in answer

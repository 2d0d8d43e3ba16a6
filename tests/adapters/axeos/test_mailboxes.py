import pytest

from bot.adapters.axeos.simulated_office import KIM_BOX, PAT_BOX
from bot.telephony.errors import Refused
from bot.telephony.voicemail import Mailbox


async def test_every_mailbox_is_listed_with_its_counts(system):
    assert await system.mailboxes.list_mailboxes() == [
        Mailbox(mailbox="101", new=1, old=3),
        Mailbox(mailbox="0102", new=0, old=0),
    ]


async def test_a_mere_user_sees_the_own_mailbox_only(build_system):
    kim = build_system(username="kim", password="kim-password")

    assert [box.mailbox for box in await kim.mailboxes.list_mailboxes()] == ["0102"]


async def test_an_administrator_sees_every_mailbox(build_system):
    pat = build_system(username="pat", password="pat-password")

    assert len(await pat.mailboxes.list_mailboxes()) == 2


async def test_anothers_mailbox_opens_with_its_password_only(build_system):
    kim = build_system(username="kim", password="kim-password").client

    assert (await kim.fetch_voicemail(uuid=KIM_BOX)).mailbox_number == "0102"
    assert (await kim.fetch_voicemail(uuid=PAT_BOX, password="1111")).new_messages == 1
    with pytest.raises(Refused):
        await kim.fetch_voicemail(uuid=PAT_BOX, password="9999")
    with pytest.raises(Refused):
        await kim.fetch_voicemail(uuid=PAT_BOX)


def test_messages_and_their_sound_are_not_offered(system):
    assert system.voicemail is None

"""``/vm``: list, hear, clear; and the card for what came in."""

from datetime import timedelta

import pytest
from support.pressing import forge, press

from bot.adapters.mirta.simulated_pbx import tone


@pytest.fixture
async def box(world):
    """Bo's box 104 holds a message of Pat's and a newer one of Kim's."""
    await world.own("U0BO", "104", "paris")
    world.mirta.pbx.leave_voicemail("104", "0123456789", "Pat", 3)
    await world.clock.advance(60)
    world.mirta.pbx.leave_voicemail("104", "0987654321", "Kim", 2)
    return world


async def bo(world, line):
    return await world.slash("U0BO", "C0SUPPORT", line)


def folders(world):
    return {one.name: one.folder for one in world.mirta.pbx.boxes["104"].messages}


async def test_the_list_has_the_newest_first_and_buttons(box):
    await bo(box, "/vm")
    shown = box.workspace.ephemerals("U0BO")[-1]
    lines = shown.text.splitlines()
    assert lines[0] == "Box 104: 2 new, 0 old."
    assert lines[1].startswith("1. new: Kim, 20 Nov 14:03, 2 s")
    assert lines[2].startswith("2. new: Pat, 20 Nov 14:02, 3 s")
    assert shown.action_ids == ["vm.play", "vm.done", "vm.play", "vm.done"]


async def test_an_empty_box_is_empty(world):
    await world.own("U0BO", "104", "paris")
    assert "Box 104 is empty." in await bo(world, "/vm list")


async def test_the_sound_comes_as_a_file_in_the_persons_direct_messages(box):
    assert "Here is the message." in await bo(box, "/vm play 2")
    (file,) = box.workspace.files_of("U0BO")
    assert file.content == tone(3)
    assert file.title == "Voicemail"
    assert box.workspace.messages("C0SUPPORT") == []
    assert box.workspace.files_of("U0ANA") == []


async def test_who_plays_a_message_elsewhere_is_told_where_it_is(box):
    assert "It is in your direct messages with Ringback." in await bo(box, "/vm play 1")
    direct = box.workspace.dm("U0BO")[-1].channel
    there = await box.slash("U0BO", direct, "/vm play 1")
    assert "Here is the message." in there
    assert "direct messages" not in there
    assert len(box.workspace.files_of("U0BO")) == 2


async def test_no_message_holds_an_address(box):
    await bo(box, "/vm")
    await bo(box, "/vm play 1")
    said = [*box.workspace.ephemerals("U0BO"), *box.workspace.dm("U0BO")]
    assert len(said) == 3
    assert [message.all_text for message in said if "http" in message.all_text] == []


async def test_the_play_button_does_the_same(box):
    await bo(box, "/vm")
    listed = box.workspace.ephemerals("U0BO")[-1]
    await box.workspace.click("U0BO", listed, "vm.play", block_id=None)
    await box.settle()
    (file,) = box.workspace.files_of("U0BO")
    assert file.content == tone(2)


async def test_a_button_of_somebody_elses_message_does_nothing_to_it(box):
    kim = box.mirta.pbx.boxes["104"].messages[-1].message_id
    await box.own("U0CY", "105", "paris")
    await forge(box, "vm.delete", f"paris:{kim}", "U0CY")
    assert folders(box) == {"Pat": "INBOX", "Kim": "INBOX"}


async def test_a_button_of_a_message_that_is_none_is_refused(box):
    for value in ("rome:1", "paris:", "paris"):
        assert "not known here any more" in await forge(box, "vm.play", value), value
    assert "You have no extension on lyon yet." in await forge(box, "vm.play", "lyon:1")


async def test_done_moves_the_message_to_the_old_ones(box):
    assert "Marked as heard." in await bo(box, "/vm done 1")
    assert folders(box) == {"Pat": "INBOX", "Kim": "Old"}
    assert "1 new, 1 old" in await bo(box, "/vm")


async def test_delete_is_for_good_and_only_for_that_one(box):
    assert "Delete Pat, 20 Nov 14:02?" in await bo(box, "/vm delete 2")
    assert folders(box) == {"Pat": "INBOX", "Kim": "INBOX"}
    assert "Deleted." in await press(box, "U0BO", "vm.delete")
    assert folders(box) == {"Kim": "INBOX"}


async def test_a_number_that_means_another_message_by_now_says_which(box):
    assert "Pat, 20 Nov 14:02: Marked as heard." in await bo(box, "/vm done 2")


async def test_a_message_that_went_away_meanwhile_is_told(box):
    await bo(box, "/vm")
    listed = box.workspace.ephemerals("U0BO")[-1]
    newest = box.mirta.pbx.boxes["104"].messages[-1]
    box.mirta.pbx.remove_message("104", newest.message_id)
    await box.workspace.click("U0BO", listed, "vm.play")
    await box.settle()
    answer = box.workspace.ephemerals("U0BO")[-1].text
    assert "paris" in answer
    assert "internal" not in answer
    assert box.workspace.files_of("U0BO") == []


@pytest.mark.parametrize("line", ["/vm play 3", "/vm play 0", "/vm done 9"])
async def test_a_message_that_is_not_there_is_refused(box, line):
    assert "There is no message" in await bo(box, line)
    assert folders(box) == {"Pat": "INBOX", "Kim": "INBOX"}


async def test_what_is_no_number_gets_the_usage(box):
    for line in ("/vm play", "/vm play x", "/vm play ²", "/vm dance"):
        assert "Usage: `/vm`" in await bo(box, line), line


async def test_a_button_of_somebody_elses_box_is_refused(box):
    await box.own("U0ANA", "102", "paris")
    message = box.mirta.pbx.boxes["104"].messages[0]
    box.mirta.pbx.leave_voicemail("102", "0123456789", "Zoe", 4)
    await box.slash("U0ANA", "C0SUPPORT", "/vm")
    listed = box.workspace.ephemerals("U0ANA")[-1]
    forged = str(listed.blocks).replace(box.mirta.pbx.boxes["102"].messages[0].message_id, "x")
    assert message.message_id not in forged
    await box.workspace.click("U0ANA", listed, "vm.play")
    await box.settle()
    (file,) = box.workspace.files_of("U0ANA")
    assert file.content == tone(4)


async def test_a_file_that_slack_refuses_is_told(box):
    box.workspace.order(method="files.completeUploadExternal", fault="error", error="not_allowed")
    answer = await bo(box, "/vm play 1")
    assert "Slack did not take the file" in answer
    assert box.workspace.files_of("U0BO") == []


@pytest.mark.parametrize("fault", ["fail_after", "drop_after", "fail_before"])
async def test_a_file_that_slack_may_have_taken_is_told_as_such(box, fault):
    box.workspace.order(method="files.completeUploadExternal", fault=fault)
    answer = await bo(box, "/vm play 1")
    assert "it may have arrived: look before you ask again" in answer
    assert "did not take" not in answer
    assert len(box.workspace.files_of("U0BO")) == (fault != "fail_before")


@pytest.mark.parametrize("method", ["conversations.open", "files.getUploadURLExternal"])
async def test_a_file_that_was_not_even_shared_may_be_asked_for_again(box, method):
    box.workspace.order(method=method, fault="drop_after")
    assert "Slack did not take the file: please ask again." in await bo(box, "/vm play 1")
    assert box.workspace.files_of("U0BO") == []


@pytest.mark.parametrize(
    "method",
    ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"],
)
async def test_no_file_is_handed_over_before_slack_wants_to_be_asked_again(box, method):
    await box.own("U0ANA", "102", "paris")
    box.mirta.pbx.leave_voicemail("102", "0123456789", "Pat", 3)
    box.workspace.order(method=method, fault="rate_limited", seconds=90)
    told = await bo(box, "/vm play 1")
    await box.clock.advance(60)
    told_next = await box.slash("U0ANA", "C0SUPPORT", "/vm play 1")
    assert [call.method for call in box.workspace.calls].count(method) == 1
    assert "Slack takes no file now: please ask again in 90 s." in told
    assert "Slack takes no file now: please ask again in " in told_next
    await box.clock.advance(30)
    assert "Here is the message." in await bo(box, "/vm play 1")
    assert len(box.workspace.files_of("U0BO")) == 1


async def test_a_system_that_only_counts_says_so(world):
    await world.own("U0BO", "101", "lyon")
    answer = await bo(world, "/vm")
    counts = "Box 101: 1 new, 3 old. lyon (Axeos PBX) shows only counts: listen on your phone."
    assert counts in answer
    assert "lyon (Axeos PBX) cannot play voicemail." in await bo(world, "/vm play 1")
    assert world.workspace.files_of("U0BO") == []


async def test_a_box_with_news_is_one_card_until_all_is_heard(world):
    await world.post("door", world.door.post(_counts(world, 0)))
    await world.post("door", world.door.voicemail_arrives("101"))
    await world.clock.advance(60)
    await world.post("door", world.door.voicemail_arrives("101"))
    (card,) = world.workspace.messages("C0SUPPORT")
    assert "2 new messages" in card.all_text
    await world.clock.advance(60)
    await world.post("door", world.door.post(_counts(world, 0)))
    (card,) = world.workspace.messages("C0SUPPORT")
    assert "All messages were heard" in card.all_text


async def test_a_box_that_nobody_tells_of_is_looked_at(world):
    await world.watch("paris")
    for seconds in (3, 4):
        world.mirta.pbx.leave_voicemail("104", "0123456789", "Pat", seconds)
        world.mirta.pbx.leave_voicemail("102", "0123456789", "Pat", seconds)
        await world.clock.advance(60)
        await world.watch("paris")
    (card,) = world.workspace.messages("C0SUPPORT")
    assert "Voicemail in box 104" in card.all_text
    assert "2 new messages" in card.all_text
    world.mirta.pbx.boxes["104"].messages.clear()
    await world.watch("paris")
    (card,) = world.workspace.messages("C0SUPPORT")
    assert "All messages were heard" in card.all_text


async def test_the_first_counts_of_a_box_are_no_news(world):
    await world.post("door", world.door.voicemail_arrives("101"))
    assert world.workspace.messages("C0SUPPORT") == []


async def test_counts_that_come_late_are_old_news(world):
    await world.post("door", world.door.post(_counts(world, 0, ago=600)))
    await world.post("door", world.door.post(_counts(world, 0, ago=60)))
    await world.post("door", world.door.post(_counts(world, 1, ago=120)))
    assert world.workspace.messages("C0SUPPORT") == []


async def test_counts_of_a_clock_that_was_put_back_for_good_are_news(world):
    await world.post("door", world.door.post(_counts(world, 0)))
    await world.post("door", world.door.post(_counts(world, 1, ago=2 * 60 * 60)))
    assert "1 new message" in world.workspace.find("C0SUPPORT", "Voicemail").text


async def test_counts_after_our_own_clock_was_put_back_are_news(world):
    await world.post("door", world.door.post(_counts(world, 0)))
    world.clock.set(world.clock.now() - timedelta(minutes=30))
    await world.settle()
    await world.post("door", world.door.post(_counts(world, 1)))
    assert "1 new message" in world.workspace.find("C0SUPPORT", "Voicemail").text


def _counts(world, new, ago=0):
    return {
        "event": "voicemail.changed",
        "at": (world.clock.now() - timedelta(seconds=ago)).isoformat(),
        "mailbox": "101",
        "new": new,
        "old": 1,
    }

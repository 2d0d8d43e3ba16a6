"""Sound is known by its bytes: content types are not to be trusted."""

import pytest

from bot.adapters.mirta.simulated_pbx import tone
from bot.telephony.errors import Refused


@pytest.mark.parametrize(
    ("content", "content_type", "ending"),
    [
        (tone(0.1), "audio/wav", "wav"),
        (b"ID3\x04" + b"\x00" * 60, "audio/mpeg", "mp3"),
        (b"\xff\xfb\x90\x00" + b"\x00" * 60, "audio/mpeg", "mp3"),
        (b"OggS" + b"\x00" * 60, "audio/ogg", "ogg"),
        ((b"\xd1" + b"\x07" * 32) * 4, "audio/x-gsm", "gsm"),
    ],
)
async def test_sound_is_recognised_under_a_generic_type(content, content_type, ending, wired):
    system, _ = wired(content, labelled="application/octet-stream")

    audio = await system.voicemail.fetch_audio("102", "1763647500-00000002")

    assert audio.content == content
    assert audio.content_type == content_type
    assert audio.filename == f"voicemail-102-1763647500-00000002.{ending}"


async def test_a_file_name_cannot_leave_its_folder(wired):
    system, _ = wired(tone(0.1))

    audio = await system.recordings.fetch_recording("../../etc/passwd")

    assert "/" not in audio.filename


async def test_a_sentence_labelled_as_sound_is_not_sound(wired):
    system, _ = wired("No id specified", labelled="audio/x-wav")

    with pytest.raises(Refused, match="No id specified"):
        await system.recordings.fetch_recording("x")


async def test_a_call_without_a_recording_is_a_refusal(wired):
    system, _ = wired("")

    with pytest.raises(Refused, match="no sound for the recording"):
        await system.recordings.fetch_recording("srv01-1763643731.48")

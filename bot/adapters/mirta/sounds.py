"""Recognises sound by its first bytes: the content types of proxyapi.php are not to be trusted."""

import re
from typing import Final

from bot.telephony.calls import Audio

_GSM_FRAME: Final = 33

_ENDINGS: Final = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/x-gsm": "gsm",
}


def recognised_type(content: bytes) -> str | None:
    """The media type of WAV, MP3, Ogg or raw GSM bytes, or ``None``."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[:3] == b"ID3" or (content[:1] == b"\xff" and content[1:2] >= b"\xe0"):
        return "audio/mpeg"
    if content[:4] == b"OggS":
        return "audio/ogg"
    if content and len(content) % _GSM_FRAME == 0 and content[0] >> 4 == 0xD:
        return "audio/x-gsm"
    return None


def named_audio(content: bytes, content_type: str, stem: str) -> Audio:
    """``content`` with a file name made from ``stem``, whatever characters that holds."""
    name = re.sub(r"[^\w.-]+", "-", stem, flags=re.ASCII).strip("-.") or "sound"
    ending = _ENDINGS.get(content_type, "bin")
    return Audio(content=content, content_type=content_type, filename=f"{name}.{ending}")

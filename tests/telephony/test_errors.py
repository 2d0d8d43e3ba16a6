"""What an error says may be shown, stored and printed, whatever a phone system put into it."""

import pytest

from bot.telephony.errors import OutcomeUnknown, PhoneSystemError, Refused


@pytest.mark.parametrize("error", [PhoneSystemError, Refused, OutcomeUnknown])
@pytest.mark.parametrize("odd", ["\ud83d", "\x00", "\x1b", "\n", "\u2028", "\xa0"])
def test_what_cannot_be_printed_is_a_blank(error, odd):
    assert f"{error(f'crm refused: a{odd}b.')}" == "crm refused: a b."


def test_letters_of_all_kinds_stay():
    assert str(Refused("crm refused: café, 東京 and 🙂.")) == "crm refused: café, 東京 and 🙂."

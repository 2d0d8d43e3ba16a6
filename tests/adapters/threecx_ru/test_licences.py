"""When the module's licence ends."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.telephony.errors import UnexpectedReply

SAMPLE = Path(__file__).parent / "fixtures" / "09_licence_root.json"


async def test_the_licence_sample_is_read(answered):
    system, _ = answered(json.loads(SAMPLE.read_text())["response"]["body_json"])

    document = await system.client.licence()

    assert (document.product, document.version) == ("3CX REST API", "9.9.9")
    assert document.expires_on == date(2025, 12, 5)
    assert (document.client_licences, document.concurrent_calls) == (50, 16)


@pytest.mark.parametrize("ends", ["2025-12-05", "31.02.2026 00:00:00", "5.12.25", 7])
async def test_a_licence_end_that_is_no_day_is_not_believed(ends, answered):
    system, _ = answered({"product": "3CX REST API", "licenseExpire": ends})

    with pytest.raises(UnexpectedReply):
        await system.client.licence()


@pytest.mark.parametrize("never", ["01.01.0001 00:00:00", "30.12.1899", "", None])
async def test_a_day_before_all_licences_is_no_end(never, answered):
    system, _ = answered({"product": "3CX REST API", "licenseExpire": never})

    assert (await system.client.licence()).expires_on is None

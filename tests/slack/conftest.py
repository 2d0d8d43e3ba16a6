"""A poster, and a Slack that was never asked too fast."""

import pytest
from support.delivery import open_delivery


@pytest.fixture
async def slack(tmp_path):
    async with open_delivery(tmp_path) as made:
        yield made
        assert made.workspace.too_fast == []

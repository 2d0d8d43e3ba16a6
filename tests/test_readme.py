"""What the README promises, held against the code and the tree."""

import re
from pathlib import Path

import pytest

from bot.demo.capabilities import CAPABILITIES
from bot.demo.tables import readme
from bot.telephony.system import PhoneSystem

ROOT = Path(__file__).parent.parent
NOT_PARTS = {"client", "key", "probe", "title", "vendor"}
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")


async def test_the_tables_are_what_the_code_says():
    text = (ROOT / "README.md").read_text()
    assert await readme(text) == text, "run `make tables`"


def test_every_part_of_a_system_is_a_row():
    parts = {field for field in PhoneSystem.__dataclass_fields__ if field not in NOT_PARTS}
    assert {part for _, part in CAPABILITIES} == parts


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_project_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
    assert [target for target in targets if not (ROOT / target).exists()] == []

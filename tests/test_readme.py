"""What the README promises, held against the code and the tree."""

import re
from pathlib import Path

import pytest

from bot.adapters import SETTINGS_MODELS
from bot.demo.capabilities import CAPABILITIES
from bot.demo.settings_tables import sentences, usual
from bot.demo.tables import readme, settings_page
from bot.settings import SystemSettings
from bot.telephony.system import PhoneSystem

ROOT = Path(__file__).parent.parent
NOT_PARTS = {"client", "key", "probe", "title", "vendor"}
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")


async def test_the_tables_are_what_the_code_says():
    text = (ROOT / "README.md").read_text()
    assert await readme(text) == text, "run `make tables`"


def test_the_page_of_the_settings_is_what_the_code_says():
    text = (ROOT / "docs/SETTINGS.md").read_text()
    assert settings_page(text) == text, "run `make tables`"
    for setting in ("public_url", "verify_tls", "allow_premium", "hold_seconds", "continue"):
        assert f"| `{setting}` |" in text


@pytest.mark.parametrize("vendor", SETTINGS_MODELS)
def test_every_setting_of_a_vendor_has_its_sentence(vendor):
    """One that all systems have needs another only where it is something else without it."""
    told, fields = sentences(SETTINGS_MODELS[vendor]), SETTINGS_MODELS[vendor].model_fields
    shared = {name: usual(field) for name, field in SystemSettings.model_fields.items()}
    wanted = {name for name, field in fields.items() if shared.get(name) != usual(field)}
    assert set(told) == wanted


def test_every_part_of_a_system_is_a_row():
    parts = {field for field in PhoneSystem.__dataclass_fields__ if field not in NOT_PARTS}
    assert {part for _, part in CAPABILITIES} == parts


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_project_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text())
    assert [target for target in targets if not (ROOT / target).exists()] == []

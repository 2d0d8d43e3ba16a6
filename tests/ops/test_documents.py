"""What is documented and drawn is what there is."""

import json
import re
from pathlib import Path

import yaml

from bot.settings import RetentionSettings, SystemSettings, WatchingSettings
from webhooks.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy/ringback.service").read_text(encoding="utf-8")
NAME = re.compile(r"ringback_[a-z_]+")


def shown(name):
    """The name as Prometheus has it: counters end in ``_total``."""
    return f"{name}_total" if METRICS[name].counts else name


def test_every_metric_is_documented_with_its_labels():
    rows = dict(re.findall(r"^\| `(ringback_\w+)` \|\s*([^|]*?)\s*\|", GUIDE, re.M))
    expected = {
        shown(name): ", ".join(f"`{label}`" for label in of.labels) for name, of in METRICS.items()
    }
    assert rows == expected


def test_the_dashboard_draws_every_metric_and_no_other():
    board = json.loads((ROOT / "deploy/grafana.json").read_text())
    drawn = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    assert set(NAME.findall(drawn)) == {shown(name) for name in METRICS}


def test_alarms_name_metrics_that_exist():
    assert set(NAME.findall(GUIDE)) <= {shown(name) for name in METRICS}


def test_every_setting_of_upkeep_is_shown_with_its_usual_value():
    for model in (WatchingSettings, RetentionSettings):
        for name, field in model.model_fields.items():
            default = "" if field.default is None else rf"{field.default}\b"
            assert re.search(rf"^{name} = {default}", GUIDE, re.M), name
    assert "silent_minutes" in SystemSettings.model_fields
    assert re.search(r"^silent_minutes = ", GUIDE, re.M)


def test_compose_has_what_the_guide_says():
    compose = yaml.safe_load((ROOT / "deploy/compose.yml").read_text())
    assert set(compose["services"]) == {"ringback", "database"}
    assert compose["services"]["database"]["image"] == "postgres:15"
    used = set(compose["services"]["ringback"]["secrets"])
    assert used | set(compose["services"]["database"]["secrets"]) == set(compose["secrets"])
    assert "ports" not in compose["services"]["database"]


def test_the_unit_lets_what_has_begun_be_finished():
    stop = int(re.search(r"^TimeoutStopSec=(\d+)$", UNIT, re.M).group(1))
    assert stop > 20
    assert "Restart=always" in UNIT


def test_the_unit_lets_the_start_of_the_machine_be_known():
    """Without it no step of the clock while Ringback was stopped could be told from a long stop."""
    assert not re.search(r"^ProcSubset=pid$", UNIT, re.M)

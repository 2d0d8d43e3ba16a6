"""Flows run against a real loopback port, and against nothing else."""

import pytest
import stamina


@pytest.fixture(autouse=True)
def _reads_are_repeated_at_once():
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)

"""The benchmark is no test and nothing times it here; but it must not rot unseen."""

from pathlib import Path

import pytest
from bench import history
from bench.measure_history import LOOKS
from sqlmodel import Session

from storage.engine import open_engines


@pytest.mark.parametrize("name", LOOKS)
def test_every_measured_look_up_is_one_that_there_is(name: str, tmp_path: Path) -> None:
    history.make(tmp_path / "ringback.db", calls=10)
    engines = open_engines(f"sqlite:///{tmp_path}/ringback.db", serving=False)
    with Session(engines.reader) as session:
        LOOKS[name](session, 5)
    engines.dispose()

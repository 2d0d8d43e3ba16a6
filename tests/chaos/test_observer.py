"""What the observer sees in a real PostgreSQL."""

import asyncio
import threading

import psycopg
import pytest
from chaos.ledger import Ledger, read
from chaos.observer import Observer


@pytest.fixture
def kept_row(postgres_url):
    """Somebody took a row, and says nothing more; somebody else waits for it."""
    with psycopg.connect(postgres_url) as keeping, psycopg.connect(postgres_url) as waiting:
        keeping.execute("CREATE TABLE taken (tick int PRIMARY KEY)")
        keeping.commit()
        keeping.execute("INSERT INTO taken VALUES (1)")
        taking = threading.Thread(
            target=waiting.execute, args=("INSERT INTO taken VALUES (1) ON CONFLICT DO NOTHING",)
        )
        taking.start()
        yield keeping
        keeping.rollback()
        taking.join()


async def observed(url, folder):
    """What a ledger holds after somebody was seen waiting, or after nobody was."""
    ledger = Ledger(folder / "ledger")
    looking = asyncio.create_task(Observer(ledger, url).run())
    for _ in range(10):
        await asyncio.sleep(0.2)
        ledger.flush()
        if seen := [entry for entry in read(ledger.path) if entry["what"] == "kept"]:
            break
    looking.cancel()
    ledger.close()
    return [entry["waiting"] for entry in seen]


async def test_a_row_kept_by_somebody_silent_is_seen(kept_row, postgres_url, tmp_path):
    assert await observed(postgres_url, tmp_path) == [1]


async def test_where_nobody_waits_nothing_is_seen(postgres_url, tmp_path):
    assert await observed(postgres_url, tmp_path) == []

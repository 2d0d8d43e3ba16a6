"""The database fails while a command is being carried out; the process lives on."""

import pytest
from sqlmodel import select
from support import forging

from storage import audit
from storage.engine import DatabaseUnusable
from storage.tables import InvocationRow


@pytest.mark.parametrize("failures", [1, 10])
async def test_a_command_that_the_database_failed_half_way_is_answered_and_not_repeated(
    world, monkeypatch, failures
):
    await world.own("U0BO", "104", "paris")
    assert (await forging.command(world, "/dial", "0123456789")).status_code == 200
    write = world.runtime.store.write
    left = iter(range(failures))

    async def fail(unit, *args, **kwargs):
        if unit is audit.complete and next(left, None) is not None:
            raise DatabaseUnusable("gone")
        return await write(unit, *args, **kwargs)

    monkeypatch.setattr(world.runtime.store, "write", fail)
    await world.runtime.carrier.look()
    await world.runtime.carrier.settle()
    monkeypatch.undo()
    assert len(world.mirta.pbx.dialled) == 1
    await world.runtime.carrier.recover()
    await world.settle()
    (answer,) = [message.text for message in world.workspace.dm("U0BO")]
    assert "it may have happened. Look before you ask again." in answer
    assert len(world.mirta.pbx.dialled) == 1
    row = await world.runtime.store.read(lambda session: session.exec(select(InvocationRow)).one())
    assert row.state == "done"

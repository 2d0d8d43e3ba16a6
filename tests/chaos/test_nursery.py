"""Who ends before anybody has looked is known to have ended."""

import asyncio
import signal

from chaos.nursery import watch


async def test_a_process_that_is_gone_already_is_not_alive():
    process = await asyncio.create_subprocess_exec("/bin/true")
    await process.wait()
    child = watch(process.pid)
    assert not child.is_alive
    child.send(signal.SIGKILL)
    await child.wait()

"""Who ends before anybody has looked is known to have ended."""

import subprocess

from chaos.nursery import watch


async def test_a_process_that_is_gone_already_is_not_alive():
    process = subprocess.Popen(["/bin/true"])
    process.wait()
    child = watch(process.pid)
    assert not child.is_alive
    child.send(9)
    await child.wait()

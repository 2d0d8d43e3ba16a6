"""Disks whose fsync takes up to half a second, by a small library in front of the real calls."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("slow_fsync.c")
LONGEST_MILLISECONDS = 500


@dataclass(frozen=True, slots=True)
class SlowDisks:
    """``library`` is ``None`` where nothing can compile it: then no disk is slow."""

    folder: Path
    library: Path | None

    def environment(self, name: str) -> dict[str, str]:
        """What a process needs so that ``slow_down(name)`` concerns it."""
        if self.library is None:
            return {}
        for file in (self._file(name), self._count(name)):
            file.touch()
            file.chmod(0o666)  # PostgreSQL is another user's
        return {"LD_PRELOAD": str(self.library), "SLOW_FSYNC": str(self._file(name))}

    def slow_down(self, name: str) -> None:
        """From now on each fsync of that process may take long."""
        self._file(name).write_text(str(LONGEST_MILLISECONDS))

    def speed_up(self, name: str) -> int:
        """Take the delay away; returns how many times something has waited so far."""
        self._file(name).write_text("")
        return self._count(name).stat().st_size

    def _file(self, name: str) -> Path:
        return self.folder / f"slow-{name}"

    def _count(self, name: str) -> Path:
        return self.folder / f"slow-{name}.count"


def build_slow_disks(folder: Path) -> SlowDisks:
    """Compile the library, where there is a compiler and a linker that lets it in front."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or os.name != "posix":
        return SlowDisks(folder, None)
    library = folder / "slow_fsync.so"
    done = subprocess.run(  # noqa: S603 - a compiler that was found, arguments of our own
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return SlowDisks(folder, library if done.returncode == 0 else None)

"""The program as the version before has it, packed as data: what runs beside the present one in a test.

`python -m tests.bot.version_before`, in a checkout of the last release, packs that one. To be done before the
first new step of the database after a release, and then again after each release with a new step.
"""

from __future__ import annotations

import importlib
import sys
import tarfile
from pathlib import Path
from typing import Final

PACKED: Final = Path(__file__).with_name("version-before.tar.xz")
_ROOT: Final = Path(__file__).parents[2]
_WHAT_RUNS: Final = ("tests.bot.run_replica", "bot.store.postgresql_server")
"""These and all that they import; the second is imported by the first only once it opens such a database."""
_STEPS: Final = "bot/store/migrations"


def unpack(folder: Path) -> Path:
    """Put the program into a folder, in which Python then finds it first; return the folder of its steps."""
    with tarfile.open(PACKED) as archive:
        archive.extractall(folder, filter="data")
    return folder / _STEPS


def _pack() -> None:
    for name in _WHAT_RUNS:
        importlib.import_module(name)
    files = {
        Path(each) for module in list(sys.modules.values()) if (each := getattr(module, "__file__", None))
    }
    ours = {each for each in files if each.is_relative_to(_ROOT) and "site-packages" not in each.parts}
    with tarfile.open(PACKED, "w:xz") as archive:
        for each in sorted({*ours, *(_ROOT / _STEPS).rglob("*.py")}):
            archive.add(each, each.relative_to(_ROOT), filter=_plain)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime, entry.mode = 0, 0o644
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    _pack()

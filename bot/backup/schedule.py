"""Backups by themselves, while the bot answers: in a thread that steps back behind everything else."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.backup.installation import Installation
from bot.backup.making import back_up
from bot.errors import BotError
from index.errors import IndexingError

log = logging.getLogger(__name__)

_NAME: Final = "hotline-{:%Y%m%dT%H%M%SZ}.tar.gz"
_OURS: Final = re.compile(r"hotline-(\d{8}T\d{6}Z)\.tar\.gz")
_UNFINISHED: Final = ".hotline-*.unfinished"
_AGAIN: Final = timedelta(minutes=15)
"""After a backup that failed."""
_NICE: Final = 15


async def keep_backing_up(installation: Installation, folder: Path, every: timedelta, keep: int) -> None:
    """Make a backup whenever the newest one in the folder is older than `every`, until cancelled.

    keep: how many stay, at least 1; older ones of this naming are removed after one that succeeded.
    """
    stop, loop = threading.Event(), asyncio.get_running_loop()
    thread = ThreadPoolExecutor(1, thread_name_prefix="backup", initializer=_step_back)
    try:
        while True:
            await asyncio.sleep(max(0.0, (_next(folder, every) - _now()).total_seconds()))
            if not await loop.run_in_executor(thread, _make, installation, folder, keep, stop):
                await asyncio.sleep(min(_AGAIN, every).total_seconds())
    finally:
        stop.set()
        thread.shutdown()


def backups(folder: Path) -> list[Path]:
    """Return the backups in this folder that were made by themselves, newest first."""
    return sorted((path for path in folder.glob("*") if _OURS.fullmatch(path.name)), reverse=True)


def _make(installation: Installation, folder: Path, keep: int, stop: threading.Event) -> bool:
    begun = time.perf_counter()
    try:
        made = back_up(installation, folder / _NAME.format(_now()), stop)
        for old in backups(folder)[keep:]:
            old.unlink()
        for leftover in folder.glob(_UNFINISHED):  # of a program that was killed
            leftover.unlink()
    except (BotError, IndexingError, OSError) as error:
        if stop.is_set():
            return False
        log.error("backup.failed", extra={"reason": str(error)})
        return False
    seconds = round(time.perf_counter() - begun, 1)
    log.info("backup.made", extra={"bytes": made.bytes, "rows": made.rows, "seconds": seconds})
    return True


def _next(folder: Path, every: timedelta) -> datetime:
    newest = backups(folder)[:1]
    if not newest:
        return _now()
    match = _OURS.fullmatch(newest[0].name)
    assert match is not None
    made = datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    # One from the future is of a clock that was wrong: it must not put off all others.
    return made + every if made <= _now() else _now()


def _step_back() -> None:
    # On Linux a priority is a thread's own.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _now() -> datetime:
    return datetime.now(UTC)

"""The published snapshot on several machines: from one's folder into their common database and out of it.

Everyone answers from a folder of its own, so that a lost database changes nothing about what is in use.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from bot.errors import BotError
from bot.store import Store, StoreError, open_store
from bot.store.publications import Publication
from index.encoders import EncoderSpec
from index.errors import IndexingError
from index.shelf import (
    MANIFEST,
    SnapshotError,
    check_files,
    is_id,
    is_whole,
    live_id,
    locked,
    make_live,
    read_manifest,
    rollback,
    room_for,
    take_over,
)
from index.snapshot import KEEP, check_fits

log = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_EVERY: Final = timedelta(seconds=3)
_LONGEST_PAUSE: Final = timedelta(minutes=1)
_SEEN: Final = ".shared"
"""File of the folder of snapshots: which publication of the database was followed last."""


async def bring(store: Store, folder: Path, spec: EncoderSpec | None) -> str | None:
    """Make what is live in the database live in this folder, if it was not followed before; return its id.

    A snapshot that was published here since then, and did not reach the database, stays live.

    Raises StoreError if the database is lost, SnapshotError if this program cannot use the snapshot, or
    another build is at work here, or the disk is full; the live one then stays.
    """
    published = await store.published()
    if published is None or _mark(published) == _seen(folder):
        return None
    with locked(folder):
        await _fetch(store, folder, published.snapshot, spec)
        is_new = live_id(folder) != published.snapshot
        make_live(folder, published.snapshot, KEEP)
        _note(folder, published)
    return published.snapshot if is_new else None


async def share(store: Store, folder: Path, snapshot_id: str) -> None:
    """Make this snapshot of the folder live in the database, unless it is.

    Raises StoreError if the database is lost, SnapshotError if the snapshot is damaged.
    """
    with locked(folder):
        published = await store.published()
        if published is None or published.snapshot != snapshot_id:
            manifest = read_manifest(folder / snapshot_id)
            check_files(folder / snapshot_id, manifest)
            files = {name: folder / snapshot_id / name for name in (MANIFEST, *manifest["files"])}
            published = await store.publish(snapshot_id, files)
        _note(folder, published)


async def go_back(store: Store, folder: Path) -> str:
    """Make the snapshot before the one that is live in the database live everywhere; return its id.

    Raises SnapshotError if it is neither here nor in the database, StoreError if the database is lost.
    """
    await bring(store, folder, None)
    current = live_id(folder)
    parent = None if current is None else read_manifest(folder / current).get("parent")
    if parent is not None and await store.part(parent, MANIFEST, 0) is not None:
        with locked(folder):
            await _fetch(store, folder, parent, None)
    snapshot_id = rollback(folder)
    await share(store, folder, snapshot_id)
    return snapshot_id


async def keep_following(
    store: Store,
    folder: Path,
    spec: EncoderSpec,
    brought: Callable[[], object],
    every: timedelta = LOOK_EVERY,
) -> None:
    """Bring each snapshot that is published in the database, until cancelled.

    brought: called in a thread after each. What goes wrong is one line in the log until it is right again.
    """
    failures, said = 0, ""
    while True:
        try:
            snapshot = await bring(store, folder, spec)
            if snapshot is not None:
                log.info("snapshot.brought", extra={"snapshot": snapshot})
                await asyncio.to_thread(brought)
            failures, said = 0, ""
        except (StoreError, IndexingError, OSError) as error:
            failures += 1
            # Once is a build that is under way here, or a database that is being restarted.
            if failures > 1 and said != str(error):
                said = str(error)
                log.error("snapshot.delayed", extra={"reason": said})
        pause = min(_LONGEST_PAUSE, every * 2 ** min(failures // 2, 10))
        await asyncio.sleep(pause.total_seconds())


def bring_once(database_url: str, folder: Path, spec: EncoderSpec) -> str | None:
    """Do what `bring` does, with the database opened for it."""
    return _with_store(database_url, lambda store: bring(store, folder, spec))


def catch_up(database_url: str, folder: Path, spec: EncoderSpec) -> None:
    """Do what `bring_once` does, before answers begin; what this program cannot use is a line in the log."""
    try:
        bring_once(database_url, folder, spec)
    except (IndexingError, OSError) as error:
        log.error("snapshot.delayed", extra={"reason": str(error)})


def share_once(database_url: str, folder: Path, snapshot_id: str) -> None:
    """Do what `share` does, with the database opened for it.

    Raises BotError, which says that the snapshot is live here alone.
    """
    try:
        _with_store(database_url, lambda store: share(store, folder, snapshot_id))
    except (StoreError, IndexingError) as error:
        raise BotError(
            f"{snapshot_id} is live on this machine alone: {error}; then run 'hotline build' again"
        ) from None


def go_back_once(database_url: str, folder: Path) -> str:
    """Do what `go_back` does, with the database opened for it."""
    return _with_store(database_url, lambda store: go_back(store, folder))


def _with_store(database_url: str, work: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    async def opened() -> T:
        store = await open_store(database_url)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(opened())


async def _fetch(store: Store, folder: Path, snapshot_id: str, spec: EncoderSpec | None) -> None:
    if not is_id(snapshot_id):
        raise SnapshotError("the database names a snapshot that is none; run 'hotline build'")
    if await asyncio.to_thread(is_whole, folder / snapshot_id):
        check_fits(folder / snapshot_id, spec)
        return
    with room_for(folder, snapshot_id) as room:
        await _write(store, snapshot_id, MANIFEST, room)
        manifest, _ = check_fits(room, spec)
        for name in manifest["files"]:
            if Path(name).name != name:
                raise SnapshotError(f"snapshot {snapshot_id} in the database is damaged; run 'hotline build'")
            await _write(store, snapshot_id, name, room)
        await asyncio.to_thread(take_over, room, snapshot_id)


async def _write(store: Store, snapshot_id: str, name: str, room: Path) -> None:
    number = 0
    with (room / name).open("wb") as target:
        while (content := await store.part(snapshot_id, name, number)) is not None:
            target.write(content)
            number += 1


def _mark(published: Publication) -> str:
    return json.dumps([published.turn, published.snapshot])


def _seen(folder: Path) -> str | None:
    try:
        return (folder / _SEEN).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _note(folder: Path, published: Publication) -> None:
    waiting = folder / f"{_SEEN}.new"
    waiting.write_text(_mark(published), encoding="utf-8")
    waiting.replace(folder / _SEEN)

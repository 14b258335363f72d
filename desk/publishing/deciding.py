"""What a person decides: publish the candidate as it was tried, drop it, or go back to the version before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.sharing import bring, go_back, share
from bot.store import Store, StoreError
from desk.errors import DeskError
from desk.options import DeskOptions
from desk.publishing.record import forget_record, read_record
from index.candidate import drop_candidate, publish_candidate
from index.encoders import EncoderSpec
from index.errors import IndexingError
from index.shelf import is_id, live_id, read_manifest, rollback

PUBLISHED, PUBLISHED_BELOW, WENT_BACK = "version.published", "version.published-below", "version.went-back"
"""What the audit says; the subject is the id of the version."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version that was live once and can be again."""

    id: str
    created: datetime
    counts: dict[str, int]
    """Topics, and passages of each kind."""
    is_live: bool
    is_before: bool
    """Whether going back leads to it."""


def versions(folder: Path) -> list[PublishedVersion]:
    """Return the versions of a folder of snapshots, newest first; what is damaged is left out."""
    if not folder.is_dir():
        return []
    return sorted(_versions(folder), key=lambda each: each.created, reverse=True)


async def publish(
    store: Store, options: DeskOptions, spec: EncoderSpec, candidate: str, by: str, *, below_floor: bool
) -> None:
    """Make the candidate that was prepared live, as it is, here and on all machines that share the database.

    candidate: its id, as the person saw it. below_floor: whether the person takes a missed floor upon
    themselves. by: name of the member, for the audit.

    Raises DeskError, with its sentence, if it is not that candidate any more, if a floor is missed, if
    another version was published meanwhile, or if it is live here and could not be shared.
    """
    folder = options.snapshots
    record = await asyncio.to_thread(read_record, folder)
    if record is None or record.prepared.candidate != candidate:
        raise DeskError(f"there is no candidate '{candidate}' any more", "publish-gone")
    if record.prepared.missed and not below_floor:
        raise DeskError("a floor is missed, and nobody takes that upon themselves", "publish-floor")
    try:
        if options.is_shared:
            await bring(store, folder, spec)
        await asyncio.to_thread(publish_candidate, folder, candidate, record.prepared.instead_of)
    except IndexingError as error:
        raise DeskError(str(error), "publish-not-now") from None
    await asyncio.to_thread(forget_record, folder)
    await store.note(by, PUBLISHED_BELOW if record.prepared.missed else PUBLISHED, candidate)
    if options.is_shared:
        try:
            await share(store, folder, candidate)
        except (StoreError, IndexingError) as error:
            raise DeskError(f"{candidate} is live on this machine alone: {error}", "publish-alone") from None


async def drop(options: DeskOptions) -> None:
    """Remove the candidate, and what is told of it. Raises DeskError while one is being built."""
    try:
        await asyncio.to_thread(drop_candidate, options.snapshots)
    except IndexingError as error:
        raise DeskError(str(error), "publish-not-now") from None
    await asyncio.to_thread(forget_record, options.snapshots)


async def back_to(store: Store, options: DeskOptions, version: str, by: str) -> None:
    """Make the version before the live one live, everywhere. version: its id, as the person saw it.

    Raises DeskError if it is not the one before any more, or cannot be brought.
    """
    folder = options.snapshots
    before = await asyncio.to_thread(_before, folder)
    if before != version:
        raise DeskError(f"'{version}' is not the version before the live one any more", "publish-gone")
    try:
        if options.is_shared:
            await go_back(store, folder)
        else:
            await asyncio.to_thread(rollback, folder)
    except IndexingError as error:
        raise DeskError(str(error), "publish-not-now") from None
    await store.note(by, WENT_BACK, version)


def _versions(folder: Path) -> Iterator[PublishedVersion]:
    live, before = live_id(folder), _before(folder)
    for path in folder.iterdir():
        if not is_id(path.name):
            continue
        try:
            manifest = read_manifest(path)
            created = datetime.fromisoformat(manifest["created"])
            counts = {str(name): int(count) for name, count in manifest["counts"].items()}
        except (IndexingError, KeyError, ValueError, AttributeError):
            continue
        yield PublishedVersion(path.name, created, counts, path.name == live, path.name == before)


def _before(folder: Path) -> str | None:
    try:
        live = live_id(folder)
        parent = None if live is None else read_manifest(folder / live).get("parent")
    except IndexingError:
        return None
    return parent if isinstance(parent, str) and is_id(parent) and (folder / parent).is_dir() else None

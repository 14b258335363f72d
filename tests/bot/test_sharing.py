"""One snapshot on several machines: folders of their own, and PostgreSQL as all that they share."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from bot.sharing import bring, go_back, keep_following, share
from bot.store import Store, StoreError, open_store
from bot.store.publications import KEEP
from bot.store.tables import publication, publication_part
from index.encoders import EncoderSpec
from index.recordings import sound_of
from index.shelf import SnapshotError, live_id
from index.snapshot import build, load
from knowledge.load import load as load_content
from tests import small_content
from tests.bot_api import TOKEN, BotApi
from tests.desk.sounds import sound
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library
from tests.postgresql import Server
from tests.recorded import record

HOTLINE = Path(sys.executable).with_name("hotline")
ENCODER = WordEncoder()
SOON = timedelta(seconds=0.05)


@pytest.fixture(name="url")
def _url(postgresql: Server) -> str:
    return postgresql.new_database()


@pytest.fixture(name="store")
async def _store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    yield store
    await store.close()


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Path:
    return tmp_path / "here"


@pytest.fixture(name="there")
def _there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


def _build(folder: Path, text: str = "Пенсия") -> str:
    return build(small_library(text), ENCODER, folder).snapshot_id


async def test_an_empty_replica_gets_what_was_published_elsewhere(
    store: Store, here: Path, there: Path
) -> None:
    published = _build(here)
    await share(store, here, published)

    brought = await bring(store, there, ENCODER.spec)

    assert brought == published == load(there, ENCODER.spec).id


async def test_without_anything_published_a_folder_stays_as_it_is(store: Store, here: Path) -> None:
    live = _build(here)

    assert await bring(store, here, ENCODER.spec) is None
    assert live_id(here) == live


async def test_what_was_followed_once_is_not_followed_again(store: Store, here: Path, there: Path) -> None:
    await share(store, here, _build(here))
    await bring(store, there, ENCODER.spec)
    own = _build(there, "published here, and not shared yet")

    assert await bring(store, there, ENCODER.spec) is None
    assert live_id(there) == own


async def test_a_replica_gets_the_recordings_too(
    store: Store, here: Path, there: Path, tmp_path: Path
) -> None:
    content, voice = small_content.write(tmp_path / "content"), sound(20)
    record(content, voice)
    await share(store, here, build(load_content(content), ENCODER, here, content=content).snapshot_id)

    await bring(store, there, ENCODER.spec)

    snapshot = load(there, ENCODER.spec)
    page = snapshot.library.topic_by_id["wages"].page
    assert snapshot.sounds is not None
    assert sound_of(snapshot.sounds, page, page.recordings[0]).read() == voice


async def test_going_back_reaches_every_replica(store: Store, here: Path, there: Path) -> None:
    first = _build(here)
    await share(store, here, first)
    await bring(store, there, ENCODER.spec)
    await share(store, here, _build(here, "Другое"))
    await bring(store, there, ENCODER.spec)

    assert await go_back(store, here) == first
    assert await bring(store, there, ENCODER.spec) == first
    assert live_id(there) == first


async def test_a_replica_that_never_had_the_version_before_can_go_back_to_it(
    store: Store, here: Path, there: Path
) -> None:
    first = _build(here)
    await share(store, here, first)
    await share(store, here, _build(here, "Другое"))
    await bring(store, there, ENCODER.spec)

    assert await go_back(store, there) == first
    assert load(there, ENCODER.spec).id == first


async def test_only_the_last_few_stay_in_the_database(store: Store, here: Path) -> None:
    ids = []
    for number in range(KEEP + 2):
        ids.append(_build(here, f"Вариант {number}"))
        await share(store, here, ids[-1])

    def kept(connection: Connection) -> tuple[set[str], set[str]]:
        return (
            set(connection.scalars(select(publication.c.snapshot))),
            set(connection.scalars(select(publication_part.c.snapshot))),
        )

    assert await store._database.read(kept) == (set(ids[-KEEP:]), set(ids[-KEEP:]))


async def test_two_that_publish_at_once_do_it_one_after_the_other(
    url: str, store: Store, here: Path, there: Path, tmp_path: Path
) -> None:
    other = await open_store(url)
    ids = {_build(here), _build(there, "Другое")}

    await asyncio.gather(share(store, here, str(live_id(here))), share(other, there, str(live_id(there))))

    live = await bring(store, tmp_path / "third", ENCODER.spec)
    assert live in ids
    assert load(tmp_path / "third", ENCODER.spec).id == live
    await other.close()


async def test_a_part_that_was_changed_in_the_database_is_never_made_live(
    store: Store, here: Path, there: Path
) -> None:
    first = _build(here)
    await share(store, here, first)
    await bring(store, there, ENCODER.spec)
    await share(store, here, _build(here, "Другое"))
    damage = update(publication_part).where(publication_part.c.file == "library.json").values(content=b"{}")
    await store._database.write(lambda connection: connection.execute(damage) and None)

    with pytest.raises(SnapshotError, match=r"library\.json is not as it was written"):
        await bring(store, there, ENCODER.spec)

    assert load(there, ENCODER.spec).id == first
    assert not any(name.startswith(".building-") for name in os.listdir(there))  # noqa: PTH208


async def test_a_missing_part_is_noticed(store: Store, here: Path, there: Path) -> None:
    await share(store, here, _build(here))
    gone = delete(publication_part).where(publication_part.c.file == "messages.faiss")
    await store._database.write(lambda connection: connection.execute(gone) and None)

    with pytest.raises(SnapshotError, match=r"messages\.faiss is not as it was written"):
        await bring(store, there, ENCODER.spec)


async def test_a_name_that_leads_out_of_the_folder_is_refused(store: Store, here: Path, there: Path) -> None:
    live = _build(here)
    manifest = here / live / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"rows.npz"', '"../rows.npz"'), "utf-8")
    await store.publish(live, {"manifest.json": manifest, "../rows.npz": here / live / "rows.npz"})

    with pytest.raises(SnapshotError, match="damaged"):
        await bring(store, there, ENCODER.spec)

    assert not (there / "rows.npz").exists()


async def test_a_snapshot_of_another_encoder_is_not_fetched(store: Store, here: Path, there: Path) -> None:
    first = _build(here)
    await share(store, here, first)
    await bring(store, there, ENCODER.spec)
    await share(store, here, _build(here, "Другое"))

    with pytest.raises(SnapshotError, match="built with encoder"):
        await bring(store, there, EncoderSpec("another", "1", 64))

    assert live_id(there) == first


async def test_a_damaged_copy_of_ones_own_is_replaced(store: Store, here: Path, there: Path) -> None:
    await share(store, here, _build(here))
    await bring(store, there, ENCODER.spec)
    second = _build(here, "Другое")
    await share(store, here, second)
    (there / second).mkdir()

    await bring(store, there, ENCODER.spec)

    assert load(there, ENCODER.spec).id == second


async def test_a_file_longer_than_one_part_comes_back_as_it_was(
    store: Store, here: Path, there: Path
) -> None:
    text = "Пенсия. " * 100_000
    published = _build(here, text)
    await share(store, here, published)

    def most(connection: Connection) -> int:
        return int(connection.execute(select(func.max(publication_part.c.number))).scalar_one())

    await bring(store, there, ENCODER.spec)

    assert await store._database.read(most) > 2
    assert load(there, ENCODER.spec).library == small_library(text)


async def test_a_lost_database_changes_nothing_and_what_it_has_afterwards_is_followed(
    postgresql: Server, url: str, store: Store, here: Path, there: Path
) -> None:
    first = _build(here)
    await share(store, here, first)
    arrived: asyncio.Queue[str | None] = asyncio.Queue()
    replica = await open_store(url)
    following = asyncio.create_task(
        keep_following(replica, there, ENCODER.spec, lambda: arrived.put_nowait(live_id(there)), SOON)
    )
    try:
        assert await asyncio.wait_for(arrived.get(), 10) == first
        postgresql.stop()
        with suppress(StoreError):
            await store.published()
        assert load(there, ENCODER.spec).id == first
    finally:
        postgresql.start()
    second = _build(here, "Другое")
    await share(store, here, second)

    assert await asyncio.wait_for(arrived.get(), 20) == second
    following.cancel()
    await asyncio.wait([following])
    await replica.close()


# -- real programs


@asynccontextmanager
async def _bot(api: BotApi, folder: Path, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        HOTLINE, "run", cwd=folder, env=_settings(url, api), stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


def _settings(url: str, api: BotApi) -> dict[str, str]:
    return {
        **os.environ,
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_TELEGRAM_TOKEN": TOKEN,
        "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
        "HOTLINE_LISTEN_PORT": "0",
    }


async def _publish(api: BotApi, folder: Path, url: str, *options: str) -> None:
    environment = _settings(url, api) | {"HOTLINE_CONTENT": str(folder / "content")}
    process = await asyncio.create_subprocess_exec(
        HOTLINE,
        "build",
        *options,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()


async def _answered_with(api: BotApi, text: str, *, seconds: float) -> None:
    """Ask again and again until an answer holds this text. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            before = len(api.sent)
            api.write("Мне не платят зарплату", chat=1_000 + before)
            messages = await api.messages(before + 1)
            if text in messages[-1]["text"]:
                return
            await asyncio.sleep(0.5)


@pytest.mark.slow
async def test_what_one_machine_publishes_another_answers_with_within_ten_seconds(
    postgresql: Server, api: BotApi, here: Path, there: Path
) -> None:
    url = postgresql.new_database()
    article = small_content.write(here / "content") / "topics/wages/ru.md"
    await _publish(api, here, url)

    async with _bot(api, there, url) as bot:
        await _answered_with(api, "1 года", seconds=30)
        article.write_text(article.read_text("utf-8").replace("1 года", "3 лет"), "utf-8")
        await _publish(api, here, url)
        await _answered_with(api, "3 лет", seconds=10)
        await _publish(api, here, url, "--rollback")
        await _answered_with(api, "1 года", seconds=10)

    assert bot.returncode == 0
    assert live_id(there / "var/snapshots") == live_id(here / "var/snapshots")

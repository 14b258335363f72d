"""A database that is gone, slow, full, damaged or shared: one sentence, and nothing lost."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.store import Store, StoreError, keep_purging, open_store
from bot.store.address import read_address
from tests.postgresql import Server
from tests.stores import Clock, tables, update

_RECEIVER = """
import asyncio, sys
from bot.store import Received, open_store
async def main(url):
    store = await open_store(url)
    await store.become_receiver()
    number = 0
    while True:
        batch = [Received(each, each % 7, "text") for each in range(number, number + 5)]
        await store.accept_many(batch)
        print(number + 5, flush=True)
        for each in await store.claim(3):
            if each.update_id % 2:
                await store.sending(each.update_id)
        number += 5
asyncio.run(main(sys.argv[1]))
"""


def _receiver(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _RECEIVER, url], stdout=subprocess.PIPE, text=True)


def _killed_receiver(url: str) -> int:
    """Run a receiver until it has said that fifty are accepted, kill it, and return how many it had said."""
    with _receiver(url) as process:
        assert process.stdout is not None
        accepted = 0
        while accepted < 50:
            accepted = int(process.stdout.readline())
        process.kill()
        for row in process.stdout.read().split():
            accepted = int(row)
    return accepted


@pytest.mark.slow
async def test_a_killed_process_has_lost_nothing_that_it_had_accepted(address: str) -> None:
    accepted = _killed_receiver(address)

    store = await open_store(address)
    again = await store.accept_many(update(number) for number in range(accepted))
    waiting = {row[0] for row in (await tables(store))["inbox"]}
    await store.close()
    assert again == frozenset()
    assert waiting >= set(range(accepted))


@pytest.mark.slow
async def test_on_sqlite_what_a_killed_receiver_held_is_free_at_once_and_tells_what_may_have_been_sent(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    _killed_receiver(url)

    store = await open_store(url)
    held = {each.update_id for each in await store.waiting(100)}
    await store.become_receiver()
    free = await store.claim(100)
    await store.close()

    again = [each for each in free if each.attempts > 1]
    assert held.isdisjoint(each.update_id for each in again)
    assert again
    assert all((each.sending_since is not None) == (each.update_id % 2 == 1) for each in again)


@pytest.mark.slow
async def test_a_second_receiver_of_one_sqlite_file_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    with _receiver(url) as process:
        assert process.stdout is not None
        process.stdout.readline()
        store = await open_store(url)

        with pytest.raises(StoreError, match=r"another process receives .* PostgreSQL"):
            await store.become_receiver()
        read_beside = await store.backlog()
        process.kill()
    await store.become_receiver()
    await store.become_receiver()
    await store.close()

    assert read_beside >= 5


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "hotline.db"


@pytest.fixture(name="on_file")
async def _on_file(file: Path, clock: Clock) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{file}", clock=clock)
    yield store
    await store.close()


def _taken_away(file: Path) -> Path:
    aside = file.with_name("aside.db")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(aside)) as target:
        source.backup(target)
    for each in file.parent.glob("hotline.db*"):
        each.unlink()
    return aside


def _bring_back(aside: Path, file: Path) -> None:
    aside.rename(file)


async def test_a_file_that_is_removed_is_an_error_and_used_again_when_it_is_back(
    on_file: Store, file: Path
) -> None:
    await on_file.accept(1, 1, "{}")
    aside = _taken_away(file)

    with pytest.raises(StoreError, match=r"hotline\.db cannot be used"):
        await on_file.accept(2, 2, "{}")
    _bring_back(aside, file)

    assert await on_file.accept(2, 2, "{}")
    assert await on_file.backlog() == 2


async def test_a_file_that_another_process_holds_is_an_error_after_a_while_and_then_works(
    on_file: Store, file: Path
) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    read_meanwhile = await on_file.known(1)
    with pytest.raises(StoreError, match="database is locked"):
        await on_file.accept(1, 1, "{}")
    holder.execute("ROLLBACK")
    holder.close()

    assert read_meanwhile == (None, None)
    assert await on_file.accept(1, 1, "{}")


async def test_a_full_disk_is_an_error_and_keeps_what_was_there(on_file: Store) -> None:
    await on_file.accept(1, 1, "kept")

    await on_file._database.write(
        lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1").fetchall()
    )
    with pytest.raises(StoreError, match="full"):
        await on_file.accept(2, 2, "x" * 1_000_000)

    assert [each.payload for each in await on_file.waiting(10)] == ["kept"]


def test_a_file_that_is_no_database_is_named(file: Path) -> None:
    file.write_bytes(b"not a database " * 1000)

    with pytest.raises(StoreError, match=r"hotline\.db .*not a database"):
        asyncio.run(open_store(f"sqlite:///{file}"))


async def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "hotline.db").mkdir()

    with pytest.raises(StoreError, match=r"hotline\.db cannot be used"):
        await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")


async def test_what_is_forgotten_is_no_longer_in_the_file(on_file: Store, file: Path) -> None:
    secret = "a secret that nobody else would write"
    await on_file.accept(1, 777, secret)
    stored = b"".join(each.read_bytes() for each in file.parent.glob("hotline.db*"))

    await on_file.forget(777)

    left = b"".join(each.read_bytes() for each in file.parent.glob("hotline.db*"))
    assert secret.encode() in stored
    assert secret.encode() not in left


async def test_a_server_that_was_restarted_is_used_again(postgresql: Server, clock: Clock) -> None:
    store = await open_store(postgresql.new_database(), clock=clock)
    await store.accept(1, 1, "{}")
    postgresql.stop()
    try:
        with pytest.raises(StoreError, match=r"127\.0\.0\.1:\d+/hotline\d+ cannot be used"):
            await store.accept(2, 2, "a secret")
    finally:
        postgresql.start()

    assert await store.accept(2, 2, "{}")
    assert await store.backlog() == 2
    await store.close()


async def test_a_server_that_restarts_between_two_writes_is_not_even_noticed(postgresql: Server) -> None:
    store = await open_store(postgresql.new_database())
    await store.accept(1, 1, "{}")
    postgresql.stop()
    postgresql.start()

    assert await store.accept(2, 2, "{}")
    await store.close()


@pytest.mark.slow
async def test_a_server_that_hangs_is_given_up(postgresql: Server) -> None:
    store = await open_store(postgresql.new_database())
    await store.accept(1, 1, "{}")
    postgresql.send(signal.SIGSTOP)
    try:
        failed = await asyncio.gather(*(store.known(chat) for chat in range(50)), return_exceptions=True)
    finally:
        postgresql.send(signal.SIGCONT)

    assert {type(each) for each in failed} == {StoreError}
    assert await store.backlog() == 1
    await store.close()


async def test_purging_outlives_a_lost_database_and_says_so_once(
    on_file: Store, file: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await on_file.keep_subject(1, "patent-get")
    aside = _taken_away(file)
    task = asyncio.create_task(keep_purging(on_file, every=timedelta(milliseconds=5)))
    await asyncio.sleep(0.2)
    _bring_back(aside, file)
    clock.forward(minutes=15)
    while (await tables(on_file))["subject"]:  # noqa: ASYNC110 - nothing tells when a purge has been
        await asyncio.sleep(0.01)
    task.cancel()

    assert [record.getMessage() for record in caplog.records if record.name.startswith("bot.store")].count(
        "store.failed"
    ) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://root:secret@host/db", "mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("secret", "no address"),
        ("postgresql://user:secret@host:port/db", "no address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(url: str, words: str) -> None:
    with pytest.raises(BotError, match=words) as caught:
        read_address(url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_an_address_of_postgresql_is_shown_without_user_and_password(scheme: str) -> None:
    address = read_address(f"{scheme}://user:secret@db.example/hotline?sslmode=require")

    assert (str(address), repr(address)) == ("db.example:5432/hotline",) * 2
    assert dict(address.url.query) == {"ssl": "require"}


async def test_a_server_that_is_not_there_is_one_sentence(postgresql: Server) -> None:
    with pytest.raises(
        StoreError, match=r"127\.0\.0\.1:1/db cannot be used now: ConnectionRefusedError"
    ) as caught:
        await open_store("postgresql://user:secret@127.0.0.1:1/db")

    assert "secret" not in str(caught.value)

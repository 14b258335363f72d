"""Tables of another version than the program: brought forward, shared for a while, or refused."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from bot.store import Store, StoreError, open_store
from bot.store.opening import STEPS
from bot.store.tables import metadata
from tests.bot.store.steps import revisions_of, steps_until, steps_with_later, upgrade
from tests.stores import Clock, Opener, tables, update

NEWEST = revisions_of()[-1]


async def _differences(store: Store) -> list[object]:
    def work(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    return await store._database.read(work)


async def test_all_steps_from_nothing_make_the_tables_that_the_program_uses(store: Store) -> None:
    assert await _differences(store) == []


async def test_a_table_that_lacks_something_would_be_noticed(store: Store) -> None:
    def drop(connection: Connection) -> None:
        connection.exec_driver_sql("DROP INDEX ix_number_seen_at")

    await store._database.write(drop)

    assert await _differences(store) != []


async def test_opening_again_changes_nothing(store: Store, another: Opener) -> None:
    await store.keep_language(1, "uz")
    before = await tables(store)

    again = await another()

    assert await tables(again) == before


@pytest.fixture(name="file")
async def _file(tmp_path: Path, clock: Clock) -> Path:
    """A database of this version with a preference and a message that waits."""
    file = tmp_path / "hotline.db"
    store = await open_store(f"sqlite:///{file}", clock=clock)
    await store.keep_language(1, "uz")
    await store.accept_many([update(1, payload="waits for its answer")])
    await store.close()
    return file


async def test_an_old_database_is_brought_forward_with_all_that_is_in_it(file: Path, tmp_path: Path) -> None:
    await upgrade(f"sqlite:///{file}", steps_with_later(tmp_path / "steps", "9001"))

    store = await open_store(f"sqlite:///{file}")
    after = await tables(store)
    await store.close()
    assert after["preference"] == [(1, "uz", None)]
    assert after["alembic_version"] == [("9001",)]
    assert len(after["inbox"]) == 1


async def test_before_that_it_is_copied_aside_without_messages_that_wait(file: Path, tmp_path: Path) -> None:
    await upgrade(f"sqlite:///{file}", steps_with_later(tmp_path / "steps", "9001"))

    copy = tmp_path / f"hotline.db.before-{NEWEST}"
    reader = sqlite3.connect(copy)
    kept = reader.execute("SELECT chat, language FROM preference").fetchall()
    waiting = reader.execute("SELECT count(*) FROM inbox").fetchone()
    reader.close()
    assert (kept, waiting) == ([(1, "uz")], (0,))
    assert b"waits for its answer" not in copy.read_bytes()
    assert copy.stat().st_mode & 0o077 == 0


async def test_a_database_of_the_first_version_is_brought_to_this_one_and_copied_aside(
    tmp_path: Path,
) -> None:
    file = tmp_path / "hotline.db"
    first = await asyncio.to_thread(steps_until, tmp_path / "steps", "0001")
    await upgrade(f"sqlite:///{file}", first)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO preference VALUES (1, 'uz')")

    store = await open_store(f"sqlite:///{file}")
    differences, known = await _differences(store), await store.known(1)
    await store.close()

    assert (differences, known) == ([], ("uz", None))
    with closing(sqlite3.connect(tmp_path / "hotline.db.before-0001")) as connection:
        assert connection.execute("SELECT * FROM preference").fetchall() == [(1, "uz")]


async def test_the_version_before_this_one_may_start_again_beside_it(file: Path, tmp_path: Path) -> None:
    before = await asyncio.to_thread(steps_until, tmp_path / "steps", revisions_of()[-2])

    await upgrade(f"sqlite:///{file}", before)

    store = await open_store(f"sqlite:///{file}")
    assert (await tables(store))["alembic_version"] == [(NEWEST,)]
    await store.close()


async def test_the_copy_is_deleted_after_seven_days(file: Path, tmp_path: Path, clock: Clock) -> None:
    await upgrade(f"sqlite:///{file}", steps_with_later(tmp_path / "steps", "9001"))
    copy = tmp_path / f"hotline.db.before-{NEWEST}"
    store = await open_store(f"sqlite:///{file}", clock=clock)

    clock.now = clock.now.fromtimestamp(copy.stat().st_mtime, clock.now.tzinfo)
    clock.forward(days=6)
    await store.purge()
    after_six = copy.exists()
    clock.forward(days=2)
    await store.purge()
    await store.close()

    assert (after_six, copy.exists()) == (True, False)


async def test_a_step_that_fails_leaves_the_database_as_it_was(file: Path, tmp_path: Path) -> None:
    steps = steps_with_later(tmp_path / "steps", "9001")
    step = steps / "versions/r9001.py"
    text = step.read_text(encoding="utf-8")
    step.write_text(text + '    op.execute("SELECT * FROM no_such_table")\n', encoding="utf-8")

    with pytest.raises(StoreError, match="no such table"):
        await upgrade(f"sqlite:///{file}", steps)

    store = await open_store(f"sqlite:///{file}")
    differences, known = await _differences(store), await store.known(1)
    await store.close()
    assert (differences, known) == ([], ("uz", None))


async def test_the_version_before_works_beside_the_new_one(file: Path, tmp_path: Path) -> None:
    await upgrade(f"sqlite:///{file}", steps_with_later(tmp_path / "steps", "9001"))

    store = await open_store(f"sqlite:///{file}")
    await store.keep_language(2, "ru")
    known = await store.known(2)
    await store.close()

    assert known == ("ru", None)


async def test_a_version_before_that_is_refused_with_one_sentence(file: Path, tmp_path: Path) -> None:
    await upgrade(f"sqlite:///{file}", steps_with_later(tmp_path / "steps", "9001", "9002"))

    with pytest.raises(StoreError, match=r"newer version of this program .* install that version"):
        await open_store(f"sqlite:///{file}")


async def test_two_that_open_an_empty_database_at_once_both_work(address: str, clock: Clock) -> None:
    stores = await asyncio.gather(*(open_store(address, clock=clock) for _ in range(4)))

    assert [await store.accept(1, 1, "") for store in stores] == [True, False, False, False]
    for store in stores:
        await store.close()


def test_every_step_keeps_the_version_before_at_work_and_none_older() -> None:
    steps = sorted((STEPS / "versions").glob("r*.py"))
    revisions = [step.name[1:5] for step in steps]
    for position, step in enumerate(steps):
        fitting = ", ".join(f'"{each}"' for each in revisions[max(0, position - 1) : position + 1])
        assert f"fits_only({fitting})" in step.read_text(encoding="utf-8"), step.name


def test_the_file_is_for_its_owner_only(file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0


async def test_tables_are_not_made_twice_by_name(store: Store) -> None:
    names = await store._database.read(lambda connection: inspect(connection).get_table_names())

    assert set(names) == {*metadata.tables, "alembic_version"}

"""A whole installation into one file and back, between databases; a bad file changes nothing."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.backup import archive as archives
from bot.backup.archive import BackupError, unpack
from bot.backup.installation import Installation, plain_settings
from bot.backup.making import back_up
from bot.backup.restoring import restore
from bot.backup.schedule import backups, keep_backing_up
from bot.settings import read_settings
from bot.store import Store, StoreError, open_store
from bot.store.tables import metadata
from bot.store.transfer import TABLES
from bot.turn import Feedback
from index.recordings import sound_of
from index.shelf import live_id
from index.snapshot import build, load, rollback
from knowledge.load import load as load_content
from tests import small_content
from tests.bot_api import TOKEN, BotApi
from tests.desk.sounds import sound
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library
from tests.postgresql import Server
from tests.recorded import record
from tests.stores import Table, tables, update

DAY = date(2026, 11, 26)
SECRET = "waits for its answer"
NOT_BACKED_UP = {
    *{"inbox", "number", "subject", "pace", "staff_session", "attempt"},
    *{"publication", "publication_part", "fitting_program", "announcement_delivery"},
    *{"thread", "thread_line", "thread_note", "alive"},
}
"""What waits, what is deleted within two days, what a backup has as files, what is of the tables, and what
/forget must reach wherever it stands."""


def _installation(folder: Path, url: str | None = None) -> Installation:
    address = SecretStr(url or f"sqlite:///{folder / 'hotline.db'}")
    return Installation(address, folder / "snapshots", folder / "content", {"HOTLINE_COST_WRONG": "7.0"})


async def _live_through(store: Store) -> None:
    for chat, language in ((1, "uz"), (-(2**40), "tg")):
        await store.keep_language(chat, language)  # type: ignore[arg-type]
    for number in range(3):
        text = f"Савол {number}: «ғӣқӯҳҷ» \u2028 'x'"
        await store.add_question(text, language="tg", outcome="unknown", script="cyrillic", topics=["wages"])
    await store.add_feedback(Feedback("wages", "first", "helpful", "tg"))
    await store.count(DAY, "outcome", "found", 41)
    await store.accept_many([update(7, payload=SECRET)])
    await store.add_staff("firuza", "publisher", "$argon2id$of-a-password", by="command line")
    await store.set_up_codes("firuza", "KEYOFCODES", 58_000_000)
    await store.settle_questions(["0" * 32], "question.done", "firuza")
    await store.subscribe(1, "uz")
    await store.keep_draft("topics/wages", "tg", "firuza", fields={"title": "Музд"}, base={"title": ""})
    await store.draft_announcement(by="firuza")


def _inhabited(folder: Path, url: str | None = None) -> Installation:
    """Return an installation with two published versions, content, and rows in all tables."""
    installation = _installation(folder, url)

    async def live() -> None:
        store = await open_store(installation.database_url.get_secret_value())
        await _live_through(store)
        await store.close()

    asyncio.run(live())
    for text in ("Пенсия", "Другое"):
        build(small_library(text), WordEncoder(), installation.snapshots)
    (installation.content / "topics").mkdir(parents=True)
    (installation.content / "topics/a.md").write_text("# А\n", encoding="utf-8")
    (installation.content / ".edited").write_text("hidden files belong to it\n", encoding="utf-8")
    return installation


def _rows(installation: Installation) -> dict[str, Table]:
    async def read() -> dict[str, Table]:
        store = await open_store(installation.database_url.get_secret_value())
        found = await tables(store)
        await store.close()
        return {name: sorted((_in_utc(row) for row in rows), key=repr) for name, rows in found.items()}

    return asyncio.run(read())


def _in_utc(row: tuple[object, ...]) -> tuple[object, ...]:
    # PostgreSQL tells the zone of a moment, SQLite does not.
    return tuple(
        value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value
        for value in row
    )


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(name="full")
def _full(tmp_path: Path) -> Installation:
    return _inhabited(tmp_path / "full")


@pytest.fixture(name="empty")
def _empty(tmp_path: Path) -> Installation:
    return _installation(tmp_path / "empty")


@pytest.fixture(name="shipped")
def _shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "as-shipped.md").touch()
    return folder


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "backups/hotline.tar.gz"


def _members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {
            member.name: source.read() for member in tar if (source := tar.extractfile(member)) is not None
        }


def _pack(file: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def _sealed(members: dict[str, bytes]) -> dict[str, bytes]:
    """Return the members with checksums that fit, as somebody who forges a backup would write them."""
    others = {name: content for name, content in members.items() if name != "SHA256SUMS"}
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in others.items()]
    return {**others, "SHA256SUMS": "".join(lines).encode()}


@pytest.mark.parametrize("kinds", ["sqlite sqlite", "sqlite postgresql", "postgresql sqlite"])
def test_all_is_as_it_was_after_a_restore_on_either_database(
    kinds: str, request: pytest.FixtureRequest, tmp_path: Path, file: Path, shipped: Path
) -> None:
    def url(kind: str) -> str | None:
        if kind == "sqlite":
            return None
        server: Server = request.getfixturevalue("postgresql")
        return server.new_database()

    old, new = (url(kind) for kind in kinds.split())
    full, empty = _inhabited(tmp_path / "full", old), _installation(tmp_path / "empty", new)
    made = back_up(full, file)

    restored = restore(file, empty, shipped_content=shipped)

    before, after = _rows(full), _rows(empty)
    assert {name: after[name] for name in TABLES} == {name: before[name] for name in TABLES}
    assert all(before[name] for name in TABLES)
    assert _files(empty.content) == _files(full.content)
    assert restored.live == live_id(empty.snapshots) == live_id(full.snapshots)
    assert load(empty.snapshots, WordEncoder().spec).library == small_library("Другое")
    assert rollback(empty.snapshots) == made.snapshots[1]
    assert (made.rows, restored.rows) == (16, 16)


def test_recordings_come_back_with_their_version_and_their_article(
    tmp_path: Path, file: Path, empty: Installation, shipped: Path
) -> None:
    full, voice = _installation(tmp_path / "full"), sound(1)
    attached = record(small_content.write(full.content), voice)
    build(load_content(full.content), WordEncoder(), full.snapshots, content=full.content)
    back_up(full, file)

    restore(file, empty, shipped_content=shipped)

    snapshot = load(empty.snapshots, WordEncoder().spec)
    page = snapshot.library.topic_by_id["wages"].page
    assert snapshot.sounds is not None
    assert sound_of(snapshot.sounds, page, page.recordings[0]).read() == voice
    assert (empty.content / attached.relative_to(full.content)).read_bytes() == voice


def test_messages_that_wait_and_secrets_are_in_no_backup(full: Installation, file: Path) -> None:
    back_up(full, file)

    everything = b"".join(_members(file).values())
    assert SECRET.encode() not in everything
    assert full.database_url.get_secret_value().encode() not in everything
    assert {name.split("/")[1] for name in _members(file) if name.startswith("database/")} == set(TABLES)


def test_every_table_is_either_backed_up_or_left_out_for_a_reason() -> None:
    assert set(metadata.tables) - set(TABLES) == NOT_BACKED_UP


def test_settings_are_without_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_TELEGRAM_TOKEN", "1:SECRET")
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql://me:SECRET@host/db")
    monkeypatch.setenv("HOTLINE_TELEGRAM_BASE_URL", "https://me:SECRET@host/bot")
    monkeypatch.setenv("HOTLINE_COST_WRONG", "7")

    plain = plain_settings(read_settings(env_file=tmp_path / "none"))

    assert plain == {"HOTLINE_COST_WRONG": "7.0"}


def test_settings_of_the_backup_that_differ_are_told(full: Installation, file: Path, tmp_path: Path) -> None:
    back_up(full, file)
    other = Installation(
        SecretStr(f"sqlite:///{tmp_path / 'new.db'}"), tmp_path / "new", tmp_path / "new-content", {}
    )

    restored = restore(file, other, shipped_content=tmp_path)

    assert restored.settings == {"HOTLINE_COST_WRONG": "7.0"}


def test_its_checksums_are_those_that_sha256sum_checks(
    full: Installation, file: Path, tmp_path: Path
) -> None:
    back_up(full, file)
    room = tmp_path / "room"
    room.mkdir()
    subprocess.run(["tar", "xzf", file], cwd=room, check=True)

    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=room, capture_output=True, check=False
    )

    assert checked.returncode == 0, checked.stderr


def test_a_backup_is_for_its_owner_only(full: Installation, file: Path) -> None:
    back_up(full, file)

    assert file.stat().st_mode & 0o077 == 0


# -- restoring over something


def _holding(empty: Installation, what: str) -> None:
    if what == "rows":

        async def write() -> None:
            store = await open_store(empty.database_url.get_secret_value())
            await store.keep_language(99, "ru")
            await store.close()

        asyncio.run(write())
    elif what == "version":
        build(small_library("of its own"), WordEncoder(), empty.snapshots)
    else:
        empty.content.mkdir(parents=True)
        (empty.content / "own.md").touch()


@pytest.mark.parametrize(
    ("what", "said"), [("rows", "1 rows"), ("version", "a published version"), ("content", "other content")]
)
def test_what_is_there_is_named_and_not_overwritten_without_force(
    what: str, said: str, full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    _holding(empty, what)
    files, rows = _files(empty.content), _rows(empty)

    with pytest.raises(BackupError, match=rf"nothing was restored, .*{said}.*--force"):
        restore(file, empty, shipped_content=shipped)

    assert (_files(empty.content), _rows(empty)) == (files, rows)
    assert not list(empty.snapshots.glob(".restoring-*"))

    restore(file, empty, shipped_content=shipped, force=True)

    assert _rows(empty)["preference"] == _rows(full)["preference"]
    assert _files(empty.content) == _files(full.content)
    assert live_id(empty.snapshots) == live_id(full.snapshots)


def test_content_as_it_was_shipped_is_nobodys_work(
    full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    empty.content.mkdir(parents=True)
    (empty.content / "as-shipped.md").touch()

    restore(file, empty, shipped_content=shipped)

    assert _files(empty.content) == _files(full.content)


def test_nothing_is_restored_under_a_running_bot(full: Installation, file: Path, shipped: Path) -> None:
    back_up(full, file)

    async def running() -> None:
        store = await open_store(full.database_url.get_secret_value())
        await store.become_receiver()
        with pytest.raises(StoreError, match="another process receives"):
            await asyncio.to_thread(restore, file, full, shipped_content=shipped, force=True)
        await store.close()

    asyncio.run(running())


# -- archives that are not as they should be


def _unharmed(empty: Installation) -> bool:
    return not _files(empty.content) and live_id(empty.snapshots) is None and not _rows(empty)["preference"]


@pytest.mark.parametrize("part", ["about.json", "database/", "snapshots/", "content/", "settings.env"])
def test_a_changed_or_missing_file_is_found_before_anything_changes(
    part: str, full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    members = _members(file)
    name = next(each for each in members if each.startswith(part))

    _pack(file, {**members, name: members[name] + b" "})
    with pytest.raises(BackupError, match="is not as it was written; nothing was changed"):
        restore(file, empty, shipped_content=shipped)
    _pack(file, {each: content for each, content in members.items() if each != name})
    with pytest.raises(BackupError, match=r"is missing|is no backup"):
        restore(file, empty, shipped_content=shipped)

    assert _unharmed(empty)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_cut_archive_changes_nothing(
    share: float, full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * share)])

    with pytest.raises(BackupError, match="damaged"):
        restore(file, empty, shipped_content=shipped)

    assert _unharmed(empty)


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "/tmp/hotline-outside",
        "content/../../outside",
        "content/./a",
        "content//a",
        "a\\b",
        "a\nb",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(
    name: str, full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    _pack(file, _sealed({**_members(file), name: b"x"}))

    with pytest.raises(BackupError, match="something that no backup has"):
        restore(file, empty, shipped_content=shipped)

    assert _unharmed(empty)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_nothing_but_plain_files_comes_out_of_an_archive(
    kind: bytes, full: Installation, empty: Installation, file: Path, shipped: Path, tmp_path: Path
) -> None:
    back_up(full, file)
    members = _members(file)
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            if name == "settings.env":
                link = tarfile.TarInfo("content/link")
                link.type, link.linkname = kind, str(tmp_path)
                tar.addfile(link)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

    with pytest.raises(BackupError, match="something that no backup has"):
        restore(file, empty, shipped_content=shipped)

    assert _unharmed(empty)


def test_an_archive_of_a_newer_format_is_refused_with_both_numbers(
    full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    members = _members(file)
    about = json.loads(members["about.json"]) | {"format": archives.FORMAT + 1}
    _pack(file, _sealed({**members, "about.json": json.dumps(about).encode()}))

    with pytest.raises(BackupError, match=r"format 2, this program reads up to 1; install the version"):
        restore(file, empty, shipped_content=shipped)

    assert _unharmed(empty)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("preference", '{"chat": 1, "language": "tg", "new": 1}'),
        ("preference", '{"chat": "1", "language": "tg"}'),
        ("preference", '{"chat": 1}'),
        ("daily_count", '{"day": "yesterday", "kind": "a", "key": "b", "times": 1}'),
        ("preference", "[]"),
        ("preference", "{"),
        ("invented", "{}"),
        ("inbox", "{}"),
    ],
)
def test_rows_that_this_program_does_not_know_change_nothing(
    table: str, row: str, full: Installation, empty: Installation, file: Path, shipped: Path
) -> None:
    back_up(full, file)
    _pack(file, _sealed({**_members(file), f"database/{table}/000000.jsonl": row.encode()}))

    with pytest.raises((BackupError, StoreError)):
        restore(file, empty, shipped_content=shipped)

    assert _unharmed(empty)


@given(content=st.binary(max_size=2_000))
def test_whatever_a_file_holds_is_refused_with_one_sentence(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "room").mkdir()
    for number, each in enumerate((content, gzip.compress(content))):
        (folder / str(number)).write_bytes(each)

        with pytest.raises(BackupError):
            unpack(folder / str(number), folder / "room")


# -- when something goes wrong while backing up


@pytest.fixture(name="no_room")
def _no_room() -> Iterator[Callable[[], None]]:
    """Lets no file of this process grow beyond 400 kB, from its call on."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails as on a full disk
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_without_room_on_the_disk_the_earlier_backup_stays(
    full: Installation, file: Path, no_room: Callable[[], None]
) -> None:
    back_up(full, file)
    before = file.read_bytes()
    (full.content / "noise").write_bytes(os.urandom(2_000_000))
    no_room()

    with pytest.raises(BackupError, match=r"cannot be written \(File too large\).*make room"):
        back_up(full, file)

    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]  # noqa: PTH208


def test_a_damaged_version_is_left_out_and_named(full: Installation, file: Path) -> None:
    live = str(live_id(full.snapshots))
    (full.snapshots / live / "library.json").write_text("{}", encoding="utf-8")

    made = back_up(full, file)

    assert (made.left_out, len(made.snapshots)) == ((live,), 1)
    assert made.snapshots[0] != live


def test_an_installation_with_nothing_published_can_be_backed_up_and_restored(
    tmp_path: Path, file: Path, shipped: Path
) -> None:
    bare = _installation(tmp_path / "bare")

    back_up(bare, file)
    restored = restore(file, bare, shipped_content=shipped)

    assert (restored.live, restored.rows, restored.files) == (None, 0, 0)


# -- by themselves


async def test_backups_are_made_in_time_and_only_the_last_ones_stay(tmp_path: Path) -> None:
    installation, folder = _installation(tmp_path / "bare"), tmp_path / "backups"
    folder.mkdir()
    mine = folder / "hotline-kept-by-hand.tar.gz"
    for name in ("hotline-20200101T000000Z.tar.gz", "hotline-20200102T000000Z.tar.gz", mine.name):
        (folder / name).touch()

    backing_up = asyncio.create_task(keep_backing_up(installation, folder, timedelta(hours=1), keep=2))
    await _until(lambda: not (folder / "hotline-20200101T000000Z.tar.gz").exists())
    await asyncio.sleep(0.2)
    backing_up.cancel()
    await asyncio.wait([backing_up])

    assert mine.exists()
    assert len(backups(folder)) == 2  # the next is due in an hour
    unpack(backups(folder)[0], _made(tmp_path / "room"))


async def test_a_backup_from_the_future_does_not_put_off_the_next(tmp_path: Path) -> None:
    installation, folder = _installation(tmp_path / "bare"), tmp_path / "backups"
    _made(folder)
    (folder / "hotline-21000101T000000Z.tar.gz").touch()

    backing_up = asyncio.create_task(keep_backing_up(installation, folder, timedelta(hours=1), keep=5))
    await _until(lambda: len(backups(folder)) == 2)
    backing_up.cancel()
    await asyncio.wait([backing_up])

    assert len(backups(folder)) == 2


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - files tell of no news
            await asyncio.sleep(0.05)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_the_commands_back_up_and_restore_answers_and_all(small_snapshots: Path, tmp_path: Path) -> None:
    old = {**os.environ, "HOTLINE_SNAPSHOTS": str(small_snapshots), "HOTLINE_TELEGRAM_TOKEN": "1:SECRET"}
    _made(tmp_path / "old"), _made(tmp_path / "new")
    hotline = Path(sys.executable).with_name("hotline")

    def run(folder: str, *arguments: str) -> str:
        environment = old if folder == "old" else dict(os.environ)
        done = subprocess.run(
            [hotline, *arguments], cwd=tmp_path / folder, env=environment, capture_output=True, check=True
        )
        return done.stdout.decode()

    run("old", "backup", "../hotline.tar.gz")
    said = run("new", "restore", "../hotline.tar.gz")
    answers = [run(folder, "ask", "Мне не платят зарплату") for folder in ("old", "new")]

    assert f"live: {live_id(small_snapshots)}" in said
    assert answers[0] == answers[1]
    assert "жалуйтесь в инспекцию труда" in answers[1]


@pytest.mark.slow
async def test_the_running_bot_backs_itself_up_and_stops_in_the_midst_of_it(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    content = _made(tmp_path / "content")
    await asyncio.to_thread((content / "noise").write_bytes, os.urandom(200_000_000))
    settings = {
        "HOTLINE_SNAPSHOTS": str(small_snapshots),
        "HOTLINE_CONTENT": str(content),
        "HOTLINE_TELEGRAM_TOKEN": TOKEN,
        "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
        "HOTLINE_LISTEN_PORT": "0",
        "HOTLINE_BACKUP_EVERY": "24",
    }
    folder = tmp_path / "var/backups"

    for wanted in ("*.unfinished", "*.tar.gz"):
        process = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("hotline"),
            "run",
            cwd=tmp_path,
            env={**os.environ, **settings},
            stdout=asyncio.subprocess.DEVNULL,
        )
        await api.until(lambda: "getUpdates" in api.calls)
        await _until(lambda wanted=wanted: any(folder.glob(wanted)))  # type: ignore[misc]
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert not await asyncio.to_thread(lambda: list(folder.glob("*.unfinished")))
        await asyncio.to_thread((content / "noise").write_bytes, b"")

    assert len(backups(folder)) == 1

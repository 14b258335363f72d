"""Every save is a version, nobody overwrites anybody, and nothing is lost, whenever it is cut off."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.errors import DeskError
from desk.history import BY_HAND, Conflict, History, Saved, open_history, start_history
from desk.repository import file_version, repository
from knowledge.errors import ContentError
from knowledge.load import load
from knowledge.upgrade import upgrade
from tests import small_content

DUSHANBE = timezone(timedelta(hours=5))
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=DUSHANBE)
ARTICLE = "topics/wages/ru.md"


@pytest.fixture(name="content")
def _content(tmp_path: Path) -> Path:
    return small_content.write(tmp_path / "content")


@pytest.fixture(name="history")
def _history(content: Path) -> History:
    return start_history(content, lambda: NOON)


def save(
    history: History, changes: Mapping[str, bytes | None], author: str = "Мадина", message: str = "fee"
) -> Saved | Conflict:
    started_from = {path: history.file_version(path) for path in changes}
    return history.save(changes, started_from=started_from, author=author, message=message)


def files(folder: Path) -> dict[str, bytes]:
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file() and not each.relative_to(folder).parts[0].startswith(".")
    }


def git(folder: Path, *words: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("there is no git program to compare with")
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_a_save_is_one_version_with_who_when_and_why(history: History, content: Path) -> None:
    before = files(content)

    saved = save(history, {ARTICLE: b"new", "topics/wages/tg.md": None, "new/folder.txt": b"\r\n\xff"})

    assert isinstance(saved, Saved)
    assert (
        files(content) == {**before, ARTICLE: b"new", "new/folder.txt": b"\r\n\xff"} | {} if False else True
    )
    expected = {**before, ARTICLE: b"new", "new/folder.txt": b"\r\n\xff"}
    del expected["topics/wages/tg.md"]
    assert files(content) == expected
    newest, first = history.log()
    assert (newest.id, newest.author, newest.when, newest.message) == (saved.version, "Мадина", NOON, "fee")
    assert (first.author, first.message) == (BY_HAND, BY_HAND)
    assert history.at(newest.id) == expected
    assert history.at(first.id) == before


def test_the_versions_of_one_file_or_folder_are_its_own(history: History) -> None:
    save(history, {ARTICLE: b"1"}, message="one")
    save(history, {"contacts.yaml": b"2"}, message="two")
    save(history, {"topics/wages/tg.md": b"3"}, message="three")

    assert [each.message for each in history.log(ARTICLE)] == ["one", BY_HAND]
    assert [each.message for each in history.log("topics/wages")] == ["three", "one", BY_HAND]
    assert [each.message for each in history.log(limit=1)] == ["three"]
    assert history.log("nothing/here") == []


def test_a_version_says_what_it_changed(history: History) -> None:
    before = history.read(ARTICLE)
    assert before is not None
    saved = save(history, {ARTICLE: before.replace("1 года".encode(), "2 лет".encode()), "x.txt": b"x"})
    assert isinstance(saved, Saved)
    assert saved.version

    article, new = history.differences(saved.version)

    assert (article.path, article.before, new.path, new.before, new.after) == (
        ARTICLE,
        before,
        "x.txt",
        None,
        b"x",
    )
    assert sorted(row[0] for row in article.lines() if "течение" in row) == ["+", "+", "-", "-"]
    assert history.differences(saved.version, "topics/registration") == []


def test_going_back_is_a_version_of_its_own_and_loses_nothing(history: History, content: Path) -> None:
    first = history.log()[0].id
    before = history.at(first, "topics/wages")
    save(history, {ARTICLE: b"new", "topics/wages/uz.md": None, "topics/wages/note.txt": b"n"})
    (content / ARTICLE).write_bytes(b"by hand")

    restored = history.restore("topics/wages", first, author="Мадина", message="back")

    assert history.at(str(restored.version), "topics/wages") == before
    assert {path: history.read(path) for path in before} == before
    assert history.read("topics/wages/note.txt") is None
    assert [each.message for each in history.log()] == ["back", BY_HAND, "fee", BY_HAND]
    assert history.at(history.log()[1].id, ARTICLE) == {ARTICLE: b"by hand"}


def test_the_second_editor_gets_both_texts_and_overwrites_nothing(history: History, content: Path) -> None:
    opened = {ARTICLE: history.file_version(ARTICLE), "contacts.yaml": history.file_version("contacts.yaml")}
    before = history.read(ARTICLE)
    history.save({ARTICLE: b"first"}, started_from=opened, author="A", message="a")
    state = files(content)

    second = history.save(
        {ARTICLE: b"second", "contacts.yaml": b"c"}, started_from=opened, author="B", message="b"
    )

    assert isinstance(second, Conflict)
    [clash] = second.clashes
    assert (clash.path, clash.before, clash.mine, clash.theirs) == (ARTICLE, before, b"second", b"first")
    assert files(content) == state
    assert [each.author for each in history.log()] == ["A", BY_HAND]


def test_both_editors_writing_the_same_is_no_conflict(history: History) -> None:
    opened = {ARTICLE: history.file_version(ARTICLE)}

    history.save({ARTICLE: b"same"}, started_from=opened, author="A", message="a")
    second = history.save({ARTICLE: b"same"}, started_from=opened, author="B", message="b")

    assert second == Saved(None)


def test_an_edit_by_hand_is_a_conflict_too_and_becomes_a_version(history: History, content: Path) -> None:
    opened = {ARTICLE: history.file_version(ARTICLE)}
    (content / ARTICLE).write_bytes(b"by hand")

    got = history.save({ARTICLE: b"desk"}, started_from=opened, author="A", message="a")

    assert isinstance(got, Conflict)
    assert got.clashes[0].theirs == b"by hand"
    assert history.at(history.log(ARTICLE)[0].id, ARTICLE) == {ARTICLE: b"by hand"}
    assert history.log(ARTICLE)[0].author == BY_HAND


def test_a_new_file_that_is_there_already_is_a_conflict(history: History) -> None:
    got = history.save({ARTICLE: b"x"}, started_from={}, author="A", message="a")

    assert isinstance(got, Conflict)
    assert got.clashes[0].before is None


def test_edits_by_hand_are_recorded_at_the_next_opening(history: History, content: Path) -> None:
    (content / ARTICLE).write_bytes(b"by hand")
    (content / "contacts.yaml").unlink()
    (content / "topics/wages/ru.md~").write_bytes(b"left by an editor")
    (content / "new-version").mkdir()
    (content / "new-version/x").write_bytes(b"waits for a person")

    open_history(content, lambda: NOON)
    open_history(content, lambda: NOON)

    assert [each.message for each in history.log()] == [BY_HAND, BY_HAND]
    changed = {each.path: each.after for each in history.differences(history.log()[0].id)}
    assert changed == {ARTICLE: b"by hand", "contacts.yaml": None}


def test_a_folder_without_git_works_too_without_versions(content: Path) -> None:
    history = open_history(content, lambda: NOON)
    opened = {ARTICLE: history.file_version(ARTICLE)}

    saved = history.save({ARTICLE: b"first"}, started_from=opened, author="A", message="a")
    second = history.save({ARTICLE: b"second"}, started_from=opened, author="B", message="b")

    assert saved == Saved(None)
    assert history.read(ARTICLE) == b"first"
    assert isinstance(second, Conflict)
    assert (history.log(), history.has_versions, (content / ".git").exists()) == ([], False, False)
    with pytest.raises(DeskError, match="has no history"):
        history.restore(ARTICLE, "0" * 40, author="A", message="a")


def test_the_repository_around_the_folder_is_not_the_folders(tmp_path: Path, content: Path) -> None:
    start_history(tmp_path, lambda: NOON)

    assert not open_history(content, lambda: NOON).has_versions


def test_cut_off_at_any_file_operation_the_next_opening_has_all_of_it_or_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.desk.cut_off_saves", str(tmp_path)], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    places, nothing, everything = map(int, done.stdout.split())
    assert places > 30
    assert nothing > 5
    assert everything > 5


def test_an_edit_by_hand_between_the_cut_and_the_next_opening_is_kept(
    history: History, content: Path
) -> None:
    changes = {ARTICLE: b"new", "contacts.yaml": b"c"}
    with repository(content) as known:
        known.set_pending(known.prepare(changes, "Мадина", "fee", NOON))
    (content / ARTICLE).write_bytes(b"by hand")

    reopened = open_history(content, lambda: NOON)

    assert (reopened.read(ARTICLE), reopened.read("contacts.yaml")) == (b"by hand", b"c")
    assert [each.author for each in reopened.log()] == [BY_HAND, "Мадина", BY_HAND]
    assert reopened.at(reopened.log()[1].id, ARTICLE) == {ARTICLE: b"new"}


def _count(content: Path, times: int) -> None:
    history = open_history(content, lambda: NOON)
    for _ in range(times):
        while True:
            raw = history.read("count.txt") or b"0"
            started_from = {"count.txt": file_version(raw) if raw != b"0" else None}
            changes = {"count.txt": b"%d" % (int(raw) + 1)}
            got = history.save(
                changes, started_from=started_from, author=f"{os.getpid()}", message="one more"
            )
            if isinstance(got, Saved) and got.version:
                break


def test_two_processes_and_two_threads_at_once_lose_no_save(history: History, content: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers: list[BaseProcess | threading.Thread] = [
        context.Process(target=_count, args=(content, 10)) for _ in range(2)
    ]
    workers += [threading.Thread(target=_count, args=(content, 10)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert history.read("count.txt") == b"40"
    assert [each.message for each in history.log(limit=100)] == ["one more"] * 40 + [BY_HAND]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(raw=st.binary(), author=st.text(), message=st.text())
def test_any_bytes_any_name_and_any_message_are_kept(
    history: History, raw: bytes, author: str, message: str
) -> None:
    saved = save(history, {"any.bin": raw}, author, message)

    assert history.read("any.bin") == raw
    assert isinstance(saved, Saved)
    if saved.version:
        assert history.at(saved.version, "any.bin") == {"any.bin": raw}
        newest = history.log()[0]
        assert newest.author == (" ".join(author.translate({60: None, 62: None, 0: None}).split()) or "?")


@pytest.mark.parametrize("path", ["../x", ".git/config", "/x", "topics/../../x"])
def test_no_save_leaves_the_folder(history: History, path: str) -> None:
    with pytest.raises(ContentError, match="is no file of the content folder"):
        history.save({path: b"x", ARTICLE: b"x"}, started_from={}, author="A", message="a")

    assert len(history.log()) == 1


def test_a_version_that_is_not_there_is_named(history: History) -> None:
    for version in ("0" * 40, "nonsense", "../../x"):
        with pytest.raises(DeskError, match="there is no version"):
            history.at(version)
    with pytest.raises(DeskError, match=r"has no 'nothing\.md'"):
        history.restore("nothing.md", history.log()[0].id, author="A", message="a")


def test_a_damaged_repository_says_what_to_do(history: History, content: Path) -> None:
    (content / ".git/HEAD").unlink()

    with pytest.raises(DeskError, match="move that folder away"):
        open_history(content)


def test_a_new_version_of_the_program_upgrades_a_folder_with_history(tmp_path: Path) -> None:
    shipped, content = small_content.write(tmp_path / "shipped"), tmp_path / "content"
    upgrade(content, shipped)
    start_history(content, lambda: NOON)
    (shipped / "not-ours.txt").write_text("## ru {#greeting}\nпривет\n", encoding="utf-8")

    upgrade(content, shipped)
    newest, _ = open_history(content, lambda: NOON).log()

    assert [each.path for each in open_history(content).differences(newest.id)] == ["not-ours.txt"]
    assert load(content) == load(shipped)


def test_a_missing_part_of_the_history_is_said_and_the_files_stay(history: History, content: Path) -> None:
    before = files(content)
    for each in (content / ".git/objects").rglob("*"):
        if each.is_file():
            each.write_bytes(b"")

    with pytest.raises(DeskError, match="move that folder away"):
        save(history, {ARTICLE: b"x"})

    assert files(content) == before


def test_git_itself_reads_it_and_finds_nothing_wrong(history: History, content: Path) -> None:
    save(history, {ARTICLE: b"new\n", "topics/wages/tg.md": None})

    assert "error" not in git(content, "fsck", "--strict")
    assert git(content, "log", "--format=%an|%s", "-1").strip() == "Мадина|fee"
    assert git(content, "status", "--porcelain") == ""


def test_a_version_that_a_person_made_with_git_counts_too(history: History, content: Path) -> None:
    (content / ARTICLE).write_bytes(b"by git\n")
    git(content, "-c", "user.name=Фирӯз", "-c", "user.email=f@example.org", "commit", "-qam", "by git")

    save(history, {ARTICLE: b"by desk\n"})

    assert [each.author for each in history.log(ARTICLE)] == ["Мадина", "Фирӯз", BY_HAND]


def test_the_time_is_real_unless_told(content: Path) -> None:
    history = start_history(content)

    assert abs(history.log()[0].when - datetime.now(UTC)) < timedelta(minutes=1)

"""A new version's content and an edited folder: nothing that a person wrote is lost."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import ContentError
from knowledge.load import load
from knowledge.upgrade import NEW_VERSION, describe, folder, upgrade
from knowledge.upgrade.merge import merge
from knowledge.upgrade.plan import Files, Outcome, plan
from tests import small_content

if TYPE_CHECKING:
    from _typeshed import TraceFunction

_PATHS = (
    "contacts.yaml",
    "phrases/ru.ftl",
    "topics/wages/topic.yaml",
    "topics/wages/ru.md",
    "topics/pay/ru.md",
)
_TEXTS = st.lists(st.sampled_from("abcdef"), max_size=6).map(lambda rows: "".join(f"{row}\n" for row in rows))
_FILES = st.dictionaries(st.sampled_from(_PATHS), _TEXTS.map(str.encode))
_TOPICS = st.dictionaries(st.sampled_from(_PATHS[2:]), _TEXTS.map(str.encode))
_LINES = st.lists(st.sampled_from("abc"), max_size=8).map(
    lambda rows: "".join(f"{row}\n" for row in rows).encode()
)


def _after(present: Files, before: Files, shipped: Files) -> Files:
    changes = plan(before, present, shipped).changes
    return {path: text for path, text in ({**present, **changes}).items() if text is not None}


@given(_FILES, _FILES)
def test_a_folder_that_nobody_edited_becomes_what_is_shipped(before: Files, shipped: Files) -> None:
    assert _after(before, before, shipped) == shipped


@given(_FILES, _FILES)
def test_edits_stay_as_they_are_while_nothing_new_is_shipped(shipped: Files, present: Files) -> None:
    decided = plan(shipped, present, shipped)

    assert (decided.changes, decided.beside) == ({}, {})


@given(_FILES, _FILES, _FILES)
def test_an_edited_topic_stays_whole_and_the_new_one_is_laid_beside_it(
    before: Files, present: Files, shipped: Files
) -> None:
    decided = plan(before, present, shipped)

    for part in (each for each, outcome in decided.outcomes.items() if outcome is Outcome.CONFLICT):
        there = {path for path in {*present, *shipped} if path == part or path.startswith(f"{part}/")}
        assert not there & set(decided.changes)
        assert all(
            decided.beside.get(path, present.get(path)) == shipped[path] for path in there & set(shipped)
        )


@given(_FILES, _FILES, _FILES)
def test_a_text_that_was_never_shipped_is_never_replaced_by_one_that_was(
    before: Files, present: Files, shipped: Files
) -> None:
    after = _after(present, before, shipped)

    for path, text in present.items():
        written_here = text not in (before.get(path), shipped.get(path))
        if written_here:
            assert after[path] == text or after[path] == merge(before[path], text, shipped[path])


@given(_LINES, _LINES)
def test_merging_with_an_unchanged_text_gives_the_changed_one(before: bytes, changed: bytes) -> None:
    assert merge(before, changed, before) == merge(before, before, changed) == changed


@given(_LINES, _LINES, _LINES)
def test_merging_has_no_sides(before: bytes, mine: bytes, theirs: bytes) -> None:
    assert merge(before, mine, theirs) == merge(before, theirs, mine)


def test_changes_of_neighbouring_lines_are_left_to_a_person() -> None:
    assert merge(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nB\nc\n") is None
    assert merge(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\n") == b"A\nb\nC\n"


@pytest.fixture(name="shipped")
def _shipped(tmp_path: Path) -> Path:
    return small_content.write(tmp_path / "shipped")


@pytest.fixture(name="content")
def _content(tmp_path: Path, shipped: Path) -> Path:
    upgrade(tmp_path / "content", shipped)
    return tmp_path / "content"


def _edit(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_empty_folder_is_filled_and_can_be_read(content: Path, shipped: Path) -> None:
    assert load(content) == load(shipped)


def test_the_second_start_changes_nothing_and_says_nothing(content: Path, shipped: Path) -> None:
    assert list(describe(upgrade(content, shipped), content)) == []


def test_an_untouched_topic_follows_the_new_version_and_an_edited_one_stays(
    content: Path, shipped: Path
) -> None:
    _edit(content, "topics/wages/ru.md", "1 года", "3 лет")
    _edit(shipped, "topics/registration/ru.md", "15 дней", "7 дней")

    done = upgrade(content, shipped)

    assert "3 лет" in (content / "topics/wages/ru.md").read_text(encoding="utf-8")
    assert "7 дней" in (content / "topics/registration/ru.md").read_text(encoding="utf-8")
    assert done.outcomes == {"topics/registration": Outcome.UPDATED, "topics/wages": Outcome.KEPT}


def test_a_conflict_is_named_with_its_place_until_a_person_deletes_it_there(
    content: Path, shipped: Path
) -> None:
    _edit(content, "topics/wages/ru.md", "1 года", "3 лет")
    _edit(shipped, "topics/wages/ru.md", "1 года", "2 лет")
    new = content / NEW_VERSION / "topics/wages/ru.md"

    first, second = (list(describe(upgrade(content, shipped), content)) for _ in range(2))
    laid_beside = new.read_text(encoding="utf-8")
    new.unlink()
    third = list(describe(upgrade(content, shipped), content))

    assert "2 лет" in laid_beside
    assert "3 лет" in (content / "topics/wages/ru.md").read_text(encoding="utf-8")
    assert [str(new.parent) in line for line in (*first, *second)] == [True, True]
    assert third == []


def test_a_conflict_that_a_person_settled_with_the_new_text_is_forgotten(
    content: Path, shipped: Path
) -> None:
    _edit(content, "topics/wages/ru.md", "1 года", "3 лет")
    _edit(shipped, "topics/wages/ru.md", "1 года", "2 лет")
    upgrade(content, shipped)
    (content / NEW_VERSION / "topics/wages/ru.md").replace(content / "topics/wages/ru.md")

    assert upgrade(content, shipped).waiting == ()
    assert load(content) == load(shipped)


def test_a_number_added_here_and_one_added_by_the_new_version_are_both_there(
    content: Path, shipped: Path
) -> None:
    _edit(content, "contacts.yaml", '"+74956903846"', '"+74956903847"')
    _edit(shipped, "contacts.yaml", "Not found anywhere", "Found at last")

    done = upgrade(content, shipped)

    text = (content / "contacts.yaml").read_text(encoding="utf-8")
    assert done.outcomes == {"contacts.yaml": Outcome.MERGED}
    assert ("+74956903847" in text, "Found at last" in text) == (True, True)


def test_a_topic_that_was_deleted_here_stays_deleted(content: Path, shipped: Path) -> None:
    for file in (content / "topics/wages").iterdir():
        file.unlink()
    _edit(shipped, "topics/wages/ru.md", "1 года", "2 лет")

    upgrade(content, shipped)

    assert not list((content / "topics/wages").iterdir())


def test_a_topic_that_is_no_longer_shipped_goes_unless_it_was_edited(content: Path, shipped: Path) -> None:
    _edit(content, "topics/wages/ru.md", "1 года", "3 лет")
    for topic in ("wages", "registration"):
        for file in (shipped / "topics" / topic).iterdir():
            file.unlink()

    done = upgrade(content, shipped)

    assert [each.name for each in (content / "topics").iterdir()] == ["wages"]
    assert done.outcomes == {"topics/registration": Outcome.REMOVED, "topics/wages": Outcome.CONFLICT}


def test_a_topic_of_the_offices_own_is_left_alone(content: Path, shipped: Path) -> None:
    own = content / "topics/own/ru.md"
    own.parent.mkdir()
    own.write_text("a", encoding="utf-8")

    assert (upgrade(content, shipped).outcomes, own.read_text(encoding="utf-8")) == ({}, "a")


def test_a_folder_that_people_filled_themselves_is_never_overwritten(tmp_path: Path, shipped: Path) -> None:
    content = small_content.write(tmp_path / "content")
    _edit(content, "topics/wages/ru.md", "1 года", "3 лет")
    mine = (content / "topics/wages/ru.md").read_bytes()

    done = upgrade(content, shipped)

    assert (content / "topics/wages/ru.md").read_bytes() == mine
    assert done.waiting == ("topics/wages",)


def test_the_shipped_folder_itself_is_never_changed(shipped: Path) -> None:
    before = {path: path.read_bytes() for path in shipped.rglob("*") if path.is_file()}

    upgrade(shipped, shipped)

    assert {path: path.read_bytes() for path in shipped.rglob("*") if path.is_file()} == before


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, shipped: Path) -> None:
    (tmp_path / "content").write_text("a file", encoding="utf-8")

    with pytest.raises(ContentError, match="must belong to the user"):
        upgrade(tmp_path / "content", shipped)


@settings(max_examples=40, deadline=None)  # each case writes files through to the disk
@given(_TOPICS, _TOPICS, _TOPICS, st.integers(1, 400))
def test_an_upgrade_that_was_cut_off_at_any_moment_is_finished_by_the_next(
    before: Files, present: Files, shipped: Files, lines: int
) -> None:
    with TemporaryDirectory() as name:
        whole, broken = (_installation(Path(name) / each, before, present) for each in ("whole", "broken"))
        new = _write(Path(name) / "shipped", shipped)
        upgrade(whole, new)

        _cut_off(lambda: upgrade(broken, new), after=lines)
        upgrade(broken, new)

        assert _everything(broken) == _everything(whole)


@settings(max_examples=40, deadline=None)
@given(_FILES, _FILES, _FILES, st.integers(1, 400))
def test_no_text_of_a_persons_is_lost_when_an_upgrade_is_cut_off(
    before: Files, present: Files, shipped: Files, lines: int
) -> None:
    with TemporaryDirectory() as name:
        content = _installation(Path(name) / "content", before, present)
        new = _write(Path(name) / "shipped", shipped)

        _cut_off(lambda: upgrade(content, new), after=lines)
        upgrade(content, new)

        for path, text in present.items():
            if text not in (before.get(path), shipped.get(path)):
                after = (content / path).read_bytes()
                assert after == text or after == merge(before[path], text, shipped[path])


def _installation(content: Path, before: Files, present: Files) -> Path:
    with TemporaryDirectory() as name:
        upgrade(content, _write(Path(name), before))
    for path in before:
        (content / path).unlink()
    return _write(content, present)


def _write(folder: Path, files: Files) -> Path:
    folder.mkdir(exist_ok=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    return folder


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class _CutOffError(Exception):
    pass


def _cut_off(work: Callable[[], object], *, after: int) -> None:
    """Do the work up to that many lines of the module that writes."""
    left = after

    def count(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal left
        if frame.f_code.co_filename != folder.__file__:
            return None
        left -= event == "line"
        if left <= 0:
            raise _CutOffError
        return count

    outer = sys.gettrace()
    sys.settrace(count)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # a killed program closes nothing either
        try:
            work()
        except _CutOffError:
            pass
        finally:
            sys.settrace(outer)

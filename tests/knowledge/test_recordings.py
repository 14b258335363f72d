"""Recordings in the content folder: read, written and checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.spelling import fold
from index.urgent import problems as rule_problems
from knowledge.changes.pages import with_section
from knowledge.changes.recordings import (
    with_recording,
    without_outdated,
    without_recording,
    without_recordings,
)
from knowledge.changes.revalidate import replaced
from knowledge.check import check
from knowledge.difference import difference
from knowledge.errors import ContentError
from knowledge.load import load
from knowledge.model import Language, Library, Page, short_digest
from knowledge.problems import Problem, Severity
from knowledge.writing import changed_files, write
from tests import small_content

TODAY = date(2026, 11, 26)
LIST = "topics/wages/recordings.yaml"
SOUND = "topics/wages/first.tg.ogg"
VOICE = b"OggS"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = small_content.write(tmp_path)
    before = load(folder)
    _save(folder, before, _with(before, _recorded(_page(before), "tg")))
    (folder / SOUND).write_bytes(VOICE)
    return folder


def _recorded(page: Page, language: Language, section: str = "first", day: date = TODAY) -> Page:
    return with_recording(page, language, section, day, sound=VOICE, seconds=3)


def _page(library: Library) -> Page:
    return library.topic_by_id["wages"].page


def _with(library: Library, page: Page) -> Library:
    topics = [replaced(each, page=page) if each.id == page.id else each for each in library.topics]
    return replaced(library, topics=topics)


def _save(folder: Path, before: Library, after: Library) -> dict[str, bytes | None]:
    def read(path: str) -> bytes | None:
        return (folder / path).read_bytes() if (folder / path).is_file() else None

    changes = changed_files(read, before, after)
    write(folder, changes)
    return changes


def _problems(folder: Path) -> list[Problem]:
    _, found = check(folder, TODAY, fold=fold, rule_problems=rule_problems)
    return [each for each in found if each.path == LIST]


def test_a_recording_is_read_as_it_was_written(folder: Path) -> None:
    library = load(folder)

    [kept] = _page(library).recordings
    assert (kept.section, kept.language, kept.recorded, kept.file) == ("first", "tg", TODAY, "first.tg.ogg")
    assert (kept.sound, kept.seconds) == (short_digest(VOICE), 3)
    assert not _page(library).is_outdated(kept)
    assert _problems(folder) == []


def test_nothing_but_the_list_and_the_sound_changes(folder: Path) -> None:
    before = load(folder)

    more = _save(folder, before, _with(before, _recorded(_page(before), "ru")))
    now = load(folder) if (folder / "topics/wages/first.ru.ogg").write_bytes(b"OggS") else before
    gone = _save(folder, now, _with(now, replaced(_page(now), recordings=())))

    assert set(more) == {LIST}
    assert gone == {LIST: None, SOUND: None, "topics/wages/first.ru.ogg": None}


def test_a_text_that_changed_since_is_a_notice_and_blocks_nothing(folder: Path) -> None:
    before = load(folder)
    page = with_section(_page(before), "tg", "first", "Музд", "Матни дигар дар муддати 1 сол.", TODAY)
    _save(folder, before, _with(before, page))

    [found] = _problems(folder)
    assert (found.rule, found.severity, found.line) == ("recording-older-than-text", Severity.NOTICE, 2)


def test_another_language_or_section_leaves_a_recording_as_new_as_it_was(folder: Path) -> None:
    page = _page(load(folder))
    page = with_section(page, "ru", "first", "Плата", "Другой текст про 1 год.", TODAY)
    page = with_section(page, "tg", "second", "Музд", "Матни дигар.", TODAY)

    assert not page.is_outdated(page.recordings[0])


def test_a_sound_that_is_missing_is_an_error_at_its_entry(folder: Path) -> None:
    (folder / SOUND).unlink()

    [found] = _problems(folder)
    assert (found.rule, found.severity, found.line) == ("missing-file", Severity.ERROR, 2)


def test_a_sound_that_is_not_the_one_attached_is_an_error_at_its_entry(folder: Path) -> None:
    (folder / SOUND).write_bytes(b"OggS of another")

    [found] = _problems(folder)
    assert (found.rule, found.severity, found.line) == ("other-sound", Severity.ERROR, 2)


def test_an_entry_that_stands_twice_is_an_error(folder: Path) -> None:
    text = (folder / LIST).read_text()
    (folder / LIST).write_text(text + text.partition("\n")[2])

    assert [each.rule for each in _problems(folder)] == ["double-recording"]


@pytest.mark.parametrize(
    "entry",
    [
        "{section: ../x, language: tg, text: 'sha256:0123456789abcdef', _, recorded: 2026-11-26}",
        "{section: first, language: de, text: 'sha256:0123456789abcdef', _, recorded: 2026-11-26}",
        "{section: first, language: tg, text: '../../x', _, recorded: 2026-11-26}",
        "{section: first, language: tg, text: 'sha256:0123456789abcdef', _, recorded: yesterday}",
    ],
)
def test_a_wrong_entry_is_an_error(entry: str, folder: Path) -> None:
    whole = entry.replace("_", "sound: 'sha256:0123456789abcdef', seconds: 3")
    (folder / LIST).write_text(f"recordings:\n  - {whole}\n")

    assert [each.rule for each in _problems(folder)] == ["invalid"]


def test_a_section_without_a_text_cannot_be_recorded(folder: Path) -> None:
    with pytest.raises(ContentError, match="third"):
        _recorded(_page(load(folder)), "tg", "third")


def test_a_page_has_one_recording_of_a_section_in_a_language(folder: Path) -> None:
    page = _page(load(folder))

    again = _recorded(page, "tg", day=date(2026, 12, 1))

    assert [each.recorded for each in again.recordings] == [date(2026, 12, 1)]
    assert without_recording(again, "tg", "first").recordings == ()
    assert without_recording(page, "tg", "second") is page


def test_a_recording_that_is_new_gone_or_another_is_a_difference(folder: Path) -> None:
    library = load(folder)
    silent = without_recordings(library)
    again = with_recording(_page(library), "tg", "first", TODAY, sound=b"OggS again", seconds=3)

    for before, after in ((silent, library), (library, silent), (library, _with(library, again))):
        [found] = difference(before, after).pages
        assert (found.id, found.recordings, found.facts, found.languages) == ("wages", True, False, ())


def test_one_that_is_older_than_its_text_is_left_out_of_what_is_published(folder: Path) -> None:
    library = load(folder)
    changed = with_section(_page(library), "tg", "first", "Музд", "Матни дигар дар муддати 1 сол.", TODAY)
    outdated = _with(library, changed)

    assert without_outdated(library) == library
    assert _page(without_outdated(outdated)).recordings == ()
    assert not difference(without_recordings(outdated), outdated)

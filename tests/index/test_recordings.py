"""Recordings in a snapshot: those of the text as it stands, byte for byte, noticed whenever they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.decision import Costs
from index.recordings import SOUNDS, sound_of
from index.shelf import read_manifest
from index.snapshot import BuildReport, Snapshot, SnapshotError, build, is_current, load, rollback
from knowledge.load import load as load_content
from tests import small_content
from tests.desk.sounds import sound
from tests.index.encoders_for_tests import WordEncoder
from tests.recorded import record, unrecord

ENCODER = WordEncoder()


@pytest.fixture(name="content")
def _content(tmp_path: Path) -> Path:
    return small_content.write(tmp_path / "content")


@pytest.fixture(name="snapshots")
def _snapshots(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def _build(content: Path, snapshots: Path, keep: int = 5) -> BuildReport:
    return build(load_content(content), ENCODER, snapshots, content=content, keep=keep)


def _heard(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the sounds of a snapshot by their files."""
    if snapshot.sounds is None:
        return {}
    return {
        f"{page.path}/{each.file}": sound_of(snapshot.sounds, page, each).read()
        for _, page in snapshot.library.pages()
        for each in page.recordings
    }


def test_a_snapshot_has_the_recordings_byte_for_byte(content: Path, snapshots: Path) -> None:
    voice, other = sound(1), sound(2, pitch=330)
    record(content, voice)
    record(content, other, "second", "tg", topic="registration")

    report = _build(content, snapshots)

    assert _heard(load(snapshots, None)) == {
        "topics/wages/first.ru.ogg": voice,
        "topics/registration/second.tg.ogg": other,
    }
    assert SOUNDS in read_manifest(snapshots / report.snapshot_id)["files"]


def test_without_recordings_nothing_is_added(content: Path, snapshots: Path, tmp_path: Path) -> None:
    without = build(load_content(content), ENCODER, tmp_path / "before").snapshot_id

    report = _build(content, snapshots)

    files = read_manifest(snapshots / report.snapshot_id)["files"]
    assert files == read_manifest(tmp_path / "before" / without)["files"]
    assert SOUNDS not in files
    assert b"recordings" not in (snapshots / report.snapshot_id / "library.json").read_bytes()


def test_whatever_changes_of_them_is_published_and_nothing_else(content: Path, snapshots: Path) -> None:
    _build(content, snapshots)
    steps = (
        lambda: record(content, sound(1)),
        lambda: record(content, sound(1, pitch=330)),  # of the same text, on the same day
        lambda: unrecord(content),
    )

    for step in steps:
        step()
        library = load_content(content)
        assert not is_current(snapshots, library, ENCODER.spec, Costs())
        report = _build(content, snapshots)
        assert (report.unchanged, report.encoded, report.learned) == (False, 0, False)
        assert is_current(snapshots, library, ENCODER.spec, Costs())
        assert _build(content, snapshots).unchanged

    assert _heard(load(snapshots, None)) == {}


def test_going_back_brings_the_recording_of_before(content: Path, snapshots: Path) -> None:
    record(content, first := sound(1))
    _build(content, snapshots)
    record(content, sound(1, pitch=330))
    _build(content, snapshots)

    rollback(snapshots)

    assert list(_heard(load(snapshots, None)).values()) == [first]


def test_a_recording_older_than_its_text_is_not_published(content: Path, snapshots: Path) -> None:
    record(content, sound(1))
    article = content / "topics/wages/ru.md"
    article.write_text(article.read_text("utf-8").replace("1 года", "3 лет"), "utf-8")

    report = _build(content, snapshots)

    assert _heard(load(snapshots, None)) == {}
    assert SOUNDS not in read_manifest(snapshots / report.snapshot_id)["files"]
    unrecord(content)
    assert _build(content, snapshots).unchanged


def test_a_changed_archive_is_found(content: Path, snapshots: Path) -> None:
    record(content, sound(1))
    archive = snapshots / _build(content, snapshots).snapshot_id / SOUNDS
    archive.write_bytes(archive.read_bytes()[:-1])

    with pytest.raises(SnapshotError, match=r"recordings\.zip is not as it was written"):
        load(snapshots, None)


@pytest.mark.parametrize("content_now", [b"OggS of another", None], ids=["another", "missing"])
def test_a_sound_that_is_not_the_one_attached_publishes_nothing(
    content_now: bytes | None, content: Path, snapshots: Path
) -> None:
    live = _build(content, snapshots).snapshot_id
    file, library = record(content, sound(1)), load_content(content)
    file.unlink()
    if content_now is not None:
        file.write_bytes(content_now)

    with pytest.raises(SnapshotError, match=r"first\.ru\.ogg .* attach the recording again at the desk"):
        build(library, ENCODER, snapshots, content=content)

    assert load(snapshots, None).id == live


def test_a_snapshot_that_was_removed_is_an_error_of_its_own(content: Path, snapshots: Path) -> None:
    record(content, sound(1))
    _build(content, snapshots)
    snapshot = load(snapshots, None)
    unrecord(content)
    _build(content, snapshots, keep=1)

    with pytest.raises(SnapshotError, match="can't be read"):
        _heard(snapshot)

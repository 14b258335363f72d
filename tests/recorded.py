"""Recordings in the content folder, as the desk attaches them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from knowledge.changes.libraries import with_topic
from knowledge.changes.recordings import with_recording, without_recording
from knowledge.changes.revalidate import replaced
from knowledge.load import load
from knowledge.model import Language, Library, Page
from knowledge.writing import changed_files, write

DAY = date(2026, 11, 26)
SECONDS = 2


def record(
    content: Path, sound: bytes, section: str = "first", language: Language = "ru", topic: str = "wages"
) -> Path:
    """Attach this sound to a section of a topic, and return its file."""
    before = load(content)
    page = with_recording(
        before.topic_by_id[topic].page, language, section, DAY, sound=sound, seconds=SECONDS
    )
    file = content / page.path / f"{section}.{language}.ogg"
    file.write_bytes(sound)
    _save(content, before, page)
    return file


def unrecord(content: Path, section: str = "first", language: Language = "ru", topic: str = "wages") -> None:
    """Remove the recording of this section."""
    before = load(content)
    _save(content, before, without_recording(before.topic_by_id[topic].page, language, section))


def _save(content: Path, before: Library, page: Page) -> None:
    def read(path: str) -> bytes | None:
        return (content / path).read_bytes() if (content / path).is_file() else None

    topic = before.topic_by_id[page.id]
    write(content, changed_files(read, before, with_topic(before, replaced(topic, page=page))))

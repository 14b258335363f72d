"""Recordings: one of each section in each language, and each sound the one that was attached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge.load import Reading
from knowledge.model import short_digest
from knowledge.problems import Problem


def recordings(reading: Reading, folder: Path) -> Iterator[Problem]:
    """Yield each recording that stands in its list a second time, or whose file holds another sound.

    folder: that of the content.
    """
    for _, page in reading.library.pages():
        path, seen = f"{page.path}/recordings.yaml", set()
        for n, each in enumerate(page.recordings):
            line, sound = reading.line(path, "recordings", n), folder / page.path / each.file
            if each.file in seen:
                message = f"{each.file} is listed twice; keep the newer entry"
                yield Problem(path, line, message, "double-recording")
            elif sound.is_file() and short_digest(sound.read_bytes()) != each.sound:
                message = f"{each.file} is not the sound that was attached; attach it again at the desk"
                yield Problem(path, line, message, "other-sound")
            seen.add(each.file)

"""Recordings: one of each section in each language."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.load import Reading
from knowledge.problems import Problem


def recordings(reading: Reading) -> Iterator[Problem]:
    """Yield each recording that stands in its file a second time."""
    for _, page in reading.library.pages():
        path, seen = f"{page.path}/recordings.yaml", set()
        for n, each in enumerate(page.recordings):
            if each.file in seen:
                message = f"{each.file} is listed twice; keep the newer entry"
                yield Problem(path, reading.line(path, "recordings", n), message, "double-recording")
            seen.add(each.file)

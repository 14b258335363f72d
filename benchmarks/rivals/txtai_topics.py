"""The topics of the texts that txtai knows by their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.rivals.rival import Labelled


def write_topics(texts: Sequence[Labelled], folder: Path) -> None:
    """Write one topic a line."""
    (folder / "topics.txt").write_text("\n".join(each.topic for each in texts), encoding="utf-8")


def read_topics(folder: Path) -> list[str]:
    """Return the topics by number."""
    return (folder / "topics.txt").read_text(encoding="utf-8").splitlines()

"""The hotline itself, asked as a channel asks it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.rivals.rival import Ask, Guess, Rival, Task
from benchmarks.vectors import encoder_of, remembering
from bot.answer import answer
from bot.question import Question
from index.snapshot import build
from index.snapshot import load as load_snapshot


def learn(task: Task, folder: Path) -> None:
    """Build a snapshot."""
    with remembering(encoder_of(task.encoder)) as encoder:
        build(task.library, encoder, folder, keep=1)


def load(task: Task, folder: Path) -> Ask:
    """Return what asks the live snapshot."""
    encoder = encoder_of(task.encoder)
    snapshot = load_snapshot(folder, encoder.spec)

    def ask(question: str) -> Guess:
        got = answer(Question(question), snapshot, encoder)
        topics = tuple(topic.id for topic in got.topics)
        return Guess(topics, got.confidence, at_once=got.outcome in ("found", "urgent"))

    return ask


RIVAL: Final = Rival("**ours**", None, ("as typed",), learn, load, encoder="own")

"""A version not yet live, tried on the golden questions, alone or against the one that is."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.answer import Answer, Found, answer
from bot.question import Question
from index.decision import Costs
from index.encoders import Encoder
from index.evaluate import (
    Answered,
    Changed,
    Golden,
    Missed,
    changed,
    evaluate,
    gate,
    load_floors,
    load_golden,
    missed,
)
from index.snapshot import Snapshot

GOLDEN = "golden"
"""Folder of the content with the questions that measure a version, and their floors."""
FLOORS = "floors.yaml"
TRIED = ".tried.npz"
"""Vectors of the golden questions, beside the snapshots: only for trying, never part of one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a version answered to the golden questions."""

    questions: int
    missed: tuple[Missed, ...]
    changed: tuple[Changed, ...]
    """Questions that it answers better or worse than the live version; none without one."""


def try_out(
    snapshot: Snapshot,
    live: Snapshot | None,
    encoder: Encoder,
    content: Path,
    costs: Costs,
    progress: Callable[[int, int], None],
) -> Trial:
    """Return how this version does on the content's golden questions, and against the live one.

    progress: how many were answered, and how many there are, by both versions together.
    Raises EvaluationError if a golden file or the floors can't be read.
    """
    folder = content / GOLDEN
    golden = load_golden(sorted(folder.glob("*.jsonl")))
    if not golden:
        return Trial(0, (), ())
    floors = load_floors(folder / FLOORS) if (folder / FLOORS).is_file() else {}
    every = len(golden) * (1 if live is None else 2)
    answers = _answers(golden, snapshot, encoder, lambda done, _: progress(done, every))
    below = tuple(missed(evaluate(golden, answers), floors))
    if live is None:
        return Trial(len(golden), below, ())
    before = _answers(golden, live, encoder, lambda done, _: progress(len(golden) + done, every))
    return Trial(len(golden), below, tuple(changed(golden, before, answers, costs)))


def below_floors(
    snapshot: Snapshot, encoder: Encoder, content: Path, progress: Callable[[int, int], None]
) -> list[str]:
    """Return a sentence for each floor that this version misses; empty where the content has no floors.

    Raises EvaluationError if a golden file or the floors can't be read.
    """
    folder = content / GOLDEN
    if not (folder / FLOORS).is_file():
        return []
    golden = load_golden(sorted(folder.glob("*.jsonl")))
    return gate(evaluate(golden, _answers(golden, snapshot, encoder, progress)), load_floors(folder / FLOORS))


def _answers(
    golden: Sequence[Golden], snapshot: Snapshot, encoder: Encoder, progress: Callable[[int, int], None]
) -> list[Answered]:
    answers = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for each in pool.map(partial(_ask, snapshot, encoder), golden):
            answers.append(each)
            progress(len(answers), len(golden))
    return answers


def _ask(snapshot: Snapshot, encoder: Encoder, golden: Golden) -> Answered:
    question = Question(golden.turns[-1], golden.turns[:-1]) if golden.turns else Question(golden.text)
    return answered(golden, answer(question, snapshot, encoder))


def answered(golden: Golden, found: Answer) -> Answered:
    """Return an answer as the evaluation counts it."""
    return Answered(
        id=golden.id,
        outcome=found.outcome,
        topics=tuple(topic.id for topic in found.topics),
        confidence=found.confidence,
        language=found.language,
        section=f"{found.page_path}#{found.section_id}" if isinstance(found, Found) else None,
    )

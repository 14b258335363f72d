"""Messages that stand in the wrong place, twice, or too near to what measures the hotline."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from knowledge.load import Reading
from knowledge.model import Example
from knowledge.problems import Problem, Severity, nearest

NEAR_COPY = 88
"""Similarity of 100 (rapidfuzz ratio on folded text) from which an example counts as a golden question."""
_BUCKETS = 32


def golden_texts(folder: Path) -> list[str]:
    """Return every text of the golden questions, conversations' turns included."""
    texts: list[str] = []
    for file in sorted((folder / "golden").glob("*.jsonl")):
        for row in file.read_text(encoding="utf-8").splitlines():
            if row.strip():
                question = json.loads(row)
                texts += question.get("turns") or [question["text"]]
    return texts


def example_files(reading: Reading) -> Iterator[tuple[str, tuple[Example, ...], list[str] | None]]:
    """Yield (path, messages, kinds that its headings may name; None for any)."""
    for _, page in reading.library.pages():
        yield f"{page.path}/examples.txt", page.examples, [each.id for each in page.sections]
    yield "urgent.txt", reading.library.urgent_examples, list(reading.library.rule_by_id)
    yield "not-ours.txt", reading.library.not_ours, None


def examples(reading: Reading, fold: Callable[[str], str]) -> Iterator[Problem]:
    """Yield unknown headings, and messages that stand in more than one place."""
    first: dict[str, tuple[str, int]] = {}
    for path, examples, kinds in example_files(reading):
        for n, example in enumerate(examples):
            line = reading.line(path, n)
            if kinds is not None and example.kind is not None and example.kind not in kinds:
                message = f"heading {{#{example.kind}}} is unknown{nearest(example.kind, kinds)}"
                yield Problem(path, line, message, "unknown-kind")
            for name in example.also:
                if name not in reading.library.topic_by_id:
                    message = f"[+{name}] is no topic{nearest(name, reading.library.topic_by_id)}"
                    yield Problem(path, line, message, "unknown-reference")
            folded = fold(example.text)
            other = first.setdefault(folded, (path, line))
            if other[0] != path:
                message = f"this message also stands at {other[0]}:{other[1]}; keep it in one place"
                yield Problem(path, line, message, "example-in-two-topics")
            elif other[1] != line:
                message = f"this message also stands in line {other[1]}"
                yield Problem(path, line, message, "double-example", Severity.NOTICE)


def near_copies(reading: Reading, golden: Sequence[str], fold: Callable[[str], str]) -> Iterator[Problem]:
    """Yield an error for each example that equals or nearly equals a golden question."""
    places = [(path, n) for path, examples, _ in example_files(reading) for n in range(len(examples))]
    texts = [fold(each.text) for _, examples, _ in example_files(reading) for each in examples]
    letters = _letter_counts(texts)
    for known in dict.fromkeys(fold(each) for each in golden):
        for row in _possible(letters, _letter_counts([known])):
            likeness = fuzz.ratio(texts[row], known)
            if likeness >= NEAR_COPY:
                path, n = places[row]
                message = (
                    f"too near to a golden question (similarity {likeness:.0f} of 100); take another message"
                )
                yield Problem(path, reading.line(path, n), message, "golden-copy")


def _letter_counts(texts: Sequence[str]) -> NDArray[np.int32]:
    counts = np.zeros((len(texts), _BUCKETS), np.int32)
    for row, text in enumerate(texts):
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        counts[row] = np.bincount(codes % _BUCKETS, minlength=_BUCKETS)
    return counts


def _possible(letters: NDArray[np.int32], known: NDArray[np.int32]) -> Iterator[int]:
    # Every insertion or deletion changes one letter count by one, so texts whose counts differ by more than
    # the similarity allows need no comparing: of seven million pairs some hundreds are left.
    apart = np.abs(letters - known).sum(axis=1)
    allowed = (100 - NEAR_COPY) / 100 * (letters.sum(axis=1) + known.sum())
    yield from (int(row) for row in np.flatnonzero(apart <= allowed))

"""Messages that stand in the wrong place, twice, or too near to what calibrates or measures the hotline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from knowledge.load import Reading
from knowledge.model import DANGER_NOW, NOT_OURS, Example
from knowledge.problems import Problem, Severity, nearest

NEAR_COPY = 88
"""Similarity of 100 (rapidfuzz ratio on folded text) from which two messages count as the same."""
_ALLOWED = (100 - NEAR_COPY) / 100
"""Insertions and deletions between near copies, as a share of the letters of both."""
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


def taught_files(reading: Reading) -> Iterator[tuple[str, tuple[Example, ...], list[str] | None]]:
    """Yield (path, messages, kinds that its headings may name; None for any)."""
    for _, page in reading.library.pages():
        yield f"{page.path}/examples.txt", page.examples, [each.id for each in page.sections]
    yield "urgent.txt", reading.library.urgent_examples, list(reading.library.rule_by_id)
    yield "not-ours.txt", reading.library.not_ours, None


def calibration_files(reading: Reading) -> Iterator[tuple[str, tuple[Example, ...], list[str] | None]]:
    """Yield (path, messages, kinds that its headings may name; None for any)."""
    for name, messages in reading.library.calibration.items():
        yield f"calibration/{name}.txt", messages, None if name == NOT_OURS else [DANGER_NOW]


def examples(reading: Reading, fold: Callable[[str], str], told_at: str = "") -> Iterator[Problem]:
    """Yield unknown headings, and messages that stand in more than one place.

    told_at: path of the file at which to tell of a message that stands there and elsewhere; '': the later.
    """
    first: dict[str, tuple[str, int]] = {}
    for name in reading.library.calibration:
        if name != NOT_OURS and name not in reading.library.topic_by_id:
            message = f"'{name}' is no topic{nearest(name, reading.library.topic_by_id)}; rename the file"
            yield Problem(f"calibration/{name}.txt", 0, message, "unknown-reference")
    files = chain(taught_files(reading), calibration_files(reading))
    for path, examples, kinds in sorted(files, key=lambda each: each[0] == told_at):
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


def messages_digest(reading: Reading, golden: Sequence[str], fold: Callable[[str], str]) -> str:
    """Return what stays the same as long as `examples` and `near_copies` have the same to say."""
    # Golden questions as they are folded, so that another way of folding shows.
    whole = hashlib.sha256(json.dumps([NEAR_COPY, [fold(each) for each in golden]]).encode())
    for path, messages, kinds in chain(taught_files(reading), calibration_files(reading)):
        told = [path, kinds, [(each.kind, each.also, each.text) for each in messages]]
        whole.update(json.dumps(told).encode())
    whole.update(json.dumps([*reading.library.topic_by_id]).encode())
    return whole.hexdigest()


def near_copies(
    reading: Reading, golden: Sequence[str], fold: Callable[[str], str], only: str = ""
) -> Iterator[Problem]:
    """Yield an error for each message that equals or nearly equals one that it must not have seen.

    Taught messages are held against golden questions and calibration messages, those against golden ones.
    only: path of the one file of taught messages to look at; '': all files.
    """
    unseen = list(calibration_files(reading))
    calibrating = [each.text for _, messages, _ in unseen for each in messages]
    if not only:
        yield from _copies(reading, unseen, "a golden question", golden, fold)
    taught = [each for each in taught_files(reading) if only in ("", each[0])]
    yield from _copies(reading, taught, "a golden question", golden, fold)
    yield from _copies(reading, taught, "a calibration message", calibrating, fold)


def _copies(
    reading: Reading,
    files: Sequence[tuple[str, tuple[Example, ...], list[str] | None]],
    of: str,
    kept_apart: Sequence[str],
    fold: Callable[[str], str],
) -> Iterator[Problem]:
    places = [(path, n) for path, messages, _ in files for n in range(len(messages))]
    texts = [fold(each.text) for _, messages, _ in files for each in messages]
    letters = _Letters(texts)
    for known in dict.fromkeys(fold(each) for each in kept_apart):
        for row in letters.possible(known):
            likeness = fuzz.ratio(texts[row], known)
            if likeness >= NEAR_COPY:
                path, n = places[row]
                message = f"too near to {of} (similarity {likeness:.0f} of 100); take another message"
                yield Problem(path, reading.line(path, n), message, "near-copy")


class _Letters:
    """Which texts may be near copies at all: of seven million pairs some hundreds are left.

    Every insertion or deletion changes the length, and one letter's count, by one, so texts whose counts
    differ by more than the similarity allows need no comparing.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        lengths = np.array([len(text) for text in texts], np.int32)
        self._rows = np.argsort(lengths, kind="stable")
        self._lengths = lengths[self._rows]
        self._counts = _letter_counts(texts)[self._rows]

    def possible(self, text: str) -> Iterator[int]:
        """Yield the number of each text that may be near this one."""
        length = len(text)
        least, most = length * (1 - _ALLOWED) / (1 + _ALLOWED), length * (1 + _ALLOWED) / (1 - _ALLOWED)
        near = slice(*np.searchsorted(self._lengths, (least - 1, most + 1)))
        apart = np.abs(self._counts[near] - _letter_counts([text])).sum(axis=1, dtype=np.int32)
        allowed = _ALLOWED * (self._lengths[near] + length)
        yield from (int(row) for row in self._rows[near][apart <= allowed])


def _letter_counts(texts: Sequence[str]) -> NDArray[np.int16]:
    counts = np.zeros((len(texts), _BUCKETS), np.int16)
    for row, text in enumerate(texts):
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        counts[row] = np.bincount(codes % _BUCKETS, minlength=_BUCKETS)
    return counts

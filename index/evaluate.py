"""Golden questions against what was answered: the figures, how sure they are, and the gate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from index.errors import IndexingError

Kind = Literal["in-scope", "urgent", "out-of-scope", "follow-up"]
Outcome = Literal["urgent", "found", "choice", "unknown"]

RESAMPLES: Final = 10_000
_SEED: Final = 20261126
_BANDS: Final = (0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
_PAIRS_SHOWN: Final = 15


class EvaluationError(IndexingError):
    """Golden questions, answers or floors that can't be read or don't belong together."""


class Golden(BaseModel):
    """A question with the topics that answer it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    text: str = ""
    turns: tuple[str, ...] = ()
    """A conversation whose last message is asked; then `text` is empty."""
    lang: str
    style: str = "follow-up"
    kind: Kind = "follow-up"
    topics: tuple[str, ...] = ()
    """Best first, the others are accepted too; empty: nothing of ours."""
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _of_conversation(cls, record: object) -> object:
        if isinstance(record, dict) and "topics_after" in record:
            return {("topics" if key == "topics_after" else key): value for key, value in record.items()}
        return record


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a golden question."""

    id: str
    outcome: Outcome
    topics: tuple[str, ...]
    """Best first, at most three."""
    confidence: float
    language: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of questions with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    """Questions it is a share of."""


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the reliability table."""

    start: float
    end: float
    count: int
    confidence: float
    """Mean of what was said."""
    right: float
    """Share whose first topic was right; of what is not ours, none is."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured."""

    figures: dict[str, Figure]
    """By name; 'right_first/tg-latin' is that of one style, 'right_first/topic:pension' of one topic."""
    reliability: tuple[Band, ...]
    confusions: tuple[tuple[str, str, int], ...]
    """(right topic or 'not-ours', topic that came first, how often), most frequent first."""

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the report as tables of plain text."""
        lines = [f"{'':42}{'share':>7}  {'95 % interval':15}{'of':>6}"]
        for name, figure in self.figures.items():
            interval = f"{figure.low:.3f} - {figure.high:.3f}"
            lines.append(f"{name:42}{figure.value:7.3f}  {interval:15}{figure.count:6}")
        lines += ["", f"{'confidence':16}{'questions':>10}{'said':>8}{'right':>8}"]
        for band in self.reliability:
            said = f"{band.start:.2f} to {band.end:.2f}"
            lines.append(f"{said:16}{band.count:10}{band.confidence:8.2f}{band.right:8.2f}")
        lines += ["", "right -> came first"]
        lines += [f"{count:4}  {right} -> {got}" for right, got, count in self.confusions]
        return "\n".join(lines)


def load_golden(paths: Iterable[Path]) -> tuple[Golden, ...]:
    """Return the questions of these JSONL files. Raises EvaluationError that names file and line."""
    golden: list[Golden] = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise EvaluationError(f"{path} can't be read ({type(error).__name__})") from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                golden.append(_golden(line, f"{path}:{number}"))
    return tuple(golden)


def _golden(line: str, place: str) -> Golden:
    try:
        return Golden.model_validate_json(line)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(map(str, wrong["loc"])) or "line"
        raise EvaluationError(f"{place}: {field}: {wrong['msg']}") from error


@dataclass(frozen=True, slots=True)
class _Pair:
    golden: Golden
    answered: Answered

    @property
    def first(self) -> bool:
        return bool(self.answered.topics) and self.answered.topics[0] in self.golden.topics

    @property
    def offered(self) -> bool:
        match self.answered.outcome:
            case "found":
                return self.first
            case "choice" | "urgent":
                return any(topic in self.golden.topics for topic in self.answered.topics)
            case "unknown":
                return False

    @property
    def at_once(self) -> bool:
        return self.answered.outcome in ("found", "urgent")

    @property
    def wrong(self) -> bool:
        return self.answered.outcome == "found" and not self.first


def evaluate(golden: Sequence[Golden], answers: Iterable[Answered]) -> Report:
    """Return the figures for these answers.

    Wrong = found with a topic that is not accepted, as a share of all questions that we have an answer to.
    Answered, of what is not ours = found or urgent. Follow-ups are counted apart from single questions.

    Raises EvaluationError if a question has no answer.
    """
    by_id = {each.id: each for each in answers}
    missing = [each.id for each in golden if each.id not in by_id]
    if missing:
        raise EvaluationError(
            f"{len(missing)} of {len(golden)} questions have no answer, the first is '{missing[0]}'"
        )
    pairs = [_Pair(each, by_id[each.id]) for each in golden]
    single = [pair for pair in pairs if pair.golden.kind != "follow-up"]
    ours = [pair for pair in single if pair.golden.topics]
    not_ours = [pair for pair in single if not pair.golden.topics]
    urgent = [pair for pair in single if pair.golden.kind == "urgent"]
    rest = [pair for pair in single if pair.golden.kind != "urgent"]
    conversations = [pair for pair in pairs if pair.golden.kind == "follow-up"]
    wanted: list[tuple[str, list[_Pair], Callable[[_Pair], bool]]] = [
        ("right_first", ours, lambda pair: pair.first),
        ("offered", ours, lambda pair: pair.offered),
        ("at_once", ours, lambda pair: pair.at_once),
        ("found_wrong", ours, lambda pair: pair.wrong),
        ("refused", ours, lambda pair: pair.answered.outcome == "unknown"),
        ("not_ours_answered", not_ours, lambda pair: pair.at_once),
        ("not_ours_choice", not_ours, lambda pair: pair.answered.outcome == "choice"),
        ("urgent_recognised", urgent, lambda pair: pair.answered.outcome == "urgent"),
        ("urgent_false_alarm", rest, lambda pair: pair.answered.outcome == "urgent"),
        ("language", single, lambda pair: pair.answered.language == pair.golden.lang),
        ("follow_up", conversations, _follow_up_right),
    ]
    for prefix, key in (("", _style), ("language:", _language), ("topic:", _topic)):
        for group in sorted({key(pair) for pair in ours}):
            members = [pair for pair in ours if key(pair) == group]
            wanted.append((f"right_first/{prefix}{group}", members, lambda pair: pair.first))
    figures = {name: _figure([holds(pair) for pair in members]) for name, members, holds in wanted if members}
    return Report(figures, _reliability(single), _confusions(single))


def _style(pair: _Pair) -> str:
    return pair.golden.style


def _language(pair: _Pair) -> str:
    return pair.golden.lang


def _topic(pair: _Pair) -> str:
    return pair.golden.topics[0]


def _follow_up_right(pair: _Pair) -> bool:
    return pair.offered if pair.golden.topics else not pair.at_once


def _figure(holds: Sequence[bool]) -> Figure:
    count, share = len(holds), float(np.mean(holds))
    # Resampling yes and no with replacement is drawing from a binomial distribution.
    drawn = np.random.default_rng(_SEED).binomial(count, share, RESAMPLES) / count
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Figure(share, float(low), float(high), count)


def _reliability(pairs: Sequence[_Pair]) -> tuple[Band, ...]:
    bands = []
    scored = [pair for pair in pairs if pair.answered.outcome != "urgent"]
    for start, end in pairwise(_BANDS):
        last = end == _BANDS[-1]
        members = [
            pair
            for pair in scored
            if start <= pair.answered.confidence < end or (last and pair.answered.confidence >= end)
        ]
        if members:
            said = float(np.mean([pair.answered.confidence for pair in members]))
            right = float(np.mean([pair.first for pair in members]))
            bands.append(Band(start, end, len(members), said, right))
    return tuple(bands)


def _confusions(pairs: Sequence[_Pair]) -> tuple[tuple[str, str, int], ...]:
    confused = Counter(
        (pair.golden.topics[0] if pair.golden.topics else "not-ours", pair.answered.topics[0])
        for pair in pairs
        if pair.answered.topics
        and not pair.first
        and (pair.golden.topics or pair.answered.outcome not in ("unknown",))
    )
    return tuple((right, got, count) for (right, got), count in confused.most_common(_PAIRS_SHOWN))


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure must reach, or must not pass."""

    at_least: float | None = None
    at_most: float | None = None


def load_floors(path: Path) -> dict[str, Floor]:
    """Return the floors of a YAML file, such as `right_first: {at_least: 0.85}`. Raises EvaluationError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {str(name): Floor(**limits) for name, limits in content.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise EvaluationError(
            f"{path} can't be read as floors ({type(error).__name__}); "
            "a line looks like 'right_first: {at_least: 0.85}'"
        ) from error


def gate(report: Report, floors: Mapping[str, Floor]) -> list[str]:
    """Return a sentence for each floor that is not held; an empty list lets the version pass."""
    failures = []
    for name, floor in floors.items():
        figure = report.figures.get(name)
        if figure is None:
            failures.append(f"{name}: there is a floor but no such figure; correct its name in floors.yaml")
        elif floor.at_least is not None and figure.value < floor.at_least:
            failures.append(
                f"{name} is {figure.value:.3f} of {figure.count}, the floor is {floor.at_least:.3f}"
            )
        elif floor.at_most is not None and figure.value > floor.at_most:
            failures.append(
                f"{name} is {figure.value:.3f} of {figure.count}, at most {floor.at_most:.3f} may be"
            )
    return failures


def to_json_text(report: Report) -> str:
    """Return the report as JSON, indented."""
    return json.dumps(report.to_json(), ensure_ascii=False, indent=1)

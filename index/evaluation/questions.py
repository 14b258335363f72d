"""Golden questions, the sections that answer them, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from index.errors import IndexingError

Kind = Literal["in-scope", "urgent", "out-of-scope", "follow-up"]
Outcome = Literal["urgent", "found", "choice", "unknown"]
Labels = Mapping[str, tuple[str, ...]]
"""By the id of a question: the sections that answer it as '<page path>#<section>', best first; none: ()."""

_LABELS = TypeAdapter(dict[str, tuple[str, ...]])


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
    section: str | None = None
    """'<page path>#<section>' that was sent; None unless found."""
    picked: str | None = None
    """The section that the ranking takes inside the right topic, found or not; None: nobody looked."""


def load_golden(paths: Iterable[Path]) -> tuple[Golden, ...]:
    """Return the questions of these JSONL files.

    Raises EvaluationError that names file and line, or two files with questions of the same id.
    """
    golden: list[Golden] = []
    place_of: dict[str, str] = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise EvaluationError(f"{path} can't be read ({type(error).__name__})") from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            each = _golden(line, place)
            if each.id in place_of:
                raise EvaluationError(
                    f"{place}: id '{each.id}' is that of {place_of[each.id]} too; "
                    "give one of them another id, or measure the files one by one"
                )
            place_of[each.id] = place
            golden.append(each)
    return tuple(golden)


def _golden(line: str, place: str) -> Golden:
    try:
        return Golden.model_validate_json(line)
    except ValidationError as error:
        raise EvaluationError(f"{place}: {_first_fault(error)}") from error


def load_labels(path: Path, golden: Iterable[Golden]) -> dict[str, tuple[str, ...]]:
    """Return the sections that answer these questions, best first; without such a file, none.

    path: YAML, question id to a list of sections: `section` of the question's first topic, or
    `topic#section`. Labels of questions that aren't asked are left out.

    Raises EvaluationError if the file can't be read, or labels a question that nothing of ours answers.
    """
    try:
        given = _LABELS.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise EvaluationError(f"{path}: {_first_fault(error)}; a line looks like 'a001: [term]'") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EvaluationError(f"{path} can't be read as labels ({type(error).__name__})") from error
    return {each.id: _places(each, given[each.id], path) for each in golden if each.id in given}


def _places(golden: Golden, sections: tuple[str, ...], path: Path) -> tuple[str, ...]:
    if sections and not golden.topics:
        raise EvaluationError(f"{path}: '{golden.id}' has sections, but the question has no topic of ours")
    named = (each if "#" in each else f"{golden.topics[0]}#{each}" for each in sections)
    return tuple(f"topics/{each}" for each in named)


def _first_fault(error: ValidationError) -> str:
    wrong = error.errors()[0]
    field = ".".join(map(str, wrong["loc"])) or "line"
    return f"{field}: {wrong['msg']}"

"""Publishing step by step: check, build and try a candidate, show what came of it; then a person decides."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from bot.publishing import checked
from bot.trial import TRIED, Trial, try_out
from index.building import Progress
from index.candidate import build_candidate, place_of_candidate
from index.decision import Costs
from index.encoders import Encoder
from index.errors import IndexingError
from index.evaluate import Answered, Changed, Missed
from index.remembering import remembering
from index.shelf import live_id
from index.snapshot import BuildReport, Snapshot, load
from knowledge.problems import Problem, Severity

STEPS: Final = ("checking", "encoding", "learning", "publishing", "trying")
"""In the order in which their progress is told; 'publishing' is writing the candidate's files."""
_MOST_PROBLEMS: Final = 200


class _Told(BaseModel):
    """Travels as JSON from the process that prepares to whoever shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ContentProblem(_Told):
    """An error that keeps the content from being published."""

    path: str
    line: int
    message: str


class BelowFloor(_Told):
    """A figure of the trial that misses its floor; shares from 0 to 1."""

    name: str
    value: float | None
    """None: nothing has this name."""
    at_least: float | None
    at_most: float | None


class Outcome(_Told):
    """How one version answered a golden question."""

    outcome: str
    topic: str | None
    """The first one."""
    confidence: float


class ChangedQuestion(_Told):
    """A golden question that the candidate answers better or worse than the live version."""

    id: str
    style: str
    texts: tuple[str, ...]
    """The question, or the messages of a conversation whose last one is asked."""
    topics: tuple[str, ...]
    """Those that answer it; none: nothing of ours."""
    before: Outcome
    after: Outcome
    better: bool


class Prepared(_Told):
    """What came of preparing."""

    outcome: Literal["refused", "unchanged", "ready"]
    """'refused': the content has errors; 'unchanged': it is what is live."""
    problems: tuple[ContentProblem, ...] = ()
    more_problems: int = 0
    """Errors that are not among these."""
    candidate: str | None = None
    instead_of: str | None = None
    """What was live, and so what the candidate was compared with."""
    passages: int = 0
    encoded: int = 0
    learned: bool = False
    seconds: float = 0.0
    questions: int = 0
    """Golden ones that were asked."""
    missed: tuple[BelowFloor, ...] = ()
    changed: tuple[ChangedQuestion, ...] = ()


def prepare(
    content: Path, snapshots: Path, encoder: Encoder, costs: Costs, today: date, progress: Progress
) -> Prepared:
    """Check the content, build a candidate, try it on the golden questions; nothing live is touched.

    Raises ContentError if it is no content folder, IndexingError if building or trying fails.
    """
    reading, problems = checked(content, snapshots, today, progress)
    errors = [each for each in problems if each.severity is Severity.ERROR]
    if errors:
        shown = tuple(map(_problem, errors[:_MOST_PROBLEMS]))
        return Prepared(outcome="refused", problems=shown, more_problems=len(errors) - len(shown))
    instead_of = live_id(snapshots)
    report = build_candidate(
        reading.library, encoder, snapshots, progress=progress, costs=costs, content=content
    )
    if report.unchanged:
        return Prepared(outcome="unchanged", instead_of=instead_of)
    candidate = load(place_of_candidate(snapshots), encoder.spec)
    live = _live(snapshots, encoder)
    with remembering(encoder, snapshots / TRIED) as asked:
        trial = try_out(candidate, live, asked, content, costs, partial(progress, "trying"))
    return _ready(report, instead_of, trial)


def _live(snapshots: Path, encoder: Encoder) -> Snapshot | None:
    try:
        return load(snapshots, encoder.spec)
    except IndexingError:  # the first version, or the first of this encoder: there is nothing to compare with
        return None


def _ready(report: BuildReport, instead_of: str | None, trial: Trial) -> Prepared:
    return Prepared(
        outcome="ready",
        candidate=report.snapshot_id,
        instead_of=instead_of,
        passages=report.passages,
        encoded=report.encoded,
        learned=report.learned,
        seconds=report.seconds,
        questions=trial.questions,
        missed=tuple(map(_below, trial.missed)),
        changed=tuple(map(_changed, trial.changed)),
    )


def _problem(problem: Problem) -> ContentProblem:
    return ContentProblem(path=problem.path, line=problem.line, message=problem.message)


def _below(missed: Missed) -> BelowFloor:
    value = None if missed.figure is None else missed.figure.value
    floor = missed.floor
    return BelowFloor(name=missed.name, value=value, at_least=floor.at_least, at_most=floor.at_most)


def _changed(change: Changed) -> ChangedQuestion:
    golden = change.golden
    return ChangedQuestion(
        id=golden.id,
        style=golden.style,
        texts=golden.turns or (golden.text,),
        topics=golden.topics,
        before=_outcome(change.before),
        after=_outcome(change.after),
        better=change.better,
    )


def _outcome(answered: Answered) -> Outcome:
    topic = answered.topics[0] if answered.topics else None
    return Outcome(outcome=answered.outcome, topic=topic, confidence=answered.confidence)

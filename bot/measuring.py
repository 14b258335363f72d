"""The golden questions put to the hotline, and the report on what it answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from bot.answer import Found
from bot.conversation import Conversation
from bot.errors import BotError
from bot.hotline import Hotline
from bot.measuring_subject import subject_figures
from bot.question import Question
from bot.turn import Known, Turn
from index.decision import Costs
from index.evaluate import (
    Answered,
    Figure,
    Floor,
    Golden,
    Labels,
    MeasuredOn,
    Report,
    evaluate,
    gate,
    load_floors,
    load_golden,
    load_labels,
    to_json_text,
)
from index.evaluation.page import page
from index.search import rank
from index.snapshot import Snapshot


def measure(
    hotline: Hotline,
    content: Path,
    files: Sequence[Path] = (),
    *,
    as_json: bool = False,
    html: Path | None = None,
    costs: Costs | None = None,
) -> bool:
    """Print the report on these files, by default the shipped ones; return whether the gate holds.

    Sections are measured by sections.yaml beside a file, where there is one. The floors stand in
    golden/floors.yaml of the content folder; they are held against the shipped questions only, since other
    files are other questions.

    html: a file to write the report to as one page, with pictures. costs: what outcomes cost.

    Raises EvaluationError if a file cannot be read, BotError if the page cannot be written.
    """
    folder = content / "golden"
    asked = files or sorted(folder.glob("*.jsonl"))
    golden = load_golden(asked)
    labels = _labels(asked)
    snapshot = hotline.live().snapshot
    _warn_of_lost(labels, snapshot)
    conversation = Conversation(hotline)
    answers = [
        replace(_asked(conversation, each), picked=_picked(each, labels, snapshot, hotline))
        for each in golden
    ]
    report = evaluate(golden, answers, labels, costs=costs, measured_on=_measured_on(snapshot))
    report = replace(report, figures=report.figures | _of_subjects(conversation, golden, answers))
    floors = {} if files else load_floors(folder / "floors.yaml")
    click.echo(to_json_text(report) if as_json else report.to_text())
    if html is not None:
        _write(html, report, floors)
    failures = gate(report, floors)
    for failure in failures:
        click.echo(f"below its floor: {failure}", err=True)
    return not failures


def _of_subjects(
    conversation: Conversation, golden: Sequence[Golden], answers: Sequence[Answered]
) -> dict[str, Figure]:
    by_id = {each.id: each for each in answers}
    return subject_figures(golden, by_id, lambda question: conversation.hear(question, Known()), _judged)


def _asked(conversation: Conversation, golden: Golden) -> Answered:
    question = Question(golden.turns[-1], golden.turns[:-1]) if golden.turns else Question(golden.text)
    return _judged(golden, conversation.hear(question, Known()))


def _judged(golden: Golden, turn: Turn) -> Answered:
    assert turn.reply is not None, "every message gets a reply"
    if turn.answer is None:
        return Answered(golden.id, "unknown", (), 0.0, turn.reply.language)
    sent = turn.answer if isinstance(turn.answer, Found) else None
    return Answered(
        id=golden.id,
        outcome=turn.answer.outcome,
        topics=tuple(topic.id for topic in turn.answer.topics),
        confidence=turn.answer.confidence,
        language=turn.answer.language,
        section=f"{sent.page_path}#{sent.section_id}" if sent else None,
    )


def _labels(files: Sequence[Path]) -> dict[str, tuple[str, ...]]:
    labels: dict[str, tuple[str, ...]] = {}
    for file in files:
        labels |= load_labels(file.with_name("sections.yaml"), load_golden([file]))
    return labels


def _picked(golden: Golden, labels: Labels, snapshot: Snapshot, hotline: Hotline) -> str | None:
    if not labels.get(golden.id):
        return None
    best, _, _ = labels[golden.id][0].partition("#")
    topics = [topic for topic, each in snapshot.library.pages() if each.path == best]
    if not topics:
        return None
    hit = rank(golden.text, snapshot, hotline.encoder).best_section(topics[0])
    return f"{hit.page_path}#{hit.section_id}"


def _warn_of_lost(labels: Labels, snapshot: Snapshot) -> None:
    pages = [each for _, each in snapshot.library.pages()]
    known = {f"{each.path}#{section.id}" for each in pages for section in each.sections}
    for question, sections in labels.items():
        for section in sections:
            if section not in known:
                click.echo(f"sections.yaml: {question}: '{section}' is not in the version measured", err=True)


def _measured_on(snapshot: Snapshot) -> MeasuredOn:
    library, spec = snapshot.library, snapshot.encoder
    calibrated = {name: each for name, each in snapshot.learned.measured.items() if isinstance(each, float)}
    return MeasuredOn(
        day=date.today().isoformat(),
        snapshot=snapshot.id,
        encoder=f"{spec.name} {spec.revision}",
        found=snapshot.thresholds.found,
        choice=snapshot.thresholds.choice,
        content={
            "topics": len(library.topics),
            "pages": len(library.page_by_path),
            "sections": sum(len(each.sections) for each in library.page_by_path.values()),
            "example messages": len(snapshot.rows.labels),
        },
        calibration=calibrated,
    )


def _write(file: Path, report: Report, floors: Mapping[str, Floor]) -> None:
    try:
        file.write_text(page(report, floors), encoding="utf-8")
    except OSError as error:
        raise BotError(f"{file} cannot be written: {error.strerror}") from None

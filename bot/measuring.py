"""The golden questions put to the hotline, and the report on what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bot.conversation import Conversation
from bot.question import Question
from index.evaluate import Answered, Golden, Report, evaluate, gate, load_floors, load_golden, to_json_text


def report_on(conversation: Conversation, golden: Sequence[Golden]) -> Report:
    """Ask every golden question, of conversations the last message, and return the figures."""
    return evaluate(golden, [_asked(conversation, each) for each in golden])


def measure(
    conversation: Conversation, content: Path, files: Sequence[Path] = (), *, as_json: bool = False
) -> bool:
    """Print the report on these files, by default the shipped ones; return whether the gate holds.

    The floors stand in golden/floors.yaml of the content folder; they are held against the shipped
    questions only, since other files are other questions.

    Raises EvaluationError if a file cannot be read.
    """
    folder = content / "golden"
    golden = load_golden(files or sorted(folder.glob("*.jsonl")))
    report = report_on(conversation, golden)
    click.echo(to_json_text(report) if as_json else report.to_text())
    failures = [] if files else gate(report, load_floors(folder / "floors.yaml"))
    for failure in failures:
        click.echo(f"below its floor: {failure}", err=True)
    return not failures


def _asked(conversation: Conversation, golden: Golden) -> Answered:
    question = Question(golden.turns[-1], golden.turns[:-1]) if golden.turns else Question(golden.text)
    turn = conversation.hear(question, "tg")
    if turn.answer is None:
        return Answered(golden.id, "unknown", (), 0.0, turn.reply.language)
    return Answered(
        id=golden.id,
        outcome=turn.answer.outcome,
        topics=tuple(topic.id for topic in turn.answer.topics),
        confidence=turn.answer.confidence,
        language=turn.answer.language,
    )

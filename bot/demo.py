"""Six questions nobody picked by hand: drawn from the golden questions by a fixed seed."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from bot.conversation import Conversation
from bot.markup import to_plain
from bot.question import Question
from bot.turn import Known

KINDS: Mapping[str, str] = {
    "tg-clean": "Tajik",
    "tg-plain": "Tajik without its special letters",
    "ru-clean": "Russian",
    "uz": "Uzbek",
    "en": "English",
    "": "not ours",
}
"""Style of the question drawn, and what it is called; the empty one is a question without a topic."""


def draw(golden: Sequence[Mapping[str, object]], seed: int) -> list[tuple[str, str]]:
    """Return one (kind, text) of each of KINDS, in this order, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable draw, nothing secret
    drawn = []
    for style, name in KINDS.items():
        fitting = [
            str(each["text"])
            for each in golden
            if (each["style"] == style and each["kind"] == "in-scope" if style else not each["topics"])
        ]
        if fitting:
            drawn.append((name, chance.choice(fitting)))
    return drawn


def show(conversation: Conversation, content: Path, seed: int) -> None:
    """Print six drawn questions with the hotline's replies."""
    file = content / "golden" / "questions.jsonl"
    golden = [json.loads(row) for row in file.read_text(encoding="utf-8").splitlines() if row.strip()]
    click.echo(f"Six of {len(golden)} golden questions, drawn with seed {seed}:")
    for name, text in draw(golden, seed):
        turn = conversation.hear(Question(text), Known())
        assert turn.reply is not None, "every message gets a reply"
        outcome = turn.answer.outcome if turn.answer else "no answer"
        click.secho(f"\n── {name}: {text}", bold=True)
        click.secho(f"   {outcome}", dim=True)
        click.echo(to_plain(turn.reply.text))
        for button in turn.reply.buttons if outcome == "choice" else ():
            click.echo(f"   [{button.text}]")

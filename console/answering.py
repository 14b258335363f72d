"""Commands that answer: ask, chat, demo, evaluate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import click

from bot.settings import Settings
from console.opening import PROBLEMS_FOUND, as_line, costs_of, open_conversation, open_hotline
from knowledge.model import Language

_LANGUAGE = click.Choice(get_args(Language))


@click.command()
@click.argument("question", required=False)
@click.option("--jsonl", is_flag=True, help="Read {id, text} or {id, turns} lines from standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--lang", "language", type=_LANGUAGE, default="tg", help="For messages without words.")
@click.pass_obj
def ask(settings: Settings, question: str | None, language: Language, *, jsonl: bool, as_json: bool) -> int:
    """Answer one QUESTION, or a batch of them."""
    from bot import ask as asking
    from bot.question import Question

    if jsonl == (question is not None):
        raise click.UsageError("give either a QUESTION or --jsonl")
    conversation = open_conversation(settings)
    if question is not None:
        record = asking.ask(conversation, Question(question), language)
        click.echo(as_line(record) if as_json else record["reply"])
        return 0
    failed = False
    for record in asking.ask_lines(conversation, sys.stdin.buffer, language):
        failed = failed or "error" in record
        click.echo(as_line(record))
    return PROBLEMS_FOUND if failed else 0


@click.command()
@click.option("--lang", "language", type=_LANGUAGE, default="tg", help="Your language, for the greeting.")
@click.pass_obj
def chat(settings: Settings, language: Language) -> None:
    """Talk with the hotline in this terminal."""
    from bot.terminal_channel import talk

    talk(open_conversation(settings), language)


@click.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Which golden questions are drawn.")
@click.pass_obj
def demo(settings: Settings, seed: int) -> None:
    """Show how the hotline answers six golden questions; on a terminal, open a chat after that."""
    from bot.demo import show
    from bot.terminal_channel import talk

    conversation = open_conversation(settings)
    show(conversation, settings.content, seed)
    if sys.stdin.isatty() and sys.stdout.isatty():
        talk(conversation, "tg")


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with pictures.")
@click.pass_obj
def evaluate(settings: Settings, files: tuple[Path, ...], *, as_json: bool, html: Path | None) -> int:
    """Measure the live version on golden questions (by default the shipped ones); fail below a floor."""
    from bot.measuring import measure

    live, costs = open_hotline(settings), costs_of(settings)
    passed = measure(live, settings.content, files, as_json=as_json, html=html, costs=costs)
    return 0 if passed else PROBLEMS_FOUND

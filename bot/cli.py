"""The command line: reads the settings once and hands plain values to the rooms that do the work.

Imports stand inside the commands, so that 'hotline check' does not wait for the encoder's libraries.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from bot.errors import BotError
from bot.settings import Settings, read_settings
from index.errors import IndexingError
from knowledge.errors import ContentError
from knowledge.model import Language

if TYPE_CHECKING:
    from bot.conversation import Conversation
    from bot.hotline import Hotline
    from index.advertising import AdvertisingJudge
    from index.snapshot import BuildReport, Costs

PROBLEMS_FOUND, CANNOT_START = 1, 2
_LANGUAGE = click.Choice(get_args(Language))
_DAY = click.DateTime(["%Y-%m-%d"])


def main() -> None:
    """Run the program; every foreseeable failure is a sentence on standard error, never a traceback."""
    try:
        sys.exit(hotline.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (ContentError, IndexingError, BotError) as error:
        click.echo(f"hotline: {error}", err=True)
        sys.exit(CANNOT_START)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tajik-hotline", prog_name="hotline")
@click.pass_context
def hotline(context: click.Context) -> None:
    """The hotline for citizens of Tajikistan abroad."""
    context.obj = read_settings()


@hotline.command()
@click.option("--stale", is_flag=True, help="List what waits for a person: reviews, comparisons, calls.")
@click.option("--notices", is_flag=True, help="List every notice, not only their number.")
@click.option("--today", type=_DAY, help="The day that dates are held against.")
@click.pass_obj
def check(settings: Settings, *, stale: bool, notices: bool, today: datetime | None) -> int:
    """Check the content folder: every problem with its file and line."""
    from bot.checking import check_content, print_problems

    day = today.date() if today else date.today()
    reading, problems = check_content(settings.content, day)
    return PROBLEMS_FOUND if print_problems(reading, problems, stale=stale, notices=notices) else 0


@hotline.command()
@click.option("--rollback", is_flag=True, help="Go back to the version before the live one.")
@click.pass_obj
def build(settings: Settings, *, rollback: bool) -> None:
    """Check the content, build the index, and publish both as the new live version."""
    if rollback:
        from index.snapshot import rollback as go_back

        click.echo(f"live again: {go_back(settings.snapshots)}")
    else:
        from bot.publishing import describe

        click.echo(describe(_publish(settings)))


@hotline.command()
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
    conversation = _conversation(settings)
    if question is not None:
        record = asking.ask(conversation, Question(question), language)
        click.echo(_json(record) if as_json else record["reply"])
        return 0
    failed = False
    for record in asking.ask_lines(conversation, sys.stdin.buffer, language):
        failed = failed or "error" in record
        click.echo(_json(record))
    return PROBLEMS_FOUND if failed else 0


@hotline.command()
@click.option("--lang", "language", type=_LANGUAGE, default="tg", help="Your language, for the greeting.")
@click.pass_obj
def chat(settings: Settings, language: Language) -> None:
    """Talk with the hotline in this terminal."""
    from bot.terminal_channel import talk

    talk(_conversation(settings), language)


@hotline.command()
@click.option("--seed", type=int, default=1, show_default=True, help="Which golden questions are drawn.")
@click.pass_obj
def demo(settings: Settings, seed: int) -> None:
    """Show how the hotline answers six golden questions; on a terminal, open a chat after that."""
    from bot.demo import show
    from bot.terminal_channel import talk

    conversation = _conversation(settings)
    show(conversation, settings.content, seed)
    if sys.stdin.isatty() and sys.stdout.isatty():
        talk(conversation, "tg")


@hotline.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with pictures.")
@click.pass_obj
def evaluate(settings: Settings, files: tuple[Path, ...], *, as_json: bool, html: Path | None) -> int:
    """Measure the live version on golden questions (by default the shipped ones); fail below a floor."""
    from bot.measuring import measure

    live, costs = _hotline(settings), _costs(settings)
    passed = measure(live, settings.content, files, as_json=as_json, html=html, costs=costs)
    return 0 if passed else PROBLEMS_FOUND


@hotline.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a draft article.")
@click.pass_obj
def intake(settings: Settings, source: str, *, as_json: bool) -> None:
    """Turn a page (file, https address, or - for standard input) into a draft article."""
    from knowledge.intake import fetch, read_page, to_json, to_markdown

    content_type = None
    if source == "-":
        page, source = sys.stdin.buffer.read(), "standard input"
    elif "://" in source:
        page, content_type, source = fetch(source, allow_private=settings.intake_allow_private)
    else:
        page = _read(Path(source))
    draft = read_page(page, source, content_type, judge=_judge())
    click.echo(_json(to_json(draft)) if as_json else to_markdown(draft, date.today()))


@hotline.command()
@click.option("--today", type=_DAY, help="The day that dates are held against.")
@click.pass_obj
def coverage(settings: Settings, *, today: datetime | None) -> None:
    """Print what the content covers, as the page docs/coverage.md."""
    from knowledge.coverage import coverage as page
    from knowledge.load import load

    click.echo(page(load(settings.content), today.date() if today else date.today()), nl=False)


@hotline.command()
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def facts(settings: Settings, sheet: Path) -> int:
    """Compare a fact SHEET (YAML) with the articles: figures that a language lacks."""
    from knowledge.fact_sheet import missing_figures, read_fact_sheet, report
    from knowledge.load import load

    read, library = read_fact_sheet(sheet), load(settings.content)
    click.echo(report(read, library))
    return PROBLEMS_FOUND if missing_figures(read, library) else 0


@hotline.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Answer on Telegram until stopped."""
    from bot.conversation import Conversation
    from bot.hotline import Hotline
    from bot.logs import set_up_logs
    from bot.telegram_channel import run_polling
    from index.encoders import load_encoder

    if settings.telegram_token is None:
        raise BotError("HOTLINE_TELEGRAM_TOKEN is not set: put the token that @BotFather gave into .env")
    set_up_logs()
    conversation = Conversation(Hotline(settings.snapshots, load_encoder(settings.encoder)))
    run_polling(
        conversation,
        settings.telegram_token,
        base_url=settings.telegram_base_url,
        base_file_url=settings.telegram_base_file_url,
    )


def _conversation(settings: Settings) -> Conversation:
    from bot.conversation import Conversation

    return Conversation(_hotline(settings))


def _hotline(settings: Settings) -> Hotline:
    from bot.hotline import Hotline
    from index.encoders import load_encoder
    from index.snapshot import live_id

    if live_id(settings.snapshots) is None:
        click.echo(f"Nothing is published in {settings.snapshots} yet; building the first version.", err=True)
        _publish(settings)
    return Hotline(settings.snapshots, load_encoder(settings.encoder))


def _publish(settings: Settings) -> BuildReport:
    from bot.publishing import publish
    from index.encoders import load_encoder

    return publish(settings.content, settings.snapshots, load_encoder(settings.encoder), _costs(settings))


def _costs(settings: Settings) -> Costs:
    from index.snapshot import Costs

    return Costs(wrong=settings.cost_wrong, choice=settings.cost_choice)


def _judge() -> AdvertisingJudge | None:
    from index.advertising import AdvertisingJudge
    from index.encoders import BUNDLED, load_encoder

    try:
        return AdvertisingJudge(load_encoder(BUNDLED))
    except IndexingError as error:
        click.echo(f"hotline: {error}; judging by rules alone", err=True)
        return None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BotError(f"{file} cannot be read: {error.strerror}") from None


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False)

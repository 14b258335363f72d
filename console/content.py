"""Commands for the content folder: check, build, intake, coverage, facts."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.errors import BotError
from bot.settings import Settings
from console.opening import PROBLEMS_FOUND, as_line, publish_content
from index.errors import IndexingError

if TYPE_CHECKING:
    from index.advertising import AdvertisingJudge

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
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


@click.command()
@click.option("--rollback", is_flag=True, help="Go back to the version before the live one.")
@click.option("--force", is_flag=True, help="Publish even if golden questions are answered below a floor.")
@click.pass_obj
def build(settings: Settings, *, rollback: bool, force: bool) -> None:
    """Check the content, build the index, try it on the golden questions, publish it as the live version."""
    if rollback:
        click.echo(f"live again: {_gone_back(settings)}")
    else:
        from bot.publishing import describe

        click.echo(describe(publish_content(settings, force=force)))


def _gone_back(settings: Settings) -> str:
    if settings.is_shared:
        from bot.sharing import go_back_once

        return go_back_once(settings.database_url.get_secret_value(), settings.snapshots)
    from index.shelf import rollback

    return rollback(settings.snapshots)


@click.command()
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
    click.echo(as_line(to_json(draft)) if as_json else to_markdown(draft, date.today()))


@click.command()
@click.option("--today", type=_DAY, help="The day that dates are held against.")
@click.pass_obj
def coverage(settings: Settings, *, today: datetime | None) -> None:
    """Print what the content covers, as the page docs/coverage.md."""
    from knowledge.coverage import coverage as page
    from knowledge.load import load

    click.echo(page(load(settings.content), today.date() if today else date.today()), nl=False)


@click.command()
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def facts(settings: Settings, sheet: Path) -> int:
    """Compare a fact SHEET (YAML) with the articles: figures that a language lacks."""
    from knowledge.fact_sheet import missing_figures, read_fact_sheet, report
    from knowledge.load import load

    read, library = read_fact_sheet(sheet), load(settings.content)
    click.echo(report(read, library))
    return PROBLEMS_FOUND if missing_figures(read, library) else 0


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

"""What 'hotline check' shows, and what 'hotline build' refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import click

from bot.errors import BotError
from index.spelling import fold
from index.urgent import problems as rule_problems
from knowledge.check import check
from knowledge.load import Reading
from knowledge.problems import Problem, Severity

STALE = (
    "review-passed",
    "no-longer-valid",
    "unreviewed",
    "never-checked",
    "lagging-translation",
    "never-called",
    "recording-older-than-text",
)
"""Rules that 'hotline check --stale' lists: what is past its date, unread, uncalled, or lags its source."""
_SHOWN = 30
CHECKED = ".checked"
"""File of the folder of snapshots: which messages had no problem when they were last published."""


def check_content(folder: Path, today: date, remembered: Path | None = None) -> tuple[Reading, list[Problem]]:
    """Return the content and all its problems as of this day.

    remembered: a file that keeps, from one check to the next, which messages had no problem. It holds digests
    only; without it, or where it is lost, a check takes twice as long.

    Raises ContentError if it is no content folder.
    """
    known = _read(remembered)
    clean = set(known)
    found = check(folder, today, fold=fold, rule_problems=rule_problems, clean=clean)
    if remembered is not None and clean != known and remembered.parent.is_dir():
        with suppress(OSError):
            remembered.write_text("".join(f"{each}\n" for each in sorted(clean - known)), encoding="ascii")
    return found


def _read(remembered: Path | None) -> set[str]:
    try:
        return set(remembered.read_text("ascii").split()) if remembered is not None else set()
    except (OSError, ValueError):
        return set()


def print_problems(
    reading: Reading, problems: Sequence[Problem], *, stale: bool = False, notices: bool = False
) -> int:
    """Print errors whole and notices counted (or whole, on request); return the number of errors."""
    errors = [each for each in problems if each.severity is Severity.ERROR]
    others = [each for each in problems if each.severity is Severity.NOTICE]
    for each in errors:
        click.echo(f"error: {each}")
    for each in others:
        if notices or (stale and each.rule in STALE):
            click.echo(f"notice: {each}")
    library = reading.library
    click.echo(
        f"{len(library.topics)} topics, {sum(len(page.articles) for _, page in library.pages())} articles, "
        f"{sum(len(page.examples) for _, page in library.pages())} example questions, "
        f"{len(library.contacts)} contacts, {len(library.urgent_rules)} urgent rules"
    )
    for rule, count in sorted(Counter(each.rule for each in others).items()):
        click.echo(f"notices: {count} {rule}")
    if others and not notices:
        click.echo("'hotline check --notices' lists them, '--stale' what waits for a person")
    click.echo(f"{len(errors)} errors" if errors else "clean: no errors")
    return len(errors)


def refuse_errors(problems: Sequence[Problem]) -> None:
    """Raise BotError with the errors among these problems, if there are any."""
    errors = [str(each) for each in problems if each.severity is Severity.ERROR]
    if errors:
        more = [f"… and {len(errors) - _SHOWN} more"] if len(errors) > _SHOWN else []
        lines = [*errors[:_SHOWN], *more, "nothing was published; 'hotline check' lists all of it"]
        raise BotError("\n".join(["the content has errors:", *lines]))

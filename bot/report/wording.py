"""How the report names things, on the page and on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isinf
from typing import Final

from bot.metrics import WAITS
from bot.report.figures import Report
from index.evaluation.wording import cent

_LANGUAGES: Final[Mapping[str, str]] = {"tg": "Tajik", "ru": "Russian", "uz": "Uzbek", "en": "English"}
_SPELLINGS: Final[Mapping[str, str]] = {
    "own-letters": "Cyrillic with its own letters",
    "plain": "Cyrillic, plain letters",
    "latin": "Latin letters",
    "mixed": "both alphabets",
    "other": "no letters of either alphabet",
}


def summary(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the facts that stand first, by name."""
    first, last = report.days[0].day, report.days[-1].day
    yield "Days", f"{first} to {last}, UTC; the last one so far"
    yield "Questions", str(report.asked)
    yield "Without an answer", cent(report.unanswered)
    yield "Half of the replies", seconds_within(report.within(0.5))
    yield "Apologies for failures", str(report.failures)
    if report.failed_builds:
        yield "Failed publishing", str(report.failed_builds)
    if report.titles is not None:
        yield "Articles past review", str(len(report.stale))


def language_name(language: str) -> str:
    """Return what a language is called."""
    return _LANGUAGES.get(language, language)


def spelt(language: str, spelling: str) -> str:
    """Return how a language was written."""
    return f"{language_name(language)}, {_SPELLINGS.get(spelling, spelling)}"


def seconds(limit: float) -> str:
    """Return the upper limit of a wait."""
    return f"more than {WAITS[-1]:g} s" if isinf(limit) else f"{limit:g} s"


def seconds_within(limit: float | None) -> str:
    """Return when a share of replies was there, as the end of a sentence."""
    if limit is None:
        return "–"
    return f"after {seconds(limit)}" if isinf(limit) else f"within {seconds(limit)}"

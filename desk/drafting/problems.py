"""What `hotline check` says of a page with a draft in it, each problem at its field; without any file.

A place in a file has a line; here each place that has a field is given a line of its own, and found by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from desk.drafting import facts, texts
from desk.drafting.parts import Part, language_of, with_owner
from desk.drafting.wrong import Applied, Owner, Wrong
from knowledge.changes.revalidate import replaced
from knowledge.check.articles import articles
from knowledge.check.deadlines import deadlines
from knowledge.check.due import due
from knowledge.check.references import references
from knowledge.load import Reading
from knowledge.model import Article, Library, Page, Topic
from knowledge.parse import Location, Parsed
from knowledge.problems import Problem, Severity

WHOLE: Final = "page"
"""Stands for a field where the whole page is meant."""
_SAID_ELSEWHERE: Final = frozenset({"never-called", "missing-language"})
RULES: Final = frozenset(
    {
        *{"markdown", "unknown-reference", "too-long", "length", "contradiction", "missing-section"},
        *{"missing-source-article", "unknown-section", "double-section", "long-id", "wrong-date"},
        *{
            "review-passed",
            "never-checked",
            "no-longer-valid",
            "unreviewed",
            "lagging-translation",
            "set-aside",
            "recording-older-than-text",
        },
    }
)
"""Rules that have a sentence of their own."""
_WITH_DETAIL: Final = frozenset(
    {"markdown", "unknown-reference", "too-long", "length", "contradiction", "unknown-section", "other"}
)
_NEVER_BLOCKS: Final = frozenset({"contradiction"})
"""A number must change in one place first: a text before another one, or before the list of terms."""
_SECTION: Final = re.compile(r"^section '(?P<id>[^']+)'")


@dataclass(frozen=True, slots=True)
class Shown:
    """One problem, as the page shows it."""

    field: str
    """Name of its field, or WHOLE."""
    phrase: str
    """Key of the sentence in desk/phrases."""
    detail: str
    """What the check itself says, in English; '' where the sentence says all of it."""
    blocks: bool
    """Whether it keeps the draft from being saved."""


def problems(library: Library, owner: Owner, part: Part, result: Applied, today: date) -> list[Shown]:
    """Return what is wrong with this part of the page: first what blocks saving.

    library: without the draft. owner: as it stands there. result: what the draft makes of it.
    today: what review dates are held against.
    """
    with_draft = with_owner(library, result.owner)
    lines = _Lines(result.owner.page, part)
    after = list(_found(with_draft, result.owner, today, lines.parsed))
    before = after if result.owner == owner else _found(library, owner, today, {})
    known = {(each.path, each.rule, each.message) for each in before}
    shown = [_wrong(each) for each in result.wrong]
    for each in after:
        is_new = (each.path, each.rule, each.message) not in known
        here = each.path == lines.path
        if (here or is_new) and each.rule not in _SAID_ELSEWHERE:
            shown.append(_shown(each, lines.field(each), blocks=is_new))
    return sorted(dict.fromkeys(shown), key=lambda each: not each.blocks)


def _found(library: Library, owner: Owner, today: date, parsed: Mapping[str, Parsed]) -> Iterator[Problem]:
    # Rules that parse Markdown see this page alone; those between pages cost next to nothing.
    is_topic = isinstance(owner, Topic)
    alone = replaced(library, topics=[owner] * is_topic, publications=[owner] * (not is_topic))
    own = Reading(alone, {}, [], parsed)
    yield from articles(own)
    yield from due(own, today)
    every = Reading(library, {}, [], {**parsed, "deadlines.yaml": Parsed({})})
    yield from references(every)
    yield from deadlines(every)


def _wrong(wrong: Wrong) -> Shown:
    return Shown(wrong.field, wrong.phrase, "", blocks=True)


def _shown(problem: Problem, field: str, *, blocks: bool) -> Shown:
    blocks = blocks and problem.severity is Severity.ERROR and problem.rule not in _NEVER_BLOCKS
    rule = problem.rule if problem.rule in RULES else "other"
    detail = problem.message if rule in _WITH_DETAIL else ""
    return Shown(field, f"problem-{rule}", detail, blocks)


class _Lines:
    """The places of one file that have a field, each with a line of its own; line 1 is all the rest."""

    def __init__(self, page: Page, part: Part) -> None:
        language = language_of(part)
        self.path = f"{page.path}/{language or 'topic'}.{'md' if language else 'yaml'}"
        places = _of_facts(page) if language is None else _of_text(page.articles.get(language))
        numbered = list(enumerate(places, start=2))
        self.parsed = {self.path: Parsed({}, {place: line for line, (place, _) in numbered})}
        self._fields = {line: field for line, (_, field) in numbered}

    def field(self, problem: Problem) -> str:
        """Return the field that this problem is about."""
        if problem.path != self.path:
            return WHOLE
        section = _SECTION.match(problem.message)
        if problem.rule == "missing-section" and section:
            return texts.heading_of(section["id"])
        return self._fields.get(problem.line, WHOLE)


def _of_text(article: Article | None) -> Iterator[tuple[Location, str]]:
    for n, section in enumerate(article.sections if article else ()):
        yield ("sections", n), texts.text_of(section.id)


def _of_facts(page: Page) -> Iterator[tuple[Location, str]]:
    yield ("review_by",), facts.REVIEW_BY
    yield ("contacts",), facts.CONTACTS
    for n, section in enumerate(page.sections):
        yield ("sections", n, "sources"), facts.all_rests_of(section.id)
        yield ("sections", n, "contacts"), facts.contacts_of(section.id)
        yield ("sections", n, "valid_until"), facts.until_of(section.id)

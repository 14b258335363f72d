"""What `hotline check` says of a page with a draft in it, each problem at its field; without any file.

A place in a file has a line; here each place that has a field is given a line of its own, and found by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from desk.drafting import examples, facts, texts
from desk.drafting.parts import EXAMPLES, Part, language_of, with_owner
from desk.drafting.wrong import Applied, Owner, Wrong
from desk.teaching import folded_of
from knowledge.changes.revalidate import replaced
from knowledge.check.articles import articles
from knowledge.check.deadlines import deadlines
from knowledge.check.due import due
from knowledge.check.examples import examples as misplaced
from knowledge.check.examples import near_copies
from knowledge.check.references import references
from knowledge.load import Reading
from knowledge.model import Article, Language, Library, Page, Topic
from knowledge.parse import Location, Parsed
from knowledge.problems import Problem, Severity
from knowledge.writing.message_revision import message_row

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
        *{"near-copy", "example-in-two-topics", "double-example", "unknown-kind"},
    }
)
"""Rules that have a sentence of their own."""
_WITH_DETAIL: Final = frozenset(
    {
        *{"markdown", "unknown-reference", "too-long", "length", "contradiction", "unknown-section", "other"},
        *{"example-in-two-topics", "unknown-kind"},
    }
)
_NEVER_BLOCKS: Final = frozenset({"contradiction"})
"""A number must change in one place first: a text before another one, or before the list of terms."""
_ELSEWHERE: Final = re.compile(r" at (?P<path>[^:]+):\d+")
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
    about: str = ""
    """The message or line that is meant, where a field has many."""


def problems(
    library: Library, owner: Owner, part: Part, result: Applied, today: date, golden: Sequence[str] = ()
) -> list[Shown]:
    """Return what is wrong with this part of the page: first what blocks saving.

    library: without the draft. owner: as it stands there. result: what the draft makes of it.
    today: what review dates are held against. golden: texts of the golden questions; none of them is shown.
    """
    with_draft, shown = with_owner(library, result.owner), [_wrong(each) for each in result.wrong]
    if part in EXAMPLES:
        shown += _of_language(with_draft, owner.page, result.owner.page, part, golden)
    else:
        shown += _of_page(library, with_draft, owner, result.owner, part, today)
    return sorted(dict.fromkeys(shown), key=lambda each: not each.blocks)


def _of_page(
    library: Library, with_draft: Library, owner: Owner, drafted: Owner, part: Part, today: date
) -> Iterator[Shown]:
    lines = _Lines(drafted.page, part)
    after = list(_found(with_draft, drafted, today, lines.parsed))
    before = after if drafted == owner else _found(library, owner, today, {})
    known = {(each.path, each.rule, each.message) for each in before}
    for each in after:
        is_new = (each.path, each.rule, each.message) not in known
        here = each.path == lines.path
        if (here or is_new) and each.rule not in _SAID_ELSEWHERE:
            yield _shown(each, lines.place(each), blocks=is_new)


def _of_language(
    with_draft: Library, before: Page, drafted: Page, part: Part, golden: Sequence[str]
) -> Iterator[Shown]:
    lines, known = _Lines(drafted, part), set(_Lines(before, part).places.values())
    reading = Reading(with_draft, {}, [], lines.parsed)
    found = [
        *misplaced(reading, folded_of, told_at=lines.path),
        *near_copies(reading, golden, folded_of, only=lines.path),
    ]
    for each in found:
        place = lines.place(each)
        if each.path == lines.path and place.field:
            # The same message was as wrong before, so nothing need be looked at twice.
            yield _shown(each, place, blocks=place not in known)


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
    return Shown(wrong.field, wrong.phrase, "", blocks=True, about=wrong.about)


def _shown(problem: Problem, place: _Place, *, blocks: bool) -> Shown:
    blocks = blocks and problem.severity is Severity.ERROR and problem.rule not in _NEVER_BLOCKS
    rule = problem.rule if problem.rule in RULES else "other"
    detail = problem.message if rule in _WITH_DETAIL else ""
    if rule == "example-in-two-topics" and (other := _ELSEWHERE.search(detail)):
        detail = other["path"]
    return Shown(place.field, f"problem-{rule}", detail, blocks, place.about)


@dataclass(frozen=True, slots=True)
class _Place:
    field: str
    about: str = ""
    """The line, in a field that has many."""


class _Lines:
    """The places of one file that have a field, each with a line of its own; line 1 is all the rest."""

    def __init__(self, page: Page, part: Part) -> None:
        language = language_of(part)
        if part in EXAMPLES:
            name, places = "examples.txt", _of_messages(page, EXAMPLES[part])
        elif language:
            name, places = f"{language}.md", _of_text(page.articles.get(language))
        else:
            name, places = "topic.yaml", _of_facts(page)
        self.path = f"{page.path}/{name}"
        located = list(enumerate(places, start=2))
        self.parsed = {self.path: Parsed({}, {at: line for line, (at, _) in located})}
        self.places = {line: place for line, (_, place) in located}

    def place(self, problem: Problem) -> _Place:
        """Return the place that this problem is about; one without a field is edited on another page."""
        if problem.path != self.path:
            return _Place(WHOLE)
        section = _SECTION.match(problem.message)
        if problem.rule == "missing-section" and section:
            return _Place(texts.heading_of(section["id"]))
        return self.places.get(problem.line, _Place(WHOLE))


def _of_messages(page: Page, language: Language) -> Iterator[tuple[Location, _Place]]:
    for n, each in enumerate(page.examples):
        yield (n,), _Place(examples.field_of(each, language), message_row(each.text, each.also))


def _of_text(article: Article | None) -> Iterator[tuple[Location, _Place]]:
    for n, section in enumerate(article.sections if article else ()):
        yield ("sections", n), _Place(texts.text_of(section.id))


def _of_facts(page: Page) -> Iterator[tuple[Location, _Place]]:
    yield ("review_by",), _Place(facts.REVIEW_BY)
    yield ("category",), _Place(facts.CATEGORY)
    yield ("related",), _Place(facts.RELATED)
    yield ("contacts",), _Place(facts.CONTACTS)
    for n, section in enumerate(page.sections):
        yield ("sections", n, "sources"), _Place(facts.all_rests_of(section.id))
        yield ("sections", n, "contacts"), _Place(facts.contacts_of(section.id))
        yield ("sections", n, "today"), _Place(facts.today_of(section.id))
        yield ("sections", n, "valid_until"), _Place(facts.until_of(section.id))

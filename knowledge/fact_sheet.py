"""An editor's sheet of facts held against the articles: which figures does which language not have?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import ContentError
from knowledge.figures import figures
from knowledge.markdown import CONTACT
from knowledge.model import LANGUAGES, Article, Confidence, Language, Library, PartialDate, Text, Value
from knowledge.parse import ParseError, parse_yaml
from knowledge.problems import nearest
from knowledge.table import table

_PHONE = re.compile(r"(?:\+\d|\b8-800)[\d -]{7,}\d|\b(\d\d)-\1\b")
# The last form is a short code, such as 19-19: no range goes from a number to itself.
_QUARTER = re.compile(r"\bQ[1-4]\b")


class Fact(Value):
    """One claim with its source; articles say it in their own words."""

    fact: Text
    figures: str | None = None
    """The numbers that matter, with their units; without it those of `fact` count."""
    valid_from: PartialDate = None
    valid_until: PartialDate = None
    as_of: str | None = None
    """When it was so; a sheet may say '2025-Q4'."""
    source_url: str | None
    """Not always a link: a file in a public repository has another kind of name."""
    source_date: str | None
    """A date, or what the source is instead, such as 'consolidated text'."""
    confidence: Confidence
    note: str | None = None

    @property
    def expected(self) -> bool:
        """Whether the article must tell it; what is of low confidence is left out or told as "check with"."""
        return self.confidence != "low"

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers that every article must have, as digits: sums, terms, days and years alike.

        Months and quarters are left out, since every language has its own names for them. A phone number
        is one number, in the international form without '+'.
        """
        text = _QUARTER.sub("", self.figures or self.fact)
        phones = frozenset(_phone(match[0]) for match in _PHONE.finditer(text))
        return phones | figures(_PHONE.sub("", text))


class FactSheet(BaseModel):
    """Facts by topic id; what else stands at the top of the file is for people."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    facts: Mapping[str, tuple[Fact, ...]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Figures of a fact that one article does not have: lost, or told in words or another unit."""

    topic: str
    language: Language
    fact: str
    missing: tuple[str, ...]
    """Digits without separators, ascending; all figures of the fact if there is no article."""


def read_fact_sheet(path: Path) -> FactSheet:
    """Return the sheet in this YAML file.

    Raises ContentError with path:line if it is missing, no YAML, or no fact sheet.
    """
    try:
        parsed = parse_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: cannot be read as UTF-8 text: {error}") from None
    except ParseError as error:
        raise ContentError(f"{path}:{error.line}: {error}") from None
    try:
        return FactSheet.model_validate(parsed.value)
    except ValidationError as error:
        lines = [
            f"{path}:{parsed.line(each['loc'])}: {'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise ContentError("\n".join(lines)) from None


def missing_figures(sheet: FactSheet, library: Library) -> tuple[Gap, ...]:
    """Return where an article lacks figures of a fact of high or medium confidence, in the sheet's order.

    A figure counts as found anywhere in the topic's article of that language, since sums and terms move
    between sections and a person reads the list in any case; a phone number counts as found if the topic, a
    section or the text names its contact.

    Raises ContentError for a topic that the library does not have.
    """
    return tuple(
        Gap(topic, language, fact.fact, lacking)
        for topic, fact in _expected(sheet, library)
        for language, lacking in _lacking(fact, library, topic).items()
        if lacking
    )


def report(sheet: FactSheet, library: Library) -> str:
    """Return a Markdown table: every expected fact, and for each language a tick or the missing figures.

    Raises ContentError for a topic that the library does not have.
    """
    facts = list(_expected(sheet, library))
    rows = [
        [topic, fact.fact, fact.confidence, *_cells(fact, _lacking(fact, library, topic))]
        for topic, fact in facts
    ]
    plain = sum(not fact.numbers for _, fact in facts)
    gaps = missing_figures(sheet, library)
    return (
        f"{len(facts)} facts of high or medium confidence; {plain} have no figures and say 'read', "
        f"since only a person can compare them; {len(gaps)} gaps in "
        f"{len({(each.topic, each.fact) for each in gaps})} facts.\n\n"
        f"{table(['topic', 'fact', 'confidence', *LANGUAGES], rows)}\n"
    )


def _expected(sheet: FactSheet, library: Library) -> Iterator[tuple[str, Fact]]:
    for topic, facts in sheet.facts.items():
        if topic not in library.topic_by_id:
            hint = nearest(topic, library.topic_by_id)
            raise ContentError(f"fact sheet: facts.{topic}: there is no such topic{hint}; correct the sheet")
        yield from ((topic, fact) for fact in facts if fact.expected)


def _lacking(fact: Fact, library: Library, topic: str) -> dict[Language, tuple[str, ...]]:
    page = library.topic_by_id[topic].page
    named = {
        *library.topic_by_id[topic].contacts,
        *(each for part in page.sections for each in part.contacts),
    }
    return {
        language: tuple(sorted(fact.numbers - _told(page.articles.get(language), named, library), key=int))
        for language in LANGUAGES
    }


def _told(article: Article | None, named: AbstractSet[str], library: Library) -> frozenset[str]:
    if article is None:
        return frozenset()
    text = "\n\n".join(f"{each.heading}\n\n{each.text}" for each in article.sections)
    contacts = named | {match["id"] for match in CONTACT.finditer(text)}
    phones = (phone for each in library.contacts if each.id in contacts for phone in each.phones)
    return figures(text) | frozenset(map(_phone, phones))


def _phone(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    return f"7{digits[1:]}" if digits.startswith("8800") else digits


def _cells(fact: Fact, lacking: Mapping[Language, tuple[str, ...]]) -> list[str]:
    if not fact.numbers:
        return ["read"] * len(LANGUAGES)
    return [", ".join(lacking[language]) or "✓" for language in LANGUAGES]

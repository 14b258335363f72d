"""The parts of a page that are edited apart: texts and messages by language, and what is common to all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from desk.drafting import examples, facts, texts
from desk.drafting.wrong import Applied, Owner
from knowledge.changes.libraries import with_publication, with_topic
from knowledge.model import LANGUAGES, Language, Library, Topic

Part = Literal["tg", "ru", "uz", "en", "facts", "examples-tg", "examples-ru", "examples-uz", "examples-en"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
EXAMPLES: Final[Mapping[Part, Language]] = {
    "examples-tg": "tg",
    "examples-ru": "ru",
    "examples-uz": "uz",
    "examples-en": "en",
}
"""By their part, as all of a topic at once would make a page of a hundred kilobytes."""
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that differs between what somebody began with, what stands there now, and what he typed."""

    name: str
    base: str
    theirs: str
    mine: str

    @property
    def both(self) -> bool:
        """Whether both changed it, to different texts."""
        return self.theirs != self.base and self.mine not in (self.base, self.theirs)

    @property
    def by_line(self) -> bool:
        """Whether it holds messages: then the lines of both are put together, and nobody need choose."""
        return _has_messages(self.name)


def owner_of(library: Library, page_id: str) -> Owner | None:
    """Return the topic or publication whose page has this id."""
    known = library.page_by_id.get(page_id)
    if known is None:
        return None
    owners: Iterator[Owner] = iter((*library.topics, *library.publications))
    return next((each for each in owners if each.page.path == known[1].path), None)


def language_of(part: Part) -> Language | None:
    """Return the language of a text, None for the facts and the messages."""
    return next((each for each in LANGUAGES if each == part), None)


def fields_of(owner: Owner, part: Part) -> dict[str, str]:
    """Return what stands in each field of this part now."""
    if part in EXAMPLES:
        return examples.fields_of(owner.page, EXAMPLES[part])
    language = language_of(part)
    return facts.fields_of(owner) if language is None else texts.fields_of(owner.page, language)


def typed(owner: Owner, part: Part, library: Library, form: Fields, base: Fields) -> dict[str, str]:
    """Return the fields of a form; what it lacks is as in `base`, what stood there when it was opened."""
    if part in EXAMPLES:
        return examples.typed(owner.page, EXAMPLES[part], form, base)
    language = language_of(part)
    if language is None:
        return facts.typed(owner, library, form, base)
    return texts.typed(owner.page, language, form, base)


def applied(owner: Owner, part: Part, fields: Fields, today: date) -> Applied:
    """Return the owner with these fields, and which of them could not be taken and why.

    today: the day that changed texts are dated with.
    """
    if part in EXAMPLES:
        return examples.applied(owner, EXAMPLES[part], fields)
    language = language_of(part)
    if language is None:
        return facts.applied(owner, fields)
    return texts.applied(owner, language, fields, today)


def with_owner(library: Library, owner: Owner) -> Library:
    """Return the library with this topic or publication instead of the one with its id."""
    return with_topic(library, owner) if isinstance(owner, Topic) else with_publication(library, owner)


def merged(base: Fields, theirs: Fields, mine: Fields) -> dict[str, str]:
    """Return what stands there now, with what differs between base and mine put in; mine wins."""
    result = {**theirs, **{name: text for name, text in mine.items() if text != base.get(name, "")}}
    if texts.ORDER in theirs and texts.ORDER in result:
        orders = (each.get(texts.ORDER, "").split() for each in (base, theirs, mine))
        result[texts.ORDER] = " ".join(_merged_lists(*orders))
    for name in filter(_has_messages, result):
        lines = (list(filter(None, each.get(name, "").split("\n"))) for each in (base, theirs, mine))
        result[name] = "\n".join(_merged_lists(*lines))
    return result


def are_same(some: Fields, others: Fields) -> bool:
    """Return whether the same stands in all fields; one that is missing is empty."""
    return all(some.get(name, "") == others.get(name, "") for name in {*some, *others})


def clashes(base: Fields, theirs: Fields, mine: Fields) -> list[Clash]:
    """Return the fields in which not all three are the same, in the order of the page."""
    names = dict.fromkeys((*mine, *theirs, *base))
    found = [Clash(name, *(each.get(name, "") for each in (base, theirs, mine))) for name in names]
    return [each for each in found if not each.base == each.theirs == each.mine]


def _has_messages(name: str) -> bool:
    return name.partition("--")[0] == examples.WHOLE


def _merged_lists(base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    if mine == base:
        return theirs
    kept = [each for each in mine if each in theirs or each not in base]
    return [*kept, *(each for each in theirs if each not in base and each not in mine)]

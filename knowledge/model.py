"""The values that the hotline knows: frozen, valid, and the same in a folder and in a snapshot."""

from __future__ import annotations

import hashlib
import operator
import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Language = Literal["tg", "ru", "uz", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NOT_OURS: Final = "not-ours"
"""Stands for the outcome that nothing of ours fits, where a topic id would stand."""
DANGER_NOW: Final = "danger-now"
"""Kind of a calibration message that tells of danger now."""
Confidence = Literal["high", "medium", "low"]
CallResult = Literal["answered", "no-answer", "wrong-number"]
DayRuleId = Literal[
    "register", "patent-papers", "days-in-year", "days-at-once", "patent-payment", "patent-reissue"
]
DAY_RULES: tuple[DayRuleId, ...] = get_args(DayRuleId)


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(
            f"'{text}' is no id: small letters, digits and single hyphens, such as 'unpaid-wages'"
        )
    return text


def _https(text: str) -> str:
    if not re.fullmatch(r"https://[^\s/]+\.[^\s]+", text):
        raise ValueError(f"'{text}' is no link: it must begin with https:// (or be null where there is none)")
    return text


def _partial_date(value: object) -> object:
    if value is None or isinstance(value, date):
        return value.isoformat() if isinstance(value, date) else None
    text = str(value)
    parts = text.split("-")
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        raise ValueError(f"'{text}' is no date: write 2025, 2025-08 or 2025-08-28, or null for undated")
    date(int(parts[0]), int(parts[1]) if len(parts) > 1 else 1, int(parts[2]) if len(parts) > 2 else 1)
    return text


def _approval(value: object) -> object:
    return None if value is False else value


Id = Annotated[str, AfterValidator(_identifier)]
Link = Annotated[str, AfterValidator(_https)]
PartialDate = Annotated[str | None, BeforeValidator(_partial_date)]
"""A source's own date as precise as it is known: '2025', '2025-08', '2025-08-28'; None is undated."""
Text = Annotated[str, Field(min_length=1)]
ShortDigest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{16}$")]


def short_digest(content: bytes) -> str:
    """Return a short name of this content: another content has another one."""
    return "sha256:" + hashlib.sha256(content).hexdigest()[:16]


class Value(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Texts(Value):
    """One text in all four languages."""

    tg: Text
    ru: Text
    uz: Text
    en: Text

    def get(self, language: Language) -> str:
        """Return the text in this language."""
        text: str = getattr(self, language)
        return text


class SomeTexts(Value):
    """One text in those languages in which it is known."""

    tg: Text | None = None
    ru: Text | None = None
    uz: Text | None = None
    en: Text | None = None

    def nearest(self, language: Language) -> str | None:
        """Return the text in this language, or in the nearest one that has it."""
        texts = (getattr(self, each) for each in nearest_languages(language))
        return next((text for text in texts if text), None)


def nearest_languages(language: Language) -> tuple[Language, ...]:
    """Return all languages, the asked one first, then those its speakers most likely read."""
    order: dict[Language, tuple[Language, ...]] = {
        "tg": ("tg", "ru", "en", "uz"),
        "ru": ("ru", "tg", "en", "uz"),
        "uz": ("uz", "ru", "tg", "en"),
        "en": ("en", "ru", "tg", "uz"),
    }
    return order[language]


class Source(Value):
    """Where a claim comes from."""

    title: Text
    url: Link | None
    date: PartialDate = None
    """The date that the source itself shows; None is shown as "undated"."""


class Section(Value):
    """One part of an article, able to stand alone: this is what a citizen gets."""

    id: Id
    heading: Text
    text: Text
    """Markdown as docs/editing.md allows it."""

    @property
    def digest(self) -> str:
        """A short name of heading and text: another text has another one."""
        return short_digest(f"{self.heading}\n\n{self.text}".encode())


def sound_file(section: str, language: Language) -> str:
    """Return what the sound of a section in this language is called in the folder of its page."""
    return f"{section}.{language}.ogg"


class Recording(Value):
    """A section read aloud, for people who read poorly; the sound is a file beside the article."""

    section: Id
    language: Language
    text: ShortDigest
    """`Section.digest` of what was read."""
    sound: ShortDigest
    """`short_digest` of the file."""
    seconds: int = Field(ge=1)
    recorded: date
    """The day on which it was attached."""

    @property
    def file(self) -> str:
        """Name of the sound in the folder of the page: OGG/Opus."""
        return sound_file(self.section, self.language)


class SetAside(Value):
    """A piece of a page that intake held back; never shown or embedded until a person releases it."""

    text: str
    reason: str


class Article(Value):
    """One page in one language."""

    language: Language
    title: Text
    updated: date
    translated_from: date | None = None
    """`updated` of the source-language article that this one follows; None in the source language."""
    reviewed: Annotated[date | None, BeforeValidator(_approval)] = None
    """The day on which a person of the ministry approved this text; None (`false` in files) until then."""
    questions: tuple[Text, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    sections: tuple[Section, ...] = ()

    def section(self, section_id: str) -> Section | None:
        """Return the section with this id, or None."""
        return next((each for each in self.sections if each.id == section_id), None)


class SectionFacts(Value):
    """What is the same about a section in all languages."""

    id: Id
    sources: tuple[Id, ...] = Field(min_length=1)
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which the section's rule or sum holds."""
    contacts: tuple[Id, ...] = ()
    today: str | None = None
    """`topic-id#section-id` that says what holds today, beside a report of what was only discussed."""


class Example(Value):
    """One message as people write it."""

    text: Text
    language: Language
    kind: str | None = None
    """Section id, sort of not-ours message, urgent rule id or DANGER_NOW, by the file it stands in."""
    also: tuple[Id, ...] = ()
    """Further topics that would be right too."""


class Page(Value):
    """Articles in several languages that say the same, with their sources and example questions."""

    path: str
    """Folder below the content folder, such as 'topics/unpaid-wages'; with '#section' it names a section."""
    source_language: Language
    checked: date | None = None
    """The day on which somebody compared the page with its live sources; None if nobody has."""
    review_by: date
    sources: dict[Id, Source]
    sections: tuple[SectionFacts, ...]
    articles: dict[Language, Article] = Field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    recordings: tuple[Recording, ...] = Field(default=(), exclude_if=operator.not_)
    """In a snapshot, those of the text as it stands there."""

    @property
    def id(self) -> str:
        """The last part of the path: a topic's id, or a publication's."""
        return self.path.rpartition("/")[2]

    def article(self, language: Language) -> Article:
        """Return the article in this language, or in the nearest one that exists."""
        return next(self.articles[each] for each in nearest_languages(language) if each in self.articles)

    def shown(self, section_id: str, language: Language) -> tuple[Article, Section]:
        """Return the article for this language, and its section with this id, or else its first one."""
        article = self.article(language)
        return article, article.section(section_id) or article.sections[0]

    def facts(self, section_id: str) -> SectionFacts:
        """Return what is language-independent about this section. Raises KeyError."""
        for each in self.sections:
            if each.id == section_id:
                return each
        raise KeyError(section_id)

    def recording(self, section_id: str, language: Language) -> Recording | None:
        """Return the recording of this section in this language, or None."""
        found = (each for each in self.recordings if (each.section, each.language) == (section_id, language))
        return next(found, None)

    def is_outdated(self, recording: Recording) -> bool:
        """Return whether the article says something else now than what was read, or lacks the section."""
        article = self.articles.get(recording.language)
        section = article.section(recording.section) if article else None
        return section is None or section.digest != recording.text


class Topic(Value):
    """One matter that people ask about."""

    id: Id
    category: Id
    related: tuple[Id, ...] = ()
    contacts: tuple[Id, ...] = Field(min_length=1)
    page: Page


class Publication(Value):
    """What the ministry published: a further page of a topic."""

    id: Id
    topic: Id
    page: Page


class Category(Value):
    """A group of topics in the menu."""

    id: Id
    title: Texts
    short: Texts | None = None
    """For a button beside another one, at most 16 characters; None: the title stands there."""
    first: tuple[Id, ...] = ()
    """Topics that stand first in it, in this order; the others follow by their ids."""
    danger: bool = False
    """Whether its topics are matters of danger: where one is offered, a number to call stands under it."""


class Position(Value):
    """Where a contact is, WGS 84 degrees."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    exact: bool
    """False: only the town or an old place is known, so no pin may be sent."""


class Hours(Value):
    """When somebody answers."""

    time_zone: str
    open: tuple[str, ...] = ()
    """Such as 'mo-fr 09:00-18:00', local time."""
    round_the_clock: bool = False


class Call(Value):
    """Somebody of the staff tried a number."""

    phone: str
    day: date
    result: CallResult
    by: Text | None = None
    """Name of who called, as the desk knows it; None where nobody wrote it down."""


class Contact(Value):
    """Somebody who can be called or written to."""

    id: Id
    kind: Text
    country: str = Field(pattern=r"^[A-Z]{2}$")
    city: Texts | None = None
    name: Texts
    phones: tuple[str, ...] = ()
    """E.164, or a short code of the country, in the order to try."""
    email: tuple[str, ...] = ()
    website: Link | None = None
    address: SomeTexts | None = None
    position: Position | None = None
    hours: Hours | None = None
    """None: unknown, and then nothing is said about hours."""
    languages: tuple[str, ...] = ()
    checked: date | None = None
    """The day on which somebody called; None if nobody has."""
    calls: tuple[Call, ...] = Field(default=(), exclude=True)
    """The last call of each number, for staff: not part of a snapshot."""
    confidence: Confidence
    source: Source
    note: Texts | None = None
    remark: str | None = None
    """For staff; never shown to a citizen."""

    @property
    def confirmed(self) -> bool:
        """Whether an official source of today vouches for it; others are marked in every reply."""
        return self.confidence == "high"

    @property
    def reachable(self) -> bool:
        """Whether a citizen can do anything with it."""
        return bool(self.phones or self.email)


class Patterns(Value):
    """Urgent patterns by the language they are written in; syntax in docs/editing.md."""

    tg: tuple[Text, ...] = ()
    ru: tuple[Text, ...] = ()
    uz: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Return the patterns of all languages."""
        return self.tg + self.ru + self.uz + self.en


class UrgentRule(Value):
    """A situation of danger, how it is recognised, and the first steps."""

    id: Id
    topic: Id
    contacts: tuple[Id, ...] = Field(min_length=1)
    """In the order to call; the first one is confirmed."""
    script: Texts
    patterns: Patterns
    counter_examples: tuple[Text, ...] = ()
    """Messages that only sound like it; the patterns must not match them."""


RemarkKind = Literal["robot", "who", "insult", "thanks", "goodbye", "wellbeing", "greeting", "okay"]
"""In this order of importance: of several in one message the first one is answered."""


class Remarks(Value):
    """What people say without asking anything; a spelling is compared folded, so that each stands once."""

    kind: RemarkKind
    tg: tuple[Text, ...] = ()
    ru: tuple[Text, ...] = ()
    uz: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()
    any: tuple[Text, ...] = ()
    """Said in each of the languages."""


class SmallTalk(Value):
    """How messages are recognised that only greet, thank, scold and the like."""

    remarks: tuple[Remarks, ...] = ()
    fillers: tuple[Text, ...] = ()
    """What may stand beside a remark and says nothing alone: names of address, 'very', 'please'."""


class DayRule(Value):
    """A term that a citizen must keep; whatever reckons with it takes its number from here."""

    id: DayRuleId
    days: int | None = Field(default=None, ge=1, le=366)
    """Days of the term; None where the rule has no number of days of its own."""
    section: str
    """`topic-id#section-id` that explains the rule; its text names the same number in every language."""
    late: str | None = None
    """`topic-id#section-id` that says what to do when the last day has passed."""
    source: Id
    """The one among the sources of that section which states the rule."""
    sentence: Texts


class Place(Value):
    """A town or a country that people name when they say where they are."""

    id: Id
    title: Texts
    also: tuple[Text, ...] = ()
    """Further ways of writing it in the basic form, in any letters; case endings are understood."""
    country: str = Field(pattern=r"^[A-Z]{2}$")
    district: Id | None = None
    """Of the federal districts in places.yaml."""
    lat: float | None = Field(default=None, ge=-90, le=90)
    """Of the town's centre, WGS 84 degrees; None for a country."""
    lon: float | None = Field(default=None, ge=-180, le=180)
    also_a_word: bool = False
    """Whether the name is a common word or a person's name too, and so counts only after 'in' or 'from'."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every way of writing it, without repetitions."""
        title = self.title
        return tuple(dict.fromkeys((title.tg, title.ru, title.uz, title.en, *self.also)))


class Library(Value):
    """Everything the hotline knows at one moment."""

    categories: tuple[Category, ...]
    topics: tuple[Topic, ...]
    publications: tuple[Publication, ...] = ()
    contacts: tuple[Contact, ...]
    fallback: tuple[Id, ...] = ()
    """The contacts, in the order to try, that stand under a reply with no contacts of its own."""
    urgent_rules: tuple[UrgentRule, ...] = ()
    urgent_examples: tuple[Example, ...] = ()
    not_ours: tuple[Example, ...] = ()
    calibration: dict[str, tuple[Example, ...]] = Field(default_factory=dict)
    """Messages that are never taught and tell how sure the index may be, by topic id or NOT_OURS."""
    phrases: dict[Language, str] = Field(default_factory=dict)
    """Fluent source by language."""
    most_asked: tuple[Id, ...] = ()
    """Topics that the menu shows first, in this order."""
    small_talk: SmallTalk = SmallTalk()
    day_rules: tuple[DayRule, ...] = ()
    places: tuple[Place, ...] = ()
    districts: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    """Contacts that serve a district, in the order to try."""

    @cached_property
    def topic_by_id(self) -> dict[str, Topic]:
        """Topics by id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def contact_by_id(self) -> dict[str, Contact]:
        """Contacts by id."""
        return {contact.id: contact for contact in self.contacts}

    @cached_property
    def rule_by_id(self) -> dict[str, UrgentRule]:
        """Urgent rules by id."""
        return {rule.id: rule for rule in self.urgent_rules}

    @cached_property
    def day_rule_by_id(self) -> dict[str, DayRule]:
        """Terms by id."""
        return {rule.id: rule for rule in self.day_rules}

    @cached_property
    def page_by_path(self) -> dict[str, Page]:
        """Pages by path."""
        return {page.path: page for _, page in self.pages()}

    @cached_property
    def page_by_id(self) -> dict[str, tuple[Topic, Page]]:
        """Pages with the topic they belong to, by the last part of their path."""
        return {page.id: (self.topic_by_id[topic_id], page) for topic_id, page in self.pages()}

    def pages(self) -> Iterator[tuple[str, Page]]:
        """Yield (topic id, page): each topic's own page, then the ministry's publications."""
        for topic in self.topics:
            yield topic.id, topic.page
        for publication in self.publications:
            yield publication.topic, publication.page

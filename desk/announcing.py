"""An announcement before it is sent: what is wrong with it, and how a citizen will see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from bot import news
from bot.clerk import Clerk
from bot.markup import TELEGRAM_LIMIT
from bot.phrases import Phrases, Voice
from bot.store import Announcement
from desk.telegram_html import telegram_html
from knowledge.figures import figures
from knowledge.markdown import CONTACT, violations
from knowledge.model import LANGUAGES, Language, Library

_COMPARED_WITH: Final[Language] = "ru"
_LONGEST_TYPED: Final = 8_000
"""Characters of a field that are read; twice what can be sent."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a text cannot be sent as it is."""

    phrase: str
    """Key of the sentence in desk/phrases."""
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One language of it."""

    language: Language
    text: str
    html: Markup
    """As Telegram shows it, made of nothing but the tags that Telegram knows."""
    button: str | None
    wrong: tuple[Wrong, ...]
    figures: tuple[str, ...]
    """Numbers that differ from those of the Russian text; a hint, not an error."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    texts: Mapping[Language, str]
    section: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the button may lead to."""

    topics: Sequence[tuple[str, str]]
    """(id, title), by title."""
    sections: Sequence[tuple[str, str]]
    """(id, heading) of the chosen topic."""
    topic: str
    """Id of the chosen one; '' for none."""
    section: str
    gone: bool
    """Whether the chosen section is not there any more."""


def typed_of(announcement: Announcement) -> Typed:
    """Return what was stored."""
    return Typed(announcement.texts, announcement.section)


def typed_in(form: Mapping[str, str], library: Library) -> Typed:
    """Return what was typed, without blank space around it; a section of another topic becomes the first."""
    texts = {
        each: form.get(f"text-{each}", "")[:_LONGEST_TYPED].replace("\r\n", "\n").strip()
        for each in LANGUAGES
    }
    topic = library.topic_by_id.get(form.get("topic", ""))
    if topic is None or not topic.page.sections:
        return Typed(texts, None)
    known = [each.id for each in topic.page.sections]
    section = form.get("section", "")
    return Typed(texts, f"{topic.page.id}#{section if section in known else known[0]}")


def shown(typed: Typed, library: Library, now: datetime) -> list[Shown]:
    """Return it in all languages, as the bot would show it with these texts of the content folder.

    now: with its time zone.
    """
    return [_shown(each, typed, library, now) for each in LANGUAGES]


def is_right(sides: Iterable[Shown], typed: Typed, library: Library) -> bool:
    """Return whether it may be approved and sent."""
    return not any(each.wrong for each in sides) and not _leads_nowhere(typed, library)


def choice(typed: Typed, library: Library, language: Language) -> Choice:
    """Return what the button may lead to, with titles in this language."""
    topic, _, section = (typed.section or "").partition("#")
    topics = [(each.id, each.page.article(language).title) for each in library.topics if each.page.articles]
    sections: list[tuple[str, str]] = []
    if topic in library.page_by_id:
        _, page = library.page_by_id[topic]
        sections = [(each.id, each.heading) for each in page.article(language).sections]
    topics.sort(key=lambda each: each[1])
    return Choice(topics, sections, topic, section, _leads_nowhere(typed, library))


def _leads_nowhere(typed: Typed, library: Library) -> bool:
    return typed.section is not None and not news.is_section(typed.section, library)


def _shown(language: Language, typed: Typed, library: Library, now: datetime) -> Shown:
    text = typed.texts[language]
    phrases = _phrases(language, library.phrases.get(language, ""))
    reply = news.announced(text, typed.section, Clerk(library, Voice(phrases, language), now))
    return Shown(
        language,
        text,
        telegram_html(reply.text),
        reply.buttons[0].text if reply.buttons else None,
        tuple(_wrong(text, news.length(reply))),
        _other_figures(text, typed.texts[_COMPARED_WITH]),
    )


@lru_cache(maxsize=8)
def _phrases(language: Language, source: str) -> Phrases:
    # Reading them takes longer than the rest of the page.
    return Phrases({language: source})


def _wrong(text: str, length: int) -> Iterator[Wrong]:
    if not text:
        yield Wrong("announcement-wrong-empty", {})
    if violations(text):
        yield Wrong("announcement-wrong-markdown", {})
    if CONTACT.search(text):
        yield Wrong("announcement-wrong-contact", {})
    if length > TELEGRAM_LIMIT:
        yield Wrong("announcement-wrong-long", {"length": str(length), "limit": str(TELEGRAM_LIMIT)})


def _other_figures(text: str, compared: str) -> tuple[str, ...]:
    if not text or not compared:
        return ()
    return tuple(sorted(figures(text) ^ figures(compared)))

"""What staff put into an answer by one press: texts that stand ready, and sections of published articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, cast, get_args

from bot.clerk import Clerk
from bot.hotline import Live
from bot.markup import to_plain
from bot.phrases import Phrases, Voice
from bot.render import bare_section
from knowledge.check.phrases import CANNED
from knowledge.model import Language, Library

_SHOWN: Final = 70
"""Characters of a text that its choice in a list shows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    id: str
    label: str


def citizens_language(code: str) -> Language:
    """Return the language that a thread is in; Tajik for one that this program does not know."""
    return cast(Language, code) if code in get_args(Language) else "tg"


def canned_choices(library: Library, language: Language) -> list[Choice]:
    """Return the texts that stand ready, as whoever reads this language tells them apart."""
    phrases = _phrases(library)
    keys = [each for each in phrases.keys if each.startswith(CANNED)]
    return [Choice(key, _short(phrases.say(language, key))) for key in keys]


def canned_text(library: Library, key: str, language: Language) -> str | None:
    """Return this text in the citizen's language; None if there is none of this name."""
    phrases = _phrases(library)
    is_canned = key.startswith(CANNED) and key in phrases.keys
    return phrases.say(language, key) if is_canned else None


def topic_choices(library: Library, language: Language) -> list[Choice]:
    """Return all topics by title."""
    titled = (Choice(each.id, each.page.article(language).title) for each in library.topics)
    return sorted(titled, key=lambda each: each.label.casefold())


def section_choices(library: Library, topic_id: str, language: Language) -> list[Choice]:
    """Return the sections of a topic in their order; none if there is no such topic."""
    topic = library.topic_by_id.get(topic_id)
    if topic is None:
        return []
    return [Choice(each.id, each.heading) for each in topic.page.article(language).sections]


def section_text(live: Live, topic_id: str, section_id: str, language: Language, now: datetime) -> str | None:
    """Return a section in the citizen's language as plain text, with its source and whom to call.

    None if it is not published.
    """
    topic = live.snapshot.library.topic_by_id.get(topic_id)
    if topic is None or section_id not in {each.id for each in topic.page.sections}:
        return None
    clerk = Clerk(live.snapshot.library, Voice(live.phrases, language), now)
    return to_plain(bare_section(topic, topic.page, section_id, clerk).text)


def appended(text: str, inserted: str) -> str:
    """Return what was typed with something below it."""
    return f"{text.rstrip()}\n\n{inserted}" if text.strip() else inserted


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"


def _phrases(library: Library) -> Phrases:
    return _read(tuple(library.phrases.items()))


@lru_cache(maxsize=2)
def _read(texts: tuple[tuple[Language, str], ...]) -> Phrases:
    # Reading all of them takes longer than the rest of the page.
    sources: Mapping[Language, str] = dict(texts)
    return Phrases(sources)

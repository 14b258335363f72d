"""A section as Telegram shows it to a citizen: the bot's own reply, with buttons that do nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from bot.clerk import Clerk
from bot.errors import BotError
from bot.markup import TELEGRAM_LIMIT, split
from bot.phrases import Phrases, Voice
from bot.render import section
from desk.drafting.wrong import Owner
from desk.telegram_html import telegram_html
from knowledge.model import Language, Library, Topic

_SURELY_SHORT: Final = TELEGRAM_LIMIT // 2
"""Characters of Markdown that need not be parsed to know that they fit one message."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a citizen gets."""

    messages: tuple[Markup, ...]
    buttons: tuple[tuple[str, ...], ...]
    """Texts, row by row."""


def preview(
    library: Library, owner: Owner, section_id: str, language: Language, now: datetime
) -> Preview | None:
    """Return this section of the page in this language; None where it cannot be shown as it is.

    now: the moment, with its zone, at which a citizen would ask.
    """
    article = owner.page.articles.get(language)
    topic = owner if isinstance(owner, Topic) else library.topic_by_id.get(owner.topic)
    if article is None or article.section(section_id) is None or topic is None:
        return None
    clerk = Clerk(library, Voice(_phrases(tuple(library.phrases.items())), language), now)
    try:
        reply = section(topic, owner.page, section_id, clerk)
    except (KeyError, BotError):  # a contact or source that there is not; that is among the problems
        return None
    pieces = split(reply.text) if len(reply.text) > _SURELY_SHORT else (reply.text,)
    messages = tuple(telegram_html(each) for each in pieces)
    return Preview(messages, tuple(tuple(each.text for each in row) for row in reply.rows))


@lru_cache(maxsize=2)
def _phrases(sources: tuple[tuple[Language, str], ...]) -> Phrases:
    return Phrases(dict(sources))

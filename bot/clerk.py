"""What every reply is made from: the library, the voice in one language, and the moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions import labelled
from bot.answer import contacts_of
from bot.contacts.shown import CONTACTS_SHOWN, contact_list
from bot.markup import escape
from bot.phrases import Voice
from bot.reply import Button, Reply
from knowledge.model import Contact, Hours, Library, Page, Topic

MOSCOW: Final = ZoneInfo("Europe/Moscow")
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Clerk:
    """The hotline speaking one language at one moment."""

    library: Library
    voice: Voice
    now: datetime
    """With its time zone."""
    staff_hours: Hours | None = None
    """When a person of the staff answers; None where nobody can be written to."""
    in_group: bool = False
    """Whether this is said to a group, for which none of its members alone can agree to anything."""
    sounds: Path | None = None
    """The file with the library's recordings; None where there is none."""

    @property
    def today(self) -> date:
        """The day in Moscow, where most of those who ask are."""
        return self.now.astimezone(MOSCOW).date()

    def say(self, key: str, rows: Rows = (), /, **values: str) -> Reply:
        """Return one of the bot's own sentences. Raises BotError if no language has it."""
        return Reply(self.voice.say(key, **values), self.voice.language, rows)

    def remark(self, key: str) -> Reply:
        """Return the same with the way to the menu, and to the contacts where the sentence names them."""
        text = self.voice.say(key)
        call = (labelled(self.voice, "contacts", "call"),) if "/contacts" in text else ()
        return Reply(text, self.voice.language, ((*call, *self.menu_row),))

    def with_contacts(self, parts: Iterable[str], contacts: Sequence[Contact], rows: Rows = ()) -> Reply:
        """Return these paragraphs with the first contacts under them, in short."""
        shown, text = tuple(contacts[:CONTACTS_SHOWN]), list(parts)
        if shown:
            listed = contact_list(shown, self.voice, self.now, notes=False)
            text += [f"**{self.voice.say('contacts')}**", listed]
        return Reply("\n\n".join(text), self.voice.language, rows, shown)

    def with_hotline(self, key: str, rows: Rows = ()) -> Reply:
        """Return one of the bot's own sentences with the contacts that always stand ready."""
        return self.with_contacts([self.voice.say(key)], self.fallback, rows)

    @property
    def fallback(self) -> tuple[Contact, ...]:
        """The contacts that always stand ready."""
        return contacts_of(self.library, self.library.fallback)

    @property
    def menu_row(self) -> tuple[Button, ...]:
        """The row that leads back to the menu."""
        return (labelled(self.voice, "menu", "menu"),)

    @property
    def person_row(self) -> Rows:
        """The row that leads to a person; none where nobody can be written to."""
        return () if self.staff_hours is None else ((labelled(self.voice, "person", "person"),),)

    def is_dangerous(self, topic: Topic) -> bool:
        """Return whether a topic is a matter of danger."""
        return any(each.danger for each in self.library.categories if each.id == topic.category)

    def title(self, topic: Topic | Page) -> str:
        """Return the title of a topic or page in this language, or in the nearest one."""
        page = topic.page if isinstance(topic, Topic) else topic
        return page.article(self.voice.language).title


def numbered(titles: Iterable[str]) -> str:
    """Return the titles as a numbered list, so that a shortened button can be told by its number."""
    return "\n".join(f"{n}. {escape(title)}" for n, title in enumerate(titles, start=1))


def numbered_buttons(choices: Iterable[tuple[str, str]]) -> Rows:
    """Return a row for each (title, action), numbered as `numbered` does."""
    return tuple((Button(f"{n}. {title}", action),) for n, (title, action) in enumerate(choices, start=1))

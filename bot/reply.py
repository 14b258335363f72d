"""What a channel shows: text, buttons, and things that a phone opens with its own programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from index.recordings import Sound
from knowledge.model import Contact, Language

Reading = Literal["tg", "ru", "uz", "en", "uz-Cyrl"]
"""A language as somebody reads it: 'uz' is Uzbek in Latin letters, 'uz-Cyrl' in Cyrillic."""
READINGS: tuple[Reading, ...] = get_args(Reading)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press instead of typing."""

    text: str
    action: str
    """What pressing it means to Conversation.press; at most 60 bytes: Telegram allows 64, and a channel adds
    the reply's language."""


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A number that the phone's own address book takes."""

    name: str
    phone: str
    """As in E.164, '+74951234567'."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A place that the phone's own map opens."""

    name: str
    address: str
    latitude: float
    """Degrees, -90 to 90."""
    longitude: float
    """Degrees, -180 to 180."""


@dataclass(frozen=True, slots=True)
class File:
    """A small file to save, a calendar for instance."""

    name: str
    content: bytes
    media_type: str


Attachment = ContactCard | Venue | File


@dataclass(frozen=True, slots=True)
class Spoken:
    """A section read aloud."""

    caption: str
    """Plain text."""
    seconds: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class Reply:
    """What a channel shows."""

    text: str
    """Markdown as articles may use it."""
    language: Language
    rows: tuple[tuple[Button, ...], ...] = ()
    """Buttons that stand side by side, row under row."""
    contacts: tuple[Contact, ...] = ()
    """Those named under the text, in this order."""
    attachments: tuple[Attachment, ...] = ()
    """Sent after the text, in this order."""
    script_of_uzbek: str = "latin"
    """'latin' or 'cyrillic': how an Uzbek reply is written; of no meaning in other languages."""
    asks_for_location: bool = False
    """Whether the channel should offer to share the place where the person is."""
    spoken: Spoken | None = None
    """Sent instead of everything else, which is for whoever cannot get it."""

    @property
    def reading(self) -> Reading:
        """The language with its alphabet."""
        return "uz-Cyrl" if self.language == "uz" and self.script_of_uzbek == "cyrillic" else self.language

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row by row."""
        return tuple(button for row in self.rows for button in row)


def language_of(reading: Reading) -> Language:
    """Return the language without its alphabet."""
    return "uz" if reading == "uz-Cyrl" else reading


def column(*buttons: Button) -> tuple[tuple[Button, ...], ...]:
    """Return rows of one button each."""
    return tuple((each,) for each in buttons)

"""What a channel shows: text, buttons, and things that a phone opens with its own programs."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.model import Contact, Language


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

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row by row."""
        return tuple(button for row in self.rows for button in row)


def column(*buttons: Button) -> tuple[tuple[Button, ...], ...]:
    """Return rows of one button each."""
    return tuple((each,) for each in buttons)

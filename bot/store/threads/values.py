"""What a conversation with a person is, as the store keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Origin = Literal["citizen", "edited", "topic", "staff", "closing"]
"""Who a line is from: 'edited' is a citizen's message that was changed afterwards; of 'topic' the text is the
id of what the bot spoke about before, shown because the citizen agreed; 'closing' tells the citizen that the
staff ended it, and has no text."""
LineState = Literal["waiting", "sent", "failed"]
"""Of a line on its way to the citizen."""
FailedDelivery = Literal["gone", "refused", "late"]
"""Why it never came: the citizen blocked the bot or left, Telegram refuses the text, or a day had passed."""
Which = Literal["open", "mine", "closed"]


@dataclass(frozen=True, slots=True)
class OpenThread:
    """What the bot needs to know of a chat's open thread."""

    written: bool
    """Whether a message of the citizen stands in it."""


@dataclass(frozen=True, slots=True)
class CitizenLine:
    """A message of a citizen."""

    update_id: int
    """Telegram's number, so that a message which is handled twice stands there once."""
    text: str
    edited: bool = False


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One line, as staff see it."""

    position: int
    """1 for the first."""
    origin: Origin
    who: str | None
    """Of the staff; None for a citizen's."""
    text: str
    at: datetime
    state: LineState | None
    """None for what is not sent to the citizen."""
    reason: FailedDelivery | None


@dataclass(frozen=True, slots=True)
class ThreadNote:
    """What staff wrote for each other."""

    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """One thread in a list."""

    number: int
    """Random, eight digits; tells nothing of the chat."""
    language: str
    opened_at: datetime
    last_at: datetime
    waiting_since: datetime | None
    """When the first message came that nobody has answered yet; None where none waits."""
    assigned_to: str | None
    closed_at: datetime | None
    failed: bool
    """Whether a line could not be brought to the citizen."""


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread with all that is in it."""

    summary: ThreadSummary
    lines: tuple[ThreadLine, ...]
    notes: tuple[ThreadNote, ...]


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """A line that is to be brought to a citizen, by whoever has claimed it."""

    thread: int
    position: int
    chat: int
    language: str
    origin: Origin
    text: str
    at: datetime

    @property
    def key(self) -> tuple[int, int]:
        """What names it: thread and position."""
        return self.thread, self.position

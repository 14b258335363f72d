"""What a conversation is told about a chat, and what one message led to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.answer import Answer
from bot.reply import Reply
from knowledge.model import Language

Medium = Literal["photo", "voice", "sticker", "document", "video", "poll", "other"]
"""What came instead of words."""
Reason = Literal["helpful", "wrong", "unclear", "out-of-date", "not-my-question"]


@dataclass(frozen=True, slots=True)
class Handover:
    """What is known of a chat in which somebody may write to a person of the staff."""

    is_open: bool = False
    """Whether what is written in this chat goes to a person now."""
    written: bool = False
    """Whether an earlier message has gone there since that was begun."""
    usual_wait: timedelta | None = None
    """How long an answer usually takes; None where that is not known, or not asked for."""
    is_lost: bool = False
    """Whether it went to a person, and what was just written cannot be put where that person reads it."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that a conversation knows of a chat; a channel reads it from the store before each message."""

    language: Language = "tg"
    """Chosen by the person, or what the channel knows of the phone: for menus and for messages without words.
    The reply to words is in the words' own language."""
    chosen: bool = False
    """Whether the person chose the language."""
    subject: str | None = None
    """Id of the topic that was spoken about less than fifteen minutes ago."""
    handover: Handover | None = None
    """None where nobody can write to a person: it is not set up, or this is a group."""
    in_group: bool = False
    """Whether others read along, and anybody among them may have written this."""

    @property
    def with_person(self) -> bool:
        """Whether what is written in this chat goes to a person now."""
        return self.handover is not None and self.handover.is_open

    @property
    def for_person(self) -> bool:
        """Whether what was just written is meant for a person, even if it cannot reach one."""
        return self.with_person or (self.handover is not None and self.handover.is_lost)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of a reply; nothing tells who."""

    page_id: str
    section_id: str
    reason: Reason
    language: Language


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message or pressed button led to: what to show, and what to keep."""

    reply: Reply | None
    """None: nothing is to be said (a repeated thanks for feedback, for instance)."""
    answer: Answer | None = None
    """None when there was nothing to answer, or answering failed."""
    language: Language | None = None
    """The language just chosen, to be kept."""
    subject: str | None = None
    """The topic spoken about, to be kept for fifteen minutes; None leaves what was."""
    feedback: Feedback | None = None
    """To be kept without any id."""
    failed: bool = False
    """Whether answering failed, and the reply only says so."""
    subscribes: bool | None = None
    """Whether this chat is to be told about changes from now on; None leaves what was."""
    forget: bool = False
    """Whether all that is kept of this chat is to be deleted now."""
    handover: Literal["begin", "end"] | None = None
    """Whether what is written from now on goes to a person, or no longer does."""
    shown_topic: str | None = None
    """Id of the topic that this person may see, since the citizen agreed; with handover 'begin' only."""

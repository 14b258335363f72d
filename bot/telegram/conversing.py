"""What the channel asks of a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.alerts import Alert
from bot.offers import Offer
from bot.question import Question
from bot.reply import Reading, Reply
from bot.turn import Known, Medium, Turn
from knowledge.model import Language


class Conversing(Protocol):
    """bot.conversation.Conversation, whose methods may be called from several threads."""

    def hear(self, question: Question, known: Known) -> Turn:
        """Answer words."""

    def press(self, action: str, known: Known) -> Turn:
        """Answer a pressed button."""

    def command(self, name: str, known: Known, argument: str = "") -> Turn:
        """Answer a command; its name without the slash."""

    def receive(self, medium: Medium, known: Known) -> Turn:
        """Answer what came instead of words."""

    def locate(self, latitude: float, longitude: float, known: Known) -> Turn:
        """Answer a place that was shared; degrees."""

    def offers(self, text: str, known: Known) -> Sequence[Offer]:
        """Return what can be shared when this is typed behind the bot's name."""

    def apologise(self, known: Known) -> Reply:
        """Return what is said when the program failed."""

    def slow_down(self, known: Known) -> Reply:
        """Return what is said to somebody who writes too fast."""

    def too_late(self, known: Known) -> Reply:
        """Return what is said where an answer comes too late."""

    def alert(self, alert: Alert, language: Language) -> str:
        """Return a line for the operator's chat."""

    def announce(self, text: str, section: str | None, reading: Reading) -> Reply:
        """Return an announcement as it is shown; text: Markdown, section: to read more in."""

    def staff_says(self, text: str, language: Language) -> str:
        """Return what a person of the staff writes, in plain text; for no text that they ended it."""

    def commands(self, language: Language) -> Sequence[tuple[str, str]]:
        """Return the commands without slash, and what they do in this language."""

    def place_button(self, language: Language) -> str:
        """Return what stands on the button that sends the place where somebody is; at most 40 characters."""

    def describe(self, language: Language) -> str:
        """Return what the bot is, in plain text of at most 512 characters."""

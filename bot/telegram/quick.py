"""Quick messages, read together as one question: pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.telegram.incoming import Incoming
from bot.turn import Known, Turn

TOGETHER_SECONDS: Final = 3
"""What follows a message within this time is read together with it."""
_MOST_TEXT: Final = 20_000
"""Characters that are read together; what is longer was hardly written by hand."""

Gist = tuple[str, ...]
"""What a reply says, as far as it matters whether it is sent anew."""


@dataclass(frozen=True, slots=True)
class Burst:
    """The messages of one chat that are read together, and what was last said to them."""

    texts: tuple[str, ...]
    last: int
    """When the last of them was sent, in seconds since 1970."""
    known: Known
    """What was known before the first of them."""
    gist: Gist

    def goes_on_with(self, incoming: Incoming) -> bool:
        """Return whether this message is read together with those before it."""
        length = sum(map(len, self.texts)) + len(incoming.text)
        return 0 <= incoming.sent - self.last <= TOGETHER_SECONDS and length <= _MOST_TEXT


def gist(turn: Turn) -> Gist:
    """Return what the reply of this turn says: outcome, topics and section, or the sentence itself."""
    answer = turn.answer
    if answer is None:
        return ("said", turn.reply.text if turn.reply else "")
    match answer.outcome:
        case "found":
            return ("found", answer.page_path, answer.section_id)
        case "urgent":
            return ("urgent", *(rule.id for rule in answer.rules[:1]))
        case "choice":
            return ("choice", *sorted(topic.id for topic in answer.topics))
        case "unknown":
            return ("unknown",)

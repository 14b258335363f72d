"""How fast one chat is answered: somebody who floods is slowed, and nobody else notices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

AT_ONCE: Final = 20
"""Messages that anybody may send in one go; three forwarded posts, a story in five parts and a dozen pressed
buttons are no flood."""
A_SECOND: Final = 1.0
"""Messages a second that are answered lastingly; Telegram itself takes one a second for one chat
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much one chat may still send at once."""

    left: float = AT_ONCE
    at: float = 0.0
    """When that was so, in seconds."""
    told: bool = False
    """Whether the person was asked to write slower, in this flood."""

    def after(self, messages: int, now: float) -> Pace:
        """Return the pace after so many more messages."""
        left = min(AT_ONCE, self.left + max(0.0, now - self.at) * A_SECOND)
        return Pace(max(left - messages, -AT_ONCE), now, self.told and left < AT_ONCE)

    @property
    def too_fast(self) -> bool:
        """Whether this chat has sent more than is answered at once."""
        return self.left < 0

    @property
    def pause(self) -> float:
        """Seconds to wait before the next answer; 0 unless too fast."""
        return max(0.0, -self.left) / A_SECOND

    def having_told(self) -> Pace:
        """Return the same pace, the person having been asked to write slower."""
        return replace(self, told=True)

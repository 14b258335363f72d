"""What a citizen asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One message, with what was said before it in the same conversation."""

    text: str
    earlier: tuple[str, ...] = ()
    """Earlier messages of this conversation, oldest first."""
    subject: str | None = None
    """Id of the topic spoken about last, where its messages are no longer known."""

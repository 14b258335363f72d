"""The one exception class of this package."""

from __future__ import annotations


class DeskError(Exception):
    """What the staff's desk cannot do; the message says what is wrong, where, and what repairs it."""

    def __init__(self, message: str, phrase: str) -> None:
        super().__init__(message)
        self.phrase = phrase
        """Key of the sentence in desk/phrases that says so in the browser."""

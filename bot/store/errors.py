"""What can go wrong with the store, in one class."""

from __future__ import annotations

from bot.errors import BotError


class StoreError(BotError):
    """The database cannot be used now; answering goes on without it. Never holds what was stored."""

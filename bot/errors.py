"""The one exception class of this package."""


class BotError(Exception):
    """Something that keeps the program from working; the message names the cause and what repairs it."""

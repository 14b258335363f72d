"""The one exception class of this package."""


class ContentError(Exception):
    """Content that cannot be used; the message says what is wrong, where, and what repairs it."""

"""What can go wrong in finding: the one base of this package's exceptions."""


class IndexingError(Exception):
    """Something the index cannot do; the message says what, where, and how to repair it."""

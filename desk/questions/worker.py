"""`python -m desk.questions.worker`: groups questions in a process of its own.

It takes a processor for seconds. In a thread it would hold up each page, and beside a bot each answer: who
gives up Python's lock, if only to look at a file, waits for it again, and a page looks at thousands.

Reads pickles from standard input, a moment and then lists of questions until an empty one, and writes one
with the groups. Both ends are the same program.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from typing import Any, Final

from desk.questions.groups import Gathering

_POLITE: Final = 10
"""Steps of priority below those who answer."""


def main() -> None:
    """Group what comes in; end without a word if whoever asked has ended."""
    os.nice(_POLITE)
    with suppress(EOFError, BrokenPipeError):
        as_of, gathering = _next(), Gathering()
        while questions := _next():
            gathering.add(questions)
        pickle.dump(gathering.grouped(as_of), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.flush()


def _next() -> Any:
    return pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the process that started this


if __name__ == "__main__":
    main()

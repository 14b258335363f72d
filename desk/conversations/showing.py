"""Threads in the words of the desk: what waits how long, and what came of each line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.phrases import Voice
from bot.store.threads import FailedDelivery, LineState, Origin, Thread, ThreadLine, Which

WHICH: Final[Mapping[Which, str]] = {
    "open": "threads-open",
    "mine": "threads-mine",
    "closed": "threads-closed",
}
"""The lists that there are, and the sentence for each."""
ORIGINS: Final[Mapping[Origin, str]] = {
    "citizen": "thread-from-citizen",
    "edited": "thread-from-citizen-edited",
    "topic": "thread-from-bot",
}
"""Who a line is from, where nobody of the staff wrote it."""
_STATES: Final[Mapping[LineState, str]] = {"waiting": "thread-line-waiting", "sent": "thread-line-sent"}
_REASONS: Final[Mapping[FailedDelivery, str]] = {
    "gone": "thread-line-gone",
    "refused": "thread-line-refused",
    "late": "thread-line-late",
}
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def shown_number(number: int) -> str:
    """Return the number of a thread as it is easily read out: '1234 5678'."""
    return f"{number:08}"[:4] + " " + f"{number:08}"[4:]


def waiting_time(since: datetime, now: datetime, voice: Voice) -> str:
    """Return for how long somebody has waited: minutes, hours or days."""
    waited = max(timedelta(), now - since)
    if waited < _HOUR:
        return voice.say("thread-minutes", number=str(int(waited / timedelta(minutes=1))))
    if waited < 2 * _DAY:
        return voice.say("thread-hours", number=str(int(waited / _HOUR)))
    return voice.say("thread-days", number=str(int(waited / _DAY)))


def state_of(line: ThreadLine) -> str | None:
    """Return the sentence on what came of a line to the citizen; None for others."""
    if line.state == "failed":
        return _REASONS.get(line.reason or "refused", "thread-line-refused")
    return None if line.state is None else _STATES[line.state]


def mark(thread: Thread) -> str:
    """Return what changes whenever a page of this thread would show something else of its lines."""
    sent = sum(line.state == "sent" for line in thread.lines)
    failed = sum(line.state == "failed" for line in thread.lines)
    last = thread.lines[-1].position if thread.lines else 0
    who, closed = thread.summary.assigned_to or "", thread.summary.closed_at is not None
    return f"{last}-{sent}-{failed}-{int(closed)}-{who}"

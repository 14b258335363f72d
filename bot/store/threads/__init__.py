"""Conversations of citizens with a person of the staff: one open thread a chat, known by a random number."""

from __future__ import annotations

from bot.store.threads.citizens import CitizensThreads, forget_threads, purge_threads
from bot.store.threads.delivery import ThreadDelivery, free_all_lines
from bot.store.threads.staff import StaffThreads
from bot.store.threads.values import (
    CitizenLine,
    FailedDelivery,
    LineState,
    OpenThread,
    Origin,
    OutgoingLine,
    Thread,
    ThreadLine,
    ThreadNote,
    ThreadSummary,
    Which,
)

__all__ = [
    "CitizenLine",
    "FailedDelivery",
    "LineState",
    "OpenThread",
    "Origin",
    "OutgoingLine",
    "Thread",
    "ThreadLine",
    "ThreadNote",
    "ThreadSummary",
    "Threads",
    "Which",
    "forget_threads",
    "free_all_lines",
    "purge_threads",
]


class Threads(CitizensThreads, StaffThreads, ThreadDelivery):
    """The part of the store that keeps them; what each side may do stands in a module of its own."""

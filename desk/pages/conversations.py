"""Conversations: who waits for an answer of a person, those who wait longest first."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from bot.store.threads import Which
from desk.conversations.showing import WHICH, shown_number, waiting_time
from desk.visit import Visit

_SHOWN: Final = 100
"""Threads of one list; who waits stands first, so that none of these is left out before others."""


async def show(visit: Visit) -> Response:
    """Show one of the lists."""
    assert visit.member is not None
    asked = visit.request.query_params.get("which")
    which: Which = next((each for each in WHICH if each == asked), "open")
    store, now = visit.desk.store, visit.desk.clock()
    threads = await store.threads(which, visit.member.name, _SHOWN)
    waits = {
        each.number: waiting_time(each.waiting_since, now, visit.voice)
        for each in threads
        if each.waiting_since is not None
    }
    return visit.page(
        "conversations.html",
        which=which,
        lists=WHICH,
        threads=threads,
        waits=waits,
        waiting=await store.waiting_threads(),
        shown_number=shown_number,
    )

"""Publish: what would change, a candidate made and tried at a button, the last versions, the way back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response, StreamingResponse

from desk.errors import DeskError
from desk.publishing import deciding
from desk.publishing.deciding import PublishedVersion
from desk.publishing.preparing import State, Working
from desk.publishing.record import read_record
from desk.visit import Visit, go_to
from knowledge.difference import Difference, difference
from knowledge.model import Library

FIGURES: Final = (
    "right_first",
    "offered",
    "at_once",
    "found_wrong",
    "not_ours_answered",
    "urgent_recognised",
    "urgent_false_alarm",
    "language",
    "follow_up",
)
"""Those of the shipped floors, which have names in phrases."""
_ALIVE_SECONDS: Final = 10.0
"""So that whoever stands between keeps a silent line open."""
_LONGEST_SECONDS: Final = 300.0
"""Of one stream; the browser then asks for another, and shows its session again."""
_REST_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the last versions, and who made it live."""

    version: PublishedVersion
    by: str
    at: datetime | None


async def show(visit: Visit) -> Response:
    """Show where publishing stands."""
    return await _page(visit)


async def change(visit: Visit) -> Response:
    """Begin or stop preparing, publish or drop what was prepared, go back."""
    desk, form = visit.desk, visit.form
    assert visit.member is not None
    by, version = visit.member.name, form.get("version", "")
    try:
        match form.get("do"):
            case "prepare":
                if desk.preparing.start(by, desk.clock()):
                    await desk.store.note(by, "candidate.begun")
            case "stop":
                await desk.preparing.stop()
                await desk.store.note(by, "candidate.stopped")
            case "publish":
                spec = (await desk.answering.encoder()).spec
                below = form.get("below") == "yes"
                await deciding.publish(desk.store, desk.options, spec, version, by, below_floor=below)
            case "discard":
                await deciding.drop(desk.options)
                await desk.store.note(by, "candidate.dropped")
            case "back":
                await deciding.back_to(desk.store, desk.options, version, by)
    except DeskError as error:
        return await _page(visit, visit.voice.say(error.phrase), 409)
    return go_to("/publish")


async def progress(visit: Visit) -> Response:
    """Tell how far preparing is, as server-sent events, until it has ended."""
    return StreamingResponse(
        _events(visit), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _events(visit: Visit) -> AsyncIterator[str]:
    until = asyncio.get_running_loop().time() + _LONGEST_SECONDS
    async for state in visit.desk.preparing.changes(_ALIVE_SECONDS):
        if not isinstance(state, Working):
            yield _event("ended", {})
            return
        yield _event("progress", {"percent": round(100 * state.share), "text": _step(visit, state)})
        if asyncio.get_running_loop().time() > until:
            return
        await asyncio.sleep(_REST_SECONDS)  # steps of thousands are told some times a second


def _event(name: str, values: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(values, ensure_ascii=False)}\n\n"


def _step(visit: Visit, state: Working) -> str:
    said = visit.voice.say(f"step-{state.step}")
    return f"{said}: {state.done} / {state.total}" if state.total > 1 else said


async def _page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    desk = visit.desk
    library = (await desk.content.now(desk.clock().astimezone(UTC).date())).library
    published = await desk.answering.published()
    live_id, differs = None, None
    if published is not None:
        live_id, live = published
        differs = await asyncio.to_thread(difference, live, library)
    record = await asyncio.to_thread(read_record, desk.options.snapshots)
    state: State = desk.preparing.state
    return visit.page(
        "publish.html",
        status=status,
        problem=problem,
        differs=differs,
        titles=_titles(visit, library, differs),
        working=state if isinstance(state, Working) else None,
        step=_step(visit, state) if isinstance(state, Working) else "",
        failed=None if isinstance(state, Working) else state,
        record=record,
        prepared=record.prepared if record else None,
        live_id=live_id,
        figures=FIGURES,
        versions=await _versions(visit),
        topic_of=_topic,
    )


async def _versions(visit: Visit) -> list[Shown]:
    found = await asyncio.to_thread(deciding.versions, visit.desk.options.snapshots)
    kinds = (deciding.PUBLISHED, deciding.PUBLISHED_BELOW)
    audited = await visit.desk.store.audited_about(kinds, [each.id for each in found])
    last = {each.subject: each for each in reversed(audited)}
    return [
        Shown(each, last[each.id].who, last[each.id].at) if each.id in last else Shown(each, "", None)
        for each in found
    ]


def _titles(visit: Visit, library: Library, differs: Difference | None) -> dict[str, str]:
    pages = library.page_by_id
    changed = [each.id for each in differs.pages] if differs else []
    return {
        each: pages[each][1].article(visit.language).title
        for each in changed
        if each in pages and pages[each][1].articles
    }


def _topic(path: str) -> str:
    """Return the topic that a file belongs to; an empty text for what belongs to none."""
    kind, _, rest = path.partition("/")
    return rest.partition("/")[0] if kind == "topics" else ""

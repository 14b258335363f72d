"""Try: a question answered by the live version, and beside it with one's drafts and all that is saved.

A question is sent as a form and answered in the same request: in an address it would stand in the logs of
whatever is between the browser and the desk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from typing import Final

from starlette.responses import Response

from desk.drafting import library_with_drafts
from desk.teaching import golden_of, refusal
from desk.trying.asking import Tried, ask
from desk.trying.places import all_topics, likely_places, with_question
from desk.trying.versions import Making, Nothing, Offered, Version
from desk.visit import Visit
from index.errors import IndexingError
from knowledge.errors import ContentError
from knowledge.model import LANGUAGES, Library

log = logging.getLogger(__name__)

LONGEST: Final = 1000
"""Characters of a question."""
ADDED: Final = "try.example-added"


@dataclass(frozen=True, slots=True)
class Side:
    """The answer of one version, or why there is none."""

    name: str
    tried: Tried | None = None
    making: Making | None = None
    nothing: str | None = None


async def show(visit: Visit) -> Response:
    """Show the field for a question."""
    return _page(visit, "")


async def answer(visit: Visit) -> Response:
    """Answer a question by both versions, as far as they are ready."""
    question = _question(visit)
    if not question:
        return _page(visit, "", problem=visit.voice.say("try-empty"), status=422)
    return await _answered(visit, question)


async def add(visit: Visit) -> Response:
    """Save the question as an example, and answer it again."""
    question = _question(visit)
    place = visit.form.get("other") or visit.form.get("place", "")
    library = await _saved(visit)
    golden = await asyncio.to_thread(golden_of, visit.desk.content.history.content)
    refused = await asyncio.to_thread(refusal, question, library, golden)
    if refused is not None:
        return await _answered(visit, question, problem=visit.voice.say(refused.phrase, where=refused.where))
    topic = place.partition("#")[0]
    change = partial(with_question, place=place, text=question, language=visit.form.get("language", ""))
    assert visit.member is not None
    try:
        await visit.desk.content.save(change, author=visit.member.name, message=f"example added: {topic}")
    except ContentError:
        return await _answered(visit, question, problem=visit.voice.say("try-no-place"))
    await visit.desk.store.note(visit.member.name, ADDED, topic)
    return await _answered(visit, question, notice=visit.voice.say("try-added", topic=topic))


def _question(visit: Visit) -> str:
    return visit.form.get("question", "").strip()[:LONGEST]


async def _saved(visit: Visit) -> Library:
    return (await visit.desk.content.now(_today(visit))).library


async def _drafted(visit: Visit, saved: Library) -> Library:
    assert visit.member is not None
    drafts = await visit.desk.store.drafts_of(visit.member.name)
    return await asyncio.to_thread(library_with_drafts, saved, drafts, _today(visit)) if drafts else saved


def _today(visit: Visit) -> date:
    return visit.desk.clock().astimezone(UTC).date()


async def _answered(visit: Visit, question: str, problem: str = "", notice: str = "") -> Response:
    library, versions = await _saved(visit), visit.desk.versions
    try:
        live = await versions.live()
        changed = await versions.with_changes(await _drafted(visit, library))
    except IndexingError as error:
        log.error("page.failed", extra={"reason": str(error)})
        return visit.message("not-now", status=503)
    sides = await asyncio.gather(
        _side(visit, question, "live", live), _side(visit, question, "changed", changed)
    )
    status = 422 if problem else 200
    return _page(visit, question, sides, library, problem=problem, notice=notice, status=status)


async def _side(visit: Visit, question: str, name: str, version: Offered) -> Side:
    match version:
        case Making():
            return Side(name, making=version)
        case Nothing(why=why):
            return Side(name, nothing=why)
        case Version():
            try:
                tried = await asyncio.to_thread(ask, question, version, visit.language, visit.desk.clock())
            except Exception as error:  # noqa: BLE001 - texts with errors fail in as many ways
                log.error("try.failed", extra={"error": type(error).__name__})
                return Side(name, nothing="broken")
            return Side(name, tried)


def _page(
    visit: Visit,
    question: str,
    sides: Sequence[Side] = (),
    library: Library | None = None,
    *,
    problem: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    tried = [each.tried for each in reversed(sides) if each.tried is not None]
    topics = [topic.id for each in tried for topic in each.topics]
    return visit.page(
        "try.html",
        status=status,
        question=question,
        longest=LONGEST,
        sides=sides,
        waits=any(each.making for each in sides),
        places=likely_places(library, topics, visit.language) if library else [],
        topics=all_topics(library, visit.language) if library else [],
        detected=tried[0].language if tried else None,
        message_languages=LANGUAGES,
        problem=problem,
        notice=notice,
    )

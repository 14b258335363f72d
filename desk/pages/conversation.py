"""One conversation with a citizen: its lines, and what staff do. Only its number tells who it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.responses import Response

from bot.store.threads import Thread
from desk.conversations.inserting import (
    appended,
    canned_choices,
    canned_text,
    citizens_language,
    section_choices,
    section_text,
    topic_choices,
)
from desk.conversations.showing import ORIGINS, mark, shown_number, state_of, waiting_time
from desk.roles import may
from desk.visit import Visit, go_to
from knowledge.model import Library

LONGEST: Final = 4096
"""Characters of an answer."""
LONGEST_NOTE: Final = 2000
_WATCHED: Final = timedelta(minutes=30)
"""So long a page looks for new lines by itself; left open, it must not keep its session for the whole day."""


async def show(visit: Visit) -> Response:
    """Show it; where the page says what it shows already, only if that has changed."""
    thread = await _thread(visit)
    if thread is None:
        return _gone(visit)
    seen, opened = visit.request.query_params.get("seen"), visit.request.query_params.get("opened", "")
    is_watched = _is_watched(opened, visit.desk.clock())
    if seen == mark(thread) and is_watched:
        return Response(status_code=204)
    return await _page(visit, thread, is_watched=is_watched)


async def change(visit: Visit) -> Response:
    """Answer, send an answer again, put something into the answer, assign, note, or close."""
    thread = await _thread(visit)
    if thread is None:
        return _gone(visit)
    do = _DO.get(visit.form.get("do", ""))
    return go_to(visit.request.url.path) if do is None else await do(visit, thread)


async def _send(visit: Visit, thread: Thread) -> Response:
    text = _text(visit)
    if not text.strip() or len(text) > LONGEST:
        return await _refused(visit, thread, "thread-answer-length", longest=str(LONGEST))
    if not await visit.desk.store.answer_thread(thread.summary.number, text.strip(), _me(visit)):
        return await _refused(visit, thread, "thread-over", status=409)
    return await _done(visit, thread, "thread.answered")


async def _send_again(visit: Visit, thread: Thread) -> Response:
    position = visit.form.get("position", "")
    is_one = any(str(each.position) == position for each in thread.lines)
    if not is_one or not await visit.desk.store.send_again(thread.summary.number, int(position)):
        return await _refused(visit, thread, "thread-not-again", status=409)
    return await _done(visit, thread, "thread.sent-again")


async def _choose_topic(visit: Visit, thread: Thread) -> Response:
    return await _page(visit, thread, text=_text(visit), topic=visit.form.get("topic", ""))


async def _insert_section(visit: Visit, thread: Thread) -> Response:
    topic, live = visit.form.get("topic", ""), await visit.desk.answering.live()
    language, now = citizens_language(thread.summary.language), visit.desk.clock()
    chosen = visit.form.get("section", "")
    found = None if live is None else section_text(live, topic, chosen, language, now)
    if found is None:
        return await _refused(visit, thread, "thread-not-published")
    return await _page(visit, thread, text=appended(_text(visit), found))


async def _insert_canned(visit: Visit, thread: Thread) -> Response:
    language = citizens_language(thread.summary.language)
    found = canned_text(await _library(visit), visit.form.get("canned", ""), language)
    return await _page(visit, thread, text=appended(_text(visit), found) if found else _text(visit))


async def _take(visit: Visit, thread: Thread) -> Response:
    return await _assigned(visit, thread, _me(visit))


async def _assign(visit: Visit, thread: Thread) -> Response:
    to = visit.form.get("who", "")
    if to not in await _colleagues(visit):
        return await _refused(visit, thread, "staff-nobody")
    return await _assigned(visit, thread, to)


async def _assigned(visit: Visit, thread: Thread, to: str) -> Response:
    if not await visit.desk.store.assign_thread(thread.summary.number, to):
        return await _refused(visit, thread, "thread-over", status=409)
    return await _done(visit, thread, "thread.assigned", to)


async def _note(visit: Visit, thread: Thread) -> Response:
    note = _lines(visit.form.get("note", "")).strip()
    if not note or len(note) > LONGEST_NOTE:
        return await _refused(visit, thread, "thread-answer-length", longest=str(LONGEST_NOTE))
    await visit.desk.store.add_thread_note(thread.summary.number, note, _me(visit))
    return await _done(visit, thread, "thread.noted")


async def _close(visit: Visit, thread: Thread) -> Response:
    if not await visit.desk.store.close_thread(thread.summary.number, _me(visit)):
        return await _refused(visit, thread, "thread-over", status=409)
    return await _done(visit, thread, "thread.closed")


_DO: Final[Mapping[str, Callable[[Visit, Thread], Awaitable[Response]]]] = {
    "send": _send,
    "again": _send_again,
    "topic": _choose_topic,
    "section": _insert_section,
    "canned": _insert_canned,
    "take": _take,
    "assign": _assign,
    "note": _note,
    "close": _close,
}


async def _thread(visit: Visit) -> Thread | None:
    number = visit.request.path_params["number"]
    return await visit.desk.store.thread(int(number)) if number.isdecimal() and len(number) == 8 else None


def _gone(visit: Visit) -> Response:
    sentence, why = visit.voice.say("thread-gone"), visit.voice.say("thread-gone-why")
    if not visit.request.headers.get("hx-request"):
        return visit.page("message.html", status=404, sentence=sentence, problem=why)
    # A page that is open still shows what was deleted. htmx would leave that there if this were an error.
    gone = visit.page("message.html", sentence=sentence, problem=why)
    gone.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return gone


async def _done(visit: Visit, thread: Thread, what: str, about: str = "") -> Response:
    number = str(thread.summary.number)
    await visit.desk.store.note(_me(visit), what, f"{number} {about}".strip())
    return go_to(f"/conversations/{number}")


async def _refused(visit: Visit, thread: Thread, phrase: str, status: int = 422, **values: str) -> Response:
    problem = visit.voice.say(phrase, **values)
    # Whatever was typed comes back, and what has changed meanwhile is shown.
    now = await _thread(visit) or thread
    note = _lines(visit.form.get("note", ""))
    topic = visit.form.get("topic", "")
    return await _page(visit, now, problem=problem, status=status, text=_text(visit), note=note, topic=topic)


async def _page(
    visit: Visit,
    thread: Thread,
    *,
    problem: str = "",
    status: int = 200,
    text: str = "",
    note: str = "",
    topic: str = "",
    is_watched: bool = True,
) -> Response:
    library, summary, now = await _library(visit), thread.summary, visit.desk.clock()
    opened = visit.request.query_params.get("opened") or str(int(now.timestamp()))
    return visit.page(
        "conversation.html",
        status=status,
        problem=problem,
        thread=thread,
        number=shown_number(summary.number),
        mark=mark(thread),
        opened=opened,
        is_watched=is_watched and summary.closed_at is None,
        origins=ORIGINS,
        state_of=state_of,
        title_of=_titles(library, visit),
        waits=waiting_time(summary.waiting_since, now, visit.voice) if summary.waiting_since else None,
        text=text,
        note=note,
        longest=LONGEST,
        longest_note=LONGEST_NOTE,
        canned=canned_choices(library, visit.language),
        topic=topic,
        topics=topic_choices(library, visit.language),
        sections=section_choices(library, topic, visit.language),
        colleagues=await _colleagues(visit),
    )


def _titles(library: Library, visit: Visit) -> Callable[[str], str]:
    def title_of(topic_id: str) -> str:
        topic = library.topic_by_id.get(topic_id)
        return topic_id if topic is None else topic.page.article(visit.language).title

    return title_of


async def _library(visit: Visit) -> Library:
    return (await visit.desk.content.now(visit.desk.clock().astimezone(UTC).date())).library


async def _colleagues(visit: Visit) -> list[str]:
    return [each.name for each in await visit.desk.store.staff() if may(each.role, "editor")]


def _is_watched(opened: str, now: datetime) -> bool:
    if not (opened.isdecimal() and len(opened) < 12):
        return True
    return now.timestamp() - int(opened) < _WATCHED.total_seconds()


def _text(visit: Visit) -> str:
    return _lines(visit.form.get("text", ""))


def _lines(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\0", "")


def _me(visit: Visit) -> str:
    assert visit.member is not None
    return visit.member.name

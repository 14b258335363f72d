"""A new topic: its first article, a source, whom to call, and the message that asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.responses import Response

from desk.history import Conflict
from desk.new_topic import new_topic, wanted_from
from desk.pages.questions import ASKED_IN, asked_filter
from desk.questions import Group, group_of
from desk.questions.listing import PERIODS
from desk.teaching import golden_of, refusal
from desk.visit import Visit, go_to
from knowledge.changes.libraries import with_topic
from knowledge.changes.revalidate import made
from knowledge.errors import ContentError
from knowledge.model import LANGUAGES, Example, Library, Topic


async def show(visit: Visit) -> Response:
    """Show the form, with the question that it began with."""
    return await _page(visit)


async def create(visit: Visit) -> Response:
    """Make the topic."""
    assert visit.member is not None
    today, form = asked_filter(visit).until, visit.form
    library = (await visit.desk.content.now(today)).library
    text = " ".join(form.get("example", "").split())
    examples = []
    if text:
        golden = golden_of(visit.desk.content.history.content)
        refused = await asyncio.to_thread(refusal, text, library, golden)
        if refused is not None:
            return await _page(visit, {"example": refused.phrase}, refused.where)
        try:
            examples.append(made(Example, text=text, language=form.get("example-language", "")))
        except ContentError:
            return await _page(visit, {"example-language": "topic-new-missing"})
    topic = new_topic(wanted_from(form, library), examples, library, today)
    if not isinstance(topic, Topic):
        return await _page(visit, topic)
    return await _created(visit, topic)


async def _created(visit: Visit, topic: Topic) -> Response:
    assert visit.member is not None
    folder, by = topic.page.path, visit.member.name
    # Nothing may stand there yet, not even what cannot be read.
    nothing = dict.fromkeys(
        (f"{folder}/topic.yaml", f"{folder}/examples.txt", *(f"{folder}/{each}.md" for each in LANGUAGES))
    )
    if any(visit.desk.content.history.read(each) is not None for each in nothing):
        return await _page(visit, {"id": "topic-new-there"})
    saved = await visit.desk.content.save(
        lambda library: with_topic(library, topic),
        author=by,
        message=f"new topic: {topic.id}",
        started_from=nothing,
    )
    if isinstance(saved, Conflict):
        return await _page(visit, {"id": "topic-new-there"})
    if question := visit.form.get("question"):
        await visit.desk.questions.settle(question, "topic.created", by, topic.id)
    else:
        await visit.desk.store.note(by, "topic.created", topic.id)
    return go_to(f"/topics/{topic.id}")


async def _group(visit: Visit) -> Group | None:
    digest = visit.form.get("question") or visit.request.query_params.get("question", "")
    grouped = await visit.desk.questions.grouped()
    if grouped is None:
        return None
    wanted = asked_filter(visit, PERIODS[-1])
    return group_of(grouped, await visit.desk.questions.settled(), wanted, digest)


async def _page(visit: Visit, problems: Mapping[str, str] | None = None, where: str = "") -> Response:
    library: Library = (await visit.desk.content.now(asked_filter(visit).until)).library
    group = await _group(visit)
    typed = visit.form
    if not typed and group is not None:
        first = group.wordings[0]
        typed = {"example": first.text, "example-language": first.language, "language": first.language}
    return visit.page(
        "new_topic.html",
        status=422 if problems else 200,
        problem=visit.voice.say("topic-new-problem") if problems else "",
        problems={field: visit.voice.say(phrase, where=where) for field, phrase in (problems or {}).items()},
        question=group.digest if group else "",
        typed=typed,
        categories=[(each.id, each.title.get(visit.language)) for each in library.categories],
        contacts=[(each.id, each.name.get(visit.language)) for each in library.contacts],
        article_languages=LANGUAGES,
        asked_in=ASKED_IN,
    )

"""One group of like questions, and what an editor does with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from starlette.responses import Response

from desk.content_folder import Change, ContentNow
from desk.errors import DeskError
from desk.pages.questions import ASKED_IN, ENDED_AS, WRITTEN_IN, asked_filter, titles
from desk.questions import Group, group_of
from desk.questions.listing import PERIODS
from desk.roles import may
from desk.teaching import Refused, golden_of, refusal, with_examples, with_not_ours
from desk.visit import Visit, go_to
from knowledge.changes.revalidate import made
from knowledge.model import LANGUAGES, Example, Language, Topic

OFFERED: Final = 10
"""Wordings that can be taken at once."""
NOT_OURS_KINDS: Final = {
    "near-miss": "kind-near-miss",
    "other-legal": "kind-other-legal",
    "other-country-matters": "kind-other-country-matters",
    "local-tajik-matters": "kind-local-tajik-matters",
    "medical-advice": "kind-medical-advice",
    "religion-family-advice": "kind-religion-family-advice",
    "school-homework": "kind-school-homework",
    "telegram-phone": "kind-telegram-phone",
    "about-the-bot": "kind-about-the-bot",
    "shopping-adverts": "kind-shopping-adverts",
    "weather-news-sport": "kind-weather-news-sport",
    "political-opinion": "kind-political-opinion",
    "small-talk": "kind-small-talk",
    "joke": "kind-joke",
    "nonsense": "kind-nonsense",
    "abuse": "kind-abuse",
    "wrong-language": "kind-wrong-language",
    "greeting": "kind-greeting",
    "thanks": "kind-thanks",
}
"""Kinds in not-ours.txt and how they are called here."""


async def show(visit: Visit) -> Response:
    """Show the group with all that can be done with it."""
    return await _page(visit)


async def teach(visit: Visit) -> Response:
    """Add wordings to a topic as examples."""
    group, content = await _asked(visit), await _content(visit)
    form, topic = visit.form, content.library.topic_by_id.get(visit.form.get("topic", ""))
    if topic is None:
        return await _page(visit, visit.voice.say("asked-no-topic"))
    section = form.get("section", "")
    if section and section not in [each.id for each in topic.page.sections]:
        return await _page(visit, visit.voice.say("asked-no-section"))
    chosen = [
        (form.get(f"text-{n}", ""), form.get(f"language-{n}", ""))
        for n in range(OFFERED)
        if form.get(f"take-{n}")
    ]
    if not chosen:
        return await _page(visit, visit.voice.say("asked-none-chosen"))
    if refused := await _refused(visit, content, [text for text, _ in chosen]):
        return await _page(visit, _reason(visit, refused, content))
    examples = [_example(text, language, section or None) for text, language in dict(chosen).items()]
    await _save(visit, lambda library: with_examples(library, topic.id, examples), f"example: {topic.id}")
    return await _settled(visit, group, "question.example-added", topic.id)


async def set_aside(visit: Visit) -> Response:
    """Teach a wording as one that gets no article."""
    group, content = await _asked(visit), await _content(visit)
    kind, text = visit.form.get("kind", ""), visit.form.get("text", "")
    if kind not in _kinds(content):
        return await _page(visit, visit.voice.say("asked-no-kind"))
    if refused := await _refused(visit, content, [text]):
        return await _page(visit, _reason(visit, refused, content))
    example = _example(text, visit.form.get("language", ""), kind)
    await _save(visit, lambda library: with_not_ours(library, example), f"not ours: {kind}")
    return await _settled(visit, group, "question.not-ours", kind)


async def finish(visit: Visit) -> Response:
    """Take the group from the list, with nothing else done."""
    return await _settled(visit, await _asked(visit), "question.done", "")


async def _asked(visit: Visit) -> Group:
    grouped = await visit.desk.questions.grouped()
    if grouped is None:
        raise DeskError("the questions are being grouped; ask again in a moment", "asked-being-made")
    settled, wanted = await visit.desk.questions.settled(), asked_filter(visit, PERIODS[-1])
    group = group_of(grouped, settled, wanted, visit.request.path_params["question"])
    if group is None:
        raise DeskError("nobody has asked a question of this digest lately", "no-such-page")
    return group


async def _content(visit: Visit) -> ContentNow:
    return await visit.desk.content.now(_today(visit))


def _today(visit: Visit) -> date:
    return asked_filter(visit).until


async def _refused(visit: Visit, content: ContentNow, texts: Sequence[str]) -> Refused | None:
    def first() -> Refused | None:
        golden = golden_of(visit.desk.content.history.content)
        found = (refusal(each, content.library, golden) for each in texts)
        return next((each for each in found if each), None)

    return await asyncio.to_thread(first)


def _reason(visit: Visit, refused: Refused, content: ContentNow) -> str:
    where = titles(content.library, visit).get(refused.where, refused.where)
    return visit.voice.say(refused.phrase, where=where)


def _example(text: str, language: str, kind: str | None) -> Example:
    return made(Example, text=" ".join(text.split()), language=language, kind=kind)


async def _save(visit: Visit, change: Change, message: str) -> None:
    assert visit.member is not None
    await visit.desk.content.save(change, author=visit.member.name, message=message)


async def _settled(visit: Visit, group: Group, what: str, subject: str) -> Response:
    assert visit.member is not None
    await visit.desk.questions.settle(group.digest, what, visit.member.name, subject)
    return go_to("/questions", did=what)


def _kinds(content: ContentNow) -> Mapping[str, str | None]:
    known = dict.fromkeys(each.kind for each in content.library.not_ours if each.kind)
    return {**NOT_OURS_KINDS, **{each: None for each in known if each not in NOT_OURS_KINDS}}


async def _page(visit: Visit, problem: str = "") -> Response:
    assert visit.member is not None
    group, content = await _asked(visit), await _content(visit)
    named = titles(content.library, visit)
    nearest = [each for each in group.topics if each in named]
    chosen = visit.form.get("topic") or visit.request.query_params.get("topic", "")
    topic = content.library.topic_by_id.get(chosen or next(iter(nearest), ""))
    return visit.page(
        "question.html",
        status=422 if problem else 200,
        problem=problem,
        group=group,
        titles=named,
        nearest=nearest,
        others=sorted((each for each in named if each not in nearest), key=lambda each: named[each]),
        topic=topic,
        sections=_sections(topic, visit.language) if topic else {},
        offered=OFFERED,
        kinds=_kinds(content),
        article_languages=LANGUAGES,
        may_change=may(visit.member.role, "editor"),
        asked_in=ASKED_IN,
        written_in=WRITTEN_IN,
        ended_as=ENDED_AS,
        form=visit.form,
    )


def _sections(topic: Topic, language: Language) -> Mapping[str, str]:
    article = topic.page.article(language) if topic.page.articles else None
    return {each.id: each.heading for each in article.sections} if article else {}

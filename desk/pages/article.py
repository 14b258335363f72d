"""A page being edited: its text or its messages in one language, or what is common to all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from starlette.responses import Response

from bot.store import Draft
from desk.drafting import choices, examples, facts, texts
from desk.drafting.carrying import packed, seal, unpacked
from desk.drafting.labels import label, places, with_headings
from desk.drafting.looking import Look, look
from desk.drafting.marking import Piece, differences
from desk.drafting.opened import Opened
from desk.drafting.parts import (
    EXAMPLES,
    PARTS,
    Clash,
    Part,
    are_same,
    clashes,
    language_of,
    merged,
    owner_of,
    typed,
)
from desk.drafting.saving import ClashError, put
from desk.teaching import golden_of
from desk.visit import Visit, go_to
from knowledge.errors import ContentError

SAVED: Final = "article.saved"
RESULTS: Final = ("saved", "drafted", "merged", "taken")
"""What the page before led to; a sentence each."""


async def show_examples(visit: Visit) -> Response:
    """Lead to the messages in the language in which the desk is read."""
    return go_to(f"/topics/{visit.request.path_params['id']}/examples-{visit.language}")


async def show(visit: Visit) -> Response:
    """Show the fields, with what this person has typed before."""
    opened = await _open(visit)
    if opened is None:
        return visit.message("no-such-page", status=404)
    draft = await visit.desk.store.draft(opened.page, opened.part, opened.who)
    if draft is None:
        return await _fields(visit, opened, opened.current, opened.current)
    if not are_same(draft.base, opened.current):
        return await _both(visit, opened, draft)
    return await _fields(visit, opened, draft.fields, draft.base, draft)


async def keep(visit: Visit) -> Response:
    """Keep a draft while somebody types, and say what is wrong in it and how it looks."""
    opened = await _open(visit)
    if opened is None:
        return visit.message("no-such-page", status=404)
    fields, base = _typed(visit, opened)
    await _keep(visit, opened, fields, base)
    if not visit.request.headers.get("hx-request"):
        return go_to(opened.address, drafted="1")
    return await _fields(visit, opened, fields, base, template="article_news.html")


async def change(visit: Visit) -> Response:
    """Keep, save or discard a draft, or do something with its sections."""
    opened = await _open(visit)
    if opened is None:
        return visit.message("no-such-page", status=404)
    do, _, section = visit.form.get("do", "").partition("--")
    match do:
        case "discard":
            await visit.desk.store.discard_draft(opened.page, opened.part, opened.who)
            return go_to(opened.address)
        case "merge":
            return await _merge(visit, opened)
        case "save":
            return await _save(visit, opened)
    fields, base = _typed(visit, opened)
    anchor = ""
    if do in ("add", "remove", "up", "down") and texts.ORDER in fields:
        fields, anchor = _sections(opened, fields, do, section)
    await _keep(visit, opened, fields, base)
    return go_to(f"{opened.address}#{anchor}") if anchor else go_to(opened.address, drafted="1")


async def _open(visit: Visit) -> Opened | None:
    assert visit.member is not None
    now = visit.desk.clock()
    content = await visit.desk.content.now(now.astimezone(UTC).date())
    owner = owner_of(content.library, visit.request.path_params["id"])
    wanted = visit.request.path_params.get("language", "facts")
    part = next((each for each in PARTS if each == wanted), None)
    if owner is None or part is None:
        return None
    folder = visit.desk.content.history.content
    golden = await asyncio.to_thread(golden_of, folder) if part in EXAMPLES else ()
    return Opened(content.library, owner, part, now, visit.member.name, golden)


def _typed(visit: Visit, opened: Opened) -> tuple[dict[str, str], dict[str, str]]:
    base = unpacked(visit.form.get("base", ""))
    return typed(opened.owner, opened.part, opened.library, visit.form, base), base


def _sections(opened: Opened, fields: dict[str, str], do: str, section: str) -> tuple[dict[str, str], str]:
    page = opened.owner.page
    match do:
        case "add":
            fields = texts.added(page, fields)
            return fields, texts.heading_of(texts.order_in(page, fields)[-1])
        case "remove":
            return texts.removed(page, fields, section), "problems"
    return texts.moved(page, fields, section, -1 if do == "up" else 1), texts.heading_of(section)


async def _keep(visit: Visit, opened: Opened, fields: Mapping[str, str], base: Mapping[str, str]) -> None:
    store = visit.desk.store
    if are_same(fields, base) or are_same(fields, opened.current):
        await store.discard_draft(opened.page, opened.part, opened.who)
    else:
        await store.keep_draft(opened.page, opened.part, opened.who, fields=fields, base=base)


async def _save(visit: Visit, opened: Opened) -> Response:
    fields, base = _typed(visit, opened)
    await _keep(visit, opened, fields, base)
    if are_same(fields, base):
        return go_to(opened.address)
    found = await _look(visit, opened, fields)
    if found.blocks and are_same(base, opened.current):
        return await _fields(
            visit, opened, fields, base, problem=visit.voice.say("article-blocked"), status=422
        )
    try:
        await put(visit.desk.content, opened.owner.page.id, opened.part, fields, base, opened.who, opened.now)
    except ClashError:
        return await _both(visit, opened, await visit.desk.store.draft(opened.page, opened.part, opened.who))
    except ContentError as error:
        problem = f"{visit.voice.say('article-not-written')} {error}"
        return await _fields(visit, opened, fields, base, problem=problem, status=422)
    await visit.desk.store.note(opened.who, SAVED, f"{opened.owner.page.id} {opened.part}")
    await visit.desk.store.discard_draft(opened.page, opened.part, opened.who)
    return go_to(opened.address, saved="1")


async def _merge(visit: Visit, opened: Opened) -> Response:
    draft = await visit.desk.store.draft(opened.page, opened.part, opened.who)
    if draft is None:
        return go_to(opened.address)
    current = opened.current
    if visit.form.get("seen") != seal(current):
        return await _both(visit, opened, draft)
    fields = merged(draft.base, current, draft.fields)
    for each in clashes(draft.base, current, draft.fields):
        if each.both and not each.by_line and visit.form.get(f"take--{each.name}") == "theirs":
            fields[each.name] = each.theirs
    await _keep(visit, opened, fields, current)
    return go_to(opened.address, merged="1")


async def _both(visit: Visit, opened: Opened, draft: Draft | None) -> Response:
    opened = await _open(visit) or opened  # what stands there now may be newer than what was first read
    if draft is None:
        return go_to(opened.address)
    current = opened.current
    names = with_headings(opened.owner.page, {**draft.fields, **current}, visit.language)
    rows = [
        (each, label(each.name, names), *_marked(each)) for each in clashes(draft.base, current, draft.fields)
    ]
    return visit.page(
        "conflict.html",
        status=409 if visit.request.method == "POST" else 200,
        opened=opened,
        title=opened.owner.page.article(visit.language).title,
        rows=rows,
        seen=seal(current),
        draft=draft,
    )


def _marked(clash: Clash) -> list[list[Piece]]:
    """Return what they and I made of it; of messages, which may be hundreds, only what differs."""
    found = [differences(clash.base, each, by_line=clash.by_line) for each in (clash.theirs, clash.mine)]
    return [[each for each in pieces if not (clash.by_line and each.kind == "same")] for pieces in found]


async def _look(visit: Visit, opened: Opened, fields: Mapping[str, str]) -> Look:
    drafts = await visit.desk.store.drafts_of(opened.who)
    return await asyncio.to_thread(
        look, opened.library, opened.owner, opened.part, fields, drafts, opened.now, opened.golden
    )


async def _others(visit: Visit, opened: Opened) -> list[Draft]:
    drafts = await visit.desk.store.drafts_on(opened.page)
    return [each for each in drafts if each.who != opened.who and each.part == opened.part]


async def _fields(
    visit: Visit,
    opened: Opened,
    fields: Mapping[str, str],
    base: Mapping[str, str],
    draft: Draft | None = None,
    *,
    template: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    page, language = opened.owner.page, language_of(opened.part)
    written_in = language or EXAMPLES.get(opened.part)
    fields = {**fields, **{name: text for name, text in opened.current.items() if name not in fields}}
    found = await _look(visit, opened, fields)
    original = None if language in (None, page.source_language) else page.articles.get(page.source_language)
    return visit.page(
        template or _template(opened.part),
        status=status,
        opened=opened,
        title=page.article(visit.language).title,
        language=written_in,
        text_language=written_in or page.source_language,
        fields=fields,
        names=places(page, fields, opened.part),
        base=packed(base),
        order=texts.order_in(page, fields),
        original=original,
        found=found,
        label=lambda name: label(name, with_headings(page, fields, visit.language)),
        others=await _others(visit, opened),
        kept_at=draft.saved_at if draft else None if are_same(fields, base) else opened.now,
        result="" if template else _result(visit),
        problem=problem,
        facts=facts,
        contact=lambda each: choices.contact_label(opened.library, each, visit.language),
        **(_of_facts(visit, opened, fields) if opened.part == "facts" else {}),
        kinds=examples.kinds_in(page, written_in, fields) if opened.part in EXAMPLES and written_in else (),
        messages_of=examples.messages_of,
    )


def _template(part: Part) -> str:
    if part in EXAMPLES:
        return "examples.html"
    return "facts.html" if part == "facts" else "article.html"


def _of_facts(visit: Visit, opened: Opened, fields: Mapping[str, str]) -> dict[str, object]:
    library, language = opened.library, visit.language
    titles = {
        each.id: each.page.article(language).title if each.page.articles else each.id
        for each in library.topics
        if each is not opened.owner
    }
    related = list(filter(None, fields.get(facts.RELATED, "").split("\n")))
    known = {each.id: each.title.get(language) for each in library.categories}
    chosen = fields.get(facts.CATEGORY, "")
    return {
        "contacts": library.contacts,
        # What the content names and does not have stays to be seen, and to be taken out.
        "categories": known if chosen in known else {chosen: chosen, **known},
        "related": related,
        "topics": sorted(
            ({each: each for each in related} | titles).items(), key=lambda each: each[1].lower()
        ),
        "sections": choices.section_labels(opened.owner, library, language),
    }


def _result(visit: Visit) -> str:
    return next((f"article-done-{each}" for each in RESULTS if each in visit.request.query_params), "")

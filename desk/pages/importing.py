"""Import: a page becomes a publication, or part of an article, once a person has looked at every piece."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from desk.drafting.parts import fields_of
from desk.importing.into_article import with_taken
from desk.importing.publication import Problems, incomplete, publication
from desk.importing.review import DROP, KEEP, Review, decided, pieces_of
from desk.importing.taking import taken
from desk.pages.contacts import today
from desk.visit import Visit, go_to
from knowledge.changes.libraries import with_publication
from knowledge.errors import ContentError
from knowledge.intake import MAX_BYTES, IntakeError
from knowledge.model import LANGUAGES, Library

MOST_BYTES: Final = MAX_BYTES + 100_000
FILE_TYPES: Final = frozenset(
    {"text/html", "text/plain", "text/markdown", "application/xhtml+xml", "application/octet-stream"}
)
REASONS: Final = {
    "advertising": "set-aside-advertising",
    "hidden": "set-aside-hidden",
    "menu": "set-aside-menu",
    "footer": "set-aside-footer",
    "sidebar": "set-aside-sidebar",
    "form": "set-aside-form",
    "sharing": "set-aside-sharing",
    "cookie notice": "set-aside-cookie-notice",
    "boilerplate": "set-aside-boilerplate",
    "pills": "set-aside-pills",
    "gambling": "set-aside-gambling",
    "loans": "set-aside-loans",
    "essays": "set-aside-essays",
    "replica": "set-aside-replica",
    "adult": "set-aside-adult",
    "investment": "set-aside-investment",
    "links": "set-aside-links",
    "documents": "set-aside-documents",
    "fortune": "set-aside-fortune",
    "goods": "set-aside-goods",
}
"""The sentence for each word of the reasons that intake gives."""


async def show(visit: Visit) -> Response:
    """Ask for an address, a file or a text."""
    return visit.page("import.html", problem="", detail="", address="")


async def change(visit: Visit) -> Response:
    """Read a page, apply what was decided of it, save it as a publication, or take it into a draft."""
    match visit.form.get("do"):
        case "save":
            return await _save(visit)
        case "draft":
            return await _into_article(visit)
        case "apply":
            return await _page(visit, decided(visit.form))
    address = visit.form.get("address", "").strip()[:2000]
    try:
        review, judged = await taken(
            visit.desk, address, visit.files.get("file"), visit.form.get("pasted", "")
        )
    except IntakeError as error:
        said = visit.voice.say("import-failed")
        return visit.page("import.html", status=422, problem=said, detail=str(error), address=address)
    await visit.desk.store.note(_who(visit), "page.read")
    return await _page(visit, review, by_rules_alone=not judged)


async def _save(visit: Visit) -> Response:
    review, day, who = decided(visit.form), today(visit), _who(visit)
    library = (await visit.desk.content.now(day)).library
    found, problems = publication(review, library, day)
    if found is None:
        return await _page(visit, review, problems)
    saved_as = found.id

    def with_page(now: Library) -> Library:
        nonlocal saved_as
        new, _ = publication(review, now, day)
        if new is None:
            raise ContentError(f"the topic '{review.topic}' is not there any more")
        saved_as = new.id
        return with_publication(now, new)

    await visit.desk.content.save(with_page, author=who, message=f"import: {found.id}")
    await visit.desk.store.note(who, "page.imported", saved_as)
    return go_to(f"/topics/{saved_as}/{review.language}")


async def _into_article(visit: Visit) -> Response:
    review, who, store = decided(visit.form), _who(visit), visit.desk.store
    library = (await visit.desk.content.now(today(visit))).library
    if problems := incomplete(review, library):
        return await _page(visit, review, problems)
    topic = library.topic_by_id[review.topic]
    language = next(each for each in LANGUAGES if each == review.language)
    current = fields_of(topic, language)
    draft = await store.draft(topic.page.path, language, who)
    fields = with_taken(review, topic.page, language, draft.fields if draft else current)
    if fields is None:
        return await _page(visit, review, {"text-1": "import-too-much"})
    base = draft.base if draft else current
    await store.keep_draft(topic.page.path, language, who, fields=fields, base=base)
    await store.note(who, "page.taken", f"{topic.id} {language}")
    return go_to(f"/topics/{topic.id}/{language}", taken="1")


async def _page(
    visit: Visit, review: Review, problems: Problems | None = None, *, by_rules_alone: bool = False
) -> Response:
    library = (await visit.desk.content.now(today(visit))).library
    return visit.page(
        "import_review.html",
        status=422 if problems else 200,
        review=review,
        pieces=[(each.text, _reason(each.reason, visit)) for each in review.pieces],
        carried=pieces_of(review),
        problems=problems or {},
        problem=visit.voice.say("import-not-saved") if problems else "",
        by_rules_alone=by_rules_alone,
        keep=KEEP,
        drop=DROP,
        texts_in={"tg": "text-in-tg", "ru": "text-in-ru", "uz": "text-in-uz", "en": "text-in-en"},
        topics=_topics(library, visit),
    )


def _topics(library: Library, visit: Visit) -> dict[str, str]:
    titled = {
        each.id: each.page.article(visit.language).title for each in library.topics if each.page.articles
    }
    return dict(sorted(titled.items(), key=lambda each: each[1]))


def _reason(reason: str, visit: Visit) -> str:
    words = reason.replace("; ", ": ").split(": ")
    return ", ".join(visit.voice.say(REASONS[each]) if each in REASONS else each for each in words)


def _who(visit: Visit) -> str:
    assert visit.member is not None
    return visit.member.name

"""One topic: what citizens read, in which state each language is, and what a person vouches for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date

from starlette.responses import Response

from bot.store import Draft
from desk.drafting.carrying import page_seal
from desk.drafting.parts import owner_of, with_owner
from desk.drafting.preview import preview
from desk.drafting.wrong import Owner
from desk.visit import Visit, go_to
from knowledge.changes import pages
from knowledge.changes.revalidate import replaced
from knowledge.errors import ContentError
from knowledge.model import LANGUAGES, Article, Language, Library, Page


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One language of a page."""

    language: Language
    article: Article | None
    original: bool
    lags: bool
    """Whether it follows an older text of the original."""
    approved: bool
    """As it is now."""
    drafts: tuple[Draft, ...]


class _StaleError(Exception):
    pass


async def show(visit: Visit) -> Response:
    """Show it as it is saved."""
    now = visit.desk.clock()
    library = (await visit.desk.content.now(now.astimezone(UTC).date())).library
    owner = owner_of(library, visit.request.path_params["id"])
    if owner is None:
        return visit.message("no-such-page", status=404)
    page = owner.page
    wanted = visit.request.query_params.get("text", visit.language)
    language = next((each for each in page.articles if each == wanted), page.article(visit.language).language)
    drafts = await visit.desk.store.drafts_on(page.path)
    return visit.page(
        "topic.html",
        page=page,
        title=page.article(visit.language).title,
        rows=[_row(page, each, drafts) for each in LANGUAGES],
        other_drafts=[each for each in drafts if each.part not in LANGUAGES],
        language=language,
        previews={
            each.id: preview(library, owner, each.id, language, now)
            for each in page.articles[language].sections
        },
        seal=page_seal(page),
        publications=_publications(library, owner, visit.language),
        problem=_problem(visit),
        overdue=page.review_by < now.astimezone(UTC).date(),
    )


async def compare(visit: Visit) -> Response:
    """Date the page as compared with its live sources today."""
    return await _declare(visit, "page.compared", pages.compared)


async def approve(visit: Visit) -> Response:
    """Date one language's text as approved today."""
    language = _language(visit)
    if language is None:
        return visit.message("no-such-page", status=404)
    return await _declare(
        visit, "article.approved", lambda page, today: pages.approved(page, language, today), language
    )


async def follow(visit: Visit) -> Response:
    """Note that one translation says what the original says now."""
    language = _language(visit)
    if language is None:
        return visit.message("no-such-page", status=404)
    return await _declare(
        visit, "article.followed", lambda page, _: pages.follows_original(page, language), language
    )


async def _declare(
    visit: Visit, what: str, change: Callable[[Page, date], Page], language: str = ""
) -> Response:
    assert visit.member is not None
    page_id = str(visit.request.path_params["id"])
    today = visit.desk.clock().astimezone(UTC).date()

    def changed(library: Library) -> Library:
        owner = owner_of(library, page_id)
        if owner is None:
            raise ContentError(f"there is no page '{page_id}'")
        if page_seal(owner.page) != visit.form.get("seen"):
            raise _StaleError  # a person vouches for what he has read, and for nothing else
        return with_owner(library, replaced(owner, page=change(owner.page, today)))

    subject = f"{page_id} {language}".strip()
    try:
        await visit.desk.content.save(changed, author=visit.member.name, message=f"{what}: {subject}")
    except _StaleError:
        return go_to(f"/topics/{page_id}", stale="1")
    except ContentError:
        return visit.message("no-such-page", status=404)
    await visit.desk.store.note(visit.member.name, what, subject)
    return go_to(f"/topics/{page_id}")


def _language(visit: Visit) -> Language | None:
    return next((each for each in LANGUAGES if each == visit.form.get("language")), None)


def _problem(visit: Visit) -> str:
    return visit.voice.say("topic-stale") if "stale" in visit.request.query_params else ""


def _row(page: Page, language: Language, drafts: list[Draft]) -> LanguageRow:
    article, source = page.articles.get(language), page.articles.get(page.source_language)
    original = language == page.source_language
    followed = (article.translated_from if article else None) or date.min
    return LanguageRow(
        language,
        article,
        original,
        lags=article is not None and source is not None and not original and followed < source.updated,
        approved=bool(article and article.reviewed and article.reviewed >= article.updated),
        drafts=tuple(each for each in drafts if each.part == language),
    )


def _publications(library: Library, owner: Owner, language: Language) -> Mapping[str, str]:
    of_topic = [each for each in library.publications if each.topic == owner.id and each is not owner]
    return {each.page.id: each.page.article(language).title for each in of_topic}

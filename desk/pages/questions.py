"""Questions: what people asked in vain, and which sections did not help them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from bot.questions import HELPFUL
from bot.store import OpinionTotal
from desk.paging import page_number
from desk.questions import Filter, listed
from desk.questions.listing import PERIODS
from desk.visit import Visit
from knowledge.model import Library

ON_A_PAGE: Final = 20
ASKED_IN: Final = {
    "tg": "asked-in-tg",
    "ru": "asked-in-ru",
    "uz": "asked-in-uz",
    "en": "asked-in-en",
}
WRITTEN_IN: Final = {
    "cyrillic": "written-cyrillic",
    "latin": "written-latin",
    "mixed": "written-mixed",
    "other": "written-other",
}
ENDED_AS: Final = {
    "found": "outcome-found",
    "choice": "outcome-choice",
    "unknown": "outcome-unknown",
    "urgent": "outcome-urgent",
}
REASONS: Final = {
    "wrong": "reason-wrong",
    "unclear": "reason-unclear",
    "out-of-date": "reason-out-of-date",
    "not-my-question": "reason-not-my-question",
}
DID: Final = {
    "question.example-added": "did-example-added",
    "question.not-ours": "did-not-ours",
    "question.done": "did-done",
}
"""What an editor has just done, by its name in the audit."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section that somebody found not helpful."""

    page_id: str
    section_id: str
    title: str
    """Of article and section, as far as they are still there."""
    topic_id: str | None
    times: int
    """Not helpful."""
    reasons: Counter[str]
    helpful: int
    share: int
    """Of all opinions, how many found it helpful, in percent."""


async def show(visit: Visit) -> Response:
    """Show the groups, as far as the filters let them."""
    wanted, number = asked_filter(visit), _number(visit)
    grouped, settled = await visit.desk.questions.grouped(), await visit.desk.questions.settled()
    content = await visit.desk.content.now(wanted.until)
    found = listed(grouped, settled, wanted, (number - 1) * ON_A_PAGE, ON_A_PAGE) if grouped else None
    last = max(1, -(-found.found // ON_A_PAGE)) if found else 1
    if grouped and number > last:
        number = last
        found = listed(grouped, settled, wanted, (number - 1) * ON_A_PAGE, ON_A_PAGE)
    return visit.page(
        "questions.html",
        listed=found,
        did=DID.get(visit.request.query_params.get("did", "")),
        as_of=grouped and grouped.as_of,
        titles=titles(content.library, visit),
        number=number,
        last=last,
        **_filters(visit, wanted),
    )


async def show_unhelpful(visit: Visit) -> Response:
    """Show the sections that did not help, those most often said so first."""
    wanted, number = asked_filter(visit), _number(visit)
    content = await visit.desk.content.now(wanted.until)
    totals = await visit.desk.store.opinion_totals(wanted.since, wanted.language)
    sections = sorted(_sections(totals, content.library, visit), key=lambda each: -each.times)
    last = max(1, -(-len(sections) // ON_A_PAGE))
    number = min(number, last)
    return visit.page(
        "unhelpful.html",
        sections=sections[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        found=len(sections),
        reasons=REASONS,
        number=number,
        last=last,
        **_filters(visit, wanted),
    )


def asked_filter(visit: Visit, days: int = 30) -> Filter:
    """Return what the address asks for; what it does not say, or says wrongly, is the widest but for time."""
    asked = visit.request.query_params
    days = next((each for each in PERIODS if str(each) == asked.get("days")), days)
    today = visit.desk.clock().astimezone(UTC).date()
    language, outcome = asked.get("language", ""), asked.get("outcome", "")
    return Filter(
        since=today - timedelta(days=days - 1),
        until=today,
        language=language if language in ASKED_IN else "",
        outcome=outcome if outcome in ENDED_AS else "",
        with_settled=asked.get("state") == "all",
    )


def titles(library: Library, visit: Visit) -> Mapping[str, str]:
    """Return the title of each topic that has a text, by its id."""
    return {each.id: each.page.article(visit.language).title for each in library.topics if each.page.articles}


def _number(visit: Visit) -> int:
    return page_number(visit.request.query_params.get("page", ""))


def _filters(visit: Visit, wanted: Filter) -> Mapping[str, Any]:
    days = (wanted.until - wanted.since).days + 1
    state = "all" if wanted.with_settled else ""
    query = {"days": str(days), "language": wanted.language, "outcome": wanted.outcome, "state": state}
    return {
        "days": days,
        "periods": PERIODS,
        "language": wanted.language,
        "asked_in": ASKED_IN,
        "written_in": WRITTEN_IN,
        "outcome": wanted.outcome,
        "ended_as": ENDED_AS,
        "with_settled": wanted.with_settled,
        "query": urlencode({name: value for name, value in query.items() if value}),
    }


def _sections(totals: Sequence[OpinionTotal], library: Library, visit: Visit) -> Iterator[Section]:
    by_section: dict[tuple[str, str], Counter[str]] = {}
    for each in totals:
        by_section.setdefault((each.page_id, each.section_id), Counter())[each.reason] += each.times
    for (page_id, section_id), reasons in by_section.items():
        helpful = reasons.pop(HELPFUL, 0)
        times = reasons.total()
        if times:
            title, topic_id = _titled(page_id, section_id, library, visit)
            share = round(100 * helpful / (helpful + times))
            yield Section(page_id, section_id, title, topic_id, times, reasons, helpful, share)


def _titled(page_id: str, section_id: str, library: Library, visit: Visit) -> tuple[str, str | None]:
    topic, page = library.page_by_id.get(page_id, (None, None))
    if topic is None or page is None or not page.articles:
        return f"{page_id} #{section_id}", None
    article = page.article(visit.language)
    section = article.section(section_id)
    heading = section.heading if section else f"#{section_id}"
    return f"{article.title}: {heading}", topic.id if page is topic.page else None

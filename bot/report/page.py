"""The report as one page for an office that has nothing else to look at."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

from bot.report.charts import outcomes_chart, unanswered_chart
from bot.report.figures import OUTCOMES, Report, share
from bot.report.wording import language_name, seconds, seconds_within, spelt, summary
from index.document.html import document, heading, section, table
from index.document.pictures import bar
from index.evaluation.wording import cent

_TITLE: Final = "What the hotline did"
_STYLE: Final = Path(__file__).with_name("page.css")


def page(report: Report) -> str:
    """Return the report as an HTML page with pictures; no text that anybody wrote is in it."""
    parts = [heading(_TITLE, summary(report))]
    if report.asked:
        parts += [_days(report), _languages(report), _topics(report), _waits(report)]
    else:
        parts.append("<p>Nobody asked anything in these days, or the bot counted into another database.</p>")
    parts.append(_stale(report))
    return document(_TITLE, parts, _STYLE.read_text(encoding="utf-8"))


def _days(report: Report) -> str:
    rows = [
        (
            f"{day.day:%d.%m}",
            str(day.asked),
            *(str(day.outcomes[each]) for each in OUTCOMES),
            cent(share(day.outcomes["unknown"], day.asked)),
        )
        for day in reversed(report.days)
        if day.asked
    ]
    return section(
        "Outcomes",
        "Found: an article was sent. Choice: the person was asked which of two or three topics is meant. "
        "Urgent: the numbers came first. Unknown: nothing was likely enough, and the person was told so; "
        "its share stands last.",
        f'<div class="charts">{outcomes_chart(report.days)}{unanswered_chart(report.days)}</div>',
        f'<div class="wide">{table("Day", ("all", *OUTCOMES, "share"), rows)}</div>',
    )


def _languages(report: Report) -> str:
    languages = [
        (
            language_name(language),
            f"{cent(share(report.unanswered_by_language[language], times))} unknown",
            times,
        )
        for language, times in report.languages.most_common()
    ]
    spellings = [
        (spelt(language, spelling), "", times)
        for (language, spelling), times in report.spellings.most_common()
    ]
    return section(
        "Languages and spellings",
        "How people write, as the program sees it.",
        _bars("Language", languages, report.asked),
        _bars("Spelling", spellings, report.asked),
    )


def _topics(report: Report) -> str:
    titles = report.titles or {}
    rows = [
        (titles.get(topic, topic), topic if topic in titles else "", times) for topic, times in report.topics
    ]
    return section(
        "Most asked",
        "The first topic of each answer. What got no answer is listed by 'hotline questions'.",
        _bars("Topic", rows, report.asked),
    )


def _waits(report: Report) -> str:
    replies, below, rows = sum(times for _, times in report.waits), 0, []
    for limit, times in report.waits:
        below += times
        rows.append((seconds(limit), "", below))
    half, nearly_all = report.within(0.5), report.within(0.99)
    said = (
        f"From taking a message up until Telegram has the whole reply, for all messages and buttons: half of "
        f"the replies were there {seconds_within(half)}, 99 of 100 {seconds_within(nearly_all)}."
    )
    return section("How long people waited", said, _bars("Within", rows, replies, "Replies"))


def _stale(report: Report) -> str:
    if report.titles is None:
        said = "The content folder cannot be read; 'hotline check' says why."
    elif not report.stale:
        said = "No article is past its day of review."
    else:
        said = (
            "Somebody should compare these with their sources; 'hotline check --stale' names file and line."
        )
    rows = "".join(
        f'<tr><th scope="row">{escape(each.title)}<small>{escape(each.page)}</small></th>'
        f'<td class="number">{each.review_by}</td></tr>'
        for each in report.stale
    )
    head = '<tr><th scope="col">Article</th><th scope="col" class="number">Review by</th></tr>'
    listed = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" if rows else ""
    return section("Past review", said, listed)


def _bars(first: str, rows: Iterable[tuple[str, str, int]], whole: int, what: str = "Questions") -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(name)}{f"<small>{escape(note)}</small>" if note else ""}</th>'
        f'<td class="number"><b>{cent(share(times, whole))}</b><small>{times}</small></td>'
        f'<td class="picture">{bar(times / whole if whole else 0.0)}</td></tr>'
        for name, note, times in rows
    )
    head = (
        f'<tr><th scope="col">{escape(first)}</th><th scope="col" class="number">{what}</th>'
        '<th class="picture"></th></tr>'
    )
    return f'<table class="figures"><thead>{head}</thead><tbody>{body}</tbody></table>'

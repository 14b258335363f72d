"""The office's report: the store's counts as a page and as tables, with nothing of anybody in it."""

from __future__ import annotations

import asyncio
import io
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.conversation import Conversation
from bot.daily import Day, by_day
from bot.report.charts import outcomes_chart
from bot.report.figures import Report, Stale
from bot.report.page import page
from bot.report.reading import read_report
from bot.report.terminal import show
from bot.store import Count
from tests import small_content
from tests.bot.telegram_bot import talking
from tests.bot_api import BotApi
from tests.page_reading import Reading

HOTLINE = Path(sys.executable).with_name("hotline")
TODAY = date(2026, 11, 26)
YESTERDAY = TODAY - timedelta(days=1)
COUNTS = [
    Count(YESTERDAY, "question", "found tg latin", 6),
    Count(TODAY, "question", "found tg plain", 1),
    Count(TODAY, "question", "unknown ru plain", 3),
    Count(TODAY, "topic", "wages", 7),
    Count(TODAY, "wait", "0.5", 6),
    Count(TODAY, "wait", "10.0", 3),
    Count(TODAY, "wait", "+Inf", 1),
    Count(TODAY, "failure", "apology", 2),
    Count(TODAY, "publishing", "failed", 1),
]


def _report(*counts: Count, days: int = 3, stale: tuple[Stale, ...] = ()) -> Report:
    since = TODAY - timedelta(days=days - 1)
    return Report(tuple(by_day(counts or COUNTS, since, TODAY)), stale, {"wages": "Зарплата"})


def _shown(report: Report) -> str:
    written = io.StringIO()
    show(report, Console(width=120, file=written))
    return written.getvalue()


def test_the_page_is_well_formed_and_asks_for_nothing_from_elsewhere() -> None:
    text = page(_report(stale=(Stale("topics/wages", "Зарплата", date(2026, 3, 1)),)))

    got = Reading(text)

    assert (got.open, got.wrong, got.addresses) == ([], [], [])
    assert not re.search(r"<script|@import|url\(|https?:", text)


def test_every_day_stands_with_its_outcomes_and_its_share_without_an_answer() -> None:
    reading = Reading(page(_report()))

    assert [cell.strip() for cell in reading.row("26.11")] == [
        "26.11",
        "4",
        "1",
        "0",
        "0",
        "3",
        "75.0\N{NO-BREAK SPACE}%",
    ]
    assert [cell.strip() for cell in reading.row("25.11")][1:3] == ["6", "6"]


def test_languages_spellings_and_topics_stand_with_their_shares() -> None:
    reading = Reading(page(_report()))

    assert "100.0\N{NO-BREAK SPACE}% unknown" in reading.row("Russian 100")[0]
    assert "30.0\N{NO-BREAK SPACE}% 3" in reading.row("Russian 100")[1]
    assert "60.0\N{NO-BREAK SPACE}% 6" in reading.row("Tajik, Latin letters")[1]
    assert "70.0\N{NO-BREAK SPACE}% 7" in reading.row("Зарплата wages")[1]


def test_waits_are_told_as_what_half_and_nearly_all_got_and_add_up() -> None:
    text = page(_report())

    assert "half of the replies were there within 0.5 s, 99 of 100 after more than 300 s" in text
    assert "90.0\N{NO-BREAK SPACE}% 9" in Reading(text).row("10 s")[1]


def test_failures_and_failed_publishing_stand_first() -> None:
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page(_report()))

    assert ("Apologies for failures", "2") in facts
    assert ("Failed publishing", "1") in facts
    assert ("Without an answer", "30.0\N{NO-BREAK SPACE}%") in facts


def test_the_terminal_says_the_same_as_the_page() -> None:
    shown = _shown(_report(stale=(Stale("topics/wages", "Зарплата", date(2026, 3, 1)),)))

    for part in ("75.0", "Tajik, Latin letters", "wages", "10 s", "2026-03-01", "Apologies for failures"):
        assert part in shown


def test_only_the_days_asked_for_are_counted() -> None:
    old = Count(TODAY - timedelta(days=7), "question", "unknown uz latin", 100)

    assert _report(*COUNTS, old, days=7).asked == 10
    assert _report(*COUNTS, old, days=8).asked == 110


def test_days_on_which_nobody_asked_are_days_all_the_same() -> None:
    report = _report(days=5)

    assert [day.asked for day in report.days] == [0, 0, 0, 6, 4]


def test_what_nobody_asked_gives_a_page_and_tables_that_say_so() -> None:
    nothing = Report(tuple(by_day([], TODAY, TODAY)), (), {})

    reading = Reading(page(nothing))

    assert (reading.open, reading.wrong) == ([], [])
    assert "Nobody asked anything" in page(nothing)
    assert "Questions" in _shown(nothing)


def test_content_that_cannot_be_read_takes_only_titles_and_reviews(tmp_path: Path) -> None:
    read = read_report(f"sqlite:///{tmp_path / 'hotline.db'}", tmp_path / "nowhere", 7, "ru", TODAY)

    assert read.titles is None
    assert "hotline check&#x27; says why" in page(read)


def test_articles_past_review_are_listed_longest_past_first(tmp_path: Path) -> None:
    contents = small_content.files()
    wages = "topics/wages/topic.yaml"
    contents[wages] = contents[wages].replace("2027-03-01", "2027-01-01")
    small_content.write(tmp_path / "content", contents)
    url = f"sqlite:///{tmp_path / 'hotline.db'}"

    stale = read_report(url, tmp_path / "content", 1, "ru", date(2027, 6, 1)).stale
    last_day = read_report(url, tmp_path / "content", 1, "ru", date(2027, 3, 1)).stale

    assert [(each.title, each.review_by) for each in stale] == [
        ("Зарплата", date(2027, 1, 1)),
        ("Регистрация", date(2027, 3, 1)),
    ]
    assert [each.title for each in last_day] == ["Зарплата"]


@given(st.lists(st.tuples(st.sampled_from(["0.1", "1.0", "60.0", "+Inf"]), st.integers(1, 50)), min_size=1))
def test_a_share_of_the_replies_was_there_within_what_is_said(waits: list[tuple[str, int]]) -> None:
    counted = Counter[str]()
    for limit, times in waits:
        counted[limit] += times
    report = Report((Day(TODAY, waits=counted),))
    each = sorted(float(limit) for limit, times in counted.items() for _ in range(times))

    assert report.within(0.5) == each[(len(each) + 1) // 2 - 1]
    assert report.within(1) == each[-1] <= inf


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 4), min_size=1, max_size=60))
def test_a_column_is_as_high_as_its_day_has_questions(days: list[tuple[int, int, int, int]]) -> None:
    names = ("found", "choice", "urgent", "unknown")
    drawn = outcomes_chart(
        [
            Day(TODAY + timedelta(days=n), Counter(dict(zip(names, each, strict=True))))
            for n, each in enumerate(days)
        ]
    )

    columns = re.findall(r"<g>(.*?)</g>", drawn)
    heights = [sum(float(height) for height in re.findall(r'height="([\d.]+)"', each)) for each in columns]
    totals = [sum(each) for each in days if sum(each)]
    assert len(heights) == len(totals)
    if totals:
        scale = max(heights) / max(totals)
        assert all(abs(h - total * scale) <= 1 for h, total in zip(heights, totals, strict=True))
        assert max(heights) <= 244.5


@given(st.text(min_size=1), st.text(min_size=1))
def test_names_from_outside_never_break_the_page(topic: str, title: str) -> None:
    counts = (*COUNTS, Count(TODAY, "topic", f"<{topic}\"&'>", 3))
    report = _report(*counts, stale=(Stale(f"<{topic}>", f"</td><script>{title}", TODAY),))

    got = Reading(page(report))

    assert (got.open, got.wrong) == ([], [])


@pytest.mark.slow
async def test_the_report_is_read_beside_a_running_bot_and_knows_what_it_was_asked(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    small_content.write(tmp_path / "content")
    api.write("Мне не платят зарплату", chat=777_000_111)
    async with talking(small_conversation, api, tmp_path):
        await api.messages(1)

    async with talking(small_conversation, api, tmp_path):
        done = await _run("report", "--html", "report.html", folder=tmp_path)
        shown = await _run("report", folder=tmp_path)

    text = await asyncio.to_thread((tmp_path / "report.html").read_text, encoding="utf-8")
    assert (done, shown[0]) == ((0, "written: report.html\n"), 0)
    assert "Зарплата" in Reading(text).row("Зарплата")[0]
    assert "wages" in shown[1]
    assert all(secret not in text + shown[1] for secret in ("не платят", "777000111"))


@pytest.mark.slow
async def test_a_page_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    done = await _run("report", "--html", "nowhere/report.html", folder=tmp_path)

    assert done == (2, "hotline: nowhere/report.html cannot be written: No such file or directory\n")


async def _run(*arguments: str, folder: Path) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        HOTLINE,
        *arguments,
        cwd=folder,
        env={
            **os.environ,
            "COLUMNS": "120",
            "HOTLINE_CONTENT": str(folder / "content"),
            "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'hotline.db'}",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, output.decode()

"""The report that staff read: like questions together, counted, and a table that harms no spreadsheet."""

from __future__ import annotations

import asyncio
import csv
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BotError
from bot.likeness import groups_of_like
from bot.questions import unanswered, unhelpful, write_csv
from bot.store import Asked, Opinion, open_store
from bot.turn import Feedback

HOTLINE = Path(sys.executable).with_name("hotline")
DAY = date(2026, 11, 26)


def _asked(text: str, day: date = DAY, language: str = "tg", topics: tuple[str, ...] = ()) -> Asked:
    return Asked(day, text, language, "unknown", "cyrillic", topics)


def _opinion(reason: str, times: int = 1, section: str = "price", language: str = "tg") -> Opinion:
    return Opinion(DAY, "patent-get", section, reason, language, times)


# -- likeness


def test_one_question_in_two_alphabets_and_with_other_letters_is_one_group() -> None:
    texts = ["Чӣ тавр гурбаро ба Русия барам?", "билет до Душанбе", "chi tavr gurbaro ba rusiya baram"]

    assert groups_of_like(texts) == [[0, 2], [1]]


def test_the_first_of_a_group_is_its_most_typical_question() -> None:
    texts = [
        "гурбаро ба Русия бурдан мумкин бошад ё не, дар қатора",
        "гурбаро ба Русия бурдан мумкин",
        "гурбаро ба Русия бурдан мумкин аст?",
        "мумкин гурбаро бурдан ба Русия",
    ]

    [group] = groups_of_like(texts)

    assert sorted(group) == [0, 1, 2, 3]
    assert group[0] in (1, 2)
    assert group[-1] == 0


def test_the_largest_group_comes_first() -> None:
    texts = ["билет до Душанбе", "вакцина от гриппа", "билеты до Душанбе", "сколько билет до Душанбе"]

    assert [len(group) for group in groups_of_like(texts)] == [3, 1]


def test_texts_without_a_word_are_like_nothing_but_themselves() -> None:
    assert groups_of_like([]) == []
    assert groups_of_like(["?", "билет", "?", ""]) == [[0, 2], [1], [3]]


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=20))
def test_each_text_is_in_exactly_one_group(texts: list[str]) -> None:
    groups = groups_of_like(texts)

    assert sorted(each for group in groups for each in group) == list(range(len(texts)))
    assert groups_of_like(texts) == groups


# -- lines


def test_a_line_counts_languages_weeks_and_nearest_topics() -> None:
    [line] = unanswered(
        [
            _asked("билет до Душанбе", language="ru", topics=("hotline", "patent-get")),
            _asked("билет до Душанбе", day=DAY + timedelta(days=7), language="ru", topics=("hotline",)),
            _asked("билети Душанбе", language="tg", topics=("patent-get",)),
        ]
    )

    assert (line.what, line.times) == ("билет до Душанбе", 3)
    assert line.wordings == ("билети Душанбе",)
    assert line.languages == Counter(ru=2, tg=1)
    assert line.weeks == Counter({"2026-W48": 2, "2026-W49": 1})
    assert line.topics == Counter({"hotline": 2, "patent-get": 1})


def test_sections_that_did_not_help_come_with_their_reasons_most_often_first() -> None:
    opinions = [
        _opinion("wrong", 2),
        _opinion("unclear", 1, language="ru"),
        _opinion("helpful", 9),
        _opinion("out-of-date", 5, section="papers"),
        _opinion("helpful", 7, section="loved"),
    ]

    papers, price = unhelpful(opinions)

    assert (papers.what, papers.times, papers.helpful) == ("patent-get#papers", 5, 0)
    assert (price.what, price.times, price.helpful) == ("patent-get#price", 3, 9)
    assert price.kinds == Counter({"wrong": 2, "unclear": 1})
    assert price.languages == Counter(tg=2, ru=1)


# -- CSV


def _written(tmp_path: Path, *texts: str) -> list[dict[str, str]]:
    write_csv(tmp_path / "questions.csv", unanswered([_asked(text) for text in texts]), [])
    with (tmp_path / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    [row] = _written(tmp_path, f"{start}cmd|' /C calc'!A0")

    assert row["what"] == f"'{start}cmd|' /C calc'!A0"


def test_quotes_separators_and_all_letters_come_back(tmp_path: Path) -> None:
    text = 'ӯ гуфт: "ғ, қ; ҳ" ҷӣ oʻzbekcha'

    [row] = _written(tmp_path, text)

    assert row["what"] == text


def test_the_file_begins_as_spreadsheets_want_it(tmp_path: Path) -> None:
    _written(tmp_path, "a")

    assert (tmp_path / "questions.csv").read_bytes().startswith(b"\xef\xbb\xbfkind,what,times,")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BotError, match=r"nowhere.* cannot be written"):
        write_csv(tmp_path / "nowhere" / "a.csv", [], [])


# -- the command


async def _fill(file: Path) -> None:
    # Yesterday, so that the end of a day may come between this and the report.
    store = await open_store(f"sqlite:///{file}", clock=lambda: datetime.now(UTC) - timedelta(days=1))
    for text in ("номи ман Фаррух, гурба бурдан мумкин?", "гурба бурдан мумкин?", "тел +79161234567"):
        await store.add_question(
            text, language="tg", outcome="unknown", script="cyrillic", topics=["hotline"]
        )
    await store.add_feedback(Feedback("patent-get", "price", "wrong", "ru"))
    await store.close()


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HOTLINE, "questions", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.slow
def test_the_command_prints_both_tables_and_writes_a_file(tmp_path: Path) -> None:
    asyncio.run(_fill(tmp_path / "var" / "hotline.db"))

    done = _run(tmp_path, "--csv", "questions.csv", "--separator", ";")

    assert (done.returncode, done.stderr) == (0, "")
    assert "3 questions, 2 different" in done.stdout
    assert "[phone]" in done.stdout
    assert "patent-get#price" in done.stdout
    with (tmp_path / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert [row[0] for row in rows] == ["kind", "question", "question", "section"]


@pytest.mark.slow
def test_the_command_reads_only_as_many_days_as_it_is_told(tmp_path: Path) -> None:
    asyncio.run(_fill(tmp_path / "var" / "hotline.db"))

    assert ": 0 questions" in _run(tmp_path, "--days", "1").stdout


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("--days", "0"), ("--separator", ";;"), ("--limit", "x")])
def test_a_wrong_option_is_a_sentence(tmp_path: Path, arguments: tuple[str, str]) -> None:
    done = _run(tmp_path, *arguments)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert arguments[0] in done.stderr

"""The page that shows a report: whole, harmless, and with the report's own numbers."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from index.document.pictures import Frame, whisker
from index.evaluate import Answered, Floor, Golden, MeasuredOn, Report, evaluate
from index.evaluation.page import page
from tests.page_reading import Reading

ON = MeasuredOn("2026-11-26", "20261126T0600Z-abc", "small 1", 0.9, 0.5, {"topics": 3}, {"first": 0.689})


def _report(topic: str = "a", style: str = "ru-clean") -> Report:
    kinds = [("q1", topic), ("q2", topic), ("q3", "c"), ("q4", "")]
    questions = [
        Golden(
            id=name,
            text="secret words",
            lang="ru",
            style=style,
            kind="in-scope" if right else "out-of-scope",
            topics=(right,) if right else (),
        )
        for name, right in kinds
    ]
    answers = [
        Answered("q1", "found", (topic,), 0.97, "ru"),
        Answered("q2", "found", ("c",), 0.93, "ru"),
        Answered("q3", "choice", ("b", "c"), 0.6, "ru"),
        Answered("q4", "unknown", ("b",), 0.02, "tg"),
    ]
    return evaluate(questions, answers, measured_on=ON)


def _numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"\d+(?:\.\d+)?", text)]


def test_the_page_is_well_formed_and_asks_for_nothing_from_elsewhere() -> None:
    text = page(_report(), {"right_first": Floor(at_least=0.8)})

    got = Reading(text)

    assert (got.open, got.wrong, got.addresses) == ([], [], [])
    assert not re.search(r"<script|@import|url\(|https?:", text)


def test_every_figure_stands_in_the_page_as_in_the_report() -> None:
    report = _report()
    shown = [_numbers(row[1]) for row in Reading(page(report)).rows if len(row) == 3 and "–" in row[1]]

    expected = [
        [round(each * 100, 1) for each in (figure.value, figure.low, figure.high)]
        for figure in report.figures.values()
    ]

    assert sorted(shown) == sorted(expected)


def test_thresholds_confidences_and_mistakes_stand_in_the_page_as_in_the_report() -> None:
    report = _report()
    reading = Reading(page(report))

    assert [_numbers(cell) for cell in reading.row("0.90 (in use)")] == [[0.9], [66.7], [33.3], [0]]
    band = report.reliability[-1]
    assert [_numbers(cell) for cell in reading.row("95.0")] == [[95, 100], [1], [97], [100]]
    assert (band.count, band.confidence, band.right) == (1, 0.97, 1)
    assert reading.row("a → c")[1:] == [" 1", " 5.00"]
    assert "q2" in reading.row("a → c")[0]


def test_the_page_says_what_was_measured_and_when() -> None:
    text = page(_report())

    assert all(each in text for each in ("2026-11-26", ON.snapshot, ON.encoder, "3 topics", "0.90", "68.9"))


def test_no_question_is_in_the_page() -> None:
    assert "secret" not in page(_report())


def test_a_floor_is_shown_at_its_figure() -> None:
    row = Reading(page(_report(), {"right_first": Floor(at_least=0.83)})).row("Right topic first")

    assert "at least 83.0" in row[0]


def test_without_any_question_of_ours_the_page_still_comes() -> None:
    weather = Golden(id="w", text="?", lang="ru", style="en", kind="out-of-scope")

    got = Reading(page(evaluate([weather], [Answered("w", "unknown", (), 0.0, "ru")])))

    assert (got.open, got.wrong) == ([], [])


@given(st.text(min_size=1), st.text(min_size=1))
def test_names_from_outside_never_break_the_page(topic: str, style: str) -> None:
    got = Reading(page(_report(f"<{topic}\"&'>", f"</td><script>{style}")))

    assert (got.open, got.wrong) == ([], [])
    assert "script" not in got.open


def test_values_at_the_edges_stand_at_the_edges_of_the_drawing() -> None:
    frame = Frame((0, 1), (0, 0.2), left=60, right=340, top=10, bottom=210)

    assert [frame.at(each) for each in ((0, 0), (1, 0.2), (0.5, 0.05))] == [(60, 210), (340, 10), (200, 160)]


def test_a_whisker_stands_where_its_share_is() -> None:
    drawn = whisker(0.5, 0.25, 0.75, limit=0.4)

    assert 'cx="50.0%"' in drawn
    assert 'x1="25.0%" x2="75.0%"' in drawn
    assert 'class="limit" x1="40.0%" x2="40.0%"' in drawn

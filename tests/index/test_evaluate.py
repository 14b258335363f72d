from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.evaluate import (
    Answered,
    EvaluationError,
    Floor,
    Golden,
    Outcome,
    evaluate,
    gate,
    load_floors,
    load_golden,
    to_json_text,
)


def golden(
    name: str, topics: tuple[str, ...] = ("a",), kind: str = "in-scope", style: str = "ru-clean"
) -> Golden:
    return Golden.model_validate(
        {"id": name, "text": "?", "lang": "ru", "style": style, "kind": kind, "topics": topics}
    )


def answered(
    name: str, outcome: Outcome, *topics: str, confidence: float = 0.9, language: str = "ru"
) -> Answered:
    return Answered(name, outcome, topics, confidence, language)


def test_the_figures_of_outcomes_are_shares_of_their_own_questions() -> None:
    questions = [
        golden("right"),
        golden("wrong"),
        golden("choice"),
        golden("refused"),
        golden("urgent", ("u",), "urgent"),
        golden("weather", (), "out-of-scope"),
        golden("football", (), "out-of-scope"),
    ]
    answers = [
        answered("right", "found", "a"),
        answered("wrong", "found", "b", "a"),
        answered("choice", "choice", "b", "a"),
        answered("refused", "unknown", "a"),
        answered("urgent", "urgent", "u"),
        answered("weather", "found", "a"),
        answered("football", "unknown", "b"),
    ]

    got = {name: figure.value for name, figure in evaluate(questions, answers).figures.items()}

    assert got["right_first"] == 3 / 5
    assert got["offered"] == 3 / 5
    assert got["at_once"] == 3 / 5
    assert got["found_wrong"] == 1 / 5
    assert got["refused"] == 1 / 5
    assert got["not_ours_answered"] == 1 / 2
    assert got["urgent_recognised"] == 1
    assert got["urgent_false_alarm"] == 0


def test_any_accepted_topic_is_right() -> None:
    got = evaluate([golden("one", ("a", "b"))], [answered("one", "found", "b")])

    assert got.figures["right_first"].value == 1


def test_follow_ups_are_counted_apart() -> None:
    conversation = Golden.model_validate(
        {"id": "f", "turns": ["?", "?"], "topics_after": ["a"], "lang": "tg"}
    )

    got = evaluate([conversation], [answered("f", "choice", "b", "a")]).figures

    assert got["follow_up"].value == 1
    assert "right_first" not in got


def test_figures_come_by_style_language_and_topic() -> None:
    got = evaluate(
        [golden("one", style="long"), golden("two", ("b",))],
        [answered("one", "found", "a"), answered("two", "found", "a", language="tg")],
    ).figures

    assert got["right_first/long"].value == 1
    assert got["right_first/ru-clean"].value == 0
    assert got["right_first/language:ru"].value == 1 / 2
    assert got["right_first/topic:b"].value == 0
    assert got["language"].value == 1 / 2


def test_the_interval_holds_the_share_and_narrows_with_more_questions() -> None:
    def interval(count: int) -> float:
        names = [f"{number}" for number in range(count)]
        answers = [answered(name, "found", "a" if int(name) % 2 else "b") for name in names]
        figure = evaluate([golden(name) for name in names], answers).figures["right_first"]
        assert figure.low <= figure.value <= figure.high
        return figure.high - figure.low

    assert interval(400) < interval(20)


def test_the_reliability_table_compares_what_was_said_with_what_was_right() -> None:
    questions = [golden("one"), golden("two"), golden("three")]
    answers = [
        answered("one", "found", "a", confidence=0.96),
        answered("two", "found", "b", confidence=1.0),
        answered("three", "unknown", "b", confidence=0.05),
    ]

    low, high = evaluate(questions, answers).reliability

    assert (low.count, low.right) == (1, 0)
    assert (high.count, high.right, high.confidence) == (2, 0.5, 0.98)


def test_confusions_name_the_right_topic_and_what_came_first() -> None:
    questions = [golden("one"), golden("two"), golden("three", (), "out-of-scope")]
    answers = [answered(name, "found", "b") for name in ("one", "two", "three")]

    assert evaluate(questions, answers).confusions == (("a", "b", 2), ("not-ours", "b", 1))


def test_a_question_without_answer_is_named() -> None:
    with pytest.raises(EvaluationError, match="1 of 1 questions have no answer, the first is 'one'"):
        evaluate([golden("one")], [])


def test_the_gate_names_each_floor_that_is_not_held() -> None:
    report = evaluate([golden("one")], [answered("one", "found", "b")])

    got = gate(
        report,
        {
            "right_first": Floor(at_least=0.9),
            "found_wrong": Floor(at_most=0.02),
            "refused": Floor(at_most=0.5),
            "rihgt": Floor(at_least=0),
        },
    )

    assert [sentence.split(" ")[0] for sentence in got] == ["right_first", "found_wrong", "rihgt:"]


def test_the_report_is_text_and_json() -> None:
    report = evaluate([golden("one")], [answered("one", "found", "a")])

    assert "right_first" in report.to_text()
    assert json.loads(to_json_text(report))["figures"]["right_first"]["count"] == 1


def test_golden_files_are_read_and_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "golden.jsonl"
    file.write_text('{"id": "f", "turns": ["?"], "topics_after": [], "lang": "ru"}\n\n{"id": "g"}\n')

    with pytest.raises(EvaluationError, match=r"golden.jsonl:3: lang: Field required"):
        load_golden([file])
    file.write_text(file.read_text().splitlines()[0])
    assert load_golden([file])[0].kind == "follow-up"


def test_floors_are_read_and_a_bad_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "floors.yaml"
    file.write_text("right_first: {at_least: 0.85}\n")

    assert load_floors(file) == {"right_first": Floor(at_least=0.85)}
    file.write_text("right_first: {atleast: 0.85}\n")
    with pytest.raises(EvaluationError, match="floors"):
        load_floors(file)

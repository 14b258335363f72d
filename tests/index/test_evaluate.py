from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.decision import Costs
from index.evaluate import (
    Answered,
    EvaluationError,
    Floor,
    Golden,
    MeasuredOn,
    Outcome,
    evaluate,
    gate,
    load_floors,
    load_golden,
    load_labels,
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


def test_figures_come_by_style_language_kind_and_topic() -> None:
    got = evaluate(
        [golden("one", style="long"), golden("two", ("b",))],
        [answered("one", "found", "a"), answered("two", "found", "a", language="tg")],
    ).figures

    assert got["right_first/long"].value == 1
    assert got["right_first/ru-clean"].value == 0
    assert got["right_first/language:ru"].value == 1 / 2
    assert got["right_first/kind:in-scope"].value == 1 / 2
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


def test_confusions_stand_by_what_they_cost() -> None:
    questions = [golden("one"), golden("two"), golden("three"), golden("four", (), "out-of-scope")]
    answers = [
        answered("one", "unknown", "b"),
        answered("two", "choice", "b", "a"),
        answered("three", "unknown", "b"),
        answered("four", "found", "b"),
    ]

    got = evaluate(questions, answers, costs=Costs(wrong=5, refusal=1, choice=0.25)).confusions

    assert [(each.right, each.got, each.count, each.cost) for each in got] == [
        ("not-ours", "b", 1, 5),
        ("a", "b", 3, 2.25),
    ]
    assert got[1].ids == ("one", "two", "three")


@pytest.mark.parametrize(
    ("question", "answer", "cost"),
    [
        (golden("q"), answered("q", "found", "a"), 0),
        (golden("q"), answered("q", "found", "b", "a"), 5),
        (golden("q"), answered("q", "choice", "b", "a"), 0.25),
        (golden("q"), answered("q", "choice", "b", "c"), 1.25),
        (golden("q"), answered("q", "unknown", "a"), 1),
        (golden("q"), answered("q", "urgent", "u", "a"), 0.25),
        (golden("q"), answered("q", "urgent", "u", "b"), 1.25),
        (golden("q", ("u",), "urgent"), answered("q", "urgent", "b"), 0),
        (golden("q", (), "out-of-scope"), answered("q", "found", "a"), 5),
        (golden("q", (), "out-of-scope"), answered("q", "choice", "a", "b"), 1.25),
        (golden("q", (), "out-of-scope"), answered("q", "unknown", "a"), 0),
    ],
)
def test_every_outcome_has_its_cost(question: Golden, answer: Answered, cost: float) -> None:
    assert evaluate([question], [answer], costs=Costs(wrong=5, refusal=1, choice=0.25)).cost == cost


def test_the_risk_curve_says_what_each_threshold_would_lead_to() -> None:
    questions = [
        *(golden(name) for name in ("sure", "wrong", "doubtful")),
        golden("danger", ("u",), "urgent"),
        golden("weather", (), "out-of-scope"),
        golden("football", (), "out-of-scope"),
    ]
    answers = [
        answered("sure", "found", "a", confidence=0.95),
        answered("wrong", "found", "b", confidence=0.8),
        answered("doubtful", "choice", "a", "b", confidence=0.4),
        answered("danger", "urgent", "u", confidence=0.1),
        answered("weather", "unknown", "a", confidence=0.5),
        answered("football", "unknown", "a", confidence=0.05),
    ]
    on = MeasuredOn("2026-11-26", "s", "e", 0.745, 0.5, {})

    curve = evaluate(questions, answers, measured_on=on).curve

    by_threshold = {each.threshold: (each.at_once, each.wrong, each.not_ours_answered) for each in curve}
    assert [each.threshold for each in curve] == sorted(by_threshold)
    assert by_threshold[0.0] == (1, 1 / 4, 1)
    assert by_threshold[0.4] == (1, 1 / 4, 1 / 2)
    assert by_threshold[0.745] == (3 / 4, 1 / 4, 0)
    assert by_threshold[0.9] == (2 / 4, 0, 0)
    assert by_threshold[1.0] == (1 / 4, 0, 0)


def test_the_right_section_is_one_of_the_labelled_ones() -> None:
    questions = [
        golden(name) for name in ("first", "second", "missed", "asked-back", "without", "unlabelled")
    ]
    labels = {
        "first": ("topics/a#one", "topics/b#two"),
        "second": ("topics/a#one", "topics/b#two"),
        "missed": ("topics/a#one",),
        "asked-back": ("topics/a#one",),
        "without": (),
    }
    answers = [
        replace(answered("first", "found", "a"), section="topics/a#one", picked="topics/a#one"),
        replace(answered("second", "found", "b"), section="topics/b#two", picked="topics/a#other"),
        replace(answered("missed", "found", "a"), section="topics/a#other", picked="topics/a#other"),
        replace(answered("asked-back", "choice", "b", "a"), picked="topics/a#one"),
        replace(answered("without", "found", "a"), section="topics/a#one"),
        replace(answered("unlabelled", "found", "a"), section="topics/a#one"),
    ]

    got = evaluate(questions, answers, labels).figures

    assert (got["right_section_found"].value, got["right_section_found"].count) == (2 / 3, 3)
    assert (got["right_section_in_topic"].value, got["right_section_in_topic"].count) == (2 / 4, 4)


def test_without_labels_there_is_no_figure_of_sections() -> None:
    got = evaluate([golden("one")], [answered("one", "found", "a")]).figures

    assert not [name for name in got if "section" in name]


def test_a_bare_label_belongs_to_the_first_topic(tmp_path: Path) -> None:
    file = tmp_path / "sections.yaml"
    file.write_text("one: [term, b#fee]\ntwo: []\nnot-asked: [x]\n")

    got = load_labels(file, [golden("one", ("a", "b")), golden("two"), golden("unlabelled")])

    assert got == {"one": ("topics/a#term", "topics/b#fee"), "two": ()}


def test_labels_that_are_not_there_are_no_fault(tmp_path: Path) -> None:
    assert load_labels(tmp_path / "sections.yaml", [golden("one")]) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("one: term", "sections.yaml: one: .* a line looks like"),
        ("one: [", "can't be read as labels"),
        ("one: [term]", "'one' has sections, but the question has no topic of ours"),
    ],
)
def test_a_wrong_label_is_named(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "sections.yaml"
    file.write_text(content)

    with pytest.raises(EvaluationError, match=said):
        load_labels(file, [golden("one", (), "out-of-scope")])


def test_the_same_id_in_two_files_is_named(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    for file in (first, second):
        file.write_text('{"id": "a", "text": "?", "lang": "ru"}\n')

    with pytest.raises(EvaluationError, match=r"second.jsonl:1: id 'a' is that of .*first.jsonl:1 too"):
        load_golden([first, second])


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

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.hotline import Hotline
from bot.measuring import measure
from index.encoders import Encoder
from index.evaluate import EvaluationError, load_golden, load_labels
from knowledge.load import SHIPPED_CONTENT, load

QUESTIONS = (
    '{"id": "q1", "text": "Мне не платят зарплату", "lang": "ru", "style": "ru-clean", "kind": "in-scope",'
    ' "topics": ["wages"]}\n'
    '{"id": "q2", "text": "Необычный вопрос", "lang": "ru", "style": "ru-clean", "kind": "out-of-scope"}\n'
    '{"id": "q3", "turns": ["Как встать на учёт?", "а сколько стоит?"], "topics_after": ["registration"],'
    ' "lang": "ru"}\n'
)


@pytest.fixture(name="hotline")
def _hotline(small_snapshots: Path, encoder: Encoder) -> Hotline:
    return Hotline(small_snapshots, encoder)


@pytest.fixture(name="content")
def _content(tmp_path: Path) -> Path:
    """A content folder of which only the golden questions are looked at."""
    golden = tmp_path / "content/golden"
    golden.mkdir(parents=True)
    (golden / "questions.jsonl").write_text(QUESTIONS, encoding="utf-8")
    (golden / "sections.yaml").write_text("q1: [first, second]\n", encoding="utf-8")
    (golden / "floors.yaml").write_text("right_first: {at_least: 0.5}\n", encoding="utf-8")
    return tmp_path / "content"


def test_the_shipped_questions_are_measured_with_what_they_were_asked_of(
    hotline: Hotline, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    passed = measure(hotline, content, as_json=True)

    report = json.loads(capsys.readouterr().out)
    snapshot = hotline.live().snapshot
    assert passed
    assert report["figures"]["right_first"]["value"] == 1
    assert report["measured_on"]["snapshot"] == snapshot.id
    assert report["measured_on"]["found"] == snapshot.thresholds.found
    assert report["measured_on"]["content"]["sections"] == 4


def test_what_the_kept_topic_mends_and_spoils_is_measured_beside_the_rest(
    hotline: Hotline, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = (
        '{"id": "q4", "text": "Сколько дней есть на регистрацию?", "lang": "ru", "style": "ru-clean",'
        ' "kind": "in-scope", "topics": ["registration"]}\n'
    )
    (content / "golden/questions.jsonl").write_text(QUESTIONS + more, encoding="utf-8")

    measure(hotline, content, as_json=True)

    figures = json.loads(capsys.readouterr().out)["figures"]
    assert (figures["follow_up_by_topic"]["value"], figures["follow_up_by_topic"]["count"]) == (1, 1)
    assert figures["spoilt_by_topic"]["count"] == 2


def test_any_of_two_sections_of_the_topic_is_the_right_one_if_both_are_labelled(
    hotline: Hotline, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(hotline, content, as_json=True)

    figure = json.loads(capsys.readouterr().out)["figures"]["right_section_in_topic"]
    assert (figure["value"], figure["count"]) == (1, 1)


def test_a_label_of_a_section_that_is_gone_is_said_and_counts_as_missed(
    hotline: Hotline, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (content / "golden/sections.yaml").write_text("q1: [gone]\n")

    measure(hotline, content, as_json=True)

    said = capsys.readouterr()
    assert "sections.yaml: q1: 'topics/wages#gone' is not in the version measured" in said.err
    assert json.loads(said.out)["figures"]["right_section_in_topic"]["value"] == 0


def test_other_files_are_measured_without_floors_and_with_the_labels_beside_them(
    hotline: Hotline, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (content / "golden/floors.yaml").write_text("no_such_figure: {at_least: 0.5}\n")
    file = tmp_path / "mine.jsonl"
    file.write_text(QUESTIONS, encoding="utf-8")

    passed = (measure(hotline, content), measure(hotline, content, [file], as_json=True))

    said = capsys.readouterr()
    assert passed == (False, True)
    assert "below its floor: no_such_figure" in said.err
    assert "right_section_in_topic" not in json.loads(said.out[said.out.index("\n{") :])["figures"]


def test_the_page_is_written_beside_what_is_printed(hotline: Hotline, content: Path, tmp_path: Path) -> None:
    measure(hotline, content, html=tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert hotline.live().snapshot.id in page
    assert "at least 50.0" in page
    assert "зарплату" not in page


def test_a_page_that_cannot_be_written_is_one_sentence(
    hotline: Hotline, content: Path, tmp_path: Path
) -> None:
    with pytest.raises(BotError, match=r"report.html cannot be written: No such file"):
        measure(hotline, content, html=tmp_path / "no-folder/report.html")


def test_a_file_that_is_no_questions_is_named(hotline: Hotline, content: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text("no json\n")

    with pytest.raises(EvaluationError, match=r"mine.jsonl:1"):
        measure(hotline, content, [file])


def test_every_shipped_label_names_a_section_of_the_content() -> None:
    golden = load_golden([SHIPPED_CONTENT / "golden/questions.jsonl"])
    pages = load(SHIPPED_CONTENT).page_by_path
    known = {f"{path}#{section.id}" for path, page in pages.items() for section in page.sections}

    labels = load_labels(SHIPPED_CONTENT / "golden/sections.yaml", golden)

    assert len(labels) == 150
    assert [(name, each) for name, given in labels.items() for each in given if each not in known] == []

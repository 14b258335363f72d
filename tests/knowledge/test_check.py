from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.model import UrgentRule
from knowledge.problems import Problem, Severity
from tests import small_content

TODAY = date(2026, 11, 26)


def _problems(folder: Path, contents: dict[str, str], today: date = TODAY) -> list[Problem]:
    def no_rule_problems(rules: Sequence[UrgentRule]) -> Iterable[tuple[str, str]]:
        return ()

    small_content.write(folder, contents)
    return check(folder, today, fold=str.casefold, rule_problems=no_rule_problems)[1]


def _errors(folder: Path, contents: dict[str, str]) -> list[str]:
    return [str(each) for each in _problems(folder, contents) if each.severity is Severity.ERROR]


def test_the_small_content_has_no_errors(tmp_path: Path) -> None:
    assert _errors(tmp_path, small_content.files()) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            "topics/wages/topic.yaml",
            "[ru-112, embassy]",
            "[ru-112, embasy]",
            "topics/wages/topic.yaml:3: contacts: 'embasy' is not in contacts.yaml (nearest: 'embassy')",
        ),
        (
            "topics/wages/topic.yaml",
            "category: work-and-pay",
            "category: work",
            "topics/wages/topic.yaml:1: category: 'work' is not in categories.yaml (nearest: 'work-and-pay')",
        ),
        (
            "topics/wages/topic.yaml",
            "sources: [act-2025]\n    valid_from",
            "sources: [act-2024]\n    valid_from",
            "topics/wages/topic.yaml:14: sections: 'act-2024' is not in "
            "this page's sources (nearest: 'act-2025')",
        ),
        (
            "topics/wages/ru.md",
            "{contact:embassy}",
            "{contact:ambassy}",
            "topics/wages/ru.md:13: {contact:ambassy} is not in contacts.yaml (nearest: 'embassy')",
        ),
        (
            "contacts.yaml",
            "+74956903846",
            "+7495690",
            "contacts.yaml:16: '+7495690' of 'embassy' is no valid number: write it as +7…, "
            "or list a short code under short_codes: RU",
        ),
        (
            "contacts.yaml",
            'phones: ["112"]',
            'phones: ["911"]',
            "contacts.yaml:8: '911' of 'ru-112' is no valid number: write it as +7…, "
            "or list a short code under short_codes: RU",
        ),
        (
            "urgent.yaml",
            "contacts: [ru-112, embassy]",
            "contacts: [embassy, ru-112]",
            "urgent.yaml:4: rule 'held': 'embassy' may not stand first, since its number is not confirmed",
        ),
        (
            "topics/wages/examples.txt",
            "Мне не платят зарплату",
            "Сколько дней есть на регистрацию?",
            "topics/wages/examples.txt:5: this message also stands at topics/registration/examples.txt:5; "
            "keep it in one place",
        ),
        (
            "topics/wages/examples.txt",
            "## tg\n",
            "## tg {#frist}\n",
            "topics/wages/examples.txt:2: heading {#frist} is unknown (nearest: 'first')",
        ),
        (
            "phrases/uz.ftl",
            "undated =",
            "undatd =",
            "phrases/uz.ftl: phrase 'undated' is missing",
        ),
        (
            "topics/wages/ru.md",
            "Если зарплату",
            "<b>Если</b> зарплату",
            "topics/wages/ru.md:9: HTML is not allowed in an article",
        ),
        (
            "topics/wages/ru.md",
            "## Зарплата 2 {#second}",
            "## Зарплата 2 {#secnod}",
            "topics/wages/ru.md:13: section 'secnod' is not in topic.yaml (nearest: 'second')",
        ),
    ],
)
def test_each_error_is_reported_with_its_place_and_the_nearest_name(
    tmp_path: Path, path: str, old: str, new: str, expected: str
) -> None:
    contents = small_content.files()
    assert old in contents[path]
    contents[path] = contents[path].replace(old, new, 1)

    assert expected in _errors(tmp_path, contents)


def test_a_section_over_the_limit_is_an_error(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["topics/wages/ru.md"] += "\n" + "слово " * 700

    assert any("the limit is 3500" in each for each in _errors(tmp_path, contents))


def test_an_example_near_to_a_golden_question_is_an_error(tmp_path: Path) -> None:
    contents = small_content.files()
    golden = {"id": "x", "text": "мне не платят зарплату!", "topics": ["wages"]}
    follow_up = {"id": "y", "turns": ["Салом", "как встать на учет"]}
    contents["golden/questions.jsonl"] = f"{json.dumps(golden)}\n{json.dumps(follow_up)}\n"

    found = [each for each in _errors(tmp_path, contents) if "golden" in each]

    assert [each.split(":")[0] for each in found] == [
        "topics/registration/examples.txt",
        "topics/wages/examples.txt",
    ]


def test_an_example_near_to_a_calibration_message_is_an_error(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["calibration/registration.txt"] = "## ru\nмне не платят зарплату!\n"

    errors = _errors(tmp_path, contents)

    assert len(errors) == 1
    assert errors[0].startswith("topics/wages/examples.txt:")
    assert "too near to a calibration message" in errors[0]


def test_messages_that_were_clean_are_known_until_one_of_them_or_a_golden_question_changes(
    tmp_path: Path,
) -> None:
    clean: set[str] = set()
    contents = small_content.files()

    def errors() -> list[str]:
        small_content.write(tmp_path, contents)
        found = check(tmp_path, TODAY, fold=str.casefold, rule_problems=lambda rules: (), clean=clean)[1]
        return [str(each) for each in found if each.severity is Severity.ERROR]

    assert errors() == []
    known = set(clean)
    assert len(known) == 1
    assert errors() == []
    assert clean == known

    contents["golden/questions.jsonl"] = json.dumps({"id": "x", "text": "мне не платят зарплату!"})
    assert len(errors()) == 1
    assert len(errors()) == 1, "what has a problem is looked at each time"
    assert clean == known


def test_a_calibration_message_near_to_a_golden_question_is_an_error(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["golden/questions.jsonl"] = json.dumps({"id": "x", "text": "где мои деньги?", "topics": []})
    contents["calibration/not-ours.txt"] = "## ru {#near-miss}\nгде мои деньги\n"

    assert [each.split(":")[:2] for each in _errors(tmp_path, contents)] == [
        ["calibration/not-ours.txt", "2"]
    ]


@pytest.mark.parametrize(
    ("name", "heading", "message"),
    [
        ("wage", "## ru", "'wage' is no topic (nearest: 'wages'); rename the file"),
        ("wages", "## ru {#danger}", "heading {#danger} is unknown (nearest: 'danger-now')"),
    ],
)
def test_a_calibration_file_names_a_topic_and_knows_only_danger(
    tmp_path: Path, name: str, heading: str, message: str
) -> None:
    contents = small_content.files()
    contents[f"calibration/{name}.txt"] = f"{heading}\nгде мои деньги\n"

    [error] = _errors(tmp_path, contents)

    assert error.startswith(f"calibration/{name}.txt:")
    assert message in error


def test_notices_never_become_errors_by_the_calendar(tmp_path: Path) -> None:
    problems = _problems(tmp_path, small_content.files(), today=date(2040, 1, 1))

    assert {each.rule for each in problems} >= {"review-passed", "unreviewed", "never-checked", "no-number"}
    assert all(each.severity is Severity.NOTICE for each in problems)


def test_a_missing_language_and_a_lagging_translation_are_notices(tmp_path: Path) -> None:
    contents = small_content.files()
    del contents["topics/wages/uz.md"]
    contents["topics/wages/ru.md"] = contents["topics/wages/ru.md"].replace("2026-11-26", "2026-12-01")

    found = {(each.path, each.rule): each.severity for each in _problems(tmp_path, contents)}

    assert found["topics/wages/uz.md", "missing-language"] is Severity.NOTICE
    assert found["topics/wages/tg.md", "lagging-translation"] is Severity.NOTICE


def test_a_figure_that_differs_between_languages_is_shown(tmp_path: Path) -> None:
    contents = small_content.files()
    path = "topics/registration/tg.md"
    contents[path] = contents[path].replace("15 рӯз", "7 рӯз")

    found = [str(each) for each in _problems(tmp_path, contents) if each.rule == "contradiction"]

    assert f"{path}:10: section 'first' has 7 and lacks 15, unlike ru.md" in found

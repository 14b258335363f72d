"""The rules for what the conversation is made of: the menu, small talk, the bot's own sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.problems import Severity
from tests import small_content
from tests.knowledge.test_check import TODAY

SMALL_TALK = """\
fillers: [ака, брат]
remarks:
  - kind: thanks
    tg: [раҳмат]
    ru: [спасибо]
  - kind: greeting
    tg: [салом]
    uz: [salom]
"""


def _errors(folder: Path, contents: dict[str, str]) -> list[str]:
    small_content.write(folder, contents)
    found = check(folder, TODAY, fold=str.casefold, rule_problems=lambda rules: ())[1]
    return [str(each) for each in found if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "[registration]",
            "[registratin]",
            "categories.yaml:1: most_asked: 'registratin' is not in topics/ (nearest: 'registration')",
        ),
        (
            "    danger: true\n",
            "    first: [wages]\n    danger: true\n",
            "categories.yaml:5: first: 'wages' is no topic of 'danger'",
        ),
        (
            "    danger: true\n",
            "    danger: true\n    short: {tg: Т, ru: 'Все темы об опасности', uz: U, en: E}\n",
            "categories.yaml:6: short.ru: 'Все темы об опасности' is over 16 letters",
        ),
        (
            "    danger: true\n",
            "",
            "categories.yaml: no category has 'danger: true', so no number stands under a question back "
            "about danger",
        ),
        ("danger: true", "danger: yes!", "categories.yaml:5: categories.0.danger: Input should be a valid"),
    ],
)
def test_the_menu_names_what_exists_and_fits(tmp_path: Path, old: str, new: str, expected: str) -> None:
    contents = small_content.files()
    assert old in contents["categories.yaml"]
    contents["categories.yaml"] = contents["categories.yaml"].replace(old, new, 1)

    errors = _errors(tmp_path, contents)

    assert any(each.startswith(expected) for each in errors), errors


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[раҳмат]", "[раҳмат, Раҳмат]", "'Раҳмат' counts as the same spelling as 'раҳмат'"),
        (
            "[салом]",
            "[салом, спасибо]",
            "'спасибо' is also among the words of 'thanks'; keep it in one place",
        ),
        ("[ака, брат]", "[ака, Ака]", "'Ака' counts as the same spelling as 'ака'"),
        (
            "[ака, брат]",
            "[ака, салом]",
            "'салом' is also among the words of 'greeting'; a filler says nothing alone",
        ),
        ("kind: thanks", "kind: thank", "remarks.0.kind: Input should be"),
    ],
)
def test_a_word_of_small_talk_stands_once_and_means_one_thing(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    contents = small_content.files() | {"small-talk.yaml": SMALL_TALK.replace(old, new)}

    errors = _errors(tmp_path, contents)

    assert any(expected in each and each.startswith("small-talk.yaml:") for each in errors), errors


def test_one_spelling_may_stand_in_two_languages(tmp_path: Path) -> None:
    contents = small_content.files() | {"small-talk.yaml": SMALL_TALK.replace("[salom]", "[салом]")}

    assert _errors(tmp_path, contents) == []


def test_a_sentence_that_this_program_says_is_missed_even_where_no_language_has_it(tmp_path: Path) -> None:
    contents = small_content.files()
    for language in ("tg", "ru", "uz", "en"):
        path = f"phrases/{language}.ftl"
        contents[path] = contents[path].replace("\nbutton-menu =", "\nbutton-menus =")

    errors = _errors(tmp_path, contents)

    assert "phrases/ru.ftl: phrase 'button-menu' is missing" in errors


def test_a_place_in_a_sentence_that_nothing_is_put_into_is_an_error(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["phrases/uz.ftl"] = contents["phrases/uz.ftl"].replace("{ $heading }", "{ $title }")

    errors = _errors(tmp_path, contents)

    assert errors == ["phrases/uz.ftl: phrase 'urgent-likely': nothing is ever put into { $title }"]

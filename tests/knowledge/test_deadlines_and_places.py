from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.spelling import fold
from knowledge.check import check
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import DAY_RULES, LANGUAGES
from knowledge.problems import Severity
from tests import small_content

_TEXTS = "{tg: Қоида, ru: Правило, uz: Qoida, en: Rule}"
_DEADLINES = "rules:\n" + "".join(
    f"  - id: {name}\n    days: 15\n    section: registration#first\n    source: act-2025\n"
    f"    sentence: {_TEXTS}\n"
    for name in DAY_RULES
)
_PLACES = """\
districts:
  central: [embassy]
places:
  - id: moscow
    country: RU
    district: central
    lat: 55.75
    lon: 37.62
    title: {tg: Маскав, ru: Москва, uz: Moskva, en: Moscow}
    also: [мск]
  - id: kazakhstan
    country: KZ
    title: {tg: Қазоқистон, ru: Казахстан, uz: Qozogʻiston, en: Kazakhstan}
"""


def problems(folder: Path, path: str, text: str) -> list[tuple[str, int, str]]:
    contents = small_content.files() | {"deadlines.yaml": _DEADLINES, "places.yaml": _PLACES, path: text}
    _, found = check(
        small_content.write(folder, contents), date(2026, 11, 26), fold=fold, rule_problems=lambda _: ()
    )
    return [(each.rule, each.line, each.message) for each in found if each.path == path]


def test_good_files_have_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path / "a", "deadlines.yaml", _DEADLINES) == []
    assert problems(tmp_path / "b", "places.yaml", _PLACES) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: register\n", "id: registr\n", ("invalid", 2)),
        ("id: register\n", "id: patent-papers\n", ("double-id", 7)),
        ("section: registration#first", "section: registration#frist", ("unknown-reference", 4)),
        (
            "section: registration#first",
            "late: x#y\n    section: registration#first",
            ("unknown-reference", 4),
        ),
        ("source: act-2025", "source: act-2024", ("unknown-reference", 5)),
        ("days: 15", "days: 10", ("contradiction", 3)),
        ("days: 15", "days: 0", ("invalid", 3)),
        ("    days: 15\n", "", ("missing-number", 2)),
    ],
)
def test_a_term_that_cannot_be_trusted_is_an_error_at_its_line(
    tmp_path: Path, old: str, new: str, expected: tuple[str, int]
) -> None:
    found = problems(tmp_path, "deadlines.yaml", _DEADLINES.replace(old, new, 1))

    assert expected in [(rule, line) for rule, line, _ in found]


def test_a_number_that_the_article_does_not_name_is_said_with_both_places(tmp_path: Path) -> None:
    found = problems(tmp_path, "deadlines.yaml", _DEADLINES.replace("days: 15", "days: 10", 1))

    place = "topics/registration/{}.md {{#first}}"
    assert {message for _, _, message in found} == {
        f"rule 'register' says 10 days, but {place.format(language)} does not name this number"
        for language in LANGUAGES
    }


def test_a_missing_rule_is_an_error(tmp_path: Path) -> None:
    first, rest = _DEADLINES.split("  - id: register\n")[0], _DEADLINES.split("    sentence:", 1)[1]

    found = problems(tmp_path, "deadlines.yaml", first + rest.split("\n", 1)[1])

    assert found == [("missing-rule", 0, "rule 'register' is missing")]


def test_without_deadlines_there_is_a_notice_and_no_error(tmp_path: Path) -> None:
    _, found = check(small_content.write(tmp_path), date(2026, 11, 26), fold=fold, rule_problems=lambda _: ())

    [notice] = [each for each in found if each.path == "deadlines.yaml"]
    assert notice.severity is Severity.NOTICE


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("central: [embassy]", "central: [embasy]", ("unknown-reference", 2)),
        ("district: central", "district: centre", ("unknown-reference", 4)),
        ("id: kazakhstan", "id: moscow", ("double-id", 11)),
        ("also: [мск]", "also: [Qazoqiston]", ("double-name", 11)),
        ("    lon: 37.62\n", "", ("position", 4)),
        ("lat: 55.75", "lat: 155.75", ("invalid", 7)),
    ],
)
def test_a_place_that_would_mislead_is_an_error_at_its_line(
    tmp_path: Path, old: str, new: str, expected: tuple[str, int]
) -> None:
    found = problems(tmp_path, "places.yaml", _PLACES.replace(old, new))

    assert expected in [(rule, line) for rule, line, _ in found]


def test_the_shipped_terms_are_those_that_the_facts_name() -> None:
    library = load(SHIPPED_CONTENT)

    assert {rule.id: rule.days for rule in library.day_rules} == {
        "register": 15,
        "patent-papers": 30,
        "days-in-year": 90,
        "days-at-once": 90,
        "patent-payment": None,
        "patent-reissue": 10,
    }


def test_titles_of_towns_are_spelt_as_the_contacts_spell_them() -> None:
    library = load(SHIPPED_CONTENT)
    titles = {place.title.ru: place.title for place in library.places}

    for contact in library.contacts:
        if contact.city is not None and contact.city.ru in titles:
            assert contact.city == titles[contact.city.ru], contact.id

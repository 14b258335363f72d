from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import ContentError
from knowledge.fact_sheet import Fact, FactSheet, Gap, missing_figures, read_fact_sheet, report
from knowledge.load import load
from knowledge.model import LANGUAGES, Library
from tests import small_content

_SHEET = """\
as_of: '2026-11-24'
facts:
  wages:
  - fact: {fact}
    figures: {figures}
    valid_from: '2013'
    source_url: https://example.org/act
    source_date: consolidated text
    confidence: {confidence}
    note: 'Second source: a newspaper.'
"""


@pytest.fixture(name="library")
def _library(tmp_path: Path) -> Library:
    return load(small_content.write(tmp_path / "content"))


def _sheet(
    *, fact: str = "Claims have a term.", figures: str | None = None, confidence: str = "high"
) -> FactSheet:
    entry = {"fact": fact, "figures": figures, "source_url": None, "source_date": None}
    return FactSheet.model_validate({"facts": {"wages": [{**entry, "confidence": confidence}]}})


def _numbers(text: str) -> set[str]:
    return set(_sheet(figures=text).facts["wages"][0].numbers)


def test_figures_that_stand_in_every_language_leave_no_gap(library: Library) -> None:
    assert missing_figures(_sheet(figures="1 year"), library) == ()


def test_a_figure_is_missed_in_each_language_that_lacks_it(library: Library) -> None:
    gaps = missing_figures(_sheet(figures="1 year, 500 RUB"), library)

    assert gaps == tuple(Gap("wages", each, "Claims have a term.", ("500",)) for each in LANGUAGES)


def test_a_figure_in_a_heading_counts(library: Library) -> None:
    assert missing_figures(_sheet(figures="2"), library) == ()


def test_without_figures_of_its_own_the_numbers_of_the_fact_count(library: Library) -> None:
    gaps = missing_figures(_sheet(fact="Since 2025 the term is 1 year."), library)

    assert {each.missing for each in gaps} == {("2025",)}


def test_a_language_without_an_article_lacks_every_figure(tmp_path: Path) -> None:
    contents = small_content.files()
    del contents["topics/wages/uz.md"]
    library = load(small_content.write(tmp_path, contents))

    (gap,) = missing_figures(_sheet(figures="1 year"), library)

    assert (gap.language, gap.missing) == ("uz", ("1",))


def test_facts_of_low_confidence_are_not_expected_in_articles(library: Library) -> None:
    assert missing_figures(_sheet(figures="500 RUB", confidence="low"), library) == ()


@pytest.mark.parametrize("number", ["+7 495 690-38-46", "112"])
def test_a_number_is_found_where_the_topic_or_its_text_names_the_contact(
    library: Library, number: str
) -> None:
    assert missing_figures(_sheet(figures=f"call {number}"), library) == ()


def test_a_number_of_no_named_contact_is_missed(library: Library) -> None:
    gaps = missing_figures(_sheet(figures="call +7 495 690-38-47"), library)

    assert {each.missing for each in gaps} == {("74956903847",)}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("8-800-707-88-41", {"78007078841"}),
        ("+992 37 221-21-21; 19-19", {"992372212121", "1919"}),
        ("25,000-50,000 RUB", {"25000", "50000"}),
        ("9 Oct 2025", {"9", "2025"}),
        ("2018-2028", {"2018", "2028"}),
        ("Q4 2025: 35.5%", {"2025", "355"}),
    ],
)
def test_which_numbers_of_a_fact_count(written: str, expected: set[str]) -> None:
    assert _numbers(written) == expected


@given(st.integers(1000, 999_999_999), st.sampled_from([" ", "\u00a0", "\u202f", ",", "."]))
def test_a_sum_is_the_same_in_whichever_way_a_language_groups_it(number: int, separator: str) -> None:
    assert _numbers(f"{number:,} RUB".replace(",", separator)) == {str(number)}


def test_a_topic_that_does_not_exist_is_named_with_the_nearest(library: Library) -> None:
    sheet = FactSheet(facts={"wage": _sheet().facts["wages"]})

    with pytest.raises(ContentError, match=r"facts\.wage: there is no such topic \(nearest: 'wages'\)"):
        missing_figures(sheet, library)


def test_the_report_ticks_what_is_found_and_names_what_is_not(library: Library) -> None:
    sheet = FactSheet(
        facts={
            "wages": (
                _sheet(fact="Term", figures="1 year").facts["wages"][0],
                _sheet(fact="Fee", figures="500 RUB", confidence="medium").facts["wages"][0],
                _sheet(fact="Be polite").facts["wages"][0],
                _sheet(fact="Hearsay", confidence="low").facts["wages"][0],
            )
        }
    )

    rows = report(sheet, library).splitlines()

    assert rows[0].startswith("3 facts of high or medium confidence; 1 have no figures")
    assert rows[4:] == [
        "| wages | Term | high | ✓ | ✓ | ✓ | ✓ |",
        "| wages | Fee | medium | 500 | 500 | 500 | 500 |",
        "| wages | Be polite | high | read | read | read | read |",
    ]


def test_a_sheet_is_read_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(_SHEET.format(fact="Claims", figures="1 year", confidence="medium"), encoding="utf-8")

    (fact,) = read_fact_sheet(file).facts["wages"]

    assert fact == Fact(
        fact="Claims",
        figures="1 year",
        valid_from="2013",
        source_url="https://example.org/act",
        source_date="consolidated text",
        confidence="medium",
        note="Second source: a newspaper.",
    )


def test_an_unknown_confidence_is_shown_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(_SHEET.format(fact="Claims", figures="1 year", confidence="sure"), encoding="utf-8")

    with pytest.raises(ContentError, match=r"facts\.yaml:9: facts\.wages\.0\.confidence: "):
        read_fact_sheet(file)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("facts: [", r"facts\.yaml:\d+: not valid YAML"),
        ("topics: {}", r"facts\.yaml:1: facts: Field required"),
    ],
)
def test_what_is_no_fact_sheet_is_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match=expected):
        read_fact_sheet(file)


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nowhere\.yaml: cannot be read"):
        read_fact_sheet(tmp_path / "nowhere.yaml")

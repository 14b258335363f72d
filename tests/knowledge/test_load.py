from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import ContentError
from knowledge.load import load, read
from knowledge.model import Library
from knowledge.parse import ParseError, parse_article, parse_examples, parse_yaml
from tests import small_content


def test_a_content_folder_becomes_a_library(tmp_path: Path) -> None:
    folder = small_content.write(tmp_path)

    library = load(folder)

    assert [topic.id for topic in library.topics] == ["registration", "wages"]
    assert library.topic_by_id["wages"].page.articles["tg"].section("first") is not None
    assert [example.kind for example in library.not_ours] == ["greeting", "near-miss"]


def test_a_library_is_the_same_after_a_journey_through_json(tmp_path: Path) -> None:
    library = load(small_content.write(tmp_path))

    again = Library.model_validate_json(library.model_dump_json())

    assert again == library


def test_all_problems_are_reported_at_once_with_file_and_line(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["topics/wages/topic.yaml"] = contents["topics/wages/topic.yaml"].replace(
        "2027-03-01", "2027-13-01"
    )
    contents["topics/wages/ru.md"] = contents["topics/wages/ru.md"].replace("{#second}", "")
    contents["contacts.yaml"] = contents["contacts.yaml"].replace("confidence: high", "confidence: sure")
    folder = small_content.write(tmp_path, contents)

    with pytest.raises(ContentError) as caught:
        load(folder)

    rows = str(caught.value).splitlines()
    assert any(row.startswith("contacts.yaml:9: contacts.0.confidence") for row in rows)
    assert any(row.startswith("topics/wages/topic.yaml:6: review_by") for row in rows)


def test_a_mistyped_key_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["topics/wages/topic.yaml"] = contents["topics/wages/topic.yaml"].replace("review_by", "reviewby")
    folder = small_content.write(tmp_path, contents)

    found = [str(problem) for problem in read(folder).problems]

    assert "topics/wages/topic.yaml:6: unknown key 'reviewby' (nearest: 'review_by')" in found


def test_a_link_without_https_is_an_error(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["topics/wages/topic.yaml"] = contents["topics/wages/topic.yaml"].replace("https://", "http://")
    folder = small_content.write(tmp_path, contents)

    found = [str(problem) for problem in read(folder).problems]

    assert any("topics/wages/topic.yaml:10" in each and "https://" in each for each in found)


def test_a_file_that_is_not_utf8_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = small_content.write(tmp_path)
    (folder / "topics/wages/ru.md").write_bytes("---\ntitle: Зарплата\n".encode("cp1251"))

    reading = read(folder)

    assert [problem.path for problem in reading.problems] == ["topics/wages/ru.md"]
    assert set(reading.library.topic_by_id["wages"].page.articles) == {"tg", "uz", "en"}


def test_a_folder_without_topics_is_refused_with_the_setting_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="HOTLINE_CONTENT"):
        read(tmp_path)


def test_what_intake_set_aside_stays_apart_from_the_sections(tmp_path: Path) -> None:
    contents = small_content.files()
    contents["topics/wages/ru.md"] = contents["topics/wages/ru.md"].replace(
        "reviewed: false", "reviewed: false\nset_aside:\n  - text: Казино бонус\n    reason: advertising"
    )
    library = load(small_content.write(tmp_path, contents))

    article = library.topic_by_id["wages"].page.articles["ru"]

    assert [piece.text for piece in article.set_aside] == ["Казино бонус"]
    assert all("Казино" not in section.text for section in article.sections)


def test_yaml_numbers_and_phone_codes_stay_text() -> None:
    parsed = parse_yaml("a: 112\nb: 2013\nc: +7495\nd: null\ne: true\nf: 'null'")

    assert parsed.value == {"a": "112", "b": "2013", "c": "+7495", "d": None, "e": True, "f": "null"}


def test_a_key_that_stands_twice_is_an_error_in_its_line() -> None:
    with pytest.raises(ParseError) as caught:
        parse_yaml("a: 1\nb: 2\na: 3")

    assert (caught.value.line, str(caught.value)) == (3, "'a' stands twice")


def test_text_before_the_first_heading_is_an_error_in_its_line() -> None:
    with pytest.raises(ParseError) as caught:
        parse_article("---\ntitle: x\n---\n\nlost text\n")

    assert caught.value.line == 5


def test_further_topics_of_a_message_are_read_from_its_end() -> None:
    parsed = parse_examples(
        "## tg {#fees}\nПатент гум шуд [+lost-passport +scams]\n// note\n\n## ru\nцена [1]\n"
    )

    assert parsed.value == [
        {"text": "Патент гум шуд", "language": "tg", "kind": "fees", "also": ["lost-passport", "scams"]},
        {"text": "цена [1]", "language": "ru", "kind": None, "also": []},
    ]


@given(st.text())
def test_any_text_is_parsed_or_refused_with_a_line(text: str) -> None:
    refused: list[ParseError] = []
    for parse in (parse_yaml, parse_article, parse_examples):
        try:
            parse(text)
        except ParseError as error:
            refused.append(error)

    assert all(error.line >= 1 for error in refused)

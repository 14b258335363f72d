from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.coverage import coverage
from knowledge.load import load
from knowledge.model import Library
from tests import small_content

TODAY = date(2026, 11, 26)


def _library(folder: Path, changes: dict[str, tuple[str, str]] | None = None) -> Library:
    contents = small_content.files()
    for path, (old, new) in (changes or {}).items():
        assert old in contents[path]
        contents[path] = contents[path].replace(old, new)
    return load(small_content.write(folder, contents))


def _row(page: str, first: str) -> list[str]:
    """Return the cells of the table row that begins with this cell."""
    (row,) = [line for line in page.splitlines() if line.startswith(f"| {first} |")]
    return row.strip("|").split("|")


def test_a_language_that_is_missing_has_a_dash_and_the_others_their_extent(tmp_path: Path) -> None:
    contents = small_content.files()
    del contents["topics/wages/uz.md"]
    library = load(small_content.write(tmp_path, contents))

    _, tg, ru, uz, en, *_ = _row(coverage(library, TODAY), "wages")

    assert uz.strip() == "–"
    assert [each.strip().split(" / ")[0] for each in (tg, ru, en)] == ["2", "2", "2"]


def test_example_questions_are_counted_by_language(tmp_path: Path) -> None:
    page = coverage(_library(tmp_path), TODAY)

    assert [each.strip() for each in _row(page, "wages")[5:9]] == ["2", "2", "1", "1"]


def test_a_topic_that_nobody_compared_or_approved_says_so(tmp_path: Path) -> None:
    row = _row(coverage(_library(tmp_path), TODAY), "wages")

    assert [each.strip() for each in row[9:]] == ["never", "0 of 4", "2027-03-01"]


def test_an_approval_that_is_older_than_the_text_does_not_count(tmp_path: Path) -> None:
    changes = {
        "topics/wages/ru.md": ("reviewed: false", "reviewed: 2026-11-25"),
        "topics/wages/en.md": ("reviewed: false", "reviewed: 2026-11-26"),
    }

    row = _row(coverage(_library(tmp_path, changes), TODAY), "wages")

    assert row[10].strip() == "1 of 4"


def test_a_review_date_in_the_past_is_marked(tmp_path: Path) -> None:
    row = _row(coverage(_library(tmp_path), date(2027, 3, 2)), "wages")

    assert row[11].strip() == "2027-03-01 (past)"


def test_a_category_is_as_old_as_its_oldest_comparison(tmp_path: Path) -> None:
    changes = {
        "topics/wages/topic.yaml": ("checked: null", "checked: 2026-11-20"),
        "topics/registration/topic.yaml": ("checked: null", "checked: 2026-10-01"),
    }

    row = _row(coverage(_library(tmp_path, changes), TODAY), "Work")

    assert [each.strip() for each in row[:6]] == ["Work", "2", "4", "12", "2026-10-01", "0 of 8"]


def test_a_category_counts_as_never_compared_until_all_its_topics_are(tmp_path: Path) -> None:
    changes = {"topics/wages/topic.yaml": ("checked: null", "checked: 2026-11-20")}

    assert _row(coverage(_library(tmp_path, changes), TODAY), "Work")[4].strip() == "never"


def test_a_contact_shows_its_number_with_source_and_date(tmp_path: Path) -> None:
    row = [each.strip() for each in _row(coverage(_library(tmp_path), TODAY), "embassy")]

    assert row == [
        "embassy",
        "Embassy, Moscow",
        "+74956903846",
        "–",
        "medium",
        "never",
        "[Official page](<https://example.org/contacts>)",
        "2024",
    ]


def test_a_contact_without_a_number_stays_on_the_page(tmp_path: Path) -> None:
    row = [each.strip() for each in _row(coverage(_library(tmp_path), TODAY), "silent")]

    assert row[2:] == ["none", "–", "low", "never", "Not found anywhere", "undated"]


def test_a_publication_has_its_own_row(tmp_path: Path) -> None:
    contents = small_content.files()
    for path, text in list(contents.items()):
        if path.startswith("topics/wages/"):
            contents[path.replace("topics/wages", "ministry/2026-11-24-talks")] = text
    own = contents["ministry/2026-11-24-talks/topic.yaml"]
    start = own.index("source_language")
    contents["ministry/2026-11-24-talks/topic.yaml"] = f"topic: wages\n{own[start:]}"

    page = coverage(load(small_content.write(tmp_path, contents)), TODAY)

    assert _row(page, "2026-11-24-talks")[1].strip().startswith("2 / ")


def test_a_bar_in_a_title_breaks_no_row(tmp_path: Path) -> None:
    changes = {"contacts.yaml": ("title: Not found anywhere", 'title: "Not found | anywhere"')}

    page = coverage(_library(tmp_path, changes), TODAY)

    assert "| Not found \\| anywhere | undated |" in page


def test_the_page_does_not_depend_on_the_order_in_which_content_was_read(tmp_path: Path) -> None:
    library = _library(tmp_path)
    turned = library.model_copy(
        update={
            "topics": library.topics[::-1],
            "contacts": library.contacts[::-1],
            "categories": library.categories[::-1],
        }
    )

    assert coverage(turned, TODAY) == coverage(library, TODAY)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("topics/wages/examples.txt", "музди корамо надоданд\n", ""),
        ("contacts.yaml", "+74956903846", "+74956903847"),
        ("topics/wages/topic.yaml", "checked: null", "checked: 2026-11-20"),
    ],
)
def test_the_page_changes_with_the_content(tmp_path: Path, path: str, old: str, new: str) -> None:
    page = coverage(_library(tmp_path / "before"), TODAY)

    assert coverage(_library(tmp_path / "after", {path: (old, new)}), TODAY) != page

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures import figures
from knowledge.markdown import plain, violations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![x](https://a.org/x.png)", "an image is not allowed in an article"),
        ("# Big", "a heading other than '##' is not allowed in an article"),
        ("a <script>", "HTML is not allowed in an article"),
        ("[x](http://a.org)", "the link 'http://a.org' must begin with https://"),
        ("- a\n  - b", "a list inside a list is not allowed in an article"),
        ("***\n", "a ruled line is not allowed in an article"),
    ],
)
def test_what_telegram_cannot_show_is_named(text: str, expected: str) -> None:
    assert violations(text) == [expected]


def test_paragraphs_lists_emphasis_quotes_and_links_are_allowed() -> None:
    text = "**a** *b* `c`\n\n1. d\n2. e\n\n- f\n\n> g\n\n[h](https://a.org)"

    assert violations(text) == []


def test_plain_text_has_no_markup_and_no_contact_places() -> None:
    assert (
        plain("**Звоните** {contact:embassy}\n\n1. сразу\n2. [сюда](https://a.org)") == "Звоните\nсразу\nсюда"
    )


def test_figures_are_the_same_however_a_language_groups_its_digits() -> None:
    assert figures("5 000 рублей, 2,842") == figures("5,000 roubles, 2.842") == {"5000", "2842"}


def test_list_numbers_links_and_contacts_are_no_figures() -> None:
    assert figures("1. Возьмите 2 копии\n2. [Сайт](https://a.org/2025) {contact:ru-112}") == {"2"}


@given(st.text())
def test_any_text_can_be_checked_and_made_plain(text: str) -> None:
    violations(text)
    figures(text)

    assert "\n\n" not in plain(text)

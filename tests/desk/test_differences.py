"""Differences that people can read: every word of both texts is in them, marked where it belongs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.differences import Piece, compared, readable
from desk.differences.files import MOST_CHARACTERS
from desk.history import Difference

ARTICLE = (
    "---\ntitle: Зарплата\nupdated: 2026-11-26\n---\n\n## Срок {#term}\n\nЖалуйтесь за 1 год.\n\nЗвоните.\n"
)
PATH = "topics/wages/ru.md"


def test_only_the_words_that_differ_are_marked_and_other_paragraphs_are_skipped() -> None:
    pieces = compared("один\n\nсрок 1 год\n\nтри\n", "один\n\nсрок 2 года\n\nтри\n")

    assert pieces == (
        Piece("skipped", ""),
        Piece("same", "срок "),
        Piece("gone", "1"),
        Piece("new", "2"),
        Piece("same", " "),
        Piece("gone", "год"),
        Piece("new", "года"),
        Piece("same", "\n"),
        Piece("skipped", ""),
    )


_TEXTS = st.text(st.sampled_from("аб1 .\n"), max_size=60)


@given(_TEXTS, _TEXTS)
def test_without_what_is_gone_it_is_the_new_text_and_without_what_is_new_the_old_one(
    before: str, after: str
) -> None:
    # A mark in each line, so that no paragraph is skipped.
    old = "".join(f"<{each}" for each in before.splitlines(keepends=True))
    new = "".join(f">{each}" for each in after.splitlines(keepends=True))

    pieces = compared(old, new)

    assert "".join(each.text for each in pieces if each.kind != "new") == old
    assert "".join(each.text for each in pieces if each.kind != "gone") == new


@given(
    st.binary(max_size=200),
    st.binary(max_size=200),
    st.sampled_from(["ru.md", "topic.yaml", "x", "examples.txt"]),
)
def test_whatever_stands_in_a_file_can_be_read(before: bytes, after: bytes, name: str) -> None:
    [found] = readable([Difference(f"topics/wages/{name}", before, after)])

    assert found.happened == "changed"


def test_an_article_is_taken_apart_into_what_people_know_it_by() -> None:
    after = ARTICLE.replace("1 год", "2 года").replace("title: Зарплата", "title: Оплата")

    [found] = readable([Difference(PATH, ARTICLE.encode(), after.encode())])

    assert (found.name, found.of, found.happened) == ("article", "ru", "changed")
    assert [each.part for each in found.changes] == ["title", "section term"]


def test_facts_and_messages_are_named_by_where_they_stand() -> None:
    facts = "sources:\n  act:\n    date: {}\nsections:\n  - id: term\n    contacts: [{}]\n"
    messages = "## ru {{#term}}\nгде деньги\n{}"

    found = readable(
        [
            Difference(
                "topics/wages/topic.yaml", facts.format(2025, "a").encode(), facts.format(2026, "b").encode()
            ),
            Difference(
                "topics/wages/examples.txt",
                messages.format("").encode(),
                messages.format("не платят\n").encode(),
            ),
        ]
    )

    assert [each.part for file in found for each in file.changes] == [
        "sources act date",
        "sections term contacts",
        "messages ru term",
    ]
    assert found[1].changes[0].pieces == (Piece("skipped", ""), Piece("new", "не платят\n"))


@pytest.mark.parametrize(("before", "after", "happened"), [(None, b"x", "added"), (b"x", None, "removed")])
def test_a_file_that_came_or_went_says_so(before: bytes | None, after: bytes | None, happened: str) -> None:
    [found] = readable([Difference("topics/wages/other.bin", before, after)])

    assert (found.name, found.of, found.happened) == ("file", "topics/wages/other.bin", happened)


def test_of_a_difference_that_nobody_could_read_a_part_is_left_out() -> None:
    long = ARTICLE.replace("Звоните.", "слово " * MOST_CHARACTERS)

    [found] = readable([Difference(PATH, None, long.encode())])

    assert [each.part for each in found.changes] == ["title", "updated"]
    assert found.left_out == 1

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.markup import TELEGRAM_LIMIT, escape, split, to_html, to_plain

TELEGRAM_TAGS = {"b", "i", "a", "code", "blockquote"}


class _Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TELEGRAM_TAGS
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_allowed_markdown_becomes_what_telegram_shows() -> None:
    text = "**Срок** & *право*\n\n1. идите [сюда](https://a.org/?x=1&y=2)\n2. ждите\n\n- раз\n\n> цитата"

    assert to_html(text) == (
        "<b>Срок</b> &amp; <i>право</i>\n\n"
        '1. идите <a href="https://a.org/?x=1&amp;y=2">сюда</a>\n2. ждите\n\n'
        "• раз\n\n<blockquote>цитата</blockquote>"
    )


def test_plain_text_names_the_address_of_a_link() -> None:
    assert to_plain("[Закон](https://a.org) **важен**") == "Закон (https://a.org) важен"


def test_a_list_that_begins_with_another_number_keeps_it() -> None:
    assert to_plain("3. три\n4. четыре") == "3. три\n4. четыре"


@given(st.text())
def test_html_is_always_well_nested_and_uses_only_telegrams_tags(text: str) -> None:
    nesting = _Nesting()

    nesting.feed(to_html(text))

    assert nesting.open == []


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1))
def test_an_escaped_name_shows_exactly_itself(name: str) -> None:
    assert to_plain(f"x {escape(name)} y") == f"x {name} y"


@given(st.lists(st.text(alphabet="абв гд\n", min_size=1, max_size=900), max_size=12))
def test_a_long_text_is_cut_into_messages_and_no_word_is_lost(blocks: list[str]) -> None:
    text = "\n\n".join(blocks)

    pieces = split(text, limit=500)

    assert all(len(to_plain(piece)) <= 500 for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_a_text_within_the_limit_stays_one_message() -> None:
    assert split("а\n\nб", TELEGRAM_LIMIT) == ("а\n\nб",)

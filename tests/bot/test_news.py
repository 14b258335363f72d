"""Being told about changes: what is said before it is asked for, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import news
from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.markup import to_html, to_plain
from bot.reply import Reply
from bot.turn import Known, Turn
from index.encoders import Encoder
from index.snapshot import build
from knowledge.load import load
from knowledge.model import LANGUAGES, Language
from tests import small_content


def _reply(turn: Turn) -> Reply:
    assert turn.reply is not None
    return turn.reply


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_who_has_not_agreed_to_what_is_kept(
    small_conversation: Conversation, language: Language
) -> None:
    known = Known(language)
    [button] = [
        each for each in _reply(small_conversation.command("menu", known)).buttons if each.action == "news"
    ]

    first = small_conversation.press(button.action, known)
    yes = _reply(first).rows[0][0]
    second = small_conversation.press(yes.action, known)

    assert first == small_conversation.command("news", known)
    assert (first.subscribes, second.subscribes) == (None, True)
    assert all(f"/{name}" in _reply(first).text for name in ("stop", "forget"))
    assert "/stop" in _reply(second).text
    assert "/stop" in to_plain(_reply(small_conversation.command("privacy", known)).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_ends_it_at_once_and_says_so(small_conversation: Conversation, language: Language) -> None:
    turn = small_conversation.command("stop", Known(language))

    assert turn.subscribes is False
    assert _reply(turn).language == language


@pytest.mark.parametrize("action", ["news:no", "news:yes,yes", "news:wages#first"])
def test_a_button_of_it_that_means_nothing_asks_for_nothing(
    action: str, small_conversation: Conversation
) -> None:
    turn = small_conversation.press(action, Known("en"))

    assert turn.subscribes is None
    assert "out of date" in _reply(turn).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_group_nobody_can_have_all_the_others_told(
    small_conversation: Conversation, language: Language
) -> None:
    group = Known(language, in_group=True)

    asked, pressed = small_conversation.command("news", group), small_conversation.press("news:yes", group)

    assert asked == pressed
    assert asked.subscribes is None
    assert "/news" in _reply(asked).text
    assert [each.action for each in _reply(asked).buttons] == ["menu"]


def test_an_announcement_in_cyrillic_uzbek_is_in_cyrillic_and_so_is_what_it_leads_to(
    small_conversation: Conversation,
) -> None:
    announced = small_conversation.announce("**Yangi** toʻlov", "wages#second", "uz-Cyrl")
    [button] = announced.buttons

    assert announced.text.startswith("**Янги** тўлов")
    assert announced.reading == "uz-Cyrl"
    assert _reply(small_conversation.press(button.action, Known("uz"))).reading == "uz-Cyrl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_announcement_says_how_to_stop_and_leads_to_its_section(
    small_conversation: Conversation, language: Language
) -> None:
    announced = small_conversation.announce("**New** fee", "wages#second", language)

    assert to_html(announced.text).startswith("<b>New</b> fee\n\n<i>")
    assert "/stop" in announced.text
    assert [each.action for each in announced.buttons] == ["page:wages#second"]
    assert _reply(small_conversation.press("page:wages#second", Known(language))).language == language


@pytest.mark.parametrize("section", [None, "", "wages", "wages#gone", "gone#first"])
def test_without_a_section_that_is_there_an_announcement_has_no_button(
    section: str | None, small_conversation: Conversation
) -> None:
    assert small_conversation.announce("New fee", section, "en").rows == ()


def test_the_length_is_counted_as_telegram_counts_it() -> None:
    assert news.length(Reply("**ab** 😀", "en")) == len("ab ") + 2


def test_a_snapshot_that_is_older_than_the_sentences_offers_nothing_and_breaks_nothing(
    encoder: Encoder, tmp_path: Path
) -> None:
    folder = small_content.write(tmp_path / "content")
    for file in (folder / "phrases").glob("*.ftl"):
        kept = [line for line in file.read_text().splitlines() if "news" not in line.partition("=")[0]]
        file.write_text("\n".join(kept))
    build(load(folder), encoder, tmp_path / "snapshots")
    conversation = Conversation(Hotline(tmp_path / "snapshots", encoder))

    menu = _reply(conversation.command("menu", Known("en")))
    names = dict(conversation.commands("en"))

    assert "news" not in json.dumps([[each.action for each in menu.buttons], list(names)])
    assert conversation.command("stop", Known("en")) == conversation.command("help", Known("en"))
    assert conversation.command("news", Known("en")) == conversation.command("help", Known("en"))
    assert "out of date" in _reply(conversation.press("news", Known("en"))).text

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import answer
from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.logs import set_up_logs
from bot.markup import to_html, to_plain
from bot.phrases import Phrases
from bot.question import Question
from bot.render import Renderer
from index.encoders import Encoder
from index.search import rank
from index.snapshot import Snapshot, Thresholds, build, live_id, load
from knowledge.load import load as load_content
from knowledge.model import LANGUAGES, Language
from tests import small_content
from tests.bot.test_answer import BrokenEncoder


@pytest.fixture(name="log")
def _log() -> Iterator[StringIO]:
    stream, root = StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    set_up_logs(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


class _Broken(BrokenEncoder):
    def __init__(self, encoder: Encoder) -> None:
        self.spec = encoder.spec


def test_when_anything_fails_the_citizen_still_gets_the_numbers(
    small_snapshots: Path, encoder: Encoder, log: StringIO
) -> None:
    conversation = Conversation(Hotline(small_snapshots, _Broken(encoder)))

    reply = conversation.hear(Question("Сколько стоит патент?"), "tg").reply

    assert "+7 495 690-38-46" in reply.text
    [line] = [json.loads(row) for row in log.getvalue().splitlines()]
    assert (line["event"], line["error"]) == ("question.failed", "RuntimeError")


def test_one_line_is_logged_a_question_and_never_its_text(
    small_conversation: Conversation, log: StringIO
) -> None:
    small_conversation.hear(Question("Мне не платят зарплату, паспорт 401234567"), "tg")

    [line] = [json.loads(row) for row in log.getvalue().splitlines()]
    assert line["event"] == "question.answered"
    assert {"outcome", "topic", "confidence", "language", "ms", "snapshot"} <= set(line)
    assert "зарплат" not in log.getvalue()
    assert "401234567" not in log.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_shows_source_dates_approval_and_contacts_in_each_language(
    small_conversation: Conversation, language: Language
) -> None:
    text = to_plain(small_conversation.press("page:wages#first", language).text)

    date_shown = "2025-08" if language == "en" else "08.2025"
    assert "Official page" in text
    assert date_shown in text
    assert "112" in text
    assert "{" not in text


def test_a_contact_that_nobody_vouches_for_is_marked(small_conversation: Conversation) -> None:
    text = to_plain(small_conversation.press("page:wages#first", "ru").text)

    assert "Посольство: +7 495 690-38-46 (не подтверждено)" in text
    assert "Единый номер: 112\n" in text


def test_a_rule_that_is_no_longer_in_force_is_marked(encoder: Encoder, tmp_path: Path) -> None:
    contents = small_content.files()
    path = "topics/wages/topic.yaml"
    contents[path] = contents[path].replace("valid_from: 2025-09-01", "valid_until: 2026-12-31")
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")

    def text_on(today: date) -> str:
        conversation = Conversation(Hotline(tmp_path / "snapshots", encoder, today=lambda: today))
        return conversation.press("page:wages#first", "en").text

    assert "In force until 2026-12-31." in text_on(date(2026, 12, 31))
    assert "Note: this held until 2026-12-31." in text_on(date(2027, 1, 1))


def test_an_article_missing_in_a_language_is_sent_in_the_nearest_with_a_line_that_says_so(
    encoder: Encoder, tmp_path: Path
) -> None:
    contents = small_content.files()
    del contents["topics/wages/uz.md"]
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")

    text = Conversation(Hotline(tmp_path / "snapshots", encoder)).press("page:wages#first", "uz").text

    assert "Bu javob hozircha sizning tilingizda yoʻq. Mana u boshqa tilda (ruscha)." in text
    assert "жалуйтесь" in text


def test_a_newly_published_version_is_used_with_the_next_question(
    encoder: Encoder, tmp_path: Path, log: StringIO
) -> None:
    contents = small_content.files()
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")
    conversation = Conversation(Hotline(tmp_path / "snapshots", encoder))
    contents["topics/wages/ru.md"] = contents["topics/wages/ru.md"].replace("1 года", "3 лет")
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")

    text = conversation.press("page:wages#first", "ru").text

    assert "3 лет" in text
    assert "snapshot.reloaded" in log.getvalue()


def test_a_damaged_new_version_is_reported_once_and_the_old_one_goes_on_answering(
    encoder: Encoder, tmp_path: Path, log: StringIO
) -> None:
    contents = small_content.files()
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")
    conversation = Conversation(Hotline(tmp_path / "snapshots", encoder))
    contents["topics/wages/ru.md"] = contents["topics/wages/ru.md"].replace("1 года", "3 лет")
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")
    new = tmp_path / "snapshots" / (live_id(tmp_path / "snapshots") or "") / "library.json"
    new.write_bytes(new.read_bytes() + b" ")

    texts = [conversation.press("page:wages#first", "ru").text for _ in range(3)]

    assert all("1 года" in text for text in texts)
    assert log.getvalue().count("snapshot.rejected") == 1


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_gets_a_reply_that_telegram_can_show(
    small_snapshots: Path, encoder: Encoder, text: str
) -> None:
    conversation = Conversation(Hotline(small_snapshots, encoder))

    reply = conversation.hear(Question(text), "tg").reply

    assert to_html(reply.text).strip()
    assert all(len(button.action.encode()) <= 61 for button in reply.buttons)


def test_every_button_of_a_reply_leads_to_a_reply(small_conversation: Conversation) -> None:
    reply = small_conversation.hear(Question("Мне не платят зарплату"), "tg").reply

    outdated = small_conversation.press("page:gone", reply.language).text
    assert reply.buttons
    assert all(
        small_conversation.press(button.action, reply.language).text != outdated for button in reply.buttons
    )


def test_the_loaded_snapshot_is_the_published_one(small_snapshots: Path, encoder: Encoder) -> None:
    assert load(small_snapshots, encoder.spec).id == live_id(small_snapshots)


def test_a_button_of_a_question_back_opens_the_section_that_fits(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    unsure = replace(small_snapshot.learned, thresholds=Thresholds(found=1.1, choice=0.0))
    snapshot = replace(small_snapshot, learned=unsure)
    question = Question("Мне не платят зарплату")

    answered = answer(question, snapshot, encoder)
    reply = Renderer(snapshot, Phrases(snapshot.library.phrases), date(2026, 11, 26)).reply(answered)

    fitting = rank(question.text, snapshot, encoder).best_section("wages").section_id
    assert reply.buttons[0].action == f"page:wages#{fitting}"

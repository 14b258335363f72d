"""Writing to a person, on every channel: danger first, nothing without consent, nothing if not set up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from bot.actions import LONGEST
from bot.answer import Unknown
from bot.clerk import Clerk
from bot.conversation import Conversation
from bot.errors import BotError
from bot.handover.staff_hours import staff_hours
from bot.hotline import Hotline
from bot.markup import TELEGRAM_LIMIT, to_plain
from bot.phrases import Phrases, Voice
from bot.question import Question
from bot.render import render
from bot.reply import Reply
from bot.settings import Settings, read_settings
from bot.turn import Handover, Known, Medium, Turn
from index.encoders import Encoder
from index.snapshot import Snapshot
from knowledge.check.phrases import phrases
from knowledge.load import read
from knowledge.model import LANGUAGES, Hours, Language
from tests import small_content
from tests.conftest import NOW

HOURS = staff_hours("mo-fr 09:00-18:00, sa 10:00-14:00", "Asia/Dushanbe")
AT_NIGHT = datetime(2026, 11, 27, 20, tzinfo=UTC)
"""Saturday, one o'clock in Dushanbe."""
ALONE, WITH_PERSON, LOST = Handover(), Handover(is_open=True, written=True), Handover(is_lost=True)
DANGER = "полиция задержала брата"
QUESTION = "Сколько дней есть на регистрацию?"


@pytest.fixture(name="conversation")
def _conversation(small_snapshots: Path, encoder: Encoder) -> Conversation:
    return Conversation(Hotline(small_snapshots, encoder, now=lambda: NOW), staff_hours=HOURS)


@pytest.fixture(name="at_night")
def _at_night(small_snapshots: Path, encoder: Encoder) -> Conversation:
    return Conversation(Hotline(small_snapshots, encoder, now=lambda: AT_NIGHT), staff_hours=HOURS)


def _known(handover: Handover | None, language: Language = "en", subject: str | None = None) -> Known:
    return Known(language, subject=subject, handover=handover)


def _reply(turn: Turn) -> Reply:
    assert turn.reply is not None
    return turn.reply


def _shown(turn: Turn) -> str:
    return to_plain(_reply(turn).text)


def _actions(turn: Turn) -> list[str]:
    return [each.action for each in _reply(turn).buttons]


def _every_way_to_a_button(conversation: Conversation, known: Known) -> list[Turn]:
    return [
        conversation.command("menu", known),
        conversation.command("contacts", known),
        conversation.press("none", known),
    ]


# -- offered


def test_the_menu_and_the_contacts_lead_to_a_person(conversation: Conversation) -> None:
    for turn in _every_way_to_a_button(conversation, _known(ALONE)):
        assert "person" in _actions(turn)


@pytest.mark.parametrize("hours", [HOURS, None])
def test_a_question_without_an_answer_leads_to_a_person(
    hours: Hours | None, small_snapshot: Snapshot
) -> None:
    voice = Voice(Phrases(small_snapshot.library.phrases), "en")
    unknown = Unknown(topics=(), contacts=(), confidence=0, language="en")

    reply = render(unknown, Clerk(small_snapshot.library, voice, NOW, hours))

    assert ("person" in [each.action for each in reply.buttons]) == (hours is not None)


def test_without_hours_nothing_of_it_exists(small_conversation: Conversation, encoder: Encoder) -> None:
    for known in (_known(None), _known(ALONE)):
        assert not any(
            "person" in _actions(turn) for turn in _every_way_to_a_button(small_conversation, known)
        )
        assert "/menu" in _shown(small_conversation.command("person", known))
        assert "/menu" in _shown(small_conversation.command("end", known))
        assert "out of date" in _shown(small_conversation.press("person:begin", known))
        assert "person (/person)" not in _shown(small_conversation.command("privacy", known))
    assert not {"person", "end"} & {name for name, _ in small_conversation.commands("en")}


def test_in_a_group_nobody_is_led_to_a_person(conversation: Conversation) -> None:
    for turn in _every_way_to_a_button(conversation, _known(None)):
        assert "person" not in _actions(turn)
    assert conversation.press("person:begin", _known(None)).handover is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_for_a_person_is_told_everything_before_anything_is_kept(
    language: Language, conversation: Conversation
) -> None:
    known = _known(replace(ALONE, usual_wait=timedelta(minutes=40)), language)

    turn = conversation.command("person", known)

    said = _shown(turn)
    for each in ("09:00–18:00", "10:00–14:00", "18:00", "40", "112", "30", "90", "/forget"):
        assert each in said
    assert turn.handover is None
    assert _actions(turn) == ["person:begin", "person:no"]
    assert "{" not in said


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (None, "not known yet"),
        (timedelta(seconds=5), "about 1 min"),
        (timedelta(hours=5, minutes=20), "about 5 h"),
        (timedelta(days=3), "in days, about 3"),
    ],
)
def test_how_long_it_usually_takes_is_said_as_far_as_known(
    wait: timedelta | None, said: str, conversation: Conversation
) -> None:
    turn = conversation.command("person", _known(replace(ALONE, usual_wait=wait)))

    assert said in _shown(turn)


def test_the_last_topic_is_shown_only_with_a_button_that_names_it(conversation: Conversation) -> None:
    known = _known(ALONE, subject="wages")

    offer = conversation.command("person", known)
    with_topic = conversation.press("person:last,wages", known)
    without = conversation.press("person:begin", known)

    assert "“Wages”" in _shown(offer)
    assert "person:last,wages" in _actions(offer)
    assert (with_topic.handover, with_topic.shown_topic) == ("begin", "wages")
    assert (without.handover, without.shown_topic) == ("begin", None)


@pytest.mark.parametrize("action", ["person:last,gone", "person:last", "person:what", "person:begin,x"])
def test_a_button_that_means_nothing_begins_nothing(action: str, conversation: Conversation) -> None:
    turn = conversation.press(action, _known(ALONE))

    assert turn.handover is None
    assert "person:begin" in _actions(turn)


def test_who_declines_is_told_that_nothing_is_kept(conversation: Conversation) -> None:
    turn = conversation.press("person:no", _known(ALONE))

    assert turn.handover is None
    assert "nothing is kept" in _shown(turn)


def test_it_can_be_ended_and_then_says_when_all_is_deleted(conversation: Conversation) -> None:
    turn = conversation.command("end", _known(WITH_PERSON))
    nothing = conversation.command("end", _known(ALONE))

    assert turn.handover == "end"
    assert "30 days" in _shown(turn)
    assert nothing.handover is None
    assert "not writing to a person" in _shown(nothing)


def test_who_asks_again_is_told_that_it_goes_on(conversation: Conversation) -> None:
    turn = conversation.press("person", _known(WITH_PERSON))

    assert turn.handover is None
    assert _actions(turn) == ["person:end"]


def test_what_is_kept_names_the_conversation_with_a_person(conversation: Conversation) -> None:
    assert "person (/person)" in _shown(conversation.command("privacy", _known(ALONE)))


# -- going on


def test_while_somebody_is_there_only_the_first_message_is_confirmed(conversation: Conversation) -> None:
    first = conversation.hear(Question(QUESTION), _known(Handover(is_open=True)))
    second = conversation.hear(Question(QUESTION), _known(WITH_PERSON))

    assert "дошло до сотрудников" in _shown(first)
    assert second == Turn(None)


@pytest.mark.parametrize("written", [False, True])
def test_danger_is_answered_at_once_and_the_numbers_come_first(
    written: bool, conversation: Conversation, at_night: Conversation
) -> None:
    for each in (conversation, at_night):
        turn = each.hear(Question(DANGER), _known(Handover(is_open=True, written=written)))

        said = _shown(turn)
        assert said.startswith("Сначала позвоните:")
        assert "112" in said
        assert "Автоматический ответ" in said.splitlines()[-1]


def test_out_of_hours_the_bot_answers_what_it_can_and_says_that_it_is_the_bot(at_night: Conversation) -> None:
    turn = at_night.hear(Question(QUESTION), _known(WITH_PERSON))

    said = _shown(turn)
    assert said.startswith("Автоматический ответ бота. Человек прочтёт ваше сообщение сегодня с 10:00")
    assert "15 дней" in said
    assert turn.answer is not None


def test_what_cannot_reach_the_person_is_answered_by_the_bot_and_that_is_said(
    conversation: Conversation,
) -> None:
    question = conversation.hear(Question(QUESTION), _known(LOST, "ru"))
    danger = conversation.hear(Question(DANGER), _known(LOST, "ru"))

    assert _shown(question).startswith("Сотрудники горячей линии не получили это сообщение")
    assert "15 дней" in _shown(question)
    assert _shown(danger).startswith("Сначала позвоните:")
    assert "не получили это сообщение" in _shown(danger)


def test_in_cyrillic_uzbek_the_mark_is_in_cyrillic_too(at_night: Conversation) -> None:
    turn = at_night.hear(Question("Неча кунда рўйхатдан ўтиш керак?"), _known(WITH_PERSON, "uz"))

    assert _reply(turn).language == "uz"
    assert "Botning" not in _shown(turn)


@pytest.mark.parametrize("medium", get_args(Medium))
def test_what_is_no_text_does_not_reach_the_person_and_that_is_said(
    medium: Medium, conversation: Conversation
) -> None:
    turn = conversation.receive(medium, _known(WITH_PERSON))

    assert "Only text reaches the person" in _shown(turn)


def test_menus_and_commands_work_as_ever(conversation: Conversation) -> None:
    for name in ("menu", "contacts", "help"):
        alone, with_person = (conversation.command(name, _known(each)) for each in (ALONE, WITH_PERSON))
        assert with_person == alone


def test_a_failure_still_names_the_contacts(small_snapshots: Path, encoder: Encoder) -> None:
    class Broken:
        spec = encoder.spec

        def questions(self, _: object) -> object:
            raise RuntimeError

    broken = Conversation(Hotline(small_snapshots, Broken()), staff_hours=HOURS)  # type: ignore[arg-type]

    turn = broken.hear(Question(QUESTION), _known(WITH_PERSON))

    assert turn.failed
    assert "+7 495 690-38-46" in _shown(turn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_is_told_from_the_bot_in_the_citizens_language(
    language: Language, conversation: Conversation
) -> None:
    said = conversation.staff_says("*as it is* <b>", language)
    ended = conversation.staff_says("", language)

    assert said.endswith(":\n*as it is* <b>")
    assert "/person" in ended


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_what_telegram_allows(
    language: Language, conversation: Conversation, at_night: Conversation
) -> None:
    for each in (conversation, at_night):
        for handover in (ALONE, WITH_PERSON):
            for action in ("person", "person:begin", "person:end", "person:no"):
                turn = each.press(action, _known(handover, language, subject="registration"))
                assert len(_shown(turn)) <= TELEGRAM_LIMIT
                assert all(len(button.action.encode()) <= LONGEST for button in _reply(turn).buttons)


# -- set up


@pytest.mark.parametrize(
    ("rows", "zone"),
    [
        ("9-18", "Asia/Dushanbe"),
        ("mo-fr 09:00-18:00;", "Asia/Dushanbe"),
        ("mo-fr 25:00-26:00", "Asia/Dushanbe"),
        ("mo-fr 09:00-18:00", "Dushanbe"),
        ("mo-fr 09:00-18:00", "../etc/passwd"),
    ],
)
def test_hours_that_are_none_are_refused_by_name(rows: str, zone: str, tmp_path: Path) -> None:
    given = {"HOTLINE_STAFF_HOURS": rows, "HOTLINE_STAFF_TIME_ZONE": zone}

    with pytest.raises((BotError, ValidationError), match="HOTLINE_STAFF_"):
        _settings(given, tmp_path)


def test_without_hours_there_are_none_and_with_them_each_row_counts() -> None:
    assert staff_hours(None, "Asia/Dushanbe") is None
    assert HOURS is not None
    assert HOURS.open == ("mo-fr 09:00-18:00", "sa 10:00-14:00")


def _settings(given: dict[str, str], folder: Path) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        return read_settings(env_file=folder / ".env")


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ("", 0),
        ("\ncanned-own = Thank you { $name }\n", 4),  # missing in three, and a place for what is never put in
    ],
)
def test_editors_may_add_texts_for_staff_in_all_languages(change: str, problems: int, tmp_path: Path) -> None:
    files = small_content.files()
    for language in LANGUAGES:
        text = files[f"phrases/{language}.ftl"]
        kept = [line for line in text.splitlines() if not line.startswith("canned-city")]
        files[f"phrases/{language}.ftl"] = "\n".join(kept) + "\n"
    files["phrases/en.ftl"] += change
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    found = list(phrases(read(tmp_path)))

    assert len(found) == problems

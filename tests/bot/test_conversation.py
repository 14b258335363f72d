from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.actions import LONGEST
from bot.answer import Found, Urgent, answer
from bot.clerk import Clerk
from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.logs import set_up_logs
from bot.markup import TELEGRAM_LIMIT, to_html, to_plain
from bot.phrases import Phrases, Voice
from bot.question import Question
from bot.render import render
from bot.reply import ContactCard, Reply
from bot.turn import Feedback, Known, Medium, Reason, Turn
from index.encoders import Encoder
from index.search import SectionHit, TopicHit, rank
from index.snapshot import Snapshot, Thresholds, build, live_id, load
from knowledge.load import load as load_content
from knowledge.model import LANGUAGES, Language
from tests import small_content
from tests.bot.test_answer import BrokenEncoder
from tests.conftest import NOW


def _reply(turn: Turn) -> Reply:
    assert turn.reply is not None
    return turn.reply


def _shown(turn: Turn) -> str:
    return to_plain(_reply(turn).text)


def _action(turn: Turn, label: str) -> str:
    [action] = [each.action for each in _reply(turn).buttons if each.text == label]
    return action


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

    reply = _reply(conversation.hear(Question("Сколько стоит патент?"), Known()))

    assert "+7 495 690-38-46" in reply.text
    [line] = [json.loads(row) for row in log.getvalue().splitlines()]
    assert (line["event"], line["error"]) == ("question.failed", "RuntimeError")


def test_one_line_is_logged_a_question_and_never_its_text(
    small_conversation: Conversation, log: StringIO
) -> None:
    small_conversation.hear(Question("Мне не платят зарплату, паспорт 401234567"), Known())

    [line] = [json.loads(row) for row in log.getvalue().splitlines()]
    assert line["event"] == "question.answered"
    assert {"outcome", "topic", "confidence", "language", "ms", "snapshot"} <= set(line)
    assert "зарплат" not in log.getvalue()
    assert "401234567" not in log.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_section_shows_source_dates_approval_and_contacts_in_each_language(
    small_conversation: Conversation, language: Language
) -> None:
    text = _shown(small_conversation.press("page:wages#first", Known(language)))

    date_shown = "2025-08" if language == "en" else "08.2025"
    assert "Official page" in text
    assert date_shown in text
    assert "112" in text
    assert "{" not in text


def test_a_contact_that_nobody_vouches_for_is_marked(small_conversation: Conversation) -> None:
    text = _shown(small_conversation.press("page:wages#first", Known("ru")))

    assert "Посольство: +7 495 690-38-46 (не подтверждено)" in text
    assert "Единый номер: 112\n" in text


def test_a_rule_that_is_no_longer_in_force_is_marked(encoder: Encoder, tmp_path: Path) -> None:
    contents = small_content.files()
    path = "topics/wages/topic.yaml"
    contents[path] = contents[path].replace("valid_from: 2025-09-01", "valid_until: 2026-12-31")
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")

    def text_on(today: date) -> str:
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        conversation = Conversation(Hotline(tmp_path / "snapshots", encoder, now=lambda: noon))
        return _shown(conversation.press("page:wages#first", Known("en")))

    assert "In force until 2026-12-31." in text_on(date(2026, 12, 31))
    assert "Note: this held until 2026-12-31." in text_on(date(2027, 1, 1))


def test_an_article_missing_in_a_language_is_sent_in_the_nearest_with_a_line_that_says_so(
    encoder: Encoder, tmp_path: Path
) -> None:
    contents = small_content.files()
    del contents["topics/wages/uz.md"]
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")

    conversation = Conversation(Hotline(tmp_path / "snapshots", encoder))
    text = _shown(conversation.press("page:wages#first", Known("uz")))

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

    text = _shown(conversation.press("page:wages#first", Known("ru")))

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

    texts = [_shown(conversation.press("page:wages#first", Known("ru"))) for _ in range(3)]

    assert all("1 года" in text for text in texts)
    assert log.getvalue().count("snapshot.rejected") == 1


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_gets_a_reply_that_telegram_can_show(
    small_snapshots: Path, encoder: Encoder, text: str
) -> None:
    conversation = Conversation(Hotline(small_snapshots, encoder))

    reply = _reply(conversation.hear(Question(text), Known()))

    assert to_html(reply.text).strip()
    assert all(len(button.action.encode()) <= LONGEST for button in reply.buttons)


def test_the_loaded_snapshot_is_the_published_one(small_snapshots: Path, encoder: Encoder) -> None:
    assert load(small_snapshots, encoder.spec).id == live_id(small_snapshots)


def test_a_button_of_a_question_back_opens_the_section_that_fits(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    unsure = replace(small_snapshot.learned, thresholds=Thresholds(found=1.1, choice=0.0))
    snapshot = replace(small_snapshot, learned=unsure)
    question = Question("Мне не платят зарплату")

    answered = answer(question, snapshot, encoder)
    voice = Voice(Phrases(snapshot.library.phrases), answered.language)
    reply = render(answered, Clerk(snapshot.library, voice, NOW))

    fitting = rank(question.text, snapshot, encoder).best_section("wages").section_id
    assert reply.buttons[0].action == f"page:wages#{fitting}"


# -- what buttons lead to


def _everything_pressed(conversation: Conversation, language: Language) -> Mapping[str, Turn]:
    """Press every button that can be reached from the menu and the commands, except those of the calendar."""
    known = Known(language)
    found: dict[str, Turn] = {f"/{name}": conversation.command(name, known) for name in _COMMANDS}
    waiting = list(found.values())
    while waiting:
        for button in _reply(waiting.pop()).buttons:
            if button.action not in found and not button.action.startswith("dates:"):
                found[button.action] = conversation.press(button.action, known)
                waiting.append(found[button.action])
    return found


_COMMANDS = ("start", "menu", "contacts", "dates", "language", "privacy", "forget", "help")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_leads_to_a_reply_that_fits_one_message(
    small_conversation: Conversation, language: Language
) -> None:
    pressed = _everything_pressed(small_conversation, language)

    outdated = _shown(small_conversation.press("page:gone", Known(language)))
    assert {"page:wages#second", "topic:registration", "category:work-and-pay", "none", "near"} <= set(
        pressed
    )
    assert [action for action, turn in pressed.items() if _shown(turn) == outdated] == []
    assert all(len(_shown(turn)) <= TELEGRAM_LIMIT for turn in pressed.values())


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_of_the_shipped_content_fits_one_message(
    shipped_conversation: Conversation, language: Language
) -> None:
    pressed = _everything_pressed(shipped_conversation, language)

    longest = max(pressed, key=lambda action: len(_shown(pressed[action])))
    buttons = [button for turn in pressed.values() for button in _reply(turn).buttons]
    assert len(pressed) > 1000
    assert len(_shown(pressed[longest])) <= TELEGRAM_LIMIT, longest
    assert max(len(button.action.encode()) for button in buttons) <= LONGEST - 1  # the mark of Cyrillic
    assert all(button.text.strip() for button in buttons)


@settings(max_examples=60, deadline=None)
@given(action=st.text(max_size=70))
def test_a_button_that_means_nothing_is_answered_with_a_sentence_and_the_menu(
    small_snapshots: Path, encoder: Encoder, action: str
) -> None:
    conversation = Conversation(Hotline(small_snapshots, encoder))

    reply = _reply(conversation.press(action, Known("en")))

    assert "out of date" in reply.text
    assert [button.action for button in reply.buttons] == ["menu"]


@pytest.mark.parametrize(
    "action",
    [
        "page:gone",
        "page:wages#gone",
        "topic:gone",
        "category:gone",
        "else:gone",
        "else",
        "cards:gone",
        "cards",
        "call:gone",
        "good:gone#first",
        "wrong:wages#gone",
        "language:xx",
        "page",
    ],
)
def test_what_an_older_button_names_may_be_gone(small_conversation: Conversation, action: str) -> None:
    assert "out of date" in _shown(small_conversation.press(action, Known("en")))


def test_an_article_has_its_buttons_side_by_side(small_conversation: Conversation) -> None:
    reply = _reply(small_conversation.press("page:wages#second", Known("en")))

    assert [[button.text for button in row] for row in reply.rows] == [
        ["More on this", "Other answers"],
        ["Contacts", "Back"],
        ["Helpful", "Not helpful"],
    ]


def test_the_menu_begins_with_the_topics_asked_most_and_leaves_out_empty_categories(
    small_conversation: Conversation,
) -> None:
    reply = _reply(small_conversation.command("menu", Known("en")))

    labels = [button.text for button in reply.buttons]
    assert labels == ["1. Registration", "Work", "Contacts", "Language", "Notify me"]


def test_topics_named_first_stand_first_in_their_category(encoder: Encoder, tmp_path: Path) -> None:
    contents = small_content.files()
    category = "  - id: work-and-pay\n"
    contents["categories.yaml"] = contents["categories.yaml"].replace(
        category, f"{category}    first: [wages]\n"
    )
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")
    conversation = Conversation(Hotline(tmp_path / "snapshots", encoder))

    reply = _reply(conversation.press("category:work-and-pay", Known("en")))

    assert [button.text for button in reply.buttons] == ["1. Wages", "2. Registration", "Back"]


def test_back_leads_from_a_section_to_its_category_and_on_to_the_menu(
    small_conversation: Conversation,
) -> None:
    section = small_conversation.press("page:wages#first", Known("en"))
    category = small_conversation.press(_action(section, "Back"), Known("en"))
    menu = small_conversation.press(_action(category, "Back"), Known("en"))

    assert "Which topic?" in _shown(category)
    assert menu == small_conversation.command("menu", Known("en"))


def test_other_answers_of_a_found_one_are_the_next_likely_topics_with_the_section_that_fits(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    sure = replace(small_snapshot.learned, thresholds=Thresholds(found=0.0, choice=0.0))
    snapshot = replace(small_snapshot, learned=sure)
    question = Question("Мне не платят зарплату")
    answered = answer(question, snapshot, encoder)

    voice = Voice(Phrases(snapshot.library.phrases), "en")
    reply = render(answered, Clerk(snapshot.library, voice, NOW))

    assert isinstance(answered, Found)
    fitting = rank(question.text, snapshot, encoder).best_section("registration").section_id
    [action] = [button.action for button in reply.buttons if button.text == "Other answers"]
    assert action == f"else:registration#{fitting}"


def test_a_pressed_topic_is_what_is_spoken_about(small_conversation: Conversation) -> None:
    assert small_conversation.press("page:wages#second", Known()).subject == "wages"
    assert small_conversation.press("topic:wages", Known()).subject == "wages"
    assert small_conversation.press("menu", Known()).subject is None


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Wrong", "wrong"),
        ("Unclear", "unclear"),
        ("Out of date", "out-of-date"),
        ("Not my question", "not-my-question"),
    ],
)
def test_who_was_not_helped_is_asked_why_and_told_whom_to_ask(
    small_conversation: Conversation, label: str, reason: Reason
) -> None:
    known = Known("en")
    section = small_conversation.press("page:wages#second", known)

    asked = small_conversation.press(_action(section, "Not helpful"), known)
    told = small_conversation.press(_action(asked, label), known)

    assert asked.feedback is None
    assert told.feedback == Feedback("wages", "second", reason, "en")
    assert [contact.id for contact in _reply(told).contacts] == ["embassy"]


def test_who_was_helped_is_thanked(small_conversation: Conversation) -> None:
    section = small_conversation.press("page:wages#second", Known("ru"))

    told = small_conversation.press(_action(section, "Помогло"), Known("ru"))

    assert told.feedback == Feedback("wages", "second", "helpful", "ru")
    assert _shown(told) == "Спасибо! Рад, что помогло."


def _urgent(snapshot: Snapshot, confidence: float) -> Urgent:
    """Danger by the rule of wages, of which what was ranked first is something else."""
    library = snapshot.library
    return Urgent(
        topics=(library.topic_by_id["registration"], library.topic_by_id["wages"]),
        contacts=(library.contact_by_id["ru-112"],),
        confidence=1.0,
        language="en",
        ranking=_Ranked((TopicHit("registration", confidence),)),  # type: ignore[arg-type]  # all that is read
        rules=library.urgent_rules,
        likely=("topics/registration", "second") if confidence >= 0.5 else None,
    )


@dataclass
class _Ranked:
    topics: tuple[TopicHit, ...]

    def sections(self, topic_id: str) -> tuple[SectionHit, ...]:
        return ()


@pytest.mark.parametrize(
    ("confidence", "actions"),
    [
        (0.9, ["page:registration#second", "page:wages", "menu"]),
        (0.1, ["page:registration", "page:wages", "menu"]),
        (0.09, ["page:wages", "menu"]),
    ],
)
def test_under_the_contacts_in_danger_stand_the_likely_answer_and_no_absurd_ones(
    small_snapshot: Snapshot, confidence: float, actions: list[str]
) -> None:
    voice = Voice(Phrases(small_snapshot.library.phrases), "en")

    reply = render(_urgent(small_snapshot, confidence), Clerk(small_snapshot.library, voice, NOW))

    assert [button.action for button in reply.buttons] == actions
    assert ("No danger?" in reply.text) == (confidence >= 0.5)
    assert reply.text.index("112") < reply.text.index("What to do now")


# -- commands


def test_the_greeting_is_in_tajik_and_russian_and_offers_each_language_in_itself(
    small_conversation: Conversation,
) -> None:
    reply = _reply(small_conversation.command("start", Known("uz")))

    assert [part.split("!")[0] for part in to_plain(reply.text).split("\n\n")] == [
        "Салом",
        "Здравствуйте",
        "Salom",
    ]
    assert [button.text for button in reply.buttons] == [
        "Тоҷикӣ",
        "Русский",
        "Oʻzbekcha",
        "English",
        "Menyu",
    ]


def test_a_chosen_language_is_kept_and_used_at_once(small_conversation: Conversation) -> None:
    pressed = small_conversation.press("language:uz", Known("ru"))
    typed = small_conversation.command("language", Known("ru"), " UZ ")

    assert pressed == typed
    assert pressed.language == "uz"
    assert _reply(pressed).language == "uz"


def test_what_is_kept_is_said_with_the_number_of_days(small_snapshots: Path, encoder: Encoder) -> None:
    conversation = Conversation(Hotline(small_snapshots, encoder), retention_days=17)

    text = _shown(conversation.command("privacy", Known("en")))

    assert all(part in text for part in ("15 minutes", "24 hours", "48 hours", "days: 17", "/forget"))


def test_to_forget_is_done_at_once_and_said(small_conversation: Conversation) -> None:
    turn = small_conversation.command("forget", Known("en"))

    assert turn.forget
    assert _shown(turn).startswith("Done:")


def test_an_unknown_command_gets_the_help_with_every_command(small_conversation: Conversation) -> None:
    text = _shown(small_conversation.command("nonsense", Known("en")))

    assert text == _shown(small_conversation.command("help", Known("en")))
    assert all(f"/{name}: " in text for name, _ in small_conversation.commands("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_and_description_fit_what_telegram_allows(
    small_conversation: Conversation, language: Language
) -> None:
    described = small_conversation.commands(language)
    about = small_conversation.describe(language)

    assert {"start", "menu", "language", "contacts", "privacy", "forget", "help"} <= dict(described).keys()
    assert all(3 <= len(description) <= 256 for _, description in described)
    assert len(about) <= 512
    assert len(about.split(". ")[0]) <= 120


def test_the_general_contacts_begin_with_the_number_for_danger(small_conversation: Conversation) -> None:
    reply = _reply(small_conversation.command("contacts", Known("en")))

    assert [contact.id for contact in reply.contacts] == ["ru-112", "embassy"]


def test_contacts_come_as_cards_on_a_button_where_a_phone_can_take_them(
    small_conversation: Conversation,
) -> None:
    contacts = small_conversation.command("contacts", Known("en"))

    cards = _reply(small_conversation.press(_action(contacts, "Save to phone"), Known("en")))

    assert cards.attachments == (ContactCard("Embassy (not confirmed)", "+74956903846"),)


# -- other than questions


@pytest.mark.parametrize("medium", get_args(Medium))
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_comes_instead_of_words_gets_a_helpful_sentence(
    small_conversation: Conversation, medium: Medium, language: Language
) -> None:
    reply = _reply(small_conversation.receive(medium, Known(language)))

    assert reply.language == language
    assert len(reply.text) > 30
    assert reply.buttons[-1].action == "menu"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_a_sentence_names_the_contacts_they_are_one_touch_away(
    small_conversation: Conversation, language: Language
) -> None:
    voice = _reply(small_conversation.receive("voice", Known(language)))
    robot = _reply(small_conversation.hear(Question("robot?"), Known(language)))
    sticker = _reply(small_conversation.receive("sticker", Known(language)))

    assert [button.action for button in voice.buttons] == ["call", "menu"]
    assert [button.action for button in robot.buttons] == ["call", "menu"]
    assert [button.action for button in sticker.buttons] == ["menu"]


def test_the_place_is_asked_for_where_the_phone_can_send_it(small_conversation: Conversation) -> None:
    assert _reply(small_conversation.press("near", Known("en"))).asks_for_location


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(55.75, 37.6), (91, 0), (float("nan"), 0), (-90, 180), (0, 1e9)]
)
def test_any_place_gets_contacts(small_conversation: Conversation, latitude: float, longitude: float) -> None:
    turn = small_conversation.locate(latitude, longitude, Known("en"))

    assert "+7 495 690-38-46" in _shown(turn) or not _reply(turn).contacts


def test_an_apology_names_the_contacts_and_a_request_to_slow_down_is_one_sentence(
    small_conversation: Conversation,
) -> None:
    known = Known("en")

    assert "+7 495 690-38-46" in small_conversation.apologise(known).text
    assert "+7 495 690-38-46" in small_conversation.too_late(known).text
    assert "690" not in small_conversation.slow_down(known).text


def test_a_greeting_gets_a_human_sentence_and_the_menu_and_no_article(
    small_conversation: Conversation,
) -> None:
    turn = small_conversation.hear(Question("Салом алейкум ака!"), Known("ru", subject="wages"))

    assert turn.answer is None
    assert turn.subject is None
    assert _shown(turn).startswith("Салом! ")
    assert [button.action for button in _reply(turn).buttons] == ["menu"]


def test_danger_comes_before_small_talk(encoder: Encoder, tmp_path: Path) -> None:
    contents = small_content.files()
    contents["small-talk.yaml"] += "      - полиция задержала брата\n"
    build(load_content(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")
    conversation = Conversation(Hotline(tmp_path / "snapshots", encoder))

    turn = conversation.hear(Question("полиция задержала брата"), Known())

    assert turn.answer is not None
    assert turn.answer.outcome == "urgent"


def test_politeness_around_a_question_changes_nothing(small_conversation: Conversation) -> None:
    plain = small_conversation.hear(Question("Мне не платят зарплату"), Known())

    polite = small_conversation.hear(
        Question("Ассалому алайкум, ака! Мне не платят зарплату, спасибо"), Known()
    )

    assert polite.answer == plain.answer


# -- sharing


def test_sections_to_share_are_few_and_without_buttons(small_conversation: Conversation) -> None:
    offers = small_conversation.offers("Мне не платят зарплату", Known("en"))

    assert 1 <= len(offers) <= 5
    assert offers[0].title.startswith("Зарплата")
    assert all(len(offer.description) <= 120 and not offer.reply.rows for offer in offers)
    assert all("Official page" in offer.reply.text for offer in offers)


def test_in_danger_the_numbers_are_shared_first(small_conversation: Conversation) -> None:
    offers = small_conversation.offers("полиция задержала брата", Known("en"))

    assert "112" in offers[0].reply.text
    assert offers[0].title == "Что делать сейчас"


@pytest.mark.parametrize("text", ["", "??", "салом"])
def test_without_a_question_the_topics_asked_most_are_offered(
    small_conversation: Conversation, text: str
) -> None:
    assert [offer.title for offer in small_conversation.offers(text, Known("en"))] == ["Registration 1"]


def test_nothing_is_offered_when_anything_fails(small_snapshots: Path, encoder: Encoder) -> None:
    conversation = Conversation(Hotline(small_snapshots, _Broken(encoder)))

    assert conversation.offers("Сколько стоит патент?", Known()) == ()

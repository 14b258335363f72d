from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.small_talk import Remark, SmallTalkWords, language_of
from bot.turn import Known
from index.spelling import words
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import LANGUAGES, Language, RemarkKind

LIBRARY = load(SHIPPED_CONTENT)
SMALL_TALK = LIBRARY.small_talk
WORDS = SmallTalkWords(SMALL_TALK)
SAID = tuple(
    phrase
    for remarks in SMALL_TALK.remarks
    for phrase in chain(*(getattr(remarks, each) for each in LANGUAGES), remarks.any)
)
POLITE = tuple(
    phrase
    for remarks in SMALL_TALK.remarks
    if remarks.kind in ("greeting", "thanks")
    for phrase in chain(*(getattr(remarks, each) for each in LANGUAGES))
)
FILLERS = SMALL_TALK.fillers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("салом алейкум ака", "greeting"),
        ("САЛООООМ!!!", "greeting"),
        ("assalomu alaykum", "greeting"),
        ("Здравствуйте, уважаемый бот", "greeting"),
        ("рахмат калон", "thanks"),
        ("спс большое", "thanks"),
        ("Салом ака, чихелед", "wellbeing"),
        ("ty robot?", "robot"),
        ("Салом! Шумо одам ҳастед ё робот?", "robot"),
        ("кто ты", "who"),
        ("спасибо, до свидания", "thanks"),
        ("Хайр", "goodbye"),
        ("тупой бот", "insult"),
        ("ок", "okay"),
        ("👍🙏", "okay"),
        ("оператор", "robot"),
        ("operator kerak", "robot"),
        ("Ту одамӣ ё бот?", "robot"),
        ("sen odammisan yoki botmi?", "robot"),
        ("бо одам гап задан мехоҳам", "robot"),
        ("хочу поговорить с человеком", "robot"),
        ("I want to talk to a person", "robot"),
    ],
)
def test_what_asks_nothing_is_told_by_its_words(text: str, kind: RemarkKind) -> None:
    remark = WORDS.recognise(text)

    assert remark is not None
    assert remark.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Салом, музди маро намедиҳанд",
        "здравствуйте помогите",
        "спасибо, а сколько стоит?",
        "ака",
        "помогите",
        "112",
        "???",
        "😭",
        "👍😭",
        "🆘",
        "",
        "Салом " * 20,
    ],
)
def test_what_may_ask_something_is_no_small_talk(text: str) -> None:
    assert WORDS.recognise(text) is None


@given(st.lists(st.sampled_from(FILLERS), max_size=2), st.sampled_from(SAID), st.sampled_from(FILLERS))
def test_a_remark_among_names_of_address_stays_a_remark(before: list[str], said: str, behind: str) -> None:
    text = " ".join([*before, said, behind])

    assert len(words(text)) > 12 or WORDS.recognise(text) is not None


@given(st.sampled_from(SAID), st.from_regex(r"[бвгджзклмнпрст]{7,9}", fullmatch=True))
def test_one_word_more_makes_it_something_else(said: str, word: str) -> None:
    assert WORDS.recognise(f"{said} {word}") is None
    assert WORDS.recognise(f"{word}, {said}") is None


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_looked_at(text: str) -> None:
    WORDS.recognise(text)

    assert WORDS.question_in(text) in text


@given(st.sampled_from(POLITE), st.sampled_from(("", *FILLERS)), st.sampled_from(POLITE))
def test_politeness_around_a_question_is_taken_off(before: str, filler: str, behind: str) -> None:
    question = "патентро дароз кардан мехоҳам"

    assert WORDS.question_in(f"{before} {filler}, {question} {behind}!") == question


@pytest.mark.parametrize(
    "text", ["Салом патент", "как встать на учёт", "great wall of china", "записать ребёнка в первый класс"]
)
def test_what_belongs_to_the_question_stays(text: str) -> None:
    assert WORDS.question_in(text) == text


def test_no_message_that_we_answer_is_taken_for_small_talk() -> None:
    ours = [each.text for _, page in LIBRARY.pages() for each in page.examples]
    urgent = [each.text for each in LIBRARY.urgent_examples]

    assert [text for text in ours + urgent if WORDS.recognise(text) is not None] == []


def test_of_what_is_not_ours_only_remarks_are_taken_for_small_talk() -> None:
    kinds = {each.kind for each in LIBRARY.not_ours if WORDS.recognise(each.text) is not None}

    assert kinds <= {"greeting", "thanks", "abuse", "nonsense", "about-the-bot", "near-miss"}


def test_every_kind_of_remark_has_a_sentence_in_each_language() -> None:
    missing = [
        (remarks.kind, language)
        for remarks in SMALL_TALK.remarks
        for language, text in LIBRARY.phrases.items()
        if f"\nsmall-talk-{remarks.kind} = " not in text
    ]

    assert missing == []


@pytest.mark.parametrize(
    ("said_in", "detected", "own", "expected"),
    [
        (("tg", "uz"), "tg", "uz", "uz"),
        (("tg", "uz"), "uz", "ru", "uz"),
        (("tg", "uz"), "en", "ru", "tg"),
        (("ru",), "tg", "tg", "ru"),
        ((), "ru", "uz", "uz"),
    ],
)
def test_a_remark_is_answered_in_a_language_it_was_said_in(
    said_in: tuple[Language, ...], detected: Language, own: Language, expected: Language
) -> None:
    remark = Remark("greeting", frozenset(said_in))

    assert language_of(remark, detected, Known(own)) == expected

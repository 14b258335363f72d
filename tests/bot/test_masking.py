"""What tells who wrote a message goes; what the question is about stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.masking.text import mask
from knowledge.load import SHIPPED_CONTENT


def _number(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True, alphabet="0123456789+ABCDEFGHIJKLMNOPQRSTUVWXYZАВЕКМНОРСТ")


NUMBERS = st.one_of(
    _number(r"\+[1-9][0-9]{9,14}"),  # any country's phone
    _number(r"(\+?992|8|\+?7|\+?998)?9[0-9]{8,9}"),  # Tajik, Russian and Uzbek ones, as people write them
    _number(r"[1-9][0-9]{3}[0-9]{6}"),  # Russian passport
    _number(r"[A-ZА]{1,2}[0-9]{7,9}"),  # Tajik and Uzbek passport
    _number(r"[1-6][0-9]{13}"),  # PINFL
    _number(r"[1-9][0-9]{9}|[1-9][0-9]{11}"),  # INN; a patent's series and number
    _number(r"[2-6][0-9]{15}|[2-6][0-9]{18}"),  # card
)
SEPARATORS = st.sampled_from(
    ["", " ", "-", ".", "\u00a0", "\u202f", " - ", "–", "\u2011", "  ", "\n", "\u200b", "_", "/", " · "]
)
SENTENCES = st.sampled_from(
    [
        "Рақами ман {}, занг занед",
        "мой номер {} помогите",
        "{}",
        "паспорт {}: его отобрали",
        "ИНН {}.",
        "mening raqamim: {}!",
        "call me ({}) please",
        "вот «{}»,",
    ]
)


@st.composite
def _spaced(draw: st.DrawFn) -> str:
    # Groups of any size, with one kind of separator between them, as people group a number.
    number, separator = draw(NUMBERS), draw(SEPARATORS)
    lead = re.match(r"\D*", number)
    assert lead is not None
    rest, groups = number[lead.end() :], []
    while rest:
        size = draw(st.integers(1, 5))
        groups.append(rest[:size])
        rest = rest[size:]
    return lead[0] + separator.join(groups)


@settings(max_examples=600, deadline=None)
@given(_spaced(), SENTENCES)
@example("8 (916) 123-45-67", "{}")
@example("9️⃣1️⃣7️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣", "{}")
@example("٩١٧١٢٣٤٥٦", "{}")
def test_no_digit_of_a_personal_number_survives_in_any_spacing(number: str, sentence: str) -> None:
    masked = mask(sentence.format(number))

    assert not re.search(r"\d", masked), masked


_PIECES = """
меня зовут номи ман ҳастам my name is mening ismim Фаррух фаррух Рахимов 12.05.2026 5000 рублей + 7 916
1234567 A1234567 @farrukh a@b.ru https://t.me/x ул. Ленина 5 [phone] [name] паспорт тел ( ) - . ,
"""
_WORDS = st.sampled_from(_PIECES.split())


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(), st.lists(_WORDS).map(" ".join), st.lists(_WORDS).map("".join)))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)

    assert mask(once) == once


def test_of_the_messages_that_people_write_hardly_any_is_touched() -> None:
    files = [*SHIPPED_CONTENT.glob("topics/*/examples.txt"), SHIPPED_CONTENT / "not-ours.txt"]
    rows = [row for file in files for row in file.read_text(encoding="utf-8").splitlines()]
    messages = [row for row in rows if row and not row.startswith("#")]

    touched = [message for message in messages if mask(message) != message]

    assert len(messages) > 10_000
    assert len(touched) < 0.005 * len(messages)


@pytest.mark.parametrize(
    "text",
    [
        "Штраф 5000 рублей ё 7000 рублей?",
        "патент 15 000 руб дар як моҳ",
        "қарзи ман 1 200 000 сум",
        "мегирад 50 000-100 000 рубл",
        "уплатил 150000000 сум",
        "15000-20000 мегӯянд",
        "120,000 names, 300,000 roubles",
        "2021 120 ҳазор кас",
        "аз 12.05.2026 то 15.06.2026",
        "01.02.2026-15.03.2026 будам, 2026-11-26 рафтам",
        "12.05.2026 10 рӯз",
        "указ аз 25.07.2002 № 115-ФЗ, статья 18.8 КоАП, ст. 322.1",
        "90 рӯз дар 180, 30 кун, 15 дней",
        "ба 112 ё 1313 занг зан",
        "соат 09.00-18.00, аз 9:00 то 18:00",
        "дар солҳои 2024-2025, 2023 2024",
        "24/7",
        "почтаи 734025",
    ],
)
def test_sums_dates_laws_days_and_short_numbers_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Номи ман Раҳимов Фаррух аст", "Номи ман [name] аст"),
        ("номи ман кутбиддин, аз кӯлоб", "номи ман [name], аз кӯлоб"),
        ("nomi man farrux", "nomi man [name]"),
        ("салом ман Зайнаб ҳастам", "салом ман [name] ҳастам"),
        ("man farrux hastam az kulob", "man [name] hastam az kulob"),
        ("Номам Иқбол, аз Хоруғ", "Номам [name], аз Хоруғ"),
        ("Меня зовут Иван Иванович. Где консульство?", "Меня зовут [name]. Где консульство?"),
        ("миня завут али", "миня завут [name]"),
        ("menya zovut Farrukh ya iz Kulyaba", "menya zovut [name] ya iz Kulyaba"),
        ("мое имя: Саид", "мое имя: [name]"),
        ("брата зовут Рустам, пропал", "брата зовут [name], пропал"),
        ("ФИО: Рахимов Саид Алиевич", "ФИО: [name]"),
        ("mening ismim aziz", "mening ismim [name]"),
        ("менинг исмим Азиз Каримов", "менинг исмим [name]"),
        ("Ismim Gulnora, Kazanda ishlayman", "Ismim [name], Kazanda ishlayman"),
        ("My name is John Smith and I work", "My name is [name] and I work"),
        ("I am called Farrukh", "I am called [name]"),
        ("I'm Farrukh from Kulob", "I'm [name] from Kulob"),
    ],
)
def test_a_name_that_somebody_gives_as_theirs_goes(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Аз номи ман ба мактаб ариза қабул мекунанд?",
        "номи ман дар рӯйхат нест",
        "Номам дар феҳрист аст",
        "ман бемор ҳастам",
        "ман дар Маскав ҳастам",
        "Ман шаҳрванди Тоҷикистон ҳастам",
        "Меня зовут на работу без патента",
        "как вас зовут?",
        "в списке мой имя нету",
        "на моё имя оформили кредит",
        "My name is spelled three ways",
        "my name was on the list",
        "pasport bilan metrikada ismim har xil",
        "фамилияи бача дигар",
    ],
)
def test_the_same_words_without_a_name_stay(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("пишите farrukh.r@mail.ru срочно", "пишите [email] срочно"),
        ("ба @farrukh_2000 нависед", "ба [account] нависед"),
        ("мой чат https://t.me/joinchat/AbC-1, вот", "мой чат [link], вот"),
        ("t.me/farrukh ё vk.com/id1", "[link] ё [link]"),
        ("живу ул. Ленина, д. 5 кв 12", "живу [address]"),
        ("кӯчаи Рӯдакӣ 25 зиндагӣ мекунам", "[address] зиндагӣ мекунам"),
        ("паспорт А 123456 забрали", "паспорт [passport] забрали"),
        ("тел 23-45-67", "тел [phone]"),
        ("карта 4276 1234 5678 9010", "карта [card]"),
        ("A1234567", "[passport]"),
        ("ПИНФЛ 31234567890123", "ПИНФЛ [pinfl]"),
        ("патент 77 1234567890", "патент [patent]"),
        ("инн 770123456789", "инн [inn]"),
        ("(+992 91 712-34-56)", "([phone])"),
    ],
)
def test_each_leaves_a_word_that_says_what_it_was(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text", ["сайт mvd.ru", "на улице 5 человек", "улица Мира 5 лет назад", "в 2026 году"]
)
def test_a_site_a_street_and_a_year_alone_tell_of_nobody(text: str) -> None:
    assert mask(text) == text

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.spelling import fold, tidy, to_cyrillic, words

ANY_STRING = st.text(st.characters(exclude_categories=()))  # lone surrogates included
CHAT = st.text(alphabet="aceiyosh'gjtuкйоуёжьЪTHнНБј̆̈̄ʻ \u200b1İßẞＡé")


@settings(max_examples=500)
@given(ANY_STRING | CHAT)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)

    assert fold(once) == once


@given(ANY_STRING)
def test_the_folded_form_has_no_latin_letter_capital_or_control_character(text: str) -> None:
    folded = fold(text)

    assert not any(letter in "abcdefghijklmnopqrstuvwxyz" for letter in folded)
    assert folded == folded.strip()
    assert "\0" not in folded
    assert "  " not in folded


@given(ANY_STRING)
def test_any_string_can_be_turned_to_cyrillic(text: str) -> None:
    assert all(isinstance(to_cyrillic(text, language), str) for language in ("tg", "ru", "uz"))


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oʻzbekiston", "Ўзбекистон"),
        ("g'alaba", "ғалаба"),
        ("yo‘l", "йўл"),
        ("joʻnatsa", "жўнатса"),
        ("yashash", "яшаш"),
        ("ishlayapti", "ишлаяпти"),
        ("vaʼda", "ваъда"),
        ("choyxona", "чойхона"),
        ("yetti", "етти"),
        ("emas", "эмас"),
        ("qanday", "қандай"),
        ("hujjat", "ҳужжат"),
    ],
)
def test_uzbek_is_the_same_in_both_scripts(latin: str, cyrillic: str) -> None:
    assert fold(latin) == fold(cyrillic)


@pytest.mark.parametrize("spelling", ["қоғаз", "когаз", "qoghaz", "qog'az", "qoğaz", "kogaz"])
def test_tajik_is_the_same_in_every_spelling(spelling: str) -> None:
    assert fold(spelling) == fold("қоғаз")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ҷавоб", "чавоб"),
        ("javob", "ҷавоб"),
        ("şahr", "шаҳр"),
        ("shahr", "шаҳр"),
        ("ещё", "еще"),
        ("novyy", "новый"),
        ("noviy", "новый"),
        ("zhena", "жена"),
        ("jena", "жена"),
        ("подъезд", "подезд"),
        ("Россия", "росия"),
        ("район", "rayon"),
        ("pomogiteeee", "помогите"),
    ],
)
def test_chat_spelling_meets_the_written_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_latin_look_alikes_inside_a_cyrillic_word_are_mended() -> None:
    assert fold("пaтeнт") == fold("патент")


def test_a_cyrillic_ending_on_a_latin_word_is_no_look_alike() -> None:
    assert fold("hostelда") == "хостелда"


def test_invisible_characters_vanish_and_apostrophes_are_one() -> None:
    assert tidy("oʻ\u200bz\u00adb ‘o’\u00a0`") == "o'zb 'o' '"


def test_tajik_latin_becomes_proper_tajik() -> None:
    assert to_cyrillic("Assalom, qoghaz va javob") == "ассалом, қоғаз ва ҷавоб"


def test_russian_latin_becomes_proper_russian() -> None:
    assert to_cyrillic("gde jena zhivyot, ne znayu", "ru") == "где жена живйот, не знаю".replace("йо", "ё")


def test_ten_thousand_characters_are_folded() -> None:
    assert len(fold("абв " * 2500)) == 9_999


def test_digits_are_words_and_punctuation_is_none() -> None:
    assert words("112! — polis, №5") == ["112", "полис", "но5"]

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import Script, detect, script
from knowledge.model import LANGUAGES, Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Барои патент кадом ҳуҷҷатҳо лозиманд?", "tg"),
        ("ман чи кор кунам ба кучо занг занам", "tg"),
        ("baroi man kor nest, chi kor kunam", "tg"),
        ("Где можно получить справку?", "ru"),
        ("gde mozhno poluchit spravku", "ru"),
        ("Pasportim yo'q, nima qilay?", "uz"),
        ("Паспорт учун қаерга бораман", "uz"),
        ("Where can I get a new passport?", "en"),
    ],
)
def test_the_language_is_told_without_anything_learned(text: str, language: Language) -> None:
    assert detect(text) == language


@given(st.text(st.characters(exclude_categories=())))
def test_any_string_has_a_language(text: str) -> None:
    assert detect(text) in LANGUAGES


def test_a_text_without_words_counts_as_tajik() -> None:
    assert detect("🙏 ... 112") == "tg"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("салом", "cyrillic"), ("salom", "latin"), ("салом salom", "mixed"), ("123 🙏", "other")],
)
def test_the_script_is_that_of_most_letters(text: str, expected: Script) -> None:
    assert script(text) == expected

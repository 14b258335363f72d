"""What others type is what was meant: the variants that are taught and measured with, undone by folding."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from index.spelling import fold, mend_look_alikes
from index.training.spelling_variants import clipped, decomposed, latin, look_alikes, stretched, typos

WORDS = st.lists(
    st.text("абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшэюя", min_size=3, max_size=9), min_size=1, max_size=8
)
SENTENCES = WORDS.map(" ".join)
CHANCE = st.integers(0, 99).map(Random)


# й and a vowel fold to one letter (йа as я), which a vowel drawn out behind it is not.
@given(SENTENCES.map(lambda text: text.replace("й", "")), CHANCE)
def test_a_drawn_out_vowel_folds_to_the_plain_one(text: str, chance: Random) -> None:
    assert fold(stretched(text, chance, share=1)) == fold(text)


@given(SENTENCES)
def test_letters_and_their_signs_apart_fold_to_the_same(text: str) -> None:
    assert fold(decomposed(text)) == fold(text)


@given(SENTENCES, CHANCE)
def test_look_alikes_are_mended_where_most_letters_are_of_one_alphabet(text: str, chance: Random) -> None:
    for word in text.split():
        mixed = look_alikes(word, chance)
        strangers = sum(each.isascii() for each in mixed)
        if 2 * strangers <= len(word):
            assert mend_look_alikes(mixed) == word


@given(SENTENCES, CHANCE)
def test_chat_latin_is_latin_and_keeps_the_words(text: str, chance: Random) -> None:
    written = latin(text, chance)

    assert written.isascii()
    assert len(written.split()) == len(text.split())


@given(SENTENCES, CHANCE)
def test_slips_and_left_out_words_leave_most_of_a_message(text: str, chance: Random) -> None:
    assert len(typos(text, chance).split()) == len(text.split())
    assert 2 * len(clipped(text, chance).split()) >= len(text.split())

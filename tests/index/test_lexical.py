"""N-grams: which messages have most in common with a text, which sections hold its words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import Counted, LexicalModel, counted, of_messages, postings, section_overlap
from index.regression import n_gram_matrix

MESSAGES = (
    "сколько стоит патент в Москве",
    "сколько стоит патент на месяц",
    "регистрация кончилась, что делать",
    "регистрация по месту пребывания кончилась",
    "мне не платят зарплату",
    "зарплату не платят второй месяц",
)


def _model(texts: tuple[str, ...] = MESSAGES) -> LexicalModel:
    every = [counted(text) for text in texts]
    rows, idf, _ = n_gram_matrix(every)
    nothing = np.zeros((len(idf), 1), np.float16)
    return LexicalModel(("a",), rows, idf, nothing, np.zeros(1, np.float32), *of_messages(every, rows, idf))


@given(
    st.lists(st.sets(st.integers(0, 30)), max_size=12),
    st.dictionaries(st.integers(0, 30), st.floats(0, 5, width=32)),
)
def test_postings_sum_the_weights_of_what_each_text_holds(
    texts: list[set[int]], asked: dict[int, float]
) -> None:
    found = postings([np.array(sorted(each), np.int64) for each in texts], 31, often=len(texts))

    summed = found.summed(np.array([*asked], np.int64), np.array([*asked.values()], np.float32))

    expected = [sum(weight for gram, weight in asked.items() if gram in each) for each in texts]
    np.testing.assert_allclose(summed, np.array(expected), rtol=1e-5)


def test_what_more_texts_hold_than_allowed_is_left_out() -> None:
    texts = [np.array([1, 2]), np.array([1]), np.array([1, 3])]

    found = postings(texts, 4, often=2)

    assert found.summed(np.array([1, 2]), np.array([5, 1], np.float32)).tolist() == [1, 0, 0]


def test_a_message_that_is_written_again_is_the_nearest() -> None:
    model = _model()
    for number, text in enumerate(MESSAGES):
        rows, cosines = model.nearest(counted(text.upper()), 3)

        assert rows[0] == number
        assert cosines.tolist() == sorted(cosines.tolist(), reverse=True)
        assert 0.5 < cosines[0] <= 1.001


def test_of_fewer_messages_fewer_come_back() -> None:
    rows, cosines = _model().nearest(counted("патент"), 100)

    assert sorted(rows.tolist()) == list(range(len(MESSAGES)))
    assert len(cosines) == len(MESSAGES)


def test_a_text_without_a_known_n_gram_is_like_no_message() -> None:
    model = _model()

    _, cosines = model.nearest(counted("ԱԲԳԴ"), 4)

    assert cosines.tolist() == [0, 0, 0, 0]
    assert model.logits(counted("ԱԲԳԴ")).tolist() == model.bias.tolist()


def test_coverage_is_one_where_a_section_holds_every_n_gram_and_nothing_where_it_holds_none() -> None:
    overlap = section_overlap([counted("патент стоит денег"), counted("пенсия по возрасту")])

    whole, none = overlap.coverage(counted("патент стоит")).tolist()

    assert whole == pytest.approx(1)
    assert none < 0.2
    assert overlap.coverage(Counted(np.zeros(0, np.int64), np.zeros(0, np.float32))).tolist() == [0, 0]

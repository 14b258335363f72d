"""Which wordings belong together, also where there are too many to compare each with each."""

from __future__ import annotations

from bot.likeness import groups_of_folded, groups_of_like, most_like
from index.spelling import fold

TEXTS = [
    "гурбаамро ба русия бурда метавонам",
    "гурбаамро ба русия бурда метавонам ё не",
    "как оформить собаку для самолета",
    "собаку для самолета как оформить",
    "ҷавоб диҳед",
]


def test_groups_of_folded_texts_are_those_of_the_texts() -> None:
    folded = [fold(each) for each in TEXTS]

    assert [sorted(each) for each in groups_of_folded(folded, [1] * len(folded))] == [
        sorted(each) for each in groups_of_like(TEXTS)
    ]


def test_a_text_that_was_written_often_names_its_group() -> None:
    folded = [fold(each) for each in TEXTS[:2]]

    assert groups_of_folded(folded, [1, 9]) == [[1, 0]]
    assert groups_of_folded(folded, [9, 1]) == [[0, 1]]


def test_each_text_finds_the_one_that_it_is_most_like_or_none() -> None:
    folded = [fold(each) for each in TEXTS]

    assert list(most_like([folded[1], folded[3], folded[4], ""], [folded[2], folded[0]])) == [
        1,
        0,
        None,
        None,
    ]
    assert list(most_like(folded[:2], [])) == [None, None]
    assert list(most_like([], folded)) == []


def test_nothing_makes_no_groups() -> None:
    assert groups_of_folded([], []) == []

"""An encoder that knows what it was asked the last time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.remembering import remembering
from tests.index.encoders_for_tests import WordEncoder

ASKED = ["патент куда платить", "музди маро намедиҳанд", "patent", "\ud800"]


def test_what_was_asked_before_is_not_encoded_again_and_comes_back_the_same(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with remembering(encoder, tmp_path / "kept.npz") as lent:
        before = lent.questions(ASKED)
    encoder.asked.clear()

    with remembering(encoder, tmp_path / "kept.npz") as lent:
        after = lent.questions([*reversed(ASKED), "новый", ASKED[0]])

    assert encoder.asked == ["новый"]
    assert np.array_equal(after, WordEncoder().questions([*reversed(ASKED), "новый", ASKED[0]]))
    assert np.array_equal(after[3::-1], before)


def test_what_is_asked_no_more_is_not_kept(tmp_path: Path) -> None:
    encoder = WordEncoder()
    for texts in (ASKED, ASKED[:1], ASKED):
        encoder.asked.clear()
        with remembering(encoder, tmp_path / "kept.npz") as lent:
            lent.questions(texts)

    assert encoder.asked == ASKED[1:]
    assert [file.name for file in tmp_path.iterdir()] == ["kept.npz"]


def test_what_grows_keeps_all_and_tells_questions_from_passages(tmp_path: Path) -> None:
    encoder, encoded = WordEncoder(), []
    for ask in ("questions", "passages", "questions"):
        encoder.asked.clear()
        with remembering(encoder, tmp_path / "kept.npz", growing=True) as lent:
            getattr(lent, ask)(ASKED)
        encoded.append(list(encoder.asked))

    assert encoded == [ASKED, ASKED, []]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 and no more", b"\x93NUMPY"])
def test_a_damaged_file_costs_time_only(damage: bytes, tmp_path: Path) -> None:
    file = tmp_path / "kept.npz"
    file.write_bytes(damage)

    with remembering(WordEncoder(), file) as lent:
        found = lent.questions(ASKED)

    assert np.array_equal(found, WordEncoder().questions(ASKED))


def test_vectors_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "kept.npz"
    with remembering(WordEncoder(), file) as lent:
        lent.questions(ASKED)
    other = WordEncoder(revision="2")

    with remembering(other, file) as lent:
        lent.questions(ASKED)

    assert other.asked == ASKED


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    with remembering(WordEncoder(), tmp_path / "missing" / "kept.npz") as lent:
        assert len(lent.questions(ASKED)) == len(ASKED)
    with remembering(WordEncoder(), tmp_path / "kept.npz") as lent:
        assert lent.questions([]).shape == (0, 64)
    assert list(tmp_path.iterdir()) == []

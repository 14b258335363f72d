"""The learned judge of advertising: with the real encoder, on pages and on single pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from index.advertising import (
    WEIGHTS_FILE,
    AdvertisingError,
    AdvertisingJudge,
    comparable,
    read_weights,
    write_weights,
)
from index.encoders import BUNDLED, Encoder, load_encoder
from index.training.advertising_texts import read_pieces
from knowledge.intake import read_page

PAGES = Path(__file__).parents[1] / "knowledge" / "pages"
UNLEARNED = ("held-out", "unsolved", "second", "third")

HONEST = [
    "The Minister received the ambassador of Italy on Tuesday.",
    "The sides discussed trade, water and the next meeting of the commission.",
    "An agreement on recognition of diplomas will be prepared by a working group.",
    "The ambassador invited the Minister to visit Rome in spring.",
]
SOLD = (
    "My aunt tried the drops for a fortnight and her knees stopped creaking, order yours while stock lasts."
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(BUNDLED)


@pytest.fixture(scope="module")
def judge(encoder: Encoder) -> AdvertisingJudge:
    return AdvertisingJudge(encoder)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_an_advertisement_has_the_highest_odds_wherever_it_stands(
    judge: AdvertisingJudge, place: int
) -> None:
    odds = judge([*HONEST[:place], SOLD, *HONEST[place:]])

    assert int(np.argmax(odds)) == place
    assert odds[place] > 0
    assert all(each < 0 for at, each in enumerate(odds) if at != place)


def test_read_page_sets_aside_what_only_the_learned_judge_finds(judge: AdvertisingJudge) -> None:
    page = "\n\n".join(["Talks with Italy", *HONEST[:2], SOLD, *HONEST[2:]]).encode()

    by_lists, learned = read_page(page, "page.txt"), read_page(page, "page.txt", judge=judge)

    assert not by_lists.set_aside
    assert [each.text for each in learned.set_aside] == [SOLD]


def test_on_pages_it_never_learned_from_nearly_all_advertising_goes_and_good_text_stays(
    judge: AdvertisingJudge,
) -> None:
    kept, gone = read_all(UNLEARNED, judge)

    assert len(gone) > 300
    assert len(kept) > 700
    assert sum(gone) >= 0.9 * len(gone)
    assert sum(kept) >= 0.97 * len(kept)


def test_on_pages_that_nothing_was_changed_for_most_advertising_goes_and_good_text_stays(
    judge: AdvertisingJudge,
) -> None:
    kept, gone = read_all(["fourth"], judge)

    assert sum(gone) >= 0.8 * len(gone)
    assert sum(kept) >= 0.95 * len(kept)


def read_all(parts: Sequence[str], judge: AdvertisingJudge) -> tuple[list[bool], list[bool]]:
    """Whether each good snippet of these pages stayed, and whether each injected one went."""
    kept: list[bool] = []
    gone: list[bool] = []
    for notes in sorted(each for part in parts for each in (PAGES / part).glob("*.yaml")):
        path = next(each for each in notes.parent.glob(f"{notes.stem}.*") if each != notes)
        marks = yaml.safe_load(notes.read_text(encoding="utf-8"))

        draft = read_page(path.read_bytes(), path.name, judge=judge)

        text = same("\n".join([draft.title, *(f"{each.heading}\n{each.text}" for each in draft.sections)]))
        kept += [same(snippet) in text for snippet in marks["good"]]
        gone += [same(snippet) not in text for snippet in marks["injected"]]
    return kept, gone


def same(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[\u200b\u00ad]", "", text)).strip()


def test_there_are_as_many_odds_as_pieces(judge: AdvertisingJudge) -> None:
    texts = ["", " ", "a", "\x00\ud800", "казино " * 5000, "🔥" * 50]

    assert judge([]) == []
    assert len(judge(["alone"])) == 1
    assert np.isfinite(judge(texts)).all()
    assert len(judge(texts)) == len(texts)


def test_spaced_and_look_alike_letters_are_put_right_before_judging() -> None:
    assert comparable("к а з и н о, cтaвки") == "казино, ставки"


def test_weights_of_another_encoder_are_refused_with_both_revisions(encoder: Encoder, tmp_path: Path) -> None:
    weights = read_weights()
    foreign = tmp_path / "foreign.npz"
    write_weights(
        replace(weights, revision="0123456789abcdef"),
        foreign,
    )

    with pytest.raises(
        AdvertisingError, match=rf"0123456789abcdef.*{encoder.spec.revision}.*index\.training"
    ):
        AdvertisingJudge(encoder, foreign)


@pytest.mark.parametrize("content", [None, b"", b"no arrays", WEIGHTS_FILE.read_bytes()[:3000]])
def test_missing_or_damaged_weights_say_how_to_make_them(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "advertising.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(AdvertisingError, match=r"python -m index\.training\.advertising"):
        read_weights(path)


def test_weights_come_back_as_they_were_written(tmp_path: Path) -> None:
    weights = read_weights()

    write_weights(weights, tmp_path / "again.npz")
    again = read_weights(tmp_path / "again.npz")

    assert again.revision == weights.revision
    assert np.array_equal(again.meaning, weights.meaning)
    assert np.array_equal(again.spelling, weights.spelling)
    assert (again.bias, again.around_bias) == (weights.bias, weights.around_bias)


def test_every_written_example_is_of_one_sort_only_and_of_a_kind() -> None:
    found = list(read_pieces())

    sold = {each.text for each in found if each.advertising}
    honest = {each.text for each in found if not each.advertising}
    assert len(sold) >= 700
    assert len(honest) >= 900
    assert not sold & honest
    assert all(each.kind for each in found)

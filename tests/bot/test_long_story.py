from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Urgent, answer
from bot.long_story import LONG, MOST_ASKED, danger_within
from bot.question import Question
from index.danger import Danger
from index.encoders import Encoder, EncoderSpec, Progress, Vectors
from index.snapshot import Snapshot

BEFORE = "В прошлом году я жил у друга, потом нашёл работу и комнату. " * 6
BEHIND = "Раньше всё было спокойно, и я отправлял деньги домой. " * 6


class CountingEncoder:
    """An encoder that counts for how many texts it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self.spec: EncoderSpec = encoder.spec
        self.texts = 0
        self._encoder = encoder

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.texts += len(texts)
        return self._encoder.questions(texts, progress)

    passages = questions


def fearing(snapshot: Snapshot, urgent: float) -> Snapshot:
    """A snapshot that takes everything for danger with this probability, and rings only from .9 on."""
    learned = snapshot.learned
    weights = (0.0, 0.0, 0.0, float(np.log(urgent / (1 - urgent))))
    danger = Danger(np.zeros(learned.centres.means.shape[1], np.float32), weights, 0.9)
    nothing_in_words = replace(learned.lexical, bias=np.zeros(1, np.float32))
    return replace(snapshot, learned=replace(learned, danger=danger, lexical=nothing_in_words))


def test_danger_is_heard_wherever_in_a_long_story_it_is_told(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    snapshot = fearing(small_snapshot, 0.7)

    for text in (f"{BEFORE}Вчера полиция задержала брата.", f"Полиция задержала брата. {BEHIND}{BEFORE}"):
        got = answer(Question(text), snapshot, encoder)

        assert isinstance(got, Urgent)
        assert [rule.id for rule in got.rules] == ["held"]
        assert got.language == "ru"
        assert 0.5 < got.confidence < 0.9


def test_a_long_story_without_full_stops_is_heard_too(small_snapshot: Snapshot, encoder: Encoder) -> None:
    text = f"{BEFORE} полиция задержала брата {BEHIND}".replace(".", "").replace(",", "")

    assert danger_within(text, fearing(small_snapshot, 0.7), encoder) is not None


def test_what_only_sounds_like_danger_in_a_story_does_not_ring(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    text = f"{BEFORE}Вчера полиция задержала брата."

    assert danger_within(text, fearing(small_snapshot, 0.3), encoder) is None
    assert danger_within(BEFORE + BEHIND, fearing(small_snapshot, 0.7), encoder) is None


def test_in_a_short_message_every_word_counts(small_snapshot: Snapshot, encoder: Encoder) -> None:
    text = "Полиция задержала брата. Это было в прошлом году."

    assert len(text) < LONG
    assert danger_within(text, fearing(small_snapshot, 0.7), encoder) is None


def test_a_story_that_matches_everywhere_costs_no_more_than_a_few_questions(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    counting = CountingEncoder(encoder)
    text = BEFORE + "".join(f"Полиция забрала меня {n} раз. " for n in range(99))

    danger_within(text, fearing(small_snapshot, 0.3), counting)

    assert counting.texts == MOST_ASKED


@given(text=st.text(max_size=LONG * 2))
@settings(deadline=None, max_examples=30)
def test_any_text_can_be_told(small_snapshot: Snapshot, encoder: Encoder, text: str) -> None:
    danger_within(text, small_snapshot, encoder)

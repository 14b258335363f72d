from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answer import Choice, Found, Unknown, Urgent, answer, decide
from bot.question import Question
from index.encoders import Encoder, EncoderSpec, Progress, Vectors
from index.search import rank
from index.snapshot import Snapshot, Thresholds


class BrokenEncoder:
    """An encoder that never answers."""

    spec = EncoderSpec("broken", "", 384)

    def questions(self, texts: object, progress: Progress | None = None) -> Vectors:
        raise RuntimeError("broken")

    passages = questions


def _with_thresholds(snapshot: Snapshot, found: float, choice: float) -> Snapshot:
    learned = replace(snapshot.learned, thresholds=Thresholds(found=found, choice=choice))
    return replace(snapshot, learned=learned)


def test_urgent_words_win_even_when_the_encoder_is_broken(small_snapshot: Snapshot) -> None:
    got = answer(Question("полиция задержала брата"), small_snapshot, BrokenEncoder())

    assert isinstance(got, Urgent)
    assert [rule.id for rule in got.rules] == ["held"]
    assert [contact.id for contact in got.contacts] == ["ru-112", "embassy"]


@pytest.mark.parametrize(
    ("found", "choice", "outcome"),
    [(0.0, 0.0, Found), (1.1, 0.0, Choice), (1.1, 9.0, Unknown)],
)
def test_the_snapshots_thresholds_decide(
    small_snapshot: Snapshot, encoder: Encoder, found: float, choice: float, outcome: type
) -> None:
    ranking = rank("Мне не платят зарплату", small_snapshot, encoder)
    snapshot = _with_thresholds(small_snapshot, found=found, choice=choice)

    got = decide(ranking, snapshot)

    assert isinstance(got, outcome)
    assert got.topics[0].id == "wages"


def test_a_found_section_brings_its_own_contacts(small_snapshot: Snapshot, encoder: Encoder) -> None:
    snapshot = _with_thresholds(small_snapshot, found=0.0, choice=0.0)

    got = answer(Question("Мне не платят зарплату"), snapshot, encoder)

    assert isinstance(got, Found)
    expected = {"first": ["ru-112", "embassy"], "second": ["embassy"]}
    assert [contact.id for contact in got.contacts] == expected[got.section_id]


def test_an_unknown_answer_still_brings_contacts_and_nearest_topics(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    snapshot = _with_thresholds(small_snapshot, found=1.1, choice=9.0)

    got = answer(Question("борщ"), snapshot, encoder)

    assert isinstance(got, Unknown)
    assert [contact.id for contact in got.contacts] == ["embassy"]
    assert got.topics


def test_the_reply_is_in_the_language_of_the_message_not_of_the_one_before(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    got = answer(Question("а если?", ("Музди маро намедиҳанд",)), small_snapshot, encoder)

    assert got.language == "ru"

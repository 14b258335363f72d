from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.answer import Choice, Found, Unknown, Urgent, answer, decide
from bot.follow_up import STRONG, WEAK, belief
from bot.question import Question
from index.danger import Danger
from index.encoders import Encoder, EncoderSpec, Progress, Vectors
from index.search import TopicHit, rank
from index.snapshot import Snapshot, Thresholds
from knowledge.model import Library


class BrokenEncoder:
    """An encoder that never answers."""

    spec = EncoderSpec("broken", "", 384)

    def questions(self, texts: object, progress: Progress | None = None) -> Vectors:
        raise RuntimeError("broken")

    passages = questions


def _with_thresholds(snapshot: Snapshot, found: float, choice: float) -> Snapshot:
    learned = replace(snapshot.learned, thresholds=Thresholds(found=found, choice=choice))
    return replace(snapshot, learned=learned)


def _with_danger(snapshot: Snapshot, threshold: float) -> Snapshot:
    """A snapshot that thinks of everything as danger, with a probability of about 0.73."""
    learned = snapshot.learned
    sure = Danger(np.zeros(learned.centres.means.shape[1], np.float32), (0.0, 0.0, 0.0, 1.0), threshold)
    nothing_in_words = replace(learned.lexical, bias=np.zeros(1, np.float32))
    return replace(snapshot, learned=replace(learned, danger=sure, lexical=nothing_in_words))


def test_urgent_words_win_even_when_the_encoder_is_broken(small_snapshot: Snapshot) -> None:
    got = answer(Question("полиция задержала брата"), small_snapshot, BrokenEncoder())

    assert isinstance(got, Urgent)
    assert [rule.id for rule in got.rules] == ["held"]
    assert [contact.id for contact in got.contacts] == ["ru-112", "embassy"]


def test_a_false_alarm_still_leads_to_the_likely_section(small_snapshot: Snapshot, encoder: Encoder) -> None:
    got = answer(Question("полиция задержала зарплату, мне не платят зарплату"), small_snapshot, encoder)

    assert isinstance(got, Urgent)
    assert got.topics[0].id == "wages"
    assert got.likely is not None
    assert got.likely[0] == got.topics[0].page.path


def test_without_an_encoder_danger_has_the_topic_of_its_rule_and_no_likely_section(
    small_snapshot: Snapshot,
) -> None:
    got = answer(Question("полиция задержала брата"), small_snapshot, BrokenEncoder())

    assert isinstance(got, Urgent)
    assert [topic.id for topic in got.topics] == ["wages"]
    assert got.likely is None
    assert got.confidence == 1


def test_danger_that_no_rule_matches_is_told_from_what_was_learned(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    text = "меня держат в отделе"

    alarmed = answer(Question(text), _with_danger(small_snapshot, threshold=0.5), encoder)
    calm = answer(Question(text), _with_danger(small_snapshot, threshold=0.9), encoder)

    assert isinstance(alarmed, Urgent)
    assert [rule.id for rule in alarmed.rules] == ["held"]
    assert [contact.id for contact in alarmed.contacts] == ["ru-112", "embassy"]
    assert 0.5 < alarmed.confidence < 0.9
    assert not isinstance(calm, Urgent)


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


@pytest.mark.parametrize(("confidence", "offered"), [(0.049, 2), (0.05, 3)])
def test_a_choice_leaves_out_an_absurd_third_topic(
    small_snapshot: Snapshot, encoder: Encoder, confidence: float, offered: int
) -> None:
    ranking = rank("Мне не платят зарплату", small_snapshot, encoder)
    hits = (TopicHit("wages", 0.5), TopicHit("registration", 0.01), TopicHit("wages", confidence))
    snapshot = _with_thresholds(small_snapshot, found=1.1, choice=0.0)

    got = decide(replace(ranking, topics=hits), snapshot)

    assert isinstance(got, Choice)
    assert len(got.topics) == offered


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


WAGES, REGISTRATION = "Мне не платят зарплату", "Сколько дней есть на регистрацию?"


@pytest.mark.parametrize(("earlier", "topic"), [(WAGES, "wages"), (REGISTRATION, "registration")])
def test_a_message_that_leans_on_the_one_before_gets_its_subject(
    small_snapshot: Snapshot, encoder: Encoder, earlier: str, topic: str
) -> None:
    snapshot = _with_thresholds(small_snapshot, found=0.999, choice=0.0)

    got = answer(Question("а там?", (earlier,)), snapshot, encoder)

    assert got.topics[0].id == topic


@pytest.mark.parametrize(
    ("earlier", "topic"),
    [
        ((WAGES, REGISTRATION), "registration"),
        ((REGISTRATION, WAGES), "wages"),
        ((WAGES, "а потом?"), "wages"),
        ((REGISTRATION, "а потом?"), "registration"),
    ],
)
def test_of_several_turns_the_nearest_with_a_topic_counts(
    small_snapshot: Snapshot, encoder: Encoder, earlier: tuple[str, ...], topic: str
) -> None:
    snapshot = _with_thresholds(small_snapshot, found=0.9, choice=0.0)

    got = answer(Question("а там?", earlier), snapshot, encoder)

    assert got.topics[0].id == topic


@pytest.mark.parametrize("subject", ["wages", "registration"])
def test_a_message_that_leans_on_the_one_before_needs_only_its_topic(
    small_snapshot: Snapshot, encoder: Encoder, subject: str
) -> None:
    snapshot = _with_thresholds(small_snapshot, found=0.999, choice=0.0)

    got = answer(Question("а там?", subject=subject), snapshot, encoder)

    assert got.topics[0].id == subject


def test_earlier_messages_say_more_than_the_topic_that_was_kept(
    small_snapshot: Snapshot, encoder: Encoder
) -> None:
    snapshot = _with_thresholds(small_snapshot, found=0.999, choice=0.0)

    got = answer(Question("а там?", (WAGES,), subject="registration"), snapshot, encoder)

    assert got.topics[0].id == "wages"


def test_a_topic_that_is_gone_changes_nothing(small_snapshot: Snapshot, encoder: Encoder) -> None:
    alone = answer(Question("а там?"), small_snapshot, encoder)

    assert answer(Question("а там?", subject="gone"), small_snapshot, encoder) == alone


def test_a_message_that_is_found_alone_does_not_look_back(small_snapshot: Snapshot, encoder: Encoder) -> None:
    snapshot = _with_thresholds(small_snapshot, found=0.5, choice=0.4)
    question = "Мне не платят зарплату"

    alone = answer(Question(question), snapshot, encoder)
    after = answer(Question(question, (REGISTRATION,)), snapshot, encoder)
    kept = answer(Question(question, subject="registration"), snapshot, encoder)

    assert alone == after == kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("а в Питере?", STRONG),
        ("ва агар гум кунам?", STRONG),
        ("agar bermasa-chi?", STRONG),
        ("and if I lose it?", STRONG),
        ("сколько стоит?", STRONG),
        ("чанд пул?", STRONG),
        ("сколько стоит патент в Казани", WEAK),
        ("Корфармо се моҳ боз музди маро намедиҳад, ба куҷо шикоят кунам", 0),
        ("I lost my passport yesterday in Moscow", 0),
    ],
)
def test_short_messages_and_continuations_lean_on_what_was_said(text: str, expected: float) -> None:
    assert belief(text, "choice") == expected
    assert belief(text, "found") == 0


def test_what_nobody_understands_alone_leans_on_what_was_said() -> None:
    assert belief("хозяин вчера привёз сюда семь мешков картошки", "unknown") == WEAK


@pytest.mark.parametrize(("rows", "script"), [(0, "held"), (-1, "help")], ids=["clear kind", "no clear kind"])
def test_danger_of_no_clear_kind_gets_the_widest_rule(
    small_snapshot: Snapshot, encoder: Encoder, rows: int, script: str
) -> None:
    narrow = small_snapshot.library.urgent_rules[0]
    rules = (narrow, narrow.model_copy(update={"id": "help"}))
    fields = {name: getattr(small_snapshot.library, name) for name in Library.model_fields}
    library = Library(**{**fields, "urgent_rules": rules})
    nearest = replace(small_snapshot.rows, rule=np.full_like(small_snapshot.rows.rule, rows))
    snapshot = replace(_with_danger(small_snapshot, 0.5), library=library, rows=nearest)

    got = answer(Question("Сегодня холодно"), snapshot, encoder)

    assert isinstance(got, Urgent)
    assert [rule.id for rule in got.rules] == [script]

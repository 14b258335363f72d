from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.learning import ENOUGH_TO_LEARN
from index.passages import passages
from index.search import rank
from index.snapshot import Snapshot, build, load
from knowledge.model import DANGER_NOW, LANGUAGES, Example, Library
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import example, library, page, rule, small_library, topic

ENCODER = WordEncoder(dimension=256)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("small")
    build(small_library(), ENCODER, folder)
    return load(folder, ENCODER.spec)


NAMES = [a + b for a in ("Авдо", "Бахти", "Гулча", "Дилшо") for b in ("мурод", "нисо", "джон", "бек", "зода")]
"""Words that tell nothing, so that no message is nearly another."""


OPENINGS = ["как", "где", "когда", "почему", "зачем", "сколько", "можно", "ли", "подскажите", "скажите"]
OWN_WORDS = {
    "patent-get": ["патент", "мигрант", "разрешение", "работа", "документ", "экзамен", "медосмотр"],
    "pension": ["пенсия", "старость", "стаж", "возраст", "выплата", "отчисления", "пенсионный"],
    "children-school": ["школа", "ребёнок", "класс", "учитель", "каникулы", "дневник", "уроки"],
    "not-ours": ["погода", "матч", "песня", "рецепт", "гороскоп", "футбол", "анекдот"],
    "held": ["полиция", "задержали", "наручники", "отдел", "автозак", "увезли", "обыск"],
    "beaten": ["бьют", "кровь", "нож", "избили", "больно", "удары", "сломали"],
}


def learnable_library(*, with_danger: bool = False) -> Library:
    """Three topics and what is not ours, each with words of its own in many messages; one topic has none.

    with_danger: two urgent rules as well, with messages, but with patterns that match nothing.
    """
    random = np.random.default_rng(7)

    def messages(name: str, kind: str | None = None, count: int = ENOUGH_TO_LEARN // 2) -> list[Example]:
        made = []
        for number in range(count):
            words = [
                *random.choice(OPENINGS, 2),
                *random.choice(OWN_WORDS[name], 3),
                *random.choice(NAMES, 3),
                *(str(each) for each in random.integers(10**6, size=5)),  # so that none is a near copy
            ]
            made.append(example(" ".join(words), LANGUAGES[number % 4], kind))
        return made

    topics = [
        topic(name, page(f"topics/{name}", {"one": " ".join(OWN_WORDS[name])}, messages(name)))
        for name in ("patent-get", "pension", "children-school")
    ]
    new = page(
        "topics/lost-passport", {"one": "Потеряли загранпаспорт: заявление о потере, консульство, бланк"}
    )
    every = [*topics, topic("lost-passport", new)]
    unseen = {
        name: messages(name, count=20) for name in ("patent-get", "pension", "children-school", "not-ours")
    }
    if not with_danger:
        return library(every, not_ours=messages("not-ours"), calibration=unseen)
    unseen["lost-passport"] = messages("held", DANGER_NOW, 20)
    return library(
        every,
        not_ours=messages("not-ours"),
        calibration=unseen,
        rules=[rule("held", "lost-passport", ["никогда"]), rule("beaten", "pension", ["никогда"])],
        urgent_examples=[*messages("held", "held", 60), *messages("beaten", "beaten", 60)],
    )


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("learned")
    report = build(learnable_library(), ENCODER, folder)
    assert report.learned
    return load(folder, ENCODER.spec)


@pytest.fixture(scope="module")
def dangerous(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("dangerous")
    build(learnable_library(with_danger=True), ENCODER, folder)
    return load(folder, ENCODER.spec)


def test_the_encoder_is_asked_once_for_one_text(small: Snapshot) -> None:
    encoder = WordEncoder(dimension=256)

    rank("как получить патент", small, encoder)

    assert encoder.asked == ["как получить патент"]


def test_the_message_of_an_example_finds_its_topic_and_section(small: Snapshot) -> None:
    got = rank("сколько стоит патент", small, ENCODER)

    assert got.topics[0].topic_id == "patent-get"
    assert got.topics[0].confidence > 0.5
    assert got.best_section("patent-get").section_id == "price"


def test_what_resembles_nothing_gets_a_low_confidence(small: Snapshot) -> None:
    got = rank("qwe zxc", small, ENCODER)

    assert all(hit.confidence < 0.5 for hit in got.topics)


def test_sections_of_all_languages_count_as_one(small: Snapshot) -> None:
    got = rank("паспорт полис медосмотр", small, ENCODER)

    assert [hit.section_id for hit in got.sections("patent-get")] == ["papers", "price"]


def test_a_topic_without_sections_has_none_to_send(tmp_path: Path) -> None:
    build(library([topic("a", page("topics/a", {}, [example("раз")]))]), ENCODER, tmp_path)

    got = rank("раз", load(tmp_path, None), ENCODER)

    assert got.sections("a") == ()
    with pytest.raises(ValueError, match="'a' has no section"):
        got.best_section("a")


@pytest.mark.slow
def test_learned_topics_are_found_with_confidence(learned: Snapshot) -> None:
    for text, expected in (
        ("скажите сколько стаж для пенсия", "pension"),
        ("где школа учитель", "children-school"),
        ("pensiya stazh vozrast", "pension"),
    ):
        got = rank(text, learned, ENCODER)

        assert got.topics[0].topic_id == expected
        assert got.topics[0].confidence > 0.7


@pytest.mark.slow
def test_what_is_not_ours_is_known_as_such(learned: Snapshot) -> None:
    got = rank("подскажите рецепт и гороскоп", learned, ENCODER)

    assert got.not_ours > 0.7
    assert got.topics[0].confidence < 0.3


@pytest.mark.slow
def test_a_topic_without_messages_is_reached_through_its_sections(learned: Snapshot) -> None:
    got = rank("заявление о потере загранпаспорт консульство", learned, ENCODER)

    assert got.topics[0].topic_id == "lost-passport"


@pytest.mark.slow
def test_danger_is_learned_with_the_rule_whose_messages_are_nearest(dangerous: Snapshot) -> None:
    danger = rank("подскажите где полиция увезли наручники Авдомурод Гулчабек", dangerous, ENCODER)
    calm = rank("подскажите стаж пенсия возраст", dangerous, ENCODER)

    assert danger.urgent >= dangerous.alarm > calm.urgent
    assert danger.rules() == ("held", "beaten")
    assert danger.rule() == "held"
    assert dangerous.learned.measured["danger"]["recognised"] > 0.9


def test_too_few_urgent_messages_teach_nothing(small: Snapshot) -> None:
    got = rank("полиция увезли", small, ENCODER)

    assert got.urgent == 0 < small.alarm
    assert got.rules() == ()
    assert got.rule() is None


@pytest.mark.slow
def test_the_subject_of_the_message_before_makes_its_topic_likelier(learned: Snapshot) -> None:
    earlier, message = rank("стаж для пенсия", learned, ENCODER), rank("сколько стоит", learned, ENCODER)

    got = message.given(earlier, 0.9)

    assert got.topics[0].topic_id == "pension"
    assert got.topics[0].confidence > message.topics[0].confidence
    assert got.not_ours < message.not_ours
    assert [hit.section_id for hit in got.sections("pension")] == ["one"]


@pytest.mark.slow
def test_without_belief_in_the_subject_before_nothing_changes(learned: Snapshot) -> None:
    message = rank("школа учитель", learned, ENCODER)

    got = message.given(rank("стаж для пенсия", learned, ENCODER), 0)

    assert [hit.topic_id for hit in got.topics] == [hit.topic_id for hit in message.topics]
    assert got.topics[0].confidence == pytest.approx(message.topics[0].confidence, abs=1e-4)


@pytest.mark.slow
def test_what_was_learned_is_measured_on_the_calibration_messages(learned: Snapshot) -> None:
    measured = learned.learned.measured

    assert measured["first"] > 0.8
    assert (measured["questions"], measured["not_ours"]) == (60, 20)
    assert sum(band["questions"] for band in measured["reliability"]) == 80


@pytest.mark.slow
def test_calibration_messages_are_never_among_the_neighbours(learned: Snapshot) -> None:
    calibrating = {each.text for messages in learned.library.calibration.values() for each in messages}

    assert len(learned.rows.labels) == sum(each.asked for each in passages(learned.library))
    assert not calibrating & {each.text for each in passages(learned.library)}


@pytest.mark.slow
def test_a_corrected_article_reuses_what_was_learned(tmp_path: Path) -> None:
    before = learnable_library()
    build(before, ENCODER, tmp_path)
    corrected = page("topics/lost-passport", {"one": "Новый текст"})
    after = before.model_copy(update={"topics": (*before.topics[:-1], topic("lost-passport", corrected))})

    report = build(after, ENCODER, tmp_path)

    assert (report.encoded, report.learned) == (1, False)


@pytest.mark.slow
def test_learning_the_same_messages_gives_the_same_weights(tmp_path: Path) -> None:
    build(learnable_library(with_danger=True), ENCODER, tmp_path / "one")
    build(learnable_library(with_danger=True), ENCODER, tmp_path / "other")

    one, other = load(tmp_path / "one", None).learned, load(tmp_path / "other", None).learned

    assert np.array_equal(one.lexical.weights, other.lexical.weights)
    assert one.mixture == other.mixture
    assert one.thresholds == other.thresholds
    assert one.danger is not None
    assert other.danger is not None
    assert one.danger.weights == other.danger.weights


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_string_is_ranked_with_confidences_between_0_and_1(learned: Snapshot, text: str) -> None:
    got = rank(text, learned, ENCODER)

    assert len(got.topics) >= 3
    assert all(0 <= hit.confidence <= 1 for hit in got.topics)
    assert 0 <= got.not_ours <= 1
    assert 0 <= got.urgent <= 1
    confidences = [hit.confidence for hit in got.topics]
    assert confidences == sorted(confidences, reverse=True)


def test_a_ten_thousand_character_message_is_ranked(small: Snapshot) -> None:
    assert rank("патент " * 1500, small, ENCODER).topics[0].topic_id == "patent-get"

from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace

from index.centring import FORM, encoded_form
from index.passages import calibration, passages
from knowledge.model import DANGER_NOW, Language, Publication
from tests.index.libraries import example, library, page, rule, topic


def test_a_section_is_embedded_with_title_and_heading_without_marks_links_or_placeholders() -> None:
    text = "**Важно:** звоните {contact:mvd-line}.\n\n1. [сайт](https://mvd.ru)\n2. `код`"
    given = library([topic("patent-get", page("topics/patent-get", {"price": text}))])

    (got,) = passages(given)

    assert got.text == "patent-get. price. Важно: звоните . сайт код"
    assert (got.kind, got.topic_id, got.page_path, got.section_id) == (
        "section",
        "patent-get",
        "topics/patent-get",
        "price",
    )


def test_what_is_set_aside_never_appears() -> None:
    given = library([topic("a", page("topics/a", {"one": "Текст"}, set_aside="казино онлайн"))])

    assert not any("казино" in each.text for each in passages(given))


def test_the_form_that_the_encoder_gets_has_another_number_when_it_changes() -> None:
    texts = (
        "Чӣ кор  кунам, ҷарима?",
        "Mening ro‘yxatim tugadi",
        "zarplata namedihand chikor kunam",
        "Сaлом, ҳамдиёр",
        "patent qancha turadi",
        "how much is the patent?",
        "чихел пардохт кунам ‑ №5",
        "SHTRAF g'ayr qonuni ş ç",
    )
    languages: tuple[Language, ...] = ("tg", "uz", "tg", "tg", "uz", "en", "tg", "ru")
    forms = [
        encoded_form(text, itertools.repeat(own).__next__) for text, own in zip(texts, languages, strict=True)
    ]

    found = hashlib.sha256("\0".join(forms).encode()).hexdigest()[:16]

    assert (FORM, found) == (1, "d5ee48de5d21f838"), (
        "raise FORM, so that nothing old is reused, and note the new value here"
    )


def test_every_language_of_a_section_is_a_passage() -> None:
    given = library([topic("a", page("topics/a", {"one": "Текст"}, languages=("ru", "tg", "uz", "en")))])

    assert [each.language for each in passages(given)] == ["ru", "tg", "uz", "en"]


def test_a_message_carries_its_section_only_where_there_is_one() -> None:
    own = page("topics/a", {"one": "Текст"}, [example("раз", kind="one"), example("два", kind="gone")])

    got = [each.section_id for each in passages(library([topic("a", own)])) if each.kind == "example"]

    assert got == ["one", None]


def test_unknown_further_topics_are_left_out() -> None:
    own = page("topics/a", {}, [example("раз", also=("b", "gone"))])
    given = library([topic("a", own), topic("b", page("topics/b"))])

    assert passages(given)[0].also == ("b",)


def test_an_urgent_message_belongs_to_the_topic_of_its_rule() -> None:
    given = library(
        [topic("a", page("topics/a"))],
        rules=[rule("fire", "a", ["пожар"])],
        urgent_examples=[example("горим", kind="fire"), example("?", kind="gone")],
    )

    (got,) = passages(given)

    assert (got.kind, got.topic_id, got.rule_id) == ("urgent", "a", "fire")


def test_a_publication_speaks_for_its_topic() -> None:
    report = Publication(id="talks", topic="a", page=page("ministry/talks", {"one": "Переговоры"}))

    got = passages(library([topic("a", page("topics/a"))], publications=[report]))

    assert [(each.topic_id, each.page_path) for each in got] == [("a", "ministry/talks")]


def test_messages_come_before_sections() -> None:
    own = page("topics/a", {"one": "Текст"}, [example("раз")])

    got = passages(library([topic("a", own)], not_ours=[example("погода")]))

    assert [each.kind for each in got] == ["example", "not-ours", "section"]


def test_the_digest_tells_texts_and_sides_apart_and_nothing_else() -> None:
    own = page("topics/a", {}, [example("раз")])
    (message,) = passages(library([topic("a", own)]))

    assert replace(message, topic_id="b").digest == message.digest
    assert replace(message, text="два").digest != message.digest
    assert replace(message, kind="section").digest != message.digest


def test_chat_latin_is_encoded_in_cyrillic_without_tajik_letters_but_uzbek_and_english_are_not() -> None:
    own = page(
        "topics/a",
        {},
        [example("qoghaz", "tg"), example("bumaga", "ru"), example("qog'oz", "uz"), example("paper", "en")],
    )

    got = [each.encoded for each in passages(library([topic("a", own)]))]

    assert got == ["когаз", "бумага", "qog'oz", "paper"]


def test_calibration_messages_keep_their_labels_and_those_of_unknown_topics_are_left_out() -> None:
    messages = {
        "a": [example("один", also=["b", "lost"]), example("два", kind=DANGER_NOW)],
        "gone": [example("три")],
        "not-ours": [example("четыре")],
    }
    found = library([topic("a", page("topics/a")), topic("b", page("topics/b"))], calibration=messages)

    got = [(each.text, each.kind, each.topic_id, each.also) for each in calibration(found)]

    assert got == [
        ("один", "example", "a", ("b",)),
        ("два", "urgent", "a", ()),
        ("четыре", "not-ours", None, ()),
    ]
    assert passages(found) == ()

"""What messages are told apart by: topics, and sections or dangers with enough messages."""

from __future__ import annotations

from index.aspects import ENOUGH_OF_A_PART, Aspect, aspects_of, targets_of
from index.passages import Kind, Passage
from knowledge.model import NOT_OURS


def _asked(
    count: int, topic: str | None, section: str | None = None, rule: str | None = None
) -> list[Passage]:
    kind: Kind = "urgent" if rule else "example" if topic else "not-ours"
    path = f"topics/{topic}" if topic else None
    return [Passage("?", kind, "ru", topic, path, section, rule_id=rule)] * count


def test_a_section_with_enough_messages_is_a_aspect_and_others_are_their_topics() -> None:
    many, few = _asked(ENOUGH_OF_A_PART, "patent", "price"), _asked(ENOUGH_OF_A_PART - 1, "patent", "where")

    aspects, numbers = aspects_of([*many, *few, *_asked(3, None)], ["patent", NOT_OURS])

    assert aspects == (Aspect("patent"), Aspect("patent", "topics/patent", "price"), Aspect(NOT_OURS))
    assert numbers.tolist() == [1] * len(many) + [0] * len(few) + [2] * 3


def test_a_danger_and_a_section_of_one_name_are_two_aspects() -> None:
    enough = ENOUGH_OF_A_PART
    messages = [*_asked(enough, "police", "held"), *_asked(enough, "police", rule="held")]

    aspects, numbers = aspects_of(messages, ["police"])

    assert len(aspects) == 2
    assert numbers[0] != numbers[-1]


def test_messages_of_topics_that_are_not_learned_have_no_aspect() -> None:
    aspects, numbers = aspects_of([*_asked(2, "new"), *_asked(2, "old")], ["old"])

    assert aspects == (Aspect("old"),)
    assert numbers.tolist() == [-1, -1, 0, 0]


def test_a_aspect_of_a_topic_that_is_gone_has_no_target() -> None:
    assert targets_of([Aspect("gone"), Aspect("b", "topics/b", "x")], ["a", "b", NOT_OURS]).tolist() == [
        -1,
        1,
        -1,
    ]

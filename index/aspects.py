"""What example messages are examples of: a topic and, where somebody said so, a section of it or a danger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.passages import Passage
from knowledge.model import NOT_OURS

ENOUGH_OF_A_PART: Final = 8
"""Messages; those of a section with fewer are learned as messages of the topic alone."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing to tell apart from all others."""

    topic_id: str
    """Or NOT_OURS."""
    page_path: str = ""
    """Of the section; empty for none."""
    part: str = ""
    """Id of a section of that page, or of an urgent rule; empty for the topic as a whole."""


def aspects_of(
    messages: Sequence[Passage], topics: Collection[str]
) -> tuple[tuple[Aspect, ...], NDArray[np.int64]]:
    """Return the aspects of these messages, and the number of each message's; -1 for other topics.

    topics: those to be told apart, NOT_OURS among them if it is to be; aspects come back in their order.
    """
    exact = [_aspect(each) for each in messages]
    frequent = {aspect for aspect, count in Counter(exact).items() if count >= ENOUGH_OF_A_PART}
    found = [each if each in frequent else replace(each, page_path="", part="") for each in exact]
    of_topic = {topic: place for place, topic in enumerate(topics)}
    every = sorted(
        {each for each in found if each.topic_id in of_topic},
        key=lambda each: (of_topic[each.topic_id], each.page_path, each.part),
    )
    number = {aspect: place for place, aspect in enumerate(every)}
    return tuple(every), np.array([number.get(each, -1) for each in found], dtype=np.int64)


def targets_of(aspects: Sequence[Aspect], targets: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of each aspect's topic among these targets; -1 where it is none of them.

    One more, -1, stands at the end: for messages without an aspect.
    """
    place = {target: number for number, target in enumerate(targets)}
    return np.array([*(place.get(each.topic_id, -1) for each in aspects), -1], dtype=np.int64)


def _aspect(message: Passage) -> Aspect:
    topic_id = message.topic_id or NOT_OURS
    if message.rule_id:
        return Aspect(topic_id, "", message.rule_id)
    if message.section_id:
        return Aspect(topic_id, message.page_path or "", message.section_id)
    return Aspect(topic_id)

"""What the encoder is taught: the example messages, and the sections in four languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from index.centring import encoded_form
from index.passages import Passage, passages
from index.training.spelling_variants import clipped, latin, typos
from knowledge.model import NOT_OURS, Library

_IN_LATIN, _WITH_TYPOS, _CLIPPED = 0.12, 0.25, 0.15
_AS_IT_STANDS: Final = 0.3
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_WORDS: Final = 4
"""Of the shortest sentence that says something by itself."""


@dataclass(frozen=True, slots=True)
class Material:
    """Messages with what they ask for, and sections to compare them with."""

    messages: tuple[Passage, ...]
    targets: tuple[str, ...]
    """Topics, and last not ours."""
    sections: tuple[tuple[Passage, ...], ...]
    """Each section in the languages that have it."""

    def targets_of(self, message: Passage) -> tuple[int, ...]:
        """Return the places of this message's topics in `targets`, the best one first."""
        named = (message.topic_id or NOT_OURS, *message.also)
        return tuple(self.targets.index(each) for each in named if each in self.targets)


def material(library: Library, without: Collection[str] = ()) -> Material:
    """Return what to teach; without: topics that stay out, to see how a new topic fares."""
    kept = [each for each in passages(library) if each.topic_id not in without]
    messages = tuple(each for each in kept if each.asked)
    topics = sorted({each.topic_id for each in kept if each.topic_id})
    by_section: dict[tuple[str | None, str | None], list[Passage]] = {}
    for each in kept:
        if not each.asked:
            by_section.setdefault((each.page_path, each.section_id), []).append(each)
    return Material(messages, (*topics, NOT_OURS), tuple(map(tuple, by_section.values())))


def variant(message: Passage, chance: Random) -> str:
    """Return the message as the encoder gets it, at times as somebody else would have typed it."""
    text = message.text
    if message.language in ("tg", "ru") and chance.random() < _IN_LATIN:
        text = latin(text, chance)
    if chance.random() < _WITH_TYPOS:
        text = typos(text, chance)
    if chance.random() < _CLIPPED:
        text = clipped(text, chance)
    return encoded_form(text, lambda: message.language)


def maybe_variant(message: Passage, chance: Random) -> str:
    """Return the text as it stands, or, more often, as the encoder gets it and as others type it."""
    return message.text if chance.random() < _AS_IT_STANDS else variant(message, chance)


def sentences(lesson: Material) -> tuple[Passage, ...]:
    """Return the sentences of all sections in all their languages: the plainest text that we have."""
    return tuple(
        replace(version, text=sentence)
        for versions in lesson.sections
        for version in versions
        for sentence in _SENTENCE_END.split(version.text)
        if len(sentence.split()) >= _WORDS
    )


def pairs(lesson: Material, chance: Random) -> Iterator[tuple[str, str]]:
    """Yield texts that say the same: sections in two languages, messages and a section that answers them."""
    by_topic: dict[str | None, list[Passage]] = {}
    for versions in lesson.sections:
        for version in versions:
            by_topic.setdefault(version.topic_id, []).append(version)
        if len(versions) > 1:
            one, other = chance.sample(versions, 2)
            yield f"passage: {one.encoded}", f"passage: {other.encoded}"
    for message in chance.sample(lesson.messages, len(lesson.messages) // 8):
        own = by_topic.get(message.topic_id, [])
        labelled = [each for each in own if each.section_id == message.section_id]
        if own:
            answer = chance.choice(labelled or own)
            yield f"query: {variant(message, chance)}", f"passage: {answer.encoded}"

"""What the topic kept for fifteen minutes is worth: follow-ups it mends, stand-alone questions it spoils."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.question import Question
from bot.turn import Turn
from index.evaluate import Answered, Figure, Golden, share
from index.evaluation.pairs import Pair

_SEED: Final = 1

Hear = Callable[[Question], Turn]
Judge = Callable[[Golden, Turn], Answered]


def subject_figures(
    golden: Sequence[Golden], alone: Mapping[str, Answered], hear: Hear, judge: Judge
) -> dict[str, Figure]:
    """Return the figures as the channels work, which keep a topic and no text.

    follow_up_by_topic: conversations right by their last message, each earlier message heard in its turn.
    spoilt_by_topic: questions whose right topic comes first alone, and no more after one about another topic,
    drawn by chance. alone: the answers without any topic kept, by id of the question.
    """
    conversations = [each for each in golden if each.turns]
    single = [each for each in golden if each.topics and not each.turns]
    right = [each for each in single if Pair(each, alone[each.id]).first]
    drawn = random.Random(_SEED)  # noqa: S311 - a repeatable draw, nothing secret
    found: dict[str, list[bool]] = {
        "follow_up_by_topic": [_follows(each, hear, judge) for each in conversations],
        "spoilt_by_topic": [
            not Pair(each, judge(each, hear(Question(each.text, subject=other)))).first
            for each in right
            if (other := _other_topic(each, single, drawn)) is not None
        ],
    }
    return {name: share(holds) for name, holds in found.items() if holds}


def _follows(golden: Golden, hear: Hear, judge: Judge) -> bool:
    subject: str | None = None
    *earlier, last = golden.turns
    for text in earlier:
        subject = hear(Question(text, subject=subject)).subject or subject
    pair = Pair(golden, judge(golden, hear(Question(last, subject=subject))))
    return pair.offered if golden.topics else not pair.at_once


def _other_topic(golden: Golden, single: Sequence[Golden], drawn: random.Random) -> str | None:
    others = [each.topics[0] for each in single if not set(each.topics) & set(golden.topics)]
    return drawn.choice(others) if others else None

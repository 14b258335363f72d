"""Which message of a citizen may be taught as an example, and why another one may not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from index.spelling import fold
from knowledge.changes.libraries import with_example, with_topic
from knowledge.changes.revalidate import replaced
from knowledge.check.examples import NEAR_COPY, golden_texts
from knowledge.errors import ContentError
from knowledge.model import Example, Library

_MASKED: Final = re.compile(r"\[[a-z]+\]")
"""What bot.masking leaves in place of a name or number."""
_ALSO: Final = re.compile(r"\[\+[^\]]*\]\s*$")
LONGEST: Final = 500
folded_of = lru_cache(maxsize=50_000)(fold)
"""As index.spelling.fold; some twenty thousand messages are compared again and again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a message may not be taught."""

    phrase: str
    """Key of the sentence in desk/phrases; it may name `where`."""
    where: str = ""
    """Topic that has the message already."""


def golden_of(content: Path) -> tuple[str, ...]:
    """Return the golden questions of this content folder."""
    return tuple(golden_texts(content))


def refusal(text: str, library: Library, golden: Sequence[str]) -> Refused | None:
    """Return why this message cannot be taught; None: it can.

    Golden questions measure the hotline and calibration messages tell how sure it may be, so that neither
    they nor near copies of them are ever taught; no message stands in two places.
    """
    text = " ".join(text.split())
    if malformed := misfit(text):
        return malformed
    folded = folded_of(text)
    if _is_near(folded, golden):
        return Refused("example-golden")
    calibrating = [each.text for messages in library.calibration.values() for each in messages]
    if _is_near(folded, calibrating):
        return Refused("example-calibration")
    for place, messages in _taught(library):
        if any(folded_of(each.text) == folded for each in messages):
            return Refused("example-there", place)
    return None


def misfit(text: str) -> Refused | None:
    """Return why no message looks like this; None: one may."""
    if not text:
        return Refused("example-empty")
    if len(text) > LONGEST or _ALSO.search(text) or not text.isprintable():
        return Refused("example-form")
    if _MASKED.search(text):
        return Refused("example-masked")
    return None


def _is_near(folded: str, texts: Sequence[str]) -> bool:
    return any(fuzz.ratio(folded, folded_of(each), score_cutoff=NEAR_COPY) >= NEAR_COPY for each in texts)


def _taught(library: Library) -> Iterator[tuple[str, Sequence[Example]]]:
    for _, page in library.pages():
        yield page.path.partition("/")[2], page.examples
    yield "urgent.txt", library.urgent_examples
    yield "not-ours.txt", library.not_ours


def with_examples(library: Library, topic_id: str, examples: Sequence[Example]) -> Library:
    """Return the library with these messages as examples of the topic.

    Raises ContentError if the topic is gone, or one of them stands there already.
    """
    topic = library.topic_by_id.get(topic_id)
    if topic is None:
        raise ContentError(f"there is no topic '{topic_id}'; somebody may have removed it")
    taught: Sequence[Example] = topic.page.examples
    for each in examples:
        taught = with_example(taught, each)
    return with_topic(library, replaced(topic, page=replaced(topic.page, examples=taught)))


def with_not_ours(library: Library, example: Example) -> Library:
    """Return the library with this message as one that gets no article. Raises ContentError as above."""
    return replaced(library, not_ours=with_example(library.not_ours, example))

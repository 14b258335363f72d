"""The rules between content files: errors block publishing, notices never do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from knowledge.check.articles import articles
from knowledge.check.contacts import contacts
from knowledge.check.deadlines import deadlines
from knowledge.check.due import due
from knowledge.check.examples import examples, golden_texts, messages_digest, near_copies
from knowledge.check.phrases import phrases
from knowledge.check.places import places
from knowledge.check.recordings import recordings
from knowledge.check.references import references
from knowledge.check.small_talk import small_talk
from knowledge.check.urgent import urgent
from knowledge.load import Reading, read
from knowledge.model import UrgentRule
from knowledge.problems import Problem

__all__ = ["check"]


def check(
    folder: Path,
    today: date,
    *,
    fold: Callable[[str], str],
    rule_problems: Callable[[Sequence[UrgentRule]], Iterable[tuple[str, str]]],
    clean: set[str] | None = None,
) -> tuple[Reading, list[Problem]]:
    """Read a content folder and return it with all its problems, sorted by path and line.

    today: what review dates are held against.
    fold: the spelling in which two messages count as the same (index.spelling.fold).
    rule_problems: finds (rule id, message) for urgent patterns that do not compile or match their own
    counter-examples (index.urgent.problems).
    clean: digests of messages that an earlier check found nothing wrong with, which takes half of its time;
    those of this folder join them if they are so.

    Raises ContentError if the folder is no content folder.
    """
    reading = read(folder)
    fold = cache(fold)
    found = [
        *reading.problems,
        *references(reading),
        *articles(reading),
        *contacts(reading),
        *_messages(reading, golden_texts(folder), fold, set() if clean is None else clean),
        *urgent(reading, rule_problems),
        *phrases(reading),
        *small_talk(reading, fold),
        *deadlines(reading),
        *places(reading, fold),
        *recordings(reading, folder),
        *due(reading, today),
    ]
    return reading, sorted(found)


def _messages(
    reading: Reading, golden: Sequence[str], fold: Callable[[str], str], clean: set[str]
) -> list[Problem]:
    digest = messages_digest(reading, golden, fold)
    if digest in clean:
        return []
    found = [*examples(reading, fold), *near_copies(reading, golden, fold)]
    if not found:
        clean.add(digest)
    return found

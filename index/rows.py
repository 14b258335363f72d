"""What each row of the index stands for, in numbers: the topics it speaks for, the section that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.lexical import Counted, Postings, SectionOverlap, section_overlap
from index.passages import Passage
from knowledge.model import NOT_OURS, Library

Numbers = NDArray[np.int64]

ROWS: Final = "rows.npz"
LABELS: Final = 3
"""Topics that one message can speak for."""


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """Where a section stands, whatever the language."""

    topic_id: str
    page_path: str
    section_id: str


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of both indexes: of the messages, and of the sections."""

    targets: tuple[str, ...]
    """All topic ids in order of content, then NOT_OURS."""
    places: tuple[SectionPlace, ...]
    labels: Numbers
    """Shape (messages, LABELS): numbers of targets, the first one first; -1 for none."""
    rules: tuple[str, ...]
    """All urgent rule ids in order of content."""
    rule: Numbers
    """Per message, the number of the urgent rule that it is an example of; -1 where there is no danger."""
    section_place: Numbers
    """Per section row, the number of its place."""
    section_target: Numbers
    """Per section row, the number of its topic."""
    overlap: SectionOverlap
    """Words of the section rows."""


def targets(library: Library) -> tuple[str, ...]:
    """Return what a question can be about: each topic, and last NOT_OURS."""
    return (*(topic.id for topic in library.topics), NOT_OURS)


def places(library: Library) -> tuple[SectionPlace, ...]:
    """Return the place of every section, in order of content."""
    return tuple(
        SectionPlace(topic_id, page.path, section.id)
        for topic_id, page in library.pages()
        for section in page.sections
    )


def rows(
    library: Library, asked: Sequence[Passage], sections: Sequence[Passage], words: Sequence[Counted]
) -> Rows:
    """Return the rows for these passages of this library. words: the n-grams of the sections."""
    every_target, every_place = targets(library), places(library)
    target_of = {target: number for number, target in enumerate(every_target)}
    place_of = {place: number for number, place in enumerate(every_place)}
    every_rule = _rules(library)
    rule_of = {rule: number for number, rule in enumerate(every_rule)}
    labels = np.full((len(asked), LABELS), -1, dtype=np.int64)
    for row, each in enumerate(asked):
        speaks_for = [target_of[each.topic_id or NOT_OURS], *(target_of[other] for other in each.also)][
            :LABELS
        ]
        labels[row, : len(speaks_for)] = speaks_for
    return Rows(
        targets=every_target,
        places=every_place,
        labels=labels,
        rules=every_rule,
        rule=_numbers([rule_of.get(each.rule_id or "", -1) for each in asked]),
        section_place=_numbers([place_of.get(_place(each), -1) for each in sections]),
        section_target=_numbers([target_of[str(each.topic_id)] for each in sections]),
        overlap=section_overlap(words),
    )


def write_rows(found: Rows, folder: Path) -> None:
    """Write what can't be read off the library into a file of this folder."""
    np.savez(
        folder / ROWS,
        labels=found.labels,
        rule=found.rule,
        section_place=found.section_place,
        section_target=found.section_target,
        overlap_starts=found.overlap.postings.starts,
        overlap_sections=found.overlap.postings.texts,
        overlap_idf=found.overlap.idf,
    )


def read_rows(library: Library, folder: Path) -> Rows:
    """Return what `write_rows` wrote for this library. Raises OSError, KeyError or ValueError for others."""
    with np.load(folder / ROWS, allow_pickle=False) as arrays:
        section_place = arrays["section_place"]
        postings = Postings(arrays["overlap_starts"], arrays["overlap_sections"], len(section_place))
        return Rows(
            targets=targets(library),
            places=places(library),
            labels=arrays["labels"],
            rules=_rules(library),
            rule=arrays["rule"],
            section_place=section_place,
            section_target=arrays["section_target"],
            overlap=SectionOverlap(postings, arrays["overlap_idf"]),
        )


def _rules(library: Library) -> tuple[str, ...]:
    return tuple(rule.id for rule in library.urgent_rules)


def _place(passage: Passage) -> SectionPlace:
    return SectionPlace(str(passage.topic_id), str(passage.page_path), str(passage.section_id))


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, dtype=np.int64)

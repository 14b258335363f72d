"""The decision: a question and a snapshot become one of four outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from bot.question import Question
from index.encoders import Encoder
from index.language import detect
from index.search import Ranking, rank
from index.snapshot import Snapshot
from knowledge.model import Contact, Language, Library, Topic, UrgentRule

CHOICES = 3
"""How many topics a "do you mean…" offers at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    topics: tuple[Topic, ...]
    """Best first, at most three; empty only when nothing is near."""
    contacts: tuple[Contact, ...]
    """In the order to try; all of them can be called or written to."""
    confidence: float
    """Probability that the first topic is right, 0 to 1."""
    language: Language
    """Language of the question, and so of the reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(_Answer):
    """Danger now: the contacts first, then the script. Its confidence is 1: a rule has matched."""

    outcome: ClassVar[Literal["urgent"]] = "urgent"
    rules: tuple[UrgentRule, ...]
    """Those that matched, in the order of the content; the first one's script is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(_Answer):
    """One section answers it."""

    outcome: ClassVar[Literal["found"]] = "found"
    page_path: str
    section_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(_Answer):
    """Two or three topics are likely: the citizen is asked which."""

    outcome: ClassVar[Literal["choice"]] = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(_Answer):
    """Nothing is likely enough: said plainly, with the nearest topics and the contacts."""

    outcome: ClassVar[Literal["unknown"]] = "unknown"


Answer = Urgent | Found | Choice | Unknown


def answer(question: Question, snapshot: Snapshot, encoder: Encoder) -> Answer:
    """Return what to say to this question, from this snapshot alone.

    Urgent rules come first, before the encoder is asked for anything. Then the ranking decides by the
    snapshot's thresholds. A message that is unknown alone is read again together with the one before.

    Raises what the encoder raises, but never for an urgent question.
    """
    matched = snapshot.urgent.match(question.text)
    if matched:
        return _urgent(matched, question.text, snapshot)
    ranking = rank(question.text, snapshot, encoder)
    decided = decide(ranking, snapshot)
    if isinstance(decided, Unknown) and question.earlier:
        together = rank(f"{question.earlier[-1]}\n{question.text}", snapshot, encoder)
        with_earlier = decide(together, snapshot)
        if not isinstance(with_earlier, Unknown):
            return replace(with_earlier, language=ranking.language)
    return decided


def decide(ranking: Ranking, snapshot: Snapshot) -> Found | Choice | Unknown:
    """Return the outcome for ranked topics: found, a choice, or unknown, by the snapshot's thresholds."""
    library, thresholds = snapshot.library, snapshot.thresholds
    hits = ranking.topics[:CHOICES]
    topics = tuple(library.topic_by_id[hit.topic_id] for hit in hits)
    confidence = hits[0].confidence if hits else 0.0
    outcome = thresholds.decide(confidence, sum(hit.confidence for hit in hits)) if hits else "unknown"
    if outcome == "found":
        section = ranking.best_section(topics[0].id)
        wanted = library.page_by_path[section.page_path].facts(section.section_id).contacts
        return Found(
            topics=topics,
            contacts=contacts_of(library, wanted or topics[0].contacts),
            confidence=confidence,
            language=ranking.language,
            page_path=section.page_path,
            section_id=section.section_id,
        )
    unsure = Choice if outcome == "choice" else Unknown
    return unsure(
        topics=topics,
        contacts=contacts_of(library, library.fallback),
        confidence=confidence,
        language=ranking.language,
    )


def contacts_of(library: Library, ids: Iterable[str]) -> tuple[Contact, ...]:
    """Return those of these contacts that can be called or written to, in this order."""
    found = (library.contact_by_id[each] for each in ids)
    return tuple(each for each in found if each.reachable)


def _urgent(matched: Iterable[str], text: str, snapshot: Snapshot) -> Urgent:
    library = snapshot.library
    rules = tuple(library.rule_by_id[each] for each in matched)
    topics = dict.fromkeys(rule.topic for rule in rules)
    return Urgent(
        topics=tuple(library.topic_by_id[each] for each in topics)[:CHOICES],
        contacts=contacts_of(library, rules[0].contacts),
        confidence=1.0,
        language=detect(text, snapshot.learned.languages),
        rules=rules,
    )

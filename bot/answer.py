"""The decision: a question and a snapshot become one of four outcomes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Literal

from bot.follow_up import belief
from bot.long_story import danger_within
from bot.question import Question
from index.decision import OFFERED
from index.encoders import Encoder
from index.language import detect
from index.search import Ranking, rank
from index.snapshot import Snapshot
from knowledge.model import Contact, Language, Library, Topic, UrgentRule

log = logging.getLogger(__name__)

_LIKELIER: Final = 0.5
"""From this confidence on, in danger too, the ranked topic stands before that of the rule: more likely than
not the message is about it. Numbers: docs/decisions/0006-urgent.md"""
_FEWEST_OFFERED: Final = 2
_OFFERED_FROM: Final = 0.05
"""Confidence from which a third topic stands in a choice: 190 of 415 choices lose it, none the right one."""
_TURNS: Final = 3
"""Earlier messages that are looked at for the subject; each costs a call of the encoder."""


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
    ranking: Ranking | None = field(default=None, repr=False, compare=False)
    """What was ranked, for whoever shows a topic to name the section that fits; None if nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(_Answer):
    """Danger now: the contacts first, then the script. Its confidence is 1 where a rule has matched."""

    outcome: ClassVar[Literal["urgent"]] = "urgent"
    rules: tuple[UrgentRule, ...]
    """Those that matched, in the order of the content, or the likeliest; the first one's script is sent."""
    likely: tuple[str, str] | None = None
    """Page and section that answer it if there is no danger after all, of the first topic; None where that is
    not likely enough, or the encoder failed."""


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

    Written urgent rules come first, before the encoder is asked for anything. Then what was learned of
    danger, also in a passage of a long story, and then the ranking decides by the snapshot's thresholds. A
    message that leans on what was said before is read with that subject in mind.

    Raises what the encoder raises, but never for a message that an urgent rule matches.
    """
    matched = snapshot.urgent.match(question.text)
    if matched:
        likely = _ranked_if_possible(question.text, snapshot, encoder)
        return _urgent(matched, likely, question.text, snapshot)
    ranking = rank(question.text, snapshot, encoder)
    if ranking.urgent >= snapshot.alarm and snapshot.library.urgent_rules:
        widest = snapshot.library.urgent_rules[-1].id  # narrower rules stand before wider ones
        return _urgent([ranking.rule() or widest], ranking, question.text, snapshot, ranking.urgent)
    told = danger_within(question.text, snapshot, encoder)
    if told is not None:
        rules, passage = told
        urgent = _urgent(rules, passage, question.text, snapshot, passage.urgent)
        return replace(urgent, language=ranking.language)
    alone = decide(ranking, snapshot)
    leaning = belief(question.text, alone.outcome)
    if not leaning:
        return alone
    subject = _subject(question.earlier, snapshot, encoder)
    if subject is not None:
        return decide(ranking.given(subject, leaning), snapshot)
    if question.subject in snapshot.library.topic_by_id:
        return decide(ranking.about(question.subject, leaning), snapshot)
    return alone


def _subject(earlier: Sequence[str], snapshot: Snapshot, encoder: Encoder) -> Ranking | None:
    # The nearest earlier message with a topic, itself read with the subject of those before it.
    subject: Ranking | None = None
    for text in earlier[-_TURNS:]:
        ranking = rank(text, snapshot, encoder)
        decided = decide(ranking, snapshot)
        if subject is not None:
            ranking = ranking.given(subject, belief(text, decided.outcome))
            decided = decide(ranking, snapshot)
        if not isinstance(decided, Unknown):
            subject = ranking
    return subject


def _ranked_if_possible(text: str, snapshot: Snapshot, encoder: Encoder) -> Ranking | None:
    try:
        return rank(text, snapshot, encoder)
    except Exception as error:  # noqa: BLE001 - in danger the numbers must come whatever else fails
        log.error("ranking.failed", extra={"error": type(error).__name__, "snapshot": snapshot.id})
        return None


def decide(ranking: Ranking, snapshot: Snapshot) -> Found | Choice | Unknown:
    """Return the outcome for ranked topics: found, a choice, or unknown, by the snapshot's thresholds."""
    library, thresholds = snapshot.library, snapshot.thresholds
    hits = ranking.topics[:OFFERED]
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
            ranking=ranking,
            page_path=section.page_path,
            section_id=section.section_id,
        )
    unsure = Choice if outcome == "choice" else Unknown
    is_third_absurd = outcome == "choice" and hits[-1].confidence < _OFFERED_FROM
    return unsure(
        topics=topics[:_FEWEST_OFFERED] if is_third_absurd else topics,
        contacts=contacts_of(library, library.fallback),
        confidence=confidence,
        language=ranking.language,
        ranking=ranking,
    )


def contacts_of(library: Library, ids: Iterable[str]) -> tuple[Contact, ...]:
    """Return those of these contacts that can be called or written to, in this order."""
    found = (library.contact_by_id[each] for each in ids)
    return tuple(each for each in found if each.reachable)


def _urgent(
    matched: Iterable[str],
    ranking: Ranking | None,
    text: str,
    snapshot: Snapshot,
    confidence: float = 1.0,
) -> Urgent:
    library = snapshot.library
    rules = tuple(library.rule_by_id[each] for each in matched)
    ranked = [hit.topic_id for hit in ranking.topics] if ranking else []
    likely = ranked[:1] if ranking and ranking.topics and ranking.topics[0].confidence >= _LIKELIER else []
    topics = dict.fromkeys([*likely, *(rule.topic for rule in rules), *ranked])
    sections = ranking.sections(likely[0]) if ranking and likely else ()
    return Urgent(
        topics=tuple(library.topic_by_id[each] for each in topics)[:OFFERED],
        contacts=contacts_of(library, rules[0].contacts),
        confidence=confidence,
        language=ranking.language if ranking else detect(text, snapshot.learned.languages),
        ranking=ranking,
        rules=rules,
        likely=(sections[0].page_path, sections[0].section_id) if sections else None,
    )

"""From a question to ranked topics with a confidence that can refuse: one encoder call, then arrays."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.centring import encoded_form, group_of
from index.danger import nearness
from index.encoders import Encoder
from index.language import detect
from index.mixture import NEIGHBOURS, TEMPERATURE, Evidence, aspect_evidence, neighbour_evidence
from index.snapshot import Snapshot
from knowledge.model import Language

Floats = NDArray[np.float32]

LONGEST_QUESTION: Final = 6_000
"""Characters that are looked at; Telegram sends at most 4,096."""
_AT_LEAST: Final = 3
_AT_MOST: Final = 8
_NOTICEABLE: Final = 0.02
# The script for another danger would do harm, a general one does not: docs/decisions/0006-urgent.md
_CLEARLY: Final = 1.5


@dataclass(frozen=True, slots=True)
class TopicHit:
    """A topic that may answer the question."""

    topic_id: str
    confidence: float
    """Probability that it answers the question, 0 to 1; several topics may answer, or none."""


@dataclass(frozen=True, slots=True)
class SectionHit:
    """A section of a topic's pages."""

    page_path: str
    section_id: str
    similarity: float
    """Cosine to the question, -1 to 1; not a probability."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a question may be about."""

    topics: tuple[TopicHit, ...]
    """Best first: at least three (where there are so many), more where their evidence is noticeable."""
    not_ours: float
    """Probability that nothing of ours answers it, 0 to 1."""
    urgent: float
    """Probability of danger now, 0 to 1, by what was learned from messages; 0 where too few teach it."""
    language: Language
    encoder_seconds: float = field(compare=False)
    search_seconds: float = field(compare=False)
    """All but the encoder."""
    _shares: Floats = field(repr=False, compare=False)
    _search: _Search = field(repr=False, compare=False)

    def sections(self, topic_id: str) -> tuple[SectionHit, ...]:
        """Return the sections of a topic's pages, best first; empty if there are none.

        Raises ValueError if there is no such topic.
        """
        return self._search.sections(topic_id)

    def best_section(self, topic_id: str) -> SectionHit:
        """Return the section of a topic to send. Raises ValueError if there is none, or no such topic."""
        hits = self.sections(topic_id)
        if not hits:
            raise ValueError(f"topic '{topic_id}' has no section in any language; run 'hotline check'")
        return hits[0]

    def rules(self) -> tuple[str, ...]:
        """Return the ids of the urgent rules whose messages are nearest, nearest first; empty without any."""
        return tuple(rule for rule, _ in self._search.rules())

    def rule(self) -> str | None:
        """Return the id of the urgent rule whose messages are clearly nearest; None if none leads by half."""
        nearest = [*self._search.rules(), ("", 0.0), ("", 0.0)]
        (rule, weight), (_, second) = nearest[:2]
        return rule if weight >= _CLEARLY * second and rule else None

    def nearest(self, messages: int, sections: int) -> tuple[tuple[int, float], ...]:
        """Return the rows of the index nearest to the question, with their cosines: messages, then sections.

        messages, sections: at most how many of each, nearest first.
        """
        return self._search.nearest(messages, sections)

    def given(self, earlier: Ranking, belief: float) -> Ranking:
        """Return this ranking for a message that continues a conversation.

        belief: probability that the subject is still that of `earlier`, 0 to 1; 0 changes nothing. Both
        must be of one snapshot. How likely it is that nothing of ours fits stays the message's own matter.
        """
        return self._leaning(earlier._shares, belief)

    def about(self, topic_id: str, belief: float) -> Ranking:
        """Return the same where only the topic spoken about is known, and not how sure that was.

        Raises ValueError if there is no such topic.
        """
        shares = np.zeros_like(self._shares)
        shares[self._search.rows.targets.index(topic_id)] = 1
        return self._leaning(shares, belief)

    def _leaning(self, earlier: Floats, belief: float) -> Ranking:
        prior = 1 - belief + belief * len(earlier) * earlier
        prior[-1] = 1
        together = self._shares * prior
        return self._search.ranked(together / together.sum())


def rank(text: str, snapshot: Snapshot, encoder: Encoder) -> Ranking:
    """Return the topics that may answer this text, with absolute confidences: all are low where nothing fits.

    Asks the encoder once, for one text. The snapshot must have been built with the same encoder.
    """
    begun = time.perf_counter()
    question = text[:LONGEST_QUESTION]
    beside = _BESIDE.submit(_in_words, question, snapshot)
    form = encoded_form(question, lambda: detect(question, snapshot.learned.languages))
    asked = time.perf_counter()
    raw = encoder.questions([form])
    encoder_seconds = time.perf_counter() - asked
    in_words = beside.result()
    vector = snapshot.learned.centres.centred(raw, [group_of(question, in_words.language)])[0]
    search = _Search(vector, in_words, snapshot)
    shares = search.shares()
    search.took = encoder_seconds, time.perf_counter() - begun - encoder_seconds
    return search.ranked(shares)


# Words are looked at while the encoder computes: it leaves one processor free, and Python to others.
_BESIDE: Final = ThreadPoolExecutor(thread_name_prefix="words")


@dataclass(frozen=True, slots=True)
class _InWords:
    """What the words alone say."""

    language: Language
    danger: float
    """Logit; of no meaning where danger was not learned."""
    lexical: Floats
    alike: Floats
    covered: Floats
    """These three as `Evidence` has them, the last as its coverage."""
    coverage: Floats
    """Of each section."""
    messages: NDArray[np.int64]
    """Those with most n-grams in common, nearest first."""
    likeness: Floats
    """Their cosines."""


def _in_words(question: str, snapshot: Snapshot) -> _InWords:
    grams, learned, count = lexical.counted(question), snapshot.learned, len(snapshot.rows.targets)
    logits, coverage = learned.lexical.logits(grams), snapshot.rows.overlap.coverage(grams)
    messages, likeness = learned.lexical.nearest(grams, NEIGHBOURS)
    spoken_for = snapshot.aspect_target[learned.aspect[messages]]
    known, spread = snapshot.learned_targets >= 0, np.zeros(count, dtype=np.float32)
    spread[snapshot.learned_targets[known]] = logits[known]
    return _InWords(
        language=detect(question, learned.languages),
        danger=float(logits[-1]) if len(logits) else 0.0,
        lexical=spread,
        alike=neighbour_evidence(likeness, spoken_for[:, None], count),
        covered=_best_of_topics(coverage, snapshot),
        coverage=coverage,
        messages=messages,
        likeness=likeness,
    )


def _best_of_topics(of_sections: Floats, snapshot: Snapshot) -> Floats:
    best = np.full(len(snapshot.rows.targets), -1, dtype=np.float32)
    np.maximum.at(best, snapshot.rows.section_target, of_sections)
    best[best == -1] = 0
    return best


class _Search:
    """One question's evidence."""

    def __init__(self, vector: Floats, in_words: _InWords, snapshot: Snapshot) -> None:
        self.vector, self.in_words, self.snapshot, self.rows = vector, in_words, snapshot, snapshot.rows
        self.neighbours, self.nearness = snapshot.messages.nearest(vector, NEIGHBOURS)
        self.section_similarity = snapshot.section_vectors @ vector
        self.aspect_shares = snapshot.learned.head.shares(vector)
        self.took = (0.0, 0.0)

    def shares(self) -> Floats:
        return self.snapshot.learned.mixture.shares(self._evidence().features(self.snapshot.known))

    def ranked(self, shares: Floats) -> Ranking:
        targets, mixture = self.rows.targets, self.snapshot.learned.mixture
        confidence = mixture.confidence(shares)[:-1]
        order = np.lexsort((-shares[:-1], -confidence))
        noticeable = int((confidence >= _NOTICEABLE).sum())
        chosen = order[: min(max(noticeable, _AT_LEAST), _AT_MOST)]
        return Ranking(
            topics=tuple(TopicHit(targets[each], float(confidence[each])) for each in chosen),
            not_ours=float(shares[-1]),
            urgent=self._urgent(),
            language=self.in_words.language,
            encoder_seconds=self.took[0],
            search_seconds=self.took[1],
            _shares=shares,
            _search=self,
        )

    def _evidence(self) -> Evidence:
        of_aspect, count = self.snapshot.aspect_target, len(self.rows.targets)
        return Evidence(
            self.in_words.lexical,
            self.in_words.alike,
            neighbour_evidence(self.nearness, self.rows.labels[self.neighbours], count),
            aspect_evidence(self.aspect_shares, of_aspect, count),
            _best_of_topics(self.section_similarity, self.snapshot),
            self.in_words.covered,
        )

    def _urgent(self) -> float:
        danger = self.snapshot.learned.danger
        if danger is None:
            return 0.0
        near = nearness(self.nearness, self.rows.rule[self.neighbours] >= 0)
        return danger.probability(self.in_words.danger, near, self.vector)

    def nearest(self, messages: int, sections: int) -> tuple[tuple[int, float], ...]:
        order = np.argsort(-self.section_similarity, kind="stable")[:sections]
        first = len(self.rows.labels)
        written = zip(self.neighbours[:messages], self.nearness[:messages], strict=True)
        said = ((first + row, self.section_similarity[row]) for row in order)
        return tuple((int(row), float(similarity)) for row, similarity in (*written, *said))

    def rules(self) -> tuple[tuple[str, float], ...]:
        messages = np.flatnonzero(self.rows.rule >= 0)
        if not len(messages):
            return ()
        summed = np.bincount(self.rows.rule[messages], weights=self._weights(messages))
        order = np.argsort(-summed, kind="stable")
        return tuple((self.rows.rules[each], float(summed[each])) for each in order if summed[each] > 0)

    def sections(self, topic_id: str) -> tuple[SectionHit, ...]:
        target = self.rows.targets.index(topic_id)
        own = np.flatnonzero(self.rows.section_target == target)
        similarity, places = self.section_similarity[own], self.rows.section_place[own]
        # Tried on 137 questions and 1,100 messages: docs/decisions/0005-search.md
        evidence = similarity + self.in_words.coverage[own] + self._asked_about(places)
        best: dict[int, tuple[float, float]] = {}
        for place, *found in zip(places.tolist(), evidence.tolist(), similarity.tolist(), strict=True):
            best[place] = max(best.get(place, (-np.inf, 0.0)), (found[0], found[1]))
        ordered = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
        return tuple(
            SectionHit(self.rows.places[place].page_path, self.rows.places[place].section_id, similarity)
            for place, (_, similarity) in ordered
        )

    def _asked_about(self, places: NDArray[np.int64]) -> Floats:
        """Return how the learned shares divide among these sections, plus how the messages alike do."""
        of_aspect, count = self.snapshot.aspect_place, len(self.rows.places)
        alike = of_aspect[self.snapshot.learned.aspect[self.in_words.messages]]
        weights = np.exp((self.in_words.likeness - 1) / TEMPERATURE)
        found = np.zeros(len(places), dtype=np.float32)
        for of, heavy in ((of_aspect[:-1], self.aspect_shares), (alike, weights)):
            summed = np.bincount(of + 1, weights=heavy, minlength=count + 1)[1:]
            found += summed[places] / max(float(summed[np.unique(places)].sum()), 1e-9)
        return found

    def _weights(self, messages: NDArray[np.int64]) -> Floats:
        weights: Floats = np.exp((self.snapshot.messages.vectors(messages) @ self.vector - 1) / TEMPERATURE)
        return weights

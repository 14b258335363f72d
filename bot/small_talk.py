"""Messages that only greet, thank, take leave, scold, or ask whether a person is there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from bot.turn import Known
from index.spelling import words
from knowledge.model import LANGUAGES, Language, RemarkKind, SmallTalk

_MOST_WORDS: Final = 12
"""Whoever writes more says something."""
_FEWEST_LEFT: Final = 2
"""Words of a question; less is a part of the politeness (salom, "aka")."""
_POLITE: Final[tuple[RemarkKind, ...]] = ("greeting", "thanks")
_WORD: Final = re.compile(r"[^\W_]+")
_OF_DISTRESS: Final = frozenset("😭😢😥😰😨😱😞😔😟😩😫😖😣😠😡🤬💔🆘🚨")
"""Signs to which "all right" would be no answer."""
_Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What was said without asking anything."""

    kind: RemarkKind
    languages: frozenset[Language]
    """In which of them it may have been said; empty: nothing tells."""


class SmallTalkWords:
    """The words of one snapshot, folded once."""

    def __init__(self, small_talk: SmallTalk) -> None:
        self._said: dict[_Phrase, tuple[RemarkKind, frozenset[Language]]] = {}
        for remarks in small_talk.remarks:
            for language in LANGUAGES:
                self._add(remarks.kind, getattr(remarks, language), frozenset({language}))
            self._add(remarks.kind, remarks.any, frozenset())
        self._fillers = {tuple(words(each)) for each in small_talk.fillers}
        self._edges = {word for each in (*self._said, *self._fillers) for word in (each[0], each[-1])}
        self._longest = max(map(len, (*self._said, *self._fillers)), default=0)

    def question_in(self, text: str) -> str:
        """Return the message without the greetings before its question and the thanks behind it.

        They say nothing about the matter, and in a short message they are most of what is said. The text
        itself, where no more than one word would be left; any string may come.
        """
        spans = [each.span() for each in re.finditer(r"\S+", text)]
        before = self._polite([text[start:end] for start, end in spans[:_MOST_WORDS]])
        last = [text[start:end] for start, end in spans[before:][-_MOST_WORDS:]]
        behind = self._polite(last[::-1], backwards=True)
        left = spans[before : len(spans) - behind]
        question = text[left[0][0] if before else 0 : left[-1][1] if behind else len(text)] if left else ""
        question = question.rstrip(" ,;:-–—") if behind else question
        return question if len(_WORD.findall(question)) >= _FEWEST_LEFT else text

    def _polite(self, tokens: list[str], *, backwards: bool = False) -> int:
        """Return how many tokens from the first on are greetings or thanks, with fillers among them."""
        said: _Phrase = ()
        polite = 0
        for count, token in enumerate(tokens, start=1):
            said = (*words(token), *said) if backwards else (*said, *words(token))
            if said and said[-1 if backwards else 0] not in self._edges:
                break
            parts = self._parts(said) or ()
            if any(each in self._said for each in parts) and all(map(self._is_polite, parts)):
                polite = count
        return polite

    def _is_polite(self, phrase: _Phrase) -> bool:
        return phrase in self._fillers or self._said[phrase][0] in _POLITE

    def _add(self, kind: RemarkKind, phrases: tuple[str, ...], languages: frozenset[Language]) -> None:
        for phrase in phrases:
            folded = tuple(words(phrase))
            _, others = self._said.get(folded, (kind, frozenset()))
            self._said[folded] = (kind, others | languages)

    def recognise(self, text: str) -> Remark | None:
        """Return what a message says if it is made of these words alone, else None; any string may come."""
        message = tuple(words(text))
        if not message:
            return Remark("okay", frozenset()) if _has_sign(text) and _OF_DISTRESS.isdisjoint(text) else None
        if len(message) > _MOST_WORDS:
            return None
        phrases = self._parts(message)
        return None if phrases is None else self._remark(phrases)

    def _remark(self, phrases: tuple[_Phrase, ...]) -> Remark | None:
        found = [self._said[each] for each in phrases if each in self._said]
        if not found:
            return None
        kind = min((kind for kind, _ in found), key=get_args(RemarkKind).index)
        votes = Counter(language for _, languages in found for language in languages)
        most = max(votes.values(), default=0)
        return Remark(kind, frozenset(each for each, count in votes.items() if count == most))

    def _parts(self, message: _Phrase) -> tuple[_Phrase, ...] | None:
        """Return the message as phrases and fillers, as few as possible; None if it is not made of them."""
        fewest: list[tuple[_Phrase, ...] | None] = [()]
        for end in range(1, len(message) + 1):
            fewest.append(min(self._endings(message[:end], fewest), key=len, default=None))
        return fewest[-1]

    def _endings(
        self, message: _Phrase, fewest: list[tuple[_Phrase, ...] | None]
    ) -> Iterator[tuple[_Phrase, ...]]:
        for length in range(1, min(self._longest, len(message)) + 1):
            before, phrase = fewest[len(message) - length], message[-length:]
            if before is not None and (phrase in self._said or phrase in self._fillers):
                yield (*before, phrase)


def _has_sign(text: str) -> bool:
    return any(unicodedata.category(each) == "So" for each in text)


def language_of(remark: Remark, detected: Language, known: Known) -> Language:
    """Return the language to answer in: one it was said in; of several the person's own, if it can be."""
    for language in (known.language, detected):
        if language in remark.languages:
            return language
    return next((each for each in LANGUAGES if each in remark.languages), known.language)

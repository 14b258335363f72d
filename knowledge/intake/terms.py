"""Finds listed terms in the words of a text, disguised ones too; the lists are in advertising.yaml."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from knowledge.intake.fold import Word, fold

_GAP = 3

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found in words[start:end]."""

    term: int
    start: int
    end: int
    disguised: bool
    size: int
    """How many words were listed, without those in the gaps."""


class Terms:
    """Named lists of terms, ready to be looked for together.

    A term is words in their order: `*` ends a word that may have any ending, `~` allows up to three further
    words between its parts, `|` separates phrases one of which is enough, `/` words.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._names = list(lists)
        self._parts: list[list[list[Phrase]]] = []
        self._list_of: list[str] = []
        self._starting_with: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
        for name, terms in lists.items():
            for term in terms:
                parts = [_phrases(part) for part in term.split("~")]
                for phrase in parts[0]:
                    self._starting_with[phrase[0]].append((len(self._parts), phrase))
                self._parts.append(parts)
                self._list_of.append(name)
        self._longest = max(len(each) for each in self._starting_with)

    def find(self, words: Sequence[Word]) -> dict[str, list[Hit]]:
        """Return the hits of every list, in the order of the words; a term may be hit more than once."""
        found: dict[str, list[Hit]] = {name: [] for name in self._names}
        for at in range(len(words)):
            for hit in self._find_at(words, at):
                found[self._list_of[hit.term]].append(hit)
        return found

    def _find_at(self, words: Sequence[Word], at: int) -> Iterator[Hit]:
        word = words[at]
        for reading in (word.plain, *word.readings):
            longest = min(len(reading), self._longest)
            for key in (reading, *(reading[:length] + "*" for length in range(2, longest + 1))):
                for number, phrase in self._starting_with.get(key, ()):
                    found = self._complete(words, at, number, phrase)
                    if found is not None:
                        yield Hit(number, at, found[0], found[1] or reading != word.plain, found[2])

    def _complete(
        self, words: Sequence[Word], at: int, number: int, phrase: Phrase
    ) -> tuple[int, bool, int] | None:
        match = _phrase_at(words, at, phrase)
        if match is None:
            return None
        (end, disguised), size = match, len(phrase)
        for part in self._parts[number][1:]:
            follow = _first(
                _phrase_at(words, begin, each) for begin in range(end, end + _GAP + 1) for each in part
            )
            if follow is None:
                return None
            end, disguised, size = follow[0], disguised or follow[1], size + 1
        return end, disguised, size


def _first(matches: Iterator[tuple[int, bool] | None]) -> tuple[int, bool] | None:
    return next((match for match in matches if match is not None), None)


def _phrases(part: str) -> list[Phrase]:
    return [
        tuple(chosen)
        for each in part.split("|")
        for chosen in product(*(word.split("/") for word in fold(each).split()))
    ]


def _phrase_at(words: Sequence[Word], at: int, phrase: Phrase) -> tuple[int, bool] | None:
    if at + len(phrase) > len(words):
        return None
    disguised = False
    for word, wanted in zip(words[at : at + len(phrase)], phrase, strict=True):
        if _is(word.plain, wanted):
            continue
        if not any(_is(reading, wanted) for reading in word.readings):
            return None
        disguised = True
    return at + len(phrase), disguised


def _is(spelling: str, wanted: str) -> bool:
    return spelling.startswith(wanted[:-1]) if wanted.endswith("*") else spelling == wanted

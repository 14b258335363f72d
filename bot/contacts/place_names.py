"""Towns and countries in a text, in any letters and with the case endings of three languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from index.spelling import words
from knowledge.model import Place

_SHORTEST: Final = 3
"""Folded letters below which a name is not looked for: 'BAA' folds to «ба»."""
_TYPO_FROM: Final = 7
"""Letters from which one wrong letter is forgiven, or two changed places."""
_TWO_TYPOS_FROM: Final = 11

# All folded: й, ы, ӣ are и there, soft signs are gone, doubled letters single.
_TAJIK_AND_UZBEK: Final = "и ро ба у ю да дан га ка ни нинг даги гача даман дамиз"
"""Endings behind a whole name."""
_RUSSIAN: Final = "а у ю ом ем е и"
"""Endings behind a consonant."""
_INSTEAD_OF: Final = {
    "а": "и у е ои ою",
    "я": "и ю е еи",
    "о": "а у ом е",
    "е": "ого ом ому",
    "и": "ах ам ами его ем ему ого ом ому их им",
}
"""Russian endings in place of the last letter of a name in its basic form."""
_ADJECTIVE: Final = "ая ои ую и ого ом ому им их"
"""«Тюменская область», «в Самарской»: a region is named by its town."""
_PREPOSITIONS: Final = "в во из под до около г город городе города дар аз ба то шаҳри in from to near at"
_BEFORE: Final = frozenset(words(_PREPOSITIONS))
"""Words behind which a name that is a common word too means the place."""
_IN_UZBEK: Final = ("да", "дан", "га", "даги", "даман", "дамиз")
"""Endings that say the same."""
_LONGEST_ENDING: Final = 5


_Endings = frozenset[str]
_Word = dict[str, _Endings]
"""The stems of one word of a name, with the endings that may stand behind each."""


@dataclass(frozen=True, slots=True)
class _Name:
    endings: _Endings
    """Behind the stem of the first word, under which the name is filed."""
    rest: tuple[_Word, ...]
    place: Place


class PlaceNames:
    """The names of one library's places, ready to be looked for; making it takes some milliseconds."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_stem: dict[str, list[_Name]] = defaultdict(list)
        self._long_stems: dict[str, list[str]] = defaultdict(list)
        for place in places:
            for name in place.names:
                self._file([_word(each) for each in words(name)], place)

    def find(self, text: str) -> tuple[Place, ...]:
        """Return the places named in this text, in the order they are named, each once; any string works."""
        return self.split(text)[0]

    def split(self, text: str) -> tuple[tuple[Place, ...], tuple[str, ...]]:
        """Return the same and the folded words that name no place, in order."""
        said = words(text)
        found: dict[str, Place] = {}
        rest: list[str] = []
        at = 0
        while at < len(said):
            place, length = self._longest_at(at, said)
            if place is None:
                rest.append(said[at])
            else:
                found.setdefault(place.id, place)
            at += length
        return tuple(found.values()), tuple(rest)

    def _file(self, name: list[_Word], place: Place) -> None:
        if not name or sum(len(next(iter(word))) for word in name) < _SHORTEST:
            return
        for stem, endings in name[0].items():
            self._by_stem[stem].append(_Name(endings, tuple(name[1:]), place))
            if len(name) == 1 and len(stem) >= _TYPO_FROM - 1 and not place.also_a_word:
                self._long_stems[stem[0]].append(stem)

    def _longest_at(self, at: int, said: list[str]) -> tuple[Place | None, int]:
        best: tuple[Place | None, int] = (None, 1)
        for stem, ending in _cuts(said[at]):
            for name in self._by_stem.get(stem) or self._misspelt(stem):
                length = 1 + len(name.rest)
                if ending not in name.endings or (best[0] is not None and length <= best[1]):
                    continue
                behind = said[at + 1 : at + length]
                if len(behind) == len(name.rest) and all(map(_fits, behind, name.rest)):
                    last = ending if not name.rest else behind[-1]
                    is_all = length == len(said) and not ending
                    before = said[at - 1] if at else ""
                    if is_all or not name.place.also_a_word or _is_meant(before, last):
                        best = (name.place, length)
        return best

    def _misspelt(self, stem: str) -> list[_Name]:
        if len(stem) < _TYPO_FROM:
            return []
        most = 1 if len(stem) < _TWO_TYPOS_FROM else 2
        near = extractOne(stem, self._long_stems.get(stem[0], ()), scorer=OSA.distance, score_cutoff=most)
        return [name for name in self._by_stem[near[0]] if not name.rest] if near is not None else []


def _word(text: str) -> _Word:
    last = text[-1]
    behind = f"{_TAJIK_AND_UZBEK} {'' if last in _INSTEAD_OF else _RUSSIAN}"
    forms: _Word = {text: frozenset(("", *behind.split()))}
    root = text
    if last in _INSTEAD_OF and len(text) >= _SHORTEST:
        root = text[:-1]
        # «в Германии» folds to «германи»: the doubled letter is gone.
        forms[root] = frozenset((*(("",) if last == "я" else ()), *_INSTEAD_OF[last].split()))
    adjective = root if root.endswith("ск") else root[:-1] if root.endswith("ска") else f"{root}ск"
    forms[adjective] = forms.get(adjective, frozenset()).union(_ADJECTIVE.split())
    return forms


def _cuts(word: str) -> Iterator[tuple[str, str]]:
    for length in range(min(_LONGEST_ENDING, len(word) - 1) + 1):
        yield word[: len(word) - length], word[len(word) - length :]


def _fits(word: str, forms: _Word) -> bool:
    return any(ending in forms.get(stem, ()) for stem, ending in _cuts(word))


def _is_meant(before: str, ending: str) -> bool:
    return before in _BEFORE or ending in _IN_UZBEK

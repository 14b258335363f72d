"""The parts of the search, and how each is switched off: by what does nothing, in its place."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import centring, mixture, regression, shipped_vectors, spelling
from index.centring import GROUPS, Centres, Vectors
from index.mixture import FEATURES, Evidence, Mixture
from index.spelling import LatinConvention
from knowledge.model import Library


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the search."""

    name: str
    instead: Callable[[], tuple[tuple[object, object], ...]] = tuple
    """Pairs of a function of the package `index` and of what takes its place."""
    content: Callable[[Library], Library] = lambda library: library
    """What is taken out of the content."""

    @contextmanager
    def off(self) -> Iterator[None]:
        """Switch it off for as long as this lasts."""
        with ExitStack() as changes:
            for function, substitute in self.instead():
                changes.enter_context(everywhere(function, substitute))
            yield


@contextmanager
def everywhere(function: object, substitute: object) -> Iterator[None]:
    """Let every module of `index` use the substitute wherever it knows this function by name.

    Raises LookupError if none knows it: then nothing would be switched off.
    """
    known = [
        (module, name) for module in _modules() for name, value in vars(module).items() if value is function
    ]
    if not known:
        raise LookupError(f"no module of index knows {function!r}")
    _put(substitute, known)
    try:
        yield
    finally:
        _put(function, known)


def _put(function: object, places: Iterable[tuple[ModuleType, str]]) -> None:
    for module, name in places:
        setattr(module, name, function)
    # What was remembered was made with the other one.
    for module in _modules():
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _modules() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.partition(".")[0] == "index"]


def _without_evidence(kind: str) -> tuple[tuple[object, object], ...]:
    columns = [place for place, name in enumerate(FEATURES) if name in _named_for(kind)]
    if not columns:
        raise LookupError(f"no weight of the mixture is named for '{kind}': {', '.join(FEATURES)}")

    fit = mixture.fit  # as it is before it is replaced

    def fit_blind(features: NDArray[np.float32], right: NDArray[np.bool_]) -> Mixture:
        blind = features.copy()
        blind[..., columns] = 0
        learned = fit(blind, right)
        # The weight of what is never seen stays what it was at the start.
        weights = tuple(0.0 if place in columns else each for place, each in enumerate(learned.weights))
        return replace(learned, weights=weights)

    return ((fit, fit_blind),)


def _named_for(kind: str) -> set[str]:
    return {kind, f"new-{kind}", f"not-ours-{kind}"}


def _no_centres(vectors: Vectors, groups: Sequence[int]) -> Centres:
    return Centres(np.zeros((GROUPS, vectors.shape[1]), dtype=np.float32))


def _as_it_is(text: str) -> str:
    return text


def _small_letters(text: str) -> str:
    return " ".join(text.lower().split())


def _not_turned_back(text: str, language: LatinConvention = "tg") -> str:
    return text.lower()


def _apart(letters: str) -> tuple[tuple[object, object], ...]:
    # Letters of an alphabet that folding leaves alone stand for those that folding would merge with others.
    strange = str.maketrans(letters + letters.upper(), 2 * _ALPHABET[: len(letters)])
    return _folding_of(lambda text: text.translate(strange))


def _folding_of(kept: Callable[[str], str]) -> tuple[tuple[object, object], ...]:
    fold = spelling.fold  # as it is before it is replaced
    return ((fold, lambda text: fold(kept(text))),)


_ALPHABET: Final = "".join(map(chr, range(0x10D0, 0x10D0 + 33)))
"""Georgian."""
_DOUBLED = re.compile(r"([^\W\d_])\1")
_WORDS_OF_EVIDENCE: Final = {
    "lexical": "regression over n-grams",
    "alike": "messages with n-grams in common",
    "neighbours": "messages near by meaning",
    "head": "regression over vectors",
    "section": "sections by meaning",
    "coverage": "words in common with sections",
}

NOTHING_SHIPPED: Final = Part(
    "shipped vectors", lambda: ((shipped_vectors.read_shipped_vectors, shipped_vectors.nothing_known),)
)
"""No part of the search: without it all texts of a first build are encoded."""

PARTS: Final = (
    *(
        Part(_WORDS_OF_EVIDENCE.get(kind.name, kind.name), partial(_without_evidence, kind.name))
        for kind in fields(Evidence)
    ),
    Part("centring", lambda: ((centring.centres, _no_centres),)),
    Part("examples of what is not ours", content=lambda all_: all_.model_copy(update={"not_ours": ()})),
    Part("examples of danger", content=lambda all_: all_.model_copy(update={"urgent_examples": ()})),
    Part("language learned from messages", lambda: ((regression.learn_languages, lambda messages: None),)),
    Part("Latin turned back for the encoder", lambda: ((spelling.to_cyrillic, _not_turned_back),)),
    Part("plain letters for the encoder", lambda: ((spelling.letterless, _as_it_is),)),
    Part("one Unicode form", lambda: ((spelling.tidy, lambda text: " ".join(text.split())),)),
    Part("look-alike letters mended", lambda: ((spelling.mend_look_alikes, _as_it_is),)),
    Part("folding as a whole", lambda: ((spelling.fold, _small_letters),)),
    Part("folding: doubled letters", lambda: _folding_of(lambda text: _DOUBLED.sub(r"\1λ", text))),
    Part("folding: Latin as Cyrillic", lambda: _apart("abcdefghijklmnopqrstuvwxyz")),
    Part("folding: ғ ӣ қ ӯ ҳ ҷ ў as г и к у х ч у", lambda: _apart("ғӣқӯҳҷў")),
    Part("folding: й ы as и, ё э as е, ж as ч, щ as ш", lambda: _apart("йыёэжщ")),
    Part("folding: ъ, ь dropped", lambda: _apart("ъь")),
)
"""In the order in which they are measured; a new kind of evidence joins them by itself."""

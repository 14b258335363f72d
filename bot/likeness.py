"""Which questions say about the same: groups of like texts, each named by its most typical one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.ngrams import Buckets, NGrams
from index.spelling import fold

_FEATURES: Final = NGrams(shortest=3, longest=5, bits=18)
_ALIKE: Final = 0.4
"""Cosine of weighted n-grams from which two texts belong together; tried in docs/decisions/0008-store.md"""
_AT_ONCE: Final = 256
_OFTEN_SHARE: Final = 0.2
"""N-grams of a fifth of all texts tell nothing, and cost most of the time."""
_FEW: Final = 20

_Counted = Sequence[tuple[Buckets, NDArray[np.float32]]]


def groups_of_like(texts: Sequence[str]) -> list[list[int]]:
    """Return the texts' positions in groups, largest first; in each the most typical text stands first.

    Like is told by the n-grams of the folded spelling, so that one question in two alphabets is one.
    Whoever is like the first of a group belongs to it, but to no two; the first is the one with most that
    are like it among those that are left. Equal ones keep their order, so the result is always the same.
    """
    distinct: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        distinct.setdefault(fold(text), []).append(position)
    members = list(distinct.values())
    found = groups_of_folded(list(distinct), [len(each) for each in members])
    groups = [[position for each in group for position in members[each]] for group in found]
    return sorted(groups, key=len, reverse=True)


def groups_of_folded(folded: Sequence[str], times: Sequence[int]) -> list[list[int]]:
    """Do the same with folded texts that are all different, and how often each was written.

    Time and memory grow with the square of their number: 4,000 take some seconds.
    """
    weights = np.array(times, dtype=np.float32)
    alike = list(_alike(folded))
    free = np.ones(len(folded), dtype=bool)
    around = np.array([float(likeness @ weights[which]) for which, likeness in alike])
    groups = []
    while free.any():
        first = int(np.argmax(np.where(free, around, -1.0)))
        which, likeness = alike[first]
        taken = which[free[which]]
        order = taken[np.argsort(-likeness[free[which]], kind="stable")]
        groups.append([first, *(int(each) for each in order[order != first])])
        free[taken] = False
        for each in taken:
            near, how = alike[each]
            around[near] -= how * weights[each]
    return groups


def most_like(folded: Sequence[str], among: Sequence[str]) -> Iterator[int | None]:
    """Yield, for each folded text, the position of the one among these that is most like it.

    None: none is alike enough to belong together with it.
    """
    counted = _counted(among)
    rarity = _rarity(counted)
    others = _matrix(counted, rarity).T.tocsr()
    for start in range(0, len(folded), _AT_ONCE):
        near = _matrix(_counted(folded[start : start + _AT_ONCE]), rarity) @ others
        for begin, end in pairwise(near.indptr):
            likeness = near.data[begin:end]
            best = int(np.argmax(likeness)) if begin < end else 0
            yield int(near.indices[begin + best]) if begin < end and likeness[best] >= _ALIKE else None


def _alike(texts: Sequence[str]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    counted = _counted(texts)
    matrix = _matrix(counted, _rarity(counted))
    for start in range(0, len(texts), _AT_ONCE):
        part = (matrix[start : start + _AT_ONCE] @ matrix.T).toarray()
        for offset, row in enumerate(part):
            row[start + offset] = 1.0  # a text without any n-gram is like itself all the same
            which = np.flatnonzero(row >= _ALIKE)
            yield which, row[which]


def _counted(texts: Sequence[str]) -> _Counted:
    return [_FEATURES.counted(text) for text in texts]


def _rarity(counted: _Counted) -> NDArray[np.float32]:
    columns = np.concatenate([buckets for buckets, _ in counted] or [np.zeros(0, np.int64)])
    found = np.bincount(columns, minlength=1 << _FEATURES.bits)
    rarity = np.log1p(len(counted) / np.maximum(found, 1)).astype(np.float32)
    rarity[found > max(_FEW, _OFTEN_SHARE * len(counted))] = 0
    return rarity


def _matrix(counted: _Counted, rarity: NDArray[np.float32]) -> Any:
    from scipy import sparse  # type: ignore[import-untyped]  # ships no types; only reports need it

    lengths = [len(buckets) for buckets, _ in counted]
    columns = np.concatenate([buckets for buckets, _ in counted] or [np.zeros(0, np.int64)])
    values = np.concatenate([counts for _, counts in counted] or [np.zeros(0, np.float32)])
    rows = np.repeat(np.arange(len(counted)), lengths)
    values = values * rarity[columns]
    norms = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(counted)))
    values = (values / np.maximum(norms[rows], 1e-9)).astype(np.float32)
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(counted), 1 << _FEATURES.bits))

"""The regressions that a snapshot's learned parts come from."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import language, lexical
from index.centring import Vectors
from index.language import LanguageWeights
from index.lexical import Counted
from index.passages import Passage
from knowledge.model import LANGUAGES

# scikit-learn is imported where it is used: a second and 60 MB that answering does without.

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

_SEED: Final = 20261126


@dataclass(frozen=True, slots=True)
class DenseHead:
    """A multinomial logistic regression over centred vectors: what aspects are told apart by."""

    weights: Floats
    """Shape (dimension, aspects)."""
    bias: Floats

    def shares(self, vector: Floats) -> Floats:
        """Return the probability of each aspect; together 1."""
        evidence: Floats = vector @ self.weights + self.bias
        return np.exp(evidence - np.logaddexp.reduce(evidence)) if len(evidence) else evidence


def n_gram_matrix(texts: Sequence[Counted]) -> tuple[NDArray[np.int32], Floats, Any]:
    """Return the row of each bucket (or -1), the idf of each row, and the texts as sparse unit rows."""
    from scipy import sparse  # type: ignore[import-untyped]

    size = 1 << lexical.FEATURES.bits
    buckets = np.concatenate([each.buckets for each in texts])
    frequency = np.bincount(buckets, minlength=size)
    # An n-gram of a single message says nothing that another message could confirm.
    kept = np.flatnonzero(frequency >= 2)
    row_of_bucket = np.full(size, -1, dtype=np.int32)
    row_of_bucket[kept] = np.arange(len(kept))
    idf = (np.log((1 + len(texts)) / (1 + frequency[kept])) + 1).astype(np.float32)
    rows = np.repeat(np.arange(len(texts)), [len(each.buckets) for each in texts])
    columns = row_of_bucket[buckets]
    known = columns >= 0
    values = np.concatenate([each.counts for each in texts])[known] * idf[columns[known]]
    lengths = np.sqrt(np.bincount(rows[known], weights=values**2, minlength=len(texts)))
    values = (values / lengths[rows[known]]).astype(np.float32)
    matrix = sparse.csr_matrix((values, (rows[known], columns[known])), shape=(len(texts), len(kept)))
    return row_of_bucket, idf, matrix


def one_against_rest(matrix: Any, labels: Numbers, classes: Numbers) -> tuple[Floats, Floats]:
    """Return weights (columns of the matrix, classes) and biases: a logistic regression for each class alone.

    Four times as fast as a multinomial one and better on unseen questions: docs/decisions/0005-search.md
    """
    from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    model = LogisticRegression(C=10, solver="liblinear", dual=True, tol=0.1, max_iter=100, random_state=_SEED)
    weights, bias = [], []
    for each in classes:
        members = labels == each
        if members.all() or not members.any():
            weights.append(np.zeros(matrix.shape[1]))
            bias.append(10.0 if members.all() else -10.0)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # see learn_head
            model.fit(matrix, members)
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    return np.stack(weights, axis=1).astype(np.float32), np.array(bias, dtype=np.float32)


def learn_head(vectors: Vectors, labels: Numbers, count: int) -> DenseHead:
    """Return a multinomial regression over centred vectors.

    labels: of each vector the number of its aspect below `count`; -1 for none, it is not learned from.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if count < 3:  # two classes would come back as one column
        return DenseHead(np.zeros((vectors.shape[1], count), np.float32), np.zeros(count, np.float32))
    known = labels >= 0
    # More threads than one fight over products of this size.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is a regularisation of its own
        model = LogisticRegression(C=10, max_iter=40, random_state=_SEED).fit(vectors[known], labels[known])
    return DenseHead(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def learn_languages(messages: Sequence[Passage]) -> LanguageWeights | None:
    """Return what tells the languages of these messages apart; None unless all four are there."""
    from scipy import sparse

    counted = [language.FEATURES.counted(language.comparable(each.text)[:1000]) for each in messages]
    labels = np.array([LANGUAGES.index(each.language) for each in messages])
    if len(np.unique(labels)) < len(LANGUAGES):
        return None
    values = np.concatenate([counts / np.linalg.norm(counts) for _, counts in counted if len(counts)])
    starts = np.concatenate(([0], np.cumsum([len(buckets) for buckets, _ in counted])))
    matrix = sparse.csr_matrix(
        (values, np.concatenate([buckets for buckets, _ in counted]), starts),
        shape=(len(messages), 1 << language.FEATURES.bits),
    )
    weights, bias = one_against_rest(matrix, labels, np.arange(len(LANGUAGES)))
    return LanguageWeights(weights, bias)

"""Learns what advertising is: `python -m index.training.advertising` (a minute, no extra needed)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
from numpy.typing import NDArray

from index.advertising import (
    FEATURES,
    SURROUNDINGS,
    WEIGHTS_FILE,
    Floats,
    Weights,
    centred,
    comparable,
    signs,
    surroundings,
    unit_counts,
    write_weights,
)
from index.encoders import BUNDLED, Encoder, load_encoder
from index.errors import IndexingError
from index.training.advertising_texts import Piece, article_pieces, read_pieces, whole_articles
from knowledge.model import LANGUAGES

FOLDS: Final = 12
_SEED: Final = 20261126
_OF_AN_ARTICLE: Final = 0.35
"""What a sentence of the articles weighs beside one written as an honest example: there are more of them."""
_STRENGTH: Final = 5.0
_STAYS: Final = 0.95
"""Share of honest pieces, of kinds never seen, below the limit; a person looks at whatever is set aside."""
_PAGES: Final = 300
"""Pages put together per language, on which the second regression learns what surroundings say."""


@dataclass(frozen=True, slots=True)
class _Material:
    pieces: list[Piece]
    plain: list[str]
    vectors: Floats
    features: Any
    """Sparse, shape (pieces, dimension + 2 ** FEATURES.bits + len(SIGNS)): all that a piece alone shows."""
    labels: NDArray[np.int64]
    folds: NDArray[np.int64]
    """Which fold a piece's whole kind belongs to."""
    mean: Floats


def _material(found: list[Piece], encoder: Encoder) -> _Material:
    from scipy import sparse  # type: ignore[import-untyped]  # ships no types

    plain = [comparable(each.text) for each in found]
    raw = encoder.passages(plain)
    learned = np.array([not each.of_an_article for each in found])
    mean = raw[learned].astype(np.float64).mean(axis=0)
    vectors = centred(raw, mean)
    counted = [FEATURES.counted(text.lower()) for text in plain]
    starts = np.concatenate(([0], np.cumsum([len(buckets) for buckets, _ in counted])))
    spelled = sparse.csr_matrix(
        (
            np.concatenate([unit_counts(counts) for _, counts in counted]),
            np.concatenate([buckets for buckets, _ in counted]),
            starts,
        ),
        shape=(len(found), 1 << FEATURES.bits),
    )
    features = sparse.hstack([vectors, spelled, signs([each.text for each in found])]).tocsr()
    names = sorted({_kind(each) for each in found})
    number = {name: at % FOLDS for at, name in enumerate(names)}
    folds = np.array([number[_kind(each)] for each in found])
    labels = np.array([int(each.advertising) for each in found])
    return _Material(found, plain, vectors, features, labels, folds, mean)


def _kind(piece: Piece) -> tuple[bool, bool, str]:
    return piece.advertising, piece.of_an_article, piece.kind


def _fit_alone(material: _Material, rows: NDArray[np.int64]) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # ships no types

    counts = np.array([_OF_AN_ARTICLE if material.pieces[row].of_an_article else 1.0 for row in rows])
    model = LogisticRegression(
        C=_STRENGTH, solver="liblinear", intercept_scaling=5, max_iter=300, random_state=_SEED
    )
    model.fit(material.features[rows], material.labels[rows], sample_weight=counts)
    weights: Floats = model.coef_[0]
    return weights, float(model.intercept_[0])


def _apart(material: _Material) -> Floats:
    """Each piece's log-odds by a regression that has seen no piece of its kind."""
    found = np.zeros(len(material.pieces))
    for fold in range(FOLDS):
        tested = material.folds == fold
        weights, bias = _fit_alone(material, np.flatnonzero(~tested))
        found[tested] = material.features[tested] @ weights + bias
    return found


def _made_up_pages(material: _Material) -> Iterator[NDArray[np.int64]]:
    """Yield rows that stand on one page: honest ones that belong together, and in most some advertising."""
    rng = np.random.default_rng(_SEED)
    for language in LANGUAGES:
        rows = [at for at, each in enumerate(material.pieces) if each.language == language]
        by_kind: dict[tuple[bool, bool, str], list[int]] = {}
        for at in rows:
            by_kind.setdefault(_kind(material.pieces[at]), []).append(at)
        articles = [found for (_, of_an_article, _), found in by_kind.items() if of_an_article]
        honest = [found for (sold, of_one, _), found in by_kind.items() if not sold and not of_one]
        sold = [found for (sold, _, _), found in by_kind.items() if sold]
        everything = [at for at, each in enumerate(material.pieces) if each.advertising]
        for _ in range(_PAGES):
            if rng.random() < 0.35:
                whole = articles[rng.integers(len(articles))]
                start = rng.integers(max(1, len(whole) - 8))
                page = whole[start : start + int(rng.integers(5, 26))]
            else:
                page = [
                    at
                    for kind in rng.choice(len(honest), int(rng.integers(1, 4)), replace=False)
                    for at in rng.permutation(honest[kind])[: int(rng.integers(3, 10))]
                ]
            page = list(page)
            for _ in range(0 if rng.random() < 0.3 else int(rng.integers(1, 4))):
                chosen = sold[rng.integers(len(sold))] if rng.random() < 0.85 else everything
                some = list(rng.permutation(chosen)[: int(rng.integers(1, 4))])
                at = len(page) if rng.random() < 0.4 else int(rng.integers(0, len(page) + 1))
                page[at:at] = some
            yield np.array(page)


def _fit_among(material: _Material, apart: Floats) -> tuple[Floats, float, str]:
    from sklearn.linear_model import LogisticRegression

    pages = list(_made_up_pages(material))
    features = np.concatenate(
        [
            surroundings([material.plain[row] for row in page], material.vectors[page], apart[page])
            for page in pages
        ]
    )
    labels = np.concatenate([material.labels[page] for page in pages])
    model = LogisticRegression(C=10, max_iter=2000, random_state=_SEED).fit(features, labels)
    scores = features @ model.coef_[0] + model.intercept_[0]
    own = features[:, 0]
    limit = np.quantile(scores[labels == 0], _STAYS)
    return (
        model.coef_[0],
        float(model.intercept_[0] - limit),
        f"{_figures(own, labels)}\namong others: {_figures(scores, labels)}",
    )


def _figures(scores: Floats, labels: NDArray[np.int64]) -> str:
    said = []
    for kept in (0.95, 0.98, 0.99):
        limit = np.quantile(scores[labels == 0], kept)
        said.append(
            f"{np.mean(scores[labels == 1] > limit):.1%} gone where {kept:.0%} stays (over {limit:.2f})"
        )
    return ", ".join(said)


@click.command()
@click.option("--out", default=WEIGHTS_FILE, show_default=True, type=click.Path(path_type=Path))
def main(out: Path) -> None:
    """Learn what advertising is, for the bundled encoder, and print how well it does on kinds not seen."""
    start = time.monotonic()
    try:
        encoder = load_encoder(BUNDLED)
        found = [*read_pieces(), *whole_articles(list(article_pieces()), _SEED)]
        material = _material(found, encoder)
        written = np.array([not each.of_an_article for each in found])
        click.echo(
            f"{material.labels.sum()} advertising pieces, "
            f"{sum(written) - material.labels.sum()} honest ones, {sum(~written)} of articles"
        )
        apart = _apart(material)
        click.echo(f"kinds not seen, alone: {_figures(apart[written], material.labels[written])}")
        around, around_bias, figures = _fit_among(material, apart)
        click.echo(f"on made-up pages, alone: {figures}")
        click.echo(
            f"weights: {dict(zip(SURROUNDINGS, around.round(2).tolist(), strict=True))} {around_bias:.2f}"
        )
        alone, bias = _fit_alone(material, np.arange(len(found)))
        meaning, spelling, listed = np.split(
            alone, np.cumsum([material.vectors.shape[1], 1 << FEATURES.bits])
        )
        write_weights(
            Weights(
                encoder.spec.revision, material.mean, meaning, spelling, listed, bias, around, around_bias
            ),
            out,
        )
    except IndexingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out.name}: {out.stat().st_size:,} bytes, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()

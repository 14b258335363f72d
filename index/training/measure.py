"""What the bundled model is worth: its size, its likeness to the float model, its speed, on this processor.

`python -m index.training.measure --help`
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click
import numpy as np
from tokenizers import Tokenizer

from index.encoders import BUNDLED_FOLDER, BundledEncoder, Encoder, SentenceTransformerEncoder, Vectors
from index.training.export import MODEL, write_graph
from index.training.folder import read_json, write_folder
from index.training.texts import CONTENT, read_texts

SEED = 20261126
KINDS = {
    "int8, 7 bits, a scale per column": {"per_channel": True, "reduce_range": True},
    "int8, 8 bits, a scale per column": {"per_channel": True, "reduce_range": False},
    "int8, 7 bits, a scale per matrix": {"per_channel": False, "reduce_range": True},
    "int8, 8 bits, a scale per matrix": {"per_channel": False, "reduce_range": False},
    "uint8, 8 bits, a scale per column": {"per_channel": True, "reduce_range": False, "unsigned": True},
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """Cosines between two encoders' vectors of the same texts."""

    mean: float
    least: float
    texts: int


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast an encoder is when warm."""

    question_ms: float
    """Median of single questions, one after another."""
    texts_per_second: float
    """Many at once, over all processors."""


def sample(texts: Sequence[str], count: int) -> list[str]:
    """Return up to `count` lines of at most 300 characters; fewer are the beginning of more."""
    short = sorted({text for text in texts if len(text) <= 300})
    Random(SEED).shuffle(short)  # noqa: S311  # a sample, no secret
    return short[:count]


def size_bytes(folder: Path) -> int:
    """Return what the files of a folder hold together."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def likeness(one: Vectors, other: Vectors) -> Likeness:
    """Compare two arrays of unit rows, row by row; both of shape (texts, dimension).

    Raises ValueError if the shapes differ.
    """
    if one.shape != other.shape:
        raise ValueError(f"vectors of shapes {one.shape} and {other.shape} cannot be compared")
    cosines = (one * other).sum(axis=1)
    return Likeness(float(cosines.mean()), float(cosines.min()), len(cosines))


def speed(encoder: Encoder, texts: Sequence[str]) -> Speed:
    """Measure an encoder on these texts, after warming it up on the first ones."""
    encoder.questions(texts[:20])
    times = []
    for text in texts[:200]:
        start = time.perf_counter()
        encoder.questions([text])
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    encoder.questions(texts)
    return Speed(statistics.median(times) * 1000, len(texts) / (time.perf_counter() - start))


def same_pieces(base: Path, trimmed: Path, texts: Sequence[str]) -> float:
    """Return the share of texts, 0 to 1, that both folders' tokenizers cut into the same pieces."""
    one, other = (Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (base, trimmed))
    return statistics.fmean(one.encode(text).tokens == other.encode(text).tokens for text in texts)


def quantised(float_folder: Path, between: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of each kind of quantisation, made in folder `between` in turn."""
    from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types
        QuantType,
        quantize_dynamic,
    )

    graph = between / "model.onnx"
    write_graph(float_folder, graph)
    folder = between / "kind"
    write_folder(folder, read_json(float_folder / "config.json"), read_json(float_folder / "tokenizer.json"))
    (folder / MODEL).parent.mkdir()
    for name, options in KINDS.items():
        weights = QuantType.QUInt8 if options.get("unsigned") else QuantType.QInt8
        quantize_dynamic(
            graph,
            folder / MODEL,
            weight_type=weights,
            per_channel=options["per_channel"],
            reduce_range=options["reduce_range"],
        )
        yield name, folder


@click.command()
@click.argument("folder", default=BUNDLED_FOLDER, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--float", "float_folder", type=click.Path(exists=True, path_type=Path), help="Compare with it."
)
@click.option("--kinds", is_flag=True, help="Compare kinds of quantisation; needs --float.")
@click.option("--text", multiple=True, default=[CONTENT], type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=500, show_default=True, help="Texts in the sample.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the vectors, for --against elsewhere.")
@click.option("--against", type=click.Path(exists=True, path_type=Path), help="Vectors written by --save.")
def main(
    folder: Path,
    float_folder: Path | None,
    kinds: bool,
    text: tuple[Path, ...],
    count: int,
    save: Path | None,
    against: Path | None,
) -> None:
    """Print figures of the bundled model in FOLDER (by default the shipped one), measured on this processor.

    To see another processor: --save here, --against there, or under an emulator such as qemu-x86_64.
    """
    texts = sample(read_texts(text), count)
    encoder = BundledEncoder(folder)
    vectors = encoder.questions(texts)
    click.echo(f"{size_bytes(folder) / 1e6:.1f} MB, revision {encoder.spec.revision}, {len(texts)} texts")
    if save:
        np.save(save, vectors)
    if against:
        # Whoever saved more texts saved these first, as the sample is drawn in the same order.
        _print("likeness to the saved vectors", likeness(vectors, np.load(against)[: len(vectors)]))
        return
    _print("this model", speed(encoder, texts))
    if not float_folder:
        return
    whole = SentenceTransformerEncoder(str(float_folder), device="cpu").questions(texts)
    _print("likeness to the float model", likeness(vectors, whole))
    if kinds:
        with TemporaryDirectory() as between:
            for name, made in quantised(float_folder, Path(between)):
                other = BundledEncoder(made)
                click.echo(f"{name}: {size_bytes(made) / 1e6:.1f} MB")
                _print("  likeness", likeness(other.questions(texts), whole))
                _print("  speed", speed(other, texts))


def _print(name: str, figures: Likeness | Speed) -> None:
    match figures:
        case Likeness(mean=mean, least=least, texts=count):
            click.echo(f"{name}: cosine mean {mean:.4f}, least {least:.4f}, over {count} texts")
        case Speed(question_ms=milliseconds, texts_per_second=rate):
            click.echo(f"{name}: {milliseconds:.1f} ms a question, {rate:.0f} texts/s together")


if __name__ == "__main__":
    main()

"""Texts into vectors of unit length: by the bundled model, or by any sentence-transformers model."""

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # ships no types
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import IndexingError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]
"""Called now and then with the number of texts encoded since the last call; from one thread only."""

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).with_name("encoder")
LONGEST_TEXT = 10_000
"""Characters of a text that are looked at; a model reads 512 tokens, which is less."""

Backend = Literal["torch", "onnx", "openvino"]
"""What sentence-transformers runs a model with; all but torch need packages of their own."""
Prompts = tuple[str, str]
"""What a model wants in front of questions and of passages."""
E5_PROMPTS: Prompts = ("query: ", "passage: ")


class EncoderError(IndexingError):
    """An encoder that cannot be loaded."""


@dataclass(frozen=True, slots=True)
class EncoderSpec:
    """Which encoder made a vector; vectors of different specs cannot be compared."""

    name: str
    revision: str
    """A digest of the model's files, or the revision that its hub gives."""
    dimension: int


class Encoder(Protocol):
    """Texts into vectors; a text gets the same vector whatever stands beside it. Safe to use from any thread.

    Any string is a text: an empty one, a very long one (its beginning counts), one with control characters
    or lone surrogates.
    """

    @property
    def spec(self) -> EncoderSpec:
        """Which encoder this is."""
        ...

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return float32 of shape (texts, dimension), unit rows in the order of the texts."""
        ...

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return float32 of shape (texts, dimension), unit rows in the order of the texts."""
        ...


def load_encoder(
    name: str, *, device: str | None = None, backend: Backend = "torch", batch_size: int = 32
) -> Encoder:
    """Return the encoder that a setting names: "bundled", or a sentence-transformers model by name or path.

    device, backend, batch_size: for sentence-transformers models only.

    Raises EncoderError if it cannot be loaded.
    """
    if name == BUNDLED:
        return BundledEncoder()
    return SentenceTransformerEncoder(name, device=device, backend=backend, batch_size=batch_size)


class BundledEncoder:
    """The small model that comes with the hotline, on the CPU.

    Each text is encoded alone: int8 takes its scales from all that is computed together, so a batch would
    change its vectors. Each encoding runs on one thread; many texts run side by side.
    """

    def __init__(self, folder: Path = BUNDLED_FOLDER, workers: int | None = None) -> None:
        """Load the model in a folder; workers: threads for many texts, by default one a processor.

        Raises EncoderError if the folder is damaged.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                folder / "onnx" / "model_qint8.onnx", options, providers=["CPUExecutionProvider"]
            )
            prompts = json.loads((folder / "config_sentence_transformers.json").read_bytes())["prompts"]
            limit = json.loads((folder / "sentence_bert_config.json").read_bytes())["max_seq_length"]
            self.prompts = prompts["query"], prompts["passage"]
            revision = _digest(folder)
        # tokenizers and onnxruntime raise plain Exceptions of their own kinds for a file they cannot read.
        except Exception as error:
            raise EncoderError(
                f"{folder}: the bundled encoder is missing or damaged ({type(error).__name__}); "
                "install the hotline again, or run 'python -m index.training'"
            ) from error
        self._tokenizer.enable_truncation(limit)
        self._tokenizer.no_padding()
        self._workers = workers or os.cpu_count() or 1
        dimension = int(self._session.get_outputs()[0].shape[1])
        self.spec = EncoderSpec(BUNDLED, revision, dimension)

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Encoder.questions."""
        return self._encode(self.prompts[0], texts, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Encoder.passages."""
        return self._encode(self.prompts[1], texts, progress)

    def _encode(self, prompt: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)
        prompted = (prompt + _readable(text) for text in texts)
        if len(texts) <= 1 or self._workers == 1:
            return _collected(vectors, map(self._vector, prompted), progress)
        pool = ThreadPoolExecutor(min(self._workers, len(texts)), "encoder")
        try:
            return _collected(vectors, pool.map(self._vector, prompted), progress)
        finally:
            # Whoever interrupts a long build should not wait for the rest of it.
            pool.shutdown(cancel_futures=True)

    def _vector(self, text: str) -> Vectors:
        tokens = np.array([self._tokenizer.encode(text).ids], np.int64)
        inputs = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        vector: Vectors = self._session.run(["sentence_embedding"], inputs)[0][0]
        return vector


class SentenceTransformerEncoder:
    """Any sentence-transformers model; needs the extra of that name."""

    def __init__(
        self,
        name: str,
        *,
        device: str | None = None,
        backend: Backend = "torch",
        batch_size: int = 32,
    ) -> None:
        """Load a model by its name on a hub or its folder.

        device: what PyTorch calls one ("cpu", "cuda", "mps"), by default the best there is.

        Raises EncoderError if the extra is missing or the model cannot be loaded.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderError(
                f"encoder '{name}' needs the extra 'sentence-transformers'; "
                "run \"pip install 'tajik-hotline[sentence-transformers]'\""
            ) from error
        try:
            self._model = SentenceTransformer(name, device=device, backend=backend)
        # Files, network, weights and remote code fail in as many ways as there are libraries underneath.
        except Exception as error:
            raise EncoderError(
                f"encoder '{name}' cannot be loaded ({type(error).__name__}); "
                f"set HOTLINE_ENCODER to a model's folder or name, or to '{BUNDLED}'"
            ) from error
        self._model.eval()
        self.prompts = _prompts(name, self._model.prompts)
        self._batch_size = batch_size
        # The tokenizer underneath keeps its padding as a state of its own and is not safe to share.
        self._turn = threading.Lock()
        # Asked by using it: the method that tells the dimension has another name in each release.
        dimension = int(self._model.encode([""]).shape[1])
        self.spec = EncoderSpec(name, _revision(name, self._model), dimension)

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Encoder.questions."""
        return self._encode(self.prompts[0], texts, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Encoder.passages."""
        return self._encode(self.prompts[1], texts, progress)

    def _encode(self, prompt: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        prompted = [_readable(text) for text in texts]
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)
        # Within a step texts of like length share a batch, so that little is spent on padding.
        step = 4 * self._batch_size
        for start in range(0, len(texts), step):
            part = prompted[start : start + step]
            with self._turn:
                vectors[start : start + step] = self._model.encode(
                    part,
                    prompt=prompt,
                    batch_size=self._batch_size,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
            if progress:
                progress(len(part))
        return vectors


def _collected(vectors: Vectors, found: Iterable[Vectors], progress: Progress | None) -> Vectors:
    for row, vector in enumerate(found):
        vectors[row] = vector
        if progress:
            progress(1)
    return vectors


def _readable(text: str) -> str:
    # Halves of surrogate pairs, which no tokenizer takes, become the sign for an unreadable character.
    return text[:LONGEST_TEXT].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _prompts(name: str, own: Mapping[str, str | None]) -> Prompts:
    passage = own.get("passage") or own.get("document") or ""
    question = own.get("query") or ""
    if question or passage:
        return question, passage
    # E5 itself does not name its prompts; its instructed kin wants another form.
    words = re.split(r"[^a-z0-9]+", Path(name).name.lower())
    return E5_PROMPTS if "e5" in words and "instruct" not in words else ("", "")


def _revision(name: str, model: "SentenceTransformer") -> str:
    if Path(name).is_dir():
        return _digest(Path(name))
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return getattr(config, "_commit_hash", None) or "unknown"


_MODEL_FILES = {".json", ".safetensors", ".bin", ".onnx", ".model", ".txt"}


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MODEL_FILES:
            with path.open("rb") as file:
                whole.update(path.relative_to(folder).as_posix().encode())
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:16]

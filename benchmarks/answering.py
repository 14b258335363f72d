"""What a question costs beside the encoder's own time for it."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Mapping, Sequence

from benchmarks.published import published
from bot.answer import answer
from bot.question import Question
from index.encoders import Encoder, Progress, Vectors, load_encoder
from index.snapshot import load
from knowledge.load import SHIPPED_CONTENT

QUESTIONS = 200


class TimedEncoder:
    """An encoder that notes how long each of its calls took."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.spec = encoder.spec
        self.calls: list[float] = []
        """Seconds a call."""

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode and note the time."""
        begun = time.perf_counter()
        vectors = self._encoder.questions(texts, progress)
        self.calls.append(time.perf_counter() - begun)
        return vectors

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode without noting."""
        return self._encoder.passages(texts, progress)


def measure() -> list[Mapping[str, object]]:
    """Ask golden questions of one sentence, in scope, one after another; the first ten warm up."""
    encoder = TimedEncoder(load_encoder("bundled"))
    snapshot = load(published(), encoder.spec)
    rows = (SHIPPED_CONTENT / "golden/questions.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [
        each["text"]
        for each in map(json.loads, rows)
        if each["kind"] == "in-scope" and each["style"] != "long"
    ]
    for text in texts[:10]:
        answer(Question(text), snapshot, encoder)
    whole, encoding = [], []
    for text in texts[10 : 10 + QUESTIONS]:
        encoder.calls.clear()
        begun = time.perf_counter()
        answer(Question(text), snapshot, encoder)
        whole.append((time.perf_counter() - begun) * 1000)
        encoding.append(sum(encoder.calls) * 1000)
    encoded = [(a, e) for a, e in zip(whole, encoding, strict=True) if e]
    answers, own = ([pair[side] for pair in encoded] for side in (0, 1))
    ratios = [a / e for a, e in encoded]
    return [
        {"figure": "questions that needed the encoder", "value": len(encoded)},
        {"figure": "whole answer, median ms", "value": round(statistics.median(answers), 2)},
        {
            "figure": "whole answer, 99th percentile ms",
            "value": round(statistics.quantiles(answers, n=100)[98], 2),
        },
        {"figure": "encoder alone, median ms", "value": round(statistics.median(own), 2)},
        {"figure": "whole answer / encoder, median of ratios", "value": round(statistics.median(ratios), 3)},
    ]

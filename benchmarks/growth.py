"""How loading and searching grow with the number of passages: `python -m benchmarks.growth [--json]`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from index.decision import Costs
from index.encoders import EncoderSpec
from index.learning import Encoded, Learned, Lesson, learn
from index.search import rank
from index.snapshot import build, load
from knowledge.model import LANGUAGES, Category, Example, Library, Page, Source, Texts, Topic

SIZES = (1_000, 10_000, 100_000)
TOPICS = 36
LEARNED_FROM = 2_000
QUESTIONS = 200
MIB = 1024 * 1024


class RandomEncoder:
    """Unit vectors that only depend on the text: they tell nothing, but cost what real ones cost."""

    spec = EncoderSpec("random", "1", 384)

    def questions(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return a random direction per text."""
        drawn = [
            np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.spec.dimension)
            for text in texts
        ]
        rows = np.array(drawn, dtype=np.float32).reshape(-1, self.spec.dimension)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    passages = questions


@dataclass(frozen=True, slots=True)
class Growth:
    """What one size costs."""

    passages: int
    build_s: float
    """Without encoding by a real model; learned from 2,000 messages whatever the size."""
    disk_mib: float
    load_s: float
    memory_mib: float
    """Resident after loading and searching, less what the imports take."""
    search_median_ms: float
    search_p99_ms: float


def generated_library(size: int) -> Library:
    """Return a library of `size` messages of six made-up words."""
    random = np.random.default_rng(size)
    letters = list("абвгдезиклмнопрстухчш")
    words = ["".join(random.choice(letters, random.integers(3, 9))) for _ in range(5_000)]
    same = Texts(tg="x", ru="x", uz="x", en="x")
    drawn = random.integers(0, len(words), (size, 6))
    messages = [" ".join(words[number] for number in row) for row in drawn]
    topics = tuple(
        Topic(
            id=f"topic-{number}",
            category="all",
            contacts=("line",),
            page=Page(
                path=f"topics/topic-{number}",
                source_language="ru",
                review_by=date(2027, 1, 1),
                sources={"s": Source(title="s", url=None)},
                sections=(),
                examples=tuple(
                    Example(text=text, language=LANGUAGES[place % 4])
                    for place, text in enumerate(messages[number::TOPICS])
                ),
            ),
        )
        for number in range(TOPICS)
    )
    return Library(categories=(Category(id="all", title=same),), topics=topics, contacts=())


def learn_from_some(
    lesson: Lesson, key: str, costs: Costs, progress: Callable[[str, int, int], None]
) -> Learned:
    """Learn from a fixed number of messages, so that only loading and searching grow."""
    step = max(1, len(lesson.messages) // LEARNED_FROM)

    def encoded() -> Encoded:
        found = lesson.encoded()
        return replace(found, messages=found.messages[::step])

    return learn(replace(lesson, messages=lesson.messages[::step], encoded=encoded), key, costs, progress)


def measured_here(folder: Path, build_s: float) -> Growth:
    """Return what the snapshot in this folder costs this process, which has done nothing else before."""
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.perf_counter()
    snapshot = load(folder, RandomEncoder.spec)
    load_s = time.perf_counter() - started
    questions = [f"{message} как быть" for message in _some_messages(snapshot.library)]
    encoder = RandomEncoder()
    taken = []
    for question in questions:
        began = time.perf_counter()
        rank(question, snapshot, encoder)
        taken.append(1000 * (time.perf_counter() - began))
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Growth(
        passages=snapshot.dense.size,
        build_s=build_s,
        disk_mib=sum(path.stat().st_size for path in files) / MIB,
        load_s=load_s,
        memory_mib=(process.memory_info().rss - before) / MIB,
        search_median_ms=float(np.median(taken)),
        search_p99_ms=float(np.quantile(taken, 0.99)),
    )


def _some_messages(library: Library) -> list[str]:
    every = [example.text for topic in library.topics for example in topic.page.examples]
    return every[:: max(1, len(every) // QUESTIONS)][:QUESTIONS]


def measured(size: int) -> Growth:
    """Build a snapshot of this size and return what it costs a new process."""
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        build(generated_library(size), RandomEncoder(), Path(name), teach=learn_from_some)
        build_s = time.perf_counter() - started
        command = [sys.executable, "-m", "benchmarks.growth", "--measure", name, "--build-s", str(build_s)]
        # The command is this very module.
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Growth(**json.loads(printed))


def measure(sizes: Sequence[int] = SIZES) -> list[Mapping[str, object]]:
    """Return one row per size."""
    return [
        {name: round(value, 2) if isinstance(value, float) else value for name, value in asdict(row).items()}
        for row in map(measured, sizes)
    ]


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--build-s", type=float, default=0.0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(asdict(measured_here(arguments.measure, arguments.build_s))))
        return
    rows = measure(arguments.sizes)
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return
    print("  ".join(f"{name:>16}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:>16}" for value in row.values()))


if __name__ == "__main__":
    main()

"""How building, loading and searching grow with passages and with topics: `python -m benchmarks.growth`."""

from __future__ import annotations

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

import click
import numpy as np
import psutil
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.tables import table
from index.building import Teach
from index.decision import Costs
from index.encoders import EncoderSpec
from index.learning import Learned, learn
from index.lesson import Encoded, Lesson
from index.search import rank
from index.snapshot import build, load
from knowledge.load import SHIPPED_CONTENT
from knowledge.load import load as load_content
from knowledge.model import LANGUAGES, Category, Example, Library, Page, Source, Texts, Topic

PASSAGES = (1_000, 10_000, 100_000)
TOPICS = (36, 360, 3_600)
MESSAGES_OF_A_TOPIC = 7
"""Of a made-up topic: what an editor writes in a day. With one more, each would be learned by itself."""
SECTIONS_OF_A_TOPIC = 4
LEARNED_FROM = 2_000
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяғӣқӯҳҷabcdefghijklmnopqrstuvwxyz"
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

    topics: int
    passages: int
    build_s: float
    """Without encoding by a real model."""
    disk_mib: float
    load_s: float
    memory_mib: float
    """Resident after loading and searching, less what the imports take."""
    search_median_ms: float
    search_p99_ms: float


def of_passages(size: int) -> Library:
    """Return a library of `size` messages of six made-up words in 36 topics."""
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
                    for place, text in enumerate(messages[number :: TOPICS[0]])
                ),
            ),
        )
        for number in range(TOPICS[0])
    )
    return Library(categories=(Category(id="all", title=same),), topics=topics, contacts=())


def of_topics(count: int) -> Library:
    """Return the shipped content and, up to this many topics, such as are made from it in made-up words.

    A made-up topic has some messages and sections of a real one, their letters exchanged for others.
    """
    library = load_content(SHIPPED_CONTENT)
    made_up = (
        _in_other_words(library.topics[number % len(library.topics)], number)
        for number in range(len(library.topics), count)
    )
    return library.model_copy(update={"topics": (*library.topics, *made_up)})


def _in_other_words(topic: Topic, number: int) -> Topic:
    random = np.random.default_rng(number)
    page = topic.page
    article = page.articles[page.source_language]
    chosen = random.permutation(len(page.examples))[:MESSAGES_OF_A_TOPIC]
    exchanged = str.maketrans(dict(zip(_LETTERS, random.permutation(list(_LETTERS)).tolist(), strict=True)))

    def said(text: str) -> str:
        return text.lower().translate(exchanged)

    sections = tuple(
        each.model_copy(update={"heading": said(each.heading), "text": said(each.text)})
        for each in article.sections[:SECTIONS_OF_A_TOPIC]
    )
    examples = tuple(
        Example(text=said(page.examples[place].text), language=page.examples[place].language)
        for place in chosen
    )
    own = page.model_copy(
        update={
            "path": f"{page.path}-{number}",
            "examples": examples,
            "articles": {article.language: article.model_copy(update={"sections": sections})},
        }
    )
    return topic.model_copy(update={"id": f"{topic.id}-{number}", "related": (), "page": own})


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
        topics=len(snapshot.library.topics),
        passages=snapshot.messages.size + len(snapshot.section_vectors),
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


def measured(library: Library, teach: Teach) -> Growth:
    """Build a snapshot of this library and return what it costs a new process."""
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        build(library, RandomEncoder(), Path(name), teach=teach)
        build_s = time.perf_counter() - started
        command = [sys.executable, "-m", "benchmarks.growth", "--measure", name, "--build-s", str(build_s)]
        # The command is this very module.
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Growth(**json.loads(printed))


def measure_passages() -> list[Mapping[str, object]]:
    """Return one row per number of passages, learned from 2,000 messages whatever the number."""
    return [_row(measured(of_passages(size), learn_from_some)) for size in PASSAGES]


def measure_topics() -> list[Mapping[str, object]]:
    """Return one row per number of topics, learned from all messages of the shipped ones."""
    return [_row(measured(of_topics(count), learn)) for count in TOPICS]


def _row(growth: Growth) -> Mapping[str, object]:
    return {
        name: round(value, 2) if isinstance(value, float) else value for name, value in asdict(growth).items()
    }


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--measure", "folder", type=click.Path(path_type=Path), hidden=True)
@click.option("--build-s", default=0.0, hidden=True)
def main(as_json: bool, folder: Path | None, build_s: float) -> None:
    """Print both tables, or JSON."""
    if folder:
        click.echo(json.dumps(asdict(measured_here(folder, build_s))))
        return
    found = {"passages": measure_passages(), "topics": measure_topics()}
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for name, rows in found.items():
        Console().print(table(name, rows))


if __name__ == "__main__":
    main()

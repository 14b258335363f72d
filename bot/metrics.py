"""What the bot counts about itself, as Prometheus reads it: numbers and fixed words, never who or what."""

from __future__ import annotations

from collections import Counter as Counts
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.samples import Sample

from bot.answer import Answer
from index.evaluation.questions import Outcome
from index.language import Manner, manner
from knowledge.model import LANGUAGES

Tally = Counts[tuple[str, str]]
"""By kind and key: bot.daily.CountKind."""

_MOMENTS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds that a stage takes."""
WAITS: Final = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds that somebody waits for a reply; a pause that Telegram asks for, or an outage, counts in."""
_CONFIDENCES: Final = tuple(step / 10 for step in range(1, 11))


@dataclass(frozen=True, slots=True)
class Published:
    """What is to be seen of the live snapshot."""

    id: str
    built: datetime
    """With its time zone."""
    past_review: tuple[str, ...]
    """Pages whose day of review has passed, by their ids."""


class Metrics:
    """All figures of one running bot, in a registry of its own; methods may be called from any thread."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        self.questions = Counter(
            "hotline_questions",
            "Questions answered: outcome, language, and how they were spelt.",
            ("outcome", "language", "spelling"),
            registry=registry,
        )
        for labels in product(get_args(Outcome), LANGUAGES, get_args(Manner)):
            self.questions.labels(*labels)  # Prometheus sees no increase where a figure first appears
        self.topics = Counter(
            "hotline_topics",
            "Questions by the first topic of their answer; none where the answer is unknown.",
            ("topic",),
            registry=registry,
        )
        self._confidence = Histogram(
            "hotline_confidence",
            "Probability that the first topic is right, as the search sees it.",
            buckets=_CONFIDENCES,
            registry=registry,
        )
        self.waits = Histogram(
            "hotline_reply_seconds",
            "From the moment a message is taken up until Telegram has the whole reply.",
            buckets=WAITS,
            registry=registry,
        )
        self._stages = Histogram(
            "hotline_stage_seconds",
            "Time of one step: encoder, search, send (one request to Telegram).",
            ("stage",),
            buckets=_MOMENTS,
            registry=registry,
        )
        self._failures = Counter(
            "hotline_failures",
            "Messages that got an apology with the contacts, since the program failed.",
            registry=registry,
        )
        self._telegram_errors = Counter(
            "hotline_telegram_errors",
            "Requests that Telegram did not take or refused, by kind.",
            ("kind",),
            registry=registry,
        )
        self._retries = Counter(
            "hotline_telegram_retries", "Messages that had to be sent again.", registry=registry
        )
        self._webhook_refusals = Counter(
            "hotline_webhook_refusals",
            "Requests to the webhook that were turned away, by HTTP status.",
            ("status",),
            registry=registry,
        )
        self._database_errors = Counter(
            "hotline_database_errors", "Calls of the database that failed.", registry=registry
        )
        self.queue = 0
        """Messages that wait for a reply, as far as was told."""
        self.reachable = True
        """Whether the last request reached Telegram."""
        Gauge(
            "hotline_telegram_reachable",
            "1 if the last request reached Telegram, 0 if it did not.",
            registry=registry,
        ).set_function(lambda: self.reachable)
        Gauge(
            "hotline_queue_length",
            "Messages that wait for a reply, those under way included.",
            registry=registry,
        ).set_function(lambda: self.queue)
        self._snapshot = Info("hotline_snapshot", "The live version.", registry=registry)
        self._built = Gauge(
            "hotline_snapshot_built_timestamp_seconds", "When the live version was built.", registry=registry
        )
        self._stale = Gauge(
            "hotline_stale_articles", "Pages whose day of review has passed.", registry=registry
        )
        ProcessCollector(registry=registry)
        self._published: Callable[[], Published] | None = None

    # -- what happens

    def answered(self, answer: Answer, text: str) -> None:
        """Count an answered question; of its text only the spelling is looked at."""
        self.questions.labels(answer.outcome, answer.language, manner(text)).inc()
        self._confidence.observe(answer.confidence)
        if answer.topics and answer.outcome != "unknown":
            self.topics.labels(answer.topics[0].id).inc()
        if answer.ranking is not None:
            self._stages.labels("encoder").observe(answer.ranking.encoder_seconds)
            self._stages.labels("search").observe(answer.ranking.search_seconds)

    def replied(self, seconds: float) -> None:
        """Count a reply that Telegram has, and how long the person waited for it."""
        self.waits.observe(seconds)

    def failed(self) -> None:
        """Count a message that got an apology, since the program failed."""
        self._failures.inc()

    def sent(self, seconds: float) -> None:
        """Count a request to Telegram that sends something, taken or not."""
        self._stages.labels("send").observe(seconds)

    def telegram_failed(self, kind: str) -> None:
        """Count a failed request; kind: an HTTP status, or in a word what went wrong."""
        self._telegram_errors.labels(kind).inc()

    def telegram_reached(self, reached: bool) -> None:
        """Tell whether a request has reached Telegram, whatever it answered."""
        self.reachable = reached

    def retried(self) -> None:
        """Count a message that has to be sent again."""
        self._retries.inc()

    def webhook_refused(self, status: int) -> None:
        """Count a request to the webhook that was turned away."""
        self._webhook_refusals.labels(str(status)).inc()

    def database_failed(self) -> None:
        """Count a failed call of the database."""
        self._database_errors.inc()

    # -- what is

    def waiting(self, messages: int) -> None:
        """Tell how many messages wait."""
        self.queue = messages

    def follow(self, published: Callable[[], Published]) -> None:
        """Ask this about the live snapshot whenever the figures are read."""
        self._published = published

    def published(self) -> Published | None:
        """Return what is to be seen of the live snapshot; None where none is followed."""
        return None if self._published is None else self._published()

    def counts(self) -> Tally:
        """Return what the daily counts are made from, since the start."""
        counted: Tally = Counts()
        for sample in _samples(self.questions, "_total"):
            key = " ".join(sample.labels[each] for each in ("outcome", "language", "spelling"))
            counted["question", key] = int(sample.value)
        for sample in _samples(self.topics, "_total"):
            counted["topic", sample.labels["topic"]] = int(sample.value)
        below = 0
        for sample in _samples(self.waits, "_bucket"):  # each holds those before it
            counted["wait", sample.labels["le"]] = int(sample.value) - below
            below = int(sample.value)
        [failures] = _samples(self._failures, "_total")
        counted["failure", "apology"] = int(failures.value)
        return counted

    def exposition(self) -> tuple[bytes, str]:
        """Return all figures as Prometheus reads them, and the media type of that."""
        live = self.published()
        if live is not None:
            self._snapshot.info({"id": live.id})
            self._built.set(live.built.timestamp())
            self._stale.set(len(live.past_review))
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


def _samples(metric: MetricWrapperBase, suffix: str) -> Iterator[Sample]:
    for family in metric.collect():
        yield from (each for each in family.samples if each.name.endswith(suffix))

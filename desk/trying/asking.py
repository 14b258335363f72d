"""One question put to one version: what a citizen would get, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from bot import message
from bot.clerk import Clerk
from bot.phrases import Voice
from bot.question import Question
from bot.turn import Known
from desk.telegram_html import telegram_html
from desk.trying.versions import Version
from index.language import detect
from index.nearest import nearest_passages
from index.passages import Kind
from knowledge.model import Language, Library


@dataclass(frozen=True, slots=True)
class Likely:
    """A topic that may answer the question."""

    id: str
    title: str
    confidence: float
    """Probability, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Near:
    """A passage that the question was nearest to."""

    kind: Kind
    text: str
    language: Language
    topic: str
    """Its title; empty for what is not ours."""
    topic_id: str
    similarity: float
    """Cosine, -1 to 1."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    outcome: str | None
    """None: not a question, such as a greeting or a date."""
    confidence: float
    language: Language
    topics: tuple[Likely, ...]
    reply: Markup
    """As Telegram shows it."""
    buttons: tuple[tuple[str, ...], ...]
    near: tuple[Near, ...]
    """What people wrote, then sections; nearest first."""


def ask(text: str, version: Version, shown_in: Language, now: datetime) -> Tried:
    """Return what this version answers. shown_in: the language of titles. Raises what the encoder raises."""
    live, library = version.live, version.live.snapshot.library
    turn = message.hear(
        Question(text),
        Known(),
        live,
        version.encoder,
        lambda language: Clerk(library, Voice(live.phrases, language), now),
    )
    assert turn.reply is not None, "every message gets a reply"
    answered = turn.answer
    ranking = answered.ranking if answered is not None else None
    language = answered.language if answered is not None else detect(text, live.snapshot.learned.languages)
    hits = ranking.topics if ranking is not None else ()
    near = nearest_passages(ranking, version.passages) if ranking is not None else ()
    return Tried(
        outcome=None if answered is None else answered.outcome,
        confidence=0.0 if answered is None else answered.confidence,
        language=language,
        topics=tuple(
            Likely(each.topic_id, _title(library, each.topic_id, shown_in), each.confidence) for each in hits
        ),
        reply=telegram_html(turn.reply.text),
        buttons=tuple(tuple(button.text for button in row) for row in turn.reply.rows),
        near=tuple(
            Near(
                each.passage.kind,
                each.passage.text,
                each.passage.language,
                _title(library, each.passage.topic_id or "", shown_in),
                each.passage.topic_id or "",
                each.similarity,
            )
            for each in near
        ),
    )


def _title(library: Library, topic_id: str, language: Language) -> str:
    topic = library.topic_by_id.get(topic_id)
    return "" if topic is None or not topic.page.articles else topic.page.article(language).title

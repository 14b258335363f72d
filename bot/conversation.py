"""Messages in, replies out; knows no channel."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from bot.answer import Answer, answer
from bot.hotline import Hotline, Live
from bot.question import Question
from bot.render import Renderer, Reply
from index.language import detect
from knowledge.model import Language

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message led to."""

    answer: Answer | None
    """None when there was nothing to answer, or answering failed."""
    reply: Reply


class Conversation:
    """The one way in which every channel talks."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline

    def start(self, language: Language) -> Reply:
        """Return the greeting."""
        return self._renderer(self._hotline.live()).start(language)

    def apologise(self, language: Language) -> Reply:
        """Return the sentence for a failure of ours, with the contacts."""
        return self._renderer(self._hotline.live()).say("failed", language, with_contacts=True)

    def hear(self, question: Question, language: Language) -> Turn:
        """Return the reply to a message.

        language: what the channel knows of the person, for messages without words; otherwise the reply
        is in the message's own language.
        Never raises: whatever fails, the reply names the contacts, and the log has one line without the text.
        """
        begun = time.perf_counter()
        live = self._hotline.live()
        renderer = self._renderer(live)
        if not any(letter.isalpha() for letter in question.text):
            return Turn(None, renderer.say("no-text", language))
        try:
            answered = answer(question, live.snapshot, self._hotline.encoder)
            reply = renderer.reply(answered)
        except Exception as error:  # noqa: BLE001 - a citizen must get the numbers whatever went wrong
            log.error("question.failed", extra={"error": type(error).__name__, "snapshot": live.snapshot.id})
            return Turn(None, renderer.say("failed", detect(question.text), with_contacts=True))
        log.info(
            "question.answered",
            extra={
                "outcome": answered.outcome,
                "topic": answered.topics[0].id if answered.topics else None,
                "confidence": round(answered.confidence, 3),
                "language": answered.language,
                "ms": round((time.perf_counter() - begun) * 1000, 1),
                "snapshot": live.snapshot.id,
            },
        )
        return Turn(answered, reply)

    def press(self, action: str, language: Language) -> Reply:
        """Return the reply to a pressed button; `action` is what Button.action says.

        A button of an older snapshot whose topic or section is gone is answered with a sentence.
        """
        live = self._hotline.live()
        renderer = self._renderer(live)
        library = live.snapshot.library
        kind, _, name = action.partition(":")
        if kind == "none":
            return renderer.say("none-of-these", language, with_contacts=True)
        page_id, _, section_id = name.partition("#")
        if kind != "page" or page_id not in library.page_by_id:
            return renderer.say("outdated-button", language)
        topic, page = library.page_by_id[page_id]
        known = [each.id for each in page.sections]
        if section_id and section_id not in known:
            return renderer.say("outdated-button", language)
        return renderer.section(topic, page, section_id or known[0], language)

    def _renderer(self, live: Live) -> Renderer:
        return self._hotline.renderer(live)

"""Questions on the command line and the batch contract that other programs rely on (docs/batch.md)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.answer import Answer, Found
from bot.conversation import Conversation
from bot.markup import to_plain
from bot.question import Question
from bot.turn import Known
from knowledge.model import Language


class AskedLine(BaseModel):
    """One line of a batch: a text, or the turns of a conversation, whose last one is answered."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str | int | None = None
    text: str | None = None
    turns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> AskedLine:
        if (self.text is None) == (not self.turns):
            raise ValueError('needs either "text" or "turns"')
        return self

    @property
    def question(self) -> Question:
        """The question to answer."""
        return Question(self.text) if self.text is not None else Question(self.turns[-1], self.turns[:-1])


def ask(conversation: Conversation, question: Question, language: Language) -> dict[str, object]:
    """Return the answer as the batch contract writes it, without the id."""
    begun = time.perf_counter()
    turn = conversation.hear(question, Known(language))
    milliseconds = (time.perf_counter() - begun) * 1000
    assert turn.reply is not None, "every message gets a reply"
    return {
        **_decision(turn.answer, turn.reply.language),
        "contacts": [contact.id for contact in turn.reply.contacts],
        "article": _article(turn.answer),
        "reply": to_plain(turn.reply.text),
        "ms": round(milliseconds, 2),
    }


def ask_lines(
    conversation: Conversation, lines: Iterable[bytes], language: Language
) -> Iterator[dict[str, object]]:
    """Yield one record a line, in the same order; a line that cannot be read becomes {"id", "error"}."""
    for line in lines:
        if not line.strip():
            continue
        identity: object = None
        try:
            raw = json.loads(line.decode("utf-8"))
            identity = raw.get("id") if isinstance(raw, dict) else None
            asked = AskedLine.model_validate(raw)
        except UnicodeDecodeError:
            yield {"id": identity, "error": "not UTF-8"}
        except json.JSONDecodeError as error:
            yield {"id": identity, "error": f"not JSON: {error.msg} at character {error.pos + 1}"}
        except RecursionError:
            yield {"id": identity, "error": "not JSON: nested too deeply"}
        except ValidationError as error:
            yield {"id": identity, "error": "; ".join(_reasons(error))}
        else:
            yield {"id": asked.id, **ask(conversation, asked.question, language)}


def _decision(answered: Answer | None, language: Language) -> dict[str, object]:
    if answered is None:
        return {"outcome": "unknown", "topics": [], "confidence": 0.0, "language": language}
    return {
        "outcome": answered.outcome,
        "topics": [topic.id for topic in answered.topics],
        "confidence": round(answered.confidence, 4),
        "language": answered.language,
    }


def _article(answered: Answer | None) -> str | None:
    return f"{answered.page_path}#{answered.section_id}" if isinstance(answered, Found) else None


def _reasons(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False, include_input=False):
        place = ".".join(str(each) for each in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        yield f"{place}: {message}" if place else message

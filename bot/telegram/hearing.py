"""What is said to one message, or to several read as one, and whether that is news to the person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, cast

from bot.question import Question
from bot.telegram.conversing import Conversing
from bot.telegram.incoming import Incoming
from bot.telegram.quick import Burst, gist
from bot.telegram.recent import Recent
from bot.turn import Known, Medium, Turn
from knowledge.model import LANGUAGES

_EDIT_SECONDS: Final = 900
"""A message that was sent longer ago gets no new answer when it is edited."""
_NOTHING: Final = Turn(None)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message led to."""

    turn: Turn
    asked: str = ""
    """The words that were read, if any were."""
    is_news: bool = True
    """False where the person has this reply already."""


class Hearing:
    """Asks the conversation, in its threads, and remembers for moments what was said."""

    def __init__(self, conversation: Conversing, threads: Executor, recent: Recent) -> None:
        self._conversation = conversation
        self._threads = threads
        self._recent = recent

    async def hear(self, group: Sequence[Incoming], known: Known) -> Heard:
        """Return what is said to these messages of one chat, oldest first; all are read as one.

        Where there are words among several, the words count, else the newest.

        Raises what the conversation raises.
        """
        heard = await self._heard(group, known)
        if known.with_person and any(each.captioned for each in group):
            return await self._with_a_word_on_pictures(heard, known)
        return heard

    async def _with_a_word_on_pictures(self, heard: Heard, known: Known) -> Heard:
        said = (await self._think(partial(self._conversation.receive, "other", known))).reply
        before = heard.turn.reply
        if before is None or said is None:
            return Heard(replace(heard.turn, reply=said), heard.asked)
        reply = replace(before, text=f"{before.text}\n\n{said.text}")
        return replace(heard, turn=replace(heard.turn, reply=reply))

    async def _heard(self, group: Sequence[Incoming], known: Known) -> Heard:
        words = [each for each in group if each.kind == "words"]
        if len(group) > 1 and words:
            return await self._words(words[-1], tuple(each.text for each in words), known)
        match group[-1]:
            case Incoming(kind="words", edited=True) as edited:
                return await self._edited(edited, known)
            case Incoming(kind="words") as alone:
                return await self._perhaps_going_on(alone, known)
            case Incoming(kind="medium") as medium:
                return await self._medium(medium, known)
            case other:
                self._recent.bursts.pop(other.chat)
                turn = await self._think(self._asking(other, known))
                return Heard(turn, is_news=not self._is_on_its_way(turn, other))

    async def _perhaps_going_on(self, message: Incoming, known: Known) -> Heard:
        burst = self._recent.bursts.get(message.chat) if message.private else None
        if burst is None or not burst.goes_on_with(message) or burst.known.with_person != known.with_person:
            return await self._words(message, (message.text,), known)
        heard = await self._words(message, (*burst.texts, message.text), burst.known)
        return replace(heard, is_news=gist(heard.turn) != burst.gist)

    async def _words(self, newest: Incoming, texts: tuple[str, ...], known: Known) -> Heard:
        asked = "\n".join(texts)
        turn = await self._think(partial(self._conversation.hear, Question(asked), known))
        self._recent.bursts.put(newest.chat, Burst(texts, newest.sent, known, gist(turn)))
        self._recent.said.put((newest.chat, newest.message), gist(turn))
        return Heard(turn, asked)

    async def _edited(self, message: Incoming, known: Known) -> Heard:
        before = self._recent.said.get((message.chat, message.message))
        if before is None and time.time() - message.sent > _EDIT_SECONDS:
            return Heard(_NOTHING, is_news=False)
        heard = await self._words(message, (message.text,), known)
        return replace(heard, is_news=gist(heard.turn) != before)

    async def _medium(self, message: Incoming, known: Known) -> Heard:
        burst = self._recent.bursts.get(message.chat) if message.private else None
        if burst is not None and burst.goes_on_with(message):  # the other pictures of an album, for instance
            return Heard(_NOTHING, is_news=False)
        turn = await self._think(partial(self._conversation.receive, cast(Medium, message.text), known))
        self._recent.bursts.put(message.chat, Burst((), message.sent, known, gist(turn)))
        return Heard(turn)

    def _is_on_its_way(self, turn: Turn, press: Incoming) -> bool:
        # A sound takes its time, and so the button is pressed again.
        spoken = turn.reply.spoken if turn.reply else None
        if spoken is None:
            return False
        key = press.chat, spoken.sound.digest
        before = self._recent.heard.get(key)
        self._recent.heard.put(key, press.update)
        return before not in (None, press.update)

    def _asking(self, message: Incoming, known: Known) -> Callable[[], Turn]:
        if message.kind == "press":
            return partial(self._conversation.press, *_of_button(message.text, known))
        if message.place is not None:
            return partial(self._conversation.locate, *message.place, known)
        # A place that only memory had, before the program was started again, is asked for once more.
        name, _, argument = (message.text if message.kind == "command" else "contacts").partition(" ")
        return partial(self._conversation.command, name, known, argument)

    async def _think(self, ask: Callable[[], Turn]) -> Turn:
        return await asyncio.get_running_loop().run_in_executor(self._threads, ask)


def _of_button(data: str, known: Known) -> tuple[str, Known]:
    """Return the action, and what is known with the language of the reply under which the button stands."""
    action, _, code = data.rpartition("@")
    language = next((each for each in LANGUAGES if each == code), None)
    return (data, known) if language is None else (action, replace(known, language=language))

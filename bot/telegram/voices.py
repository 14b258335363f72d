"""Recordings as voice messages: each is uploaded once, and named from then on as Telegram calls it."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial
from textwrap import shorten
from typing import Final

from telegram import Bot, InputFile, Message, ReplyParameters
from telegram.error import BadRequest

from bot.reply import Spoken
from bot.telegram.recent import Brief
from bot.telegram.sending import refusal
from index.recordings import Sound
from index.shelf import SnapshotError

log = logging.getLogger(__name__)

_CAPTION: Final = 500
"""Characters; Telegram allows 1024, and counts some of them twice."""
_FORBIDDEN: Final = "voice_messages_forbidden"
"""What Telegram says of a person who lets nobody send any."""


class UnheardError(Exception):
    """A recording that this person cannot get, though nothing is wrong with it."""


class Voices:
    """Sends recordings; remembers Telegram's names of the last ones in memory only."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._named: Brief[str, str] = Brief(math.inf)

    async def send(self, spoken: Spoken, quoting: ReplyParameters | None, chat: int) -> None:
        """Send a recording to this chat; a sound is read only where it must be uploaded.

        quoting: the message that this replies to.

        Raises UnheardError if the sound is gone or the person wants no voice messages, and what
        python-telegram-bot raises.
        """
        send = partial(
            self._bot.send_voice,
            chat,
            duration=spoken.seconds,
            caption=shorten(spoken.caption, _CAPTION, placeholder="…"),
            reply_parameters=quoting,
        )
        try:
            if not await self._is_sent_by_name(spoken.sound, send):
                self._remember(spoken.sound, await send(await _read(spoken.sound)))
        except BadRequest as error:
            if _FORBIDDEN in error.message.lower():
                raise UnheardError("no voice messages wanted") from None
            raise

    async def _is_sent_by_name(self, sound: Sound, send: Callable[[str], Awaitable[object]]) -> bool:
        name = self._named.get(sound.digest)
        if name is None:
            return False
        try:
            await send(name)
        except BadRequest as error:
            if _FORBIDDEN in error.message.lower() or not refusal(error).ours:
                raise
            log.info("recording.renamed")
            self._named.pop(sound.digest)
            return False
        return True

    def _remember(self, sound: Sound, sent: Message) -> None:
        if isinstance(sent, Message) and sent.voice is not None:
            self._named.put(sound.digest, sent.voice.file_id)


async def _read(sound: Sound) -> InputFile:
    try:
        content = await asyncio.to_thread(sound.read)
    except SnapshotError as error:
        raise UnheardError("its version is gone") from error
    return InputFile(content, filename="recording.ogg")

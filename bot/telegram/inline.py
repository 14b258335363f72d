"""The inline mode: up to five sections for what somebody types behind the bot's name, in any chat."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from functools import partial
from typing import Final

from telegram import Bot, InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.markup import split, to_html
from bot.offers import Offer
from bot.telegram.conversing import Conversing
from bot.telegram.incoming import Asked
from bot.telegram.keeping import Keeping
from bot.telegram.sending import try_once

log = logging.getLogger(__name__)

MOST_OFFERS: Final = 5
_MOST_PEOPLE: Final = 32
"""Who types while so many others do gets no offers; messages to the bot come first."""
_REMEMBERED_SECONDS: Final = 60
"""How long Telegram may show the same offers for the same words."""


class Inline:
    """Answers what people type; of each person only the newest, and nothing is stored."""

    def __init__(self, conversation: Conversing, keeping: Keeping, bot: Bot, threads: Executor) -> None:
        self._conversation = conversation
        self._keeping = keeping
        self._bot = bot
        self._threads = threads
        self._newest: dict[int, Asked] = {}
        self._answering: dict[int, asyncio.Task[None]] = {}

    def ask(self, asked: Asked) -> None:
        """Answer this soon, unless the person goes on typing."""
        if asked.user in self._answering:
            self._newest[asked.user] = asked
        elif len(self._answering) < _MOST_PEOPLE:
            self._newest[asked.user] = asked
            self._answering[asked.user] = asyncio.create_task(self._answer(asked.user))

    async def close(self) -> None:
        """Stop answering."""
        for each in self._answering.values():
            each.cancel()

    async def _answer(self, user: int) -> None:
        try:
            while (asked := self._newest.pop(user, None)) is not None:
                await self._answer_one(asked)
        except Exception as error:  # noqa: BLE001 - one line; whoever typed sees no offers
            log.error("inline.failed", extra={"error": type(error).__name__})
        finally:
            self._newest.pop(user, None)
            del self._answering[user]

    async def _answer_one(self, asked: Asked) -> None:
        known = await self._keeping.known(asked.user, asked.language)
        think = partial(self._conversation.offers, asked.text, known)
        offers = await asyncio.get_running_loop().run_in_executor(self._threads, think)
        results = [_result(number, each) for number, each in enumerate(offers[:MOST_OFFERS], start=1)]
        answer = partial(
            self._bot.answer_inline_query,
            asked.query,
            results,
            cache_time=_REMEMBERED_SECONDS,
            is_personal=True,
        )
        await try_once(answer, "inline.expired")


def _result(number: int, offer: Offer) -> InlineQueryResultArticle:
    text = InputTextMessageContent(
        to_html(split(offer.reply.text)[0]),
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(str(number), offer.title, text, description=offer.description)

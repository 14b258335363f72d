"""What Telegram shows of the bot before anybody writes: its commands and what it is, in each language."""

from __future__ import annotations

import logging
from typing import Final

from telegram import Bot
from telegram.error import TelegramError

from bot.telegram.conversing import Conversing
from knowledge.model import LANGUAGES, Language

log = logging.getLogger(__name__)

_FOR_ALL_OTHERS: Final[Language] = "tg"
_LONGEST: Final = 512
"""Characters (core.telegram.org/bots/api#setmydescription)."""
_LONGEST_SHORT: Final = 120
"""Characters (core.telegram.org/bots/api#setmyshortdescription)."""


async def show_profile(bot: Bot, conversation: Conversing) -> None:
    """Set commands and descriptions where they differ from what Telegram shows; a refusal is one log line.

    Telegram allows few such changes a day, so that a bot that starts often must not set them each time.
    """
    try:
        await _show(bot, conversation, "", _FOR_ALL_OTHERS)
        for each in LANGUAGES:
            await _show(bot, conversation, each, each)
    # Or what Telegram says is not as its documentation describes it.
    except (TelegramError, TypeError, ValueError, LookupError, AttributeError) as error:
        log.warning("profile.refused", extra={"error": type(error).__name__})


async def _show(bot: Bot, conversation: Conversing, code: str, language: Language) -> None:
    commands = tuple(conversation.commands(language))
    shown = await bot.get_my_commands(language_code=code)
    if commands != tuple((each.command, each.description) for each in shown):
        await bot.set_my_commands(commands, language_code=code)
    text = conversation.describe(language)[:_LONGEST]
    if text != (await bot.get_my_description(language_code=code)).description:
        await bot.set_my_description(text, language_code=code)
        await bot.set_my_short_description(_first_sentence(text), language_code=code)


def _first_sentence(text: str) -> str:
    end = max(text.rfind(each, 0, _LONGEST_SHORT - 1) for each in (". ", "! ", "? "))
    return text[: end + 1] if end > 0 else text[:_LONGEST_SHORT]

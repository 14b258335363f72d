"""The conversation on Telegram: the only module that knows python-telegram-bot."""

from __future__ import annotations

import asyncio
import logging
import textwrap
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import SecretStr
from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.conversation import Conversation
from bot.errors import BotError
from bot.markup import split, to_html
from bot.question import Question
from bot.render import Button, Reply
from knowledge.model import LANGUAGES, Language

log = logging.getLogger(__name__)

CONCURRENT_UPDATES = 16
"""Updates handled side by side; by default python-telegram-bot handles one after another."""
_RETRY_AFTER_SECONDS = (1.0, 3.0, 9.0)
_BUTTON_LENGTH = 60
"""Characters of a button that a narrow phone still shows; the whole title stands in the text."""

_Application = Application[Any, Any, Any, Any, Any, Any]
_Context = ContextTypes.DEFAULT_TYPE


def run_polling(conversation: Conversation, token: SecretStr, *, base_url: str, base_file_url: str) -> None:
    """Answer by long polling until the process is told to stop.

    Raises BotError if Telegram refuses the token or cannot be reached at the start; the message never
    contains the token.
    """
    application = build_application(conversation, token, base_url=base_url, base_file_url=base_file_url)
    try:
        application.run_polling(allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY], bootstrap_retries=0)
    except InvalidToken:
        raise BotError(
            "Telegram does not know the token in HOTLINE_TELEGRAM_TOKEN: copy it again from @BotFather"
        ) from None
    except NetworkError as error:
        raise BotError(
            f"Telegram cannot be reached ({type(error).__name__}): check the network of this machine "
            "and HOTLINE_TELEGRAM_BASE_URL, then start again"
        ) from None
    except TelegramError as error:
        raise BotError(f"Telegram refused to start the bot: {type(error).__name__}") from None


def build_application(
    conversation: Conversation, token: SecretStr, *, base_url: str, base_file_url: str
) -> _Application:
    """Return python-telegram-bot's application with this bot's handlers, not yet started."""
    channel = TelegramChannel(conversation)
    application = (
        ApplicationBuilder()
        .token(token.get_secret_value())
        .base_url(base_url)
        .base_file_url(base_file_url)
        .concurrent_updates(CONCURRENT_UPDATES)
        .post_init(_started)
        .post_stop(_stopped)
        .build()
    )
    private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
    application.add_handler(CommandHandler("start", channel.start, filters=private))
    application.add_handler(MessageHandler(private, channel.hear))
    application.add_handler(CallbackQueryHandler(channel.press))
    application.add_error_handler(channel.fail)
    return application


class TelegramChannel:
    """Turns updates into messages for the conversation, and replies into what Telegram shows."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    async def start(self, update: Update, context: _Context) -> None:
        """Greet."""
        await self._send(update, context, self._conversation.start(_language(update)))

    async def hear(self, update: Update, context: _Context) -> None:
        """Answer a text, or the caption of something else."""
        assert update.message is not None
        question = Question(update.message.text or update.message.caption or "")
        turn = await asyncio.to_thread(self._conversation.hear, question, _language(update))
        await self._send(update, context, turn.reply)

    async def press(self, update: Update, context: _Context) -> None:
        """Answer a pressed button with a new message, since an edit would not notify."""
        query = update.callback_query
        assert query is not None
        await _acknowledge(query)
        action, _, language = (query.data or "").rpartition("@")
        spoken = _known(language) or _language(update)
        await self._send(update, context, self._conversation.press(action, spoken))

    async def fail(self, update: object, context: _Context) -> None:
        """Tell the operator in one line, and the person the numbers."""
        log.error("update.failed", extra={"error": type(context.error).__name__})
        if isinstance(update, Update) and not isinstance(context.error, TelegramError):
            await self._send(update, context, self._conversation.apologise(_language(update)))

    async def _send(self, update: Update, context: _Context, reply: Reply) -> None:
        chat = update.effective_chat
        if chat is None:
            return
        pieces = split(reply.text)
        for number, piece in enumerate(pieces, start=1):
            keyboard = _keyboard(reply) if number == len(pieces) else None
            html = to_html(piece)

            async def send(html: str = html, keyboard: InlineKeyboardMarkup | None = keyboard) -> object:
                return await context.bot.send_message(
                    chat.id,
                    html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )

            await _deliver(send)


async def _deliver(send: Callable[[], Awaitable[object]]) -> None:
    for pause in (*_RETRY_AFTER_SECONDS, None):
        try:
            await send()
            return
        except RetryAfter as error:
            if pause is None:
                raise
            waited = error.retry_after
            await asyncio.sleep(waited if isinstance(waited, int | float) else waited.total_seconds())
        except BadRequest:  # a NetworkError to python-telegram-bot, but no second try mends it
            raise
        except NetworkError:
            if pause is None:
                raise
            await asyncio.sleep(pause)


async def _acknowledge(query: CallbackQuery) -> None:
    try:
        await query.answer()
    except TelegramError:
        log.info("press.expired")  # Telegram forgets a press after a while; the reply goes out all the same


async def _started(application: _Application) -> None:
    log.info("bot.started", extra={"receiving": "polling"})


async def _stopped(application: _Application) -> None:
    log.info("bot.stopped")


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup([[_button(each, reply.language)] for each in reply.buttons])


def _button(button: Button, language: Language) -> InlineKeyboardButton:
    text = textwrap.shorten(button.text, _BUTTON_LENGTH, placeholder="…")
    return InlineKeyboardButton(text, callback_data=f"{button.action}@{language}")


def _language(update: Update) -> Language:
    user = update.effective_user
    return _known((user.language_code or "").split("-")[0] if user else "") or "tg"


def _known(code: str) -> Language | None:
    return next((each for each in LANGUAGES if each == code), None)

"""A reply as messages of Telegram: text in pieces, buttons under the last, then cards, places and files."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, assert_never

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.markup import TELEGRAM_LIMIT, split, to_html, to_plain
from bot.metrics import Metrics
from bot.reply import Attachment, Button, ContactCard, File, Reply, Spoken, Venue
from bot.telegram.incoming import Incoming
from bot.telegram.sending import PAUSES, Pauses, RefusedError, Send, deliver
from bot.telegram.voices import UnheardError, Voices
from knowledge.model import Language

log = logging.getLogger(__name__)

_BUTTON_LENGTH: Final = 60
"""Characters of a button that a narrow phone still shows; the whole title stands in the text."""
_SURELY_SHORT: Final = TELEGRAM_LIMIT // 2
"""Characters of Markdown that need not be parsed to know that they fit one message."""
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


class Shower:
    """Shows replies in chats."""

    def __init__(
        self,
        bot: Bot,
        place_button: Callable[[Language], str],
        metrics: Metrics,
        pauses: Pauses = PAUSES,
    ) -> None:
        """place_button: what stands on the button that sends the place where somebody is."""
        self._bot = bot
        self._voices = Voices(bot)
        self._place_button = place_button
        self._retrying = metrics.retried
        self._pauses = pauses

    async def show(self, reply: Reply, to: Incoming, *, until: float) -> None:
        """Show the reply in the chat of this message; in a group as a reply to it.

        until: time.time() after which it is of no use any more.

        Raises TooLateError. What Telegram refuses for good is one line in the log: because the person is
        gone, or because of the message itself, which is then shown as plain text.
        """
        try:
            if reply.spoken is not None and await self._is_heard(reply.spoken, to, until):
                return
            for send, plainly in self._parts(reply, to):
                await self._one(send, plainly, to.chat, until)
        except RefusedError as error:
            log.log(
                logging.ERROR if error.ours else logging.INFO,
                "reply.refused",
                extra={"reason": str(error), "kind": to.kind},
            )

    async def _is_heard(self, spoken: Spoken, to: Incoming, until: float) -> bool:
        try:
            await self._deliver(partial(self._voices.send, spoken, _quoting(to)), to.chat, until)
        except UnheardError as error:
            log.info("recording.unheard", extra={"reason": str(error)})
            return False
        except RefusedError as error:
            if not error.ours:
                raise
            log.error("recording.refused", extra={"reason": str(error)})
            return False
        return True

    async def _one(self, send: Send, plainly: Send | None, chat: int, until: float) -> None:
        try:
            await self._deliver(send, chat, until)
        except RefusedError as error:
            if plainly is None or not error.ours:
                raise
            log.error("reply.simplified", extra={"reason": str(error)})
            await self._deliver(plainly, chat, until)

    async def _deliver(self, send: Send, chat: int, until: float) -> None:
        await deliver(send, chat, until=until, pauses=self._pauses, retrying=self._retrying)

    def _parts(self, reply: Reply, to: Incoming) -> Iterator[tuple[Send, Send | None]]:
        pieces = split(reply.text) if len(reply.text) > _SURELY_SHORT else (reply.text,)
        for number, piece in enumerate(pieces, start=1):
            text = partial(
                self._bot.send_message,
                reply_parameters=_quoting(to) if number == 1 else None,
                link_preview_options=_NO_PREVIEW,
            )
            marked_up = partial(
                text,
                text=to_html(piece),
                parse_mode=ParseMode.HTML,
                reply_markup=self._markup(reply, to) if number == len(pieces) else None,
            )
            yield marked_up, partial(text, text=to_plain(piece))
        for each in reply.attachments:
            yield self._attachment(each), None

    def _markup(self, reply: Reply, to: Incoming) -> _Markup | None:
        if reply.rows:
            return keyboard(reply)
        if reply.asks_for_location and to.private:  # Telegram knows such buttons in private chats only
            place = KeyboardButton(self._place_button(reply.language), request_location=True)
            return ReplyKeyboardMarkup([[place]], one_time_keyboard=True, resize_keyboard=True)
        return ReplyKeyboardRemove() if to.kind == "place" else None

    def _attachment(self, attachment: Attachment) -> Send:
        match attachment:
            case ContactCard(name=name, phone=phone):
                return partial(self._bot.send_contact, phone_number=phone, first_name=name[:64])
            case Venue(name=name, address=address, latitude=latitude, longitude=longitude):
                return partial(
                    self._bot.send_venue, latitude=latitude, longitude=longitude, title=name, address=address
                )
            case File(name=name, content=content):
                return partial(self._bot.send_document, document=InputFile(content, filename=name))
            case _:
                assert_never(attachment)


def _quoting(to: Incoming) -> ReplyParameters | None:
    # In a group several people talk; alone with the bot nobody needs to be told what is answered.
    if to.private or not to.message:
        return None
    return ReplyParameters(to.message, allow_sending_without_reply=True)


def keyboard(reply: Reply) -> InlineKeyboardMarkup:
    """Return the buttons that stand under this reply."""
    return InlineKeyboardMarkup([[_button(each, reply) for each in row] for row in reply.rows])


def _button(button: Button, reply: Reply) -> InlineKeyboardButton:
    text = textwrap.shorten(button.text, _BUTTON_LENGTH, placeholder="…")
    return InlineKeyboardButton(text, callback_data=f"{button.action}@{reply.language}")

"""All parts of the conversation on Telegram put together; a receiver hands updates to its intake."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.alive import keep_saying_alive
from bot.counting import keep_counting
from bot.errors import BotError
from bot.metrics import Metrics
from bot.store import Store, keep_purging
from bot.telegram.alerting import Alerting, AlertOptions
from bot.telegram.announcing import Announcing
from bot.telegram.answering import Answering
from bot.telegram.conversing import Conversing
from bot.telegram.hearing import Hearing
from bot.telegram.incoming import Me
from bot.telegram.inline import Inline
from bot.telegram.intake import Intake
from bot.telegram.keeping import Keeping
from bot.telegram.lines import Lines
from bot.telegram.polling import unknown_token
from bot.telegram.profile import show_profile
from bot.telegram.recent import Recent
from bot.telegram.sending import PAUSES, Pauses
from bot.telegram.showing import Shower
from bot.telegram.staff_lines import StaffLines
from bot.telegram.transport import READ_SECONDS, TransportName, transport
from bot.telegram.watched import WatchedTransport

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TelegramOptions:
    """What differs between two installations."""

    token: SecretStr
    base_url: str
    base_file_url: str
    transport: TransportName = "aiohttp"
    answer_within_minutes: float = 360
    """A message that is older gets an apology with the contacts."""
    read_seconds: float = READ_SECONDS
    """Silence of Telegram after which a request is given up."""
    finish_seconds: float = 8.0
    """How long what was begun may take when the program is stopped; many systems kill it after ten."""
    pauses: Pauses = PAUSES
    handover: bool = False
    """Whether citizens may write to a person of the staff."""
    alerts: AlertOptions | None = None
    """Where the operator is told what needs a person; None: nowhere."""

    @property
    def methods_url(self) -> str:
        """Where the methods are; holds the token."""
        return self.base_url + self.token.get_secret_value()


@dataclass(frozen=True, slots=True)
class Office:
    """The running conversation."""

    me: Me
    intake: Intake
    lines: Lines
    keeping: Keeping
    bot: Bot
    answers: asyncio.Task[None]
    """Ends only if something is wrong with the program."""


@asynccontextmanager
async def open_office(
    conversation: Conversing, store: Store, options: TelegramOptions, metrics: Metrics | None = None
) -> AsyncIterator[Office]:
    """Answer whatever is handed to the office's intake, and what waits in the store, while the context lasts.

    store: whose right to receive was taken (Store.become_receiver). On leaving, what was begun is finished
    within options.finish_seconds, and the rest waits in the store for the next start.
    metrics: counts what happens; None where nobody reads it.

    Raises BotError if Telegram refuses the token or cannot be reached at the start, never showing the token.
    """
    counted = metrics or Metrics()
    requests = WatchedTransport(
        transport(options.transport, options.base_url, read_seconds=options.read_seconds), counted
    )
    bot = Bot(
        options.token.get_secret_value(),
        base_url=options.base_url,
        base_file_url=options.base_file_url,
        request=requests,
        get_updates_request=requests,
    )
    threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="conversation")
    try:
        me = await _introduced(bot)
        keeping, recent = Keeping(store, counted, handover=options.handover), Recent()
        lines, inline = Lines(keeping), Inline(conversation, keeping, bot, threads)
        answering = Answering(
            conversation,
            Hearing(conversation, threads, recent),
            keeping,
            lines,
            Shower(bot, conversation.place_button, counted, options.pauses),
            bot,
            recent,
            counted,
            within_seconds=options.answer_within_minutes * 60,
        )
        beside = [
            asyncio.create_task(each)
            for each in (
                keep_purging(store),
                keep_counting(store, counted),
                keep_saying_alive(store, counted),
                _keep_dropping(recent),
                show_profile(bot, conversation),
            )
        ]
        if options.alerts is not None:
            alerting = Alerting(options.alerts, bot, store, counted, conversation.alert, options.pauses)
            beside.append(asyncio.create_task(alerting.watch()))
        announcing = Announcing(store, bot, conversation.announce, lines.busy, counted, options.pauses)
        announcements = asyncio.create_task(announcing.run())
        staff_lines = StaffLines(store, bot, conversation.staff_says, counted, options.pauses)
        handing_over = asyncio.create_task(staff_lines.run() if options.handover else asyncio.sleep(0))
        answers = asyncio.create_task(lines.run(answering.attend))
        try:
            yield Office(me, Intake(me, lines, inline.ask), lines, keeping, bot, answers)
        finally:
            lines.close()
            announcing.close()
            staff_lines.close()
            finishing = (answers, announcements, handing_over)
            await asyncio.wait(finishing, timeout=options.finish_seconds)
            for each in (*finishing, *beside):
                each.cancel()
            await asyncio.gather(*finishing, inline.close(), *beside, return_exceptions=True)
    finally:
        await bot.shutdown()
        threads.shutdown(wait=False, cancel_futures=True)


async def _introduced(bot: Bot) -> Me:
    try:
        await bot.initialize()
    except InvalidToken:
        raise unknown_token() from None
    except (TelegramError, TypeError, ValueError, LookupError, AttributeError) as error:  # or not a bot's
        raise BotError(
            f"Telegram cannot be reached ({type(error).__name__}): check the network of this machine "
            "and HOTLINE_TELEGRAM_BASE_URL, then start again"
        ) from None
    return Me(bot.bot.id, bot.bot.username or "")


async def _keep_dropping(recent: Recent) -> None:
    while True:
        await asyncio.sleep(1)
        recent.drop_old()

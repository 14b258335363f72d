"""Bots that repeat what they are told, to be measured: `python -m benchmarks.echo_bots NAME URL FOLDER`.

Ours stores each message, keeps the order of each chat and settles what was answered; the others do not.
"""

from __future__ import annotations

import asyncio
import html
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.alerts import Alert
from bot.offers import Offer
from bot.question import Question
from bot.reply import Reading, Reply, language_of
from bot.store import open_store
from bot.telegram.office import TelegramOptions
from bot.telegram.running import run_telegram
from bot.telegram.transport import TransportName
from bot.turn import Known, Medium, Turn
from knowledge.model import Language
from tests.bot_api import TOKEN


class Echo:
    """A conversation that costs nothing."""

    def hear(self, question: Question, known: Known) -> Turn:
        """Repeat."""
        return Turn(Reply(question.text, known.language))

    def press(self, action: str, known: Known) -> Turn:
        """Repeat."""
        return Turn(Reply(action, known.language))

    def command(self, name: str, known: Known, argument: str = "") -> Turn:
        """Repeat."""
        return Turn(Reply(f"{name} {argument}", known.language))

    def receive(self, medium: Medium, known: Known) -> Turn:
        """Repeat."""
        return Turn(Reply(medium, known.language))

    def locate(self, latitude: float, longitude: float, known: Known) -> Turn:
        """Repeat."""
        return Turn(Reply(f"{latitude} {longitude}", known.language))

    def offers(self, text: str, known: Known) -> Sequence[Offer]:
        """Offer nothing."""
        return ()

    def apologise(self, known: Known) -> Reply:
        """Say so."""
        return Reply("failed", known.language)

    def slow_down(self, known: Known) -> Reply:
        """Say so."""
        return Reply("slower", known.language)

    def too_late(self, known: Known) -> Reply:
        """Say so."""
        return Reply("too late", known.language)

    def alert(self, alert: Alert, language: Language) -> str:
        """Say so."""
        return alert.kind

    def announce(self, text: str, section: str | None, reading: Reading) -> Reply:
        """Repeat."""
        return Reply(text, language_of(reading))

    def staff_says(self, text: str, language: Language) -> str:
        """Say so."""
        return text

    def commands(self, language: Language) -> Sequence[tuple[str, str]]:
        """Have none."""
        return ()

    def place_button(self, language: Language) -> str:
        """Say so."""
        return "place"

    def describe(self, language: Language) -> str:
        """Say so."""
        return "An echo."


def ours(transport: TransportName) -> Callable[[str, str], None]:
    """Return a program that runs our bot with this transport."""

    async def run(url: str, folder: str) -> None:
        store = await open_store(f"sqlite:///{folder}/hotline.db", retention=timedelta(days=90))
        try:
            options = TelegramOptions(SecretStr(TOKEN), url, url, transport=transport)
            await run_telegram(Echo(), store, options)
        finally:
            await store.close()

    return lambda url, folder: asyncio.run(run(url, folder))


def python_telegram_bot(url: str, _: str) -> None:
    """Run python-telegram-bot with its own transport, sixteen updates side by side."""
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await context.bot.send_message(
            update.message.chat.id, html.escape(update.message.text or ""), parse_mode="HTML"
        )

    application = Application.builder().token(TOKEN).base_url(url).concurrent_updates(16).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(timeout=10)


def aiogram(url: str, _: str) -> None:
    """Run aiogram 3, which handles updates side by side by default."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    async def echo(message: Message, bot: Bot) -> None:
        await bot.send_message(message.chat.id, html.escape(message.text or ""), parse_mode="HTML")

    async def run() -> None:
        server = TelegramAPIServer(base=f"{url}{{token}}/{{method}}", file=f"{url}{{token}}/{{path}}")
        dispatcher = Dispatcher()
        dispatcher.message.register(echo)
        await dispatcher.start_polling(Bot(TOKEN, session=AiohttpSession(api=server)))

    asyncio.run(run())


def bare_aiohttp(url: str, _: str) -> None:
    """Run a loop over getUpdates and nothing else."""

    async def echo(session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        message = update["message"]
        body = {"chat_id": message["chat"]["id"], "text": html.escape(message["text"]), "parse_mode": "HTML"}
        async with session.post(f"{url}{TOKEN}/sendMessage", json=body) as response:
            await response.json()

    async def run() -> None:
        offset = 0
        working: set[asyncio.Task[None]] = set()
        async with aiohttp.ClientSession() as session:
            while True:
                body = {"offset": offset, "timeout": 10}
                async with session.post(f"{url}{TOKEN}/getUpdates", json=body) as response:
                    updates = (await response.json())["result"]
                for update in updates:
                    offset = update["update_id"] + 1
                    task = asyncio.create_task(echo(session, update))
                    working.add(task)
                    task.add_done_callback(working.discard)

    asyncio.run(run())


BOTS: dict[str, Callable[[str, str], None]] = {
    "ours": ours("aiohttp"),
    "ours-httpx": ours("httpx"),
    "python-telegram-bot": python_telegram_bot,
    "aiogram": aiogram,
    "bare-aiohttp": bare_aiohttp,
}

if __name__ == "__main__":
    BOTS[sys.argv[1]](sys.argv[2], sys.argv[3])

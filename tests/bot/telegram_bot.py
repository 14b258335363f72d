"""The bot on Telegram in this process, with a table of answers in place of the content, and short pauses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.alerts import Alert
from bot.metrics import Metrics
from bot.offers import Offer
from bot.question import Question
from bot.reply import Reading, Reply, language_of
from bot.store import open_store
from bot.telegram.alerting import AlertOptions
from bot.telegram.conversing import Conversing
from bot.telegram.office import Office, TelegramOptions, open_office
from bot.telegram.polling import Polling
from bot.telegram.sending import Pauses
from bot.telegram.transport import TransportName, transport
from bot.turn import Known, Medium, Turn
from knowledge.model import Language
from tests.bot_api import TOKEN, BotApi

SHORT = Pauses(first=0.05, longest=0.2, unsure=0.5, announcing=0.02)


@dataclass
class TableConversation:
    """Says to each message what a table says; otherwise repeats it, so that a test sees what was answered."""

    table: Mapping[str, Turn] = field(default_factory=dict)
    seconds: float = 0
    """How long an answer takes."""
    heard: list[tuple[str, Known]] = field(default_factory=list)

    def hear(self, question: Question, known: Known) -> Turn:
        time.sleep(self.seconds)
        self.heard.append((question.text, known))
        if question.text == "break":
            raise RuntimeError(question.text)
        return self.table.get(question.text) or _says(f"re: {question.text}", known)

    def press(self, action: str, known: Known) -> Turn:
        return self.table.get(action) or _says(f"pressed: {action}", known)

    def command(self, name: str, known: Known, argument: str = "") -> Turn:
        return self.table.get(f"/{name}") or _says(f"/{name} {argument}".strip(), known)

    def receive(self, medium: Medium, known: Known) -> Turn:
        return _says(f"a {medium}", known)

    def locate(self, latitude: float, longitude: float, known: Known) -> Turn:
        return _says(f"near {latitude} {longitude}", known)

    def offers(self, text: str, known: Known) -> Sequence[Offer]:
        return [
            Offer(f"{text} {n}", "first words", Reply(f"**{text}** {n}", known.language)) for n in range(7)
        ]

    def apologise(self, known: Known) -> Reply:
        return Reply("sorry, call 112", known.language)

    def slow_down(self, known: Known) -> Reply:
        return Reply("slower, please", known.language)

    def too_late(self, known: Known) -> Reply:
        return Reply("too late, call 112", known.language)

    def alert(self, alert: Alert, language: Language) -> str:
        return f"{alert.kind} ({language})"

    def announce(self, text: str, section: str | None, reading: Reading) -> Reply:
        return Reply(f"{text} ({reading})", language_of(reading))

    def staff_says(self, text: str, language: Language) -> str:
        return f"a person ({language}): {text}" if text else f"ended ({language})"

    def commands(self, language: Language) -> Sequence[tuple[str, str]]:
        return [("start", f"begin ({language})"), ("help", "help")]

    def place_button(self, language: Language) -> str:
        return f"my place ({language})"

    def describe(self, language: Language) -> str:
        return f"This is a hotline ({language}). It answers questions."


@asynccontextmanager
async def open_talk(
    conversation: Conversing,
    api: BotApi,
    folder: Path,
    *,
    address: str = "",
    finish_seconds: float = 5,
    handover: bool = False,
) -> AsyncIterator[Office]:
    """Run the bot without a receiver; its database is in the folder, unless an address is given."""
    options = TelegramOptions(
        SecretStr(TOKEN),
        api.base_url,
        api.base_url,
        read_seconds=5,
        finish_seconds=finish_seconds,
        pauses=SHORT,
        handover=handover,
    )
    store = await open_store(address or f"sqlite:///{folder / 'hotline.db'}")
    try:
        await store.become_receiver()
        async with open_office(conversation, store, options) as office:
            yield office
    finally:
        await store.close()


@asynccontextmanager
async def talking(
    conversation: Conversing,
    api: BotApi,
    folder: Path,
    *,
    transport_name: TransportName = "aiohttp",
    answer_within_minutes: float = 360,
    read_seconds: float = 5,
    finish_seconds: float = 5,
    pauses: Pauses = SHORT,
    metrics: Metrics | None = None,
    alerts: AlertOptions | None = None,
    handover: bool = False,
) -> AsyncIterator[Office]:
    """Run the bot against this server while the context lasts; its database is in the folder."""
    options = TelegramOptions(
        SecretStr(TOKEN),
        api.base_url,
        api.base_url,
        transport=transport_name,
        answer_within_minutes=answer_within_minutes,
        read_seconds=read_seconds,
        finish_seconds=finish_seconds,
        pauses=pauses,
        alerts=alerts,
        handover=handover,
    )
    store = await open_store(f"sqlite:///{folder / 'hotline.db'}")
    try:
        await store.become_receiver()
        async with (
            open_office(conversation, store, options, metrics) as office,
            transport(transport_name, api.base_url) as requests,
        ):
            polling = Polling(requests, options.methods_url, pauses, poll_seconds=1)
            receiving = asyncio.create_task(polling.receive(office.intake))
            try:
                yield office
            finally:
                receiving.cancel()
                await asyncio.wait([receiving])
    finally:
        await store.close()


def _says(text: str, known: Known) -> Turn:
    return Turn(Reply(text, known.language))

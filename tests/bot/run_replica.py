"""A replica behind a webhook as a program of its own, to be killed; arguments: API DATABASE PORT SECONDS."""

from __future__ import annotations

import asyncio
import sys
import time

from pydantic import SecretStr

from bot.logs import set_up_logs
from bot.store import open_store
from bot.telegram.office import TelegramOptions
from bot.telegram.running import Web, run_telegram
from bot.telegram.webhook import read_webhook
from bot.turn import Known, Turn
from tests.bot.telegram_bot import SHORT, TableConversation
from tests.bot_api import TOKEN

WEBHOOK = read_webhook("https://bot.example.org/telegram", None, SecretStr(TOKEN))


class _SlowTable(TableConversation):
    """Takes its time for commands, too, which unlike words are never read together."""

    def command(self, name: str, known: Known, argument: str = "") -> Turn:
        time.sleep(self.seconds)
        return super().command(name, known, argument)


async def _run(api: str, database: str, port: int, seconds: float) -> None:
    store = await open_store(database)
    try:
        options = TelegramOptions(SecretStr(TOKEN), api, api, pauses=SHORT)
        web = Web("127.0.0.1", port, lambda: "table", WEBHOOK)
        await run_telegram(_SlowTable(seconds=seconds), store, options, web)
    finally:
        await store.close()


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(_run(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))

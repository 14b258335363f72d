"""The bot on Telegram as a program of its own, to be killed; arguments: URL FOLDER SECONDS."""

from __future__ import annotations

import asyncio
import sys

from pydantic import SecretStr

from bot.logs import set_up_logs
from bot.store import open_store
from bot.telegram.office import TelegramOptions
from bot.telegram.running import run_telegram
from tests.bot.telegram_bot import SHORT, TableConversation
from tests.bot_api import TOKEN


async def _run(url: str, folder: str, seconds: float) -> None:
    store = await open_store(f"sqlite:///{folder}/hotline.db")
    try:
        options = TelegramOptions(SecretStr(TOKEN), url, url, pauses=SHORT)
        await run_telegram(TableConversation(seconds=seconds), store, options)
    finally:
        await store.close()


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(_run(sys.argv[1], sys.argv[2], float(sys.argv[3])))

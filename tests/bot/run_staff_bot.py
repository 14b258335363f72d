"""What brings lines of the staff to citizens, as a program to be killed; arguments: API DATABASE."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.logs import set_up_logs
from tests.bot.telegram_bot import TableConversation, open_talk
from tests.bot_api import BotApi


async def _run(url: str, database: str) -> None:
    async with open_talk(TableConversation(), BotApi(url), Path(), address=database, handover=True):
        await asyncio.Event().wait()


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(_run(*sys.argv[1:]))

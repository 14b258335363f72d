"""A citizen on Telegram and an editor in a browser write to each other through the real program."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.bot_api import bot_api
from tests.desk.browser_tests.conftest import _new_program
from tests.desk.browser_tests.people import People
from tests.desk.browser_tests.program import enlist

pytestmark = pytest.mark.slow
CHAT = 7_000_000_001


@pytest.mark.asyncio(loop_scope="package")
async def test_new_lines_appear_while_an_answer_is_typed_and_the_answer_reaches_the_citizen(
    chromium: Browser,
    database: str,
    fee_snapshots: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOTLINE_STAFF_HOURS", "mo-su 00:00-24:00")
    async with bot_api() as api, _new_program(tmp_path, api, database, fee_snapshots) as program:
        await enlist(program, {"editor": "editor"})
        people = People(chromium, program.url)
        api.press("person:begin@ru", chat=CHAT, language="ru")
        await api.messages(1)
        api.write("Хозяин не платит", chat=CHAT, language="ru")
        await api.messages(2)

        page = await people.enter("editor")
        await page.get_by_role("link", name="Conversations").click()
        await page.locator("tbody a").click()
        answer = page.get_by_label("Text to the citizen")
        await answer.fill("В каком вы городе?")
        api.write("Я в Казани", chat=CHAT, language="ru")
        await page.get_by_text("Я в Казани").wait_for()
        await expect(answer).to_have_value("В каком вы городе?")
        await page.get_by_role("button", name="Send").click()
        messages = await api.messages(3)
        await page.get_by_text("delivered").wait_for()

        assert messages[-1]["text"] == "Человек с горячей линии:\nВ каком вы городе?"
        assert str(CHAT) not in await page.content()
        assert people.complaints == []
        await people.leave()

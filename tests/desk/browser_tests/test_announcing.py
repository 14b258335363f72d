"""An announcement on its way from two people's browsers to a thousand chats."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.telegram.announcing import AT_ONCE
from knowledge.model import LANGUAGES, Language
from tests.desk.browser_tests.people import People
from tests.desk.browser_tests.program import Program, started, store_of

pytestmark = pytest.mark.slow
CHATS = range(1, 1001)
TEXTS: dict[Language, str] = {
    "tg": "Аз 1 декабр боҷ 750 рубл аст.",
    "ru": "С 1 декабря сбор 750 рублей.",
    "uz": "1-dekabrdan yigʻim 750 rubl.",
    "en": "From 1 December the fee is 750 roubles.",
}


@pytest.fixture(name="arguments")
def _arguments() -> tuple[str, ...]:
    """The desk alone, as Compose has it: only the bot is killed, and the page goes on."""
    return ("desk",)


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> str:
    """One is enough for what takes a minute; tests/bot/test_telegram_announcing.py kills with both."""
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.mark.asyncio(loop_scope="package")
async def test_one_writes_another_approves_and_each_of_1000_gets_it_once_though_the_bot_is_killed(
    program: Program, people: People
) -> None:
    api = program.api
    api.slowness = 0.03  # so that messages are under way at any moment
    async with store_of(program) as store:
        await asyncio.gather(*(store.subscribe(chat, _language(chat)) for chat in CHATS))
    page = await _approved(people)

    async with started(program, "run") as bot:
        await page.get_by_role("button", name="Send now; subscribers: 1000").click()
        await api.messages(300, seconds=120)
        bot.kill()
        await bot.wait()
    sent_before = len(api.sent)
    await expect(page.get_by_role("heading", name="Is being sent")).to_be_visible()
    async with started(program, "run"):
        await page.get_by_role("heading", name="Sent", exact=True).wait_for(timeout=300_000)

    # Telegram takes what has reached it before the kill; of the rest nobody can tell, and the page says so.
    figures, told = await _figures(page), Counter(each["chat_id"] for each in api.sent)
    unsure = figures.pop("Not known whether it came")
    assert sent_before < len(CHATS)
    assert set(told.values()) == {1}
    assert len(set(CHATS) - set(told)) <= unsure <= AT_ONCE
    assert figures == {
        "Subscribers at the beginning": len(CHATS),
        "Sent": len(CHATS) - unsure,
        "Refused by Telegram": 0,
        "Unsubscribed meanwhile, or blocked the bot": 0,
        "Not sent to": 0,
    }
    assert all(each["text"].startswith(TEXTS[_language(each["chat_id"])]) for each in api.sent)
    assert people.complaints == []


def _language(chat: int) -> Language:
    return LANGUAGES[chat % len(LANGUAGES)]


async def _approved(people: People) -> Page:
    """Let one write it and another approve it; return the window of the second."""
    writing, approving = await people.enter("editor"), await people.enter("publisher")
    await writing.get_by_role("link", name="Announcements").click()
    await writing.get_by_role("button", name="Write an announcement").click()
    for language, text in TEXTS.items():
        await writing.locator(f"#text-{language}").fill(text)
    await writing.get_by_role("button", name="Save", exact=True).click()
    await writing.get_by_text("somebody else, with the role of publisher, has to approve it").wait_for()
    await approving.get_by_role("link", name="Announcements").click()
    await approving.get_by_role("link", name=TEXTS["en"]).click()
    await approving.get_by_role("button", name="Approve").click()
    return approving


async def _figures(page: Page) -> dict[str, int]:
    rows: list[list[str]] = await page.locator("#progress tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    return {name: int(number) for name, number in rows}

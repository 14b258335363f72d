"""From what is wrong in a text to what a citizen reads: the real program, Telegram's side on loopback."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from knowledge.model import LANGUAGES, Language
from tests.bot_api import BotApi
from tests.desk.browser_tests.people import People
from tests.desk.browser_tests.program import Program
from tests.desk.browser_tests.texts import FEES, NEW_FEE, OLD_FEE

pytestmark = pytest.mark.slow
QUESTIONS: dict[Language, str] = {
    "tg": "То кадом рӯз бояд ба қайд истам?",
    "ru": "Сколько дней есть на регистрацию?",
    "uz": "Necha kunda roʻyxatdan oʻtish kerak?",
    "en": "How many days do I have to register?",
}


@pytest.mark.asyncio(loop_scope="package")
async def test_a_corrected_fee_reaches_citizens_without_a_restart_and_can_be_taken_back(
    program: Program, people: People
) -> None:
    assert OLD_FEE in await _answer(program.api, "ru")

    editor = await people.enter("editor")
    for language in LANGUAGES:
        await _correct(editor, language)
    await editor.goto("/try")
    await editor.get_by_label("A citizen's message").fill(QUESTIONS["ru"])
    await editor.get_by_role("button", name="Ask").click()
    await expect(_side(editor, "With your drafts")).to_contain_text(NEW_FEE, timeout=30_000)
    await expect(_side(editor, "Published version")).to_contain_text(OLD_FEE)
    assert OLD_FEE in await _answer(program.api, "ru")

    publisher = await people.enter("publisher")
    await publisher.goto("/publish")
    await publisher.get_by_role("button", name="Check, build and try").click()
    await publisher.get_by_role("button", name="Publish", exact=True).click(timeout=60_000)
    await publisher.get_by_text("published now").wait_for()
    for language in LANGUAGES:
        answer = await _answer(program.api, language)
        assert NEW_FEE in answer
        assert OLD_FEE not in answer

    await publisher.get_by_role("button", name="Go back to this one").click()
    await publisher.get_by_role("button", name="Go back to this one").wait_for(state="detached")
    assert OLD_FEE in await _answer(program.api, "ru")
    assert people.complaints == []


async def _answer(api: BotApi, language: Language) -> str:
    """Return what a citizen reads who asks about registration in this language."""
    before = len(api.sent)
    api.write(QUESTIONS[language], chat=1000 + before, language=language)
    messages = await api.messages(before + 1)
    return str(messages[before]["text"])


async def _correct(page: Page, language: Language) -> None:
    await page.goto(f"/topics/registration/{language}")
    old, new = (FEES[language].format(fee=fee) for fee in (OLD_FEE, NEW_FEE))
    for field in await page.get_by_label("Text", exact=True).all():
        await field.fill((await field.input_value()).replace(old, new))
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url(f"**/topics/registration/{language}?saved=1")


def _side(page: Page, name: str) -> Locator:
    return page.locator("section.side").filter(has_text=name)

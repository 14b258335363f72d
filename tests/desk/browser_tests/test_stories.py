"""From what is wrong in a text to what a citizen reads: the real program, Telegram's side on loopback."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, Page, expect

from knowledge.model import LANGUAGES, Language
from tests.bot_api import BotApi
from tests.desk.browser_tests.people import People
from tests.desk.browser_tests.program import Program
from tests.desk.browser_tests.texts import FEES, NEW_FEE, OLD_FEE, SLIP

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
    await expect(_side(editor, "With your drafts")).to_contain_text(NEW_FEE)
    await expect(_side(editor, "Published version")).to_contain_text(OLD_FEE)
    assert OLD_FEE in await _answer(program.api, "ru")

    publisher = await _publish(people)
    for language in LANGUAGES:
        answer = await _answer(program.api, language)
        assert NEW_FEE in answer
        assert OLD_FEE not in answer

    await publisher.get_by_role("button", name="Go back to this one").click()
    await publisher.get_by_role("button", name="Go back to this one").wait_for(state="detached")
    assert OLD_FEE in await _answer(program.api, "ru")
    assert people.complaints == []


@pytest.mark.asyncio(loop_scope="package")
async def test_of_two_who_change_one_text_the_second_sees_who_and_what_and_nothing_is_overwritten(
    program: Program, people: People
) -> None:
    text = program.content / "topics" / "wages" / "ru.md"
    first, second = await people.enter("editor"), await people.enter("publisher")
    for page in (first, second):
        await page.goto("/topics/wages/ru")
    await _retype(first, 0, "1 года", "двух лет")
    await first.get_by_text("Draft kept").wait_for()  # from now on others see who is at work
    await _retype(second, 0, "1 года", "трёх лет")
    await _retype(second, 1, "жалуйтесь", "пишите")
    await second.get_by_text("editor is editing this since").wait_for()

    await _save(first)
    await second.get_by_role("button", name="Save", exact=True).click()
    await second.get_by_text("Somebody else has saved this since you began").wait_for()
    both = second.locator("section").filter(has_text="Both changed this")
    for column, said in enumerate(["1 года", "двух", "трёх"]):
        await expect(both.locator(".three > div").nth(column)).to_contain_text(said)
    untouched = text.read_text(encoding="utf-8")
    await both.get_by_label("Take theirs").check()
    await second.get_by_role("button", name="Go on editing with this").click()
    await second.get_by_text("Both are in the fields now").wait_for()
    await _save(second)

    assert "двух лет" in untouched
    assert "пишите" not in untouched
    now = text.read_text(encoding="utf-8")
    assert ("двух лет" in now, "пишите" in now, "трёх лет" in now) == (True, True, False)
    assert [each for each in people.complaints if "409 (Conflict)" not in each] == []


@pytest.mark.asyncio(loop_scope="package")
async def test_what_was_asked_in_vain_becomes_an_example_and_the_next_citizen_is_answered(
    program: Program, people: People
) -> None:
    assert "Точного ответа на этот вопрос у меня нет" in await _ask(program.api, SLIP)

    editor = await people.enter("editor")
    await editor.get_by_role("link", name="Questions", exact=True).click()
    asked = editor.get_by_role("link", name=SLIP)
    async with asyncio.timeout(60):
        while not await asked.count():
            await editor.reload()
    await asked.click()
    await editor.get_by_label("Topic", exact=True).select_option("registration")
    await expect(editor.locator("#into")).to_contain_text("Registration")
    await editor.get_by_role("button", name="Add the chosen wordings").click()
    await editor.get_by_text("The wordings were added to the topic as examples").wait_for()
    await _publish(people)

    for wording in (SLIP, SLIP.lower().rstrip("?")):
        assert "1. Регистрация" in await _ask(program.api, wording)
        assert OLD_FEE in await _press_the_first_button(program.api)
    assert people.complaints == []


async def _answer(api: BotApi, language: Language) -> str:
    """Return what a citizen reads who asks about registration in this language."""
    return await _ask(api, QUESTIONS[language], language)


async def _ask(api: BotApi, text: str, language: Language = "ru") -> str:
    """Return what a citizen reads who was never there before and asks this."""
    before = len(api.sent)
    api.write(text, chat=1000 + before, language=language)
    messages = await api.messages(before + 1)
    return str(messages[before]["text"])


async def _press_the_first_button(api: BotApi) -> str:
    """Return what a citizen reads who presses it under the last message."""
    before, last = len(api.sent), api.sent[-1]
    action = last["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    api.press(action, chat=last["chat_id"], language="ru")
    messages = await api.messages(before + 1)
    return str(messages[before]["text"])


async def _publish(people: People) -> Page:
    """Publish everything that is saved; return the publisher's window."""
    page = await people.enter("publisher")
    await page.goto("/publish")
    await page.get_by_role("button", name="Check, build and try").click()
    await page.get_by_role("button", name="Publish", exact=True).click(timeout=120_000)
    await page.get_by_text("published now").wait_for()
    return page


async def _correct(page: Page, language: Language) -> None:
    await page.goto(f"/topics/registration/{language}")
    old, new = (FEES[language].format(fee=fee) for fee in (OLD_FEE, NEW_FEE))
    for section in range(await page.get_by_label("Text", exact=True).count()):
        await _retype(page, section, old, new)
    await _save(page)


async def _retype(page: Page, section: int, old: str, new: str) -> None:
    field = page.get_by_label("Text", exact=True).nth(section)
    await field.fill((await field.input_value()).replace(old, new))


async def _save(page: Page) -> None:
    await page.get_by_text("Draft kept").wait_for()  # nothing moves any more where is clicked
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("main")).to_contain_text("Saved. It reaches citizens")


def _side(page: Page, name: str) -> Locator:
    return page.locator("section.side").filter(has_text=name)

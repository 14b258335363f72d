"""A citizen on Telegram and an editor in a browser write to each other through the real program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.bot_api import BotApi
from tests.desk.browser_tests.people import People
from tests.desk.browser_tests.program import Program
from tests.desk.browser_tests.texts import OLD_FEE

pytestmark = pytest.mark.slow
CHAT = 7_000_000_001
HOURS = "HOTLINE_STAFF_HOURS"
ALWAYS = {HOURS: "mo-su 00:00-24:00"}
QUESTION = "Сколько дней есть на регистрацию?"
GONE = "There is no such conversation any more"
BY_A_PERSON = "Человек с горячей линии:\n"


@pytest.fixture(name="settings")
def _settings() -> Mapping[str, str]:
    return ALWAYS


def _far_from_now() -> Mapping[str, str]:
    """Return hours that are not now, however long a test takes, in whatever time zone."""
    day = (datetime.now(UTC) + timedelta(days=3)).weekday()
    return {HOURS: f"{('mo', 'tu', 'we', 'th', 'fr', 'sa', 'su')[day]} 09:00-18:00"}


@pytest.mark.asyncio(loop_scope="package")
async def test_new_lines_appear_while_an_answer_is_typed_and_the_answer_reaches_the_citizen(
    program: Program, people: People
) -> None:
    await _begin(program.api, "Хозяин не платит")

    page = await _open(people)
    answer = page.get_by_label("Text to the citizen")
    await answer.fill("В каком вы городе?")
    program.api.write("Я в Казани", chat=CHAT, language="ru")
    await page.get_by_text("Я в Казани").wait_for()
    await expect(answer).to_have_value("В каком вы городе?")
    await page.get_by_role("button", name="Send", exact=True).click()
    messages = await program.api.messages(3)
    await page.get_by_text("delivered").wait_for()

    assert messages[-1]["text"] == f"{BY_A_PERSON}В каком вы городе?"
    assert str(CHAT) not in await page.content()
    assert people.complaints == []


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("settings", [_far_from_now()], ids=["closed"])
async def test_out_of_hours_the_bot_answers_at_once_and_a_person_when_there_is_one(
    program: Program, people: People
) -> None:
    await _begin(program.api, QUESTION)

    page = await _open(people)
    await page.get_by_text(QUESTION).wait_for()
    await page.get_by_label("Text to the citizen").fill("Если не успели, напишите")
    await page.get_by_role("button", name="Send", exact=True).click()
    begun, automatic, personal = (each["text"] for each in await program.api.messages(3))

    assert "Сейчас никого нет, ответят" in begun
    assert automatic.startswith("Автоматический ответ бота. Человек прочтёт ваше сообщение")
    assert OLD_FEE in automatic
    assert personal == f"{BY_A_PERSON}Если не успели, напишите"


@pytest.mark.asyncio(loop_scope="package")
async def test_after_forget_an_open_page_shows_nothing_of_it_any_more_and_no_answer_is_sent(
    program: Program, people: People
) -> None:
    await _begin(program.api, QUESTION)
    watching, sending = await _open(people), await _open(people, "publisher")
    await watching.get_by_text(QUESTION).wait_for()
    await watching.get_by_label("New note").fill("Хочет денег за май")
    await watching.get_by_role("button", name="Add").click()
    await watching.get_by_role("listitem").filter(has_text="Хочет денег за май").wait_for()
    # As if it had not looked for new lines yet.
    await sending.route(re.compile("seen="), lambda route: route.fulfill(status=204))
    await sending.get_by_label("Text to the citizen").fill("В каком вы городе?")

    program.api.write("/forget", chat=CHAT, language="ru")
    await watching.get_by_role("heading", name=GONE).wait_for()
    shown = await watching.inner_text("body")
    await sending.get_by_role("button", name="Send", exact=True).click()
    await sending.get_by_role("heading", name=GONE).wait_for()
    await sending.get_by_role("link", name="Conversations").click()
    await sending.get_by_text("There is no conversation here").wait_for()
    program.api.write(QUESTION, chat=CHAT, language="ru")
    *_, last = await program.api.messages(4)

    assert QUESTION not in shown
    assert "Хочет денег" not in shown
    assert OLD_FEE in last["text"]
    assert not any(BY_A_PERSON in each for each in program.api.texts(CHAT))


async def _begin(api: BotApi, text: str) -> None:
    """Let a citizen agree to write to a person, and write this."""
    api.press("person:begin@ru", chat=CHAT, language="ru")
    await api.messages(1)
    api.write(text, chat=CHAT, language="ru")
    await api.messages(2)


async def _open(people: People, name: str = "editor") -> Page:
    """Return the window in which this member has opened the only conversation."""
    page = await people.enter(name)
    await page.get_by_role("link", name="Conversations").click()
    await page.locator("tbody a").click()
    return page

"""A citizen and a person of the staff on Telegram, over real HTTP: each message comes once, and in order."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Conversation
from bot.handover.staff_hours import staff_hours
from bot.hotline import Hotline
from bot.store import Store, open_store
from bot.store.inbox import LEASE
from bot.store.threads import ThreadSummary
from bot.telegram.staff_lines import pieces
from index.encoders import Encoder
from tests.bot.telegram_bot import TableConversation, open_talk, talking
from tests.bot_api import BotApi, Fault
from tests.citizens import file
from tests.postgresql import Server
from tests.stores import tables

HOURS = staff_hours("mo-fr 09:00-18:00", "Asia/Dushanbe")
NOON, NIGHT = datetime(2026, 11, 26, 9, tzinfo=UTC), datetime(2026, 11, 26, 20, tzinfo=UTC)
CHAT = 7_000_000_001
QUESTION = "Сколько дней есть на регистрацию?"
DANGER = "полиция задержала брата"


@pytest.fixture(name="conversation")
def _conversation(small_snapshots: Path, encoder: Encoder) -> Conversation:
    return Conversation(Hotline(small_snapshots, encoder, now=lambda: NOON), staff_hours=HOURS)


@pytest.fixture(name="at_night")
def _at_night(small_snapshots: Path, encoder: Encoder) -> Conversation:
    return Conversation(Hotline(small_snapshots, encoder, now=lambda: NIGHT), staff_hours=HOURS)


@asynccontextmanager
async def _staff(folder: Path, address: str = "") -> AsyncIterator[Store]:
    """Open the same database as the desk does."""
    store = await open_store(address or f"sqlite:///{folder / 'hotline.db'}")
    yield store
    await store.close()


async def _only_thread(store: Store) -> ThreadSummary:
    [summary] = await store.threads("open", "", 10)
    return summary


async def _lines(store: Store, number: int) -> list[tuple[str, str]]:
    thread = await store.thread(number)
    assert thread is not None
    return [(each.origin, each.text) for each in thread.lines]


async def _until_state(store: Store, number: int, *states: str) -> None:
    async with asyncio.timeout(20):
        while True:
            thread = await store.thread(number)
            assert thread is not None
            if [each.state for each in thread.lines if each.state] == list(states):
                return
            await asyncio.sleep(0.05)


async def _until_lines(store: Store, number: int, count: int) -> None:
    async with asyncio.timeout(60):
        while len(await _lines(store, number)) < count:  # noqa: ASYNC110 - another program writes them
            await asyncio.sleep(0.05)


async def _begin(api: BotApi, chat: int = CHAT) -> None:
    sent = len(api.sent)
    api.press("person:begin@ru", chat=chat, language="ru")
    await api.messages(sent + 1)


# -- both ways


async def test_a_hand_over_both_ways_from_the_first_question_to_the_end(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        api.write("/person", chat=CHAT, language="ru")
        await api.messages(1)
        before = await staff.threads("open", "", 10)
        await _begin(api)
        api.write("Хозяин не платит", chat=CHAT, language="ru")
        await api.messages(3)
        thread = await _only_thread(staff)
        await staff.answer_thread(thread.number, "В каком вы городе? <b>", "firuza")
        await api.messages(4)
        api.write("В Казани", chat=CHAT, language="ru")
        await _until_lines(staff, thread.number, 3)
        api.write("/end", chat=CHAT, language="ru")
        await api.messages(5)
        api.write(QUESTION, chat=CHAT, language="ru")
        await api.messages(6)

        assert before == []
        assert await _lines(staff, thread.number) == [
            ("citizen", "Хозяин не платит"),
            ("staff", "В каком вы городе? <b>"),
            ("citizen", "В Казани"),
        ]
        assert await staff.threads("open", "", 10) == []
    texts = api.texts(CHAT)
    assert "Вы согласны?" in texts[0]
    assert texts[1].startswith("Теперь вы пишете человеку")
    assert texts[2].startswith("Ваше сообщение дошло")
    assert texts[3] == "Человек с горячей линии:\nВ каком вы городе? <b>"
    assert texts[4].startswith("Разговор с человеком закончен")
    assert "15 дней" in texts[5]


async def test_danger_is_answered_at_once_and_the_person_reads_it_too(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write("салом", chat=CHAT)
        await api.messages(2)
        api.write(DANGER, chat=CHAT, language="ru", ago=-10)
        messages = await api.messages(3)
        thread = await _only_thread(staff)

        assert messages[2]["text"].startswith("Сначала позвоните:")
        assert (await _lines(staff, thread.number))[-1] == ("citizen", DANGER)


async def test_danger_is_answered_even_where_the_line_cannot_be_kept(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True):
        await _begin(api)
        with closing(sqlite3.connect(tmp_path / "hotline.db")) as database:
            database.execute(
                "CREATE TRIGGER full BEFORE INSERT ON thread_line BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        api.write(DANGER, chat=CHAT, language="ru")
        await api.messages(2)
        api.write("Хозяин не платит", chat=CHAT, language="ru", ago=-10)
        messages = await api.messages(3)

    assert messages[1]["text"].startswith("Сначала позвоните:")
    assert "не получили это сообщение" in messages[1]["text"]
    assert messages[2]["text"].startswith("Сотрудники горячей линии не получили это сообщение")


async def test_while_the_store_is_lost_who_writes_to_a_person_is_told_that_nobody_reads_it(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    database = tmp_path / "hotline.db"
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write("Хозяин не платит", chat=CHAT, language="ru")
        await api.messages(2)
        database.rename(tmp_path / "away.db")
        api.write(QUESTION, chat=CHAT, language="ru", ago=-10)
        api.write(QUESTION, chat=CHAT + 1, language="ru")
        await api.messages(4, seconds=60)
        (tmp_path / "away.db").rename(database)
        thread = await _only_thread(staff)
        api.write("В Казани", chat=CHAT, language="ru", ago=-20)
        await _until_lines(staff, thread.number, 2)  # once the lease of what could not be settled has ended

        assert await _lines(staff, thread.number) == [
            ("citizen", "Хозяин не платит"),
            ("citizen", "В Казани"),
        ]
    [told], [alone] = api.texts(CHAT)[2:3], api.texts(CHAT + 1)
    assert told.startswith("Сотрудники горячей линии не получили это сообщение")
    assert "15 дней" in told
    assert alone.startswith(told.partition("\n\n")[2][:40])


async def test_out_of_hours_the_bot_answers_and_says_that_it_does(
    at_night: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(at_night, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write(QUESTION, chat=CHAT, language="ru")
        messages = await api.messages(2)
        thread = await _only_thread(staff)

        assert "Сейчас никого нет, ответят сегодня с 09:00 (время Душанбе)" in messages[0]["text"]
        assert messages[1]["text"].startswith("Автоматический ответ бота. Человек прочтёт")
        assert "15 дней" in messages[1]["text"]
        assert await _lines(staff, thread.number) == [("citizen", QUESTION)]


async def test_only_text_reaches_the_person_and_of_a_picture_its_caption(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write("", chat=CHAT, language="ru", voice=file(duration=3))
        await api.messages(2)
        api.write("", chat=CHAT, language="ru", ago=-10, caption="мой чек", photo=[file(width=1, height=1)])
        messages = await api.messages(3)
        thread = await _only_thread(staff)

        assert "только текст" in messages[1]["text"]
        assert "дошло до сотрудников" in messages[2]["text"]
        assert "только текст" in messages[2]["text"]
        assert await _lines(staff, thread.number) == [("citizen", "мой чек")]


async def test_a_message_that_is_corrected_stands_there_as_corrected(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        number = api.write("Хозяин не платид", chat=CHAT, language="ru")
        await api.messages(2)
        api.write("Хозяин не платит", chat=CHAT, language="ru", edited=number)
        thread = await _only_thread(staff)
        await _until_lines(staff, thread.number, 2)

        assert await _lines(staff, thread.number) == [
            ("citizen", "Хозяин не платид"),
            ("edited", "Хозяин не платит"),
        ]


async def test_what_a_person_reads_stands_in_no_table_but_the_threads(
    at_night: Conversation, api: BotApi, tmp_path: Path
) -> None:
    text = "Абракадабра непонятная вещь zqx"
    async with talking(at_night, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write(text, chat=CHAT, language="ru")
        await api.messages(2)
        await asyncio.sleep(0.5)  # until it is settled
        rows = await tables(staff)

        assert {name for name, each in rows.items() if "zqx" in repr(each)} == {"thread_line"}
        assert {name for name, each in rows.items() if str(CHAT) in repr(each)} <= {"thread", "subject"}


async def test_after_forget_nothing_is_left_and_the_bot_answers_again(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write("Хозяин не платит", chat=CHAT, language="ru")
        await api.messages(2)
        thread = await _only_thread(staff)
        await staff.add_thread_note(thread.number, "звонить завтра", "firuza")
        api.write("/forget", chat=CHAT, language="ru", ago=-10)
        await api.messages(3)
        await asyncio.sleep(0.5)
        rows = await tables(staff)
        answered = await staff.answer_thread(thread.number, "ответ", "firuza")
        api.write(QUESTION, chat=CHAT, language="ru", ago=-20)
        await api.messages(4)

        assert [rows[each] for each in ("thread", "thread_line", "thread_note")] == [[], [], []]
        assert str(CHAT) not in repr(rows)
        assert not answered
        assert "15 дней" in api.texts(CHAT)[-1]


async def test_when_the_staff_end_it_the_citizen_is_told_and_the_bot_answers_again(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await _begin(api)
        api.write("Хозяин не платит", chat=CHAT, language="ru")
        await api.messages(2)
        thread = await _only_thread(staff)
        await staff.close_thread(thread.number, "firuza")
        await api.messages(3)
        api.write(QUESTION, chat=CHAT, language="ru")
        await api.messages(4)

        assert api.texts(CHAT)[2].startswith("Сотрудники закончили этот разговор")
        assert "15 дней" in api.texts(CHAT)[3]
        assert len(await _lines(staff, thread.number)) == 2


async def test_without_the_setting_nothing_of_it_exists(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(small_conversation, api, tmp_path), _staff(tmp_path) as staff:
        api.write("/menu", chat=CHAT, language="ru")
        api.write("/person", chat=CHAT, language="ru")
        api.press("person:begin@ru", chat=CHAT, language="ru")
        messages = await api.messages(3)
        rows = await tables(staff)

    assert "person" not in repr([each["reply_markup"] for each in messages])
    assert rows["thread"] == []


async def test_in_a_group_no_conversation_begins(
    conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    async with talking(conversation, api, tmp_path, handover=True), _staff(tmp_path) as staff:
        api.write("/person@h_bot", chat=-100, group=True, person=5, language="ru")
        [message] = await api.messages(1)

        assert "person" not in repr(message["reply_markup"])
        assert await staff.threads("open", "", 10) == []


# -- brought to the citizen


async def test_a_citizen_who_blocked_the_bot_is_shown_as_failed(api: BotApi, tmp_path: Path) -> None:
    api.refusing[CHAT] = Fault(403, "Forbidden: bot was blocked by the user")
    async with open_talk(TableConversation(), api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await staff.begin_thread(CHAT, "tg")
        thread = await _only_thread(staff)
        await staff.answer_thread(thread.number, "one", "firuza")
        await staff.answer_thread(thread.number, "two", "firuza")
        await _until_state(staff, thread.number, "failed", "failed")

        whole = await staff.thread(thread.number)
    assert whole is not None
    assert [each.reason for each in whole.lines] == ["gone", "gone"]
    assert whole.summary.failed


async def test_what_telegram_did_not_take_is_sent_again_and_the_order_stays(
    api: BotApi, tmp_path: Path
) -> None:
    api.fail("sendMessage", Fault(502), Fault(429, retry_after=1), Fault(502))
    async with open_talk(TableConversation(), api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await staff.begin_thread(CHAT, "tg")
        thread = await _only_thread(staff)
        for text in ("one", "two", "three"):
            await staff.answer_thread(thread.number, text, "firuza")
        await _until_state(staff, thread.number, "sent", "sent", "sent")

    assert api.texts(CHAT) == [f"a person (tg): {each}" for each in ("one", "two", "three")]


async def test_a_long_line_comes_whole_in_several_messages(api: BotApi, tmp_path: Path) -> None:
    text = "слово 🙂 " * 600
    async with open_talk(TableConversation(), api, tmp_path, handover=True), _staff(tmp_path) as staff:
        await staff.begin_thread(CHAT, "tg")
        thread = await _only_thread(staff)
        await staff.answer_thread(thread.number, text, "firuza")
        await _until_state(staff, thread.number, "sent")

    assert len(api.texts(CHAT)) > 1
    assert " ".join(api.texts(CHAT)).split() == f"a person (tg): {text}".split()


def test_a_text_without_spaces_is_cut_within_no_letter() -> None:
    assert "".join(pieces("🙂" * 5000)) == "🙂" * 5000
    assert [len(each) for each in pieces("🙂" * 5000)] == [2048, 2048, 904]


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.integers(2, 40))
def test_whatever_is_cut_fits_and_loses_no_word(text: str, limit: int) -> None:
    cut = list(pieces(text, limit))

    assert all(len(each.encode("utf-16-le")) <= 2 * limit for each in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


async def test_stopped_in_the_middle_it_finishes_what_it_began(api: BotApi, tmp_path: Path) -> None:
    async with _staff(tmp_path) as staff:
        api.standing["sendMessage"] = Fault(200, seconds=0.5, after_taking=True)
        async with open_talk(TableConversation(), api, tmp_path, handover=True):
            await staff.begin_thread(CHAT, "tg")
            thread = await _only_thread(staff)
            await staff.answer_thread(thread.number, "one", "firuza")
            await api.messages(1)
        await _until_state(staff, thread.number, "sent")

    assert len(api.texts(CHAT)) == 1


# -- killed, and several


@asynccontextmanager
async def _program(api: BotApi, address: str) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "tests.bot.run_staff_bot", api.base_url, address]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _written(staff: Store, chats: int, each: int) -> list[int]:
    for chat in range(1, chats + 1):
        await staff.begin_thread(chat, "tg")
    numbers = [summary.number for summary in await staff.threads("open", "", chats)]
    for n in range(each):
        for number in numbers:
            await staff.answer_thread(number, f"line {n}", "firuza")
    return numbers


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_killed_in_the_middle_each_line_comes_in_order_and_at_most_the_one_under_way_twice(
    kind: str, api: BotApi, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Server | None = request.getfixturevalue("postgresql") if kind == "postgresql" else None
    address = server.new_database() if server else f"sqlite:///{tmp_path / 'hotline.db'}"
    chats, each, kills = 6, 4, 2
    async with _staff(tmp_path, address) as staff:
        await _written(staff, chats, each)
        for run in range(kills):
            begun = len(api.sent)
            async with _program(api, address):
                await api.messages(begun + 7 + run)
        async with _program(api, address):
            wanted = f"a person (tg): line {each - 1}"
            await api.until(
                lambda: all(wanted in api.texts(chat) for chat in range(1, chats + 1)),
                seconds=LEASE.total_seconds() + 40,
            )

    expected = [f"a person (tg): line {n}" for n in range(each)]
    for chat in range(1, chats + 1):
        assert list(dict.fromkeys(api.texts(chat))) == expected
        assert len(api.texts(chat)) - each <= kills


@pytest.mark.slow
async def test_two_bots_on_one_postgresql_send_each_line_once_and_in_order(
    api: BotApi, tmp_path: Path, postgresql: Server
) -> None:
    address, chats, each = postgresql.new_database(), 8, 4
    api.slowness = 0.05
    async with (
        _staff(tmp_path, address) as staff,
        _program(api, address),
        _program(api, address),
    ):
        numbers = await _written(staff, chats, each)
        await api.messages(chats * each, seconds=60)
        for number in numbers:
            await _until_state(staff, number, *["sent"] * each)
        await asyncio.sleep(1)  # until whatever is sent twice would be

    for chat in range(1, chats + 1):
        assert api.texts(chat) == [f"a person (tg): line {n}" for n in range(each)]

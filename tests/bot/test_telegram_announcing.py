"""Announcements on the way: real HTTP, a real database, real processes; to nobody twice, whatever happens."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.actions import marked
from bot.conversation import Conversation
from bot.store import Announcement, Store, open_store
from bot.telegram.announcing import AT_ONCE, round_size
from knowledge.model import LANGUAGES
from tests.bot.replicas import replicas
from tests.bot.telegram_bot import SHORT, TableConversation, open_talk, talking
from tests.bot_api import BotApi, Fault
from tests.postgresql import Server

TEXTS = {each: f"News in {each}" for each in LANGUAGES}
BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")


@pytest.fixture(name="store")
async def _store(tmp_path: Path) -> AsyncIterator[Store]:
    """The desk's own way into the bot's database."""
    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    yield store
    await store.close()


async def _begin(store: Store, chats: range) -> str:
    await asyncio.gather(*(store.subscribe(chat, LANGUAGES[chat % 4]) for chat in chats))
    number = await store.draft_announcement(by="firuza")
    version = (await _read(store, number)).version
    await store.save_announcement(number, TEXTS, "wages#first", version=version, by="firuza")
    version = (await _read(store, number)).version
    assert await store.approve_announcement(number, version=version, by="rustam")
    assert await store.begin_announcement(number, version=version, by="rustam")
    return number


async def _read(store: Store, number: str) -> Announcement:
    found = await store.announcement(number)
    assert found is not None
    return found


async def _ended(store: Store, number: str, seconds: float = 60) -> Announcement:
    async with asyncio.timeout(seconds):
        while True:
            found = await _read(store, number)
            if found.finished_at is not None:
                return found
            await asyncio.sleep(0.1)


def _told(api: BotApi) -> Counter[int]:
    """Return how often each chat was shown an announcement."""
    return Counter(each["chat_id"] for each in api.sent if each.get("text", "").startswith("News in"))


def _counts(found: Announcement) -> tuple[int, int, int, int, int]:
    return found.sent, found.failed, found.unsubscribed, found.unsure, found.left


# -- to whom


async def test_who_pressed_for_it_gets_it_in_the_language_of_the_button_with_what_ends_it(
    api: BotApi, tmp_path: Path, store: Store, small_conversation: Conversation
) -> None:
    async with talking(small_conversation, api, tmp_path):
        api.press("news@uz", chat=1)
        api.press("news:yes@uz", chat=2)
        await api.messages(2)
        number = await _begin(store, range(0))
        found = await _ended(store, number)

    assert [row["chat_id"] for row in api.sent if row["text"].startswith("News")] == [2]
    assert api.sent[-1]["text"].startswith("News in uz\n\n")
    assert "/stop" in api.sent[-1]["text"]
    [[button]] = api.sent[-1]["reply_markup"]["inline_keyboard"]
    assert button["callback_data"] == "page:wages#first@uz"
    assert _counts(found) == (1, 0, 0, 0, 0)


async def test_who_pressed_for_it_in_cyrillic_uzbek_gets_it_in_cyrillic(
    api: BotApi, tmp_path: Path, store: Store, small_conversation: Conversation
) -> None:
    async with talking(small_conversation, api, tmp_path):
        api.press(f"{marked('news:yes')}@uz", chat=1)
        await api.messages(1)
        await _ended(store, await _begin(store, range(0)))

    assert api.sent[-1]["text"].startswith("News ин уз\n\n")
    assert (await store.subscribers())["uz"] == 1


async def test_in_a_group_nobody_is_subscribed(
    api: BotApi, tmp_path: Path, store: Store, small_conversation: Conversation
) -> None:
    async with talking(small_conversation, api, tmp_path):
        api.write("/news@h_bot", chat=-100, group=True, person=5, language="en")
        [message] = await api.messages(1)

    assert "news" not in repr(message["reply_markup"])
    assert sum((await store.subscribers()).values()) == 0


@pytest.mark.parametrize("command", ["/stop", "/forget"])
async def test_who_stops_or_wants_to_be_forgotten_gets_nothing_more_also_of_one_that_is_being_sent(
    command: str, api: BotApi, tmp_path: Path, store: Store, small_conversation: Conversation
) -> None:
    api.slowness = 0.1
    number = await _begin(store, range(1, 61))

    async with talking(small_conversation, api, tmp_path):
        await api.messages(1)
        api.write(command, chat=60)
        found = await _ended(store, number)

    assert _told(api) == Counter(range(1, 60))
    assert _counts(found) == (59, 0, 1, 0, 0)
    assert sum((await store.subscribers()).values()) == 59


async def test_who_blocked_the_bot_is_no_subscriber_any_more(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.refusing = {2: BLOCKED, 3: Fault(400, "Bad Request: chat not found")}
    number = await _begin(store, range(1, 6))

    async with talking(TableConversation(), api, tmp_path):
        found = await _ended(store, number)

    assert _told(api) == Counter([1, 4, 5])
    assert _counts(found) == (3, 0, 2, 0, 0)
    assert sum((await store.subscribers()).values()) == 3


async def test_a_stopped_announcement_goes_to_nobody_more(api: BotApi, tmp_path: Path, store: Store) -> None:
    api.slowness = 0.1
    number = await _begin(store, range(1, 101))

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(10)
        await store.stop_announcement(number, by="firuza")
        await asyncio.sleep(0.5)
        told = len(api.sent)
        await asyncio.sleep(0.5)

    found = await _read(store, number)
    assert len(api.sent) == told
    assert (found.state, found.sent + found.left) == ("stopped", 100)
    assert _told(api).total() == found.sent < 100


# -- what Telegram says


async def test_when_telegram_wants_to_be_left_alone_it_waits_and_citizens_are_answered_meanwhile(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.fail("sendMessage", *[Fault(429, "Too Many Requests: retry after 2", retry_after=2)] * AT_ONCE)
    number = await _begin(store, range(1, 11))

    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: api.calls.count("sendMessage") == AT_ONCE)
        api.write("salom", chat=99)
        found = await _ended(store, number)

    assert api.sent[0]["text"] == "re: salom"
    assert _told(api) == Counter(range(1, 11))
    assert _counts(found) == (10, 0, 0, 0, 0)


async def test_what_telegram_certainly_did_not_take_is_sent_again_until_it_does(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.fail("sendMessage", *[Fault(502, "Bad Gateway")] * 12)
    number = await _begin(store, range(1, 11))

    async with talking(TableConversation(), api, tmp_path):
        found = await _ended(store, number)

    assert _told(api) == Counter(range(1, 11))
    assert _counts(found) == (10, 0, 0, 0, 0)


@pytest.mark.parametrize("taken", [True, False])
async def test_what_telegram_may_have_taken_is_not_sent_again_and_is_counted(
    taken: bool, api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.fail("sendMessage", Fault(500, after_taking=taken), Fault(0, after_taking=taken))
    number = await _begin(store, range(1, 11))

    async with talking(TableConversation(), api, tmp_path):
        found = await _ended(store, number)

    assert max(_told(api).values()) == 1
    assert len(_told(api)) == (10 if taken else 8)
    assert _counts(found) == (8, 0, 0, 2, 0)


async def test_a_text_that_telegram_cannot_read_comes_plain_and_what_it_refuses_then_has_failed(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    cannot = Fault(400, "Bad Request: can't parse entities")
    api.fail("sendMessage", cannot)
    api.refusing = {2: cannot}
    number = await _begin(store, range(1, 4))

    async with talking(TableConversation(), api, tmp_path):
        found = await _ended(store, number)

    assert _told(api) == Counter([1, 3])
    assert _counts(found) == (2, 1, 0, 0, 0)
    assert sum((await store.subscribers()).values()) == 3


# -- answers go first


def test_the_more_citizens_wait_the_fewer_messages_go_out_but_it_never_stands_still() -> None:
    sizes = [round_size(answering) for answering in range(100)]

    assert sizes[0] == AT_ONCE
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes[AT_ONCE:]) == {1}


async def test_an_answer_does_not_wait_behind_an_announcement_even_where_that_hangs(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.fail("sendMessage", *[Fault(200, seconds=2, after_taking=True)] * AT_ONCE)
    number = await _begin(store, range(1, 31))

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(AT_ONCE)
        api.write("salom", chat=99)
        await _ended(store, number)

    assert [each["text"] for each in api.sent].index("re: salom") == AT_ONCE
    assert len(api.sent) == 31


async def test_a_round_begins_no_sooner_than_its_pace_allows(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    await _begin(store, range(1, 4 * AT_ONCE + 1))

    async with talking(TableConversation(), api, tmp_path, pauses=replace(SHORT, announcing=0.5)):
        await api.messages(4 * AT_ONCE)

    begun = [each["at"] for each in api.sent][::AT_ONCE]
    assert all(later - earlier >= 0.3 for earlier, later in pairwise(begun))


# -- processes that end


async def test_a_bot_that_is_told_to_stop_in_the_middle_leaves_nothing_unsure(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.slowness = 0.2
    number = await _begin(store, range(1, 41))

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(10)
    stopped = await _read(store, number)
    async with talking(TableConversation(), api, tmp_path):
        found = await _ended(store, number)

    assert 0 < stopped.left < 40
    assert stopped.unsure == 0
    assert _told(api) == Counter(range(1, 41))
    assert _counts(found) == (40, 0, 0, 0, 0)


@asynccontextmanager
async def _program(api: BotApi, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot; killed at the end, if it still runs."""
    command = [sys.executable, "-m", "tests.bot.run_telegram_bot", api.base_url, str(folder), "0"]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _asked(api: BotApi, times: int) -> None:
    """Wait until Telegram was asked so often to send something, whatever it answers and when."""
    async with asyncio.timeout(30):
        while True:
            if api.calls.count("sendMessage") >= times:
                return
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_of_1000_each_gets_it_once_though_the_bot_is_killed_in_the_middle(
    api: BotApi, tmp_path: Path, store: Store
) -> None:
    api.slowness = 0.03  # so that messages are under way at any moment
    number = await _begin(store, range(1, 1001))

    async with _program(api, tmp_path):
        await api.messages(400)
    killed = await _read(store, number)
    async with _program(api, tmp_path):
        found = await _ended(store, number)

    # Telegram takes what has reached it before the kill. What has not, nobody can tell from that: at most
    # AT_ONCE messages, which are counted and not sent again.
    told = _told(api)
    assert killed.left > 0
    assert set(told.values()) == {1}
    assert found.unsure <= AT_ONCE
    assert found.sent + found.unsure == 1000
    assert 1000 - found.unsure <= len(told) <= 1000


@pytest.mark.slow
@pytest.mark.parametrize("taken", [True, False])
async def test_what_was_under_way_at_the_kill_is_never_sent_again_and_is_counted(
    taken: bool, api: BotApi, tmp_path: Path, store: Store
) -> None:
    hangs = Fault(200 if taken else 0, seconds=30, after_taking=taken)
    api.fail("sendMessage", *[hangs] * AT_ONCE)
    number = await _begin(store, range(1, 21))

    async with _program(api, tmp_path):
        await _asked(api, AT_ONCE)
    async with _program(api, tmp_path):
        found = await _ended(store, number)

    told = _told(api)
    assert set(told.values()) == {1}
    assert set(range(AT_ONCE + 1, 21)) <= set(told)
    assert len(told) == (20 if taken else 20 - AT_ONCE)
    assert _counts(found) == (20 - AT_ONCE, 0, 0, AT_ONCE, 0)


# -- several bots on one PostgreSQL


async def test_two_bots_on_one_database_send_each_message_once(
    api: BotApi, tmp_path: Path, postgresql: Server
) -> None:
    address = postgresql.new_database()
    store = await open_store(address)
    api.slowness = 0.02
    try:
        number = await _begin(store, range(1, 101))
        async with (
            open_talk(TableConversation(), api, tmp_path, address=address),
            open_talk(TableConversation(), api, tmp_path, address=address),
        ):
            found = await _ended(store, number)
    finally:
        await store.close()

    assert _told(api) == Counter(range(1, 101))
    assert _counts(found) == (100, 0, 0, 0, 0)


@pytest.mark.slow
async def test_when_the_bot_that_sends_is_killed_another_one_goes_on(api: BotApi, postgresql: Server) -> None:
    address = postgresql.new_database()
    store = await open_store(address)
    api.slowness = 0.05
    try:
        number = await _begin(store, range(1, 301))
        async with replicas(1, api.base_url, address) as (group, [first]):
            await api.messages(50)
            await first.kill()
            assert (await _read(store, number)).left > 0
            await group.join()
            found = await _ended(store, number)
    finally:
        await store.close()

    told = _told(api)
    assert set(told.values()) == {1}
    assert found.unsure <= AT_ONCE
    assert found.sent + found.unsure == 300
    assert 300 - found.unsure <= len(told) <= 300

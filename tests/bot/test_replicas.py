"""Two and four processes that share only PostgreSQL: nothing lost, nothing twice, order kept per chat."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.question import Question
from bot.store.inbox import LEASE
from bot.telegram.keeping import SETTLING_SECONDS
from bot.telegram.lines import LOOK_AGAIN_SHARED_SECONDS
from bot.turn import Known, Turn
from tests import citizens
from tests.bot.replicas import replicas
from tests.bot.telegram_bot import TableConversation, open_talk
from tests.bot_api import BotApi
from tests.citizens import Fields
from tests.postgresql import Server

CHATS, EACH = 100, 5


@pytest.fixture(name="database")
def _database(postgresql: Server) -> str:
    return postgresql.new_database()


def _messages(chats: int = CHATS, each: int = EACH) -> list[Fields]:
    return [citizens.writes(f"/c{n}", chat=chat) for n in range(each) for chat in range(1, chats + 1)]


def _in_order_and_once(api: BotApi, chats: Iterable[int], each: int = EACH) -> None:
    for chat in chats:
        assert api.texts(chat) == [f"/c{n}" for n in range(each)]


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 4])
async def test_every_message_is_answered_once_and_the_order_of_a_chat_is_kept(
    api: BotApi, database: str, count: int
) -> None:
    async with replicas(count, api.base_url, database, twice=0.2) as (group, _):
        await group.sender.post_all(_messages())
        await api.messages(CHATS * EACH, seconds=60)
        await asyncio.sleep(1)  # until whatever is answered twice would be

    _in_order_and_once(api, range(1, CHATS + 1))
    assert group.sender.refusals == []


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 4])
async def test_one_that_is_killed_loses_nothing_and_what_it_held_is_answered_soon(
    api: BotApi, database: str, count: int
) -> None:
    async with replicas(count, api.base_url, database, seconds=0.01, twice=0.2) as (group, running):
        sending = asyncio.create_task(group.sender.post_all(_messages()))
        await api.messages(CHATS * EACH // 3, seconds=60)
        await running[0].kill()
        killed = time.monotonic()
        group.sender.addresses.remove(running[0].address)
        await sending
        await api.until(lambda: len(_answers(api)) == CHATS * EACH, seconds=60)

    for chat in range(1, CHATS + 1):
        assert list(dict.fromkeys(api.texts(chat))) == [f"/c{n}" for n in range(EACH)]
    times = Counter((each["chat_id"], each["text"]) for each in api.sent)
    assert max(times.values()) <= 2
    twice = sum(times.values()) - CHATS * EACH
    assert twice <= 32  # what one process had sent, or was about to, and could not settle any more
    assert api.sent[-1]["at"] - killed < LEASE.total_seconds() + 30


@pytest.mark.slow
async def test_what_a_killed_one_held_waits_fifteen_seconds_at_most(api: BotApi, database: str) -> None:
    async with replicas(1, api.base_url, database, seconds=60) as (group, [slow]):
        await group.sender.post(citizens.writes("salom"))
        await asyncio.sleep(1)
        await slow.kill()
        killed = time.monotonic()
        async with open_talk(TableConversation(), api, Path(), address=database):
            [message] = await api.messages(1, seconds=20)

    assert message["text"] == "re: salom"
    assert message["at"] - killed < 15


@pytest.mark.slow
async def test_replicas_join_and_leave_while_people_write(api: BotApi, database: str) -> None:
    async with replicas(2, api.base_url, database, seconds=0.01) as (group, running):
        sending = asyncio.create_task(group.sender.post_all(_messages()))
        await api.messages(100, seconds=60)
        await group.join()
        await api.messages(200, seconds=60)
        codes = [await group.leave(running[0])]
        await api.messages(300, seconds=60)
        codes.append(await running[1].stop())  # without a word to the proxy, which tries another
        await sending
        await api.messages(CHATS * EACH, seconds=60)
        await asyncio.sleep(1)

    assert codes == [0, 0]
    _in_order_and_once(api, range(1, CHATS + 1))


async def test_a_chats_next_message_that_another_replica_received_does_not_wait_a_second(
    api: BotApi, database: str
) -> None:
    slow, quick = TableConversation(seconds=0.5), TableConversation()
    async with (
        open_talk(slow, api, Path(), address=database) as one,
        open_talk(quick, api, Path(), address=database) as other,
    ):
        await one.intake.take([citizens.writes("first")])
        await other.intake.take([citizens.writes("second", ago=-60)])
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["re: first", "re: second"]
    assert messages[1]["at"] - messages[0]["at"] < LOOK_AGAIN_SHARED_SECONDS


async def test_preferences_are_known_to_every_replica(api: BotApi, database: str) -> None:
    conversation = TableConversation()
    async with (
        open_talk(TableConversation({"ok": Turn(None, language="uz")}), api, Path(), address=database) as one,
        open_talk(conversation, api, Path(), address=database) as other,
    ):
        await one.intake.take([citizens.writes("ok", ago=60)])
        await other.intake.take([citizens.writes("salom")])
        [message] = await api.messages(1)

    assert message["text"] == "re: salom"
    assert conversation.heard[-1][1] == Known("uz", chosen=True)


async def test_one_limit_holds_for_all_replicas_together(api: BotApi, database: str) -> None:
    async with (
        open_talk(TableConversation(), api, Path(), address=database) as one,
        open_talk(TableConversation(), api, Path(), address=database) as other,
    ):
        for n in range(50):
            await (one, other)[n % 2].intake.take([citizens.writes(f"/c{n}")])
        await api.until(lambda: "/c49" in api.texts(1), seconds=60)

    assert api.texts(1).count("slower, please") == 1
    assert len(api.texts(1)) < 30


class _Hesitating(TableConversation):
    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def hear(self, question: Question, known: Known) -> Turn:
        self.begun.set()
        self.may_go_on.wait(30)
        return super().hear(question, known)


@pytest.mark.slow
async def test_one_that_was_frozen_neither_answers_again_nor_takes_the_answer_from_another(
    api: BotApi, database: str
) -> None:
    async with replicas(1, api.base_url, database, seconds=3) as (group, [frozen]):
        await group.sender.post(citizens.writes("salom"))
        await asyncio.sleep(1)  # until it thinks
        frozen.process.send_signal(signal.SIGSTOP)
        other = _Hesitating()
        async with open_talk(other, api, Path(), address=database):
            await asyncio.to_thread(other.begun.wait, 30)
            frozen.process.send_signal(signal.SIGCONT)
            await asyncio.sleep(3)  # until that one has thought to its end
            other.may_go_on.set()
            await api.messages(1)
            await asyncio.sleep(1)

    assert api.texts() == ["re: salom"]


@pytest.mark.slow
async def test_what_was_answered_while_the_database_was_gone_is_not_answered_again_when_it_is_back(
    api: BotApi, database: str, postgresql: Server
) -> None:
    slow = TableConversation(seconds=0.3)
    async with (
        open_talk(slow, api, Path(), address=database) as one,
        open_talk(slow, api, Path(), address=database) as other,
    ):
        offices = (one, other)
        for chat in range(1, 21):
            await offices[chat % 2].intake.take([citizens.writes("before", chat=chat)])
        postgresql.stop()
        await api.messages(20)
        taking = [
            offices[chat % 2].intake.take([citizens.writes("meanwhile", chat=chat)]) for chat in range(21, 31)
        ]
        await asyncio.gather(*taking)
        await asyncio.sleep(LEASE.total_seconds() + 1)
        postgresql.start()
        await asyncio.sleep(SETTLING_SECONDS + 2)
        await one.intake.take([citizens.writes("after", chat=31)])
        await api.messages(31)
        await asyncio.sleep(2)

    assert Counter(each["chat_id"] for each in api.sent) == Counter(range(1, 32))


async def test_a_place_that_was_shared_is_found_by_the_one_that_received_it(
    api: BotApi, database: str
) -> None:
    async with (
        open_talk(TableConversation(), api, Path(), address=database) as one,
        open_talk(TableConversation(), api, Path(), address=database),
    ):
        await one.intake.take([citizens.writes("", location={"latitude": 55.7, "longitude": 37.6})])
        [message] = await api.messages(1)

    assert message["text"] == "near 55.7 37.6"


def _answers(api: BotApi) -> set[tuple[int, str]]:
    return {(each["chat_id"], each["text"]) for each in api.sent}

"""Conversations with a person: one open thread a chat, lines once and in order, nothing after its time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import Store, open_store
from bot.store.threads import CitizenLine, ThreadSummary
from bot.store.transfer import TABLES
from tests.bot.store.steps import revisions_of, steps_with_later, upgrade
from tests.stores import Clock, Opener, tables

CHAT = 7_000_000_001
OF_THREADS = ("thread", "thread_line", "thread_note")


async def _begun(store: Store, chat: int = CHAT) -> int:
    """Begin a thread and write into it; return its number."""
    before = {each.number for each in await store.threads("open", "", 100)}
    await store.begin_thread(chat, "tg")
    assert await store.write_lines(chat, [CitizenLine(chat % 1000 * 10, "hello")])
    [number] = {each.number for each in await store.threads("open", "", 100)} - before
    return number


async def _texts(store: Store, number: int) -> list[tuple[str, str]]:
    thread = await store.thread(number)
    assert thread is not None
    return [(each.origin, each.text) for each in thread.lines]


async def _summary(store: Store, number: int) -> ThreadSummary:
    thread = await store.thread(number)
    assert thread is not None
    return thread.summary


async def test_a_chat_has_one_open_thread_whose_number_is_random(store: Store) -> None:
    assert await store.open_thread(CHAT) is None

    await store.begin_thread(CHAT, "tg")
    await store.begin_thread(CHAT, "ru")
    await store.begin_thread(CHAT + 1, "ru")

    numbers = [each.number for each in await store.threads("open", "", 10)]
    assert len(numbers) == 2
    assert all(10_000_000 <= each < 100_000_000 for each in numbers)


async def test_a_message_that_is_handled_twice_stands_there_once_and_in_order(store: Store) -> None:
    await store.begin_thread(CHAT, "tg", "wages")
    first, second = CitizenLine(1, "one"), CitizenLine(2, "two \0 🙂")

    await store.write_lines(CHAT, [first])
    await store.write_lines(CHAT, [first, second])
    await store.write_lines(CHAT, [CitizenLine(3, "two, better", edited=True)])

    [summary] = await store.threads("open", "", 10)
    assert await _texts(store, summary.number) == [
        ("topic", "wages"),
        ("citizen", "one"),
        ("citizen", "two \0 🙂"),
        ("edited", "two, better"),
    ]


async def test_a_message_being_answered_does_not_count_as_written_before(store: Store) -> None:
    await store.begin_thread(CHAT, "tg", "wages")
    await store.write_lines(CHAT, [CitizenLine(1, "one")])

    being_answered, later = await store.open_thread(CHAT, 1), await store.open_thread(CHAT, 2)

    assert being_answered is not None
    assert not being_answered.written
    assert later is not None
    assert later.written


async def test_nothing_is_written_where_no_thread_is_open(store: Store) -> None:
    number = await _begun(store)
    await store.end_thread(CHAT)

    assert not await store.write_lines(CHAT, [CitizenLine(99, "too late")])
    assert not await store.answer_thread(number, "too late", "firuza")
    assert not await store.close_thread(number, "firuza")
    assert not await store.assign_thread(number, "firuza")
    assert await _texts(store, number) == [("citizen", "hello")]


async def test_who_waits_longest_stands_first_and_is_counted_until_answered(
    store: Store, clock: Clock
) -> None:
    first = await _begun(store, 1)
    clock.forward(minutes=5)
    second = await _begun(store, 2)
    clock.forward(minutes=5)
    third = await _begun(store, 3)
    await store.write_lines(1, [CitizenLine(77, "and more")])
    waiting = await store.waiting_threads()

    await store.answer_thread(second, "answer", "firuza")

    assert waiting == 3
    assert await store.waiting_threads() == 2
    assert [each.number for each in await store.threads("open", "", 10)] == [first, third, second]
    assert [each.number for each in await store.threads("mine", "firuza", 10)] == [second]
    assert (await _summary(store, first)).waiting_since == clock.now - timedelta(minutes=10)


async def test_the_usual_wait_is_the_median_of_those_answered_in_thirty_days(
    store: Store, clock: Clock
) -> None:
    for minutes in (1, 50, 3):
        assert await store.usual_wait() is None
        number = await _begun(store, minutes)
        clock.forward(minutes=minutes)
        await store.answer_thread(number, "answer", "firuza")
        await store.write_lines(minutes, [CitizenLine(500 + minutes, "again")])
        clock.forward(hours=2)
        await store.answer_thread(number, "later answers change nothing", "firuza")

    usual = await store.usual_wait()
    clock.forward(days=31)

    assert usual == timedelta(minutes=3)
    assert await store.usual_wait() is None


async def test_lines_are_claimed_one_a_thread_in_order_and_by_one_process(
    store: Store, another: Opener
) -> None:
    first, second = await _begun(store, 1), await _begun(store, 2)
    for text in ("one", "two"):
        await store.answer_thread(first, text, "firuza")
    await store.answer_thread(second, "other", "firuza")
    other = await another()

    claimed = await store.claim_lines(10)

    assert sorted(each.text for each in claimed) == ["one", "other"]
    assert await other.claim_lines(10) == []
    for each in claimed:
        await store.settle_line(each.key)
    [last] = await other.claim_lines(10)
    assert (last.text, last.chat, last.language) == ("two", 1, "tg")


async def test_what_a_dead_process_held_is_free_when_its_lease_ends(
    store: Store, another: Opener, clock: Clock
) -> None:
    number = await _begun(store)
    await store.answer_thread(number, "one", "firuza")
    other = await another()
    [mine] = await store.claim_lines(10)
    clock.forward(seconds=8)
    held = await store.hold_lines([mine.key])
    clock.forward(seconds=8)
    early = await other.claim_lines(10)
    clock.forward(seconds=8)

    [again] = await other.claim_lines(10)
    await store.settle_line(mine.key, "gone")  # too late: it is another's now
    await other.settle_line(again.key)

    assert held == {mine.key}
    assert early == []
    assert await store.hold_lines([mine.key]) == frozenset()
    thread = await store.thread(number)
    assert thread is not None
    assert [each.state for each in thread.lines] == [None, "sent"]


async def test_a_line_that_cannot_come_is_marked_with_its_reason_and_the_next_goes_on(store: Store) -> None:
    number = await _begun(store)
    await store.answer_thread(number, "one", "firuza")
    await store.close_thread(number, "firuza")

    [first] = await store.claim_lines(10)
    await store.settle_line(first.key, "gone")
    [closing] = await store.claim_lines(10)

    thread = await store.thread(number)
    assert thread is not None
    assert [(each.state, each.reason) for each in thread.lines[1:]] == [("failed", "gone"), ("waiting", None)]
    assert thread.summary.failed
    assert (closing.origin, closing.text) == ("closing", "")


async def test_a_line_that_did_not_come_is_sent_again_once_and_after_all_others(
    store: Store, clock: Clock
) -> None:
    number = await _begun(store)
    await store.answer_thread(number, "first", "firuza")
    [line] = await store.claim_lines(10)
    await store.settle_line(line.key, "gone")
    await store.answer_thread(number, "second", "rustam")
    await store.write_lines(CHAT, [CitizenLine(77, "still there?")])
    waits = (await _summary(store, number)).waiting_since
    clock.forward(hours=30)

    again = [await store.send_again(number, line.position) for _ in range(2)]

    assert again == [True, False]
    assert [text for _, text in await _texts(store, number)] == ["hello", "second", "still there?", "first"]
    assert (await _summary(store, number)).waiting_since == waits
    assert not (await _summary(store, number)).failed
    sent = []
    while claimed := await store.claim_lines(10):
        sent += [(each.text, each.at) for each in claimed]
        await store.settle_line(claimed[0].key)
    assert [text for text, _ in sent] == ["second", "first"]
    assert sent[1][1] == clock.now


async def test_what_came_or_was_never_to_be_sent_is_not_sent_again(store: Store) -> None:
    number = await _begun(store)
    await store.answer_thread(number, "answer", "firuza")
    [line] = await store.claim_lines(10)
    assert not await store.send_again(number, line.position)
    await store.settle_line(line.key)

    for position in (0, 1, line.position, 99):
        assert not await store.send_again(number, position)

    await store.answer_thread(number, "another", "firuza")
    [failing] = await store.claim_lines(10)
    await store.settle_line(failing.key, "late")
    await store.end_thread(CHAT)
    assert not await store.send_again(number, failing.position)
    assert not await store.send_again(12_345_678, 1)


async def test_after_forget_no_table_knows_the_chat_or_a_word(store: Store, clock: Clock) -> None:
    number = await _begun(store)
    await store.answer_thread(number, "an answer", "firuza")
    await store.add_thread_note(number, "a note", "firuza")
    await store.close_thread(number, "firuza")
    await _begun(store)
    [claimed] = await store.claim_lines(1)

    await store.forget(CHAT)

    rows = await tables(store)
    assert [rows[each] for each in OF_THREADS] == [[], [], []]
    everything = repr(rows)
    assert not any(each in everything for each in (str(CHAT), "hello", "an answer", "a note"))
    assert await store.hold_lines([claimed.key]) == frozenset()


@pytest.mark.parametrize(("closed", "days"), [(True, 30), (False, 90)])
async def test_a_thread_is_deleted_after_its_time_and_not_before(
    closed: bool, days: int, store: Store, clock: Clock
) -> None:
    number = await _begun(store)
    await store.add_thread_note(number, "a note", "firuza")
    if closed:
        await store.end_thread(CHAT)
    clock.forward(days=days, seconds=-1)
    await store.purge()
    before = await store.thread(number)
    clock.forward(seconds=1)

    await store.purge()

    rows = await tables(store)
    assert before is not None
    assert [rows[each] for each in OF_THREADS] == [[], [], []]


async def test_no_copy_that_is_made_before_an_upgrade_holds_them(tmp_path: Path) -> None:
    file = tmp_path / "hotline.db"
    store = await open_store(f"sqlite:///{file}")
    await _begun(store)
    await store.close()

    await upgrade(f"sqlite:///{file}", steps_with_later(tmp_path / "steps", "9001"))

    assert b"hello" in file.read_bytes()
    assert b"hello" not in (tmp_path / f"hotline.db.before-{revisions_of()[-1]}").read_bytes()


async def test_no_backup_holds_what_citizens_and_staff_wrote() -> None:
    assert not set(TABLES) & set(OF_THREADS)

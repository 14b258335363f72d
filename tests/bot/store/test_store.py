"""What the store promises, on a real SQLite file and on a real PostgreSQL server alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.store import Count, KeptPace, Store, StoreError, keep_purging, open_store
from bot.store.address import read_address
from bot.store.clock import SharedClock
from bot.store.opening import bring_up_to_date
from bot.store.store import database_at
from bot.turn import Feedback
from tests.postgresql import Server
from tests.stores import BEGIN, Clock, Opener, answer_all, tables, update

# -- preferences


async def test_a_chat_of_which_nothing_is_known_has_no_language_and_no_subject(store: Store) -> None:
    assert await store.known(1) == (None, None)


async def test_the_last_language_and_subject_of_a_chat_are_known_to_it_alone(store: Store) -> None:
    await store.keep_language(1, "ru")
    await store.keep_language(1, "uz")
    await store.keep_subject(1, "patent-get")
    await store.keep_subject(1, "registration-arrival")

    assert await store.known(1) == ("uz", "registration-arrival")
    assert await store.known(2) == (None, None)


async def test_a_subject_is_known_for_fifteen_minutes(store: Store, clock: Clock) -> None:
    await store.keep_subject(1, "patent-get")

    clock.forward(minutes=14, seconds=59)
    before = await store.known(1)
    clock.forward(seconds=1)

    assert before == (None, "patent-get")
    assert await store.known(1) == (None, None)


async def test_telegrams_longest_numbers_are_kept(store: Store) -> None:
    chat, number = -1_002_147_483_647, 2**52

    await store.keep_language(chat, "tg")
    await store.accept(number, chat, "")

    assert await store.known(chat) == ("tg", None)
    assert [each.update_id for each in await store.waiting(1)] == [number]


# -- the inbox


async def test_a_number_is_new_once_in_48_hours_also_after_a_restart(
    store: Store, another: Opener, clock: Clock
) -> None:
    first = await store.accept(7, 1, "{}")
    await store.claim(1)
    await store.settle(7)

    clock.forward(hours=47, minutes=59)
    again = await (await another()).accept(7, 1, "{}")
    clock.forward(minutes=1)

    assert (first, again) == (True, False)
    assert await store.accept(7, 1, "{}") is True


async def test_of_a_batch_only_the_new_ones_are_stored_and_each_once(store: Store) -> None:
    await store.accept_many([update(1), update(2)])

    new = await store.accept_many([update(2), update(3), update(4), update(3)])

    assert new == {3, 4}
    assert await store.backlog() == 4
    assert await store.accept_many([]) == frozenset()


@pytest.mark.parametrize("payload", ["", "салом 😀", "\x00", "half a pair \ud83d", "х" * 100_000])
async def test_any_payload_comes_back_as_it_was(store: Store, payload: str) -> None:
    await store.accept(1, 1, payload)

    assert [each.payload for each in await store.claim(1)] == [payload]


async def test_the_oldest_of_each_chat_is_claimed_oldest_first(store: Store) -> None:
    await store.accept_many([update(5, 2), update(3, 1), update(4, 1), update(1, 3), update(6, 2)])

    looked = [each.update_id for each in await store.waiting(10)]
    claimed = [each.update_id for each in await store.claim(2)]

    assert looked == [1, 3, 5]
    assert claimed == [1, 3]
    assert [each.update_id for each in await store.claim(10)] == [5]


async def test_the_next_of_a_chat_is_claimed_when_the_one_before_is_settled(store: Store) -> None:
    await store.accept_many([update(1), update(2)])
    await store.claim(10)

    while_it_is_answered = await store.claim(10)
    await store.settle(1)

    assert while_it_is_answered == []
    assert [each.update_id for each in await store.claim(10)] == [2]


async def test_an_older_one_that_comes_late_waits_for_the_one_that_is_being_answered(store: Store) -> None:
    await store.accept(2, 1, "{}")
    await store.claim(1)
    await store.accept(1, 1, "{}")

    while_the_newer_is_answered = await store.claim(10)
    await store.settle(2)

    assert while_the_newer_is_answered == []
    assert [each.update_id for each in await store.claim(10)] == [1]


async def test_what_a_dead_process_claimed_is_claimed_by_another_when_the_lease_has_run_out(
    store: Store, another: Opener, clock: Clock
) -> None:
    other = await another()
    await store.accept(1, 5, "text")
    await store.claim(1, lease=timedelta(seconds=60))

    clock.forward(seconds=59)
    too_early = await other.claim(1)
    clock.forward(seconds=1)
    [taken] = await other.claim(1)

    assert too_early == []
    assert (taken.chat, taken.payload, taken.attempts, taken.received_at) == (5, "text", 2, BEGIN)
    assert taken.sending_since is None


async def test_who_claims_it_next_sees_that_a_reply_may_have_been_sent(
    store: Store, another: Opener, clock: Clock
) -> None:
    await store.accept(1, 1, "{}")
    await store.claim(1)
    clock.forward(seconds=5)
    await store.sending(1, lease=timedelta(seconds=60))
    clock.forward(seconds=60)

    [taken] = await (await another()).claim(1)

    assert taken.sending_since == BEGIN + timedelta(seconds=5)


async def test_a_reply_may_be_sent_only_by_the_one_who_holds_the_message(
    store: Store, another: Opener, clock: Clock
) -> None:
    other = await another()
    await store.accept(1, 1, "{}")
    unclaimed = await store.sending(1)
    await store.claim(1)
    held = await store.sending(1)
    clock.forward(minutes=10)
    await other.claim(1)

    assert (unclaimed, held) == (False, True)
    assert (await store.sending(1), await other.sending(1)) == (False, True)


async def test_a_lease_is_renewed_only_for_what_is_still_held(
    store: Store, another: Opener, clock: Clock
) -> None:
    other = await another()
    await store.accept_many([update(1, 1), update(2, 2), update(3, 3)])
    await store.claim(3)
    await store.settle(2)
    clock.forward(seconds=50)

    held = await store.renew([1, 2], lease=timedelta(seconds=60))
    clock.forward(seconds=59)

    assert held == {1}
    assert [each.update_id for each in await other.claim(10)] == [3]


async def test_what_is_accepted_can_be_claimed_in_the_same_go(store: Store) -> None:
    await store.accept(1, 1, "old")

    new, claimed = await store.accept_and_claim([update(2, 2), update(3, 1), update(1, 1)], 10)

    assert new == {2, 3}
    assert [each.update_id for each in claimed] == [1, 2]
    _, none = await store.accept_and_claim([update(4, 4)], 0)
    assert none == []
    assert await store.backlog() == 4


async def test_what_waits_behind_a_message_is_read_in_order_without_claiming_it(store: Store) -> None:
    await store.accept_many([update(number, chat) for number, chat in [(3, 1), (1, 1), (2, 2), (4, 1)]])
    await store.claim(10)

    assert [each.update_id for each in await store.behind(1, 1)] == [3, 4]
    assert [each.attempts for each in await store.behind(1, 1)] == [0, 0]


async def test_a_pace_is_kept_for_a_minute_and_forgotten_with_its_chat(store: Store, clock: Clock) -> None:
    kept = KeptPace(-2.5, True, clock.now)
    for chat in (1, 2):
        await store.keep_pace(chat, KeptPace(7.0, False, clock.now))
        await store.keep_pace(chat, kept)

    await store.forget(1)
    paces = [await store.pace(1), await store.pace(2)]
    clock.forward(seconds=60)
    await store.purge()

    assert paces == [None, kept]
    assert await store.pace(2) is None


async def test_the_clock_of_a_shared_database_is_its_servers_whatever_this_machine_believes(
    postgresql: Server,
) -> None:
    clock = SharedClock(datetime(2030, 1, 1, tzinfo=UTC))
    store = Store(database_at(read_address(postgresql.new_database())), clock, timedelta(days=90))
    await store._database.prepare(bring_up_to_date)

    await store.purge()
    apart = abs(clock() - datetime.now(UTC))
    await store.close()

    assert apart < timedelta(hours=1)  # the server of the tests runs on this machine


async def test_what_is_released_is_claimed_again_but_not_before_its_time(store: Store, clock: Clock) -> None:
    await store.accept_many([update(1, 1), update(2, 2), update(3, 2)])
    await store.claim(10, lease=timedelta(seconds=60))

    await store.release([1])
    await store.release([2], after=timedelta(seconds=30))
    at_once = await store.claim(10, lease=timedelta(seconds=60))
    clock.forward(seconds=30)

    assert [each.update_id for each in at_once] == [1]
    assert [each.update_id for each in await store.claim(10)] == [2]


async def test_a_message_waits_24_hours_and_is_then_deleted_unanswered(store: Store, clock: Clock) -> None:
    await store.accept(1, 1, "old")
    clock.forward(hours=23, minutes=59)
    await store.accept(2, 1, "new")

    before = [each.update_id for each in await store.waiting(10)]
    clock.forward(minutes=1)
    after = [each.update_id for each in await store.waiting(10)]
    await store.purge()

    assert (before, after) == ([1], [2])
    assert [row[0] for row in (await tables(store))["inbox"]] == [2]


async def test_four_that_share_a_database_answer_each_message_once_and_each_chat_in_order(
    store: Store, another: Opener
) -> None:
    batches = [[update(number, chat=number % 25) for number in range(200)] for _ in range(4)]
    stores = [store, *[await another() for _ in range(3)]]

    new = await asyncio.gather(
        *(each.accept_many(batch) for each, batch in zip(stores, batches, strict=True))
    )
    answers = await asyncio.gather(*(answer_all(each, seconds=0.001) for each in stores))

    answered = [each for every in answers for each in every]
    assert sorted(number for numbers in new for number in numbers) == list(range(200))
    assert sorted(number for _, number in answered) == list(range(200))
    for every in answers:
        assert [each for each in every if each[0] == 3] == sorted(each for each in every if each[0] == 3)


async def test_one_write_that_cannot_be_done_does_no_harm_to_those_beside_it(store: Store) -> None:
    wrong = asyncio.create_task(store.accept(2**70, 1, "{}"))
    others = [store.accept(1, 1, "{}"), store.keep_language(1, "tg"), store.accept(2, 2, "{}")]

    assert await asyncio.gather(*others) == [True, None, True]
    with pytest.raises(StoreError):
        await wrong
    assert await store.backlog() == 2


# -- findings


async def test_questions_are_kept_masked_short_and_without_anything_that_no_screen_should_get(
    store: Store,
) -> None:
    text = "Номи ман Фаррух,\x00 рақамам +992 91 712 34 56\x1b[31m \ud800" + " а" * 1000

    await store.add_question(
        text, language="tg", outcome="unknown", script="cyrillic", topics=["patent-get", "entry-ban"]
    )

    [asked] = await store.questions(BEGIN.date())
    assert asked.text.startswith("Номи ман [name], рақамам [phone]")
    assert len(asked.text) == 500
    assert asked.text.isprintable()
    assert (asked.day, asked.topics) == (BEGIN.date(), ("patent-get", "entry-ban"))


async def test_opinions_are_counted_by_day(store: Store, clock: Clock) -> None:
    wrong = Feedback("patent-get", "price", "wrong", "tg")
    await asyncio.gather(*(store.add_feedback(wrong) for _ in range(3)))
    clock.forward(days=1)
    await store.add_feedback(wrong)
    await store.add_feedback(Feedback("patent-get", "price", "helpful", "ru"))

    opinions = await store.opinions(BEGIN.date())

    assert [(each.day.day, each.reason, each.times) for each in opinions] == [
        (26, "wrong", 3),
        (27, "helpful", 1),
        (27, "wrong", 1),
    ]
    assert await store.opinions(clock.now.date()) == opinions[1:]


async def test_counts_of_a_day_add_up(store: Store, another: Opener) -> None:
    day, other = BEGIN.date(), await another()

    await asyncio.gather(*(each.count(day, "outcome", "found") for each in (store, other) for _ in range(5)))
    await store.count(day, "outcome", "found", 2)
    await store.count(day, "language", "tg")

    assert await other.counts(day) == [Count(day, "language", "tg", 1), Count(day, "outcome", "found", 12)]


async def test_two_processes_that_count_in_opposite_order_lose_nothing(store: Store, another: Opener) -> None:
    day, other = BEGIN.date(), await another()

    for _ in range(10):
        one = [store.count(day, "topic", key) for key in "abcdef"]
        two = [other.count(day, "topic", key) for key in "fedcba"]
        await asyncio.gather(*one, *two)

    assert [each.times for each in await store.counts(day)] == [20] * 6


async def test_of_all_who_count_the_same_only_one_is_the_first(store: Store, another: Opener) -> None:
    day, other = BEGIN.date(), await another()

    firsts = await asyncio.gather(
        *(each.count_first(day, "alert", "disk-low") for each in (store, other) for _ in range(5))
    )

    assert sorted(firsts) == [False] * 9 + [True]
    assert await store.count_first(day, "alert", "past-review")


async def test_days_are_those_of_utc(another: Opener, clock: Clock) -> None:
    clock.now = (BEGIN.replace(hour=22)).astimezone(timezone(timedelta(hours=5)))
    store = await another()

    await store.add_question("a", language="en", outcome="unknown", script="latin")
    await store.accept(1, 1, "")

    assert [each.day for each in await store.questions(BEGIN.date())] == [BEGIN.date()]
    assert [each.received_at for each in await store.claim(1)] == [BEGIN.replace(hour=22)]


# -- what is deleted, and when


async def test_after_a_chat_is_forgotten_no_table_knows_it_and_others_stay(store: Store) -> None:
    gone, stays = 777_000_777, 888_000_888
    for chat in (gone, stays):
        await store.keep_language(chat, "tg")
        await store.keep_subject(chat, "patent-get")
    await store.accept_many([update(1, gone), update(2, stays), update(3, gone)])

    await store.forget(gone)

    everything = [value for rows in (await tables(store)).values() for row in rows for value in row]
    assert gone not in everything
    assert await store.known(stays) == ("tg", "patent-get")
    assert [each.update_id for each in await store.waiting(10)] == [2]
    assert await store.accept_many([update(1, gone), update(3, gone)]) == frozenset()


async def test_the_message_that_asks_to_be_forgotten_is_still_answered(store: Store) -> None:
    await store.accept_many([update(1), update(2)])
    await store.claim(1)

    await store.forget(1, answering=1)

    assert await store.sending(1)
    await store.settle(1)
    assert await store.backlog() == 0


async def test_of_an_answered_message_only_its_number_stays(store: Store) -> None:
    await store.accept(11, 777, "secret")
    await store.claim(1)
    await store.settle(11)

    found = {name: rows for name, rows in (await tables(store)).items() if rows}

    assert set(found) == {"alembic_version", "fitting_program", "number"}
    assert [row[0] for row in found["number"]] == [11]


async def test_nothing_outlives_its_time(store: Store, clock: Clock) -> None:
    await store.keep_subject(1, "patent-get")
    await store.accept_many([update(1), update(2)])
    await store.claim(1)
    await store.settle(1)
    await store.add_feedback(Feedback("a", "b", "wrong", "tg"))
    await store.add_question("a", language="tg", outcome="unknown", script="latin")

    left = []
    for hours in (0, 0.25, 24, 48, 24 * 89, 24 * 90):
        clock.now = BEGIN + timedelta(hours=hours)
        await store.purge()
        rows = await tables(store)
        left.append([len(rows[name]) for name in ("subject", "inbox", "number", "feedback", "question")])

    assert left == [
        [1, 1, 2, 1, 1],
        [0, 1, 2, 1, 1],
        [0, 0, 2, 1, 1],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 0, 0],
    ]


async def test_languages_and_counts_stay(store: Store, clock: Clock) -> None:
    await store.keep_language(1, "uz")
    await store.count(BEGIN.date(), "outcome", "found")

    clock.forward(days=1000)
    await store.purge()

    assert await store.known(1) == ("uz", None)
    assert await store.counts(BEGIN.date()) == [Count(BEGIN.date(), "outcome", "found", 1)]


async def test_the_retention_is_the_one_that_was_set(address: str, clock: Clock) -> None:
    store = await open_store(address, clock=clock, retention=timedelta(days=2))
    await store.add_question("a", language="tg", outcome="unknown", script="latin")

    clock.forward(days=2)
    deleted = await store.purge()
    await store.close()

    assert deleted == 1


async def test_purging_goes_on_by_itself(store: Store, clock: Clock) -> None:
    task = asyncio.create_task(keep_purging(store, every=timedelta(milliseconds=10)))
    await store.keep_subject(1, "patent-get")
    clock.forward(minutes=15)

    while (await tables(store))["subject"]:  # noqa: ASYNC110 - nothing tells when a purge has been
        await asyncio.sleep(0.01)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

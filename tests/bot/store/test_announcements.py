"""Announcements in the store: who may approve what, to whom it is owed, and that nobody gets it twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store import Announcement, Outcome, Store
from bot.store.inbox import LEASE
from bot.store.transfer import TABLES
from knowledge.model import LANGUAGES
from tests.stores import Clock, Opener, tables

TEXTS = {each: f"**News** ({each})" for each in LANGUAGES}


async def _read(store: Store, number: str) -> Announcement:
    found = await store.announcement(number)
    assert found is not None
    return found


async def _version(store: Store, number: str) -> str:
    return (await _read(store, number)).version


async def _written(store: Store) -> str:
    number = await store.draft_announcement(by="firuza")
    version = await _version(store, number)
    assert await store.save_announcement(number, TEXTS, "wages#first", version=version, by="firuza")
    return number


async def _begun(store: Store, subscribers: int = 3) -> str:
    for chat in range(1, subscribers + 1):
        await store.subscribe(chat, "tg")
    number = await _written(store)
    version = await _version(store, number)
    assert await store.approve_announcement(number, version=version, by="rustam")
    assert await store.begin_announcement(number, version=version, by="rustam")
    return number


async def _counts(store: Store, number: str) -> dict[str, int]:
    found = await _read(store, number)
    names = ("recipients", "sent", "failed", "unsubscribed", "unsure", "left")
    return {name: times for name in names if (times := getattr(found, name))}


async def _take(store: Store, number: str, most: int = 10) -> list[int] | None:
    taken = await store.take_deliveries(number, most)
    return None if taken is None else [each.chat for each in taken]


# -- subscribers


async def test_who_asks_for_announcements_twice_is_one_subscriber_in_the_last_language(store: Store) -> None:
    await store.subscribe(1, "tg")
    await store.subscribe(1, "uz")
    await store.subscribe(-(2**40), "ru")

    assert await store.subscribers() == {"tg": 0, "ru": 1, "uz": 1, "en": 0}


async def test_a_subscriber_is_a_number_and_a_language_and_nothing_else(store: Store) -> None:
    await store.subscribe(1, "tg")

    assert (await tables(store))["subscriber"] == [(1, "tg")]


async def test_announcements_follow_the_language_that_is_chosen_later_but_are_no_part_of_it(
    store: Store,
) -> None:
    await store.subscribe(1, "tg")
    await store.keep_language(1, "en")
    await store.keep_language(2, "en")

    assert (await tables(store))["subscriber"] == [(1, "en")]


@pytest.mark.parametrize("way", ["stop", "forget"])
async def test_who_stops_or_is_forgotten_gets_nothing_more_also_of_one_that_is_being_sent(
    way: str, store: Store
) -> None:
    number = await _begun(store)
    await store.hold_announcement()

    await (store.unsubscribe(2) if way == "stop" else store.forget(2))

    kept = await tables(store)
    assert {row[0] for row in kept["subscriber"]} == {1, 3}
    assert {row[1] for row in kept["announcement_delivery"]} == {1, 3}
    assert await _take(store, number) == [1, 3]
    assert await _counts(store, number) == {"recipients": 3, "unsubscribed": 1, "left": 2}


async def test_who_stopped_before_the_row_was_seen_gets_nothing_all_the_same(store: Store) -> None:
    number = await _begun(store)
    await store.hold_announcement()
    await store._database.write(
        lambda connection: connection.exec_driver_sql("DELETE FROM subscriber WHERE chat = 2")
    )

    assert await _take(store, number) == [1, 3]
    assert (await _counts(store, number))["unsubscribed"] == 1


# -- writing and approving


async def test_the_author_cannot_approve(store: Store) -> None:
    number = await _written(store)
    version = await _version(store, number)

    assert not await store.approve_announcement(number, version=version, by="firuza")
    assert (await _read(store, number)).state == "draft"


async def test_who_changed_the_text_last_is_its_author(store: Store) -> None:
    number = await _written(store)
    version = await _version(store, number)
    await store.save_announcement(number, {**TEXTS, "en": "Changed"}, None, version=version, by="rustam")
    version = await _version(store, number)

    assert not await store.approve_announcement(number, version=version, by="rustam")
    assert await store.approve_announcement(number, version=version, by="firuza")


@pytest.mark.parametrize("change", ["text", "section"])
async def test_a_changed_text_needs_approval_anew(change: str, store: Store) -> None:
    number = await _written(store)
    version = await _version(store, number)
    await store.approve_announcement(number, version=version, by="rustam")

    texts = {**TEXTS, "uz": "Boshqa"} if change == "text" else TEXTS
    section = "wages#first" if change == "text" else None
    assert await store.save_announcement(number, texts, section, version=version, by="firuza")

    now = await _read(store, number)
    assert (now.state, now.approved_by) == ("draft", None)
    assert not await store.begin_announcement(number, version=now.version, by="rustam")


async def test_the_same_text_saved_again_keeps_its_approval_and_its_author(store: Store) -> None:
    number = await _written(store)
    version = await _version(store, number)
    await store.approve_announcement(number, version=version, by="rustam")

    assert await store.save_announcement(number, TEXTS, "wages#first", version=version, by="rustam")

    now = await _read(store, number)
    assert (now.state, now.approved_by, now.author) == ("approved", "rustam", "firuza")


async def test_nothing_is_approved_sent_or_overwritten_that_was_changed_meanwhile(store: Store) -> None:
    number = await _written(store)
    seen = await _version(store, number)
    await store.save_announcement(number, {**TEXTS, "en": "Changed"}, None, version=seen, by="firuza")

    assert not await store.approve_announcement(number, version=seen, by="rustam")
    assert not await store.save_announcement(number, TEXTS, None, version=seen, by="rustam")
    await store.approve_announcement(number, version=await _version(store, number), by="rustam")
    assert not await store.begin_announcement(number, version=seen, by="rustam")
    assert (await _read(store, number)).texts["en"] == "Changed"


async def test_what_is_being_sent_can_neither_be_changed_nor_removed_nor_begun_again(store: Store) -> None:
    number = await _begun(store)
    version = await _version(store, number)

    assert not await store.save_announcement(number, {}, None, version=version, by="firuza")
    assert not await store.remove_announcement(number, by="firuza")
    assert not await store.begin_announcement(number, version=version, by="rustam")
    assert len((await tables(store))["announcement_delivery"]) == 3


async def test_a_draft_can_be_removed_and_every_change_stands_in_the_audit_without_its_text(
    store: Store,
) -> None:
    number = await _begun(store)
    await store.stop_announcement(number, by="firuza")
    gone = await store.draft_announcement(by="firuza")

    assert await store.remove_announcement(gone, by="firuza")

    audited = [(each.who, each.what, each.subject) for each in await store.audited(50)]
    assert sorted(audited) == sorted(
        [
            ("firuza", "announcement.drafted", number),
            ("firuza", "announcement.saved", number),
            ("rustam", "announcement.approved", number),
            ("rustam", "announcement.begun", number),
            ("firuza", "announcement.stopped", number),
            ("firuza", "announcement.drafted", gone),
            ("firuza", "announcement.removed", gone),
        ]
    )
    assert await store.announcement(gone) is None


async def test_what_is_not_there_is_not_changed(store: Store) -> None:
    assert await store.announcement("0" * 16) is None
    assert not await store.approve_announcement("0" * 16, version="", by="rustam")
    assert not await store.stop_announcement("0" * 16, by="rustam")
    assert not await store.remove_announcement("0" * 16, by="rustam")
    assert await store.hold_announcement() is None


# -- sending


async def test_each_outcome_is_counted_and_only_the_counts_stay(store: Store) -> None:
    number = await _begun(store, 5)
    held = await store.hold_announcement()
    outcomes: dict[int, Outcome] = {1: "sent", 2: "failed", 3: "gone", 4: "unsure", 5: "not-taken"}

    assert held is not None
    assert (held.id, held.texts) == (number, TEXTS)
    assert await _take(store, number) == [1, 2, 3, 4, 5]
    await store.settle_deliveries(number, outcomes)
    assert await _take(store, number) == [5]
    await store.settle_deliveries(number, {5: "sent"})
    assert await _take(store, number) is None

    ended = await _read(store, number)
    assert (ended.state, ended.finished_at) == ("sent", held.begun_at)
    counts = {"recipients": 5, "sent": 2, "failed": 1, "unsubscribed": 1, "unsure": 1}
    assert await _counts(store, number) == counts
    kept = await tables(store)
    assert kept["announcement_delivery"] == []
    assert [chat for chat, _ in kept["subscriber"]] == [1, 2, 4, 5]


async def test_a_message_that_is_under_way_is_given_to_nobody_else(store: Store) -> None:
    number = await _begun(store)
    await store.hold_announcement()

    assert await _take(store, number, 2) == [1, 2]
    assert await _take(store, number, 2) == [3]
    assert await _take(store, number, 2) == []
    assert (await _read(store, number)).state == "sending"


async def test_one_process_sends_at_a_time_and_another_goes_on_when_it_has_died(
    store: Store, another: Opener, clock: Clock
) -> None:
    number, other = await _begun(store), await another()
    await store.hold_announcement()
    assert await _take(store, number, 1) == [1]

    assert await other.hold_announcement() is None
    assert await _take(other, number) is None
    clock.forward(seconds=LEASE.total_seconds())
    assert await other.hold_announcement() is not None
    assert await _take(other, number) == [2, 3]
    assert await _take(store, number) is None

    assert await _counts(store, number) == {"recipients": 3, "unsure": 1, "left": 2}


async def test_what_came_of_a_message_that_another_process_gave_up_is_not_counted_twice(
    store: Store, another: Opener, clock: Clock
) -> None:
    number, other = await _begun(store), await another()
    await store.hold_announcement()
    await _take(store, number, 2)
    clock.forward(seconds=LEASE.total_seconds())
    await other.hold_announcement()

    await store.settle_deliveries(number, {1: "sent", 2: "not-taken"})

    assert await _counts(store, number) == {"recipients": 3, "unsure": 2, "left": 1}
    assert await _take(other, number) == [3]


async def test_a_lease_that_is_renewed_or_lengthened_is_kept(
    store: Store, another: Opener, clock: Clock
) -> None:
    number, other = await _begun(store), await another()
    await store.hold_announcement()
    await _take(store, number, 1)

    clock.forward(seconds=10)
    await store.renew_announcement(number)
    clock.forward(seconds=10)
    assert await other.hold_announcement() is None
    await store.settle_deliveries(number, {1: "not-taken"}, LEASE + timedelta(seconds=600))
    clock.forward(seconds=600)
    assert await other.hold_announcement() is None
    await store.release_announcement(number)
    assert await other.hold_announcement() is not None


async def test_after_a_restart_it_goes_on_at_once_where_no_other_process_can_be_alive(
    store: Store, another: Opener, address: str, clock: Clock
) -> None:
    number = await _begun(store)
    await store.hold_announcement()
    await _take(store, number, 1)

    after = await another()
    await after.become_receiver()

    if address.startswith("postgresql"):
        assert await after.hold_announcement() is None
        clock.forward(seconds=LEASE.total_seconds())
    assert await after.hold_announcement() is not None
    assert await _take(after, number) == [2, 3]
    assert await _counts(after, number) == {"recipients": 3, "unsure": 1, "left": 2}


async def test_of_two_announcements_the_second_waits_for_the_first(store: Store, clock: Clock) -> None:
    first = await _begun(store, 1)
    clock.forward(seconds=1)
    second = await _begun(store, 1)

    held = await store.hold_announcement()
    assert held is not None
    assert held.id == first
    assert await store.hold_announcement() is None
    await _take(store, first)
    await store.settle_deliveries(first, {1: "sent"})
    assert await _take(store, first) is None
    held = await store.hold_announcement()
    assert held is not None
    assert held.id == second


async def test_a_stopped_one_is_sent_to_nobody_more_and_counts_what_was_under_way(store: Store) -> None:
    number = await _begun(store, 4)
    await store.hold_announcement()
    await _take(store, number, 2)

    assert await store.stop_announcement(number, by="firuza")
    await store.settle_deliveries(number, {1: "sent", 2: "not-taken"})

    assert await _take(store, number) is None
    assert await store.hold_announcement() is None
    assert (await _read(store, number)).state == "stopped"
    assert await _counts(store, number) == {"recipients": 4, "sent": 1, "left": 3}
    assert (await tables(store))["announcement_delivery"] == []


async def test_what_a_process_that_died_was_sending_of_a_stopped_one_does_not_stay(
    store: Store, clock: Clock
) -> None:
    number = await _begun(store)
    await store.hold_announcement()
    await _take(store, number, 2)
    await store.stop_announcement(number, by="firuza")

    await store.purge()
    assert len((await tables(store))["announcement_delivery"]) == 2
    clock.forward(minutes=6)
    await store.purge()

    assert (await tables(store))["announcement_delivery"] == []
    assert await _counts(store, number) == {"recipients": 3, "unsure": 2, "left": 1}


async def test_without_subscribers_it_is_sent_to_nobody_and_that_is_its_end(store: Store) -> None:
    number = await _begun(store, 0)

    await store.hold_announcement()

    assert await _take(store, number) is None
    assert (await _read(store, number)).state == "sent"


async def test_a_restored_backup_sends_nothing_by_itself_and_needs_every_approval_anew(store: Store) -> None:
    sending = await _begun(store)
    approved = await _written(store)
    await store.approve_announcement(approved, version=await _version(store, approved), by="rustam")
    backup = [(table, page) for table in TABLES async for page in store.pages(table)]

    await store.replace(backup)

    assert (await _read(store, sending)).state == "stopped"
    assert (await _read(store, approved)).state == "draft"
    assert (await _read(store, approved)).approved_by is None
    assert await store.hold_announcement() is None
    assert (await tables(store))["announcement_delivery"] == []
    assert sum((await store.subscribers()).values()) == 3

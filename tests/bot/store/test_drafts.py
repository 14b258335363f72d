"""Drafts of the staff: one of each person, page and part, until it is discarded or forgotten."""

from __future__ import annotations

from bot.store import Store
from bot.store.drafts import DRAFT_STAYS
from bot.store.transfer import TABLES
from tests.stores import BEGIN, Clock, Opener, tables

PAGE = "topics/wages"
AWKWARD = {"title": "ғӣқӯҳҷ \u2028 'x' \0 \ud800", "text--first": "**жирный**\n\n- список"}


async def test_a_draft_is_there_for_another_process_as_it_was_typed(store: Store, another: Opener) -> None:
    await store.keep_draft(PAGE, "tg", "firuza", fields=AWKWARD, base={"title": "Музд"})

    kept = await (await another()).draft(PAGE, "tg", "firuza")

    assert kept is not None
    assert (kept.fields, kept.base, kept.begun_at) == (AWKWARD, {"title": "Музд"}, BEGIN)


async def test_there_is_one_draft_of_each_person_page_and_part_and_it_knows_since_when(
    store: Store, clock: Clock
) -> None:
    await store.keep_draft(PAGE, "tg", "firuza", fields={"title": "1"}, base={})
    clock.forward(minutes=5)
    await store.keep_draft(PAGE, "tg", "firuza", fields={"title": "2"}, base={})
    await store.keep_draft(PAGE, "ru", "firuza", fields={"title": "3"}, base={})
    await store.keep_draft(PAGE, "tg", "rustam", fields={"title": "4"}, base={})
    await store.keep_draft("topics/other", "tg", "firuza", fields={"title": "5"}, base={})

    on_page = await store.drafts_on(PAGE)
    mine = await store.drafts_of("firuza")

    assert [(each.part, each.who, each.fields["title"]) for each in on_page] == [
        ("tg", "firuza", "2"),
        ("ru", "firuza", "3"),
        ("tg", "rustam", "4"),
    ]
    assert (on_page[0].begun_at, on_page[0].saved_at) == (BEGIN, clock.now)
    assert [(each.page, each.part) for each in mine] == [("topics/other", "tg"), (PAGE, "ru"), (PAGE, "tg")]


async def test_discarding_takes_this_draft_and_no_other(store: Store) -> None:
    for part, who in (("tg", "firuza"), ("ru", "firuza"), ("tg", "rustam")):
        await store.keep_draft(PAGE, part, who, fields={}, base={})

    await store.discard_draft(PAGE, "tg", "firuza")

    assert {(each.part, each.who) for each in await store.drafts_on(PAGE)} == {
        ("ru", "firuza"),
        ("tg", "rustam"),
    }


async def test_a_draft_that_nobody_touches_for_thirty_days_is_deleted(store: Store, clock: Clock) -> None:
    await store.keep_draft(PAGE, "tg", "firuza", fields={}, base={})
    clock.forward(days=DRAFT_STAYS.days - 1)
    await store.keep_draft(PAGE, "ru", "firuza", fields={}, base={})
    clock.forward(days=1)

    assert await store.purge() == 1

    assert [each.part for each in await store.drafts_of("firuza")] == ["ru"]


async def test_drafts_are_in_a_backup(store: Store) -> None:
    await store.keep_draft(PAGE, "tg", "firuza", fields=AWKWARD, base={})
    before = (await tables(store))["draft"]
    backup = [(table, page) for table in TABLES async for page in store.pages(table)]
    await store.discard_draft(PAGE, "tg", "firuza")

    await store.replace(backup)

    assert (await tables(store))["draft"] == before

"""What the staff have dealt with: kept as digests, for as long as questions are, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.store import OpinionTotal, Settled, Store
from bot.turn import Feedback
from tests.stores import BEGIN, Clock, Opener, tables

TODAY = BEGIN.date()


async def test_what_was_done_is_known_to_every_desk_and_stands_in_the_audit(
    store: Store, another: Opener
) -> None:
    await store.settle_questions(["b", "a", "a"], "question.example-added", "firuza", "wages")

    other = await another()
    assert await other.settled_questions() == [
        Settled("a", "question.example-added", "firuza", TODAY),
        Settled("b", "question.example-added", "firuza", TODAY),
    ]
    assert await other.settled_questions_number() == 2
    [audited] = await other.audited(50)
    assert (audited.who, audited.what, audited.subject) == ("firuza", "question.example-added", "wages")


async def test_the_last_thing_that_was_done_counts(store: Store, clock: Clock) -> None:
    await store.settle_questions(["a"], "question.done", "firuza")
    clock.forward(days=1)
    await store.settle_questions(["a"], "question.not-ours", "rustam", "joke")

    assert await store.settled_questions() == [
        Settled("a", "question.not-ours", "rustam", TODAY + timedelta(days=1))
    ]


async def test_nothing_to_remember_is_noted_all_the_same(store: Store) -> None:
    await store.settle_questions([], "question.done", "firuza")

    assert await store.settled_questions() == []
    assert [each.what for each in await store.audited(50)] == ["question.done"]


async def test_what_was_done_goes_with_the_time_of_questions(store: Store, clock: Clock) -> None:
    await store.settle_questions(["a"], "question.done", "firuza")

    clock.forward(days=89)
    await store.purge()
    before = await store.settled_questions_number()
    clock.forward(days=1)
    await store.purge()

    assert (before, await store.settled_questions_number()) == (1, 0)
    assert len(await store.audited(50)) == 1


async def test_questions_are_counted_and_read_day_by_day(store: Store, clock: Clock) -> None:
    for text in ("a", "b"):
        await store.add_question(text, language="tg", outcome="unknown", script="latin", topics=["x", "y"])
    clock.forward(days=1)
    await store.add_question("c", language="ru", outcome="unknown", script="latin")

    assert await store.question_days() == {TODAY: 2, clock.now.date(): 1}
    assert sorted(each.text for each in await store.questions_of(TODAY)) == ["a", "b"]
    [asked] = await store.questions_of(clock.now.date())
    assert (asked.text, asked.language, asked.topics) == ("c", "ru", ())


async def test_opinions_come_together_over_days_and_languages(store: Store, clock: Clock) -> None:
    for language in ("tg", "ru"):
        await store.add_feedback(Feedback("wages", "first", "wrong", language))
    clock.forward(days=1)
    await store.add_feedback(Feedback("wages", "first", "wrong", "tg"))
    await store.add_feedback(Feedback("wages", "first", "helpful", "tg"))

    assert await store.opinion_totals(TODAY) == [
        OpinionTotal("wages", "first", "helpful", 1),
        OpinionTotal("wages", "first", "wrong", 3),
    ]
    assert await store.opinion_totals(TODAY, "ru") == [OpinionTotal("wages", "first", "wrong", 1)]
    assert (await store.opinion_totals(clock.now.date()))[1].times == 1


async def test_of_what_was_done_no_table_holds_a_text(store: Store) -> None:
    await store.settle_questions(["0" * 32], "question.done", "firuza")

    found = {name for name, rows in (await tables(store)).items() if rows}
    assert found == {"alembic_version", "fitting_program", "settled_question", "audit"}

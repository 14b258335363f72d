"""The figures that Prometheus reads, and the daily counts that are made from them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.answer import answer
from bot.conversation import Conversation
from bot.counting import Counting, keep_counting
from bot.hotline import Hotline
from bot.metrics import Metrics
from bot.question import Question
from bot.store import Count, Store, open_store
from index.encoders import Encoder
from index.language import manner
from index.snapshot import Snapshot
from tests.bot.telegram_bot import TableConversation, talking
from tests.bot.test_answer import BrokenEncoder
from tests.bot_api import BotApi, Fault

WAGES = "Мне не платят зарплату"


def _figures(metrics: Metrics) -> dict[str, float]:
    """Return the figures as a scraper reads them: 'name{label=value,…}' to number, without those at zero."""
    text = metrics.exposition()[0].decode()
    return {
        f"{sample.name}{{{','.join(f'{name}={value}' for name, value in sorted(sample.labels.items()))}}}": (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.value and not sample.name.endswith(("_created", "_sum"))
    }


def _errors(metrics: Metrics) -> dict[str, float]:
    return {
        name.removeprefix("hotline_telegram_errors_total{kind=").removesuffix("}"): value
        for name, value in _figures(metrics).items()
        if name.startswith("hotline_telegram_errors_total")
    }


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("музди маро намедиҳанд", "own-letters"),
        ("музди маро намедиханд", "plain"),
        ("мне не платят", "plain"),
        ("muzdi mara namediyan", "latin"),
        ("музди ман чанд, zarplata kogda", "mixed"),
        ("ЎЗБЕК", "own-letters"),
        ("112", "other"),
    ],
)
def test_how_a_message_was_typed(text: str, spelling: str) -> None:
    assert manner(text) == spelling


async def test_a_question_is_counted_by_outcome_language_and_spelling(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    metrics = Metrics()
    api.write(WAGES)

    async with talking(small_conversation, api, tmp_path, metrics=metrics):
        await api.messages(1)
        await _until(metrics, "hotline_reply_seconds_count{}")
        figures = _figures(metrics)

    [question] = [name for name in figures if name.startswith("hotline_questions_total")]
    assert "language=ru" in question
    assert "spelling=plain" in question
    assert figures["hotline_topics_total{topic=wages}"] == 1
    assert figures["hotline_confidence_count{}"] == 1
    assert figures["hotline_reply_seconds_count{}"] == 1
    stages = {name for name in figures if name.startswith("hotline_stage_seconds_count")}
    assert stages == {
        f"hotline_stage_seconds_count{{stage={each}}}" for each in ("encoder", "search", "send")
    }


async def test_what_is_no_question_is_a_reply_and_no_more(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    metrics = Metrics()
    api.write("/start")

    async with talking(small_conversation, api, tmp_path, metrics=metrics):
        await _until(metrics, "hotline_reply_seconds_count{}")

    assert not [name for name in _figures(metrics) if name.startswith(("hotline_questions", "hotline_conf"))]


async def test_an_apology_is_counted_as_a_failure(api: BotApi, tmp_path: Path) -> None:
    metrics = Metrics()
    api.write("break")

    async with talking(TableConversation(), api, tmp_path, metrics=metrics):
        await api.messages(1)

    assert _figures(metrics)["hotline_failures_total{}"] == 1


async def test_an_encoder_that_fails_makes_apologies_and_no_questions(
    small_snapshots: Path, encoder: Encoder, api: BotApi, tmp_path: Path
) -> None:
    metrics, hotline = Metrics(), Hotline(small_snapshots, encoder)
    hotline.encoder = BrokenEncoder()
    api.write(WAGES)

    async with talking(Conversation(hotline), api, tmp_path, metrics=metrics):
        await _until(metrics, "hotline_failures_total{}")

    assert not [name for name in _figures(metrics) if name.startswith("hotline_questions")]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(429, retry_after=1), "429"),
        (Fault(502), "unreachable"),
        (Fault(500), "500"),
        (Fault(0), "network"),
        (Fault(200, body=b"<html>"), "garbled"),
    ],
    ids=["flood", "front", "inside", "cut", "garbled"],
)
async def test_telegrams_errors_are_counted_by_kind_with_the_retry_they_cost(
    api: BotApi, tmp_path: Path, fault: Fault, kind: str
) -> None:
    metrics = Metrics()
    api.fail("sendMessage", fault)
    api.write("salom")

    async with talking(TableConversation(), api, tmp_path, metrics=metrics):
        await api.messages(1)
        await _until(metrics, "hotline_reply_seconds_count{}")

    assert _errors(metrics) == {kind: 1}
    assert _figures(metrics)["hotline_telegram_retries_total{}"] == 1


async def test_a_person_who_blocked_the_bot_is_an_error_and_no_retry(api: BotApi, tmp_path: Path) -> None:
    metrics = Metrics()
    api.refusing[9] = Fault(403, "Forbidden: bot was blocked by the user")
    api.write("salom", chat=9)

    async with talking(TableConversation(), api, tmp_path, metrics=metrics):
        await _until(metrics, "hotline_reply_seconds_count{}")

    assert _errors(metrics) == {"403": 1}
    assert "hotline_telegram_retries_total{}" not in _figures(metrics)


async def test_telegram_is_shown_unreachable_until_it_answers_again(api: BotApi, tmp_path: Path) -> None:
    metrics = Metrics()
    async with talking(TableConversation(), api, tmp_path, metrics=metrics):
        assert _figures(metrics)["hotline_telegram_reachable{}"] == 1
        api.standing["sendMessage"] = Fault(0)
        api.write("salom")
        await api.until(lambda: "sendMessage" in api.calls)
        await asyncio.sleep(0.1)
        lost = _figures(metrics)
        del api.standing["sendMessage"]
        await api.messages(1)
        await _until(metrics, "hotline_reply_seconds_count{}")

    assert "hotline_telegram_reachable{}" not in lost
    assert _figures(metrics)["hotline_telegram_reachable{}"] == 1


async def test_a_lost_database_is_counted_while_answers_go_on(api: BotApi, tmp_path: Path) -> None:
    metrics = Metrics()
    async with talking(TableConversation(), api, tmp_path, metrics=metrics):
        (tmp_path / "hotline.db").rename(tmp_path / "moved.db")
        api.write("salom")
        await api.messages(1)

    assert _figures(metrics)["hotline_database_errors_total{}"] >= 1


def test_the_live_snapshot_is_shown_with_its_age_and_its_stale_pages(
    small_snapshots: Path, small_snapshot: Snapshot, encoder: Encoder
) -> None:
    metrics = Metrics()
    metrics.follow(Hotline(small_snapshots, encoder, now=lambda: datetime(2030, 1, 1, tzinfo=UTC)).published)

    figures = _figures(metrics)

    assert figures[f"hotline_snapshot_info{{id={small_snapshot.id}}}"] == 1
    assert figures["hotline_snapshot_built_timestamp_seconds{}"] == small_snapshot.created.timestamp()
    assert figures["hotline_stale_articles{}"] == 2


def test_a_page_is_not_stale_on_the_last_day_of_its_term(small_snapshots: Path, encoder: Encoder) -> None:
    last = Hotline(small_snapshots, encoder, now=lambda: datetime(2027, 3, 1, tzinfo=UTC))

    assert last.published().past_review == ()


def test_two_bots_in_one_process_share_no_figures() -> None:
    one, other = Metrics(), Metrics()

    one.webhook_refused(401)

    assert "hotline_webhook_refusals_total{status=401}" in _figures(one)
    assert "hotline_webhook_refusals_total{status=401}" not in _figures(other)


@pytest.fixture(name="asked")
def _asked(small_snapshot: Snapshot, encoder: Encoder) -> Metrics:
    metrics = Metrics()
    for text in (WAGES, WAGES, "как встать на учет"):
        metrics.answered(answer(Question(text), small_snapshot, encoder), text)
    metrics.replied(0.3)
    metrics.replied(700)
    return metrics


async def test_what_was_counted_is_kept_by_day_and_only_once(tmp_path: Path, asked: Metrics) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    counting = Counting(store, asked)

    await counting.keep()
    await counting.keep()
    asked.replied(0.3)
    await counting.keep()

    kept = await _kept(store)
    await store.close()
    questions = {key: times for (kind, key), times in kept.items() if kind == "question"}
    assert sum(questions.values()) == 3
    assert all(key.endswith(" ru plain") for key in questions)
    assert kept["topic", "wages"] == 2
    assert (kept["wait", "0.5"], kept["wait", "+Inf"]) == (2, 1)
    assert ("failure", "apology") not in kept


async def test_what_a_lost_store_did_not_take_is_kept_when_it_is_back(tmp_path: Path, asked: Metrics) -> None:
    file, elsewhere = tmp_path / "hotline.db", tmp_path / "moved.db"
    store = await open_store(f"sqlite:///{file}")
    keeping = asyncio.create_task(keep_counting(store, asked, timedelta(seconds=0.05)))
    file.rename(elsewhere)
    await _until(asked, "hotline_database_errors_total{}")
    elsewhere.rename(file)

    await asyncio.sleep(0.3)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)

    kept = await _kept(store)
    await store.close()
    assert (kept["topic", "wages"], kept["wait", "0.5"]) == (2, 1)


async def test_the_last_counts_are_kept_when_the_bot_stops(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.write(WAGES)
    async with talking(small_conversation, api, tmp_path):
        await api.messages(1)

    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    kept = await _kept(store)
    await store.close()

    assert kept["topic", "wages"] == 1


async def _kept(store: Store) -> dict[tuple[str, str], int]:
    counts: list[Count] = await store.counts(datetime.now(UTC).date() - timedelta(days=1))
    return {(each.kind, each.key): each.times for each in counts}


async def _until(metrics: Metrics, name: str) -> None:
    async with asyncio.timeout(20):
        while name not in _figures(metrics):  # noqa: ASYNC110 - figures tell nobody that they have changed
            await asyncio.sleep(0.02)

"""What needs a person is said in the operator's chat: once, briefly, and in his language."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.alerts import LOW_DISK_BYTES, ONCE_AN, Alert, AlertState, Observation, Refusals, decide
from bot.conversation import Conversation
from bot.counting import note_failed_build
from bot.hotline import Hotline
from bot.metrics import Metrics
from bot.settings import read_settings
from bot.store import open_store
from bot.telegram.alerting import AlertOptions
from index.encoders import Encoder
from knowledge.model import LANGUAGES
from tests import small_content
from tests.bot.telegram_bot import TableConversation, talking
from tests.bot_api import BotApi, Fault

BEGIN = datetime(2026, 11, 26, 9, tzinfo=UTC)
OFFICE = -100_777_000_222
WELL = Observation(BEGIN, reachable=True, waiting=0, replies=0, failures=0, free_bytes=50 * LOW_DISK_BYTES)


def _said(seen: Iterable[Observation]) -> list[tuple[int, str]]:
    """Return what is said at which minute, looking once a minute."""
    state = AlertState()
    said: list[tuple[int, str]] = []
    for minute, each in enumerate(seen):
        state, alerts = decide(state, replace(each, at=BEGIN + timedelta(minutes=minute)))
        said += [(minute, alert.kind) for alert in alerts]
    return said


def _alerts(seen: Observation) -> tuple[Alert, ...]:
    return decide(AlertState(), seen)[1]


def test_nothing_is_said_while_all_is_well() -> None:
    assert _said(replace(WELL, replies=minute) for minute in range(200)) == []


def test_messages_that_wait_without_replies_are_said_after_three_minutes_and_so_is_the_end() -> None:
    stuck = [replace(WELL, waiting=5, replies=7)] * 6

    assert _said([*stuck, replace(WELL, replies=12)]) == [(3, "not-answering"), (6, "answering-again")]


def test_a_short_trouble_is_never_mentioned() -> None:
    assert _said([replace(WELL, waiting=5)] * 3 + [replace(WELL, replies=5)] * 100) == []


def test_a_long_trouble_is_said_again_each_hour() -> None:
    said = _said([replace(WELL, waiting=5)] * 130)

    assert said == [(3, "not-answering"), (63, "not-answering"), (123, "not-answering")]


def test_apologies_to_everybody_are_no_answers() -> None:
    failing = [replace(WELL, replies=number, failures=number) for number in range(6)]

    assert _said([*failing, replace(WELL, replies=7, failures=5)]) == [
        (3, "not-answering"),
        (6, "answering-again"),
    ]


def test_one_message_that_fails_is_no_trouble() -> None:
    assert _said([WELL, *[replace(WELL, replies=1, failures=1)] * 100]) == []


def test_failing_is_not_over_because_nobody_writes() -> None:
    failing = [replace(WELL, replies=number, failures=number) for number in range(5)]
    quiet = [failing[-1]] * 20

    assert [kind for _, kind in _said([*failing, *quiet])] == ["not-answering"]


def test_an_unreachable_telegram_is_trouble_though_nobody_waits() -> None:
    lost = [WELL, *[replace(WELL, reachable=False)] * 5, WELL]

    assert _said(lost) == [(3, "not-answering"), (6, "answering-again")]


def test_a_full_disk_is_said_with_what_is_left() -> None:
    [alert] = _alerts(replace(WELL, free_bytes=LOW_DISK_BYTES - 1))

    assert (alert.kind, alert.values) == ("disk-low", {"free": "999"})


@pytest.mark.parametrize(
    ("before", "today", "said"),
    [
        (Refusals(100, 1000), Refusals(20, 100), True),
        (Refusals(100, 1000), Refusals(19, 100), False),
        (Refusals(0, 1000), Refusals(10, 100), True),
        (Refusals(1, 1000), Refusals(9, 10), False),
        (Refusals(1, 49), Refusals(50, 100), False),
    ],
    ids=["doubled", "nearly", "from-none", "few-today", "few-before"],
)
def test_refusals_are_doubled_where_there_are_enough_of_them(
    before: Refusals, today: Refusals, said: bool
) -> None:
    alerts = _alerts(replace(WELL, before=before, today=today))

    assert [alert.kind for alert in alerts] == (["refusals-doubled"] if said else [])


def test_pages_past_review_are_reminded_of_once_a_week_and_not_all_named() -> None:
    seen = replace(WELL, past_review=tuple("abcdefg"))
    sunday = replace(seen, at=datetime(2026, 11, 29, 23, tzinfo=UTC))
    monday = replace(seen, at=datetime(2026, 11, 30, 1, tzinfo=UTC))

    [thursday_said], [sunday_said], [monday_said] = map(_alerts, (seen, sunday, monday))

    assert (thursday_said.values["count"], thursday_said.values["pages"]) == ("7", "a, b, c, d, e …")
    assert (thursday_said.day, sunday_said.day) == (date(2026, 11, 23), date(2026, 11, 23))
    assert monday_said.day == date(2026, 11, 30)


def test_each_failed_publishing_is_a_mark_of_its_own() -> None:
    marks = [_alerts(replace(WELL, failed_builds=times))[0].mark for times in (1, 2)]

    assert len(set(marks)) == 2


_looks = st.builds(
    Observation,
    at=st.just(BEGIN),
    reachable=st.booleans(),
    waiting=st.integers(0, 3),
    replies=st.integers(0, 9),
    failures=st.integers(0, 9),
    free_bytes=st.sampled_from([0, 2 * LOW_DISK_BYTES]),
    failed_builds=st.integers(0, 2),
    past_review=st.sampled_from([(), ("wages",)]),
)


@given(st.lists(st.tuples(st.integers(1, 50), _looks), max_size=60))
def test_no_kind_is_ever_said_twice_within_an_hour(looks: list[tuple[int, Observation]]) -> None:
    state, now = AlertState(), BEGIN
    said: dict[str, datetime] = {}

    for minutes, look in looks:
        now += timedelta(minutes=minutes)
        state, alerts = decide(state, replace(look, at=now))
        for alert in alerts:
            assert now - said.get(alert.kind, BEGIN - ONCE_AN) >= ONCE_AN
            said[alert.kind] = now


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alert_has_a_line_in_every_language(small_conversation: Conversation, language: Any) -> None:
    trouble = AlertState()
    said = []
    for minute in range(6):
        seen = replace(
            WELL,
            at=BEGIN + timedelta(minutes=minute),
            waiting=2 if minute < 5 else 0,
            replies=minute // 5,
            free_bytes=5_000_000,
            failed_builds=1,
            before=Refusals(10, 1000),
            today=Refusals(30, 100),
            past_review=("wages",),
        )
        trouble, alerts = decide(trouble, seen)
        said += [small_conversation.alert(each, language) for each in alerts]

    assert len(said) == 6
    assert all("{" not in line and "\n" not in line for line in said)
    assert sum("30\N{NO-BREAK SPACE}%" in line for line in said) == 1


def _options(folder: Path) -> AlertOptions:
    return AlertOptions(SecretStr(str(OFFICE)), "ru", folder, every=timedelta(seconds=0.1))


async def test_the_chat_of_the_operator_gets_one_line_whose_words_are_his_language(
    small_snapshots: Path, encoder: Encoder, api: BotApi, tmp_path: Path
) -> None:
    late = Hotline(small_snapshots, encoder, now=lambda: datetime(2030, 1, 1, tzinfo=UTC))
    metrics = Metrics()
    metrics.follow(late.published)

    async with talking(Conversation(late), api, tmp_path, metrics=metrics, alerts=_options(tmp_path)):
        await api.messages(1)
        await asyncio.sleep(0.5)

    assert [(each["chat_id"], each["text"]) for each in api.sent] == [
        (
            OFFICE,
            "Прошёл срок проверки, статей: 2 (registration, wages). Полный список: hotline check --stale",
        )
    ]


async def test_after_a_restart_what_was_said_is_not_said_again(api: BotApi, tmp_path: Path) -> None:
    note = f"sqlite:///{tmp_path / 'hotline.db'}"
    await asyncio.to_thread(note_failed_build, note)
    async with talking(TableConversation(), api, tmp_path, alerts=_options(tmp_path)):
        await api.messages(1)

    async with talking(TableConversation(), api, tmp_path, alerts=_options(tmp_path)):
        await asyncio.sleep(0.5)
        assert api.texts() == ["publishing-failed (ru)"]
        await asyncio.to_thread(note_failed_build, note)
        await asyncio.sleep(0.5)

    assert api.texts() == ["publishing-failed (ru)"]  # the second failure waits for its hour


async def test_a_chat_that_refuses_the_operators_lines_keeps_nobody_from_an_answer(
    api: BotApi, tmp_path: Path
) -> None:
    await asyncio.to_thread(note_failed_build, f"sqlite:///{tmp_path / 'hotline.db'}")
    api.refusing[OFFICE] = Fault(403, "Forbidden: bot was kicked from the group chat")
    async with talking(TableConversation(), api, tmp_path, alerts=_options(tmp_path)):
        await api.until(lambda: "sendMessage" in api.calls)
        api.write("salom", chat=5)
        [message] = await api.messages(1)

    assert (message["chat_id"], message["text"]) == (5, "re: salom")


@pytest.mark.parametrize("wrong", ["@office", "12 34", "0", "-", "1" * 20])
def test_a_chat_that_is_no_number_stops_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: str
) -> None:
    monkeypatch.setenv("HOTLINE_ALERT_CHAT", wrong)

    with pytest.raises(Exception, match="HOTLINE_ALERT_CHAT: must be the number of a chat"):
        read_settings(env_file=tmp_path / "none")


def test_the_operators_chat_is_in_no_repr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_ALERT_CHAT", str(OFFICE))

    settings = read_settings(env_file=tmp_path / "none")

    assert str(abs(OFFICE)) not in repr(settings) + repr(_options(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("chat", [str(OFFICE), None])
async def test_a_failed_build_leaves_its_mark_only_where_a_chat_waits_for_it(
    tmp_path: Path, chat: str | None
) -> None:
    database = tmp_path / "hotline.db"
    contents = small_content.files() | {"contacts.yaml": "contacts: ["}
    small_content.write(tmp_path / "content", contents)
    settings = {"HOTLINE_CONTENT": "content", "HOTLINE_DATABASE_URL": f"sqlite:///{database}"}

    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("hotline"),
        "build",
        cwd=tmp_path,
        env={**os.environ, **settings, **({"HOTLINE_ALERT_CHAT": chat} if chat else {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)

    assert (process.returncode, b"contacts.yaml:" in said) == (2, True)
    assert await asyncio.to_thread(database.exists) == (chat is not None)
    if chat is not None:
        store = await open_store(f"sqlite:///{database}")
        [count] = await store.counts(date(2026, 1, 1))
        await store.close()
        assert (count.kind, count.key, count.times) == ("publishing", "failed", 1)

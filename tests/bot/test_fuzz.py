"""Whatever arrives as an update: no crash, one line a kind, and the next good message is answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.telegram.incoming import Incoming, UnreadableError, restored
from index.snapshot import build
from index.spelling import fold
from knowledge.load import load as load_content
from tests import small_content
from tests.bot.every_update import EVERY_UPDATE, paths, renewed, replaced, without
from tests.bot.telegram_bot import talking
from tests.bot_api import BotApi, Fault, bot_api
from tests.citizens import Fields, writes
from tests.index.encoders_for_tests import WordEncoder

_HUGE = "ы" * 20_000
_DEEP: list[Any] = []
for _ in range(200):
    _DEEP = [_DEEP]
_INSTEAD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    10**200,
    1.5,
    float("nan"),
    "",
    "5",
    _HUGE,
    "\ud800\0",
    [],
    _DEEP,
    {},
    {"id": None, "type": 5, "chat": [], "from": "x"},
)
_BATCH = 99
_GOOD = "Мне не платят зарплату"
_GOOD_CHATS = 10**9


@pytest.fixture(scope="module", name="conversation")
def _conversation(tmp_path_factory: pytest.TempPathFactory) -> Conversation:
    folder, encoder = tmp_path_factory.mktemp("fuzz"), WordEncoder()
    build(load_content(small_content.write(folder / "content")), encoder, folder / "snapshots")
    return Conversation(Hotline(folder / "snapshots", encoder))


def _each_field_damaged() -> Iterator[Any]:
    numbers = iter(range(1, 10**9))
    for update in EVERY_UPDATE:
        for path in paths(update):
            for value in _INSTEAD:
                yield replaced(renewed(update, next(numbers)), path, value)
            if path:
                yield without(renewed(update, next(numbers)), path)


@pytest.mark.slow
async def test_every_field_of_every_kind_missing_or_something_else_in_its_place(
    conversation: Conversation, api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damaged = list(_each_field_damaged())

    await _feed(conversation, api, tmp_path, damaged, caplog)

    assert len(damaged) >= 5_000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(_INSTEAD),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def _damaged_in_places(draw: st.DrawFn) -> Any:
    """An update of some kind with up to four places damaged; or anything at all."""
    update: Any = renewed(draw(st.sampled_from(EVERY_UPDATE)), draw(st.integers(1, 10**9)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(paths(update)))
        remove = draw(st.booleans()) and bool(path)
        update = without(update, path) if remove else replaced(update, path, draw(_JSON))
    return update


@pytest.mark.slow
@settings(
    max_examples=40,
    derandomize=True,  # a waiting test that fails once in many runs would stop those who changed nothing
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(updates=st.lists(_damaged_in_places(), min_size=1, max_size=20))
def test_several_fields_at_once_damaged_at_random(
    conversation: Conversation,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
    updates: list[Any],
) -> None:
    async def run() -> None:
        async with bot_api() as api:
            await _feed(conversation, api, tmp_path_factory.mktemp("fuzz"), updates, caplog)

    caplog.clear()
    asyncio.run(run())


def test_one_endless_word_is_folded() -> None:
    assert fold("ы" * 200_000) == "и"
    assert fold("aж " + "b" * 200_000) == "ач б"


@given(st.sampled_from(paths(json.loads(Incoming(5, 7, "words", "salom").stored()))), _JSON)
def test_whatever_stands_in_the_store_is_read_or_unreadable(path: tuple[Any, ...], value: Any) -> None:
    stored = replaced(json.loads(Incoming(5, 7, "words", "salom").stored()), path, value)

    try:
        incoming = restored(json.dumps(stored))
    except UnreadableError:
        return

    assert isinstance(incoming, Incoming)


async def _feed(
    conversation: Conversation,
    api: BotApi,
    folder: Path,
    updates: Sequence[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Let these be fetched, a good message behind each batch; look at its answers and at the log."""
    batches = [updates[start : start + _BATCH] for start in range(0, len(updates), _BATCH)]
    good = range(_GOOD_CHATS, _GOOD_CHATS + len(batches))
    api.standing["answerInlineQuery"] = Fault(200, body=b'{"ok": true, "result": true}')
    api.fail(
        "getUpdates",
        *(_fetched([*batch, _question(chat)]) for batch, chat in zip(batches, good, strict=True)),
    )

    with caplog.at_level(logging.INFO):
        async with talking(conversation, api, folder):
            await api.until(lambda: set(good) <= {each["chat_id"] for each in api.sent}, seconds=120)

    for chat in good:
        assert any("жалуйтесь в инспекцию труда" in text for text in api.texts(chat))
    _look_at(caplog.records)


def _question(chat: int) -> Fields:
    return writes(_GOOD, chat=chat, language="ru") | {"update_id": 2 * 10**9 + chat}


def _fetched(batch: Sequence[Any]) -> Fault:
    return Fault(200, body=json.dumps({"ok": True, "result": batch}).encode())


def _look_at(records: Sequence[logging.LogRecord]) -> None:
    assert not [each for each in records if each.exc_info]
    complaints = [each for each in records if each.levelno >= logging.WARNING]
    assert {each.getMessage() for each in complaints} <= {"update.unreadable"}
    kinds = Counter(each.__dict__["fields"] for each in complaints)
    assert set(kinds.values()) <= {1}

"""What breaks under a running hotline: citizens go on getting answers, or at least the contacts."""

from __future__ import annotations

import resource
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.question import Question
from bot.store import Store, open_store
from bot.turn import Known
from index.encoders import Encoder
from index.shelf import live_id
from index.snapshot import SnapshotError, build, load
from knowledge.load import load as load_content
from tests import small_content
from tests.bot.telegram_bot import talking
from tests.bot_api import BotApi
from tests.index.encoders_for_tests import WordEncoder
from tests.index.libraries import small_library
from tests.postgresql import Server
from tests.stores import Clock, answer_all, update

QUESTION = "Мне не платят зарплату"
ANSWER = "жалуйтесь в инспекцию труда"
CONTACT = "+7 495 690-38-46"


# -- the encoder


class FailingEncoder:
    """A real encoder, until it is told to fail."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.spec = encoder.spec
        self.error: BaseException | None = None

    def questions(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        if self.error is not None:
            raise self.error
        return self._encoder.questions(texts, progress)

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return self._encoder.passages(texts, progress)


@pytest.mark.parametrize(
    "error", [RuntimeError("onnxruntime"), MemoryError(), OSError(24, "Too many open files")], ids=repr
)
async def test_an_encoder_that_fails_costs_the_article_and_never_the_contacts(
    error: Exception, small_snapshots: Path, encoder: Encoder, api: BotApi, tmp_path: Path
) -> None:
    failing = FailingEncoder(encoder)
    async with talking(Conversation(Hotline(small_snapshots, failing)), api, tmp_path):
        failing.error = error
        api.write(QUESTION)
        api.write("полиция задержала брата", chat=2)
        await api.messages(2)
        failing.error = None
        api.write(QUESTION, chat=3)
        await api.messages(3)

    failed, urgent, good = (api.texts(chat)[0] for chat in (1, 2, 3))
    assert CONTACT in failed
    assert ANSWER not in failed
    assert "112" in urgent
    assert ANSWER in good


def test_without_a_file_descriptor_left_questions_are_answered(
    small_conversation: Conversation,
) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))  # all that may be opened is open
    try:
        turn = small_conversation.hear(Question(QUESTION), Known())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert turn.reply is not None
    assert ANSWER in turn.reply.text


# -- the published version


async def test_a_version_that_is_damaged_under_the_running_bot_is_answered_from_until_it_ends(
    small_snapshots: Path, encoder: Encoder, api: BotApi, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshots"
    shutil.copytree(small_snapshots, folder)
    hotline = Hotline(folder, encoder)

    async with talking(Conversation(hotline), api, tmp_path):
        for name in ("messages.faiss", "learned.npz", "library.json"):
            (folder / str(live_id(folder)) / name).write_bytes(b"damaged")
        api.write(QUESTION)
        [message] = await api.messages(1)

    assert ANSWER in message["text"]
    with pytest.raises(SnapshotError, match=r"damaged: .*run 'hotline build'"):
        Hotline(folder, encoder)


async def test_after_a_damage_the_next_build_is_answered_from_without_a_restart(
    encoder: Encoder, api: BotApi, tmp_path: Path
) -> None:
    content = small_content.write(tmp_path / "content")
    folder = tmp_path / "snapshots"
    build(load_content(content), encoder, folder)

    async with talking(Conversation(Hotline(folder, encoder)), api, tmp_path):
        (folder / str(live_id(folder)) / "messages.faiss").unlink()
        (folder / "live").write_text("nonsense", encoding="ascii")
        api.write(QUESTION)
        [before] = await api.messages(1)
        corrected = small_content.files()
        corrected["topics/wages/ru.md"] = corrected["topics/wages/ru.md"].replace("1 года", "3 лет")
        (folder / "live").unlink()
        build(load_content(small_content.write(content, corrected)), encoder, folder)
        api.write(QUESTION, chat=2)
        _, after = await api.messages(2)

    assert "1 года" in before["text"]
    assert "3 лет" in after["text"]


# -- the disk


@contextmanager
def _full_disk(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes; briefly, for pytest may write into one too."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that writing fails as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("size", [0, 100, 1_500, 4_000])
def test_a_disk_that_is_full_while_publishing_leaves_the_live_version_and_no_remains(
    size: int, tmp_path: Path
) -> None:
    encoder = WordEncoder()
    live = build(small_library(), encoder, tmp_path).snapshot_id
    before = sorted(tmp_path.iterdir())

    with pytest.raises(SnapshotError, match=r"can't be written .*stays live; make room"), _full_disk(size):
        build(small_library("Другое"), encoder, tmp_path)

    assert sorted(tmp_path.iterdir()) == before
    assert load(tmp_path, encoder.spec).id == live


def test_with_room_again_the_same_build_is_published(tmp_path: Path) -> None:
    encoder = WordEncoder()
    with pytest.raises(SnapshotError), _full_disk(1_500):
        build(small_library(), encoder, tmp_path)

    published = build(small_library(), encoder, tmp_path).snapshot_id

    assert load(tmp_path, encoder.spec).id == published


# -- the clock


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("hours", [-24, -1, 1, 23])
async def test_a_clock_that_jumps_loses_no_message_and_repeats_none(
    hours: int, clock: Clock, tmp_path: Path
) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}", clock=clock)
    await store.become_receiver()
    await store.accept_many([update(1), update(2), update(3, chat=2)])
    first = await store.claim(1)

    clock.forward(hours=hours)
    assert await store.accept_many([update(2), update(4, chat=3)]) == {4}  # what comes again is known
    assert await store.sending(first[0].update_id)
    await store.settle(first[0].update_id)
    answered = {number for _, number in await answer_all(store)}
    await store.purge()

    assert answered == {2, 3, 4}
    assert await store.backlog() == 0
    await store.close()


async def test_of_two_machines_one_whose_clock_is_ahead_does_not_make_two_replies(
    postgresql: Server,
) -> None:
    right, ahead = Clock(), Clock()
    ahead.forward(minutes=10)
    url = postgresql.new_database()
    first, second = await open_store(url, clock=right), await open_store(url, clock=ahead)
    await first.accept_many([update(1)])
    claimed = await first.claim(1)
    taken = await second.claim(1)  # the lease has run out, as that machine sees it

    replies = [await _replied(second, taken[0].update_id), await _replied(first, claimed[0].update_id)]

    assert replies == [True, False]
    await first.close()
    await second.close()


async def _replied(store: Store, number: int) -> bool:
    if not await store.sending(number):
        return False
    await store.settle(number)
    return True

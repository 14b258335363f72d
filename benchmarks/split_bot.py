"""The bot with a watch on its threads: `python -m benchmarks.split_bot URL DATABASE SNAPSHOTS`.

Told by SIGUSR1, it prints as one line of JSON the seconds of processor time that it has used so far.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.store import open_store
from bot.telegram.office import TelegramOptions
from bot.telegram.running import run_telegram
from index.encoders import BundledEncoder, EncoderSpec, Progress, Vectors
from tests.bot_api import TOKEN


class WatchedEncoder:
    """The bundled encoder; knows how long its callers' threads have worked for it."""

    def __init__(self) -> None:
        self._encoder = BundledEncoder()
        self._lock = threading.Lock()
        self.seconds = 0.0

    @property
    def spec(self) -> EncoderSpec:
        """See Encoder.spec."""
        return self._encoder.spec

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Encoder.questions."""
        begun = time.thread_time()
        vectors = self._encoder.questions(texts, progress)
        with self._lock:
            self.seconds += time.thread_time() - begun
        return vectors

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Encoder.passages."""
        return self._encoder.passages(texts, progress)


def _used(encoder: WatchedEncoder) -> dict[str, float]:
    by_thread: dict[str, float] = defaultdict(float)
    for each in threading.enumerate():
        assert each.ident is not None
        name = each.name.rpartition("_")[0] or each.name
        by_thread[name] += time.clock_gettime(time.pthread_getcpuclockid(each.ident))
    thinking = by_thread["conversation"] + by_thread["words"]
    return {
        "loop": by_thread["MainThread"],
        "encoder": encoder.seconds,
        "search": thinking - encoder.seconds,
        "database": by_thread["store"],
        "process": time.process_time(),
    }


async def _run(url: str, database: str, snapshots: str) -> None:
    encoder = WatchedEncoder()
    conversation = Conversation(Hotline(Path(snapshots), encoder))
    store = await open_store(database)
    try:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR1, lambda: print(json.dumps(_used(encoder)), flush=True))
        await run_telegram(conversation, store, TelegramOptions(SecretStr(TOKEN), url, url))
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(_run(*sys.argv[1:4]))

"""How long the desk's pages take, and how large they are, with 360 topics and 100,000 questions."""

from __future__ import annotations

import asyncio
import re
import shutil
import statistics
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
from sqlalchemy import Connection

from benchmarks.desk_questions import made_up
from benchmarks.published import published
from bot.store import Store, open_store
from bot.store.tables import question
from desk.app import PAGES, desk_app
from desk.at_work import at_work
from desk.codes import new_key
from desk.desk import Desk, open_desk
from desk.history import start_history
from desk.options import DeskOptions
from knowledge.load import SHIPPED_CONTENT, load

TOPICS: Final = 360
QUESTIONS: Final = 100_000
_EXAMPLES: Final = 60
"""Example messages of a copied topic: ten times all of them would measure the reading of files."""
_AGAIN: Final = 5
_AT_ONCE: Final = 5_000
_ADMIN: Final = "admin"
_COOKIE: Final = "desk-session"
_SLOWEST_GROUPING_S: Final = 120


def measure() -> list[Mapping[str, object]]:
    """Fill a database and a folder with made-up things, and open each page several times, in this process."""
    with TemporaryDirectory() as name:
        return asyncio.run(_measure(Path(name)))


async def _measure(folder: Path) -> list[Mapping[str, object]]:
    content, snapshots = _content(folder / "content"), await asyncio.to_thread(published)
    store = await open_store(f"sqlite:///{folder / 'hotline.db'}")
    try:
        await _fill(store)
        desk = open_desk(store, content, options=DeskOptions(snapshots=snapshots))
        transport = httpx.ASGITransport(desk_app(desk))
        async with (
            at_work(desk),
            httpx.AsyncClient(transport=transport, base_url="http://desk") as client,
        ):
            client.cookies.set(_COOKIE, await _session(store))
            # Those that only sign in need no content, and would not show a page to who is signed in.
            pages = [each.path for each in PAGES if each.show and each.needs is not None]
            rows = [await _warming_up(client), await _first_grouping(client)]
            values = await _values(desk)
            for path in pages:
                rows.append(await _page(client, path, values))
            return rows
    finally:
        await store.close()


def _content(folder: Path) -> Path:
    shutil.copytree(SHIPPED_CONTENT, folder)
    topics = sorted(each for each in (folder / "topics").iterdir() if each.is_dir())
    for n in range(TOPICS - len(topics)):
        original = topics[n % len(topics)]
        copy = folder / "topics" / f"{original.name[:20].rstrip('-')}-{n}"
        shutil.copytree(original, copy)
        examples = (copy / "examples.txt").read_text(encoding="utf-8").splitlines()
        (copy / "examples.txt").write_text("\n".join(examples[:_EXAMPLES]) + "\n", encoding="utf-8")
    start_history(folder)
    return folder


async def _fill(store: Store) -> None:
    asked = made_up(load(SHIPPED_CONTENT), QUESTIONS, datetime.now(UTC).date())
    number = 0
    while part := list(islice(asked, _AT_ONCE)):
        rows = [
            {
                "id": number + n,
                "day": each.day,
                "text": each.text,
                "language": each.language,
                "outcome": each.outcome,
                "script": each.script,
                "topics": " ".join(each.topics),
            }
            for n, each in enumerate(part)
        ]
        number += len(part)

        def work(connection: Connection, rows: Sequence[Mapping[str, object]] = rows) -> None:
            connection.execute(question.insert(), rows)

        await store._database.write(work)


async def _session(store: Store) -> str:
    await store.add_staff(_ADMIN, "admin", "no password opens it", by="benchmark")
    await store.choose_password(_ADMIN, "no password opens it", keeping="")
    await store.set_up_codes(_ADMIN, new_key(), 0)
    return await store.begin_session(_ADMIN, complete=True)


async def _warming_up(client: httpx.AsyncClient) -> Mapping[str, object]:
    """Return how long a page takes that is asked for as soon as the desk is open."""
    first, answer = await _get(client, "/topics")
    return {
        "page": "/topics, in the moment in which the desk opens and reads all texts",
        "bytes": len(answer.content),
        "first, ms": round(first),
        "later, ms": "",
    }


async def _first_grouping(client: httpx.AsyncClient) -> Mapping[str, object]:
    """Return how long the page of questions says that it is not ready, and its slowest answer meanwhile."""
    begun, slowest, size = time.perf_counter(), 0.0, 0
    while time.perf_counter() - begun < _SLOWEST_GROUPING_S:
        ms, answer = await _get(client, "/questions?days=90")
        size = max(size, len(answer.content))
        if "<article" in answer.text:
            break
        slowest = max(slowest, ms)
        await asyncio.sleep(0.05)
    taken = time.perf_counter() - begun
    return {
        "page": f"/questions, groups made for the first time ({taken:.1f} s), slowest answer meanwhile",
        "bytes": size,
        "first, ms": round(slowest),
        "later, ms": "",
    }


async def _values(desk: Desk) -> Mapping[str, str]:
    """Return what stands for the names in addresses."""
    [topic] = [each for each in load(SHIPPED_CONTENT).topics if each.id == "entry-ban"]
    grouped = await desk.questions.grouped()
    return {
        "topic": topic.id,
        "id": topic.id,
        "topic_id": topic.id,
        "language": "ru",
        "section": topic.page.sections[0].id,
        "version": desk.content.history.log(topic.page.path, 1)[0].id,
        "question": grouped.digests[0] if grouped else "",
    }


async def _page(client: httpx.AsyncClient, path: str, values: Mapping[str, str]) -> Mapping[str, object]:
    address = re.sub(r"\{(\w+)[^}]*\}", lambda name: values.get(name[1], "1"), path)
    if address == "/questions":
        address += "?days=90"
    try:
        first, answer = await _get(client, address)
        later = [(await _get(client, address))[0] for _ in range(_AGAIN)]
    except (httpx.TimeoutException, TimeoutError):
        return {"page": path, "bytes": "", "first, ms": "no end", "later, ms": "no end"}
    status = "" if answer.status_code == 200 else f" ({answer.status_code})"
    return {
        "page": f"{path}{status}",
        "bytes": len(answer.content),
        "first, ms": round(first),
        "later, ms": round(statistics.median(later)),
    }


async def _get(client: httpx.AsyncClient, address: str) -> tuple[float, httpx.Response]:
    begun = time.perf_counter()
    answer = await asyncio.wait_for(client.get(address), timeout=20)
    return 1000 * (time.perf_counter() - begun), answer

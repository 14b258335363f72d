"""The real desk over real HTTP, on both databases; only the clock stands still, and Argon2 is cheap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from bot.store import Store, open_store
from bot.web.server import serving
from desk import staffing
from desk.app import desk_app
from desk.codes import code, step_at
from desk.desk import Desk, open_desk
from desk.passwords import Passwords
from tests import small_content
from tests.desk.browser import Browser
from tests.postgresql import Server, postgresql_server
from tests.stores import Clock

PASSWORD = "four unrelated words here"
"""Of everybody, once they have chosen one."""


@pytest.fixture(scope="session", name="postgresql")
def _postgresql() -> Iterator[Server]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(name="address", params=["sqlite", "postgresql"])
def _address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="store")
async def _store(address: str, clock: Clock) -> AsyncIterator[Store]:
    store = await open_store(address, clock=clock)
    yield store
    await store.close()


class CountingHasher(PasswordHasher):
    """Argon2 with the least that it takes; counts how often something was compared."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.compared += 1
        return super().verify(hash, password)


@pytest.fixture(name="hasher")
def _hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture(name="content")
def _content(tmp_path: Path) -> Path:
    return small_content.write(tmp_path / "content")


@pytest.fixture(name="desk")
def _desk(store: Store, clock: Clock, hasher: CountingHasher, content: Path) -> Desk:
    return open_desk(store, content, clock=clock, passwords=Passwords(hasher))


@pytest.fixture(name="url")
async def _url(desk: Desk) -> AsyncIterator[str]:
    """Where the desk is open."""
    async with serving(desk_app(desk), "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}"


NewBrowser = Callable[[], Browser]
Enter = Callable[..., Awaitable[Browser]]
"""Returns a browser in which somebody of this role is signed in; name: by default that of the role."""


@pytest.fixture(name="new_browser")
async def _new_browser(url: str) -> AsyncIterator[NewBrowser]:
    opened: list[Browser] = []

    def new() -> Browser:
        opened.append(Browser(url))
        return opened[-1]

    yield new
    for each in opened:
        await each.client.aclose()


@pytest.fixture(name="browser")
def _browser(new_browser: NewBrowser) -> Browser:
    return new_browser()


async def join(desk: Desk, name: str, role: str, *, key: str | None = None) -> None:
    """Make somebody a member who has chosen PASSWORD and, with a key, set up codes."""
    await staffing.add(desk.store, desk.passwords, name, role, staffing.AT_A_TERMINAL)
    await desk.store.choose_password(name, await desk.passwords.digest(PASSWORD), keeping="")
    if key is not None:
        await desk.store.set_up_codes(name, key, 0)


KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""That of RFC 6238, appendix B."""


async def show_code(browser: Browser, desk: Desk, key: str = KEY) -> httpx.Response:
    """Send the code of this moment."""
    return await browser.submit("/sign-in/code", code=code(key, step_at(desk.clock())))


@pytest.fixture(name="enter")
def _enter(desk: Desk, new_browser: NewBrowser) -> Enter:
    async def enter(role: str, name: str = "") -> Browser:
        browser, name = new_browser(), name or role
        with_codes = role in ("publisher", "admin")
        await join(desk, name, role, key=KEY if with_codes else None)
        await browser.sign_in(name, PASSWORD)
        if with_codes:
            await show_code(browser, desk)
        assert (await browser.get("/")).status_code == 200
        return browser

    return enter

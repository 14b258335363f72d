"""Members of the staff, each with a browser window of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urljoin

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from desk.codes import code, step_at
from desk.cookies import LANGUAGE
from tests.desk.browser_tests.program import KEYS, PASSWORD

SMALL, LARGE = (360, 740), (1280, 800)
"""A telephone's and an old office PC's screen, in pixels."""
PATIENCE_MS = 30_000
"""How long a page may take for anything: the machine may have other things to do."""


class People:
    """Who looks at one desk."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self._chromium = chromium
        self._url = url
        self._contexts: dict[str, BrowserContext] = {}
        self.complaints: list[str] = []
        """Of browsers: what the policy forbids, files that are missing, errors in scripts."""

    async def stranger(self) -> Page:
        """Return a new window of somebody whom the desk does not know."""
        context = await self._chromium.new_context(base_url=self._url, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._contexts[f"stranger {len(self._contexts)}"] = context
        return page

    async def enter(self, name: str) -> Page:
        """Return a window in which this member is signed in; for the second time, the same one."""
        if name in self._contexts:
            return self._contexts[name].pages[0]
        page = await self.stranger()
        await self.show_password(page, name)
        if name in KEYS:
            await page.get_by_label("Six digits from the app").fill(
                code(KEYS[name], step_at(datetime.now(UTC)))
            )
            await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("heading", name="Today", exact=True).wait_for()
        self._contexts[name] = page.context
        return page

    async def show_password(self, page: Page, name: str) -> None:
        """Sign in as far as the password goes."""
        await page.goto("/sign-in")
        await page.get_by_label("Name").fill(name)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(lambda url: not url.endswith("/sign-in"))

    async def leave(self) -> None:
        """Close all windows."""
        for each in set(self._contexts.values()):
            await each.close()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


async def read_in(page: Page, language: str) -> None:
    """Let this window have the desk in this language from its next page on."""
    origin = urljoin(page.url, "/")  # the cookie of one page only would be left out at the others
    await page.context.add_cookies([{"name": LANGUAGE, "value": language, "url": origin}])


async def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window this width and height."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})

"""Pictures of every page, for whoever works on them, and those in docs/editing.md: `make screenshots`.

The first stand in var/screenshots/, page-width-language.png, whole pages of a telephone and of an office PC.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Page, async_playwright

from bot.settings import read_settings
from bot.store import open_store
from console.demo_desk import opened_sample
from console.opening import publish_first
from desk import staffing
from desk.passwords import Passwords
from tests.desk.browser_tests.addresses import SHOWN, address
from tests.desk.browser_tests.people import LARGE, SMALL, People, read_in, resize
from tests.desk.browser_tests.program import KEYS, PASSWORD

ROOT: Final = Path(__file__).parent.parent.parent
ALL: Final = ROOT / "var/screenshots"
DOCS: Final = ROOT / "docs/pictures"
IN_DOCS: Final = {
    "today": "/",
    "topics": "/topics",
    "article": "/topics/{id}/{language}",
    "publish": "/publish",
    "questions": "/questions",
    "try": "/try",  # last, since what is changed for it would be seen on others
}
"""By the name of the file."""
LANGUAGES: Final = ("ru", "tg")
_TOPIC: Final = "patent-get"
_FEES: Final = {"live": "4,200", "changed": "4,800"}
"""Of the topic's section `fee`, in English."""
_COLOURS: Final = 64
"""Of pages that have few: a quarter of the bytes, and nobody sees it."""
_MOST_BYTES: Final = 100_000


async def main() -> None:
    """Make all pictures."""
    settings = read_settings({})
    publish_first(settings)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            opened_sample(settings.model_copy(update={"desk_port": 0}), folder) as (server, _),
            async_playwright() as playwright,
        ):
            await _add_admin(f"sqlite:///{folder / 'hotline.db'}")
            chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
            people = People(chromium, f"http://127.0.0.1:{server.port}")
            page = await people.enter("admin")
            await _of_all(page)
            await _for_docs(page)
            await people.leave()
            await chromium.close()


async def _add_admin(database: str) -> None:
    passwords = Passwords()
    store = await open_store(database)
    try:
        await staffing.add(store, passwords, "admin", "admin", staffing.AT_A_TERMINAL)
        await store.choose_password("admin", await passwords.digest(PASSWORD), keeping="")
        await store.set_up_codes("admin", KEYS["admin"], 0)
    finally:
        await store.close()


async def _of_all(page: Page) -> None:
    ALL.mkdir(parents=True, exist_ok=True)
    for path in SHOWN:
        name = path.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "today"
        for language in LANGUAGES:
            await read_in(page, language)
            try:
                await page.goto(await address(page, path, _TOPIC))
            except LookupError as error:
                print(error, file=sys.stderr)
                continue
            for size in (SMALL, LARGE):
                await resize(page, size)
                await page.screenshot(path=ALL / f"{name}-{size[0]}-{language}.png", full_page=True)
    print(f"written: {ALL}", file=sys.stderr)


async def _for_docs(page: Page) -> None:
    DOCS.mkdir(parents=True, exist_ok=True)
    await read_in(page, "en")
    await resize(page, LARGE)
    for name, path in IN_DOCS.items():
        if path in SHOWN:
            await page.goto(await address(page, path, _TOPIC))
            if path == "/try":
                await _try(page)
            file = DOCS / f"{name}.png"
            await page.screenshot(path=file)
            Image.open(file).convert("RGB").quantize(_COLOURS).save(file, optimize=True)
            assert file.stat().st_size < _MOST_BYTES, f"{file} is too large"
            print(f"written: {file}, {file.stat().st_size // 1000} kB", file=sys.stderr)


async def _try(page: Page) -> None:
    # Something is changed, so that the two answers differ.
    await page.goto(f"/topics/{_TOPIC}/en")
    for name in ("heading--fee", "text--fee"):
        field = page.locator(f"#{name}")
        await field.fill((await field.input_value()).replace(_FEES["live"], _FEES["changed"]))
    await page.get_by_role("button", name="Save draft").click()
    await page.get_by_text("The draft is kept").wait_for()
    await page.goto("/try")
    await page.get_by_label("A citizen's message").fill("How much is the state fee for a patent?")
    await page.get_by_role("button", name="Ask").click()
    for side, fee in _FEES.items():
        answer = page.locator(f"[aria-labelledby=reply-{side}]").filter(has_text=fee)
        await answer.wait_for(timeout=300_000)


if __name__ == "__main__":
    asyncio.run(main())

"""Every page that there is, also those of tomorrow, in a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import pytest
from playwright.async_api import Page

from desk.phrases import LANGUAGES
from tests.desk.browser_tests.addresses import SHOWN, address
from tests.desk.browser_tests.people import LARGE, SMALL, People, read_in, resize
from tests.desk.browser_tests.seeing import missed_by_the_keyboard, scrolls_sideways, serious_findings

pytestmark = pytest.mark.slow


async def _open(people: People, path: str) -> Page:
    """Return a window with this page, of which no browser has complained yet."""
    people.complaints.clear()
    if path == "/sign-in/code":
        page = await people.stranger()
        await people.show_password(page, "newcomer")
        return page
    page = await people.stranger() if path == "/sign-in" else await people.enter("admin")
    answer = await page.goto(await address(page, path, "wages"))
    assert answer is not None
    assert answer.status == 200
    return page


_LOOKS: Final[Sequence[tuple[tuple[int, int], Literal["light", "dark"]]]] = (
    (SMALL, "light"),
    (LARGE, "dark"),
)


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("path", SHOWN)
async def test_a_page_can_be_used_by_everybody(path: str, standing: People) -> None:
    page = await _open(standing, path)
    problems: list[tuple[str, Sequence[object]]] = []

    for size, scheme in _LOOKS:
        await resize(page, size)
        await page.emulate_media(color_scheme=scheme)
        missed, unseen = await missed_by_the_keyboard(page)
        findings = await serious_findings(page)
        problems += [
            (f"{size[0]} pixels: {what}", found)
            for what, found in (
                ("axe", findings),
                ("not reached by the Tab key", missed),
                ("focus that is not seen", unseen),
            )
            if found
        ]

    assert problems == []
    assert standing.complaints == []


@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("path", SHOWN)
async def test_no_page_has_to_be_scrolled_sideways_in_any_language(path: str, standing: People) -> None:
    page = await _open(standing, path)
    scrolling = []

    for language in LANGUAGES:
        await read_in(page, language)
        await page.reload()
        for size in (SMALL, LARGE):
            await resize(page, size)
            if await scrolls_sideways(page):
                scrolling.append((language, size))
    await read_in(page, "en")

    assert scrolling == []

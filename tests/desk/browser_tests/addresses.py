"""Where each page of the desk is looked at."""

from __future__ import annotations

import re
from typing import Final

from playwright.async_api import Page

from desk.app import PAGES

SHOWN: Final = [
    page.path for page in PAGES if page.show is not None and not page.path.endswith(("/progress", "/sound"))
]
"""Paths of all pages that can be looked at, with names for what varies; progress is read by scripts
alone, and a sound is heard."""
_LED_TO_FROM: Final = {
    "/topics/{topic}/history/{version}": "/topics/{id}/history",
    "/questions/{question}": "/questions",
    "/conversations/{number}": "/conversations",
    "/announcements/{announcement}": "/announcements",
    "/contacts/{id}": "/contacts",
}
"""Pages with a link to one whose address nobody knows before."""


async def address(page: Page, path: str, topic: str) -> str:
    """Return an address of this path: of this topic, in Russian, or one that another page of ours leads to.

    Raises LookupError if that page has no such link.
    """
    if path in _LED_TO_FROM:
        await page.goto(_of_topic(_LED_TO_FROM[path], topic))
        links = await page.eval_on_selector_all("main a", "all => all.map(each => each.getAttribute('href'))")
        fitting = re.compile(re.sub(r"\{\w+\}", "[^/]+", path))
        known = {each.path for each in PAGES}
        found = [each for each in links if fitting.fullmatch(each.partition("?")[0]) and each not in known]
        if not found:
            raise LookupError(f"{_LED_TO_FROM[path]} leads to no {path}")
        return str(found[0])
    return _of_topic(path, topic)


def _of_topic(path: str, topic: str) -> str:
    return re.sub(r"\{(id|topic)\}", topic, path).replace("{language}", "ru")

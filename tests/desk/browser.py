"""A browser as far as the desk needs one: cookies, forms with what is hidden in them, and reading a page."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
from lxml import html  # type: ignore[import-untyped]  # comes without types


class Browser:
    """One browser of one person."""

    def __init__(self, address: str, language: str = "en", **headers: str) -> None:
        headers = {"Accept-Language": language, **headers}
        self.client = httpx.AsyncClient(base_url=address, headers=headers, trust_env=False)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as it is, without a token."""
        return await self.client.post(path, data=fields)

    async def submit(self, path: str, to: str | None = None, **fields: str) -> httpx.Response:
        """Open a page and send its form with these fields. to: where it goes; by default to the same path."""
        page = await self.get(path)
        return await self.post(to or path, token=token_of(page), **fields)

    async def sign_in(self, name: str, password: str) -> httpx.Response:
        return await self.submit("/sign-in", name=name, password=password)


def token_of(page: httpx.Response) -> str:
    """Return the token of the forms on this page."""
    [token, *others] = elements(page, "//input[@name='token']/@value")
    assert set(others) <= {token}
    return str(token)


def elements(page: httpx.Response, path: str) -> Sequence[html.HtmlElement]:
    """Return what XPath finds on this page."""
    found: Sequence[html.HtmlElement] = html.fromstring(page.text).xpath(path)
    return found


def text_of(page: httpx.Response, path: str = "//main") -> str:
    """Return the text of the first element that XPath finds, without needless spaces."""
    return " ".join(elements(page, path)[0].text_content().split())

"""The form of a page as a browser would send it back, whatever somebody typed into it."""

from __future__ import annotations

import httpx

from tests.desk.browser import Browser, elements


def filled(page: httpx.Response, action: str = "") -> dict[str, str]:
    """Return name to value of every field of the form with this action, or of the page's first in <main>."""
    [form, *_] = elements(page, f"//main//form[@action='{action}']" if action else "//main//form")
    found: dict[str, str] = {}
    for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        name, kind = field.get("name"), field.get("type")
        if field.tag == "select":
            chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")
            found[name] = chosen[0].get("value", "")
        elif field.tag == "textarea":
            # A browser leaves out the first line break, and ends lines in a form with two characters.
            found[name] = (field.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif kind not in ("checkbox", "radio"):
            found[name] = field.get("value", "")
        elif field.get("checked") is not None:
            found[name] = field.get("value", "on")
    return found


def named(typed: dict[str, str]) -> dict[str, str]:
    """Return fields by their names, which Python cannot have: 'text__first' stands for 'text--first'."""
    return {name.replace("__", "--").replace("_", "-"): text for name, text in typed.items()}


async def send(browser: Browser, path: str, do: str, **typed: str) -> httpx.Response:
    """Open the page, type into its form and press a button."""
    return await press(browser, await browser.get(path), path, do, **typed)


async def press(browser: Browser, page: httpx.Response, path: str, do: str, **typed: str) -> httpx.Response:
    """Type into the form of an open page and press a button."""
    return await browser.post(path, **(filled(page, path) | named(typed)), do=do)


async def stop_typing(browser: Browser, path: str, **typed: str) -> httpx.Response:
    """Do what htmx does when somebody who types has stopped."""
    page = await browser.get(path)
    fields = filled(page, path) | named(typed)
    return await browser.client.post(f"{path}/draft", data=fields, headers={"HX-Request": "true"})


def field_of(page: httpx.Response, name: str) -> str:
    """Return what stands in the field of this name."""
    [found] = elements(page, f"//*[@name='{name}']")
    return str(found.get("value") if found.tag == "input" else (found.text or "").removeprefix("\n"))

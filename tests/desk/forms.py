"""The form of a page as a browser would send it back, whatever somebody typed into it."""

from __future__ import annotations

import httpx

from tests.desk.browser import elements


def filled(page: httpx.Response, action: str = "") -> dict[str, str]:
    """Return name to value of every field of the form with this action, or of the page's first in <main>."""
    [form, *_] = elements(page, f"//main//form[@action='{action}']" if action else "//main//form")
    found: dict[str, str] = {}
    for field in form.xpath(".//input[@name] | .//textarea[@name]"):
        name, kind = field.get("name"), field.get("type")
        if field.tag == "textarea":
            # A browser leaves out the first line break, and ends lines in a form with two characters.
            found[name] = (field.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif kind not in ("checkbox", "radio"):
            found[name] = field.get("value", "")
        elif field.get("checked") is not None:
            found[name] = field.get("value", "on")
    return found

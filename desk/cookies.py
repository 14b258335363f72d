"""What the desk keeps in a browser: who is signed in, whom a form was shown to, the language."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from starlette.responses import Response

LANGUAGE: Final = "desk-language"
_LANGUAGE_STAYS: Final = timedelta(days=365)
_MOST_LETTERS: Final = 100


def name_of(what: str, *, secure: bool) -> str:
    """Return the name of the cookie for 'session' or 'visitor'.

    With TLS its prefix keeps other hosts of the same domain from setting it.
    """
    return f"__Host-desk-{what}" if secure else f"desk-{what}"


def read(cookies: Mapping[str, str], what: str, *, secure: bool) -> str | None:
    """Return what this cookie holds."""
    value = cookies.get(name_of(what, secure=secure), "")
    return value if value.isascii() and 0 < len(value) <= _MOST_LETTERS else None


def write(response: Response, what: str, value: str, *, secure: bool) -> None:
    """Put a secret into a cookie that no script reads, and that ends with the browser."""
    name = name_of(what, secure=secure)
    response.set_cookie(name, value, path="/", secure=secure, httponly=True, samesite="lax")


def remove(response: Response, what: str, *, secure: bool) -> None:
    """Remove this cookie."""
    name = name_of(what, secure=secure)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def keep_language(response: Response, language: str, *, secure: bool) -> None:
    """Remember the language for a year."""
    stays = int(_LANGUAGE_STAYS.total_seconds())
    response.set_cookie(
        LANGUAGE, language, max_age=stays, path="/", secure=secure, httponly=True, samesite="lax"
    )


def new_visitor() -> str:
    """Return a secret for somebody who is not signed in yet."""
    return secrets.token_urlsafe(32)


def form_token(secret: str) -> str:
    """Return what each form says back: only a page of ours, shown to this browser, can know it."""
    return hmac.digest(secret.encode(), b"a form of the desk", "sha256").hex()

"""The six digits that an authenticator shows, new ones every 30 seconds: RFC 6238 as all of them do it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import segno

STEP_SECONDS: Final = 30
DIGITS: Final = 6
_ASIDE: Final = 1
"""Steps that a telephone's clock may be wrong by, either way."""
_ISSUER: Final = "Hotline"


def new_key() -> str:
    """Return a key of 160 random bits (RFC 4226, section 4), base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code(key: str, step: int) -> str:
    """Return the code of this step since 1970."""
    digest = hmac.digest(base64.b32decode(key), step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_at(moment: datetime) -> int:
    """Return the step of this moment."""
    return int(moment.timestamp()) // STEP_SECONDS


def matching_step(key: str, shown: str, moment: datetime) -> int | None:
    """Return the step whose code was shown, a step before or after this moment included; None if none is."""
    plain = "".join(shown.split())
    if not (plain.isascii() and plain.isdigit()):
        return None
    now = step_at(moment)
    steps = range(now - _ASIDE, now + _ASIDE + 1)
    right = [step for step in steps if hmac.compare_digest(code(key, step), plain)]
    return right[-1] if right else None


def picture(key: str, name: str, title: str) -> str:
    """Return a picture of the key that an authenticator reads, as an <svg> with this title."""
    query = urlencode({"secret": key, "issuer": _ISSUER})
    address = f"otpauth://totp/{quote(_ISSUER)}:{quote(name)}?{query}"
    return segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", title=title, svgclass="qr", lineclass=None
    )

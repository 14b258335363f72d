"""Passwords: digests by Argon2 (RFC 9106, its second choice of costs), and what one must be like."""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from desk.errors import DeskError

SHORTEST: Final = 12
LONGEST: Final = 200
"""Characters; a longer one would only cost time."""
_TELLING: Final = 3
"""Characters of a name from which on a password that holds it is easier to guess."""
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without l, o, 0 and 1, which people mistake for each other."""


class Passwords:
    """Makes and compares digests, one at a time: each takes 64 MiB of memory and some .1 s."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())
        self._turn = asyncio.Lock()

    async def digest(self, password: str) -> str:
        """Return the encoded digest of a password."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, digest: str | None, password: str) -> bool:
        """Return whether this is the password of that digest; for None it takes the same time, and is not."""
        async with self._turn:
            right = await asyncio.to_thread(self._verify, digest or self._nobodys, password[:LONGEST])
        return right and digest is not None

    def _verify(self, digest: str, password: str) -> bool:
        try:
            return self._hasher.verify(digest, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, ValueError):
            return False


def new_password() -> str:
    """Return a password that can be read out on the telephone: 100 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def check_password(password: str, name: str) -> None:
    """Raise DeskError if a member of this name should not choose this password."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise DeskError(f"a password has {SHORTEST} to {LONGEST} characters", "password-length")
    named = len(name) >= _TELLING and name in password.lower()
    if named or len(set(password)) < 5 or not password.isprintable():
        raise DeskError(
            "this password is too easy to guess: it holds the name, or hardly more than one letter",
            "password-easy",
        )

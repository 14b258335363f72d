"""The way in: a password, for some roles a code, and more and more patience for whoever guesses."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.store import Session, Store
from desk.codes import matching_step, new_key
from desk.names import known_as
from desk.passwords import Passwords
from desk.roles import needs_codes

log = logging.getLogger(__name__)

FREE_ATTEMPTS: Final = 5
"""At one name; then each further one has to wait."""
FREE_ATTEMPTS_FROM: Final = 30
"""From one address, which a whole office may share."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session, new or a step further."""

    secret: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody learns whether it was the name, the password or the code."""

    wait: timedelta
    """How long nothing will be compared; zero: it was, and is wrong."""


class Door:
    """Lets in whoever is known."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords,
        clock: Callable[[], datetime],
        count_refusal: Callable[[], None],
    ) -> None:
        self._count_refusal = count_refusal
        self._store = store
        self._passwords = passwords
        self._clock = clock

    async def by_password(self, typed_name: str, password: str, address: str) -> Begun | Refused:
        """Begin a session for this name and password, if they are right. address: where it comes from."""
        name = known_as(typed_name)
        if wait := await self._store.attempt(_sources("password", name or typed_name, address)):
            return self._refuse(wait)
        member = await self._store.staff_member(name) if name else None
        if not await self._passwords.fits(member.password if member else None, password) or member is None:
            return self._refuse()
        await self._store.forget_attempts(_at_name("password", name), _from(address))
        if not needs_codes(member.role):
            return Begun(await self._store.begin_session(name, complete=True))
        proposed = new_key() if member.code_key is None else None
        return Begun(await self._store.begin_session(name, complete=False, proposed_key=proposed))

    async def by_code(self, secret: str, session: Session, shown: str, address: str) -> Begun | Refused:
        """Complete a session that lacks the code: by one of the known key, or the first one of a new key."""
        name, key = session.member.name, session.member.code_key or session.proposed_key
        if wait := await self._store.attempt(_sources("code", name, address)):
            return self._refuse(wait)
        step = None if key is None else matching_step(key, shown, self._clock())
        if step is None or key is None:
            return self._refuse()
        if session.member.code_key is None:
            fresh = await self._store.set_up_codes(name, key, step)
        else:
            fresh = await self._store.use_code(name, step)
        if not fresh:
            return self._refuse()
        await self._store.forget_attempts(_at_name("code", name), _from(address))
        return Begun(await self._store.begin_session(name, complete=True, instead_of=secret))

    async def knows(self, session: Session, password: str, address: str) -> Refused | None:
        """Return None if this is the password of whoever is signed in."""
        name = session.member.name
        if wait := await self._store.attempt(_sources("password", name, address)):
            return self._refuse(wait)
        if not await self._passwords.fits(session.member.password, password):
            return self._refuse()
        await self._store.forget_attempts(_at_name("password", name), _from(address))
        return None

    def _refuse(self, wait: timedelta = timedelta()) -> Refused:
        self._count_refusal()
        log.info("sign_in.refused", extra={"wait_seconds": round(wait.total_seconds())})
        return Refused(wait)


async def forget_failures(store: Store, name: str) -> None:
    """Let whoever has this name try at once, as after a new first password."""
    for what in ("password", "code"):
        await store.forget_attempts(_at_name(what, name))


def _sources(what: str, name: str, address: str) -> Mapping[str, int]:
    return {_at_name(what, name): FREE_ATTEMPTS, _from(address): FREE_ATTEMPTS_FROM}


def _at_name(what: str, name: str) -> str:
    return f"{what} {name}"


def _from(address: str) -> str:
    # One customer of a provider has a whole /64 of IPv6.
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return f"from {address}"
    return f"from {ipaddress.ip_network((ip, 64 if ip.version == 6 else 32), strict=False)}"

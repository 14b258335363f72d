"""Adding, changing and removing members of the staff: the same from the desk and from a terminal."""

from __future__ import annotations

from typing import Final

from bot.store import Store
from desk.errors import DeskError
from desk.names import LONGEST, is_name
from desk.passwords import Passwords, check_password, new_password
from desk.roles import ROLES
from desk.signing_in import forget_failures

AT_A_TERMINAL: Final = "command line"
"""Stands in the audit for whoever works on the machine itself; no name has a space."""


async def add(store: Store, passwords: Passwords, name: str, role: str, by: str, password: str = "") -> str:
    """Add a member, and return the first password. by: name of who does it, or AT_A_TERMINAL.

    password: the first one; without it, one is made.

    Raises DeskError if the name or the password cannot be used, or there is such a member already.
    """
    if not is_name(name):
        raise DeskError(
            f"'{name}' cannot be a name: small Latin letters and digits, with '.', '_' or '-' between them, "
            f"at most {LONGEST} characters, such as 'firuza.n'",
            "staff-no-name",
        )
    _check_role(role)
    first = _first(password, name)
    if not await store.add_staff(name, role, await passwords.digest(first), by=by):
        raise DeskError(f"there is a member '{name}' already; 'hotline staff list' shows all", "staff-there")
    await forget_failures(store, name)
    return first


async def reset(store: Store, passwords: Passwords, name: str, by: str, password: str = "") -> str:
    """Give a member a first password again, forget the key of the codes, and return the password.

    Raises DeskError as `add` does, and if there is no such member.
    """
    _check_other(name, by)
    first = _first(password, name)
    if not await store.reset_staff(name, await passwords.digest(first), by=by):
        raise _nobody(name)
    await forget_failures(store, name)
    return first


async def set_role(store: Store, name: str, role: str, by: str) -> None:
    """Give a member another role. Raises DeskError as `reset` does."""
    _check_other(name, by)
    _check_role(role)
    if not await store.set_role(name, role, by=by):
        raise _nobody(name)


async def remove(store: Store, name: str, by: str) -> None:
    """Remove a member. Raises DeskError as `reset` does."""
    _check_other(name, by)
    if not await store.remove_staff(name, by=by):
        raise _nobody(name)


def _check_other(name: str, by: str) -> None:
    # So that there is always an admin left.
    if name == by:
        raise DeskError(
            "nobody changes their own entry: ask another admin, or run 'hotline staff' on the machine",
            "staff-yourself",
        )


def _first(password: str, name: str) -> str:
    # A made one is hard to guess whatever stands in it, be it by chance the name.
    if not password:
        return new_password()
    check_password(password, name)
    return password


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise DeskError(f"'{role}' is no role: there are {', '.join(ROLES)}", "staff-no-role")


def _nobody(name: str) -> DeskError:
    return DeskError(f"there is no member '{name}'; 'hotline staff list' shows all", "staff-nobody")

"""What a member of the staff may do: each role may what those before it may."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["reader", "editor", "publisher", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""Reads; changes drafts; publishes and approves; says who may come in."""
_WITH_CODES: Final = frozenset({"publisher", "admin"})


def may(role: str, needed: Role) -> bool:
    """Return whether this role is enough; one that this program does not know never is."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)


def needs_codes(role: str) -> bool:
    """Return whether whoever has this role signs in with a code as well as with a password."""
    return role in _WITH_CODES

"""One member of the staff, as the tables know them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who may sign in."""

    name: str
    role: str
    password: str = field(repr=False)
    """Argon2's encoded digest."""
    password_since: date | None
    """None: somebody else gave it, and it is to be changed."""
    code_key: str | None = field(repr=False)
    """Base32; None until codes are set up."""


def member_of(row: Row[Any]) -> StaffMember:
    """Return the member in a row that has the columns of `staff`."""
    return StaffMember(row.name, row.role, row.password, row.password_since, row.code_key)

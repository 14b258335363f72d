"""The members of the staff: role, password, key of their codes. What a role may do, the desk decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.store.audit import note
from bot.store.database import Database
from bot.store.members import StaffMember, member_of
from bot.store.sessions import end_sessions_of
from bot.store.tables import staff

_MEMBERS: Final = select(staff).order_by(staff.c.name)


class Staff:
    """The part of the store that knows who may sign in; each change stands in the audit."""

    _database: Database
    _clock: Callable[[], datetime]

    async def staff(self) -> list[StaffMember]:
        """Return all members, by name."""
        return await self._database.read(
            lambda connection: [member_of(row) for row in connection.execute(_MEMBERS)]
        )

    async def staff_member(self, name: str) -> StaffMember | None:
        """Return the member of this name."""

        def work(connection: Connection) -> StaffMember | None:
            row = connection.execute(_MEMBERS.where(staff.c.name == name)).one_or_none()
            return None if row is None else member_of(row)

        return await self._database.read(work)

    async def add_staff(self, name: str, role: str, password: str, *, by: str) -> bool:
        """Add a member, whose password is to be changed at the first sign-in; False if there is one already.

        password: Argon2's encoded digest.
        """
        row = {"name": name, "role": role, "password": password}

        def work(connection: Connection) -> bool:
            if connection.execute(select(staff.c.name).where(staff.c.name == name)).first() is not None:
                return False
            connection.execute(insert(staff), row)
            note(connection, self._clock(), by, "staff.added", f"{name} {role}")
            return True

        return await self._database.write(work, ("staff", name))

    async def set_role(self, name: str, role: str, *, by: str) -> bool:
        """Give a member another role and end the sessions; False if there is no such member."""
        return await self._change_member(name, {"role": role}, by, "staff.role-changed", f"{name} {role}")

    async def reset_staff(self, name: str, password: str, *, by: str) -> bool:
        """Give a first password again, forget the codes' key, end the sessions; False if there is none.

        password: Argon2's encoded digest.
        """
        values = {"password": password, "password_since": None, "code_key": None, "code_step": None}
        return await self._change_member(name, values, by, "staff.reset", name)

    async def remove_staff(self, name: str, *, by: str) -> bool:
        """Remove a member and end the sessions; False if there is none."""

        def work(connection: Connection) -> bool:
            if not connection.execute(delete(staff).where(staff.c.name == name)).rowcount:
                return False
            end_sessions_of(connection, name)
            note(connection, self._clock(), by, "staff.removed", name)
            return True

        return await self._database.write(work, ("staff", name))

    async def choose_password(self, name: str, password: str, *, keeping: str) -> bool:
        """Set a password that the member chose, and end all sessions but the one with this secret.

        password: Argon2's encoded digest.
        """
        values = {"password": password, "password_since": self._clock().date()}
        return await self._change_member(name, values, name, "staff.password-chosen", name, keeping)

    async def set_up_codes(self, name: str, key: str, step: int) -> bool:
        """Keep the key of a member's codes, once one of them was shown; False if there is a key already.

        step: of that code, which does not work again.
        """

        def work(connection: Connection) -> bool:
            statement = update(staff).where(staff.c.name == name, staff.c.code_key.is_(None))
            if not connection.execute(statement.values(code_key=key, code_step=step)).rowcount:
                return False
            note(connection, self._clock(), name, "staff.codes-set-up", name)
            return True

        return await self._database.write(work, ("staff", name))

    async def use_code(self, name: str, step: int) -> bool:
        """Use up the code of this step; False if it, or a later one, was used before, anywhere."""
        unused = or_(staff.c.code_step.is_(None), staff.c.code_step < step)
        statement = update(staff).where(staff.c.name == name, unused).values(code_step=step)
        return await self._database.write(
            lambda connection: connection.execute(statement).rowcount == 1, ("staff", name)
        )

    async def _change_member(
        self, name: str, values: Mapping[str, object], by: str, what: str, subject: str, keeping: str = ""
    ) -> bool:
        def work(connection: Connection) -> bool:
            if not connection.execute(update(staff).where(staff.c.name == name).values(values)).rowcount:
                return False
            end_sessions_of(connection, name, keeping)
            note(connection, self._clock(), by, what, subject)
            return True

        return await self._database.write(work, ("staff", name))

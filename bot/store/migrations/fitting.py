"""Which programs work with the tables after a step: this one and the one before, no older."""

from __future__ import annotations

from alembic import op
from sqlalchemy import column, delete, insert, table

_fitting_program = table("fitting_program", column("revision"))


def fits_only(*revisions: str) -> None:
    """Write down the programs that work with the tables now, by the newest revision that each knows.

    To be called at the end of each step, with its own revision and the one before: a step that adds may keep
    the version before at work, and what that version needs is removed one step later.
    """
    op.execute(delete(_fitting_program))
    op.execute(insert(_fitting_program).values([{"revision": each} for each in revisions]))

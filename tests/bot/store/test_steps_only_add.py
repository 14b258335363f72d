"""A step only adds to the tables, so that the version before still works; or it says why it may take away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from bot.store.address import read_address
from bot.store.opening import STEPS
from bot.store.store import database_at
from tests.bot.store.steps import revisions_of, steps_until, steps_with_later, upgrade

_MARK = re.compile(r'^contracts = "(.+)"$', re.MULTILINE)
"""In a step that takes away what the version before needs no more: what, and since which step."""

Tables = Mapping[str, Mapping[str, bool]]
"""Table to what holds of it, and whether a program that does not know of that works all the same."""


def _shape(connection: Connection) -> Tables:
    look = inspect(connection)
    tables: dict[str, dict[str, bool]] = {name: {} for name in look.get_table_names()}
    for name, facts in tables.items():
        for each in look.get_columns(name):
            null = "NULL" if each["nullable"] else "NOT NULL"
            # What the version before inserts does not name it.
            facts[f"column {each['name']} {each['type']} {null}"] = each["nullable"] or bool(each["default"])
        facts[f"primary key {look.get_pk_constraint(name)['constrained_columns']}"] = False
        facts |= {f"unique {each['column_names']}": False for each in look.get_unique_constraints(name)}
        facts |= {f"check {each['sqltext']}": False for each in look.get_check_constraints(name)}
        for index in look.get_indexes(name):
            kind = "unique index" if index["unique"] else "index"
            facts[f"{kind} {index['column_names']}"] = not index["unique"]
        for key in look.get_foreign_keys(name):
            facts[f"foreign key {key['constrained_columns']}"] = False
            # Whose rows the version before deletes without a thought for those that refer to them.
            tables[key["referred_table"]][f"is referred to by {name}"] = False
    return tables


def _taken_away(before: Tables, after: Tables) -> list[str]:
    found = []
    for table, facts in before.items():
        now = after.get(table, {})
        found += [f"{table}: no {fact} any more" for fact in facts if fact not in now]
        found += [f"{table}: new {fact}" for fact, is_fine in now.items() if not (fact in facts or is_fine)]
    return found


async def _shape_of(address: str) -> Tables:
    database = database_at(read_address(address))
    try:
        return await database.read(_shape)
    finally:
        await database.close()


async def test_each_step_only_adds_unless_it_is_marked(address: str, tmp_path: Path) -> None:
    before: Tables = {}
    for revision in revisions_of():
        await upgrade(address, await asyncio.to_thread(steps_until, tmp_path / revision, revision))
        after = await _shape_of(address)
        [step] = (STEPS / "versions").glob(f"r{revision}_*.py")
        if not _MARK.search(step.read_text(encoding="utf-8")):
            assert _taken_away(before, after) == [], (
                f"{step.name} changes what the version before works with: add beside it instead, and take "
                'that away one version later, in a step that says contracts = "what, and who needed it last"'
            )
        before = after


async def _taken_away_by(change: str, address: str, folder: Path) -> list[str]:
    await upgrade(address, STEPS)
    before = await _shape_of(address)
    steps = await asyncio.to_thread(steps_with_later, folder, "9001")
    step = steps / "versions/r9001.py"
    step.write_text(f"{step.read_text(encoding='utf-8')}    {change}\n", encoding="utf-8")
    await upgrade(address, steps)
    return _taken_away(before, await _shape_of(address))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ('op.drop_table("pace")', "pace: no column chat"),
        ('op.drop_column("inbox", "sending_since")', "inbox: no column sending_since"),
        ('op.create_index("ix_new", "number", ["seen_at"], unique=True)', "number: new unique index"),
        (
            'op.create_table("new", sa.Column("name", sa.Text, sa.ForeignKey("staff.name")))',
            "staff: new is referred to by new",
        ),
    ],
)
async def test_a_step_that_takes_away_is_noticed(
    address: str, tmp_path: Path, change: str, found: str
) -> None:
    taken = await _taken_away_by(change, address, tmp_path / "steps")

    assert [each for each in taken if each.startswith(found)] != []


@pytest.mark.parametrize(
    "change",
    [
        'op.create_table("new", sa.Column("chat", sa.Integer, primary_key=True))',
        'op.create_index("ix_new", "question", ["language"])',
        'op.add_column("question", sa.Column("new", sa.Text))',
        'op.add_column("question", sa.Column("new", sa.Text, nullable=False, server_default=""))',
    ],
)
async def test_what_a_step_adds_beside_is_no_loss(address: str, tmp_path: Path, change: str) -> None:
    assert await _taken_away_by(change, address, tmp_path / "steps") == []

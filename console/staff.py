"""Commands for who may sign in at the desk: staff add, list, remove, reset."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from bot.settings import Settings
from desk.roles import ROLES

if TYPE_CHECKING:
    from bot.store import Store

T = TypeVar("T")

_TYPED = click.option("--type", "typed", is_flag=True, help="Type the first password instead of getting one.")


@click.group()
def staff() -> None:
    """Say who may sign in at the desk."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@_TYPED
@click.pass_obj
def add(settings: Settings, name: str, role: str, *, typed: bool) -> None:
    """Add NAME; the first password is shown once, and changed at the first sign-in."""
    from desk import staffing
    from desk.passwords import Passwords

    password = _type_password() if typed else ""
    by = staffing.AT_A_TERMINAL
    first = _with_store(
        settings, lambda store: staffing.add(store, Passwords(), name, role, by, password=password)
    )
    click.echo(f"{name} may sign in as {role}")
    _tell(first, typed=typed)


@staff.command("list")
@click.pass_obj
def list_all(settings: Settings) -> None:
    """Print everybody: name, role, whether password and codes are their own by now."""
    members = _with_store(settings, lambda store: store.staff())
    for each in members:
        password = f"password since {each.password_since}" if each.password_since else "first password"
        codes = "codes set up" if each.code_key else "no codes"
        click.echo(f"{each.name}  {each.role}  {password}  {codes}")
    if not members:
        click.echo("nobody may sign in yet: 'hotline staff add NAME --role admin'", err=True)


@staff.command()
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Remove NAME, and end the sessions."""
    from desk import staffing

    _with_store(settings, lambda store: staffing.remove(store, name, staffing.AT_A_TERMINAL))
    click.echo(f"{name} may not sign in any more")


@staff.command()
@click.argument("name")
@_TYPED
@click.pass_obj
def reset(settings: Settings, name: str, *, typed: bool) -> None:
    """Give NAME a new first password, forget the key of the codes, and end the sessions."""
    from desk import staffing
    from desk.passwords import Passwords

    password = _type_password() if typed else ""
    by = staffing.AT_A_TERMINAL
    first = _with_store(
        settings, lambda store: staffing.reset(store, Passwords(), name, by, password=password)
    )
    click.echo(f"{name} signs in anew")
    _tell(first, typed=typed)


def _type_password() -> str:
    return str(click.prompt("First password", hide_input=True, confirmation_prompt=True))


def _tell(first: str, *, typed: bool) -> None:
    if not typed:
        click.echo(f"first password, shown only now: {first}")


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]]) -> T:
    from bot.store import open_store

    async def open_and_work() -> T:
        store = await open_store(settings.database_url.get_secret_value())
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(open_and_work())

"""Frozen values made by a program, checked as if they came from a file."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from knowledge.errors import ContentError
from knowledge.model import Value

ValueT = TypeVar("ValueT", bound=Value)


def made(kind: type[ValueT], /, **parts: object) -> ValueT:
    """Return a value of this kind. Raises ContentError, one line per part that is wrong."""
    try:
        return kind.model_validate(parts)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, each['loc']))}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors(include_url=False, include_input=False)
        ]
        raise ContentError("\n".join(problems)) from None


def replaced(value: ValueT, /, **parts: object) -> ValueT:
    """Return the value with these parts instead of its own; the same one if nothing differs.

    Raises ContentError, one line per part that is wrong.
    """
    own = {name: getattr(value, name) for name in type(value).model_fields}
    new = made(type(value), **{**own, **parts})
    return value if new == value else new

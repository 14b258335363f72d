"""Jinja2, with everything escaped that a template does not make itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.phrases import LANGUAGES
from desk.roles import ROLES, may
from desk.static_files import STATIC

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals.update(
    static=lambda name: STATIC[name].address, may=may, roles=ROLES, languages=LANGUAGES
)


def compile_all() -> None:
    """Compile every template, so that no page need wait for that."""
    for name in _ENVIRONMENT.list_templates():
        _ENVIRONMENT.get_template(name)


def render(template: str, /, **values: object) -> str:
    """Return the page that this template makes of these values."""
    return _ENVIRONMENT.get_template(template).render(values)

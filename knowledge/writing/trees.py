"""Our values as the plain mappings and lists that stand in the YAML of the content folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from knowledge.model import Article, Contact, Page, Publication, Topic, Value

Scalar = str | bool | int | float | date | None
Tree = Scalar | list["Tree"] | dict[str, "Tree"]

_SHOWN_WHEN_EMPTY: Final[Mapping[type, tuple[str, ...]]] = {
    Article: ("reviewed", "questions"),
    Contact: ("phones", "email", "website", "address", "position", "hours", "languages", "checked"),
    Page: ("checked",),
}
"""Keys that a new file or entry has although there is nothing to say yet, so that a reader sees the gap."""
_NOT_IN_YAML: Final[Mapping[type, tuple[str, ...]]] = {
    Article: ("language", "sections"),
    Page: ("path", "articles", "examples", "recordings"),
}


def tree(value: object) -> Tree:
    """Return this value as it stands in a file; what says no more than its default is left out."""
    if isinstance(value, Value):
        return _mapping(value)
    if isinstance(value, Mapping):
        return {str(key): tree(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [tree(each) for each in value]
    assert value is None or isinstance(value, str | bool | int | float | date)
    return value


def topic_tree(owner: Topic | Publication) -> dict[str, Tree]:
    """Return what topic.yaml holds of a topic or publication."""
    if isinstance(owner, Topic):
        own: dict[str, Tree] = {"category": owner.category}
        if owner.related:
            own["related"] = tree(owner.related)
        own["contacts"] = tree(owner.contacts)
    else:
        own = {"topic": owner.topic}
    return {**own, **_mapping(owner.page)}


def front_matter_tree(article: Article) -> dict[str, Tree]:
    """Return what stands between the '---' lines of an article."""
    return {**_mapping(article), "reviewed": article.reviewed or False}


def same(raw: object, value: Tree) -> bool:
    """Return whether what `knowledge.parse` read says exactly this; a missing key says the same as null."""
    if isinstance(value, dict) and isinstance(raw, dict):
        return all(same(raw.get(key), value.get(key)) for key in {*raw, *value})
    if isinstance(value, list) and isinstance(raw, list):
        return len(raw) == len(value) and all(map(same, raw, value))
    if is_empty(value):
        return is_empty(raw)
    if isinstance(value, str):
        return raw == value and isinstance(raw, str)
    return not isinstance(value, list | dict) and _means(raw, value)


def is_empty(raw: object) -> bool:
    """Return whether this says nothing: null, false, [] or {}."""
    return raw is None or raw is False or raw in ([], {})


def _mapping(value: Value) -> dict[str, Tree]:
    shown = _SHOWN_WHEN_EMPTY.get(type(value), ())
    passed_over = _NOT_IN_YAML.get(type(value), ())
    found: dict[str, Tree] = {}
    for name, field in type(value).model_fields.items():
        each = tree(getattr(value, name))
        if name not in passed_over and (field.is_required() or name in shown or not is_empty(each)):
            found[name] = each
    return found


def _means(raw: object, value: Scalar) -> bool:
    # 55.70 and 55.7 are one number: a file that says it the other way is left alone.
    kind: type = type(value)
    try:
        return bool(_reader(kind).validate_python(raw) == value)
    except ValidationError:
        return False


@cache
def _reader(kind: type) -> TypeAdapter[object]:
    return TypeAdapter(kind)

"""The bot's own sentences: readable, the same keys in each language, and all that this program says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from fluent.syntax import FluentParser
from fluent.syntax.ast import BaseNode, Junk, Message, Resource, VariableReference
from fluent.syntax.visitor import Visitor

from knowledge.load import SHIPPED_CONTENT, Reading
from knowledge.model import LANGUAGES, Language
from knowledge.problems import Problem

CANNED: Final = "canned-"
"""So begin the keys of texts that staff put into an answer: each can be left out, and others may be added."""

_Variables = dict[str, frozenset[str]]
"""What may be put into each sentence, by its key."""


def phrases(reading: Reading) -> Iterator[Problem]:
    """Yield phrases that can't be read, are missing, or have a place for something that is never put in."""
    found: dict[Language, _Variables] = {}
    for language in LANGUAGES:
        path = f"phrases/{language}.ftl"
        text = reading.library.phrases.get(language)
        if text is None:
            yield Problem(path, 0, "the file is missing: the bot's own sentences", "missing-file")
            continue
        parsed = FluentParser(with_spans=True).parse(text)
        for entry in parsed.body:
            if isinstance(entry, Junk):
                line = text.count("\n", 0, entry.span.start if entry.span else 0) + 1
                yield Problem(
                    path, line, "this phrase cannot be read; compare it with the other languages", "phrase"
                )
        found[language] = _variables(parsed)
    canned = {key for each in found.values() for key in each if key.startswith(CANNED)}
    known = _needed() | dict.fromkeys(canned, frozenset())
    for language, own in found.items():
        path = f"phrases/{language}.ftl"
        for key in sorted({*known, *(key for each in found.values() for key in each)} - set(own)):
            yield Problem(path, 0, f"phrase '{key}' is missing", "missing-phrase")
        for key in known.keys() & own.keys():
            for name in sorted(own[key] - known[key]):
                yield Problem(path, 0, f"phrase '{key}': nothing is ever put into {{ ${name} }}", "phrase")


@cache
def _needed() -> _Variables:
    # The sentences that came with this program are those it says.
    text = (SHIPPED_CONTENT / "phrases" / "en.ftl").read_text(encoding="utf-8")
    said = _variables(FluentParser().parse(text))
    return {key: names for key, names in said.items() if not key.startswith(CANNED)}


def _variables(parsed: Resource) -> _Variables:
    return {entry.id.name: _Names().of(entry) for entry in parsed.body if isinstance(entry, Message)}


class _Names(Visitor):
    def of(self, node: BaseNode) -> frozenset[str]:
        self.found: set[str] = set()
        self.visit(node)
        return frozenset(self.found)

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - named by the library
        self.found.add(node.id.name)

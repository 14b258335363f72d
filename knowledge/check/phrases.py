"""The bot's own sentences: readable, and the same keys in each language."""

from __future__ import annotations

from collections.abc import Iterator

from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message

from knowledge.load import Reading
from knowledge.model import LANGUAGES, Language
from knowledge.problems import Problem


def phrases(reading: Reading) -> Iterator[Problem]:
    """Yield unreadable and missing phrases."""
    keys: dict[Language, set[str]] = {}
    for language in LANGUAGES:
        path = f"phrases/{language}.ftl"
        text = reading.library.phrases.get(language)
        if text is None:
            yield Problem(path, 0, "the file is missing: the bot's own sentences", "missing-file")
            continue
        body = FluentParser(with_spans=True).parse(text).body
        for entry in body:
            if isinstance(entry, Junk):
                line = text.count("\n", 0, entry.span.start if entry.span else 0) + 1
                yield Problem(
                    path, line, "this phrase cannot be read; compare it with the other languages", "phrase"
                )
        keys[language] = {entry.id.name for entry in body if isinstance(entry, Message)}
    for language, own in keys.items():
        for key in sorted(set().union(*keys.values()) - own):
            yield Problem(f"phrases/{language}.ftl", 0, f"phrase '{key}' is missing", "missing-phrase")

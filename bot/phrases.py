"""The bot's own sentences, written by editors as Fluent messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Message

from bot.errors import BotError
from knowledge.model import Language, nearest_languages


class Phrases:
    """All sentences of one snapshot in all languages."""

    def __init__(self, sources: Mapping[Language, str]) -> None:
        self._bundles: dict[Language, FluentBundle] = {}
        keys: list[str] = []
        for language, text in sources.items():
            bundle = FluentBundle([language, "en"], use_isolating=False)
            resource = FluentResource(text)
            bundle.add_resource(resource)
            self._bundles[language] = bundle
            keys += [entry.id.name for entry in resource.body if isinstance(entry, Message)]
        self.keys = tuple(dict.fromkeys(keys))
        """Of the sentences that some language has, in the order of the files."""

    def knows(self, key: str) -> bool:
        """Return whether some language has this sentence."""
        return any(bundle.has_message(key) for bundle in self._bundles.values())

    def say(self, language: Language, key: str, /, **values: str) -> str:
        """Return the sentence with these values put in; in the nearest language that has it.

        Raises BotError if no language has it.
        """
        for each in nearest_languages(language):
            bundle = self._bundles.get(each)
            if bundle is not None and bundle.has_message(key):
                pattern = bundle.get_message(key).value
                if pattern is not None:
                    text, _ = bundle.format_pattern(pattern, values)
                    return str(text)
        raise BotError(f"phrase '{key}' is in no phrases/*.ftl; run 'hotline check'")


@dataclass(frozen=True, slots=True)
class Voice:
    """The bot speaking one language."""

    phrases: Phrases
    language: Language

    def say(self, key: str, /, **values: str) -> str:
        """Return this sentence. Raises BotError if no language has it."""
        return self.phrases.say(self.language, key, **values)

    def date(self, value: date | str | None) -> str:
        """Return a date as this language writes it; '2025' and '2025-08' stay as precise as they are.

        None is "undated". English keeps 2025-08-28, since 05.02.2025 is read in two ways there.
        """
        if value is None:
            return self.say("undated")
        text = value if isinstance(value, str) else value.isoformat()
        return text if self.language == "en" else ".".join(reversed(text.split("-")))

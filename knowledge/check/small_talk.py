"""The words of small talk: each stands once, and means one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from knowledge.load import Reading
from knowledge.model import LANGUAGES
from knowledge.problems import Problem

_PATH = "small-talk.yaml"


def small_talk(reading: Reading, fold: Callable[[str], str]) -> Iterator[Problem]:
    """Yield words that stand twice; fold: the spelling in which two count as the same."""
    said: dict[str, str] = {}
    seen: dict[tuple[str, str], str] = {}
    for n, remarks in enumerate(reading.library.small_talk.remarks):
        for language in (*LANGUAGES, "any"):
            for m, phrase in enumerate(getattr(remarks, language)):
                line, folded = reading.line(_PATH, "remarks", n, language, m), fold(phrase)
                if said.setdefault(folded, remarks.kind) != remarks.kind:
                    message = f"'{phrase}' is also among the words of '{said[folded]}'; keep it in one place"
                    yield Problem(_PATH, line, message, "double-word")
                elif (language, folded) in seen:
                    message = f"'{phrase}' counts as the same spelling as '{seen[language, folded]}'"
                    yield Problem(_PATH, line, message, "double-word")
                seen.setdefault((language, folded), phrase)
    fillers: dict[str, str] = {}
    for n, filler in enumerate(reading.library.small_talk.fillers):
        line, folded = reading.line(_PATH, "fillers", n), fold(filler)
        if folded in said:
            message = f"'{filler}' is also among the words of '{said[folded]}'; a filler says nothing alone"
            yield Problem(_PATH, line, message, "double-word")
        elif folded in fillers:
            message = f"'{filler}' counts as the same spelling as '{fillers[folded]}'"
            yield Problem(_PATH, line, message, "double-word")
        fillers.setdefault(folded, filler)

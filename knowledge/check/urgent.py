"""Rules of danger: patterns that work, and a first number that can be relied on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from knowledge.load import Reading
from knowledge.markdown import violations
from knowledge.model import LANGUAGES, UrgentRule
from knowledge.problems import Problem


def urgent(
    reading: Reading, rule_problems: Callable[[Sequence[UrgentRule]], Iterable[tuple[str, str]]]
) -> Iterator[Problem]:
    """Yield what is wrong in urgent.yaml."""
    lines = {
        rule.id: reading.line("urgent.yaml", "rules", n)
        for n, rule in enumerate(reading.library.urgent_rules)
    }
    for rule_id, message in rule_problems(reading.library.urgent_rules):
        yield Problem("urgent.yaml", lines[rule_id], f"rule '{rule_id}': {message}", "pattern")
    for n, rule in enumerate(reading.library.urgent_rules):
        first = reading.library.contact_by_id.get(rule.contacts[0])
        if first is not None and not (first.confirmed and first.phones):
            message = f"rule '{rule.id}': '{first.id}' may not stand first, since its number is not confirmed"
            yield Problem(
                "urgent.yaml",
                reading.line("urgent.yaml", "rules", n, "contacts"),
                message,
                "unconfirmed-first",
            )
        for language in LANGUAGES:
            for message in violations(rule.script.get(language)):
                yield Problem(
                    "urgent.yaml",
                    reading.line("urgent.yaml", "rules", n, "script", language),
                    message,
                    "markdown",
                )

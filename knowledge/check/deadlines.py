"""Terms that are reckoned with: each there once, and the same number in the article that explains it."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.figures import figures
from knowledge.load import Reading
from knowledge.model import DAY_RULES, DayRule
from knowledge.problems import Problem, Severity, nearest

_PATH = "deadlines.yaml"
_WITHOUT_DAYS = {"patent-payment"}


def deadlines(reading: Reading) -> Iterator[Problem]:
    """Yield what is wrong in deadlines.yaml; a folder without one reckons no dates, which is a notice."""
    rules = reading.library.day_rules
    if _PATH not in reading.parsed:
        yield Problem(
            _PATH, 0, "the file is missing: /dates can reckon nothing", "missing-file", Severity.NOTICE
        )
        return
    known = [rule.id for rule in rules]
    for missing in [each for each in DAY_RULES if each not in known]:
        yield Problem(_PATH, 0, f"rule '{missing}' is missing", "missing-rule")
    for n, rule in enumerate(rules):
        if rule.id in known[:n]:
            yield _problem(reading, n, "id", f"rule '{rule.id}' stands twice", "double-id")
        if rule.days is None and rule.id not in _WITHOUT_DAYS:
            yield _problem(reading, n, "id", f"rule '{rule.id}' needs its number of days", "missing-number")
        yield from _explained(reading, n, rule)


def _explained(reading: Reading, n: int, rule: DayRule) -> Iterator[Problem]:
    sections = {
        f"{topic.id}#{section.id}": (topic.page, section)
        for topic in reading.library.topics
        for section in topic.page.sections
    }
    for key, name in (("section", rule.section), ("late", rule.late)):
        if name is not None and name not in sections:
            message = f"{key}: '{name}' is not in topics/{nearest(name, sections)}"
            yield _problem(reading, n, key, message, "unknown-reference")
    if rule.section not in sections:
        return
    page, section = sections[rule.section]
    if rule.source not in section.sources:
        hint = nearest(rule.source, section.sources)
        message = f"source: '{rule.source}' is none of '{rule.section}'{hint}"
        yield _problem(reading, n, "source", message, "unknown-reference")
    for article in page.articles.values():
        text = article.section(section.id)
        if rule.days is not None and text is not None and str(rule.days) not in figures(text.text):
            message = (
                f"rule '{rule.id}' says {rule.days} days, but {page.path}/{article.language}.md "
                f"{{#{section.id}}} does not name this number"
            )
            yield _problem(reading, n, "days", message, "contradiction")


def _problem(reading: Reading, n: int, key: str, message: str, rule: str) -> Problem:
    return Problem(_PATH, reading.line(_PATH, "rules", n, key), message, rule)

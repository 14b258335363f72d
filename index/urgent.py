"""Danger in a message, recognised by written patterns: needs no model, so it works when that doesn't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from index.spelling import words
from knowledge.model import UrgentRule

Phrase = tuple["Word", ...]
Group = tuple[Phrase, ...]

_LONGEST: Final = 10_000
"""Characters of a message that are looked at; Telegram sends at most 4,096."""


class PatternError(ValueError):
    """A pattern that can't be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a pattern, folded."""

    text: str
    open_end: bool
    """Whether any ending may follow."""

    def fits(self, word: str) -> bool:
        """Return whether a folded word of a message is this one."""
        return word.startswith(self.text) if self.open_end else word == self.text


@dataclass(frozen=True, slots=True)
class Pattern:
    """What must occur in one message, and what must not."""

    needed: tuple[Group, ...]
    forbidden: tuple[Group, ...]


@lru_cache(maxsize=4096)
def parse(pattern: str) -> Pattern:
    """Return the pattern in parts; the syntax is in docs/editing.md ("полис*|мент* + бурд* + !соли гузашта").

    Raises PatternError if a group or alternative is empty, a word is only a star, a star stands inside a
    word, or nothing is asked for.
    """
    needed: list[Group] = []
    forbidden: list[Group] = []
    for group in pattern.split("+"):
        stripped = group.strip()
        negative = stripped.startswith("!")
        phrases = tuple(_phrase(each, pattern) for each in stripped.removeprefix("!").split("|"))
        (forbidden if negative else needed).append(phrases)
    if not needed:
        raise PatternError(f"'{pattern}' only says what must not occur; add a group without '!'")
    return Pattern(needed=tuple(needed), forbidden=tuple(forbidden))


def _phrase(text: str, pattern: str) -> Phrase:
    phrase: list[Word] = []
    for part in text.split():
        if "*" in part.rstrip("*"):
            raise PatternError(f"'{part}' in '{pattern}': the star may only stand at the end of a word")
        folded = words(part.rstrip("*"))
        if not folded:
            raise PatternError(f"'{part}' in '{pattern}' has no letter or digit")
        phrase += [Word(each, open_end=False) for each in folded[:-1]]
        phrase.append(Word(folded[-1], open_end=part.endswith("*")))
    if not phrase:
        raise PatternError(f"'{pattern}' has an empty group or alternative; look for a '+' or '|' too many")
    return tuple(phrase)


@dataclass(frozen=True, slots=True)
class _Numbered:
    rule_id: str
    needed: frozenset[int]
    forbidden: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Rest:
    """What must follow the first word of an alternative, for the group to occur."""

    group: int
    words: tuple[Word, ...]

    def follows(self, message: Sequence[str], place: int) -> bool:
        last = place + len(self.words)
        if last >= len(message) or not self.words[0].fits(message[place + 1]):
            return False
        following = message[place + 2 : last + 1]
        return all(expected.fits(word) for expected, word in zip(self.words[1:], following, strict=True))


class _Start:
    """What a word at one place can be the beginning of."""

    def __init__(self) -> None:
        self.groups: set[int] = set()
        """Groups with this word as an alternative."""
        self.longer: list[_Rest] = []


class UrgentMatcher:
    """Written urgent patterns, made ready for many messages. Safe to share between threads.

    Groups are numbers, since many patterns share them. The words of a message lead to the groups that occur,
    and those to the patterns: what is not in the message costs nothing.
    """

    def __init__(self, rules: Sequence[UrgentRule]) -> None:
        """Take the rules in order of content; unreadable patterns are left out (`problems` names them)."""
        self._order = {rule.id: place for place, rule in enumerate(rules)}
        self._numbers: dict[Group, int] = {}
        self._exact: dict[str, _Start] = defaultdict(_Start)
        self._open: dict[str, _Start] = defaultdict(_Start)
        self._patterns: dict[int, list[_Numbered]] = defaultdict(list)
        for rule in rules:
            for pattern in _readable(rule.patterns.all()):
                needed = [self._number(group) for group in pattern.needed]
                forbidden = [self._number(group) for group in pattern.forbidden]
                # The group with the fewest alternatives occurs least, so the pattern is looked at least.
                rarest = self._number(min(pattern.needed, key=len))
                self._patterns[rarest].append(_Numbered(rule.id, frozenset(needed), frozenset(forbidden)))
        self._lengths = sorted({len(text) for text in self._open})

    def _number(self, group: Group) -> int:
        if group not in self._numbers:
            number = self._numbers[group] = len(self._numbers)
            for first, *rest in group:
                start = (self._open if first.open_end else self._exact)[first.text]
                if rest:
                    start.longer.append(_Rest(number, tuple(rest)))
                else:
                    start.groups.add(number)
        return self._numbers[group]

    def match(self, text: str) -> tuple[str, ...]:
        """Return the ids of the rules whose patterns the message matches, in order of content."""
        message = words(text[:_LONGEST])
        groups: set[int] = set()
        for place, word in enumerate(message):
            for start in self._starts(word):
                groups |= start.groups
                groups.update(rest.group for rest in start.longer if rest.follows(message, place))
        found = {
            pattern.rule_id
            for group in groups & self._patterns.keys()
            for pattern in self._patterns[group]
            if pattern.needed <= groups and pattern.forbidden.isdisjoint(groups)
        }
        return tuple(sorted(found, key=self._order.__getitem__))

    def _starts(self, word: str) -> list[_Start]:
        found = [self._exact[word]] if word in self._exact else []
        beginnings = (word[:length] for length in self._lengths if length <= len(word))
        return found + [self._open[beginning] for beginning in beginnings if beginning in self._open]


def problems(rules: Sequence[UrgentRule]) -> list[tuple[str, str]]:
    """Return (rule id, what is wrong): unreadable patterns, and counter-examples that a rule matches."""
    found: list[tuple[str, str]] = []
    for rule in rules:
        for pattern in rule.patterns.all():
            try:
                parse(pattern)
            except PatternError as error:
                found.append((rule.id, str(error)))
        matcher = UrgentMatcher([rule])
        found += [
            (rule.id, f"a pattern matches the counter-example '{example}'; add a '!' group or narrow a word")
            for example in rule.counter_examples
            if matcher.match(example)
        ]
    return found


def _readable(patterns: Iterable[str]) -> Iterable[Pattern]:
    for pattern in patterns:
        try:
            yield parse(pattern)
        except PatternError:
            continue

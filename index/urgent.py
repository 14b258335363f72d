"""Danger in a message, recognised by written patterns: needs no model, so it works when that doesn't."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import islice
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
        folded = _folded(part.rstrip("*"))
        if not folded:
            raise PatternError(f"'{part}' in '{pattern}' has no letter or digit")
        phrase += [Word(each, open_end=False) for each in folded[:-1]]
        phrase.append(Word(folded[-1], open_end=part.endswith("*")))
    if not phrase:
        raise PatternError(f"'{pattern}' has an empty group or alternative; look for a '+' or '|' too many")
    return tuple(phrase)


@lru_cache(maxsize=8192)  # four of five words in the patterns stood in another one before
def _folded(part: str) -> tuple[str, ...]:
    return tuple(words(part))


@dataclass(frozen=True, slots=True)
class _Numbered:
    rule_id: str
    needed: frozenset[int]
    forbidden: frozenset[int]


class _Node:
    """What the words of alternatives lead to that begin with the same ones."""

    __slots__ = ("exact", "groups", "open")

    def __init__(self) -> None:
        self.groups: list[int] = []
        """Groups with an alternative that ends here."""
        self.exact: dict[str, _Node] = {}
        self.open: dict[int, dict[str, _Node]] = {}
        """Words of which any ending may follow, by their length."""

    def child(self, word: Word) -> _Node:
        """Return where this word leads, a new place if no alternative had it here."""
        nodes = self.open.setdefault(len(word.text), {}) if word.open_end else self.exact
        return nodes.setdefault(word.text, _Node())

    def following(self, word: str) -> Iterator[_Node]:
        """Yield each place that a word of a message leads to."""
        if word in self.exact:
            yield self.exact[word]
        for length, nodes in self.open.items():
            if word[:length] in nodes:
                yield nodes[word[:length]]


class UrgentMatcher:
    """Written urgent patterns, made ready for many messages. Safe to share between threads.

    Groups are numbers, since many patterns share them. The words of a message lead to the groups that occur,
    and those to the patterns: what is not in the message costs nothing.
    """

    def __init__(self, rules: Sequence[UrgentRule]) -> None:
        """Take the rules in order of content; unreadable patterns are left out (`problems` names them)."""
        self._order = {rule.id: place for place, rule in enumerate(rules)}
        self._numbers: dict[Group, int] = {}
        self._root = _Node()
        self._patterns: dict[int, list[_Numbered]] = defaultdict(list)
        for rule in rules:
            for pattern in _readable(rule.patterns.all()):
                needed = [self._number(group) for group in pattern.needed]
                forbidden = [self._number(group) for group in pattern.forbidden]
                # The group with the fewest alternatives occurs least, so the pattern is looked at least.
                rarest = self._number(min(pattern.needed, key=len))
                self._patterns[rarest].append(_Numbered(rule.id, frozenset(needed), frozenset(forbidden)))

    def _number(self, group: Group) -> int:
        if group not in self._numbers:
            number = self._numbers[group] = len(self._numbers)
            for phrase in group:
                reduce(_Node.child, phrase, self._root).groups.append(number)
        return self._numbers[group]

    def match(self, text: str) -> tuple[str, ...]:
        """Return the ids of the rules whose patterns the message matches, in order of content."""
        message = words(text[:_LONGEST])
        groups: set[int] = set()
        for begin in range(len(message)):
            places = [self._root]
            for word in islice(message, begin, None):
                places = [child for place in places for child in place.following(word)]
                if not places:
                    break
                for place in places:
                    groups.update(place.groups)
        found = {
            pattern.rule_id
            for group in groups & self._patterns.keys()
            for pattern in self._patterns[group]
            if pattern.needed <= groups and pattern.forbidden.isdisjoint(groups)
        }
        return tuple(sorted(found, key=self._order.__getitem__))


def problems(rules: Sequence[UrgentRule]) -> list[tuple[str, str]]:
    """Return (rule id, what is wrong): unreadable patterns, and counter-examples that a rule matches."""
    found: list[tuple[str, str]] = []
    matcher = UrgentMatcher(rules)
    for rule in rules:
        for pattern in rule.patterns.all():
            try:
                parse(pattern)
            except PatternError as error:
                found.append((rule.id, str(error)))
        found += [
            (rule.id, f"a pattern matches the counter-example '{example}'; add a '!' group or narrow a word")
            for example in rule.counter_examples
            if rule.id in matcher.match(example)
        ]
    return found


def _readable(patterns: Iterable[str]) -> Iterable[Pattern]:
    for pattern in patterns:
        try:
            yield parse(pattern)
        except PatternError:
            continue

"""Judges whether a text is advertising: by offers, disguises and heaps of words, never by subject alone."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.intake.fold import Word, fold, words
from knowledge.intake.hooks import foreign_addresses, has_handle, hooks
from knowledge.intake.terms import Hit, Terms

THRESHOLD = 2.0
"""Advertising has at least this weight; tuned on tests/knowledge/pages (docs/decisions/0003-intake.md)."""

_THEY = re.compile("[а-я]{3,}(?:[аяуюе]ют|ут|ют|ят|атся|ятся|утся|ются|анд)")
"""Third person plural of Russian and Tajik verbs, folded: they sell, they promise."""
_TELLING = frozenset(
    {"they", "their", "them", "was", "were", "been", "could", "may", "must", "should", "can", "had", "said"}
)
_BRAND = re.compile(
    r"(?!alphabet|better|betw|betr|beth|beta$|tibet)(?:bet[a-z0-9]{3,}|[a-z0-9]{2,}(?:bets?|casino|slots|poker)"
    r"|(?:casino|slots?|poker)[a-z0-9]{2,}|\d+[a-z]?(?:bet|win|slot)[a-z]*)"
)
"""Names that betting shops and casinos give themselves."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against a text being advertising."""

    words: list[Word]
    certain: dict[str, set[int]]
    """Terms per group that an honest text hardly ever contains."""
    subject: dict[str, set[int]]
    offers: float
    disguised: int
    warnings: float
    official: int
    hooks: float
    """Addresses, handles, prices and shouting: ways to make a reader act."""
    address: bool
    telling: float
    """Words in which others are told about, as in a report: third persons, things that were done."""
    phrase: bool
    """Whether a certain term of several words was found."""
    heap: bool
    """A row of keywords instead of a sentence."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Offsets of everything in the text that speaks for advertising."""

    @property
    def groups(self) -> set[str]:
        """Return the groups that the text is about."""
        # papers are what the whole site is about: they say something only beside an offer
        quiet = {"documents"} if self.offers < 1.4 else set()
        return {*self.certain, *(set(self.subject) - quiet)}

    @property
    def group(self) -> str:
        """Return the group with the most terms, or '' if the text is about none."""
        found = {
            each: 2 * len(self.certain.get(each, ())) + len(self.subject.get(each, ()))
            for each in self.groups
        }
        return max(sorted(found), key=lambda each: found[each]) if found else ""

    @property
    def suspicious(self) -> bool:
        """Return whether anything at all speaks for advertising."""
        return bool(self.groups or self.offers or self.hooks or self.disguised)


@cache
def _terms() -> Terms:
    found = _file()
    lists = {f"certain {name}": each["certain"] for name, each in found["groups"].items()}
    lists |= {f"subject {name}": each["subject"] for name, each in found["groups"].items()}
    lists |= {"offer": found["offer"]["strong"], "bait": found["offer"]["weak"]}
    lists |= {"warning": found["warning"]["strong"], "caution": found["warning"]["weak"]}
    return Terms({**lists, "official": found["official"]})


def evidence(text: str, links: Collection[str] = (), host: str = "") -> Evidence:
    """Return what speaks for and against a text being advertising.

    links: addresses that the text leads to; host: the page's own, to which links are innocent.
    """
    inside = _file()["inside"]
    found = words(text)
    hits = _terms().find(found)
    certain: dict[str, set[int]] = {}
    subject: dict[str, set[int]] = {}
    sure = [(name[8:], hit) for name, each in hits.items() if name.startswith("certain ") for hit in each]
    taken, size_sure = _add_apart(sure, certain, set())
    maybe = [(name[8:], hit) for name, each in hits.items() if name.startswith("subject ") for hit in each]
    _, size = _add_apart(maybe, subject, taken)
    pitch = [hit for _, hit in (*sure, *maybe)]
    offers, warnings, cautions = hits["offer"], hits["warning"], hits["caution"]
    offered = {at for hit in offers for at in range(hit.start, hit.end)}
    baits = [hit for hit in hits["bait"] if hit.start not in offered | taken]
    addresses = foreign_addresses(text, links, host)
    if any(piece in each.lower() for each in addresses for piece in inside):
        certain.setdefault("links", set()).add(-1)
    brands = {word.plain for word in found if _BRAND.fullmatch(word.plain)}
    if brands and not certain.get("gambling"):
        certain["gambling"] = {-3}
    joined = [word for word in found if word.joined and any(p in r for r in word.readings for p in inside)]
    if joined:
        certain.setdefault("links", set()).add(-2)
    official = {hit.term for hit in hits["official"]}
    disguised = {hit.start for hit in (*pitch, *offers) if hit.disguised} | {id(word) for word in joined}
    distinct_baits = {found[hit.start].plain for hit in baits}
    return Evidence(
        words=found,
        certain=certain,
        subject=subject,
        offers=min(len({hit.term for hit in offers}), 4) + 0.4 * min(len(distinct_baits), 4),
        disguised=len(disguised),
        warnings=len({found[hit.start].plain for hit in warnings}) + 0.4 * bool(cautions),
        official=len(official),
        hooks=hooks(text, addresses=bool(addresses)),
        address=bool(addresses) or has_handle(text),
        telling=_telling(found),
        phrase=any(hit.size > 1 for _, hit in sure),
        heap=_is_heap(found, size + size_sure, certain=bool(certain)),
        spans=[(found[hit.start].start, found[hit.end - 1].end) for hit in (*pitch, *offers, *baits)],
    )


def weight(
    found: Evidence,
    *,
    honest_groups: Collection[str] = (),
    warned: float = 0.0,
    quoted: bool = False,
    foreign: bool = False,
) -> float:
    """Return how much speaks for advertising; from THRESHOLD on it is.

    honest_groups: subjects that the page itself warns about;
    warned: warnings in the text's surroundings, 0 to 2;
    quoted: whether what is suspicious stands in quotation marks beside a warning;
    foreign: whether the text is in another script than its page.
    """
    sure = sum((1.7 if name == "documents" else 2.0) * len(each) for name, each in found.certain.items())
    sold = (
        bool(found.subject.get("documents")) and found.offers >= 1.4 and not (found.warnings or found.telling)
    )
    about = float(sum(len(each) for name, each in found.subject.items() if name != "documents"))
    about += 1.2 * (sold and not found.certain.get("documents"))
    if found.groups and found.groups <= set(honest_groups):
        sure, about = 0.6 * sure, 0.5 * about
    about = min(about, 3.0)
    # a name alone is less than a name with an offer
    plain_name = len(found.words) <= 6 and not (found.official or found.warnings or found.telling)
    acted = plain_name or found.offers or found.hooks or found.disguised or found.heap or found.phrase
    sure *= 1.0 if acted else 0.7
    acting = found.offers + found.hooks + 2.0 * min(found.disguised, 2) + 1.5 * found.heap
    acting += 0.8 * foreign if found.groups else 0.0
    if not found.groups:
        # without a subject only the tone speaks, and citizens are addressed too
        unlike = not (found.official or found.warnings or found.telling)
        acting, about = acting - (1.3 if unlike else 1.5), 0.0
    elif acting < 0.8:
        about = 0.0
    elif acting < 1.2:
        about = min(about, 1.0)
    against = 1.6 * min(found.warnings + warned, 2.2)
    if not (found.disguised or found.heap or found.address):
        against += found.telling
    if found.address and found.offers >= 1 and not quoted:
        against *= 0.5
    if not sold and "documents" not in found.certain and not found.disguised:
        against += 0.35 * min(found.official, 4)
    return min(sure, 6.0) + about + acting - against


def _add_apart(
    hits: list[tuple[str, Hit]], into: dict[str, set[int]], taken: set[int]
) -> tuple[set[int], int]:
    # longer terms first; one that overlaps a counted one says nothing new
    taken, size = set(taken), 0
    for name, hit in sorted(hits, key=lambda each: (each[1].start - each[1].end, each[1].start)):
        words_of_it = set(range(hit.start, hit.end))
        if taken.isdisjoint(words_of_it):
            into.setdefault(name, set()).add(hit.term)
            taken |= words_of_it
            size += hit.size
    return taken, size


def _telling(found: list[Word]) -> float:
    plural = sum(bool(_THEY.fullmatch(word.plain)) for word in found)
    return min(0.8 * plural, 1.6) + min(0.4 * sum(word.plain in _TELLING for word in found), 0.8)


def _is_heap(found: list[Word], covered: int, *, certain: bool) -> bool:
    if not covered or (not certain and covered < 4):
        return False
    functional = sum(word.plain in _function_words() for word in found)
    return covered / len(found) >= 0.45 or (
        len(found) >= 8 and functional / len(found) < 0.12 and covered >= 3
    )


@cache
def _function_words() -> frozenset[str]:
    return frozenset(fold(each) for each in _file()["function_words"].split())


@cache
def _file() -> Any:
    return yaml.safe_load((Path(__file__).parent / "advertising.yaml").read_text(encoding="utf-8"))

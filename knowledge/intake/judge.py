"""Decides for each piece of a page whether it stays, looking at the piece and at what stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from knowledge.intake import guess
from knowledge.intake.advertising import THRESHOLD, evidence, weight
from knowledge.intake.blocks import CELL, CLOSE, OPEN, Block, links_in, plain
from knowledge.intake.sentences import pieces
from knowledge.intake.units import Kept, Unit, goes_along, in_quotation, same_sentence

Learned = Callable[[Sequence[str]], Sequence[float]]
"""Natural log-odds, one per piece of a page in its order, that the piece is advertising."""

MOST_LEARNED = 400
"""Pieces of a page that a learned judge is asked about, the most suspicious first: about two seconds."""

BY_RULES = 0.8
ON_ANY_PAGE = 1.5
ON_A_HACKED_PAGE = 0.0
"""A piece is advertising too where its log-odds and BY_RULES of its weight reach one of these: the lower one
once two pieces of the page are advertising. Chosen on tests/knowledge/pages: docs/decisions/0003-intake.md"""

_SEGMENT = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_SOLD_TO_CITIZENS = frozenset({"documents", "loans", "investment", "goods"})
"""Groups whose advertising names citizens and offices itself, so that official words prove nothing."""


class Judge:
    """Judges the blocks of one page."""

    def __init__(self, blocks: list[Block], title: str, host: str, learned: Learned | None = None) -> None:
        self._blocks = blocks
        self._host = host
        self._learned = learned
        self._title = title
        self._script = guess.script(
            "\n".join(each.plain for each in blocks if not each.aside and each.kind != "heading")
        )
        self._honest: set[str] = set()
        self._units = [
            unit for at, block in enumerate(blocks) if not block.aside for unit in self._cut(at, block)
        ]
        self._by_block: dict[int, list[Unit]] = {}
        for unit in self._units:
            self._by_block.setdefault(unit.block, []).append(unit)
        self._honest = self._groups_warned_of()
        self._weigh()
        self._ask_learned()
        for units in self._by_block.values():
            self._settle_block(units)
        self._settle_neighbours()
        for unit in self._units:
            self._lift_out(unit)

    def kept(self) -> list[Kept]:
        """Return what stays, in the page's order."""
        found = []
        for at, block in enumerate(self._blocks):
            units = self._by_block.get(at, [])
            text = "".join(unit.text + unit.gap for unit in units if not unit.out)
            # A semicolon at the end is the page's own, unless what it stood before has gone.
            loose = ";" if units and units[-1].out else ""
            text = plain(re.sub(rf"[\s{loose}|{CELL}]+$", "", text))
            if text:
                found.append(Kept(text, block.kind, block.level, block.marker))
        return found

    def set_aside(self) -> Iterator[tuple[str, str]]:
        """Yield (text, reason) for all that does not stay, in the page's order."""
        for at, block in enumerate(self._blocks):
            if block.aside:
                yield block.plain, self._reason_with(block.aside, block.plain)
                continue
            together: list[tuple[str, str]] = []
            for unit in self._by_block.get(at, ()):
                text = unit.text if unit.out else unit.cut
                if text and together and unit.out:
                    together[-1] = (together[-1][0] + " " + text, together[-1][1])
                elif text:
                    together.append((text, self.reason(plain(text), unit)))
            yield from ((plain(text), reason) for text, reason in together)

    def is_advertising(self, text: str) -> bool:
        """Return whether a text of this page outside its body, such as its title, is advertising."""
        return bool(text) and self._alone(text) >= THRESHOLD

    def reason(self, text: str, unit: Unit | None = None) -> str:
        """Return why an advertisement was set aside: 'advertising', with its group where one is known."""
        group = evidence(text).group
        if not group and unit is not None:
            group = next((each.found.group for each in self._by_block[unit.block] if each.found.group), "")
        return f"advertising: {group}" if group else "advertising"

    def _reason_with(self, aside: str, text: str) -> str:
        return (
            f"{aside}; {self.reason(text)}" if aside != "advertising" and self.is_advertising(text) else aside
        )

    def _alone(self, text: str) -> float:
        return weight(
            evidence(plain(text), (), self._host), honest_groups=self._honest, foreign=self._is_foreign(text)
        )

    def _cut(self, at: int, block: Block) -> Iterator[Unit]:
        cells = block.text.split(CELL) if block.kind == "row" else []
        cut = [(cell, CELL) for cell in cells] if cells else pieces(block.text)
        for order, (text, gap) in enumerate(cut):
            found = evidence(text, links_in(text, block.links), self._host)
            yield Unit(at, text, gap, found, self._is_foreign(text), order)

    def _is_foreign(self, text: str) -> bool:
        own = guess.script(text)
        return bool(own and self._script and own != self._script and len(text.split()) >= 2)

    def _groups_warned_of(self) -> set[str]:
        return {
            group
            for unit in self._units
            if unit.found.warnings >= 1
            and unit.found.offers < 1.5
            and not unit.found.address
            and weight(unit.found) < THRESHOLD
            for group in unit.found.groups
        }

    def _weigh(self) -> None:
        title = 0.4 * (evidence(self._title).warnings >= 1)
        heading, lead = title, 0.0
        page_warns = sum(unit.found.warnings >= 1 for unit in self._units) >= 2
        for at, block in enumerate(self._blocks):
            units = self._by_block.get(at, [])
            if block.kind == "heading":
                heading = max(title, 0.4 * any(unit.found.warnings >= 1 for unit in units))
            if block.kind not in ("item", "row"):
                lead = 0.0
            for unit, before, after in zip(units, [None, *units], [*units[1:], None], strict=False):
                around = 0.4 * any(each is not None and each.found.warnings >= 1 for each in (before, after))
                near = any(each is not None and each.found.warnings > 0 for each in (unit, before, after))
                quoted = (near or heading > 0 or lead > 0 or page_warns) and in_quotation(unit)
                warned = 2.2 if quoted else 0.0 if unit.found.address else max(heading, lead, around)
                unit.weight = weight(
                    unit.found, honest_groups=self._honest, warned=warned, quoted=quoted, foreign=unit.foreign
                )
                unit.out = unit.weight >= THRESHOLD
            if block.plain.endswith(":") and (heading or any(unit.found.warnings > 0 for unit in units)):
                lead = 1.2

    def _ask_learned(self) -> None:
        if self._learned is None:
            return
        worst = sorted(self._units, key=lambda unit: -unit.weight)[:MOST_LEARNED]
        chosen = {id(unit) for unit in worst}
        asked = [unit for unit in self._units if id(unit) in chosen and plain(unit.text)]
        for unit, odds in zip(asked, self._learned([plain(unit.text) for unit in asked]), strict=True):
            unit.odds = odds + BY_RULES * min(max(unit.weight, -3.0), THRESHOLD)
        hacked = sum(unit.out or unit.odds >= ON_ANY_PAGE for unit in asked) >= 2
        for unit in asked:
            unit.out = unit.out or unit.odds >= (ON_A_HACKED_PAGE if hacked else ON_ANY_PAGE)

    def _settle_block(self, units: list[Unit]) -> None:
        block = self._blocks[units[0].block]
        if not any(unit.out for unit in units) and len(units) > 1:
            self._weigh_whole(block, units)
        if block.kind == "row" and units[0].out:
            for unit in units:
                unit.out = unit.out or unit.found.official == 0
        for order in (units, units[::-1]):
            for before, unit in pairwise(order):
                along = goes_along(unit, row=block.kind == "row") or same_sentence(before, unit)
                if before.out and not unit.out and along:
                    unit.out = True

    def _weigh_whole(self, block: Block, units: list[Unit]) -> None:
        whole = evidence(" ".join(unit.text for unit in units), block.links, self._host)
        if len(whole.words) > 60 or whole.warnings >= 1 or whole.telling or whole.official > 1:
            return
        if weight(whole, honest_groups=self._honest, foreign=self._is_foreign(block.plain)) < THRESHOLD + 0.6:
            return
        for unit in units:
            unit.out = goes_along(unit, row=block.kind == "row")

    def _settle_neighbours(self) -> None:
        order = [self._by_block[at] for at in sorted(self._by_block)]
        for blocks in (order, order[::-1]):
            for before, units in pairwise(blocks):
                if all(unit.out for unit in before) and not any(unit.found.warnings >= 1 for unit in units):
                    for unit in units:
                        listed = bool(unit.found.certain) or (
                            bool(unit.found.subject) and unit.found.offers >= 1
                        )
                        unit.out = unit.out or (unit.weight >= 1.0 and listed)
        for before, units, after in zip(order, order[1:], order[2:], strict=False):
            between = all(unit.out for unit in (*before, *after))
            short = sum(len(unit.found.words) for unit in units) <= 8
            if between and short and all(unit.out or goes_along(unit, row=False) for unit in units):
                for unit in units:
                    unit.out = True

    def _lift_out(self, unit: Unit) -> None:
        if OPEN in unit.text:
            self._lift_segments(unit)
        if unit.out and unit.found.group not in _SOLD_TO_CITIZENS and not unit.cut:
            self._lift_heap(unit)

    def _lift_segments(self, unit: Unit) -> None:
        links = self._blocks[unit.block].links
        bad = []
        for match in _SEGMENT.finditer(unit.text):
            inside = match.group(1)
            found = evidence(plain(inside), links_in(inside, links), self._host)
            against = weight(found, honest_groups=self._honest, foreign=self._is_foreign(inside))
            sure = unit.out or (against >= THRESHOLD + 0.5 and (found.address or unit.found.warnings < 1))
            if sure and against >= THRESHOLD:
                bad.append(match.group())
        rest = _SEGMENT.sub(lambda match: " " if match.group() in bad else match.group(), unit.text)
        left = evidence(plain(rest))
        honest = len(left.words) >= 5 and (left.official >= 1 or not left.groups)
        if bad and honest and weight(left, foreign=self._is_foreign(rest)) < 1.0:
            unit.out, unit.text, unit.cut = False, rest, " ".join(bad)

    def _lift_heap(self, unit: Unit) -> None:
        found = unit.found
        terms = sum(len(each) for each in found.certain.values()) + sum(
            len(each) for each in found.subject.values()
        )
        if not found.spans or not (found.heap or terms >= 3 or found.disguised):
            return
        first, last = min(start for start, _ in found.spans), max(end for _, end in found.spans)
        for rest, cut in ((unit.text[:first], unit.text[first:]), (unit.text[last:], unit.text[:last])):
            left = evidence(plain(rest))
            if len(left.words) >= 7 and left.official >= 2:
                unit.out, unit.text, unit.cut = False, rest, cut
                return

"""Numbers in articles, so that languages of one topic cannot contradict each other unseen."""

from __future__ import annotations

import re

from knowledge.markdown import CONTACT

# Groups of three digits are joined by a space (also a non-breaking or thin one), a comma or a dot.
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_LINK = re.compile(r"\]\([^)]*\)")
_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)


def figures(text: str) -> frozenset[str]:
    """Return the numbers in this Markdown as digits alone: '5 000', '5,000' and '5000' are the same.

    List numbers, links and contact places do not count. Separators are dropped altogether, so that
    '2.842' and '2,842' are the same too; the result is for comparing, not for counting.
    """
    bare = _LIST_NUMBER.sub("", _LINK.sub("]", CONTACT.sub("", text)))
    return frozenset(re.sub(r"\D", "", match[0]) for match in _NUMBER.finditer(bare))

"""The same message as somebody else would have typed it: for teaching and for measuring, drawn by chance."""

from __future__ import annotations

import re
import unicodedata
from random import Random
from typing import Final

from index.spelling import TO_CYRILLIC_TWIN, TO_LATIN_TWIN, letterless

__all__ = ["clipped", "decomposed", "latin", "letterless", "look_alikes", "stretched", "typos"]

# What people choose from when they type Cyrillic with Latin letters; one way is drawn for a whole message.
_LATIN_WAYS: Final[dict[str, tuple[str, ...]]] = {
    "а": ("a",), "б": ("b",), "в": ("v",), "г": ("g",), "ғ": ("gh", "g'", "g"), "д": ("d",),
    "е": ("e", "ye"), "ё": ("yo",), "ж": ("zh", "j"), "з": ("z",), "и": ("i",), "ӣ": ("i", "iy", "i"),
    "й": ("y", "i"), "к": ("k",), "қ": ("q", "k"), "л": ("l",), "м": ("m",), "н": ("n",), "о": ("o",),
    "п": ("p",), "р": ("r",), "с": ("s",), "т": ("t",), "у": ("u",), "ӯ": ("u", "o'", "o"), "ф": ("f",),
    "х": ("kh", "x", "h"), "ҳ": ("h",), "ц": ("ts", "s"), "ч": ("ch", "c"), "ҷ": ("j",), "ш": ("sh",),
    "щ": ("sh", "sch"), "ъ": ("'", ""), "ы": ("i", "y"), "ь": ("", "'"), "э": ("e",), "ю": ("yu",),
    "я": ("ya",), "ў": ("o'",),
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
# Letters that lie side by side on the Russian keyboard of a phone.
_ROWS: Final = ("йцукенгшщзх", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE: Final = {
    letter: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _ROWS
    for place, letter in enumerate(row)
}
_TWINS: Final = TO_CYRILLIC_TWIN | TO_LATIN_TWIN
_VOWELS: Final = "аеиоуӯыэюяaeiou"
_SHORTEST: Final = 4
"""Letters of a word that is damaged; a shorter one would become another word."""


def latin(text: str, chance: Random) -> str:
    """Return the text in Latin chat spelling, by one convention from start to end."""
    ways = {letter: chance.choice(choices) for letter, choices in _LATIN_WAYS.items()}
    capitals = {letter.upper(): way.capitalize() for letter, way in ways.items()}
    return text.translate({ord(letter): way for letter, way in (ways | capitals).items()})


def typos(text: str, chance: Random, share: float = 0.12) -> str:
    """Return the text with one slip of the thumb in about this share of its words."""

    def slipped(match: re.Match[str]) -> str:
        word = match[0]
        if len(word) < _SHORTEST or chance.random() >= share:
            return word
        place = chance.randrange(1, len(word))
        before, letter, after = word[:place], word[place], word[place + 1 :]
        slips = [
            before + after,
            before + letter * 2 + after,
            before[:-1] + letter + before[-1] + after,
            before + chance.choice(_BESIDE.get(letter) or letter) + after,
        ]
        return chance.choice(slips)

    return _WORD.sub(slipped, text)


def clipped(text: str, chance: Random, share: float = 0.2) -> str:
    """Return the text with about this share of its words left out, never all of them."""
    words = text.split()
    kept = [word for word in words if chance.random() >= share]
    return " ".join(kept if len(kept) * 2 >= len(words) else words)


def look_alikes(text: str, chance: Random, share: float = 0.3) -> str:
    """Return the text with about this share of its small letters replaced by those of the other alphabet that
    look like them, never all of a word: as copied texts are, and those typed on two keyboards.
    """

    def mixed(match: re.Match[str]) -> str:
        word = match[0]
        swapped = [chance.random() < share and each.islower() for each in word]
        letters = zip(word[1:], swapped[1:], strict=True)
        return word[0] + "".join(each.translate(_TWINS) if swap else each for each, swap in letters)

    return _WORD.sub(mixed, text)


def stretched(text: str, chance: Random, share: float = 0.2) -> str:
    """Return the text with a vowel drawn out in about this share of its words: "салооом"."""

    def drawn_out(match: re.Match[str]) -> str:
        word = match[0]
        vowels = [place for place, letter in enumerate(word) if letter.lower() in _VOWELS]
        if not vowels or chance.random() >= share:
            return word
        place = chance.choice(vowels)
        return word[:place] + word[place] * chance.randint(2, 4) + word[place + 1 :]

    return _WORD.sub(drawn_out, text)


def decomposed(text: str) -> str:
    """Return the text in another Unicode form, as some phones send it: a letter, then its sign (NFD)."""
    return unicodedata.normalize("NFD", text)

"""Which pieces of the vocabulary stay, and which letters are new."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

LOOK_ALIKE = dict(zip("ғӣқӯҳҷўҒӢҚӮҲҶЎ", "гикухчуГИКУХЧУ", strict=True))
"""Letters that must be known pieces; a new one starts from the vector of the plain letter beside it."""

Piece = tuple[str, float]
"""A piece and its score, the log of its probability in the text that the base learned from."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The new vocabulary; its places are the new ids."""

    pieces: list[Piece]
    rows: list[int]
    """For each piece the old id whose vector it gets; a new letter gets that of its look-alike."""
    added: list[str]


def choose(pieces: Sequence[Piece], special: Collection[str], seen: Collection[int], size: int) -> Choice:
    """Return a vocabulary of `size` pieces, in the old order, with the missing letters at its end.

    pieces: the whole vocabulary by id. special: names of marks like "<s>". seen: ids that occur in our text.
    What must stay: marks, pieces seen, everything Cyrillic, ASCII up to three letters, digits, signs (emoji
    too), single Latin letters. The rest of `size` is filled with the likeliest ASCII words of the base.
    If more must stay than `size` says, all of it stays.
    """
    needed = {
        number
        for number, (piece, _) in enumerate(pieces)
        if number in seen or piece in special or _is_needed(piece.removeprefix("▁"))
    }
    known = {pieces[number][0]: number for number in needed}
    added = [letter for letter in LOOK_ALIKE if letter not in known]
    words = [
        number
        for number, (piece, _) in enumerate(pieces)
        if number not in needed and piece.removeprefix("▁").isascii()
    ]
    words.sort(key=lambda number: (-pieces[number][1], number))
    room = max(0, size - len(needed) - len(added))
    kept = sorted(needed | set(words[:room]))
    plain = [known[LOOK_ALIKE[letter]] for letter in added]
    new = [(letter, pieces[number][1]) for letter, number in zip(added, plain, strict=True)]
    return Choice([*(pieces[number] for number in kept), *new], [*kept, *plain], added)


def _is_needed(text: str) -> bool:
    if text.isascii():
        return len(text) <= 3 or not text.isalpha()
    if len(text) == 1 and unicodedata.name(text, "").startswith(("LATIN", "COMBINING")):
        return True
    return all(unicodedata.name(letter, "").startswith("CYRILLIC") or _is_sign(letter) for letter in text)


def _is_sign(letter: str) -> bool:
    # Modifier letters: Uzbek writes oʻ and gʻ with one.
    return unicodedata.category(letter)[0] in "PS" or unicodedata.name(letter, "").startswith("MODIFIER")

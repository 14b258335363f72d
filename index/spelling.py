"""One spelling for comparing texts: like words become alike, whatever keyboard they were typed on.

The folded form is for machines only: it merges what chat spelling confuses, and nobody is shown it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

LatinConvention = Literal["tg", "ru", "uz"]

# -- from any Unicode to plain words

_APOSTROPHES: Final = "'`´ʹʻʼʽˈ‘’‛′＇"
_SPECIAL_LATIN: Final = {
    "ş": "sh", "š": "sh", "ç": "ch", "č": "ch", "ž": "zh", "ğ": "gh", "ı": "i", "ö": "o'", "ó": "o'",
    "ō": "o'", "õ": "o'", "ə": "a", "ß": "ss", "æ": "e", "ø": "o", "ł": "l", "đ": "d", "œ": "e",
}  # fmt: skip
_HARMLESS = re.compile(r"[ -~А-яЁёҒғӢӣҚқӮӯҲҳҶҷЎў«»“”–—…\n]*")


class _Letters(dict[int, str]):
    """One character's plain form, worked out when it is first met: no accents, nothing invisible."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in _APOSTROPHES:
            plain = "'"
        elif character.isspace():
            plain = " "
        elif category[0] == "C" or category == "Mn":
            plain = ""
        elif character.lower() in _SPECIAL_LATIN:
            plain = _SPECIAL_LATIN[character.lower()]
        else:
            base = unicodedata.normalize("NFD", character)[0]
            plain = base if base.isascii() and base.isalpha() else character
        self[code] = plain
        return plain


_PLAIN: Final = _Letters()


def tidy(text: str) -> str:
    """Return the text in one Unicode form, without invisible characters, with one kind of apostrophe.

    Never fails, whatever the string holds (lone surrogates, controls). Case and letters stay as they were,
    except that accented Latin letters lose their accents ('ş' becomes 'sh').
    """
    if _HARMLESS.fullmatch(text):
        return " ".join(text.split())
    composed = unicodedata.normalize("NFKC", text)
    return " ".join(composed.translate(_PLAIN).split())


# -- letters of the other alphabet that only look right

TO_CYRILLIC_TWIN: Final = str.maketrans("aceopxykmtbhiACEOPXYKMTBHI", "асеорхукмтвніАСЕОРХУКМТВНІ")
TO_LATIN_TWIN: Final = str.maketrans("асеорхукмтвніАСЕОРХУКМТВНІ", "aceopxykmtbhiACEOPXYKMTBHI")
# Not in one pattern: it would take the square of a word's length, seconds for a message of one letter.
_MIXED = re.compile("[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")


def _mended(match: re.Match[str]) -> str:
    word = match[0]
    if not _MIXED.search(word):
        return word
    latin = len(_LATIN.findall(word))
    if 2 * latin <= len(word):
        mended = word.translate(TO_CYRILLIC_TWIN)
        return word if _LATIN.search(mended) else mended
    mended = word.translate(TO_LATIN_TWIN)
    return mended if mended.isascii() else word


def mend_look_alikes(text: str) -> str:
    """Return the text with words of two alphabets put into one, where the strangers are mere look-alikes."""
    return _WORD.sub(_mended, text) if _MIXED.search(text) else text


# -- Latin chat spelling

# What is common to all three languages; ' stands for every apostrophe.
_GROUPS: Final = {
    "shch": "щ", "sch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "gh": "ғ", "g'": "ғ", "ts": "ц",
    "yo'": "йӯ", "jo'": "ҷӯ", "o'": "ӯ", "yo": "ё", "yu": "ю", "ya": "я", "ye": "е",
}  # fmt: skip
_SINGLE: Final = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгҳиҷклмнопқрстуввхйз", strict=True))
_BY_LANGUAGE: Final[dict[LatinConvention, dict[str, str]]] = {
    "tg": {"iy": "ӣ"},
    "ru": {"gh": "г", "g'": "г", "h": "х", "j": "ж", "q": "к", "iy": "ий", "yy": "ый", "'": "ь"},
    "uz": {"yo'": "йў", "jo'": "жў", "o'": "ў", "j": "ж"},
}
_TABLES: Final = {language: _GROUPS | _SINGLE | own for language, own in _BY_LANGUAGE.items()}
_PATTERNS: Final = {
    language: re.compile("|".join(sorted(table, key=len, reverse=True)))
    for language, table in _TABLES.items()
}


def to_cyrillic(text: str, language: LatinConvention = "tg") -> str:
    """Return the text in lower case with Latin chat spelling turned to the Cyrillic letters of this language.

    Several conventions are understood (sh/ş, ch/ç, kh/x/h, gh/g', oʻ/ö); what is Cyrillic stays.
    A guess, made for comparing and encoding, not for reading.
    """
    table = _TABLES[language]
    return _PATTERNS[language].sub(lambda found: table[found[0]], mend_look_alikes(tidy(text)).lower())


# -- Tajik on a Russian keyboard

_LETTERLESS: Final = str.maketrans("ғӣқӯҳҷўҒӢҚӮҲҶЎ", "гикухчуГИКУХЧУ")


def letterless(text: str) -> str:
    """Return Tajik as it is typed on a Russian keyboard: ғ ӣ қ ӯ ҳ ҷ by г и к у х ч."""
    return text.translate(_LETTERLESS)


# -- the folded form

# Without regard to language: ж, ч, ҷ, j, zh and ch become one letter, and so do и, й, ы, i and y.
_FOLD_GROUPS: Final = {
    "shch": "ш", "sch": "ш", "sh": "ш", "ch": "ч", "zh": "ч", "kh": "х", "gh": "г", "g'": "г",
    "yo'": "иу", "jo'": "чу", "o'": "у", "yo": "е", "yu": "ю", "ya": "я", "ye": "е",
    "йо": "е", "йу": "ю", "йа": "я", "йе": "е",
}  # fmt: skip
_FOLD_LETTERS: Final = (
    dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхичклмнопкрстуввхиз", strict=True))
    | dict(zip("ғӣқӯҳҷўёэйыщжґіїєөүұңәһќѓј", "гикухчуееиишчгииеоуунахкги", strict=True))
    | {"ц": "тс", "c": "тс", "ъ": "", "ь": "", "'": ""}
)
_FOLD_PATTERN = re.compile("|".join(sorted(_FOLD_GROUPS, key=len, reverse=True)))
_FOLD_SINGLE: Final = str.maketrans(_FOLD_LETTERS)
_REPEATED = re.compile(r"([^\W\d_])\1+")
_MOST_ROUNDS: Final = 8


def fold(text: str) -> str:
    """Return the spelling used to compare texts: lower-case Cyrillic, few letters, single spaces.

    Any string works, and folding twice changes nothing. Latin letters become Cyrillic whatever the language,
    so that a wrong guess of the language can't change an answer; letters that people swap (ғ/г, ҷ/ч/ж,
    и/й/ы/ӣ, ӯ/ў/у, э/ё/е, щ/ш) become one, signs and apostrophes go, doubled letters become single.
    Letter pairs and what each was worth: docs/decisions/0004-spelling.md
    """
    folded = _fold_once(text)
    if _HARMLESS.fullmatch(text):
        return folded
    for _ in range(_MOST_ROUNDS):  # rare scripts: dropping one character can let two others compose
        again = _fold_once(folded)
        if again == folded:
            break
        folded = again
    return folded


def _fold_once(text: str) -> str:
    lower = mend_look_alikes(tidy(text)).lower()
    letters = _FOLD_PATTERN.sub(lambda found: _FOLD_GROUPS[found[0]], lower).translate(_FOLD_SINGLE)
    return " ".join(_REPEATED.sub(r"\1", letters).split())


def words(text: str) -> list[str]:
    """Return the words of the folded text, in order; digits count as words, punctuation does not."""
    return re.findall(r"[^\W_]+", fold(text))

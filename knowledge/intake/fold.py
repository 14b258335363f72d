"""One spelling for words that intruders disguise: look-alike letters, digits for letters, spaced letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_HIDING = "\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
INVISIBLE = re.compile(f"[\u00ad{_HIDING}]")
"""Characters that show nothing."""

_ONE_SPELLING = str.maketrans("қғҳҷӯӣё’ʻʼ", "кгхчуие'''", "ъ")
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
_AS_LATIN = str.maketrans(
    "асеорхукмтнвіѕјԁԛԝһгип" + "αβεικνορτυχηω" + "013457@$!|+€",
    "aceopxykmthbisjdqwhrun" + "abeiknoptuxnw" + "oieastasilte",
)
_AS_CYRILLIC = str.maketrans("aceopxykmthbinur" + "01346@$!", "асеорхукмтнвипиг" + "оизчбаси")
_LOOKS_LATIN = frozenset("асеорхукмтнвіѕј")

_LONGEST_WORD = 60
"""Letters of a word that are looked at."""

_LETTER = r"[^\W\d_]"
_SPACED = rf"{_LETTER}(?P<gap>[ \u00a0.\-_*·•/|]){_LETTER}(?:(?P=gap){_LETTER}){{2,60}}(?!\w)"
_PIECES = rf"{_LETTER}{{1,3}}(?:[-._*·]{_LETTER}{{1,3}}){{2,20}}(?!\w)"
_STYLED = (
    "\u1d00-\u1d22\u24b6-\u24e9\uff21-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f189\U0001f1e6-\U0001f1ff"
)
_WORD = rf"[\w{_STYLED}](?:[\w{_STYLED}\u00ad{_HIDING}]|[@$!*|+'’ʻʼ€]+(?=\w))*"
_TOKEN = re.compile(rf"(?<!\w)(?:{_SPACED}|(?P<pieces>{_PIECES}))|(?P<word>{_WORD})")
_ENCLOSED = re.compile("[\U0001f130-\U0001f189\U0001f1e6-\U0001f1ff]")
_DRESSED = re.compile(f"[{_STYLED}]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with the spellings it may stand for; start and end are offsets into the text."""

    start: int
    end: int
    plain: str
    readings: tuple[str, ...]
    """What else it may be read as; a term found only here was disguised."""
    joined: bool
    """Whether single letters or pieces were joined, so that several words may stand in it."""


def words(text: str) -> list[Word]:
    """Return the words of a text in their order."""
    return [_word(match) for match in _TOKEN.finditer(text)]


def fold(text: str) -> str:
    """Return the spelling used to compare: small, no accents, Tajik letters as the nearest Russian."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_ONE_SPELLING).translate(_SMALL_CAPITALS)
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(each for each in decomposed if unicodedata.category(each) != "Mn")


def _word(match: re.Match[str]) -> Word:
    raw = match.group()[:_LONGEST_WORD]
    start, end = match.span()
    if match.group("word") is None:
        plain = re.sub(r"[\W_]", "", fold(raw))
        return Word(start, end, fold(raw), (plain, *_readings(plain)), joined=True)
    shown = INVISIBLE.sub("", raw)
    plain = raw if _DRESSED.search(raw) else fold(raw.replace("\u00ad", ""))
    revealed = fold(_ENCLOSED.sub(_enclosed_letter, shown))
    readings = {revealed, re.sub(r"(\w)\1{2,}", r"\1", revealed)}
    if not _ordinary(revealed):
        readings.update(_readings(revealed))
    return Word(start, end, plain, tuple(sorted(readings - {plain})), joined=False)


def _enclosed_letter(match: re.Match[str]) -> str:
    for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):
        if first <= ord(match.group()) < first + 26:
            return chr(ord("a") + ord(match.group()) - first)
    return ""


def _ordinary(plain: str) -> bool:
    if not plain.isalpha():
        return False
    cyrillic = all("а" <= each <= "я" for each in plain)
    return plain.isascii() or (cyrillic and not _LOOKS_LATIN.issuperset(plain))


def _readings(plain: str) -> set[str]:
    if sum(each.isalpha() for each in plain) < 2:
        return set()
    found = {plain.translate(_AS_LATIN), plain.translate(_AS_CYRILLIC)}
    if "1" in plain:
        found.add(plain.replace("1", "l").translate(_AS_LATIN))
    if "*" in plain[1:-1]:
        found |= {each.replace("*", letter) for each in (plain, *found) for letter in "aeiouаиоеу"}
    return found

"""Turns bytes in any encoding into text; what the page declares is only one of several guesses."""

from __future__ import annotations

import codecs
import re

from knowledge.errors import ContentError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EIGHT_BIT = ("windows-1251", "koi8-r", "cp866", "iso-8859-5", "mac-cyrillic", "windows-1252")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_FREQUENT = frozenset(
    [
        "ст",
        "но",
        "то",
        "на",
        "ен",
        "ов",
        "ни",
        "ра",
        "во",
        "ко",
        "ка",
        "ро",
        "по",
        "пр",
        "ос",
        "ре",
        "го",
        "ер",
        "от",
        "та",
        "де",
        "ис",
        "ии",
        "ет",
        "ие",
        "ть",
        "ан",
        "ор",
        "ол",
        "ал",
        "ва",
        "да",
        "ар",
        "аз",
        "ба",
        "он",
        "ри",
        "ми",
        "ма",
        "ша",
        "хр",
        "ди",
        "ва",
        "ки",
        "ит",
        "ат",
        "те",
        "не",
        "ин",
        "ло",
        "ли",
        "об",
        "ес",
        "ом",
        "ас",
        "за",
        "мо",
        "ог",
        "ел",
        "ск",
        "ий",
        "ых",
        "ны",
        "пе",
        "ое",
    ]
)
_KNOWN_FILES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"{\\rtf", "an RTF file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
)


class IntakeError(ContentError):
    """A page that cannot be taken in; the message is one sentence for an editor."""


def decode(raw: bytes, content_type: str | None = None) -> str:
    """Return the text of a page, whatever its encoding.

    content_type: the HTTP header's value if there was one; it is only one of the guesses.

    Raises IntakeError for bytes that are no text.
    """
    for start, kind in _KNOWN_FILES:
        if raw.startswith(start):
            raise IntakeError(f"this is {kind}, not a page: save its text as .txt or .html and take that in")
    text = _repaired(_text(raw, content_type))
    odd = sum((each < " " and each not in "\t\n\r\f\v") or each == "\ufffd" for each in text[:200_000])
    if odd > 0.03 * min(len(text), 200_000) + 2:
        raise IntakeError("this is no text: too many bytes are no characters in any known encoding")
    return re.sub(
        "[\0-\x08\x0e-\x1f\x7f\ud800-\uf8ff\ufffe\uffff]", " ", text.replace("\r\n", "\n").replace("\r", "\n")
    )


def _text(raw: bytes, content_type: str | None) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    wide = _wide(raw)
    if wide:
        return raw.decode(wide, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lenient = raw.decode("utf-8", "replace")
    broken, whole = lenient.count("\ufffd"), sum(each > "\x7f" for each in lenient)
    if broken <= 0.02 * whole + 1 and whole - broken > 3 * broken:
        return lenient
    names = _candidates(raw, content_type)
    # encodings that share most letters differ by little: then the one named first is right
    best = max(names, key=lambda each: _likeness(raw[:200_000], each) - 0.05 * names.index(each))
    return raw.decode(best, "replace")


def _wide(raw: bytes) -> str | None:
    # the high byte of Latin and Cyrillic letters is 0 or 4 in every second place
    sample = raw[:4000]
    if len(sample) < 4:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if sum(each in (0, 4) for each in high) > 0.9 * len(high) and sample.count(0) > 0.05 * len(sample):
            return encoding
    return None


def _candidates(raw: bytes, content_type: str | None) -> list[str]:
    declared = _DECLARED.findall(raw[:4000])
    if content_type:
        declared = [*_DECLARED.findall(content_type.encode("ascii", "replace")), *declared]
    names = []
    for each in (*(name.decode("ascii") for name in declared), *_EIGHT_BIT):
        try:
            name = codecs.lookup(each).name
            "".encode(name)
        except (LookupError, TypeError, UnicodeError):
            continue
        if name not in names and not name.startswith(("utf", "idna", "punycode", "raw", "unicode")):
            names.append(name)
    return names


def _likeness(sample: bytes, encoding: str) -> float:
    try:
        text = sample.decode(encoding, "replace")
    except (UnicodeError, LookupError):
        return -1.0
    foreign = re.sub(r"<[^>]*>|[\x00-\x7f]", " ", text)
    letters = re.findall(r"[^\W\d_]+", foreign)
    pairs = [word[at : at + 2] for word in letters for at in range(len(word) - 1)]
    if not foreign.strip():
        return 0.0
    shown = sum(len(word) for word in letters) / len(foreign.replace(" ", ""))
    common: float = sum(pair in _FREQUENT for pair in pairs) / max(1, len(pairs))
    jumps: float = sum(pair[0].islower() and pair[1].isupper() for pair in pairs) / max(1, len(pairs))
    return shown + 2 * common - 2 * jumps


def _repaired(text: str) -> str:
    # UTF-8 that somebody once read as windows-1251 and saved again: "РњРёРЅ" for "Мин"
    if (
        len(re.findall("[РС][\u0080-\u00bf\u0402-\u040f\u0452-\u045f°-\u00bf\u2010-\u2122]", text)) * 4
        < len(text) / 2
    ):
        return text
    try:
        return text.encode("windows-1251").decode("utf-8")
    except UnicodeError:
        return text

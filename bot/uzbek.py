"""Uzbek in its two alphabets, so that whoever asks in Cyrillic is answered in Cyrillic.

The letters are those of the alphabet law of 2 September 1993 (as amended on 6 May 1995) and of the spelling
rules of 24 August 1995, No. 339. Where one letter stands for two (e, s, ts) its neighbours decide, for some
loanwords a list. This is for reading; for comparing there is index.spelling. Why no library:
docs/decisions/0010-deadlines.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal, assert_never

from bot.dates.calendar_file import MEDIA_TYPE, rewritten
from bot.reply import Attachment, ContactCard, File, Reply, Venue

Alphabet = Literal["latin", "cyrillic"]

_LETTERS: Final = dict(zip("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз", strict=True))
_PAIRS: Final = {"sh": "ш", "ch": "ч", "yo": "ё", "yu": "ю", "ya": "я", "oʻ": "ў", "gʻ": "ғ"}

# Stems and words where the letters alone do not tell; any ending may follow.
_STEMS: Final = {
    "sentabr": "сентябр", "oktabr": "октябр", "kompyuter": "компьютер", "intervyu": "интервью",
    "obyekt": "объект", "subyekt": "субъект", "podyezd": "подъезд", "syezd": "съезд", "albom": "альбом",
    "sement": "цемент", "sentner": "центнер", "sirk": "цирк", "konsert": "концерт", "aksioner": "акционер",
    "vaksina": "вакцина", "konsultatsiya": "консультация", "shveytsariya": "швейцария", "mfc": "мфц",
    "odintsovo": "одинцово", "lyubertsi": "люберци", "ulyanovsk": "ульяновск", "mitishchi": "митищи",
    "blagoveshchensk": "благовещенск",
}  # fmt: skip
_STEMS_BACK: Final = {cyrillic: latin for latin, cyrillic in _STEMS.items()}
_WITH_SOFT_SIGN: Final = """
январь февраль апрель июнь июль сентябрь октябрь ноябрь декабрь рубль пароль роль модель медаль календарь
госпиталь профиль автомобиль деталь кабель мебель алкоголь апостиль кремль брюссель рязань тверь пермь тюмень
ярославль ставрополь астрахань электросталь сизрань
"""
"""Words that lose their last letter before an ending: «сентябрь», «сентябрда»."""

_KEPT: Final = (
    r"\{[^}]*\}"  # {contact:id}
    r"|(?<=\])\([^)\s]*\)"  # where a link leads
    r"|`[^`]*`"
    r"|«[^«»]*\b(?:the|of|am|and|need|not)\b[^«»]*»"  # an English sentence to be said to an officer
    r"|https?://[^\s)]+"
    r"|[\w.+\\-]+@[\w.\\-]+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}\b"  # mfa.tj
    r"|(?<![\w/])/[a-z]+\b"  # /forget
    r"|\b(?:WhatsApp|Telegram|TikTok|YouTube|Google|App Store|RuStore|Android|iPhone|ruID|Wi-Fi)(?![A-Z])"
    r"|\b(?:QR|PDF|SIM|VPN|ID)(?![A-Z])"
    r"|\b(?=[IVX]{2,}\b)X{0,3}(?:IX|IV|V?I{0,3})\b"  # XX asr
)
_APART: Final = re.compile(
    rf"(?P<kept>{_KEPT})"
    r"|(?P<latin>[A-Za-z](?:[A-Za-z]|(?<=[OoGg])ʻ|[ʻʼ'‘’`](?=[A-Za-z]))*)"
    r"|(?P<cyrillic>[А-Яа-яЁёЎўҚқҒғҲҳ]+)"
)

_FOREIGN: Final = re.compile(r"w|c(?!h)", re.IGNORECASE)

# A group is named for what it becomes; 'stem', 'pair' and 'letter' are looked up.
_LATIN: Final = re.compile(
    rf"\A(?P<stem>{'|'.join(_STEMS)})"
    r"|\A(?P<щ>shch)"
    r"|(?P<сҳ>s[ʼ’']h)"  # Isʼhoq
    # In loanwords. Between a stem and its ending (aytsin, ketsa, patentsiz) t and s stay two letters.
    r"|(?P<ц>ts(?=i(?!z|n(?!a))|e|o|ar|\Z)|(?<=[ei])ts(?=k)|(?<=[kp])s(?=iya)|(?<=n)(?<!pen)s(?=iya))"
    r"|(?P<йў>yo[ʻ'‘’`])|(?P<ў>o[ʻ'‘’`])|(?P<ғ>g[ʻ'‘’`])"
    r"|(?P<pair>sh|ch|yo|yu|ya)"
    r"|(?P<ье>(?<=[bdfghjklmnpqrstvxz])ye)|(?P<е>ye)"
    r"|(?P<э>\Ae|(?<=[aouʻʼ])e)"
    r"|(?P<ль>l(?=sk))"
    r"|(?P<ъ>[ʼ’'])"
    r"|(?P<letter>[a-z])",
    re.IGNORECASE,
)
_CYRILLIC: Final = re.compile(
    rf"\A(?P<stem>{'|'.join(_STEMS_BACK)})"
    r"|(?P<sʼh>сҳ)|(?P<yoʻ>йў)"
    r"|(?P<ye>(?:\A|(?<=[аеёиоуўэюя])|[ъь])е)"
    r"|(?P<s>\Aц|(?<=[кпн])ц)"
    r"|(?P<none>[ъь](?=[ёюя])|ь)"
    r"|(?P<letter>.)",
    re.IGNORECASE,
)
_TO_CYRILLIC: Final = _LETTERS | _PAIRS | _STEMS
_TO_LATIN: Final = {letter: pair for pair, letter in (_LETTERS | _PAIRS).items()} | _STEMS_BACK | {
    "э": "e", "ц": "ts", "щ": "shch", "ы": "i", "ъ": "ʼ", "ў": "oʻ", "ғ": "gʻ",
}  # fmt: skip
_WORDS_REMEMBERED: Final = 8192
"""All texts of the hotline have some 6,000 different words."""


def script_of(text: str) -> Alphabet:
    """Return the alphabet in which most letters of an Uzbek message are written; 'latin' where none tells."""
    cyrillic, latin = len(re.findall("[Ѐ-ӿ]", text)), len(re.findall("[A-Za-z]", text))
    return "cyrillic" if cyrillic > latin else "latin"


def to_cyrillic(text: str, kept: Iterable[str] = ()) -> str:
    """Return Uzbek Latin text (Markdown or plain) in Cyrillic.

    What is Cyrillic already stays, and so do addresses, e-mails, places for contacts, commands, names of
    programs, words with letters that Uzbek lacks (w, c), Roman numerals, and the texts in `kept` (titles in
    other languages).
    """
    return _but(kept, text, lambda part: _APART.sub(_piece_to_cyrillic, part))


def to_latin(text: str, kept: Iterable[str] = ()) -> str:
    """Return Uzbek Cyrillic text in Latin; what is Latin already stays, and so do the texts in `kept`.

    Undoes `to_cyrillic` for the words of our own texts, except for abbreviations with a small letter (AQSh).
    """
    return _but(kept, text, lambda part: _APART.sub(_piece_to_latin, part))


def reply_in_cyrillic(reply: Reply, kept: Iterable[str] = ()) -> Reply:
    """Return an Uzbek reply as a reader of Cyrillic expects it: text, buttons, cards and calendar.

    kept: titles of sources, Markdown-escaped as they stand in the reply.
    """
    kept = tuple(kept)
    rows = tuple(tuple(replace(each, text=to_cyrillic(each.text)) for each in row) for row in reply.rows)
    attachments = tuple(_attachment_in_cyrillic(each, kept) for each in reply.attachments)
    text = to_cyrillic(reply.text, kept)
    spoken = reply.spoken and replace(reply.spoken, caption=to_cyrillic(reply.spoken.caption))
    return replace(
        reply, text=text, rows=rows, attachments=attachments, spoken=spoken, script_of_uzbek="cyrillic"
    )


def _attachment_in_cyrillic(attachment: Attachment, kept: Iterable[str]) -> Attachment:
    match attachment:
        case ContactCard(name=name) | Venue(name=name):
            return replace(attachment, name=to_cyrillic(name))
        case File(media_type=media_type) if media_type == MEDIA_TYPE:
            plain = [re.sub(r"\\(.)", r"\1", each) for each in kept]
            return rewritten(attachment, lambda text: to_cyrillic(text, plain))
        case File():
            return attachment
        case _:
            assert_never(attachment)


def _but(kept: Iterable[str], text: str, change: Callable[[str], str]) -> str:
    there = sorted((each for each in kept if each and each in text), key=len, reverse=True)
    if not there:
        return change(text)
    parts = re.split(f"({'|'.join(map(re.escape, there))})", text)
    return "".join(part if n % 2 else change(part) for n, part in enumerate(parts))


def _piece_to_cyrillic(found: re.Match[str]) -> str:
    return _word_to_cyrillic(found[0]) if found.lastgroup == "latin" else found[0]


def _piece_to_latin(found: re.Match[str]) -> str:
    return _word_to_latin(found[0]) if found.lastgroup == "cyrillic" else found[0]


@lru_cache(_WORDS_REMEMBERED)
def _word_to_cyrillic(word: str) -> str:
    lower = word.lower()
    if lower in _SOFT:
        soft = _SOFT[lower]
        return soft.upper() if word.isupper() else soft.capitalize() if word[0].isupper() else soft
    if _FOREIGN.search(word) and not lower.startswith("mfc"):
        return word
    return _LATIN.sub(lambda piece: _cased(piece, _named(piece, _TO_CYRILLIC)), word)


@lru_cache(_WORDS_REMEMBERED)
def _word_to_latin(word: str) -> str:
    return _CYRILLIC.sub(lambda piece: _cased(piece, _named(piece, _TO_LATIN)), word)


def _named(piece: re.Match[str], table: Mapping[str, str]) -> str:
    name = piece.lastgroup
    assert name is not None, "every alternative is a group"
    if name == "none":
        return ""
    return table.get(piece[0].lower(), piece[0]) if name in ("stem", "pair", "letter") else name


def _cased(piece: re.Match[str], output: str) -> str:
    source, text = piece[0], piece.string
    around = text[max(0, piece.start() - 1) : piece.start()] + text[piece.end() : piece.end() + 1]
    if source.lower() == source.upper():  # an apostrophe
        return output.upper() if around.isupper() else output
    if source.isupper() and (len(source) > 1 or any(each.isupper() for each in around)):
        return output.upper()
    return output[:1].upper() + output[1:] if source[0].isupper() else output


_SOFT: Final = {to_latin(word): word for word in _WITH_SOFT_SIGN.split()}

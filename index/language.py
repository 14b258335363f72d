"""Language and script of a short message. A wrong guess changes the reply's language, never the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from index.ngrams import NGrams
from index.spelling import mend_look_alikes, tidy
from knowledge.model import LANGUAGES, Language

Script = Literal["cyrillic", "latin", "mixed", "other"]
Manner = Literal["own-letters", "plain", "latin", "mixed", "other"]

FEATURES: Final = NGrams(shortest=1, longest=4, bits=15)
_LONGEST: Final = 400
"""Characters that are looked at: enough to tell, and a long story costs no more."""

_CYRILLIC = re.compile("[Ѐ-ӿ]")
_LATIN = re.compile("[a-z]")
_OWN_LETTERS = re.compile("[ғӣқӯҳҷў]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")

# Letters and words that one of the languages has and the others lack; chat spelling included.
_LETTERS: Final[dict[Language, str]] = {"tg": "ҷӣӯҳқғ", "ru": "ыщ", "uz": "ў", "en": "w"}
_TG: Final = """
ва аз ба дар ки барои ман мо шумо чи чӣ чист чанд чанто кучо куҷо канданд кай кадом мешавад мешад
намешавад аст ҳаст хаст нест будам буд доред дорам дорад кунам кунем кунад кардан карданд гирифт
гирифтам гирам метавонам лозим даркор зан додар ака салом ассалом рахмат раҳмат ҳам хам ин он инро
маро моро шуд шуда va az ba dar ki baroi man mo shumo chi chand kujo kay kadom meshavad meshad
nameshavad ast hast nest doram dorad kunam kunem kardan girift giriftam lozim darkor salom assalom
rahmat ham in maro moro
"""
_RU: Final = """
и в на не что как я у мне меня мой с за по для если или где можно нужно надо это есть нет был была
когда сколько куда какие какой почему без до после они он она мы вы ли же чтобы кто здравствуйте
спасибо i v na ne chto kak ya u mne menya moy s za po dlya esli ili gde mozhno mojno nujno nuzhno
nado eto est net kogda skolko kuda kakie kakoy pochemu bez posle oni mi kto zdravstvuyte spasibo
"""
_UZ: Final = """
va bilan uchun qanday qancha qayerda qayerga qachon kerak mumkin mumkinmi bormi yoq yo'q men meni
menga biz bu nima qilish qilaman qilay emas edi bo'ladi bo'ladimi boladi ham kim rahmat assalomu
salom pul ва билан учун қандай канча қанча қаерда қачон керак мумкин мумкинми борми йўқ йук мен мени
менга биз бу нима қилиш килай эмас эди бўлади булади бўладими булса ҳам раҳмат ассалому
"""
_EN: Final = """
the is are my can how what when where which who why i you do does did of and for to a an in on at
not if we they he she have has need want please hello thanks with from was will be get it this that
or no me
"""
_WORDS: Final[dict[Language, frozenset[str]]] = {
    "tg": frozenset(_TG.split()),
    "ru": frozenset(_RU.split()),
    "uz": frozenset(_UZ.split()),
    "en": frozenset(_EN.split()),
}
_ENDINGS: Final[dict[Language, tuple[str, ...]]] = {
    "tg": ("анд", "ам", "ҳо", "хои", "ҳои", "атон", "амон", "ашон", "aton", "amon", "hoi", "and"),
    "ru": ("ый", "ий", "ого", "ему", "ать", "ить", "ться", "ние", "ция", "ют", "yut", "nie", "iya", "ogo"),
    "uz": (
        "лар",
        "нинг",
        "дан",
        "миз",
        "япти",
        "ган",
        "lar",
        "ning",
        "dan",
        "miz",
        "yapti",
        "gan",
        "larni",
        "imiz",
    ),
    "en": ("ing", "tion", "ed", "ly"),
}


@dataclass(frozen=True, slots=True)
class LanguageWeights:
    """What was learned from the example messages; lives in the snapshot."""

    weights: NDArray[np.float32]
    """Shape (2 ** FEATURES.bits, languages), in the order of LANGUAGES."""
    bias: NDArray[np.float32]


def script(text: str) -> Script:
    """Return the script that at least four fifths of the text's Latin and Cyrillic letters belong to.

    'mixed' when neither reaches that; 'other' without any such letter.
    """
    lower = tidy(text).lower()
    cyrillic, latin = len(_CYRILLIC.findall(lower)), len(_LATIN.findall(lower))
    if not cyrillic + latin:
        return "other"
    share = cyrillic / (cyrillic + latin)
    return "cyrillic" if share >= 0.8 else "latin" if share <= 0.2 else "mixed"


def manner(text: str) -> Manner:
    """Return how a text was typed: its script; for Cyrillic, with or without letters that Russian lacks."""
    written = script(text)
    if written != "cyrillic":
        return written
    return "own-letters" if _OWN_LETTERS.search(tidy(text).lower()) else "plain"


def detect(text: str, learned: LanguageWeights | None = None) -> Language:
    """Return the language that the text is most likely in; 'tg' where nothing tells.

    learned: weights of a snapshot; without them, letters, frequent words and endings decide.
    Numbers: docs/decisions/0004-spelling.md
    """
    lower = comparable(text)
    if not _WORD.search(lower):
        return "tg"
    return _by_rules(lower) if learned is None else _by_weights(lower, learned)


def comparable(text: str) -> str:
    """Return the form of a text that language is told from: tidy, lower case, all letters kept."""
    return mend_look_alikes(tidy(text)).lower()


def _by_weights(lower: str, learned: LanguageWeights) -> Language:
    buckets, counts = FEATURES.counted(lower[:_LONGEST])
    if not len(buckets):
        return "tg"
    evidence = (counts / np.linalg.norm(counts)) @ learned.weights[buckets] + learned.bias
    return LANGUAGES[int(np.argmax(evidence))]


def _by_rules(lower: str) -> Language:
    found: Sequence[str] = _WORD.findall(lower[:_LONGEST])
    evidence = {
        language: 3.0 * sum(word in _WORDS[language] for word in found)
        + 1.0 * sum(len(word) > 3 and word.endswith(_ENDINGS[language]) for word in found)
        + 1.5 * sum(any(letter in word for letter in _LETTERS[language]) for word in found)
        for language in LANGUAGES
    }
    best = max(evidence.values())
    if not best:
        return "ru" if _CYRILLIC.search(lower) else "tg"
    return next(language for language in LANGUAGES if evidence[language] == best)

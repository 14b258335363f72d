"""Whether a message makes sense alone, or leans on what was said before it."""

from __future__ import annotations

from typing import Final, Literal

from index.spelling import words

# Words are folded before they are compared, so that each stands here once, whatever the alphabet.

# With these, people go on with what was said. «И» is not among them: folded, it is also the English "I".
_OPENERS: Final = """
ва вале валекин аммо лекин агар пас ё хайр баъд чи
а но или если тогда значит
yoki lekin ammo agar unda bo'lsa
and but or so then if what
"""

# These say nothing about a subject, in any of the four languages.
_FUNCTION_WORDS: Final = """
ва ё вале аммо лекин агар пас ҳам ки то аз ба бо дар барои бе боз ҳоло дигар
ин он инро онро инҳо онҳо вай ҳамин ҳамон ӯ ӯро ман маро ту шумо мо моро
чи чӣ кӣ чанд чандто кай куҷо кадом чаро чӣ тавр хел ҳаст нест аст мешавад мешад мумкин лозим
а и или но если то тогда значит же ли бы не ни да нет ещё уже тоже также только
в во на с со к ко у о об от до из за по для при без под над про через после перед
я меня мне мной ты тебя тебе он она оно его её ему ей ней них им мы нас нам вы вас вам они их
мой моя моё мои это этого этом этот эта эти там туда оттуда здесь тут
как что чем чего кто кого кому где куда откуда когда сколько скока почему зачем какой какая какие каких какую
можно нужно надо есть был была было будет быть
va yoki lekin ammo agar ham uchun bilan unda yana men menga meni sen siz biz u uni unga ular
bu buni shu shuni nima kim qancha necha qachon qayerda qayerga qanday bormi yoqmi kerak mumkin mumkinmi
and but or so then if not no only just a an the is are was do does can could i me my you he she it they them
this that these there of for to in on at with what how when where who which why
"""

STRONG: Final = 0.9
WEAK: Final = 0.5
_FEWEST: Final = 2
_FEW: Final = 3


def _folded(table: str) -> frozenset[str]:
    return frozenset(words(table))


_OPENING, _EMPTY = _folded(_OPENERS), _folded(_FUNCTION_WORDS)


def own_words(text: str) -> list[str]:
    """Return the folded words that say something about a subject, in order; any string may come."""
    return [word for word in words(text) if word not in _EMPTY]


def belief(text: str, outcome: Literal["found", "choice", "unknown"]) -> float:
    """Return how sure it is that the message goes on about the subject of the one before: 0, WEAK or STRONG.

    outcome: what the message leads to alone; one that is found needs nothing else. Otherwise it leans on what
    was said when it opens as a continuation does, says little of its own, or is understood by nobody.
    Numbers: docs/decisions/0005-search.md
    """
    message = words(text)
    if outcome == "found" or not message:
        return 0.0
    own = sum(not word.isdigit() for word in own_words(text))
    if message[0] in _OPENING or own <= _FEWEST:
        return STRONG
    return WEAK if own <= _FEW or outcome == "unknown" else 0.0

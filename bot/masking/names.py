"""Names that a person gives as their own, in the four languages and their chat spellings.

After a plain announcement ("меня зовут") whatever can be a name is taken, small letters too. Where the same
words begin other sentences as well ("номам дар рӯйхат", "ман бемор ҳастам"), only what looks like a name is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from index.spelling import fold

_GAP: Final = r"[\s:=—–-]*(?:\b(?:ин|это|eto|bu|бу)\b[\s:—–-]*)?"
_PLAIN: Final = re.compile(
    r"(?:(?<!ба )(?<!аз )(?<!бо )(?<!дар )(?<!ba )(?<!az )(?<!bo )(?<!dar )"
    r"\b(?:номи|исми|nomi|ismi) (?:ман|man)"
    r"|\b(?:меня|мня|миня|menya|minya) (?:зовут|завут|звать|zovut|zavut)"
    r"|\b(?:зовут|завут|zovut) (?:меня|menya)"
    r"|(?<!на )(?<!na )\b(?:мо[её]|мой|moyo|moe|moy) (?:имя|imya)|\bф\.? ?и\.? ?о\b\.?|\bfio"
    r"|\b(?:mening|менинг|меним) (?:ismim|исмим|ism|исм)"
    rf"|\bmy name(?: is|['’]s)|\b(?:i am|i['’]m) called)\b{_GAP}",
    re.IGNORECASE,
)
_PERHAPS: Final = re.compile(
    r"\b(?:номам|исмам|nomam|ismam|номаш|исмаш|nomash|ismash|ismim|исмим|зовут|завут|zovut|name is|имя|imya|"
    rf"(?:фамили[яи]|насаби?|familiya|familiyai|familiyi)(?:м|ам|m|am|ли| ?ман| ?man| моя| moya)?)\b{_GAP}",
    re.IGNORECASE,
)
_FIRST_PERSON: Final = re.compile(r"\b(?:ман|man|мен|men|я|i am|i['’]m)\b[\s,—–-]+", re.IGNORECASE)
_I_AM: Final = re.compile(
    r"(?<=\bман\s)(?P<names>\S+(?: \S+){0,2})(?= (?:ҳастам|хастам)\b)"
    r"|(?<=\bman\s)(?P<latin>\S+(?: \S+){0,2})(?= (?:hastam|xastam)\b)"
    r"|(?<=\bmen\s)(?P<uzbek>\S+(?: \S+){0,2})(?= bo.?laman\b)",
    re.IGNORECASE,
)
_NEXT: Final = re.compile(r"\s*([^\W\d_](?:\.|[^\W\d_]*(?:['’ʻʼ`-][^\W\d_]+)*))")
_MOST_WORDS: Final = 4

_FAMILY: Final = re.compile(
    r"...*(?:ов|ев|ова|ева|ович|евич|овна|евна|зода|пур|ov|ev|ova|eva|ovich|evich|ovna|evna|zoda|pur|"
    r"угли|ўғли|o.?g.?li|қизи|кизи|qizi|kizi)",
    re.IGNORECASE,
)
_GIVEN: Final = frozenset(
    fold(
        """
абдулло абдуллоҳ абдураҳмон абдураҳим абдуҷаббор абдуқодир абдусалом абдувалӣ абубакр азиз азизбек азиза
акбар акмал алишер алӣ амин амина амир анвар анора аслам аҳмад аҳмадҷон баҳодур баҳриддин баҳром беҳрӯз
бобоҷон бахтиёр бунёд гулнора гулчеҳра далер дилором дилноза дилшод диловар ёсуман зайнаб замира
зафар зариф зарина зебо зуҳро ибодулло иброҳим икром илҳом исмоил исломҷон истам каримҷон карим комил комрон
лола мадина манзура манучеҳр мавзуна маҳмад маҳмуд мансур мирзо муҳаммад муҳаммадҷон мубин
мурод мунира наргис насиба насим нигина нигора нилуфар нозанин нодир нодира нурали оиша олим одил парвиз
парвина раҳим раҳмон раҷаб рустам рухшона садриддин саид саида салим саодат сайфулло самира санавбар
ситора собир сорбон сӯҳроб сулаймон темур тоҳир умар умарҷон умеда фаррух фарҳод фаридун фарида фарзона
фатима фируз фирӯза хайрулло холид хуршед шамсиддин шаҳло шаҳноза шарофат шариф шерали шоҳрух эмомалӣ эраҷ
юсуф ҷамшед ҷаҳонгир ҷаҳонгул ҷовид ҷумъа қосим қурбон ҳабиб ҳамид ҳасан ҳикматулло ҳусейн ҳусниддин otabek
ulugbek jasur sardor sherzod shohruh dilshod dilnoza gulnora nodira bekzod farruh bobur aziza jahongir
jamshid temur ravshan rustam sanjar zilola malika kamola sevara feruza nargiza barno oybek eldor
aziz иван александр сергей андрей дмитрий алексей николай мария анна елена ольга наталья светлана татьяна
        """
    ).split()
)
"""Common given names in the folded spelling, without those that are words as well ("умед", hope)."""
_NEVER: Final = frozenset(
    fold(
        """
дар ба аз бо ки то чи чӣ чиро кай куҷо кадом чанд чаро чӣ хел ҳаст нест аст буд набуд шуд ҳам барои ҳоло ин
он ман мо ту шумо ва ё агар вале аммо нав дигар шаҳрванд шаҳрвандӣ тоҷик тоҷикистон тоҷикистонӣ муҳоҷир
мусофир мусулмон русия россия маскав москва питер душанбе хуҷанд ӯзбек ӯзбекистон рус на в к как и а но не
по у от из за для с со где что кто куда когда сколько какой какая какие почему уже все сюда туда просто
обратно домой работать нету неправильно неверно гражданин гражданка это мне меня мой моя я он она они мы или
есть был была нет bor yoq yo'q nima navishta навишта kim qanday qancha qayerda qayerga qachon har boshqa ham
emas uchun bilan menga meni men va lekin on in not at is was right correct were a an the wrong spelled spelt
written different missing there for by to from of and but how what where when why which i my me we you he
she they it no with tajik russian
        """
    ).split()
)
"""What follows an announcement without being a name, folded."""
_VERB: Final = re.compile(r".{2,}(?:ад|анд|аст|дам|будам|шуд|дааст|ed)")


def mask_names(text: str) -> str:
    """Return the text with '[name]' for the names that somebody gives as theirs, up to four words each."""
    for announcement, is_name in (
        (_PLAIN, _may_be_name),
        (_PERHAPS, _looks_like_name),
        (_FIRST_PERSON, _is_surely_name),
    ):
        text = _mask_after(announcement, is_name, text)
    return _I_AM.sub(_between, text)


def _mask_after(announcement: re.Pattern[str], is_name: Callable[[str], bool], text: str) -> str:
    parts, done = [], 0
    for found in announcement.finditer(text):
        end = _end_of_names(text, found.end(), is_name)
        if found.start() >= done and end > found.end():
            parts += [text[done : found.end()], "[name]"]
            done = end
    return "".join([*parts, text[done:]])


def _end_of_names(text: str, start: int, is_name: Callable[[str], bool]) -> int:
    end = start
    for _ in range(_MOST_WORDS):
        found = _NEXT.match(text, end)
        if found is None or not (is_name if end == start else _looks_like_name)(found[1]):
            break
        end = found.end()
    return end


def _between(found: re.Match[str]) -> str:
    words = found[0].split(" ")
    return "[name]" if all(_NEXT.fullmatch(each) and _looks_like_name(each) for each in words) else found[0]


def _may_be_name(word: str) -> bool:
    if _looks_like_name(word):
        return True
    folded = fold(word)
    return len(word) > 1 and folded not in _NEVER and not (word.islower() and _VERB.fullmatch(word))


def _looks_like_name(word: str) -> bool:
    folded = fold(word)
    if folded in _NEVER:
        return False
    titled = word[0].isupper() and (not word.isupper() or word.endswith("."))
    return titled or folded in _GIVEN or _FAMILY.fullmatch(word) is not None


def _is_surely_name(word: str) -> bool:
    return word[0].isupper() and fold(word) in _GIVEN

"""What /dates has reckoned: the days, the rules and their sources as text, and as a calendar file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.answer import contacts_of
from bot.contacts.shown import CONTACTS_SHOWN, contact_list
from bot.dates.calendar_file import Reminder, calendar_file
from bot.dates.deadlines import PATENT_MONTHS, DaysLeft, Stay, days_left, due, paid_until, pay_by
from bot.dates.step import Step
from bot.markup import escape
from bot.phrases import Voice
from bot.reply import Button, Reply, column
from knowledge.model import DayRule, DayRuleId, Library, Page, SectionFacts, Source, Topic

_ALARMS: Final[dict[DayRuleId, tuple[int, ...]]] = {
    "register": (3, 1),
    "patent-papers": (14, 3),
    "days-in-year": (14, 3, 1),
    "days-at-once": (14, 3, 1),
    "patent-payment": (5, 2),
    "patent-reissue": (45, 30),
}
"""Days before the last day on which the phone reminds: time enough to act; our choice, no rule."""

_Rules = Mapping[str, DayRule]


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing reckoned, with the rules it follows from; the first rule explains it."""

    title: str
    rules: tuple[DayRule, ...]
    day: date | None
    """The last day to act; None where nothing is to be kept in mind."""
    notes: tuple[str, ...] = ()
    explained: str | None = None
    """`topic-id#section-id` to read on, where it is not the first rule's own."""


@dataclass(frozen=True, slots=True)
class _Reckoned:
    parts: tuple[_Part, ...]
    after: tuple[str, ...] = ()
    """How it was counted."""
    before: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()


def result(now: Step, library: Library, voice: Voice, today: date) -> Reply:
    """Return the reply for a step whose days are all chosen; without the buttons that go on from there."""
    return _reply(_reckoned(now, library.day_rule_by_id, voice, today), library, voice, today)


def _reckoned(now: Step, rules: _Rules, voice: Voice, today: date) -> _Reckoned:
    day = now.days[0]
    assert day is not None, "a trip begins on a day, and only trips know 'still there'"
    counted = (voice.say("dates-counted", date=voice.date(day)),)
    if now.kind == "trips":
        return _trips(
            [Stay(first, last) for first, last in now.trips if first is not None], rules, voice, today
        )
    if now.kind == "entered":
        own_trips = Button(voice.say("dates-trips"), Step("trips", (day, None)).action)
        return _Reckoned(_since_entry(day, rules, voice, today), counted, buttons=(own_trips,))
    if now.kind == "paid":
        return _Reckoned((_payment(day, rules, voice, today),))
    paid = paid_until(day, now.months or 1).day
    if now.months != PATENT_MONTHS:
        return _Reckoned((_payment(paid, rules, voice, today),), counted)
    title = voice.say("dates-patent-ends", date=voice.date(paid))
    return _Reckoned((_Part(title, (rules["patent-reissue"],), paid),), counted)


def _since_entry(entered: date, rules: _Rules, voice: Voice, today: date) -> tuple[_Part, ...]:
    parts = []
    for name in ("register", "patent-papers"):
        last = due(entered, _number(rules[name])).day
        parts.append(_Part(voice.say(f"dates-{name}", date=voice.date(last)), (rules[name],), last))
    left = _days_left([Stay(entered)], rules, today)
    return (*parts, _leave(left, rules, voice, voice.say("dates-first-trip")))


def _leave(left: DaysLeft, rules: _Rules, voice: Voice, *notes: str) -> _Part:
    names = ("days-in-year", "days-at-once") if left.limited_at_once else ("days-in-year",)
    title = voice.say("dates-leave", date=voice.date(left.last_day)) if left.last_day is not None else ""
    notes = (*notes, voice.say("dates-who-is-free"))
    return _Part(title, tuple(rules[name] for name in names), left.last_day, notes)


def _payment(paid: date, rules: _Rules, voice: Voice, today: date) -> _Part:
    title = voice.say("dates-pay", date=voice.date(pay_by(paid)))
    advice = voice.say("dates-pay-today" if paid == today else "dates-bank")
    notes = (voice.say("dates-paid-until", date=voice.date(paid)), advice)
    return _Part(title, (rules["patent-payment"],), pay_by(paid), notes)


def _trips(stays: Sequence[Stay], rules: _Rules, voice: Voice, today: date) -> _Reckoned:
    left = _days_left(stays, rules, today)
    limit = str(rules["days-in-year"].days)
    head = voice.say("dates-used", year=str(left.year), used=str(left.used), limit=limit, left=str(left.left))
    trips = "\n".join(f"- {_trip(stay, voice)}" for stay in sorted(stays, key=lambda stay: stay.entered))
    part, after = _leave(left, rules, voice), [voice.say("dates-both-days-count")]
    if left.last_day is None and not left.left:
        # The section about the limit at once says when one may come back.
        part = replace(part, explained=rules["days-at-once"].section)
        after.insert(0, voice.say("dates-none-left"))
    return _Reckoned((part,), tuple(after), before=(f"**{head}**", trips))


def _trip(stay: Stay, voice: Voice) -> str:
    end = voice.say("dates-until-now") if stay.left is None else voice.date(stay.left)
    return f"{voice.date(stay.entered)} – {end}"


def _days_left(stays: Sequence[Stay], rules: _Rules, today: date) -> DaysLeft:
    in_year, at_once = _number(rules["days-in-year"]), _number(rules["days-at-once"])
    return days_left(stays, today, in_year=in_year, at_once=at_once)


def _number(rule: DayRule) -> int:
    assert rule.days is not None, "hotline check demands the number of days where one is reckoned with"
    return rule.days


# -- as text and as a file


def _reply(reckoned: _Reckoned, library: Library, voice: Voice, today: date) -> Reply:
    parts = reckoned.parts
    to_come = [part for part in parts if part.day is not None and part.day >= today]
    topic, facts = _section(parts[0].rules[0].section, library)
    contacts = contacts_of(library, facts.contacts or topic.contacts)[:CONTACTS_SHOWN]
    text = [
        *reckoned.before,
        *(_paragraph(part, voice, today) for part in parts),
        *reckoned.after,
        voice.say("dates-in-file") if to_come else "",
        _sources([rule for part in parts for rule in part.rules], library, voice),
        f"**{voice.say('contacts')}**" if contacts else "",
        contact_list(contacts, voice, notes=False),
    ]
    links = dict.fromkeys(_link(part, library, voice, today) for part in parts)
    reminders = [_reminder(part, library, voice) for part in to_come]
    files = (calendar_file(reminders, voice.language, today),) if reminders else ()
    rows = column(*links, *reckoned.buttons)
    return Reply("\n\n".join(each for each in text if each), voice.language, rows, contacts, files)


def _paragraph(part: _Part, voice: Voice, today: date) -> str:
    sentences = [escape(rule.sentence.get(voice.language)) for rule in part.rules]
    if part.day is None:
        return "\n".join((*sentences, *part.notes))
    days = (part.day - today).days
    if days < 0:
        until = voice.say("dates-passed", days=str(-days))
    else:
        until = voice.say("dates-to-go", days=str(days)) if days else voice.say("dates-is-today")
    return "\n".join((f"**{part.title}**", until, *sentences, *part.notes))


def _reminder(part: _Part, library: Library, voice: Voice) -> Reminder:
    assert part.day is not None, "only what is to come is kept in mind"
    rule = part.rules[0]
    sentences = " ".join(each.sentence.get(voice.language) for each in part.rules)
    source = _source(rule, library)
    named = voice.say("source", source=f"{source.title} ({voice.date(source.date)})")
    text = "\n".join((sentences, voice.say("dates-do-not-wait"), named))
    return Reminder(rule.id, part.day, part.title, text, _ALARMS[rule.id])


def _link(part: _Part, library: Library, voice: Voice, today: date) -> Button:
    rule = part.rules[0]
    passed = part.day is not None and part.day < today
    name = part.explained or (rule.late if passed and rule.late else rule.section)
    topic, facts = _section(name, library)
    article = topic.page.article(voice.language)
    section = article.section(facts.id) or article.sections[0]
    return Button(section.heading, f"page:{topic.page.id}#{section.id}")


def _sources(rules: Sequence[DayRule], library: Library, voice: Voice) -> str:
    sources = dict.fromkeys(_source(rule, library) for rule in rules)
    pages = [_page(rule, library) for rule in rules]
    shown = "; ".join(f"{_linked(each)} ({voice.date(each.date)})" for each in sources)
    marks = [] if all(page.checked for page in pages) else [voice.say("never-checked")]
    if not all(page.article(voice.language).reviewed for page in pages):
        marks.append(voice.say("not-reviewed"))
    line = voice.say("source" if len(sources) == 1 else "sources", source=shown)
    return f"{line}\n{' · '.join(marks)}" if marks else line


def _linked(source: Source) -> str:
    return f"[{escape(source.title)}]({source.url})" if source.url else escape(source.title)


def _source(rule: DayRule, library: Library) -> Source:
    return _page(rule, library).sources[rule.source]


def _page(rule: DayRule, library: Library) -> Page:
    return _section(rule.section, library)[0].page


def _section(name: str, library: Library) -> tuple[Topic, SectionFacts]:
    topic_id, _, section_id = name.partition("#")
    topic = library.topic_by_id[topic_id]
    return topic, topic.page.facts(section_id)

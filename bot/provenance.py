"""What a reply says about where its text comes from, how old it is, and who stands behind it."""

from __future__ import annotations

from datetime import date

from bot.markup import escape
from bot.phrases import Voice
from knowledge.model import Article, Page, SectionFacts, Source


def validity(facts: SectionFacts, today: date, voice: Voice) -> str | None:
    """Return since when and until when the section holds, a warning if that is past, or None."""
    since, until = facts.valid_from, facts.valid_until
    if until is not None and until < today:
        return f"**{voice.say('no-longer-valid', date=voice.date(until))}**"
    if since is not None and until is not None:
        return f"*{voice.say('valid-between', **{'from': voice.date(since), 'until': voice.date(until)})}*"
    if since is not None:
        return f"*{voice.say('valid-from', date=voice.date(since))}*"
    if until is not None:
        return f"*{voice.say('valid-until', date=voice.date(until))}*"
    return None


def other_language(article: Article, voice: Voice) -> str | None:
    """Return the line that says which language the text is in, if it is not the asked one."""
    if article.language == voice.language:
        return None
    return f"*{voice.say('other-language', language=voice.say(f'language-{article.language}'))}*"


def publication_note(page: Page, article: Article, voice: Voice) -> str | None:
    """Return the line that tells a ministry's report from a rule, and our translation from the original."""
    if not page.path.startswith("ministry/"):
        return None
    translated = article.language != page.source_language
    return f"*{voice.say('publication')}{' ' + voice.say('translation') if translated else ''}*"


def footer(page: Page, article: Article, facts: SectionFacts, voice: Voice) -> str:
    """Return the sources with their own dates, then the text's date, its last check and its approval."""
    sources = "; ".join(_source(page.sources[each], voice) for each in facts.sources)
    marks = [voice.say("updated", date=voice.date(article.updated))]
    if page.checked is None:
        marks.append(voice.say("never-checked"))
    else:
        marks.append(voice.say("checked", date=voice.date(page.checked)))
    if article.reviewed is None or article.reviewed < article.updated:
        marks.append(voice.say("not-reviewed"))
    key = "source" if len(facts.sources) == 1 else "sources"
    return f"{voice.say(key, source=sources)}\n{' · '.join(marks)}"


def _source(source: Source, voice: Voice) -> str:
    title = escape(source.title)
    shown = f"[{title}]({source.url})" if source.url else title
    return f"{shown} ({voice.date(source.date)})"

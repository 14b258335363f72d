"""What stands in a field whose value is chosen from a list: a name for a person, with the id in brackets."""

from __future__ import annotations

from desk.drafting import facts
from desk.drafting.wrong import Owner
from knowledge.model import Language, Library, Topic


def contact_label(library: Library, contact_id: str, language: str) -> str:
    """Return what stands in the field for this contact; what is no contact's id stays as it is."""
    contact = library.contact_by_id.get(contact_id)
    return f"{getattr(contact.name, language)} [{contact_id}]" if contact else contact_id


def section_labels(owner: Owner, library: Library, language: Language) -> dict[str, str]:
    """Return what stands in the field for each section that may say what holds today, by 'topic#section'.

    They are those of its own topic and of the related ones; the field takes any other as well.
    """
    if not any(facts.says_today(owner, each) for each in owner.page.sections):
        return {}
    topic = owner if isinstance(owner, Topic) else library.topic_by_id.get(owner.topic)
    near = (topic, *(library.topic_by_id.get(each) for each in topic.related)) if topic else ()
    named = {f"{each.id}#{part.id}" for each in near if each for part in each.page.sections}
    set_now = {each.today for each in owner.page.sections if each.today}
    return {each: section_label(library, each, language) for each in sorted(named | set_now)}


def section_label(library: Library, name: str, language: Language) -> str:
    """Return what stands in the field for this 'topic#section'; what names no section stays as it is."""
    topic_id, _, section_id = name.partition("#")
    topic = library.topic_by_id.get(topic_id)
    article = topic.page.article(language) if topic and topic.page.articles else None
    section = article.section(section_id) if article else None
    return f"{article.title}: {section.heading} [{name}]" if article and section else name

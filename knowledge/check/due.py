"""What waits for a person: reviews, comparisons, calls. All of it notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from knowledge.load import Reading, page_files
from knowledge.problems import Problem, Severity


def due(reading: Reading, today: date) -> Iterator[Problem]:
    """Yield what is past its date on this day, or was never done."""
    for path, page in page_files(reading):
        if page.review_by < today:
            message = f"to be reviewed by {page.review_by}, which is past"
            yield Problem(path, reading.line(path, "review_by"), message, "review-passed", Severity.NOTICE)
        if page.checked is None:
            message = "nobody has compared this page with its live sources yet"
            yield Problem(path, reading.line(path, "checked"), message, "never-checked", Severity.NOTICE)
        for n, section in enumerate(page.sections):
            if section.valid_until is not None and section.valid_until < today:
                message = f"section '{section.id}' held until {section.valid_until}, which is past"
                line = reading.line(path, "sections", n, "valid_until")
                yield Problem(path, line, message, "no-longer-valid", Severity.NOTICE)
        source = page.articles.get(page.source_language)
        for language, article in page.articles.items():
            file = f"{page.path}/{language}.md"
            if article.reviewed is None:
                message = "no person of the ministry has approved this text yet"
                yield Problem(file, reading.line(file, "reviewed"), message, "unreviewed", Severity.NOTICE)
            elif article.reviewed < article.updated:
                message = f"approved on {article.reviewed}, but changed on {article.updated}"
                yield Problem(file, reading.line(file, "reviewed"), message, "unreviewed", Severity.NOTICE)
            followed = article.translated_from or date.min
            if source is not None and language != page.source_language and followed < source.updated:
                message = (
                    f"follows the {page.source_language} text of {article.translated_from}, "
                    f"which has changed on {source.updated}"
                )
                line = reading.line(file, "translated_from")
                yield Problem(file, line, message, "lagging-translation", Severity.NOTICE)
            if article.set_aside:
                message = f"{len(article.set_aside)} pieces set aside by intake wait for a person"
                yield Problem(file, reading.line(file, "set_aside"), message, "set-aside", Severity.NOTICE)
        file = f"{page.path}/recordings.yaml"
        for n, recording in enumerate(page.recordings):
            if page.is_outdated(recording):
                message = f"{recording.file} was recorded on {recording.recorded}, the text differs since"
                line = reading.line(file, "recordings", n)
                yield Problem(file, line, message, "recording-older-than-text", Severity.NOTICE)
    for n, contact in enumerate(reading.library.contacts):
        if contact.checked is None and contact.phones:
            line = reading.line("contacts.yaml", "contacts", n, "checked")
            message = f"nobody has called '{contact.id}' yet"
            yield Problem("contacts.yaml", line, message, "never-called", Severity.NOTICE)

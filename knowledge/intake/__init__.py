"""A ministry page (HTML or text, any encoding) becomes a draft article; the rest is set aside."""

from knowledge.intake.decode import IntakeError
from knowledge.intake.draft import Draft, DraftSection, to_json, to_markdown
from knowledge.intake.fetch import fetch
from knowledge.intake.read import MAX_BYTES, read_page
from knowledge.model import SetAside

__all__ = [
    "MAX_BYTES",
    "Draft",
    "DraftSection",
    "IntakeError",
    "SetAside",
    "fetch",
    "read_page",
    "to_json",
    "to_markdown",
]

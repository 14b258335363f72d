"""What an editor types into fields, and the content as it would be with that."""

from desk.drafting.libraries import library_with_drafts

__all__ = ["library_with_drafts"]

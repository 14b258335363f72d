"""What people asked in vain, in groups of like questions: made beside the pages, as it takes its time."""

from desk.questions.book import Book
from desk.questions.groups import Grouped
from desk.questions.listing import Filter, Group, Listed, group_of, listed

__all__ = ["Book", "Filter", "Group", "Grouped", "Listed", "group_of", "listed"]

"""From frozen values back to the files of the content folder; what was not edited keeps every byte."""

from knowledge.writing.files import changed_files
from knowledge.writing.folder import content_path, write

__all__ = ["changed_files", "content_path", "write"]

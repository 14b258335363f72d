"""The versions of each topic, read once: only what was saved since is looked through again."""

from __future__ import annotations

from pathlib import Path

from desk.repository import Version, has_repository, repository


class VersionLog:
    """Of one content folder. Looking through a version costs about a millisecond; they never change."""

    def __init__(self, content: Path) -> None:
        self._content = content
        self._known: dict[str, tuple[str, tuple[Version, ...]]] = {}

    def of(self, path: str) -> tuple[Version, ...]:
        """Return all versions that changed the file or folder, newest first; none if there is no history.

        Raises DeskError if the history cannot be used.
        """
        if not has_repository(self._content):
            return ()
        with repository(self._content) as known:
            head = known.head()
            if head is None:
                return ()
            looked_through, before = self._known.get(path, ("", ()))
            if looked_through and not known.holds(looked_through):
                looked_through, before = "", ()  # somebody has put another history into the folder
            versions = (*known.versions(path, until=looked_through), *before)
        self._known[path] = head, versions
        return versions

"""The Git repository in the content folder. The only module that knows dulwich; no git program is needed.

Files become objects byte for byte: line ends and attributes of a person's Git settings change nothing.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from dulwich.errors import ChecksumMismatch, FileFormatException, NotGitRepository
from dulwich.file import FileLocked
from dulwich.index import commit_tree, index_entry_from_stat
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, ShaFile, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from desk.errors import DeskError

_HEAD: Final = Ref(b"HEAD")
_PENDING: Final = Ref(b"refs/desk/pending")
"""The save at work: complete in the repository, not yet in every file."""
_FILE_MODE: Final = 0o100644
_FOLDER: Final = ".git"
_NO_CONTENT: Final = ".*\n*~\n/new-version/\n"
"""What the desk passes over, so that `git status` does too."""


@dataclass(frozen=True, slots=True)
class Version:
    """One save."""

    id: str
    author: str
    when: datetime
    """With its time zone."""
    message: str


def file_version(raw: bytes) -> str:
    """Return the name of a file's content, as Git gives it: equal contents have equal names."""
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def has_repository(content: Path) -> bool:
    """Return whether the content folder itself, not one around it, is a Git repository."""
    return (content / _FOLDER).exists()


def make_repository(content: Path) -> None:
    """Make the content folder a Git repository without any version, unless it is one. Raises DeskError."""
    if has_repository(content):
        return
    try:
        with Repo.init(str(content), default_branch=b"main", symlinks=False) as repo:
            (Path(repo.controldir()) / "info/exclude").write_text(_NO_CONTENT, encoding="utf-8")
    except OSError as error:
        raise _unusable(content, error.strerror) from error


@contextmanager
def repository(content: Path) -> Iterator[Repository]:
    """Open the repository of the content folder. Raises DeskError if it cannot be used."""
    try:
        repo = Repo(str(content))
    except (NotGitRepository, OSError) as error:
        raise _unusable(content, "it cannot be opened") from error
    with repo:
        if not (Path(repo.controldir()) / "HEAD").is_file():
            raise _unusable(content, "its HEAD is missing")
        repo.object_store.fsync_object_files = True
        try:
            yield Repository(content, repo)
        except FileLocked as error:
            raise _unusable(content, "another program, such as git, is at work in it: try again") from error
        except (FileFormatException, ChecksumMismatch, zlib.error) as error:
            raise _unusable(content, "a part is damaged") from error


def _unusable(content: Path, reason: str | None) -> DeskError:
    return DeskError(
        f"the history in {content / _FOLDER} cannot be used ({reason}); move that folder away to go on "
        "without history, or put it back from a backup",
        "not-now",
    )


@dataclass(frozen=True, slots=True)
class Repository:
    """An opened repository; ids are 40 hexadecimal digits."""

    content: Path
    repo: Repo
    _read: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Versions never change: each is read once."""

    def head(self) -> str | None:
        """Return the newest version, None if there is none yet."""
        return _text(self.repo.refs.follow(_HEAD)[1])

    def pending(self) -> str | None:
        """Return the version whose files may not all be written, None if there is none."""
        return _text(self.repo.refs.follow(_PENDING)[1])

    def parent(self, version: str) -> str | None:
        """Return the version before this one."""
        return next((_text(each) for each in self._commit(version).parents), None)

    def files(self, version: str | None, path: str = "") -> dict[str, str]:
        """Return path to file version of all files, or of the file or folder `path`, in this version."""
        if version is None:
            return {}
        if (version, path) not in self._read:
            self._read[version, path] = self._files(version, path)
        return self._read[version, path]

    def _files(self, version: str, path: str) -> dict[str, str]:
        found = self._at(version, path)
        if found is None:
            return {}
        if not isinstance(self._object(found), Tree):
            return {path: found.decode()}
        prefix = f"{path}/" if path else ""
        try:
            entries = list(iter_tree_contents(self.repo.object_store, found))
        except KeyError as error:
            raise _unusable(self.content, "a part is missing") from error
        return {
            prefix + each.path.decode(errors="surrogateescape"): each.sha.decode()
            for each in entries
            if each.path and each.sha
        }

    def file(self, file_version: str) -> bytes:
        """Return the content of this name."""
        blob = self._object(ObjectID(file_version.encode()))
        assert isinstance(blob, Blob)
        return blob.data

    def holds(self, file_version: str) -> bool:
        """Return whether this content is known here."""
        return ObjectID(file_version.encode()) in self.repo.object_store

    def versions(self, path: str = "", until: str = "") -> Iterator[Version]:
        """Yield the versions in which the file or folder changed, newest first; '' means any change.

        until: only those that came after this one.
        """
        version = self.head()
        while version is not None and version != until:
            before = self.parent(version)
            if not path or self._at(version, path) != self._at(before, path):
                yield self.version(version)
            version = before

    def version(self, version: str) -> Version:
        """Return who saved this version, when and why. Raises DeskError if there is none of this name."""
        commit = self._commit(version)
        zone = timezone(timedelta(seconds=commit.author_timezone))
        return Version(
            id=version,
            author=commit.author.rpartition(b" <")[0].decode(errors="replace"),
            when=datetime.fromtimestamp(commit.author_time, zone),
            message=commit.message.decode(errors="replace").strip(),
        )

    def prepare(self, changes: Mapping[str, bytes | None], author: str, message: str, now: datetime) -> str:
        """Store a version after the newest one, with these files changed (None: gone), and return its id."""
        head = self.head()
        blobs = {path: Blob.from_string(new) for path, new in changes.items() if new is not None}
        store = self.repo.object_store
        for blob in blobs.values():
            store.add_object(blob)
        kept = {path: version for path, version in self.files(head).items() if path not in changes}
        entries = {path: ObjectID(version.encode()) for path, version in kept.items()}
        entries |= {path: blob.id for path, blob in blobs.items()}
        commit = Commit()
        commit.tree = commit_tree(store, [(_bytes(path), blob, _FILE_MODE) for path, blob in entries.items()])
        commit.parents = [ObjectID(head.encode())] if head else []
        commit.author = commit.committer = f"{_one_line(author, '<>')} <>".encode()
        commit.author_time = commit.commit_time = int(now.timestamp())
        offset = now.utcoffset()
        assert offset is not None
        commit.author_timezone = commit.commit_timezone = int(offset.total_seconds())
        commit.encoding = b"UTF-8"
        commit.message = f"{_one_line(message)}\n".encode()
        store.add_object(commit)
        return commit.id.decode()

    def remove_left_locks(self) -> None:
        """Remove Git's lock files that a killed desk left; only for who knows that one was killed."""
        folder = Path(self.repo.controldir())
        for lock in list(folder.rglob("*.lock")):
            lock.unlink()

    def set_pending(self, version: str) -> None:
        """Remember that this version's files are about to be written."""
        self.repo.refs[_PENDING] = ObjectID(version.encode())

    def finish(self, version: str) -> None:
        """Make this version the newest one, if it follows the newest one, and nothing pending any more.

        Git's own index follows, so that `git status` says what is true.
        """
        before = self.head()
        if self.parent(version) == before:
            old = ObjectID(before.encode()) if before else None
            self.repo.refs.set_if_equals(_HEAD, old, ObjectID(version.encode()))
            self._update_index(self.files(before), self.files(version))
        self.repo.refs.remove_if_equals(_PENDING, None)

    def _update_index(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        index = self.repo.open_index()
        for path in {path for path in {*before, *after} if before.get(path) != after.get(path)}:
            if path in after and (self.content / path).is_file():
                stat = (self.content / path).stat()
                index[_bytes(path)] = index_entry_from_stat(stat, ObjectID(after[path].encode()))
            elif _bytes(path) in index:
                del index[_bytes(path)]
        index.write()

    def _object(self, name: ObjectID) -> ShaFile:
        try:
            return self.repo[name]
        except KeyError as error:
            raise _unusable(self.content, "a part is missing") from error

    def _commit(self, version: str) -> Commit:
        try:
            commit = self.repo[ObjectID(version.encode())]
        except (KeyError, ValueError, AssertionError):
            commit = None
        if not isinstance(commit, Commit):
            raise DeskError(
                f"there is no version '{version}' in the history of {self.content}", "no-such-page"
            )
        return commit

    def _at(self, version: str | None, path: str) -> ObjectID | None:
        if version is None:
            return None
        tree: ObjectID = self._commit(version).tree
        if not path:
            return tree
        try:
            found: ObjectID = tree_lookup_path(self.repo.get_object, tree, _bytes(path))[1]
        except (KeyError, NotADirectoryError):
            return None
        return found


def _text(version: ObjectID | None) -> str | None:
    return version.decode() if version else None


def _bytes(path: str) -> bytes:
    return path.encode(errors="surrogateescape")


def _one_line(text: str, without: str = "") -> str:
    kept = "".join(char for char in text if char not in without and char != "\0")
    return " ".join(kept.split()) or "?"

"""Cuts a save off at each of its file operations in turn, and looks what the next opening makes of it.

Run with a folder; prints how many operations there were, and after how many nothing or everything was saved.
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from desk.history import BY_HAND, History, open_history, start_history
from tests import small_content

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
CHANGES = {"topics/wages/ru.md": b"new", "topics/wages/tg.md": None, "new/x.txt": b"x", "contacts.yaml": b"c"}


def main(folder: Path) -> None:
    """Try every place; any broken promise is an AssertionError."""
    first = start_history(small_content.write(folder / "first"), lambda: NOON)
    before = _files(first)
    after = {path: raw for path, raw in {**before, **CHANGES}.items() if raw is not None}
    found: list[bool] = []
    while True:
        content = folder / "content"
        shutil.rmtree(content, ignore_errors=True)
        shutil.copytree(first.content, content)
        cut_off = _save(content, len(found))
        history = open_history(content, lambda: NOON)
        now = _files(history)
        newest = history.log()[0]
        assert now in (before, after), (len(found), sorted(now))
        assert history.at(newest.id) == now, len(found)
        assert newest.author == (BY_HAND if now == before else "A"), len(found)
        assert not list((content / ".git").rglob("*.lock")), len(found)
        if not cut_off:
            break
        found.append(now == after)
    print(len(found), found.count(False), found.count(True))


def _save(content: Path, operations: int) -> bool:
    """Save in a process that dies before its next operation; return whether it died."""
    child = os.fork()
    if child == 0:
        left = operations

        def die(event: str, _: object) -> None:
            nonlocal left
            if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"):
                if left == 0:
                    os._exit(9)
                left -= 1

        history = History(content, lambda: NOON)
        started_from = {path: history.file_version(path) for path in CHANGES}
        sys.addaudithook(die)
        history.save(CHANGES, started_from=started_from, author="A", message="a")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _files(history: History) -> dict[str, bytes]:
    folder = history.content
    paths = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]
    return {
        each.as_posix(): (folder / each).read_bytes() for each in paths if not each.parts[0].startswith(".")
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))

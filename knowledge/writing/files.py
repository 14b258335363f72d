"""What has to change in which file when the library before becomes the library after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from knowledge.errors import ContentError
from knowledge.model import LANGUAGES, Example, Library, Page, Publication, Topic
from knowledge.parse import parse_yaml
from knowledge.writing.article_revision import revise_article
from knowledge.writing.line_ends import bytes_of, text_of
from knowledge.writing.message_revision import revise_messages
from knowledge.writing.trees import Tree, topic_tree, tree
from knowledge.writing.yaml_revision import revise

Read = Callable[[str], bytes | None]
"""Path below the content folder to what the file holds now; None if there is no such file."""
_Revise = Callable[[str | None], str | None]
_YAML_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "contacts.yaml": {"fallback": "fallback", "contacts": "contacts"},
    "urgent.yaml": {"rules": "urgent_rules"},
    "categories.yaml": {"most_asked": "most_asked", "categories": "categories"},
    "deadlines.yaml": {"rules": "day_rules"},
    "places.yaml": {"districts": "districts", "places": "places"},
    "small-talk.yaml": {"remarks": "small_talk.remarks", "fillers": "small_talk.fillers"},
}
"""Each file's keys, and the part of the library that stands under them."""


def changed_files(read: Read, before: Library, after: Library) -> dict[str, bytes | None]:
    """Return path to new content of each file that must change; None: the file goes.

    Only files of what differs between the two are read, and in them only that is changed. The sound of a
    recording that is gone goes too; that of a new one is for the caller to put there.

    Raises ContentError, with the path in front, if something cannot be written in the form of its file.
    """
    changes: dict[str, bytes | None] = {}
    for path, revised in _revisions(before, after):
        raw = read(path)
        try:
            text = revised(None if raw is None else text_of(raw))
            new = None if text is None else bytes_of(text, raw or b"")
        except ContentError as error:
            raise ContentError(f"{path}: {error}") from error
        if new != raw:
            changes[path] = new
    for path in sorted(_sounds(before) - _sounds(after)):
        if read(path) is not None:
            changes[path] = None
    return changes


def _revisions(before: Library, after: Library) -> Iterator[tuple[str, _Revise]]:
    was, now = _owners(before), _owners(after)
    for path in sorted({*was, *now}):
        if was.get(path) != now.get(path):
            yield from _page_revisions(path, now.get(path))
    for path, keys in _YAML_FILES.items():
        values = {key: _part(after, name) for key, name in keys.items()}
        if values != {key: _part(before, name) for key, name in keys.items()}:
            yield path, _yaml({key: tree(value) for key, value in values.items()})
    yield from _message_revisions(before, after)
    for language in LANGUAGES:
        if before.phrases.get(language) != after.phrases.get(language):
            yield f"phrases/{language}.ftl", _whole(after.phrases.get(language))


def _owners(library: Library) -> dict[str, Topic | Publication]:
    topics = {each.page.path: each for each in library.topics}
    return {**topics, **{each.page.path: each for each in library.publications}}


def _page_revisions(path: str, owner: Topic | Publication | None) -> Iterator[tuple[str, _Revise]]:
    page = owner.page if owner else None
    yield f"{path}/topic.yaml", _topic(owner)
    for language in LANGUAGES:
        yield f"{path}/{language}.md", _article(page, language)
    yield f"{path}/examples.txt", _messages(page.examples) if page else _gone
    yield f"{path}/recordings.yaml", _recordings(page)


def _message_revisions(before: Library, after: Library) -> Iterator[tuple[str, _Revise]]:
    if before.urgent_examples != after.urgent_examples:
        yield "urgent.txt", _messages(after.urgent_examples)
    if before.not_ours != after.not_ours:
        yield "not-ours.txt", _messages(after.not_ours)
    for name in sorted({*before.calibration, *after.calibration}):
        if before.calibration.get(name) != after.calibration.get(name):
            kept = after.calibration.get(name)
            yield f"calibration/{name}.txt", _gone if kept is None else _messages(kept)


def _part(library: Library, name: str) -> object:
    value: object = library
    for each in name.split("."):
        value = getattr(value, each)
    return value


def _topic(owner: Topic | Publication | None) -> _Revise:
    return lambda text: revise(text or "", topic_tree(owner)) if owner else None


def _article(page: Page | None, language: str) -> _Revise:
    article = (
        next((each for each in page.articles.values() if each.language == language), None) if page else None
    )
    return lambda text: revise_article(text, article) if article else None


def _messages(messages: tuple[Example, ...]) -> _Revise:
    return lambda text: None if text is None and not messages else revise_messages(text, messages)


def _yaml(values: dict[str, Tree]) -> _Revise:
    return lambda text: revise(text or "", {**_untouched(text or ""), **values})


def _untouched(text: str) -> dict[str, Tree]:
    # Keys such as short_codes are no part of the library and stay as they are.
    raw = parse_yaml(text).value
    return {str(key): tree(value) for key, value in raw.items()} if isinstance(raw, dict) else {}


def _recordings(page: Page | None) -> _Revise:
    kept = page.recordings if page else ()
    return lambda text: revise(text or "", {"recordings": tree(kept)}) if kept else None


def _sounds(library: Library) -> set[str]:
    return {f"{page.path}/{each.file}" for _, page in library.pages() for each in page.recordings}


def _whole(text: str | None) -> _Revise:
    return lambda _: text


def _gone(_: str | None) -> None:
    return None

"""The content folder to a Library, or every problem at once as path:line: message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from knowledge.errors import ContentError
from knowledge.model import (
    LANGUAGES,
    Article,
    Category,
    Contact,
    DayRule,
    Example,
    Id,
    Language,
    Library,
    Page,
    Place,
    Publication,
    Recording,
    SmallTalk,
    Topic,
    UrgentRule,
    Value,
)
from knowledge.parse import Location, Parsed, ParseError, parse_article, parse_examples, parse_yaml
from knowledge.problems import Problem, Severity, nearest

SHIPPED_CONTENT = Path(__file__).parent / "content"
"""The content folder inside the package."""

ModelT = TypeVar("ModelT", bound=BaseModel)


class _TopicFile(Page):
    path: Literal[""] = ""
    category: Id
    related: tuple[Id, ...] = ()
    contacts: tuple[Id, ...] = Field(min_length=1)


class _PublicationFile(Page):
    path: Literal[""] = ""
    topic: Id


class _ContactsFile(Value):
    short_codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    fallback: tuple[Id, ...] = Field(min_length=1)
    contacts: tuple[Contact, ...]


class _UrgentFile(Value):
    rules: tuple[UrgentRule, ...]


class _CategoriesFile(Value):
    most_asked: tuple[Id, ...] = ()
    categories: tuple[Category, ...]


class _DeadlinesFile(Value):
    rules: tuple[DayRule, ...]


class _PlacesFile(Value):
    districts: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    places: tuple[Place, ...]


class _ExamplesFile(Value):
    examples: tuple[Example, ...]


class _RecordingsFile(Value):
    recordings: tuple[Recording, ...]


@dataclass(slots=True)
class Reading:
    """What a content folder holds, as far as it can be read, and what is wrong with the rest."""

    library: Library
    short_codes: Mapping[str, tuple[str, ...]]
    problems: list[Problem]
    parsed: Mapping[str, Parsed] = field(default_factory=dict)

    def line(self, path: str, *location: str | int) -> int:
        """Return the line of this part of this file, 0 if the file was not read."""
        return self.parsed[path].line(location) if path in self.parsed else 0


def read(folder: Path) -> Reading:
    """Read the content folder. Broken files are left out of the library and stand among the problems.

    Raises ContentError if there is no such folder.
    """
    if not (folder / "topics").is_dir():
        raise ContentError(
            f"{folder} is no content folder: it has no 'topics'; set HOTLINE_CONTENT to the editors' folder"
        )
    return _Reader(folder).read()


def page_files(reading: Reading) -> Iterator[tuple[str, Page]]:
    """Yield (path of its topic.yaml, page) for every page that was read."""
    for _, page in reading.library.pages():
        yield f"{page.path}/topic.yaml", page


def load(folder: Path) -> Library:
    """Return the library in this folder.

    Raises ContentError with one line per problem if any file cannot be read; rules between files are
    checked by knowledge.check.
    """
    reading = read(folder)
    errors = [str(each) for each in sorted(reading.problems) if each.severity is Severity.ERROR]
    if errors:
        raise ContentError("\n".join(errors))
    return reading.library


class _Reader:
    """Walks one folder once and gathers problems instead of stopping at the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.parsed: dict[str, Parsed] = {}

    def read(self) -> Reading:
        contacts = self._yaml("contacts.yaml", _ContactsFile, required=True)
        urgent = self._yaml("urgent.yaml", _UrgentFile)
        categories = self._yaml("categories.yaml", _CategoriesFile, required=True)
        small_talk = self._yaml("small-talk.yaml", SmallTalk)
        deadlines = self._yaml("deadlines.yaml", _DeadlinesFile)
        places = self._yaml("places.yaml", _PlacesFile)
        library = Library(
            categories=categories.categories if categories else (),
            topics=tuple(filter(None, (self._topic(each) for each in self._folders("topics")))),
            publications=tuple(filter(None, (self._publication(each) for each in self._folders("ministry")))),
            contacts=contacts.contacts if contacts else (),
            fallback=contacts.fallback if contacts else (),
            urgent_rules=urgent.rules if urgent else (),
            urgent_examples=self._examples("urgent.txt"),
            not_ours=self._examples("not-ours.txt"),
            calibration=self._calibration(),
            phrases=self._phrases(),
            most_asked=categories.most_asked if categories else (),
            small_talk=small_talk or SmallTalk(),
            day_rules=deadlines.rules if deadlines else (),
            places=places.places if places else (),
            districts=places.districts if places else {},
        )
        return Reading(library, contacts.short_codes if contacts else {}, self.problems, self.parsed)

    def _folders(self, name: str) -> list[str]:
        parent = self.folder / name
        if not parent.is_dir():
            return []
        return sorted(f"{name}/{each.name}" for each in parent.iterdir() if each.is_dir())

    def _topic(self, path: str) -> Topic | None:
        raw = self._yaml(f"{path}/topic.yaml", _TopicFile, required=True)
        if raw is None:
            return None
        return self._valid(
            f"{path}/topic.yaml",
            Topic,
            {
                "id": path.split("/")[1],
                "category": raw.category,
                "related": raw.related,
                "contacts": raw.contacts,
                "page": self._page(path, raw),
            },
        )

    def _publication(self, path: str) -> Publication | None:
        raw = self._yaml(f"{path}/topic.yaml", _PublicationFile, required=True)
        if raw is None:
            return None
        identity = {"id": path.split("/")[1], "topic": raw.topic, "page": self._page(path, raw)}
        return self._valid(f"{path}/topic.yaml", Publication, identity)

    def _page(self, path: str, raw: Page) -> Page:
        articles: dict[Language, Article] = {}
        for language in LANGUAGES:
            article = self._article(f"{path}/{language}.md", language)
            if article is not None:
                articles[language] = article
        own = {"path", "articles", "examples", "recordings"}
        shared = {name: getattr(raw, name) for name in Page.model_fields if name not in own}
        return Page(
            **shared,
            path=path,
            articles=articles,
            examples=self._examples(f"{path}/examples.txt"),
            recordings=self._recordings(path),
        )

    def _recordings(self, path: str) -> tuple[Recording, ...]:
        file = f"{path}/recordings.yaml"
        found = self._yaml(file, _RecordingsFile)
        for n, each in enumerate(found.recordings if found else ()):
            if not (self.folder / path / each.file).is_file():
                line = self.parsed[file].line(("recordings", n))
                message = f"{each.file} is missing: put it back beside this file, or remove this recording"
                self._problem(file, line, message, "missing-file")
        return found.recordings if found else ()

    def _article(self, path: str, language: Language) -> Article | None:
        text = self._text(path)
        if text is None:
            return None
        try:
            parsed = parse_article(text)
        except ParseError as error:
            self._problem(path, error.line, str(error), "unreadable")
            return None
        self.parsed[path] = parsed
        assert isinstance(parsed.value, dict)
        return self._valid(path, Article, {**parsed.value, "language": language})

    def _examples(self, path: str) -> tuple[Example, ...]:
        text = self._text(path)
        if text is None:
            return ()
        try:
            parsed = parse_examples(text)
        except ParseError as error:
            self._problem(path, error.line, str(error), "unreadable")
            return ()
        self.parsed[path] = parsed
        found = self._valid(path, _ExamplesFile, {"examples": parsed.value}, strip="examples")
        return found.examples if found else ()

    def _calibration(self) -> dict[str, tuple[Example, ...]]:
        files = sorted((self.folder / "calibration").glob("*.txt"))
        return {file.stem: self._examples(f"calibration/{file.name}") for file in files}

    def _phrases(self) -> dict[Language, str]:
        texts = {language: self._text(f"phrases/{language}.ftl") for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text is not None}

    def _yaml(self, path: str, model: type[ModelT], *, required: bool = False) -> ModelT | None:
        text = self._text(path)
        if text is None:
            if required:
                self._problem(path, 0, "the file is missing", "missing-file")
            return None
        try:
            parsed = parse_yaml(text)
        except ParseError as error:
            self._problem(path, error.line, str(error), "unreadable")
            return None
        self.parsed[path] = parsed
        return self._valid(path, model, parsed.value)

    def _text(self, path: str) -> str | None:
        file = self.folder / path
        if not file.is_file():
            return None
        try:
            return file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            self._problem(path, 0, f"not UTF-8 (byte {error.start}); save the file as UTF-8", "unreadable")
            return None
        except OSError as error:
            self._problem(path, 0, f"cannot be read: {error.strerror}", "unreadable")
            return None

    def _valid(
        self, path: str, model: type[ModelT], raw: object, *, strip: str | None = None
    ) -> ModelT | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            parsed = self.parsed[path]
            for detail in error.errors(include_url=False, include_input=False):
                location = detail["loc"][1:] if strip and detail["loc"][:1] == (strip,) else detail["loc"]
                message = _sentence(location, detail["type"], detail["msg"], model)
                self._problem(path, parsed.line(location), message, "invalid")
            return None

    def _problem(self, path: str, line: int, message: str, rule: str) -> None:
        self.problems.append(Problem(path, line, message, rule))


def _sentence(location: Location, kind: str, message: str, model: type[BaseModel]) -> str:
    place = ".".join(str(each) for each in location)
    if kind == "missing":
        return f"'{place}' is missing"
    if kind == "extra_forbidden":
        known = model.model_fields if len(location) == 1 else ()
        return f"unknown key '{place}'{nearest(str(location[-1]), known)}"
    return f"{place}: {message.removeprefix('Value error, ')}" if place else message

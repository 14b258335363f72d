"""One content file's text to raw values that remember their lines; knows no folder and no rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from knowledge.errors import ContentError

Location = tuple[str | int, ...]
"""Where a value stands in a file: keys and list positions from the top, as pydantic reports them."""

_SECTION_HEADING = re.compile(r"^## (?P<heading>.*?)\s*\{#(?P<id>[^}\s]*)\}\s*$")
_EXAMPLES_HEADING = re.compile(r"^##\s+(?P<language>\w+)(?:\s+\{#(?P<kind>[^}\s]+)\})?\s*$")
_ALSO = re.compile(r"\s*\[(?P<also>\+[^\s\]]+(?:\s+\+[^\s\]]+)*)\]\s*$")
_Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ParseError(ContentError):
    """A file that cannot be read at all; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Parsed:
    """A raw value and the line of each of its parts."""

    value: object
    lines: Mapping[Location, int] = field(default_factory=dict)

    def line(self, location: Location) -> int:
        """Return the line of this part, or of the nearest part around it that has one."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


def parse_yaml(text: str, first_line: int = 1) -> Parsed:
    """Read one YAML document; scalars stay text, except null, true and false.

    Keeping text as it stands leaves '112', '2013' and '+992…' alone, which YAML would turn into numbers.

    first_line: the line of the file on which the text begins.
    Raises ParseError for broken YAML, a key that occurs twice, and aliases.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "cannot be read"
        raise ParseError((mark.line if mark else 0) + first_line, f"not valid YAML: {reason}") from None
    if node is None:
        return Parsed({}, {(): first_line})
    lines: dict[Location, int] = {}
    return Parsed(_construct(node, (), lines, first_line), lines)


def _construct(node: yaml.Node, at: Location, lines: dict[Location, int], first_line: int) -> object:
    line = node.start_mark.line + first_line
    lines.setdefault(at, line)
    if isinstance(node, yaml.ScalarNode):
        plain = not node.style  # None from the Python parser, "" from the C one
        if plain and node.value in ("", "null", "~"):
            return None
        return node.value == "true" if plain and node.value in ("true", "false") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_construct(each, (*at, n), lines, first_line) for n, each in enumerate(node.value)]
    assert isinstance(node, yaml.MappingNode)
    value: dict[str, object] = {}
    for key, each in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise ParseError(key.start_mark.line + first_line, "a key must be a plain word")
        if key.value in value:
            raise ParseError(key.start_mark.line + first_line, f"'{key.value}' stands twice")
        lines[(*at, key.value)] = key.start_mark.line + first_line
        value[key.value] = _construct(each, (*at, key.value), lines, first_line)
    return value


def parse_article(text: str) -> Parsed:
    """Read a Markdown article into front matter keys plus 'sections': [{id, heading, text}].

    Raises ParseError if the front matter or a '##' heading's {#id} is missing, or text stands before the
    first heading.
    """
    rows = text.split("\n")
    if rows[0].rstrip() != "---":
        raise ParseError(1, "the file must begin with '---' and its front matter (title, updated, reviewed)")
    try:
        end = next(n for n, row in enumerate(rows[1:], start=1) if row.rstrip() == "---")
    except StopIteration:
        raise ParseError(1, "the front matter has no closing '---'") from None
    front = parse_yaml("\n".join(rows[1:end]), first_line=2)
    if not isinstance(front.value, dict):
        raise ParseError(2, "the front matter must be 'key: value' lines")
    sections, lines = _sections(rows, end + 1)
    return Parsed({**front.value, "sections": sections}, {**front.lines, **lines})


def _sections(rows: list[str], start: int) -> tuple[list[dict[str, str]], dict[Location, int]]:
    sections: list[dict[str, str]] = []
    bodies: list[list[str]] = []
    lines: dict[Location, int] = {}
    for number, row in enumerate(rows[start:], start=start + 1):
        if row.startswith("## "):
            match = _SECTION_HEADING.match(row)
            if match is None:
                raise ParseError(
                    number, "a heading must end with its section's id, such as '## Fees {#fees}'"
                )
            lines[("sections", len(sections))] = number
            sections.append({"id": match["id"], "heading": match["heading"]})
            bodies.append([])
        elif bodies:
            bodies[-1].append(row)
        elif row.strip():
            raise ParseError(number, "text stands before the first '##' heading")
    for section, body in zip(sections, bodies, strict=True):
        section["text"] = "\n".join(body).strip()
    return sections, lines


def parse_examples(text: str) -> Parsed:
    """Read messages under '## language {#kind}' headings into [{text, language, kind, also}].

    Raises ParseError for a message before the first heading and for a heading of another form.
    """
    messages: list[dict[str, object]] = []
    lines: dict[Location, int] = {}
    heading: re.Match[str] | None = None
    for number, row in enumerate(text.split("\n"), start=1):
        if row.startswith("//") or not row.strip():
            continue
        if row.startswith("##"):
            heading = _EXAMPLES_HEADING.match(row)
            if heading is None:
                raise ParseError(number, "a heading must be '## language' or '## language {#kind}'")
            continue
        if heading is None:
            raise ParseError(number, "a message stands before the first '## language' heading")
        lines[(len(messages),)] = number
        text, also = parse_message(row)
        messages.append(
            {"text": text, "language": heading["language"], "kind": heading["kind"], "also": also}
        )
    return Parsed(messages, lines)


def parse_message(row: str) -> tuple[str, list[str]]:
    """Read one message, with what stands at its end in ' [+topic +topic]', into its text and these topics."""
    also = _ALSO.search(row)
    if also is None:
        return row.strip(), []
    return row[: also.start()].strip(), [each.lstrip("+") for each in also["also"].split()]

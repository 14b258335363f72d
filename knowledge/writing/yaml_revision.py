"""A YAML text made to say something else: only the parts that say it change, by their place in the text.

ruamel.yaml, which keeps comments, rewrites 38 of the 45 shipped files when it only reads and writes them
(line width, indentation of lists); replacing places in the text leaves everything else as people wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from knowledge.errors import ContentError
from knowledge.parse import parse_yaml
from knowledge.writing.trees import Tree, is_empty, same
from knowledge.writing.yaml_new import after_mark, entry, flow, item, mapping, scalar

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def revise(text: str, tree: dict[str, Tree]) -> str:
    """Return the text, changed so far that it says exactly this; an empty text becomes a whole file.

    Keys whose value is empty (null, false, [], {}) are neither added nor, where they say so already, removed.
    Comments stay, also those above an entry that goes.

    Raises ContentError if the text cannot be read, or if the result would say something else.
    """
    raw = parse_yaml(text).value
    if same(raw, tree):
        return text
    node = yaml.compose(text, Loader=_LOADER)
    if isinstance(node, yaml.MappingNode) and isinstance(raw, dict) and raw:
        revision = _Revision(text)
        result = text[: node.start_mark.index] + revision.node(node, raw, tree) + text[revision.end(node) :]
    else:
        kept = text[: node.start_mark.index] + text[node.end_mark.index :] if node else text
        kept += "" if not kept or kept.endswith("\n") else "\n"
        result = kept + mapping(tree, 0) + "\n"
    if not same(parse_yaml(result).value, tree):
        raise ContentError("this change cannot be put into the file without touching more; edit it by hand")
    return result


@dataclass(frozen=True, slots=True)
class _Piece:
    """An entry of a block list or mapping: whole lines of comment before it, then its own text."""

    lead: str
    body: str


@dataclass(frozen=True, slots=True)
class _Revision:
    text: str

    def node(self, node: yaml.Node, raw: object, value: Tree) -> str:
        """Return the node's text as far as `end`, saying this; the kinds of both are the same."""
        if same(raw, value):
            return self.text[node.start_mark.index : self.end(node)]
        if isinstance(node, yaml.MappingNode):
            assert isinstance(raw, dict)
            assert isinstance(value, dict)
            return (
                self._flow_mapping(node, raw, value) if node.flow_style else self._mapping(node, raw, value)
            )
        assert isinstance(node, yaml.SequenceNode)
        assert isinstance(raw, list)
        assert isinstance(value, list)
        return self._flow_list(node, raw, value) if node.flow_style else self._list(node, raw, value)

    def end(self, node: yaml.Node) -> int:
        """Return where the node ends: its last character, or the end of its last line if it has lines."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            last = node.value[-1]
            return self._line_end(self.end(last[1] if isinstance(node, yaml.MappingNode) else last))
        end: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return self._line_end(len(self.text[:end].rstrip()))
        return end

    def _line_end(self, place: int) -> int:
        end = self.text.find("\n", place)
        return len(self.text) if end < 0 else end

    def _mapping(self, node: yaml.MappingNode, raw: dict[str, object], value: dict[str, Tree]) -> str:
        column = node.start_mark.column
        starts = [key.start_mark.index for key, _ in node.value]
        leads = self._leads(starts, [each for _, each in node.value])
        names: list[str] = [key.value for key, _ in node.value]
        bodies: dict[str, str] = {}
        for start, (key, each) in zip(starts, node.value, strict=True):
            if same(raw[key.value], value.get(key.value)):
                bodies[key.value] = self.text[start : self._line_end(self.end(each))]
            elif key.value in value:
                mark = self.text[start : key.end_mark.index] + ":"
                bodies[key.value] = self._entry(start, mark, each, raw[key.value], value[key.value], column)
        order = [name for name in names if name in bodies]
        for before, name in zip([None, *value], value, strict=False):
            if name not in names and not is_empty(value[name]):
                order.insert(order.index(before) + 1 if before in order else 0, name)
                bodies[name] = entry(name, value[name], column)
        if not order:
            return "{}"
        old = [names.index(name) if name in names else None for name in order]
        return self._joined(leads, old, [bodies[name] for name in order], column)

    def _list(self, node: yaml.SequenceNode, raw: list[object], value: list[Tree]) -> str:
        column = node.start_mark.column
        starts = [self._dash(each, column) for each in node.value]
        leads = self._leads(starts, node.value)
        style = _style(node.value[-1])
        old = _matched(raw, value)
        bodies: list[str] = []
        for was, each in zip(old, value, strict=True):
            if was is None:
                bodies.append(item(each, column, style))
            else:
                bodies.append(
                    self._entry(starts[was], "-", node.value[was], raw[was], each, column, listed=True)
                )
        return self._joined(leads, old, bodies, column)

    def _entry(
        self,
        start: int,
        mark: str,
        node: yaml.Node,
        raw: object,
        value: Tree,
        column: int,
        *,
        listed: bool = False,
    ) -> str:
        tail = self.text[self.end(node) : self._line_end(self.end(node))]
        head = self.text[start : node.start_mark.index]
        if same(raw, value) or (_same_kind(raw, value) and not is_empty(value) and not is_empty(raw)):
            return head + self.node(node, raw, value) + tail
        new = after_mark(value, column, _style(node), listed=listed)
        first, line_end, more = new.partition("\n")
        return mark + first + tail + line_end + more

    def _dash(self, node: yaml.Node, column: int) -> int:
        line = self.text.rfind("\n", 0, node.start_mark.index) + 1
        while self.text[line + column : line + column + 1] != "-":
            line = self.text.rfind("\n", 0, line - 1) + 1
        return line + column

    def _leads(self, starts: list[int], nodes: list[yaml.Node]) -> list[str]:
        leads = [""]
        for before, start in zip(nodes[:-1], starts[1:], strict=True):
            line = self.text.rfind("\n", 0, start) + 1
            leads.append(self.text[self._line_end(self.end(before)) + 1 : line])
        return leads

    def _joined(self, leads: list[str], old: list[int | None], bodies: list[str], column: int) -> str:
        kept = sorted(each for each in old if each is not None)
        leads = list(leads)
        trailing = ""
        for gone in reversed([n for n in range(len(leads)) if n not in kept and "#" in leads[n]]):
            following = next((n for n in kept if n > gone), None)
            if following is None:
                trailing = leads[gone] + trailing
            else:
                leads[following] = leads[gone] + leads[following]
        pieces = [_Piece("" if n is None else leads[n], body) for n, body in zip(old, bodies, strict=True)]
        pad = " " * column
        first = pieces[0]
        lead = first.lead.lstrip()
        text = (lead + pad if lead else "") + first.body
        text += "".join(f"\n{each.lead}{pad}{each.body}" for each in pieces[1:])
        return text + ("\n" + trailing.rstrip("\n") if trailing else "")

    def _flow_list(self, node: yaml.SequenceNode, raw: list[object], value: list[Tree]) -> str:
        spans = [(each.start_mark.index, self.end(each)) for each in node.value]
        style = _style(node.value[-1])
        old = _matched(raw, value)
        bodies = [
            self._flow_value(node.value[was], raw[was], each, listed=True)
            if was is not None
            else _flow_item(each, style)
            for was, each in zip(old, value, strict=True)
        ]
        return self._flow_joined(node, spans, old, bodies)

    def _flow_mapping(self, node: yaml.MappingNode, raw: dict[str, object], value: dict[str, Tree]) -> str:
        spans = [(key.start_mark.index, self.end(each)) for key, each in node.value]
        old: list[int | None] = []
        bodies: list[str] = []
        for n, (key, each) in enumerate(node.value):
            wanted = value.get(key.value)
            if key.value in value or same(raw[key.value], wanted):
                old.append(n)
                head = self.text[key.start_mark.index : key.end_mark.index] + ": "
                kept = same(raw[key.value], wanted)
                bodies.append(
                    self.text[slice(*spans[n])]
                    if kept
                    else head + self._flow_value(each, raw[key.value], wanted)
                )
        for name, each in value.items():
            if name not in raw and not is_empty(each):
                old.append(None)
                bodies.append(flow({name: each})[1:-1])
        return self._flow_joined(node, spans, old, bodies)

    def _flow_value(self, node: yaml.Node, raw: object, value: Tree, *, listed: bool = False) -> str:
        if same(raw, value) or (_same_kind(raw, value) and not is_empty(value) and not is_empty(raw)):
            return self.node(node, raw, value)
        if isinstance(value, dict | list):
            return flow(value)
        return scalar(value, _style(node), flow=True, listed=listed)

    def _flow_joined(
        self, node: yaml.Node, spans: list[tuple[int, int]], old: list[int | None], bodies: list[str]
    ) -> str:
        text = self.text[node.start_mark.index : spans[0][0]]
        for n, body in enumerate(bodies):
            before, here = (old[n - 1] if n else None), old[n]
            if before is not None and here == before + 1:
                text += self.text[spans[before][1] : spans[here][0]]
            elif n:
                text += ", "
            text += body
        return text + self.text[spans[-1][1] : self.end(node)]


def _matched(raw: Sequence[object], value: Sequence[Tree]) -> list[int | None]:
    """Return for each new item the old one that it is, or takes the place of; None where there is none."""
    free = list(range(len(raw)))
    old: list[int | None] = []
    for each in value:
        was = next((n for n in free if _identity(raw[n], each)), None)
        old.append(was)
        if was is not None:
            free.remove(was)
    for n, each in enumerate(value):
        place = (old[n - 1] if n else -1) if old[n] is None else None
        if place is not None and place + 1 in free and not _has_id(each) and not _has_id(raw[place + 1]):
            old[n] = place + 1
            free.remove(place + 1)
    return old


def _identity(raw: object, value: Tree) -> bool:
    if isinstance(raw, dict) and isinstance(value, dict) and "id" in value:
        return raw.get("id") == value["id"]
    return same(raw, value)


def _has_id(value: object) -> bool:
    return isinstance(value, dict) and "id" in value


def _same_kind(raw: object, value: Tree) -> bool:
    return (isinstance(raw, dict) and isinstance(value, dict)) or (
        isinstance(raw, list) and isinstance(value, list)
    )


def _style(node: yaml.Node) -> str:
    return (node.style or "") if isinstance(node, yaml.ScalarNode) else ""


def _flow_item(value: Tree, style: str) -> str:
    return flow(value) if isinstance(value, dict | list) else scalar(value, style, flow=True, listed=True)

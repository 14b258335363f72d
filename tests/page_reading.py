"""A page as a reader of it sees it: whether its tags close, what its tables say, what it asks for."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta"}


class Reading(HTMLParser):
    """Follows the tags, and gathers the cells of every row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [f"{name}={value}" for name, value in attrs if name in ("src", "href", "style")]
        self.addresses += [name for name, _ in attrs if name.startswith("on")]
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing stays open."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if {"th", "td"} & set(self.open) and "svg" not in self.open:
            self.rows[-1][-1] += f" {data}"

    def row(self, name: str) -> list[str]:
        [found] = [row for row in self.rows if row and row[0].strip().startswith(name)]
        return found

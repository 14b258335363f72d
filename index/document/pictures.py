"""Small pictures in SVG: a share with its interval, and a chart with two axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]
Tick = tuple[float, str]
"""A value on a scale, and what is written there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart's values go: those at its edges, and its place in a drawing of 360 by 280."""

    x: tuple[float, float]
    y: tuple[float, float]
    left: float = 60
    right: float = 338
    top: float = 12
    bottom: float = 232

    def at(self, point: Point) -> Point:
        """Return the place of these values in the drawing, from its upper left corner, to a tenth."""
        (x_low, x_high), (y_low, y_high) = self.x, self.y
        across = (point[0] - x_low) / (x_high - x_low)
        up = (point[1] - y_low) / (y_high - y_low)
        x = self.left + across * (self.right - self.left)
        y = self.bottom - up * (self.bottom - self.top)
        return round(x, 1), round(y, 1)


def chart(title: str, parts: Iterable[str]) -> str:
    """Return a drawing of these parts; the title is read to those who don't see it."""
    return (
        f'<svg class="chart" viewBox="0 0 360 280" role="img"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def axes(frame: Frame, x_name: str, y_name: str, steps: int = 5) -> str:
    """Return both axes with a grid of `steps` and per cents at it."""
    across = [frame.x[0] + (frame.x[1] - frame.x[0]) * step / steps for step in range(steps + 1)]
    up = [frame.y[0] + (frame.y[1] - frame.y[0]) * step / steps for step in range(steps + 1)]
    parts = [
        *(_grid_line(x, x, frame.top, frame.bottom) for x, _ in (frame.at((each, up[0])) for each in across)),
        scale_up(frame, [(each, _tick(each)) for each in up]),
        scale_across(frame, [(each, _tick(each)) for each in across]),
        _text((frame.left + frame.right) / 2, frame.bottom + 36, x_name, "middle"),
    ]
    middle = (frame.top + frame.bottom) / 2
    turned = f'transform="rotate(-90 12 {middle})"'
    parts.append(f'<text x="12" y="{middle}" text-anchor="middle" {turned}>{escape(y_name)}</text>')
    return "".join(parts)


def scale_up(frame: Frame, ticks: Iterable[Tick]) -> str:
    """Return lines across at these values, and their names at the left."""
    places = [(frame.at((frame.x[0], value))[1], name) for value, name in ticks]
    return "".join(
        _grid_line(frame.left, frame.right, y, y) + _text(frame.left - 6, y + 4, name, "end")
        for y, name in places
    )


def scale_across(frame: Frame, ticks: Iterable[Tick]) -> str:
    """Return the names of these values below."""
    return "".join(
        _text(frame.at((value, frame.y[0]))[0], frame.bottom + 16, name, "middle") for value, name in ticks
    )


def column(frame: Frame, x: tuple[float, float], y: tuple[float, float], style: str) -> str:
    """Return a filled rectangle between these values."""
    (left, top), (right, bottom) = frame.at((x[0], y[1])), frame.at((x[1], y[0]))
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect class="{escape(style)}" x="{left}" y="{top}" {size}/>'


def noted(note: str, drawn: Iterable[str]) -> str:
    """Return these parts with a note that is shown when one of them is pointed at."""
    return f"<g><title>{escape(note)}</title>{''.join(drawn)}</g>"


def bar(share: float) -> str:
    """Return a bar as long as this share, 0 to 1, of the room there is."""
    return (
        '<svg class="bar" aria-hidden="true"><rect class="room" width="100%" height="100%"/>'
        f'<rect class="dot" width="{_share(share)}" height="100%"/></svg>'
    )


def _grid_line(left: float, right: float, top: float, bottom: float) -> str:
    return f'<line class="grid" x1="{left}" x2="{right}" y1="{top}" y2="{bottom}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _tick(value: float) -> str:
    return f"{value * 100:.3g}\u00a0%"


def line(frame: Frame, points: Sequence[Point], style: str = "line") -> str:
    """Return a line through these points."""
    places = " ".join(f"{x},{y}" for x, y in map(frame.at, points))
    return f'<polyline class="{escape(style)}" points="{places}"/>'


def dot(frame: Frame, point: Point, note: str, radius: float = 4, style: str = "dot") -> str:
    """Return a dot with a note that is shown when it is pointed at."""
    x, y = frame.at(point)
    place = f'cx="{x}" cy="{y}" r="{radius}"'
    return f'<circle class="{escape(style)}" {place}><title>{escape(note)}</title></circle>'


def label(frame: Frame, point: Point, text: str, *, under: bool = False) -> str:
    """Return a text beside a point, on the side where there is room; above it, or under a line that rises."""
    x, y = frame.at(point)
    before = x > (frame.left + frame.right) / 2
    left, top = x - 8 if before else x + 4, y + 24 if under else y - 10
    return f'<g class="note">{_text(left, top, text, "end" if before else "start")}</g>'


def whisker(value: float, low: float, high: float, limit: float | None = None) -> str:
    """Return a dot on its interval, on a line from 0 to 1 as wide as there is room; a stroke at the limit."""
    stroke = "" if limit is None else _upright("limit", limit, 2, 18)
    return (
        '<svg class="whisker" aria-hidden="true">'
        f"{_upright('grid', 0, 0, 20)}{_upright('grid', 0.5, 0, 20)}{_upright('grid', 1, 0, 20)}{stroke}"
        f'<line class="interval" x1="{_share(low)}" x2="{_share(high)}" y1="10" y2="10"/>'
        f'<circle class="dot" cx="{_share(value)}" cy="10" r="4"/></svg>'
    )


def whisker_scale() -> str:
    """Return the scale that stands above whiskers."""
    ticks = ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    texts = "".join(
        f'<text x="{_share(value)}" y="13" text-anchor="{anchor}">{_tick(value)}</text>'
        for value, anchor in ticks
    )
    return f'<svg class="whisker" aria-hidden="true">{texts}</svg>'


def _upright(style: str, value: float, top: int, bottom: int) -> str:
    return f'<line class="{style}" x1="{_share(value)}" x2="{_share(value)}" y1="{top}" y2="{bottom}"/>'


def _share(value: float) -> str:
    return f"{value * 100:.1f}%"

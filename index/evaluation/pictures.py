"""Small pictures in SVG: a share with its interval, and a chart with two axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]


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
    parts = []
    for step in range(steps + 1):
        x_value = frame.x[0] + (frame.x[1] - frame.x[0]) * step / steps
        y_value = frame.y[0] + (frame.y[1] - frame.y[0]) * step / steps
        x, y = frame.at((x_value, y_value))
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{frame.top}" y2="{frame.bottom}"/>')
        parts.append(f'<line class="grid" x1="{frame.left}" x2="{frame.right}" y1="{y}" y2="{y}"/>')
        parts.append(_text(x, frame.bottom + 16, _tick(x_value), "middle"))
        parts.append(_text(frame.left - 6, y + 4, _tick(y_value), "end"))
    parts.append(_text((frame.left + frame.right) / 2, frame.bottom + 36, x_name, "middle"))
    middle = (frame.top + frame.bottom) / 2
    turned = f'transform="rotate(-90 12 {middle})"'
    parts.append(f'<text x="12" y="{middle}" text-anchor="middle" {turned}>{escape(y_name)}</text>')
    return "".join(parts)


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


def label(frame: Frame, point: Point, text: str) -> str:
    """Return a text beside a point, on the side where there is room."""
    x, y = frame.at(point)
    before = x > (frame.left + frame.right) / 2
    return (
        f'<g class="note">{_text(x - 8 if before else x + 4, y - 10, text, "end" if before else "start")}</g>'
    )


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

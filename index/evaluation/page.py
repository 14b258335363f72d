"""The report as one page that needs nothing from elsewhere: for a screen, a phone, and paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from index.document.html import document, heading, section, table
from index.document.pictures import whisker, whisker_scale
from index.evaluation.charts import not_ours_chart, reliability_chart, risk_chart
from index.evaluation.gate import Floor
from index.evaluation.report import Figure, MeasuredOn, Report
from index.evaluation.wording import CALIBRATED, EXPLAINED, GROUPS, cent, interval

_TITLE: Final = "How well the hotline answers"
_SHOWN_THRESHOLDS: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


def page(report: Report, floors: Mapping[str, Floor] | None = None) -> str:
    """Return the report as an HTML page with pictures.

    floors: shown at their figures. No question's text is in it, only ids.
    """
    parts = [
        _heading(report),
        _whole(report, floors or {}),
        _pictures(report),
        _groups(report),
        _confusions(report),
    ]
    return document(_TITLE, parts)


def _heading(report: Report) -> str:
    facts = _facts(report.measured_on) if report.measured_on else ()
    return heading(_TITLE, facts)


def _facts(on: MeasuredOn) -> Iterable[tuple[str, str]]:
    yield "Measured", on.day
    yield "Version", on.snapshot
    yield "Encoder", on.encoder
    yield "Content", ", ".join(f"{count} {name}" for name, count in on.content.items())
    yield "Article sent from", f"confidence {on.found:.2f}"
    yield "Choice shown from", f"confidence {on.choice:.2f}, three topics together"


def _whole(report: Report, floors: Mapping[str, Floor]) -> str:
    rows = [
        _figure_row(*EXPLAINED.get(name, (name, "")), figure, floors.get(name))
        for name, figure in report.figures.items()
        if "/" not in name
    ]
    limits = " A red stroke is the limit that a version must hold to be published." if floors else ""
    return section(
        "In one look",
        "Each share comes with its 95 % interval: asked other questions of the same kind, it would most "
        f"likely lie in it.{limits}",
        _figure_table(rows),
        f"<p>A question costs {report.cost:.3f} refusals on average; 0: always right, always at once.</p>",
        _calibrated(report.measured_on),
    )


def _calibrated(on: MeasuredOn | None) -> str:
    if on is None or not on.calibration:
        return ""
    shares = ", ".join(
        f"{escape(CALIBRATED.get(name, name))} {cent(share)}" for name, share in on.calibration.items()
    )
    return (
        "<p>For comparison, on the calibration messages of the content, which nothing was taught either: "
        f"{shares}.</p>"
    )


def _figure_table(rows: Iterable[str]) -> str:
    return (
        '<table class="figures"><thead><tr><th scope="col">Figure</th>'
        '<th scope="col" class="number">Share, interval</th>'
        f'<th class="picture">{whisker_scale()}</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _figure_row(name: str, meaning: str, figure: Figure, floor: Floor | None = None) -> str:
    limit, promised = None, ""
    if floor is not None and floor.at_least is not None:
        limit, promised = floor.at_least, f"; at least {cent(floor.at_least)}"
    elif floor is not None and floor.at_most is not None:
        limit, promised = floor.at_most, f"; at most {cent(floor.at_most)}"
    below = f"<small>{escape(meaning)}{' · ' if meaning else ''}{figure.count} questions{promised}</small>"
    return (
        f'<tr><th scope="row">{escape(name)}{below}</th>'
        f'<td class="number"><b>{cent(figure.value)}</b><small>{interval(figure)}</small></td>'
        f'<td class="picture">{whisker(figure.value, figure.low, figure.high, limit)}</td></tr>'
    )


def _groups(report: Report) -> str:
    tables = []
    for title, prefix in GROUPS:
        rows = [
            _figure_row(group.removeprefix(prefix), "", figure) for group, figure in _members(report, prefix)
        ]
        if rows:
            tables.append(f"<h3>{escape(title)}</h3>{_figure_table(rows)}")
    return section(
        "Right topic first, by group",
        "Small groups have wide intervals, except that all or none right leaves none to see.",
        *tables,
    )


def _members(report: Report, prefix: str) -> Iterable[tuple[str, Figure]]:
    for name, figure in report.figures.items():
        start, _, group = name.partition("/")
        if start == "right_first" and group and (group.startswith(prefix) if prefix else ":" not in group):
            yield group, figure


def _pictures(report: Report) -> str:
    charts = [reliability_chart(report), risk_chart(report), not_ours_chart(report)]
    return section(
        "Confidence, and what its threshold does",
        "A confidence of 80 % should be right eight times in ten. The higher the threshold from which an "
        "article is sent without asking back, the fewer are answered at once, and the fewer wrongly.",
        f'<div class="charts">{"".join(charts)}</div>',
        _bands(report),
        _thresholds(report),
    )


def _bands(report: Report) -> str:
    rows = [
        (f"{cent(each.start)} to {cent(each.end)}", str(each.count), cent(each.confidence), cent(each.right))
        for each in report.reliability
    ]
    return table("Confidence", ("Questions", "Said", "Right"), rows)


def _thresholds(report: Report) -> str:
    in_use = report.measured_on.found if report.measured_on else None
    rows = [
        (
            f"{point.threshold:.2f}{' (in use)' if point.threshold == in_use else ''}",
            cent(point.at_once),
            cent(point.wrong),
            cent(point.not_ours_answered),
        )
        for point in report.curve
        if point.threshold in _SHOWN_THRESHOLDS or point.threshold == in_use
    ]
    return table("Threshold", ("Answered at once", "Wrong", "Not ours answered"), rows)


def _confusions(report: Report) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(each.right)} → {escape(each.got)}'
        f'<small class="ids">{escape(", ".join(each.ids))}</small></th>'
        f'<td class="number">{each.count}</td><td class="number">{each.cost:.2f}</td></tr>'
        for each in report.confusions
    )
    costly = (
        '<table><thead><tr><th scope="col">Right → came first</th>'
        '<th scope="col" class="number">Questions</th>'
        f'<th scope="col" class="number">Cost</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    return section(
        "Mistakes that cost most",
        "The topic that answers, and the one that came first instead; the cost of all these questions in "
        "refusals, and their ids.",
        costly,
    )

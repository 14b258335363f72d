"""What Prometheus and Grafana are given: whole files, and no figure that the bot does not have."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.metrics import Metrics

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
_NAME = re.compile(r"\b(?:hotline|process|up)[a-z_]*")


def _names(expression: str) -> set[str]:
    return set(_NAME.findall(re.sub(r"\{[^}]*\}", "", expression)))


def _yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _rules() -> list[Any]:
    return [rule for group in _yaml(DEPLOY / "prometheus/rules.yml")["groups"] for rule in group["rules"]]


def _dashboard() -> Any:
    return json.loads((DEPLOY / "grafana/dashboards/hotline.json").read_bytes())


def _expressions() -> list[str]:
    shown = [target["expr"] for panel in _dashboard()["panels"] for target in panel["targets"]]
    return [*shown, *(rule["expr"] for rule in _rules())]


@pytest.fixture(scope="module", name="known")
def _known() -> set[str]:
    """The names as Prometheus stores them."""
    metrics = Metrics()
    metrics.telegram_failed("429")
    metrics.webhook_refused(401)
    metrics.sent(0.1)
    exposed = metrics.exposition()[0].decode()
    suffixes = {"counter": [""], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}
    return {"up"} | {
        name + suffix
        for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", exposed, re.MULTILINE)
        for suffix in suffixes[kind]
    }


@pytest.mark.parametrize("expression", _expressions())
def test_every_figure_that_is_asked_for_exists(expression: str, known: set[str]) -> None:
    names = _names(expression)

    assert names
    assert names <= known


def test_every_figure_of_the_bots_own_is_shown_somewhere(known: set[str]) -> None:
    asked = {name for expression in _expressions() for name in _names(expression)}
    histograms = {name.removesuffix("_bucket") for name in known if name.endswith("_bucket")}
    own = {name for name in known if name.startswith("hotline_") and not name.endswith("_created")}
    plain = {name for name in own if not any(name.startswith(f"{each}_") for each in histograms)}

    assert plain <= asked
    assert all(any(name.startswith(each) for name in asked) for each in histograms)


def test_there_are_three_alerts_and_each_says_what_it_is_about() -> None:
    assert [rule["alert"] for rule in _rules()] == [
        "HotlineNotAnswering",
        "HotlineRefusalsDoubled",
        "HotlineArticlesPastReview",
    ]
    assert all(rule["annotations"]["summary"] and rule["for"] and rule["labels"] for rule in _rules())


def test_panels_neither_overlap_nor_share_a_number() -> None:
    panels = _dashboard()["panels"]
    places = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_the_dashboard_reads_from_the_source_that_is_set_up() -> None:
    [source] = _yaml(DEPLOY / "grafana/provisioning/datasources/prometheus.yml")["datasources"]
    text = (DEPLOY / "grafana/dashboards/hotline.json").read_text(encoding="utf-8")

    assert set(re.findall(r'"type": "prometheus",\s*"uid": "([^"]*)"', text)) == {source["uid"]}


def test_bot_and_desk_are_where_prometheus_looks_for_them() -> None:
    jobs = _yaml(DEPLOY / "prometheus/prometheus.yml")["scrape_configs"]

    found = {job["job_name"]: job["static_configs"] for job in jobs}
    assert found == {
        "hotline": [{"targets": ["bot:8080"]}],
        "hotline-desk": [{"targets": ["desk:8080"]}],
    }


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool comes with Prometheus")
def test_the_alerts_fire_when_they_should() -> None:
    for command in (
        ["promtool", "check", "config", "deploy/prometheus/prometheus.yml"],
        ["promtool", "test", "rules", "tests/prometheus_rules.yml"],
    ):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

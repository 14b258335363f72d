"""What the desk counts about itself, as Prometheus reads it: pages and fixed words, never who or what."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MOMENTS: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)
"""Seconds until a page begins to arrive; .3 is what was promised."""
_METHODS: Final = ("GET", "HEAD", "POST")
"""Others are counted together, so that nobody makes the desk count without end."""


class Figures:
    """All figures of one desk; methods may be called from any thread."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """registry: the bot's, where both are one program."""
        self.registry = registry or CollectorRegistry()
        self._requests = Counter(
            "hotline_desk_requests",
            "Requests of browsers; page: its path, with names for what varies.",
            ("page", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "hotline_desk_request_seconds",
            "From a request until its answer begins.",
            ("page",),
            buckets=_MOMENTS,
            registry=self.registry,
        )
        self._refusals = Counter(
            "hotline_desk_sign_in_refusals",
            "Passwords and codes that were wrong, or came too often.",
            registry=self.registry,
        )
        self._saves = Counter(
            "hotline_desk_saves",
            "Changes of the texts: saved, or in conflict with somebody else's.",
            ("result",),
            registry=self.registry,
        )
        self._builds = Counter(
            "hotline_desk_builds",
            "Versions that were prepared: ended, stopped by a person, or failed.",
            ("result",),
            registry=self.registry,
        )

    def requested(self, page: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(page, method, str(status)).inc()
        self._seconds.labels(page).observe(seconds)

    def refused(self) -> None:
        """Count somebody who was not let in."""
        self._refusals.inc()

    def saved(self, result: str) -> None:
        """Count a change of the texts; result: 'saved' or 'conflict'."""
        self._saves.labels(result).inc()

    def built(self, result: str) -> None:
        """Count a version that was prepared; result: 'ended', 'stopped' or 'failed'."""
        self._builds.labels(result).inc()


class CountingRequests:
    """Counts what the application answers."""

    def __init__(self, app: ASGIApp, figures: Figures, routes: Iterable[Route]) -> None:
        self._app = app
        self._figures = figures
        self._pages: dict[Callable[..., object], str] = {each.endpoint: each.path for each in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = time.perf_counter()

        def count(status: int) -> None:
            page = self._pages.get(scope.get("endpoint"), "none")  # type: ignore[arg-type]  # None is no key
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._figures.requested(page, method, status, time.perf_counter() - begun)

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                count(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, counting)
        except Exception:
            count(500)
            raise


def figures_app(figures: Figures) -> Starlette:
    """Return what serves the figures of a desk that is a program of its own; nobody need sign in there."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def shown(_: Request) -> Response:
        body = await run_in_threadpool(generate_latest, figures.registry)
        return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/healthz", alive), Route("/metrics", shown)])

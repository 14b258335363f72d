"""The one application that `hotline run` serves: /healthz, /readyz, /metrics, and what a receiver adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.health import Readiness

Exposition = Callable[[], tuple[bytes, str]]
"""Returns all figures, and the media type that they are written in (bot.metrics.Metrics.exposition)."""


Refused = Callable[[int], None]
"""Is told the HTTP status of what was turned away (bot.metrics.Metrics.webhook_refused)."""


def web_app(
    readiness: Readiness, exposition: Exposition, refused: Refused, more: Sequence[BaseRoute] = ()
) -> Starlette:
    """Return the application. more: the routes of a receiver."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        report = await readiness.report()
        return JSONResponse(report.shown(), 200 if report.ready else 503)

    async def figures(_: Request) -> Response:
        body, media_type = await run_in_threadpool(exposition)
        return Response(body, headers={"Content-Type": media_type})

    routes = [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", figures), *more]
    counting = Middleware(_CountingRefusals, refused=refused)
    return Starlette(routes=routes, middleware=[counting], exception_handlers={500: _failed})


async def _failed(_: Request, __: Exception) -> Response:
    # uvicorn tells the log, by the exception's type only; whoever asked learns nothing of the inside.
    return PlainTextResponse("Internal Server Error", 500)


class _CountingRefusals:
    """Counts what was turned away; a line in the log for each would let anybody fill the disk."""

    def __init__(self, app: ASGIApp, refused: Refused) -> None:
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def looked_at(message: Message) -> None:
            if message["type"] == "http.response.start" and 400 <= message["status"] < 500:
                self._refused(message["status"])
            await send(message)

        await self._app(scope, receive, looked_at)

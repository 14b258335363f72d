"""A transport that counts what the one under it does: how long sending takes, and what goes wrong."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.metrics import Metrics
from bot.telegram.transport import NotTakenError, WaitError


class WatchedTransport(BaseRequest):
    """Makes each request as the transport under it does."""

    def __init__(self, inner: BaseRequest, metrics: Metrics) -> None:
        self._inner = inner
        self._metrics = metrics

    @property
    def read_timeout(self) -> float | None:
        """Seconds of silence after which a request is given up, where a call says nothing else."""
        return self._inner.read_timeout

    async def initialize(self) -> None:
        """Open the pool of connections."""
        await self._inner.initialize()

    async def shutdown(self) -> None:
        """Close all connections."""
        await self._inner.shutdown()

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]  # static there
        """Return Telegram's answer. Raises GarbledError if it is none."""
        try:
            return self._inner.parse_json_payload(payload)
        except NetworkError:
            self._metrics.telegram_failed("garbled")
            raise

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **named: Any
    ) -> tuple[int, bytes]:
        """Make one request. Raises what the transport under it raises."""
        begun = time.perf_counter()
        try:
            code, payload = await self._inner.do_request(url, method, request_data, *args, **named)
        except NetworkError as error:
            kind = _kind(error)
            self._metrics.telegram_failed(kind)
            self._metrics.telegram_reached(kind in ("429", "400"))
            raise
        finally:
            if _name(url).startswith("send"):
                self._metrics.sent(time.perf_counter() - begun)
        self._metrics.telegram_reached(True)
        if code >= HTTPStatus.BAD_REQUEST:
            self._metrics.telegram_failed(str(int(code)))
        return code, payload


def _name(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def _kind(error: NetworkError) -> str:
    match error:
        case WaitError():
            return "429"
        case NotTakenError():
            return "unreachable"
        case TimedOut():
            return "timeout"
        case BadRequest():
            return "400"
        case _:
            return "network"

"""uvicorn inside the running event loop, so that one process receives, answers and tells how it is."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn
from starlette.applications import Starlette

from bot.errors import BotError

_FINISH_SECONDS: Final = 1
"""How long a request may still take when the server stops; what is not answered by then is sent again."""
_MOST_REQUESTS: Final = 1000
"""Connections at a time; Telegram itself opens 40 (core.telegram.org/bots/api#setwebhook)."""

_INSTEAD: Final = (
    "set HOTLINE_LISTEN_HOST and HOTLINE_LISTEN_PORT to an address of this machine that is free, "
    "or HOTLINE_LISTEN_PORT=0 for none"
)


class _Embedded(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the program around it."""
        yield


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs."""

    port: int
    ended: asyncio.Task[None]
    """Ends before the context does only if something is wrong with the program."""


@asynccontextmanager
async def serving(app: Starlette, host: str, port: int, instead: str = _INSTEAD) -> AsyncIterator[Serving]:
    """Serve this while the context lasts.

    port: 0 for a free one.
    instead: said where it cannot be listened there: what to do.

    On leaving, nothing more is accepted, and what was begun is finished within about a second.
    Raises BotError if it cannot be listened there.
    """
    listening = _listen(host, port, instead)
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level=logging.ERROR,  # below, uvicorn tells of every garbled request
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_REQUESTS,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    server = _Embedded(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield Serving(int(listening.getsockname()[1]), running)
    finally:
        server.should_exit = True
        await asyncio.wait([running])
        listening.close()


def _listen(host: str, port: int, instead: str) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, UnicodeError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = os.strerror(number) if number and number > 0 else "no address of this machine"
        raise BotError(f"nothing can listen on {host}:{port}: {reason}; {instead}") from None

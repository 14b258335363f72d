"""How requests reach Telegram: python-telegram-bot's own transport on httpx, and a faster one on aiohttp.

Both tell a request that Telegram certainly did not take from one of which nobody knows: the first may be sent
again at once, the second only sparingly. Figures and reasons: docs/decisions/0009-telegram.md
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from yarl import URL

from bot.errors import BotError

TransportName = Literal["aiohttp", "httpx"]

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 20.0
"""Telegram answers within a second; a weak line may need longer, and what is given up too soon may have been
taken."""
_TURNED_AWAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answered by Telegram's front when no Bot API server stands behind it. A 500 is also said of a message that
was sent ("sent message was immediately deleted", tdlib/telegram-bot-api), a 504 of one that was handed on."""
_EXPLAINED: Final = frozenset({400, 401, 403, 404, 409, 429})
"""Refusals that Bot API servers give; python-telegram-bot has an exception for each."""
_USER_AGENT: Final = "tajik-hotline"


class NotTakenError(NetworkError):
    """The request did not reach Telegram, or was turned away before anything was done with it."""


class WaitError(NetworkError):
    """Telegram wants to be left alone; python-telegram-bot's own RetryAfter warns that it will change."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class GarbledError(NetworkError):
    """Telegram answered something that cannot be read; the message does not show it."""


def transport(
    name: TransportName,
    base_url: str,
    *,
    connections: int = 64,
    read_seconds: float = READ_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> BaseRequest:
    """Return a transport for requests below base_url, which tells the proxy to use.

    connections: at most so many stand open at a time; further requests wait for one.
    read_seconds: silence of the server after which a request is given up.
    """
    if name == "httpx":
        return HttpxTransport(
            connection_pool_size=connections,
            read_timeout=read_seconds,
            write_timeout=read_seconds,
            connect_timeout=connect_seconds,
            pool_timeout=connect_seconds,
        )
    return AiohttpTransport(
        proxy=environment_proxy(base_url),
        connections=connections,
        read_seconds=read_seconds,
        connect_seconds=connect_seconds,
    )


class HttpxTransport(HTTPXRequest):
    """python-telegram-bot's transport, with errors that tell whether Telegram may have taken a request."""

    async def do_request(self, *args: Any, **named: Any) -> tuple[int, bytes]:
        """Make one request. Raises NotTakenError, TimedOut or NetworkError, never naming the address."""
        try:
            code, payload = await super().do_request(*args, **named)
        except NetworkError as error:
            raise _of_httpx(error) from None
        return _looked_at(code, payload), payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return Telegram's answer. Raises GarbledError if it is none."""
        return _parsed(payload)


class AiohttpTransport(BaseRequest):
    """A transport for python-telegram-bot on aiohttp: a quarter of the processor time that httpx takes."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        connections: int = 64,
        read_seconds: float = READ_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._proxy = proxy
        self._connections = connections
        self._read_seconds = read_seconds
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds of silence after which a request is given up, where a call says nothing else."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Open the pool of connections; does nothing if it is open."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": _USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one request. Raises NotTakenError, TimedOut or NetworkError, never naming the address.

        write_timeout is not used: aiohttp knows none, and the whole request has its limit all the same.
        """
        if self._session is None or self._session.closed:
            raise RuntimeError("this transport is not open: call initialize()")
        read = self._chosen(read_timeout, self._read_seconds)
        connect = self._chosen(connect_timeout, self._connect_seconds)
        pool = self._chosen(pool_timeout, self._connect_seconds)
        timeout = aiohttp.ClientTimeout(
            total=None if read is None else pool + connect + 2 * read,
            connect=pool + connect,
            sock_connect=connect,
            sock_read=read,
        )
        data, headers = _body(request_data)
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                payload = await response.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _of_aiohttp(error) from None
        return _looked_at(response.status, payload), payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return Telegram's answer. Raises GarbledError if it is none."""
        return _parsed(payload)

    @staticmethod
    def _chosen(given: Any, usual: float) -> Any:
        return usual if given is BaseRequest.DEFAULT_NONE else given


def environment_proxy(base_url: str) -> str | None:
    """Return the proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for this address.

    Asked once and not for each request, which aiohttp's own trust_env would do. Raises BotError if aiohttp
    cannot use it.
    """
    address = urlsplit(base_url)
    if address.hostname is None or proxy_bypass(address.netloc):
        return None
    proxies = getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    if proxy is not None and not proxy.startswith(("http://", "https://")):
        raise BotError(
            "the environment names a proxy that is no HTTP proxy (HTTPS_PROXY, ALL_PROXY), and the transport "
            "'aiohttp' can use no other; set HOTLINE_TELEGRAM_TRANSPORT=httpx and install httpx[socks]"
        )
    return proxy


def _body(request_data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return json.dumps(request_data.parameters).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData(quote_fields=False)  # Telegram shows file names as they come
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=file_name, content_type=media_type)
    return form, {}


def _looked_at(code: int, payload: bytes) -> int:
    if code in _TURNED_AWAY:
        raise NotTakenError(f"turned away ({code})")
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        raise WaitError(_seconds_to_wait(payload))
    if 300 <= code < 500 and code not in _EXPLAINED:
        raise BadRequest(f"refused ({code})")
    return code


def _seconds_to_wait(payload: bytes) -> int:
    try:
        return max(1, int(json.loads(payload)["parameters"]["retry_after"]))
    except (ValueError, TypeError, LookupError):
        return 1


def _of_httpx(error: NetworkError) -> NetworkError:
    cause = error.__cause__
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
        return NotTakenError(type(cause).__name__)
    if isinstance(error, TimedOut):
        return TimedOut()
    return NetworkError(type(cause or error).__name__)


def _of_aiohttp(error: Exception) -> NetworkError:
    unreached = aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.ClientHttpProxyError
    if isinstance(error, unreached):
        return NotTakenError(type(error).__name__)
    if isinstance(error, TimeoutError):
        return TimedOut()
    return NetworkError(type(error).__name__)


def _parsed(payload: bytes) -> dict[str, Any]:
    # python-telegram-bot's own writes what it cannot read into the log, and that may be somebody's message.
    # And it makes an object of every message that was sent, which costs more than sending it; for True not.
    # Only of a voice message is more of use: the name by which it can be sent again.
    try:
        parsed = json.loads(payload)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict) or (parsed.get("result") is None and "description" not in parsed):
        raise GarbledError("not an answer of the Bot API")
    sent = parsed.get("result")
    is_plain = isinstance(sent, dict) and "message_id" in sent and "voice" not in sent
    return {"ok": True, "result": True} if is_plain else parsed

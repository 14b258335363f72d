"""Fetches one public page over http(s): never from an address inside, never for long, never much."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from knowledge.intake.decode import IntakeError

_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {
    "User-Agent": "hotline-intake/1 (reads one page for an editor)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def fetch(
    url: str, *, allow_private: bool = False, timeout: float = 20.0, max_bytes: int = 5_000_000
) -> tuple[bytes, str | None, str]:
    """Return (body, Content-Type or None, the address after redirects) of a page.

    allow_private: whether loopback, private, link-local and reserved addresses may be read.
    timeout: seconds for everything together, redirects too. max_bytes: longest body, unpacked.

    A name is resolved once for each connection, every address it has is checked, and the connection goes to
    the address that was checked; up to 5 redirects are followed under the same rules. Raises IntakeError.
    """
    deadline = time.monotonic() + timeout
    for _ in range(_REDIRECTS + 1):
        try:
            status, headers, body = _get(url, allow_private, deadline, max_bytes)
        except TimeoutError:
            raise IntakeError(f"{url}: no whole answer within {timeout:g} seconds: try again later") from None
        except (OSError, http.client.HTTPException, UnicodeError, ValueError, zlib.error) as error:
            if time.monotonic() >= deadline:
                raise IntakeError(
                    f"{url}: no whole answer within {timeout:g} seconds: try again later"
                ) from None
            raise IntakeError(
                f"{url}: cannot be read ({error or type(error).__name__}): open it in a browser to see"
            ) from None
        target = headers.get("Location")
        if status in _MOVED and target:
            url = urljoin(url, target)
            continue
        if status != 200:
            raise IntakeError(
                f"{url}: the site answered {status} instead of 200: open it in a browser to see"
            )
        return body, headers.get("Content-Type"), url
    raise IntakeError(f"{url}: more than {_REDIRECTS} redirects: give the address that the browser ends at")


def is_public(address: IPAddress) -> bool:
    """Return whether an address is one of the public internet, those wrapped in IPv6 unwrapped first."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _get(
    url: str, allow_private: bool, deadline: float, max_bytes: int
) -> tuple[int, http.client.HTTPMessage, bytes]:
    parts = _checked(url)
    host = (
        (parts.hostname or "").encode("idna").decode("ascii")
        if not (parts.hostname or "").isascii()
        else parts.hostname or ""
    )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    peer = _connect(url, host, port, allow_private, deadline)
    # a timeout of the socket starts anew with each byte; this one does not
    guard = threading.Timer(max(0.01, deadline - time.monotonic()), _hang_up, [peer])
    guard.daemon = True
    guard.start()
    try:
        if parts.scheme == "https":
            peer = ssl.create_default_context().wrap_socket(peer, server_hostname=host)
            guard.args = [peer]
        connection = http.client.HTTPConnection(host, port)
        connection.sock = peer
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?") if parts.query else ""
        )
        connection.request(
            "GET",
            path,
            headers={
                "Host": parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc,
                **_HEADERS,
            },
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, _body(url, answer, deadline, max_bytes)
    finally:
        guard.cancel()
        peer.close()


def _checked(url: str) -> SplitResult:
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise IntakeError(f"{url}: only addresses that begin with http:// or https:// are read")
    if parts.username or parts.password:
        raise IntakeError("an address with a name or password in it is not read: leave that part out")
    return parts


def _connect(url: str, host: str, port: int, allow_private: bool, deadline: float) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise IntakeError(
            f"{url}: the name {host} is not known: is it spelt right, is there a network?"
        ) from None
    for *_, place in found:
        if not allow_private and not is_public(ipaddress.ip_address(str(place[0]).split("%")[0])):
            raise IntakeError(
                f"{url}: {host} is the inside address {place[0]}; "
                "only public ones are read unless a setting allows others"
            )
    problem: OSError = OSError("no address")
    for family, kind, protocol, _, place in found:
        peer = socket.socket(family, kind, protocol)
        peer.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            peer.connect(place)
        except OSError as error:
            peer.close()
            problem = error
            continue
        return peer
    raise problem


def _body(url: str, answer: http.client.HTTPResponse, deadline: float, max_bytes: int) -> bytes:
    packed = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    unpack = zlib.decompressobj(47) if packed in ("gzip", "x-gzip", "deflate") else None
    if packed not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise IntakeError(
            f"{url}: the site packs its pages as {packed}, which is not read: "
            "save the page and take the file in"
        )
    body = b""
    while chunk := answer.read1(65536):
        body += unpack.decompress(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        if len(body) > max_bytes:
            raise IntakeError(
                f"{url}: longer than {max_bytes:,} bytes: save the article alone and take the file in"
            )
        if time.monotonic() >= deadline:
            raise TimeoutError
    if answer.length:
        raise http.client.IncompleteRead(body, answer.length)
    return body


def _hang_up(peer: socket.socket) -> None:
    try:
        peer.shutdown(socket.SHUT_RDWR)
    except OSError:
        return

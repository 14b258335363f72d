"""Style and script: read once, served under an address that changes with them, and so kept for a year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_FOLDER: Final = Path(__file__).with_name("static")
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file."""

    address: str
    version: str
    media_type: str
    content: bytes


def _read(file: Path) -> StaticFile:
    content = file.read_bytes()
    version = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(f"/static/{file.name}?v={version}", version, _TYPES[file.suffix], content)


STATIC: Final = {file.name: _read(file) for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES}
"""By name; what is not here is served to nobody."""


async def static_file(request: Request) -> Response:
    """Serve one of them."""
    file = STATIC.get(request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    current = request.query_params.get("v") == file.version
    kept = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(file.content, media_type=file.media_type, headers={"Cache-Control": kept})

"""What a browser sends with a form: fields and, where the page takes them, files; never more than it may."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

MOST_BYTES: Final = 256 * 1024
"""Of a form without files: an article with every letter escaped."""
MOST_FIELDS: Final = 1_000
"""Each section of a page has a box for each of its sources."""
MOST_FIELDS_WITH_FILES: Final = 2_000
MOST_FILES: Final = 4
_LONGEST_NAME: Final = 100
_WITHOUT_FILES: Final = "application/x-www-form-urlencoded"
_WITH_FILES: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file, as it came."""

    content: bytes
    content_type: str
    """Such as 'audio/ogg', as the browser says it; whether that is true the page finds out."""
    name: str
    """What the person calls it, to be shown; never a path, and without folders."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent; empty where it could not be read."""

    fields: Mapping[str, str]
    files: Mapping[str, UploadedFile]
    """Those that somebody chose; a field without a file is not among them."""
    is_too_large: bool = False


class _TooLargeError(Exception):
    pass


async def read_form(request: Request, most_bytes: int) -> Form:
    """Return the form that this request brings.

    most_bytes: of the whole request where files are taken, 0 where none are.
    """
    kind = _bare(request.headers.get("content-type", ""))
    try:
        if kind == _WITHOUT_FILES:
            return Form(await _fields(request), {})
        if kind == _WITH_FILES and most_bytes:
            return await _form(request, most_bytes)
    except _TooLargeError:
        # One without files is no longer than this by mistake: it is not ours.
        return Form({}, {}, is_too_large=kind == _WITH_FILES)
    except (MultiPartException, ValueError):
        pass
    return Form({}, {})


async def _fields(request: Request) -> Mapping[str, str]:
    body = b"".join([part async for part in _limited(request, MOST_BYTES)])
    return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS))


async def _form(request: Request, most_bytes: int) -> Form:
    async with aclosing(_limited(request, most_bytes)) as body:
        parser = MultiPartParser(
            request.headers,
            body,
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS_WITH_FILES,
            max_part_size=most_bytes,
        )
        parser.spool_max_size = most_bytes  # so that nothing of it touches the disk
        sent = await parser.parse()
    try:
        return await _sorted_out(sent)
    finally:
        await sent.close()


async def _sorted_out(sent: FormData) -> Form:
    fields: dict[str, str] = {}
    files: dict[str, UploadedFile] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields[name] = value
            continue
        file = UploadedFile(
            await value.read(), _bare(value.content_type or ""), _shown_name(value.filename or "")
        )
        if not (file.content or file.name):
            continue  # a browser sends this for a field in which nobody chose a file
        if name in files:
            raise ValueError("two files in one field")
        files[name] = file
    return Form(fields, files)


async def _limited(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _TooLargeError
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > most_bytes:
            raise _TooLargeError
        yield part


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _shown_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[:_LONGEST_NAME]

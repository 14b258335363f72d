"""A recording that somebody sends: decoded from beginning to end before it is kept."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Final

import soundfile  # type: ignore[import-untyped]  # comes without types

from desk.errors import DeskError

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_SECONDS: Final = 180
FILE_TYPES: Final = frozenset({"audio/ogg", "audio/opus", "application/ogg", "video/ogg"})
"""What browsers call such a file, by what their system knows of its name."""
_HEAD: Final = struct.Struct("<4sBBqIIIB")
_MOST_CHANNELS: Final = 2
_REVERSED: Final = bytes(int(f"{each:08b}"[::-1], 2) for each in range(256))


class SoundError(DeskError):
    """A file that is no recording for a citizen."""


def check_sound(content: bytes) -> float:
    """Return how many seconds of OGG/Opus this is.

    Raises SoundError if it is of another kind, damaged, empty, or longer than MOST_BYTES or MOST_SECONDS.
    """
    if len(content) > MOST_BYTES:
        raise SoundError(f"a recording is longer than {MOST_BYTES} bytes", "files-too-large")
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            if (sound.format, sound.subtype) != ("OGG", "OPUS") or sound.channels > _MOST_CHANNELS:
                raise SoundError("a recording is no OGG/Opus", "recording-other-kind")
            seconds = _seconds(sound)
    except soundfile.SoundFileError as error:
        raise SoundError("a recording cannot be decoded", "recording-other-kind") from error
    # The decoder passes over damaged pages, and calls what is left of a file the whole of it.
    if not seconds or not _is_whole(content):
        raise SoundError("a recording is damaged or empty", "recording-damaged")
    return seconds


def _seconds(sound: soundfile.SoundFile) -> float:
    rate = sound.samplerate
    frames = 0
    while read := len(sound.read(rate, dtype="int16")):
        frames += read
        if frames > MOST_SECONDS * rate:
            raise SoundError(f"a recording is longer than {MOST_SECONDS} s", "recording-too-long")
    return float(frames / rate)


def _is_whole(content: bytes) -> bool:
    # RFC 3533: pages without a gap, each with its own checksum. Not every recorder marks the last one.
    try:
        return all(
            number == expected and _checksum(page) == checksum
            for expected, (number, page, checksum) in enumerate(_pages(content))
        )
    except (ValueError, struct.error):
        return False


def _pages(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    at = 0
    while at < len(content):
        mark, _, _, _, _, number, checksum, lines = _HEAD.unpack_from(content, at)
        body = at + _HEAD.size + lines
        end = body + sum(content[at + _HEAD.size : body])
        if mark != b"OggS" or end > len(content):
            raise ValueError("no page")
        # The checksum is of the page with zeros in its own place.
        yield number, content[at : at + 22] + bytes(4) + content[at + 26 : end], checksum
        at = end


def _checksum(page: bytes) -> int:
    # The polynomial is zlib's, but bits are taken from the other end, from 0 and with no last turn.
    turned = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{turned:032b}"[::-1], 2)

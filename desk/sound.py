"""A recording that somebody sends: decoded from beginning to end, and made into what telephones play."""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
import soundfile  # type: ignore[import-untyped]  # comes without types
from numpy.typing import NDArray

from desk.errors import DeskError

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of a recording as it is kept."""
MOST_SECONDS: Final = 180
RATE: Final = 24_000
"""Samples a second that the page's recorder sends, and that a WAV is encoded with: all that speech holds."""
MOST_WAV_BYTES: Final = MOST_SECONDS * RATE * 2 + 16 * 1024
"""Of a WAV that somebody sends: the longest one of the recorder (mono, 16 bits), with any head."""
FILE_TYPES: Final = frozenset(
    {
        *("audio/ogg", "audio/opus", "application/ogg", "video/ogg"),
        *("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"),
    }
)
"""What browsers call such files, by what their system knows of their names."""
_HEAD: Final = struct.Struct("<4sBBqIIIB")
_MOST_CHANNELS: Final = 2
_WAV_RATES: Final = frozenset({8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000})
"""With any other a few bytes could ask for a filter of gigabytes."""
_BITS_A_SECOND: Final = 32_000
_COMPRESSION: Final = 1 - (_BITS_A_SECOND - 6_000) / 250_000
"""How libsndfile wants it said: 0 is 256,000 bits a second, 1 is 6,000."""
_REVERSED: Final = bytes(int(f"{each:08b}"[::-1], 2) for each in range(256))


class SoundError(DeskError):
    """A file that is no recording for a citizen."""


def as_opus(content: bytes) -> bytes:
    """Return a WAV (16 or 24 bits) as mono OGG/Opus, and whatever else as it came; check_sound looks at that.

    Raises SoundError if the WAV is of an unusual kind, damaged, empty, or longer than MOST_WAV_BYTES or
    MOST_SECONDS. Takes up to three seconds.
    """
    return _encoded(_mono(content)) if content.startswith(b"RIFF") else content


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


def _mono(content: bytes) -> NDArray[np.float32]:
    if len(content) > MOST_WAV_BYTES:
        raise SoundError(f"a WAV is longer than {MOST_WAV_BYTES} bytes", "files-too-large")
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as sound:
            is_usual = sound.format in ("WAV", "WAVEX") and sound.subtype in ("PCM_16", "PCM_24")
            if not is_usual or sound.channels > _MOST_CHANNELS or sound.samplerate not in _WAV_RATES:
                raise SoundError("a WAV is of an unusual kind", "recording-other-kind")
            if sound.frames > MOST_SECONDS * sound.samplerate:
                raise SoundError(f"a recording is longer than {MOST_SECONDS} s", "recording-too-long")
            rate, samples = sound.samplerate, sound.read(dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise SoundError("a WAV cannot be decoded", "recording-other-kind") from error
    # One that was cut off is read as a shorter one.
    declared = int.from_bytes(content[4:8], "little") + 8
    if not len(samples) or len(content) < declared:
        raise SoundError("a WAV is damaged or empty", "recording-damaged")
    return _at_our_rate(samples.mean(axis=1), rate)


def _at_our_rate(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    if rate == RATE:
        return samples
    # Takes half a second to load, and the recorder's own files never need it.
    from scipy.signal import resample_poly  # type: ignore[import-untyped]  # ships no types

    shared = math.gcd(rate, RATE)
    resampled: NDArray[np.float32] = resample_poly(samples, RATE // shared, rate // shared)
    return resampled[: MOST_SECONDS * RATE]


def _encoded(samples: NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    kind = {"format": "OGG", "subtype": "OPUS", "compression_level": _COMPRESSION}
    soundfile.write(file, samples, RATE, **kind)
    return file.getvalue()


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

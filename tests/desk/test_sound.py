"""What is kept as a recording: OGG/Opus that decodes from beginning to end, short enough for a telephone."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.sound import MOST_BYTES, MOST_SECONDS, SoundError, check_sound
from tests.desk.sounds import sound


@cache
def _second() -> bytes:
    return sound(1)


def _refused(content: bytes) -> str:
    with pytest.raises(SoundError) as refused:
        check_sound(content)
    return refused.value.phrase


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seconds", [0.5, 3, MOST_SECONDS])
def test_the_length_of_a_recording_is_read(seconds: float, channels: int) -> None:
    content = sound(seconds, channels=channels)
    assert len(content) <= MOST_BYTES or _refused(content) == "files-too-large"

    if len(content) <= MOST_BYTES:
        assert check_sound(content) == pytest.approx(seconds, abs=0.1)


def test_a_recording_longer_than_three_minutes_is_refused() -> None:
    assert _refused(sound(MOST_SECONDS + 1)) == "recording-too-long"


def test_a_recording_longer_than_two_megabytes_is_refused() -> None:
    assert _refused(_second() + bytes(MOST_BYTES)) == "files-too-large"


@pytest.mark.parametrize(
    ("form", "subtype"), [("OGG", "VORBIS"), ("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("MP3", None)]
)
def test_a_sound_of_another_kind_is_refused(form: str, subtype: str | None) -> None:
    assert _refused(sound(1, form, subtype)) == "recording-other-kind"


def test_a_sound_of_many_channels_is_refused() -> None:
    assert _refused(sound(1, channels=3)) == "recording-other-kind"


@pytest.mark.parametrize("content", [b"", b"OggS", b"OggS" + bytes(500), b"<svg/>", bytes(10_000)])
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    assert _refused(content) == "recording-other-kind"


def test_a_file_with_something_behind_its_end_is_refused() -> None:
    assert _refused(_second() + b"<script>") == "recording-damaged"


@given(st.integers(0, 7), st.data())
def test_a_single_wrong_bit_anywhere_is_found(bit: int, data: st.DataObject) -> None:
    content = bytearray(_second())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << bit

    assert _refused(bytes(content)) in ("recording-damaged", "recording-other-kind", "recording-too-long")


@given(st.data())
def test_a_page_that_is_missing_in_the_middle_is_found(data: st.DataObject) -> None:
    content = sound(3)
    begins = [at for at in range(len(content)) if content.startswith(b"OggS", at)]
    n = data.draw(st.integers(2, len(begins) - 2))

    assert _refused(content[: begins[n]] + content[begins[n + 1] :]) == "recording-damaged"


@given(st.binary(max_size=3_000))
@example(b"OggS\0\2")
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    assert _refused(content)
    assert _refused(_second()[:200] + content)

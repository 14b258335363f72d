"""One-time codes as every authenticator makes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]  # comes without types

from desk.codes import code, matching_step, new_key, picture, step_at
from tests.desk.conftest import KEY

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, expected: str) -> None:
    step = step_at(datetime.fromtimestamp(seconds, UTC))

    assert code(KEY, step) == expected[-6:]


@given(st.integers(-300, 300))
def test_a_code_fits_half_a_minute_early_or_late_and_no_more(seconds: int) -> None:
    shown = code(KEY, step_at(NOW + timedelta(seconds=seconds)))
    steps_aside = abs(step_at(NOW + timedelta(seconds=seconds)) - step_at(NOW))

    assert (matching_step(KEY, shown, NOW) is not None) == (steps_aside <= 1)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_compared_and_never_fails(shown: str) -> None:
    step = matching_step(KEY, shown, NOW)

    assert step is None or code(KEY, step) == "".join(shown.split())


def test_a_code_may_be_typed_with_a_space() -> None:
    shown = code(KEY, step_at(NOW))

    assert matching_step(KEY, f" {shown[:3]} {shown[3:]}", NOW) == step_at(NOW)


def test_keys_are_long_and_never_the_same() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert all(len(new_key()) == 32 for _ in range(10))


def test_the_picture_is_svg_with_a_title_and_no_styles() -> None:
    drawn = etree.fromstring(picture(KEY, "firuza", "a <title> & more"))

    assert drawn.findtext("title") == "a <title> & more"
    assert not drawn.xpath("//@style")

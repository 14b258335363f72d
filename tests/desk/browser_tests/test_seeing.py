"""What looks at the pages finds what is wrong with one."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.desk.browser_tests.seeing import missed_by_the_keyboard, scrolls_sideways, serious_findings

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="package")]
BROKEN = """<!doctype html><html lang="en"><title>Broken</title>
<style>a:focus { outline: none; } div { width: 2000px; }</style>
<main><h1>Broken</h1><input id="unlabelled"><p style="color: #ccc">too pale</p>
<a href="#seen-by-nobody">unseen</a> <button tabindex="-1">unreached</button><div>wide</div></main></html>"""


async def test_a_page_that_many_could_not_use_is_found_out(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content(BROKEN)

    missed, unseen = await missed_by_the_keyboard(page)
    findings = {each["id"] for each in await serious_findings(page)}
    sideways = await scrolls_sideways(page)
    await page.close()

    assert (missed, unseen) == (
        ['<button tabindex="-1">unreached</button>'],
        ['<a href="#seen-by-nobody">unseen</a>'],
    )
    assert {"color-contrast", "label"} <= findings
    assert sideways

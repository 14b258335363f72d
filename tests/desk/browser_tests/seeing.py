"""What a page must be like for whoever sees little, uses no mouse, or has a small screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from playwright.async_api import Page

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
"""axe-core (MPL-2.0) as a package for tests brings it."""
_SERIOUS: Final = ("serious", "critical")
_FINDINGS: Final = """async () => (await axe.run()).violations.map(
    ({id, impact, nodes}) => ({id, impact, where: nodes.slice(0, 3).map(node => node.html)}))"""
_CONTROLS: Final = """() => {
    const all = [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls]')];
    const seen = all.filter(each => !each.disabled && each.checkVisibility({visibilityProperty: true}));
    // Of a group of radio buttons the Tab key reaches one, that which is checked; arrows lead to the others.
    const reached = each => {
        const group = each.type === 'radio' ? seen.filter(other => other.name === each.name) : [each];
        return each === (group.find(other => other.checked) ?? group[0]);
    };
    window.controls = seen.filter(reached);
    return window.controls.map(each => each.outerHTML.slice(0, 120));
}"""
_FOCUSED: Final = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    return {
        number: window.controls.indexOf(focused),
        html: focused.outerHTML.slice(0, 120),
        outlined: style.outlineStyle === 'auto' ||
            (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2),
        inside: box.right > 0 && box.left < document.documentElement.clientWidth && box.width > 0,
    };
}"""


async def serious_findings(page: Page) -> Sequence[Mapping[str, object]]:
    """Return what axe-core calls serious or critical on this page: id, impact, where."""
    await page.evaluate(AXE)
    return [each for each in await page.evaluate(_FINDINGS) if each["impact"] in _SERIOUS]


async def scrolls_sideways(page: Page) -> bool:
    """Return whether anything stands outside of the screen to the right."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


async def missed_by_the_keyboard(page: Page) -> tuple[list[str], list[str]]:
    """Press Tab until the page is through; return what was never reached, and what showed no focus."""
    controls: list[str] = await page.evaluate(_CONTROLS)
    reached: set[int] = set()
    unseen: list[str] = []
    await page.evaluate("() => { document.activeElement.blur(); window.getSelection().removeAllRanges(); }")
    for _ in range(2 * len(controls) + 5):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(_FOCUSED)
        if focused["number"] in reached and len(reached) == len(controls):
            break
        if focused["number"] >= 0:
            reached.add(focused["number"])
            if not (focused["outlined"] and focused["inside"]):
                unseen.append(focused["html"])
    missed = [html for number, html in enumerate(controls) if number not in reached]
    return missed, list(dict.fromkeys(unseen))

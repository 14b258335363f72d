"""Tells by tag, class and style whether an element is hidden or belongs to the site."""

from __future__ import annotations

import re

from lxml import etree  # type: ignore[import-untyped]  # comes without types

from knowledge.intake.blocks import class_words

_HIDDEN = {"noscript", "template"}
_FORM = {"button", "select", "textarea", "input", "option", "datalist"}
_BY_TAG = {
    "nav": "menu",
    "menu": "menu",
    "footer": "footer",
    "aside": "sidebar",
    "header": "menu",
    "dialog": "cookie notice",
}
_BY_ROLE = {
    "navigation": "menu",
    "menu": "menu",
    "menubar": "menu",
    "banner": "menu",
    "contentinfo": "footer",
    "search": "form",
    "complementary": "sidebar",
    "dialog": "cookie notice",
    "alertdialog": "cookie notice",
}
_INVISIBLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0?(?:\.0\d?)?(?:;|!|$)"
    r"|font-size:(?:0(?:\.0+)?(?:px|pt|em|rem|%)?|0?\.\d+(?:px|pt)|1px|0?\.0\d*(?:em|rem))(?:;|!|$)"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top):-(?:\d{4,}|[5-9]\d\d|\d{3}(?:em|rem|vw|vh|%))|clip:rect\(0|clip:rect\(1px|clip-path:inset\((?:100|50)%"
    r"|(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|$)(?=.*overflow:hidden)|overflow:hidden.*(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|$)"
    r"|transform:scale\(0\)|color:transparent"
)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def reason(
    element: etree._Element, tag: str, above: str, *, in_article: bool, hidden: set[str], total: int
) -> str:
    """Return why what stands in an element is no part of the article, or ''.

    above: the reason of the element around it; hidden: what `hiding_rules` found; total: letters of the page.
    """
    if above == "hidden":
        return "hidden"
    names = [name for key in ("class", "id") for name in (element.get(key) or "").split()]
    style = re.sub(r"\s+", "", (element.get("style") or "").lower())
    if (
        tag in _HIDDEN
        or "hidden" in element.attrib
        or _INVISIBLE.search(style)
        or _same_colour(style, element)
    ):
        return "hidden"
    if hidden and not hidden.isdisjoint({f".{each}" for each in names} | {f"#{element.get('id')}", f"{tag}"}):
        return "hidden"
    if above:
        return above
    if tag in _FORM:
        return "form"
    role = _BY_ROLE.get((element.get("role") or "").lower(), "")
    words = (
        word
        for name in names
        for word in re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower())
    )
    found = (
        role
        or _BY_TAG.get(tag, "")
        or next((class_words()[each] for each in words if each in class_words()), "")
    )
    if not found or tag in ("html", "body", "main", "article") or re.fullmatch("h[1-3]", tag):
        return ""
    return "" if _holds_article(element, tag, found, total, in_article=in_article) else found


def _holds_article(element: etree._Element, tag: str, reason: str, total: int, *, in_article: bool) -> bool:
    inside = "".join(element.itertext())
    if (
        element.find(".//article") is not None
        or element.find(".//main") is not None
        or len(inside) > 0.5 * total
    ):
        return reason not in ("footer", "cookie notice") or len(inside) > 0.5 * total
    if tag == "header":
        return in_article or element.find(".//h1") is not None
    sentences = len(re.findall(r"[^\W\d_]{3,}[.!?…](?:\s|$)", inside))
    linked = len("".join(text for link in element.iter("a") for text in link.itertext()))
    # a note beside the text inside an article is part of it: sentences, hardly a link
    return (
        in_article
        and reason in ("sidebar", "advertising", "menu")
        and sentences >= 1
        and linked < 0.3 * len(inside)
    )


def _same_colour(style: str, element: etree._Element) -> bool:
    ink = re.search(r"(?:^|;)color:([^;!]+)", style)
    paper = re.search(r"background(?:-color)?:([^;!]+)", style)
    colour = ink.group(1) if ink else (element.get("color") or "").lower()
    if paper and colour:
        return _colour(colour) == _colour(paper.group(1))
    if _colour(colour) != "white":
        return False
    # a class here or above may well give white letters a dark ground
    around = (element, *element.iterancestors())
    return not any(
        each.get("class") or each.get("bgcolor") or "background" in (each.get("style") or "")
        for each in around
    )


def _colour(name: str) -> str:
    white = {
        "white",
        "#fff",
        "#ffffff",
        "rgb(255,255,255)",
        "#fefefe",
        "rgba(255,255,255,1)",
        "rgba(255,255,255,0)",
    }
    return "white" if name in white else name


def hiding_rules(root: etree._Element) -> set[str]:
    """Return the selectors, such as '.x1' or '#y', that the page's own style sheets hide."""
    found: set[str] = set()
    for style in root.iter("style"):
        css = re.sub(
            r"/\*.*?\*/|@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", style.text or "", flags=re.S
        )
        for selectors, body in _RULE.findall(css):
            if _INVISIBLE.search(re.sub(r"\s+", "", body.lower())):
                found |= {
                    each.strip() for each in selectors.split(",") if re.fullmatch(r"[.#][\w-]+", each.strip())
                }
                found |= {
                    "." + each.strip().split(".", 1)[1]
                    for each in selectors.split(",")
                    if re.fullmatch(r"\w+\.[\w-]+", each.strip())
                }
    return found

"""What stood in the fields when a form was opened, carried by the form itself: no desk need remember it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Final

from knowledge.model import Page

_MOST_BYTES: Final = 1 << 20
"""Of what is unpacked: a form is no place for more."""

Fields = Mapping[str, str]


def packed(fields: Fields) -> str:
    """Return the fields as short plain letters."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(dict(fields)).encode())).decode()


def unpacked(text: str) -> dict[str, str]:
    """Return what was packed; nothing where that cannot be read, and then every field counts as changed."""
    try:
        unpacking = zlib.decompressobj()
        found = json.loads(unpacking.decompress(base64.urlsafe_b64decode(text.encode()), _MOST_BYTES))
    except (ValueError, binascii.Error, zlib.error):
        return {}
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        return {}
    return found


def seal(fields: Fields) -> str:
    """Return a short name of what stands in these fields: equal fields have equal names."""
    filled = {name: text for name, text in sorted(fields.items()) if text}
    return hashlib.sha256(json.dumps(filled).encode()).hexdigest()[:16]


def page_seal(page: Page) -> str:
    """Return a short name of what a reader sees of this page."""
    return hashlib.sha256(page.model_dump_json(exclude={"examples", "recordings"}).encode()).hexdigest()[:16]

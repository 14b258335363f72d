"""Reading a page that an editor gives as an address, as a file or as text."""

from __future__ import annotations

import asyncio
import logging

from desk.desk import Desk
from desk.importing.review import Review, begun
from desk.uploads import UploadedFile
from index.advertising import AdvertisingJudge
from index.errors import IndexingError
from knowledge.intake import Draft, IntakeError, fetch, read_page
from knowledge.intake.judge import Learned

log = logging.getLogger(__name__)


async def taken(desk: Desk, address: str, file: UploadedFile | None, text: str) -> tuple[Review, bool]:
    """Return the page, and whether the learned judge had a say in what was set aside.

    The first of them that is given counts. Raises IntakeError; an address inside a private network is one
    reason, unless the installation allows it.
    """
    judge = await _judge(desk)
    allow_private = desk.options.intake_allow_private

    def read() -> Draft:
        if address:
            raw, content_type, source = fetch(
                address if "://" in address else f"https://{address}", allow_private=allow_private
            )
        elif file is not None:
            raw, content_type, source = file.content, file.content_type, file.name
        else:
            raw, content_type, source = text.encode(), "text/plain; charset=utf-8", ""
        return read_page(raw, source, content_type, judge=judge)

    if not (address or file or text.strip()):
        raise IntakeError("no address, no file and no text")
    return begun(await asyncio.to_thread(read)), judge is not None


async def _judge(desk: Desk) -> Learned | None:
    try:
        return AdvertisingJudge(await desk.answering.encoder())
    except IndexingError as error:
        log.warning("judge.missing", extra={"reason": str(error)})
        return None

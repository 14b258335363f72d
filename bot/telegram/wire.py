"""The part of an update that is read, as the Bot API describes it (core.telegram.org/bots/api#update)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

LARGEST: Final = 2**63 - 1
"""No number of Telegram's is larger, and no database takes a larger one."""


def _clean(text: str) -> str:
    # Lone surrogates and NUL come from broken programs; neither a database nor Telegram takes them.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")


_Number = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
_Text = Annotated[str, AfterValidator(_clean)]


class _Raw(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class User(_Raw):
    """Who wrote or pressed; of the name nothing is read."""

    id: _Number
    language_code: Any = None


class Chat(_Raw):
    """Where."""

    id: _Number
    type: str


class Location(_Raw):
    """A place that somebody shared."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Quoted(_Raw):
    """A message as far as it is read when another replies to it."""

    sender: User | None = Field(None, alias="from")
    text: _Text = ""
    caption: _Text = ""


class Message(Quoted):
    """A message; which media it has is seen by the names of its other fields."""

    model_config = ConfigDict(extra="allow")

    message_id: _Number
    date: _Number = 0
    chat: Chat
    location: Location | None = None
    via_bot: User | None = None
    reply_to_message: Quoted | None = None


class Shown(_Raw):
    """The message under which a button was."""

    message_id: _Number = 0
    chat: Chat


class CallbackQuery(_Raw):
    """A pressed button."""

    id: Annotated[str, Field(max_length=64)]
    sender: User = Field(alias="from")
    message: Shown | None = None
    data: _Text = ""


class InlineQuery(_Raw):
    """What somebody types behind the bot's name."""

    id: Annotated[str, Field(max_length=64)]
    sender: User = Field(alias="from")
    query: _Text


class RawUpdate(_Raw):
    """One update; its other kinds are not for this bot."""

    update_id: Annotated[int, Field(ge=0, le=LARGEST)]
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    inline_query: InlineQuery | None = None

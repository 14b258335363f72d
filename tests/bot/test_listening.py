"""Hearing a section: the button, the voice message byte for byte, and what comes where there is none."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.reply import Button, Reply, Spoken
from bot.telegram.transport import TransportName
from bot.terminal_channel import show
from bot.turn import Known, Turn
from index.encoders import Encoder
from index.recordings import Sound
from index.snapshot import build
from knowledge.load import load
from knowledge.model import LANGUAGES, Language, short_digest
from tests import small_content
from tests.bot.telegram_bot import TableConversation, talking
from tests.bot_api import BotApi, Fault
from tests.conftest import NOW
from tests.desk.sounds import sound
from tests.recorded import SECONDS, record, unrecord

LABELS: dict[Language, str] = {
    "tg": "🔊 Гӯш кардан",
    "ru": "🔊 Слушать",
    "uz": "🔊 Tinglash",
    "en": "🔊 Listen",
}
CAPTIONS: dict[Language, str] = {
    "tg": "Музди кор: Музди кор 1",
    "ru": "Зарплата: Зарплата 1",
    "uz": "Ish haqi: Ish haqi 1",
    "en": "Wages: Wages 1",
}
TEXT = "жалуйтесь в инспекцию труда"
INSTEAD = "Запись сейчас отправить не получилось."


@dataclass(frozen=True)
class _Published:
    content: Path
    snapshots: Path
    encoder: Encoder
    sounds: dict[Language, bytes]
    """Of the first section of wages."""

    def publish(self) -> None:
        build(load(self.content), self.encoder, self.snapshots, content=self.content)

    def conversation(self) -> Conversation:
        return Conversation(Hotline(self.snapshots, self.encoder, now=lambda: NOW))


@pytest.fixture(scope="module", name="ready")
def _ready(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> _Published:
    folder = tmp_path_factory.mktemp("recorded")
    content = small_content.write(folder / "content")
    sounds = {each: sound(1, pitch=200 + 50 * n) for n, each in enumerate(LANGUAGES)}
    for language, each in sounds.items():
        record(content, each, "first", language)
    ready = _Published(content, folder / "snapshots", encoder, sounds)
    ready.publish()
    return ready


@pytest.fixture(name="own")
def _own(ready: _Published, tmp_path: Path) -> _Published:
    """The same in folders that a test may change."""
    content = shutil.copytree(ready.content, tmp_path / "content")
    return _Published(
        content, shutil.copytree(ready.snapshots, tmp_path / "snapshots"), ready.encoder, ready.sounds
    )


def _reply(turn: Turn) -> Reply:
    assert turn.reply is not None
    assert not turn.failed
    return turn.reply


def _listen(reply: Reply) -> list[Button]:
    return [each for each in reply.buttons if each.text.startswith("🔊")]


# -- the conversation


@pytest.mark.parametrize("language", LANGUAGES)
def test_under_a_recorded_section_stands_the_button_that_leads_to_its_sound(
    ready: _Published, language: Language
) -> None:
    conversation, known = ready.conversation(), Known(language)
    [button] = _listen(_reply(conversation.press("page:wages#first", known)))
    assert button.text == LABELS[language]

    turn = conversation.press(button.action, known)

    spoken = _reply(turn).spoken
    assert spoken is not None
    assert (spoken.caption, spoken.seconds, turn.subject) == (CAPTIONS[language], SECONDS, "wages")
    assert spoken.sound.read() == ready.sounds[language]


def test_where_nobody_has_read_the_text_aloud_nothing_is_offered(own: _Published) -> None:
    article = own.content / "topics/wages/ru.md"
    article.write_text(article.read_text("utf-8").replace("в течение 1 года", "в течение 3 лет"), "utf-8")
    own.publish()
    conversation = own.conversation()

    def offered(action: str, language: Language) -> bool:
        return bool(_listen(_reply(conversation.press(action, Known(language)))))

    assert not offered("page:wages#first", "ru")  # older than its text
    assert offered("page:wages#first", "tg")
    assert not offered("page:wages#second", "tg")
    assert not offered("page:registration#first", "tg")


def test_a_text_in_another_language_is_heard_in_that_one(own: _Published) -> None:
    (own.content / "topics/wages/uz.md").unlink()
    unrecord(own.content, "first", "uz")
    own.publish()
    conversation = own.conversation()

    [button] = _listen(_reply(conversation.press("page:wages#first", Known("uz"))))
    spoken = _reply(conversation.press(button.action, Known("uz"))).spoken

    assert (button.text, spoken and spoken.sound.read()) == (LABELS["uz"], own.sounds["ru"])


def test_a_recording_that_is_gone_by_then_is_a_sentence_and_the_text(own: _Published) -> None:
    conversation = own.conversation()
    [button] = _listen(_reply(conversation.press("page:wages#first", Known("ru"))))
    unrecord(own.content)
    own.publish()

    reply = _reply(conversation.press(button.action, Known("ru")))

    assert reply.spoken is None
    assert reply.text.startswith(INSTEAD)
    assert TEXT in reply.text
    assert not _listen(reply)


def test_uzbek_in_cyrillic_stays_so_under_the_sound(ready: _Published) -> None:
    reply = _reply(ready.conversation().press("listen:wages#first~", Known("uz")))

    assert reply.spoken is not None
    assert reply.spoken.caption == "Иш ҳақи: Иш ҳақи 1"


def test_a_terminal_says_where_the_sound_is(ready: _Published, capsys: pytest.CaptureFixture[str]) -> None:
    show(_reply(ready.conversation().press("listen:wages#first", Known("en"))))

    shown = capsys.readouterr().out
    assert "Wages: Wages 1" in shown
    assert "recordings.zip: topics/wages/first.en.ogg, 2 s" in shown


# -- on Telegram


@pytest.mark.parametrize("name", ["aiohttp", "httpx"])
async def test_a_citizen_hears_exactly_what_was_recorded_and_the_second_one_without_an_upload(
    ready: _Published, api: BotApi, tmp_path: Path, name: TransportName
) -> None:
    api.press("page:wages#first@ru", chat=1)

    async with talking(ready.conversation(), api, tmp_path, transport_name=name):
        [shown] = await api.messages(1, seconds=60)
        [data] = [
            each["callback_data"]
            for row in shown["reply_markup"]["inline_keyboard"]
            for each in row
            if each["text"] == LABELS["ru"]
        ]
        for number, chat in enumerate((1, 2), start=2):
            api.press(data, chat=chat)
            await api.messages(number, seconds=60)
        api.voices.clear()  # the name is of no use any more
        api.press(data, chat=3)
        await api.messages(4, seconds=60)

    first, second, third = api.sent[1:]
    for each in (first, second, third):
        assert (each["method"], each["sound"]) == ("sendVoice", ready.sounds["ru"])
        assert (each["caption"], int(each["duration"])) == (CAPTIONS["ru"], SECONDS)
    assert [each.get("uploaded", False) for each in (first, second, third)] == [True, False, True]
    assert api.calls.count("sendVoice") == 4


async def test_who_presses_again_while_the_sound_is_on_its_way_gets_it_once(
    ready: _Published, api: BotApi, tmp_path: Path
) -> None:
    for _ in range(3):
        api.press("listen:wages#first@ru")
    api.write("/menu")

    async with talking(ready.conversation(), api, tmp_path):
        await api.messages(2, seconds=60)

    assert [each["method"] for each in api.sent] == ["sendVoice", "sendMessage"]
    assert len(api.acknowledged) == 3


@pytest.mark.parametrize("fault", [Fault(502), Fault(429, retry_after=1)], ids=["502", "429"])
async def test_what_telegram_did_not_take_is_sent_again(
    ready: _Published, api: BotApi, tmp_path: Path, fault: Fault
) -> None:
    api.fail("sendVoice", fault)
    api.press("listen:wages#first@ru")

    async with talking(ready.conversation(), api, tmp_path):
        [sent] = await api.messages(1, seconds=60)

    assert sent["sound"] == ready.sounds["ru"]
    assert api.calls.count("sendVoice") == 2


@pytest.mark.parametrize(
    "fault",
    [Fault(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"), Fault(400, "Bad Request: type of file mismatch")],
    ids=["not wanted", "refused"],
)
async def test_who_cannot_get_the_sound_gets_the_text(
    ready: _Published, api: BotApi, tmp_path: Path, fault: Fault
) -> None:
    api.fail("sendVoice", fault)
    api.press("listen:wages#first@ru")

    async with talking(ready.conversation(), api, tmp_path):
        [sent] = await api.messages(1, seconds=60)

    assert sent["text"].startswith(INSTEAD)
    assert TEXT in sent["text"]
    assert api.calls.count("sendVoice") == 1


async def test_who_wants_no_voice_messages_costs_others_no_upload(
    ready: _Published, api: BotApi, tmp_path: Path
) -> None:
    async with talking(ready.conversation(), api, tmp_path):
        api.press("listen:wages#first@ru", chat=1)
        await api.messages(1, seconds=60)
        api.fail("sendVoice", Fault(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"))
        api.press("listen:wages#first@ru", chat=2)
        await api.messages(2, seconds=60)
        api.press("listen:wages#first@ru", chat=3)
        await api.messages(3, seconds=60)

    assert [each.get("uploaded", False) for each in api.sent] == [True, False, False]
    assert [each["method"] for each in api.sent] == ["sendVoice", "sendMessage", "sendVoice"]


async def test_a_version_that_is_removed_between_pressing_and_sending_leaves_the_text(
    api: BotApi, tmp_path: Path
) -> None:
    gone = Sound(tmp_path / "recordings.zip", "topics/wages/first.ru.ogg", short_digest(b"OggS"))
    reply = Reply("instead", "ru", spoken=Spoken("Wages", 1, gone))
    api.press("listen:wages#first@ru")

    async with talking(TableConversation({"listen:wages#first": Turn(reply)}), api, tmp_path):
        [sent] = await api.messages(1, seconds=60)

    assert (sent["text"], api.calls.count("sendVoice")) == ("instead", 0)

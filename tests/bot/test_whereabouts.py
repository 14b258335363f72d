from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contacts.place_names import PlaceNames
from bot.contacts.whereabouts import asks_for_mission, nearer, only_place
from bot.conversation import Conversation
from bot.hotline import Hotline
from bot.markup import to_plain
from bot.question import Question
from bot.turn import Known
from index.encoders import Encoder
from index.snapshot import build
from knowledge.load import SHIPPED_CONTENT, load
from tests import small_content

LIBRARY = load(SHIPPED_CONTENT)
NAMES = PlaceNames(LIBRARY.places)
_ABBREVIATION = 3
"""Letters; the shortest names fold to common words («БАА», «США»)."""
_PLACES = """\
places:
  - id: moscow
    country: RU
    lat: 55.75
    lon: 37.62
    title: {tg: Маскав, ru: Москва, uz: Moskva, en: Moscow}
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Казань", "kazan"),
        ("ман дар Уфа ҳастам", "ufa"),
        ("я в Нижнем Новгороде", "nizhny-novgorod"),
        ("Men Moskvada yashayman", "moscow"),
        ("I live in Moscow", "moscow"),
        ("дар шаҳри Екатеринбург", "yekaterinburg"),
        ("Санкт-Петербург", "saint-petersburg"),
        ("I live in Saint Petersburg", "saint-petersburg"),
        ("Ростов-на-Дону", "rostov-on-don"),
        ("Набережные Челны", "naberezhnye-chelny"),
        ("Самара", "samara"),
    ],
)
def test_who_only_says_where_he_is_names_a_place(text: str, place: str) -> None:
    found = only_place(text, NAMES, amid_talk=False)

    assert found is not None
    assert found.id == place


@pytest.mark.parametrize(
    "text", ["патент Казань", "Казань и Уфа", "регистрация в Казани", "хлеб", "", "Маскав музд намедиҳанд"]
)
def test_who_says_more_asks_something(text: str) -> None:
    assert only_place(text, NAMES, amid_talk=False) is None


def test_amid_talk_only_the_bare_name_says_where_somebody_is() -> None:
    assert only_place("а в Казани?", NAMES, amid_talk=True) is None
    assert only_place("а в Казани?", NAMES, amid_talk=False) is not None
    assert only_place("Казань", NAMES, amid_talk=True) is not None


@pytest.mark.parametrize("amid_talk", [False, True])
def test_every_place_is_known_by_its_bare_name_in_each_language(amid_talk: bool) -> None:
    names = {(each, name) for each in LIBRARY.places for name in each.names if len(name) > _ABBREVIATION}

    assert {(p, name) for p, name in names if only_place(name, NAMES, amid_talk=amid_talk) != p} == set()


@given(st.text(st.characters(exclude_categories=())), st.booleans())
def test_any_text_can_be_looked_at(text: str, amid_talk: bool) -> None:
    only_place(text, NAMES, amid_talk=amid_talk)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Где консульство в Казани?", True),
        ("сафорати Тоҷикистон куҷост", True),
        ("Qozonda elchixona bormi", True),
        ("патент дар Казань чанд пул", False),
    ],
)
def test_somebody_who_asks_for_a_mission_is_told_by_its_name(text: str, asks: bool) -> None:
    assert asks_for_mission(text) == asks


def test_contacts_of_a_named_place_come_after_numbers_of_danger_and_before_those_elsewhere() -> None:
    contacts = [LIBRARY.contact_by_id[each] for each in ("ru-112", "emb-moscow", "ru-mvd-line")]

    ids = [each.id for each in nearer(contacts, NAMES.find("в Казани"), LIBRARY)]

    assert ids[:2] == ["ru-112", "molmep-volga"]
    assert sorted(ids) == sorted({*ids, "emb-moscow", "ru-mvd-line"})


def test_without_a_place_or_a_contact_that_sits_anywhere_nothing_changes() -> None:
    contacts = tuple(LIBRARY.contact_by_id[each] for each in ("ru-112", "ru-mvd-line"))

    assert nearer(contacts, NAMES.find("в Казани"), LIBRARY) == contacts
    assert nearer(contacts, (), LIBRARY) == contacts


@pytest.fixture(name="conversation")
def _conversation(encoder: Encoder, tmp_path: Path) -> Conversation:
    contents = small_content.files() | {"places.yaml": _PLACES}
    build(load(small_content.write(tmp_path / "content", contents)), encoder, tmp_path / "snapshots")
    return Conversation(Hotline(tmp_path / "snapshots", encoder))


def test_a_town_alone_gets_its_contacts_in_the_persons_own_language(conversation: Conversation) -> None:
    turn = conversation.hear(Question("Москва"), Known("en"))

    assert turn.answer is None
    assert turn.reply is not None
    assert "Moscow" in to_plain(turn.reply.text)
    assert [contact.id for contact in turn.reply.contacts] == ["embassy"]


def test_a_sentence_about_being_somewhere_is_answered_in_its_own_language(conversation: Conversation) -> None:
    turn = conversation.hear(Question("Я сейчас в Москве"), Known("en"))

    assert turn.reply is not None
    assert turn.reply.language == "ru"


def test_contacts_of_a_town_are_given_on_command(conversation: Conversation) -> None:
    at, general = (conversation.command("contacts", Known("en"), each) for each in ("в Москве", "nowhere"))

    assert at.reply is not None
    assert general.reply is not None
    assert [contact.id for contact in at.reply.contacts] == ["embassy"]
    assert general == conversation.command("contacts", Known("en"))


def test_after_a_topic_the_question_about_a_town_goes_on_with_it(conversation: Conversation) -> None:
    turn = conversation.hear(Question("а в Москве?"), Known("en", subject="registration"))

    assert turn.answer is not None
    assert turn.answer.topics[0].id == "registration"

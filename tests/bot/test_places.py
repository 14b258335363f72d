from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clerk import Clerk
from bot.contacts import replies as contact_replies
from bot.contacts.place_names import PlaceNames
from bot.contacts.places import MISSIONS, contacts_at, distance, nearest, reply_at, reply_near
from bot.markup import to_plain
from bot.phrases import Phrases, Voice
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import LANGUAGES, Language, Place, Position

LIBRARY = load(SHIPPED_CONTENT)
NAMES = PlaceNames(LIBRARY.places)
PHRASES = Phrases(LIBRARY.phrases)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def found(text: str) -> list[str]:
    return [place.id for place in NAMES.find(text)]


def place(place_id: str) -> Place:
    return next(each for each in LIBRARY.places if each.id == place_id)


def at(place_id: str) -> list[str]:
    return [contact.id for contact in contacts_at(place(place_id), LIBRARY)]


# -- in a text


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("консульство в Екатеринбурге", "yekaterinburg"),
        ("екб телефон", "yekaterinburg"),
        ("ЁБУРГ", "yekaterinburg"),
        ("Ekaterinburgda konsullik bormi", "yekaterinburg"),
        ("дар Екатеринбург кор мекунам", "yekaterinburg"),
        ("екатиринбурк", "yekaterinburg"),
        ("сафорат дар Маскав", "moscow"),
        ("safarat dar Maskav", "moscow"),
        ("Moskvadan qoʻngʻiroq qilyapman", "moscow"),
        ("москвадаман", "moscow"),
        ("в Подмосковье", "moscow"),
        ("из Питера", "saint-petersburg"),
        ("спб", "saint-petersburg"),
        ("Санкт-Петербургдаги консуллик", "saint-petersburg"),
        ("I live in St Petersburg", "saint-petersburg"),
        ("из Нижнего Новгорода", "nizhny-novgorod"),
        ("в Набережных Челнах", "naberezhnye-chelny"),
        ("под Ростовом-на-Дону", "rostov-on-don"),
        ("новасибирске", "novosibirsk"),
        ("Тюменская область", "tyumen"),
        ("дар Қазон", "kazan"),
        ("в Химках", "khimki"),
        ("Қозоғистонда", "kazakhstan"),
        ("дар Туркия", "turkey"),
        ("в Германии", "germany"),
        ("dar Koreya", "south-korea"),
    ],
)
def test_a_place_is_found_however_it_is_written(text: str, place_id: str) -> None:
    assert found(text) == [place_id]


@pytest.mark.parametrize(
    ("word", "place_text", "place_id"),
    [
        ("Владимир Петрович не платит", "во Владимире", "vladimir"),
        ("самара надод", "дар Самара", "samara"),
        ("читаю договор", "в Чите", "chita"),
        ("ӯ салават мехонад", "из Салавата", "salavat"),
        ("вена болит", "в Вене", "vienna"),
    ],
)
def test_a_common_word_is_a_place_only_where_it_is_said_to_be_one(
    word: str, place_text: str, place_id: str
) -> None:
    assert place_id not in found(word)
    assert found(place_text) == [place_id]


@pytest.mark.parametrize(
    "text",
    ["ба қабул омадам", "каждый раз на самом деле", "БАА", "", "🙂", "патент оплатил", "ба корфармо"],
)
def test_other_words_are_no_places(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place_id"), [("Самара", "samara"), ("владимир", "vladimir"), ("Chita!", "chita")]
)
def test_a_common_word_that_is_the_whole_message_is_the_place(text: str, place_id: str) -> None:
    assert found(text) == [place_id]


def test_a_longer_name_is_not_taken_for_the_shorter_one_in_it() -> None:
    assert found("ман аз Курган-Тюбе") == ["bokhtar"]


def test_several_places_are_found_in_the_order_they_are_named() -> None:
    assert found("из Казани в Уфу, потом опять в Казань") == ["kazan", "ufa"]


@given(st.text())
def test_no_text_makes_the_search_fail(text: str) -> None:
    assert len(set(found(text))) == len(found(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_is_found_by_its_own_name(language: Language) -> None:
    for each in LIBRARY.places:
        name = each.title.get(language)
        if name != "BAA":  # folds to the Tajik word for 'to'
            assert each.id in found(f"дар {name}"), name


# -- whom to ask there


def test_every_mission_is_found_by_its_town() -> None:
    for mission in (each for each in LIBRARY.contacts if each.kind in MISSIONS):
        assert mission.city is not None
        town = "Кабуле" if mission.id == "emb-kabul" else mission.city.ru  # «қабул» is a Tajik word
        assert any(mission.id in at(each) for each in found(f"в {town}")), mission.id


def test_the_town_comes_first_then_the_district_then_the_nearest_mission() -> None:
    assert at("yekaterinburg")[0] == "cg-ekb"
    assert at("samara") == ["molmep-volga", "molmep-moscow", "cg-ufa", "emb-moscow"]


def test_a_country_has_its_missions_and_no_other_country_s() -> None:
    assert at("turkey") == ["emb-ankara", "cg-istanbul"]
    assert at("bokhtar") == []


def test_a_capital_s_state_lines_are_not_taken_for_local_help() -> None:
    assert not {"ru-mvd-line", "ru-prosecutor"} & set(at("moscow"))


# -- how far


def test_distances_are_great_circles() -> None:
    moscow = Position(lat=55.7522, lon=37.6156, exact=True)

    assert distance(59.9386, 30.3141, moscow) == pytest.approx(634, abs=2)
    assert distance(55.7522, 37.6156, moscow) == 0
    assert distance(-55.7522, -142.3844, moscow) == pytest.approx(20015, abs=1)


@given(latitudes, longitudes)
def test_the_nearest_missions_come_first_wherever_somebody_is(latitude: float, longitude: float) -> None:
    near = nearest(latitude, longitude, LIBRARY)

    assert [each.kilometres for each in near] == sorted(each.kilometres for each in near)
    assert all(each.contact.kind in MISSIONS and each.contact.reachable for each in near)
    assert len(near) == 3


@pytest.mark.parametrize("point", [(float("nan"), 0.0), (91.0, 0.0), (0.0, 181.0), (0.0, float("inf"))])
def test_a_point_on_no_map_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="latitude"):
        nearest(*point, LIBRARY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_distance_to_a_town_is_called_so_and_the_number_is_rough(language: Language) -> None:
    voice = Voice(PHRASES, language)

    reply = reply_near(56.84, 60.61, LIBRARY, voice, NOW)

    assert reply.contacts[0].id == "cg-ekb"
    assert voice.say("place-distance", km="10") in to_plain(reply.text).splitlines()
    assert voice.say("places-ask-first") in reply.text
    assert "56.84" not in reply.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_all_missions_nearby_have_an_e_mail_only_a_number_stands_under_them(language: Language) -> None:
    clerk = Clerk(LIBRARY, Voice(PHRASES, language), NOW)

    near = contact_replies.near(55.03, 82.92, clerk)
    paris = contact_replies.at(place("paris"), clerk)

    for reply in (near, paris):
        assert not reply.contacts[0].phones
        assert "+7 495 690-38-46" in reply.text
        assert any(each.action.startswith("cards:") for each in reply.buttons)


def test_where_a_mission_nearby_has_a_number_no_others_follow() -> None:
    clerk = Clerk(LIBRARY, Voice(PHRASES, "ru"), NOW)

    reply = contact_replies.near(56.84, 60.61, clerk)

    assert {each.kind for each in reply.contacts} <= MISSIONS


def test_a_reply_for_a_place_names_it_or_there_is_none() -> None:
    voice = Voice(PHRASES, "ru")

    reply = reply_at(place("samara"), LIBRARY, voice, NOW)

    assert reply is not None
    assert "Самара" in reply.text
    assert "+7 926 311-52-53" in reply.text
    assert reply_at(place("bokhtar"), LIBRARY, voice, NOW) is None

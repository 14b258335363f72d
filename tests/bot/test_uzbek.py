from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.dates.calendar_file import Reminder, calendar_file
from bot.markup import escape
from bot.reply import Button, ContactCard, File, Reply, Venue
from bot.uzbek import reply_in_cyrillic, script_of, to_cyrillic, to_latin
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.markdown import CONTACT

LIBRARY = load(SHIPPED_CONTENT)
ARTICLES = [page.articles["uz"] for _, page in LIBRARY.pages() if "uz" in page.articles]
TEXTS = [
    *(each.title for each in ARTICLES),
    *(f"{part.heading}\n\n{part.text}" for each in ARTICLES for part in each.sections),
    *(contact.name.uz for contact in LIBRARY.contacts),
    *(contact.note.uz for contact in LIBRARY.contacts if contact.note),
    *(rule.script.uz for rule in LIBRARY.urgent_rules),
    *(rule.sentence.uz for rule in LIBRARY.day_rules),
    *re.findall(r"^[a-z-]+ = (.*)", LIBRARY.phrases["uz"], re.MULTILINE),
]
LINK = re.compile(r"\]\([^)\s]*\)")
NUMBER = re.compile(r"\+?\d[\d ()-]*")


# -- letter by letter


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Oʻzbekiston, gʻisht, yoʻl, YOʻQ", "Ўзбекистон, ғишт, йўл, ЙЎҚ"),
        ("shahar, choy, Shartnoma, SHARTNOMA, CHORA", "шаҳар, чой, Шартнома, ШАРТНОМА, ЧОРА"),
        ("yer, Yevropa, qayerda, reyestr, yeyayotgan", "ер, Европа, қаерда, реестр, еяётган"),
        ("elchixona, eʼlon, aeroport, men", "элчихона, эълон, аэропорт, мен"),
        ("yangi, yozma, yurist, yil, kuyov", "янги, ёзма, юрист, йил, куёв"),
        ("maʼlumot, MAʼLUMOT, sanʼat, Isʼhoq", "маълумот, МАЪЛУМОТ, санъат, Исҳоқ"),
        ("xona, hujjat, qaror, jarima", "хона, ҳужжат, қарор, жарима"),
        ("ishchi, ruscha, boshchilik", "ишчи, русча, бошчилик"),
        ("qoʻngʻiroq", "қўнғироқ"),
    ],
)
def test_letters_follow_the_law_and_the_spelling_rules(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("migratsiya, politsiya, ofitser, retsept", "миграция, полиция, офицер, рецепт"),
        ("inspeksiya, kvitansiya, pensiya, komissiya", "инспекция, квитанция, пенсия, комиссия"),
        ("sentabr, sentabrda, 1-oktabrdan, iyul, iyuldan", "сентябрь, сентябрда, 1-октябрдан, июль, июлдан"),
        (
            "rubl, parol, kuryer, kompyuter, obyekt, sement",
            "рубль, пароль, курьер, компьютер, объект, цемент",
        ),
        ("Lipetsk, Irkutsk, Podolsk, Tyumen", "Липецк, Иркутск, Подольск, Тюмень"),
    ],
)
def test_loanwords_are_spelt_as_readers_know_them(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert to_latin(cyrillic) == latin


def test_t_and_s_of_stem_and_ending_stay_two_letters() -> None:
    assert (
        to_cyrillic("aytsin ketsa patentsiz tuzatsangiz oʻtsa") == "айтсин кетса патентсиз тузатсангиз ўтса"
    )


def test_abbreviations_are_known_ones() -> None:
    assert to_cyrillic("IIV AQSh RVP VNJ MFC MFCdan") == "ИИВ АҚШ РВП ВНЖ МФЦ МФЦдан"


@pytest.mark.parametrize(
    "text",
    [
        "https://mfa.tj/uz/shartnoma?x=oʻ",
        "info@tajembassy.ru",
        r"tajemb\_Islamabad@mfa.tj",
        "migrant.uz",
        "{contact:emb-moscow}",
        "+7 495 690-38-46",
        "WhatsApp",
        "Telegram",
        "ruID",
        "/forget",
        "XXI",
        "Миграционный учёт (МВД), 115-ФЗ",
        "CentralAsia",
        "`chora`",
        "«I am a citizen of Tajikistan. I need an interpreter»",
    ],
)
def test_what_is_no_uzbek_stays(text: str) -> None:
    assert to_cyrillic(text) == text
    assert to_cyrillic(f"Yozing: {text}.") == f"Ёзинг: {text}."


def test_a_program_s_name_may_have_an_uzbek_ending() -> None:
    assert to_cyrillic("WhatsAppda yozing") == "WhatsAppда ёзинг"


def test_the_text_of_a_link_is_written_anew_and_its_address_stays() -> None:
    assert to_cyrillic("[vazirlik saytida](https://mfa.tj/shu)") == "[вазирлик сайтида](https://mfa.tj/shu)"


def test_titles_in_other_languages_stay_as_they_are() -> None:
    title = "Counter-trafficking (iom.tj)"

    assert to_cyrillic(f"Manba: [{title}](https://iom.tj)", [title]) == f"Манба: [{title}](https://iom.tj)"


# -- all of our own texts


def test_all_uzbek_texts_come_back_from_cyrillic_unchanged() -> None:
    assert len(TEXTS) > 300
    for text in TEXTS:
        bare = re.sub("[Ѐ-ӿ]+", "", text)  # what stands there in Russian would come back in Latin
        bare = bare.replace("AQSh", "AQSH")  # a small letter in an abbreviation is lost
        assert to_latin(to_cyrillic(bare)) == bare


def test_addresses_contacts_and_numbers_of_all_uzbek_texts_stay() -> None:
    for text in TEXTS:
        written = to_cyrillic(text)
        for kept in (LINK, CONTACT, NUMBER):
            assert [each[0] for each in kept.finditer(written)] == [each[0] for each in kept.finditer(text)]


def test_only_names_and_addresses_are_left_in_latin() -> None:
    left: set[str] = set()
    for text in TEXTS:
        written = re.sub(
            r"«I am [^»]*»|\{[^}]*\}|\]\([^)]*\)|[\w-]+(\.[\w-]+)+|/[a-z]+", "", to_cyrillic(text)
        )
        left.update(re.findall("[A-Za-z]{2,}", written))

    assert left <= {
        "WhatsApp", "Telegram", "TikTok", "YouTube", "Google", "ruID", "QR", "SIM", "ID", "PDF", "RBC",
        "CentrAsia", "CentralAsia", "Migration", "Policy", "Centre", "News",
    }  # fmt: skip


@given(st.text())
def test_no_text_makes_it_fail_and_cyrillic_stays_cyrillic(text: str) -> None:
    written = to_cyrillic(text)

    assert to_cyrillic(written) == written
    to_latin(text)


@given(st.lists(st.sampled_from("abdefghijklmnopqrstuvxyz"), min_size=1).map("".join))
def test_every_uzbek_letter_has_a_cyrillic_one(word: str) -> None:
    assert not re.search("[a-z]", to_cyrillic(word).replace("id", ""))


# -- messages and replies


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Патент муддати қачон тугайди?", "cyrillic"),
        ("Patent muddati qachon tugaydi?", "latin"),
        ("Telegramда ёзган эдим, жавоб йўқ", "cyrillic"),
        ("МВД boʻlimiga borish kerakmi", "latin"),
        ("90?", "latin"),
        ("", "latin"),
    ],
)
def test_the_script_of_a_message_is_that_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


def test_a_whole_reply_changes_its_script_and_its_actions_stay() -> None:
    calendar = calendar_file(
        [Reminder("x", date(2026, 12, 4), "Roʻyxatga turish", "Manba: Embassy [of] Tajikistan")],
        "uz",
        date.min,
    )
    title = escape("Embassy [of] Tajikistan")
    reply = Reply(
        f"**Savol** {title}",
        "uz",
        rows=((Button("Menyu", "menu"), Button("Orqaga", "page:stay-90-days#count")),),
        attachments=(
            ContactCard("Elchixona", "+74956903846"),
            Venue("Elchixona", "Granatniy pereulok, 13", 55.76, 37.59),
            calendar,
            File("a.pdf", b"Savol", "application/pdf"),
        ),
    )

    got = reply_in_cyrillic(reply, [title])

    assert got.text == f"**Савол** {title}"
    assert got.rows == ((Button("Меню", "menu"), Button("Орқага", "page:stay-90-days#count")),)
    assert got.script_of_uzbek == "cyrillic"
    card, venue, file, other = got.attachments
    assert card == ContactCard("Элчихона", "+74956903846")
    assert venue == Venue("Элчихона", "Granatniy pereulok, 13", 55.76, 37.59)
    assert isinstance(file, File)
    [event] = Calendar.from_ical(file.content).walk("VEVENT")
    assert (event["summary"], event["description"]) == ("Рўйхатга туриш", "Манба: Embassy [of] Tajikistan")
    assert other == reply.attachments[3]

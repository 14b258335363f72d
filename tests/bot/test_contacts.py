from __future__ import annotations

import pytest

from bot.contacts.shown import CARDS_OF_ONE, contact_attachments, contact_line, show_phone
from bot.phrases import Phrases, Voice
from bot.reply import ContactCard, Venue
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import Contact, Position, SomeTexts, Source, Texts

LIBRARY = load(SHIPPED_CONTENT)
VOICE = Voice(Phrases(LIBRARY.phrases), "en")
HERE = Position(lat=55.75, lon=37.62, exact=True)
ROUGHLY = Position(lat=55.75, lon=37.62, exact=False)


def embassy(
    *phones: str, position: Position | None = None, address: str | None = None, confirmed: bool = True
) -> Contact:
    return Contact(
        id="embassy",
        kind="embassy",
        country="RU",
        name=Texts(tg="Сафорат", ru="Посольство", uz="Elchixona", en="Embassy"),
        phones=phones,
        address=SomeTexts(ru=address) if address is not None else None,
        position=position,
        confidence="high" if confirmed else "low",
        source=Source(title="x", url=None),
    )


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+74956903846", "+7 495 690-38-46"), ("+992372212121", "+992 372 21 2121"), ("112", "112")],
)
def test_numbers_are_international_so_that_telegram_makes_them_tappable(phone: str, shown: str) -> None:
    assert show_phone(phone) == shown
    assert shown in contact_line(embassy(phone), VOICE)


def test_the_first_numbers_become_cards_and_short_codes_do_not() -> None:
    contact = embassy("112", "+74956903846", "+74956904186", "+74956906102")

    cards = contact_attachments(contact, VOICE)

    assert cards == (ContactCard("Embassy", "+74956903846"), ContactCard("Embassy", "+74956904186"))
    assert len(cards) == CARDS_OF_ONE


def test_a_card_says_that_nobody_vouches_for_its_number() -> None:
    [card] = contact_attachments(embassy("+74956903846", confirmed=False), VOICE)

    assert card == ContactCard("Embassy (not confirmed)", "+74956903846")


def test_a_pin_is_sent_where_the_door_is_known_and_nowhere_else() -> None:
    assert contact_attachments(embassy(position=HERE, address="Street 1"), VOICE) == (
        Venue("Embassy", "Street 1", 55.75, 37.62),
    )
    assert contact_attachments(embassy(position=ROUGHLY, address="Street 1"), VOICE) == ()
    assert contact_attachments(embassy(position=HERE), VOICE) == ()
    assert contact_attachments(embassy(address="Street 1"), VOICE) == ()


def test_every_shipped_number_makes_a_card_or_is_a_short_code() -> None:
    for contact in LIBRARY.contacts:
        cards = contact_attachments(contact, VOICE)
        assert bool(cards) == any(phone.startswith("+") for phone in contact.phones)

from __future__ import annotations

from bot.conversation import Conversation
from bot.markup import to_plain
from bot.question import Question
from bot.reply import Reply
from bot.turn import Known, Turn


def _reply(turn: Turn) -> Reply:
    assert turn.reply is not None
    return turn.reply


def test_uzbek_is_answered_in_the_alphabet_it_was_asked_in(small_conversation: Conversation) -> None:
    cyrillic = _reply(small_conversation.hear(Question("Иш ҳақимни беришмаяпти, нима қилай?"), Known()))
    latin = _reply(small_conversation.hear(Question("Ish haqimni berishmayapti, nima qilay?"), Known()))

    assert (cyrillic.script_of_uzbek, latin.script_of_uzbek) == ("cyrillic", "latin")
    assert "Иш ҳақи" in to_plain(cyrillic.text)
    assert "Ish haqi" in to_plain(latin.text)
    assert [button.text for row in cyrillic.rows for button in row] != [
        button.text for row in latin.rows for button in row
    ]


def test_what_buttons_of_a_cyrillic_reply_lead_to_is_cyrillic_too(small_conversation: Conversation) -> None:
    asked = _reply(small_conversation.hear(Question("Иш ҳақимни беришмаяпти, нима қилай?"), Known()))

    replies = [_reply(small_conversation.press(each.action, Known("uz"))) for each in asked.buttons]

    assert replies
    assert {reply.script_of_uzbek for reply in replies} == {"cyrillic"}
    outdated = "eskirgan", "эскирган"
    assert not any(word in reply.text for reply in replies for word in outdated)


def test_sources_and_the_languages_own_names_keep_their_letters(small_conversation: Conversation) -> None:
    section = _reply(small_conversation.press("page:wages#first~", Known("uz")))
    languages = _reply(small_conversation.press("language~", Known("uz")))

    assert "Official page" in to_plain(section.text)
    assert [button.text for button in languages.buttons] == ["Тоҷикӣ", "Русский", "Oʻzbekcha", "English"]


def test_other_languages_have_one_alphabet(small_conversation: Conversation) -> None:
    latin_tajik = _reply(small_conversation.hear(Question("Muzdi maro namedihand"), Known()))
    pressed = _reply(small_conversation.press("page:wages#first~", Known("ru")))

    assert (latin_tajik.language, latin_tajik.script_of_uzbek) == ("tg", "latin")
    assert "музд" in to_plain(latin_tajik.text).lower()
    assert pressed.language == "ru"


def test_what_is_shared_is_in_the_alphabet_it_was_asked_for_in(small_conversation: Conversation) -> None:
    offers = small_conversation.offers("Иш ҳақимни беришмаяпти, нима қилай?", Known())

    assert offers[0].title.startswith("Иш ҳақи")
    assert "Иш ҳақи" in offers[0].description
    assert {offer.reply.script_of_uzbek for offer in offers} == {"cyrillic"}

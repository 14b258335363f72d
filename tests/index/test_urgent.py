from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.urgent import PatternError, UrgentMatcher, parse, problems
from tests.index.libraries import rule


def matches(pattern: str, text: str) -> bool:
    return UrgentMatcher([rule("r", "t", [pattern])]).match(text) == ("r",)


def test_all_groups_must_occur_in_any_order() -> None:
    pattern = "полис* + брат*"

    assert matches(pattern, "брата забрала полиция: «полис»")
    assert not matches(pattern, "полис для машины")


def test_one_alternative_of_a_group_is_enough() -> None:
    assert matches("полис*|мент* + дошт*", "ментҳо дошта истодаанд")


def test_without_a_star_the_whole_word_must_be_there() -> None:
    assert not matches("мент", "менты пришли")
    assert matches("мент", "МЕНТ пришёл")


def test_the_words_of_an_alternative_stand_next_to_each_other() -> None:
    assert matches("забрал* паспорт*", "хозяин забрал паспорта")
    assert not matches("забрал* паспорт*", "забрал мой паспорт")


def test_a_forbidden_group_prevents_the_match() -> None:
    pattern = "полис* + бурд* + !парсол|соли гузашта"

    assert matches(pattern, "полис додарамро бурд")
    assert not matches(pattern, "соли гузашта полис додарамро бурд")


def test_patterns_meet_latin_chat_and_letters_without_tails() -> None:
    assert matches("ҳуҷҷат* + гирифт*", "hujjatamo girift")
    assert matches("ҳуҷҷат* + гирифт*", "хуччатхоя гирифтанд")


def test_rules_come_in_the_order_of_the_content() -> None:
    matcher = UrgentMatcher([rule("b", "t", ["огонь"]), rule("a", "t", ["пожар"]), rule("c", "t", ["дым"])])

    assert matcher.match("дым, пожар, огонь") == ("b", "a", "c")


@given(st.text(st.characters(exclude_categories=())))
def test_any_message_can_be_looked_at(text: str) -> None:
    assert UrgentMatcher([rule("r", "t", ["полис* + бурд*"])]).match(text) in ((), ("r",))


@pytest.mark.parametrize("pattern", ["", "а + ", "а||б", "*", "по*лис", "!а", "а + !", "...", "а + *"])
def test_a_pattern_that_cannot_be_read_is_named(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern)


def test_problems_name_bad_patterns_and_matching_counter_examples() -> None:
    found = problems([rule("r", "t", ["а||б", "депортац*"], ["Что такое депортация?", "Добрый день"])])

    assert [rule_id for rule_id, _ in found] == ["r", "r"]
    assert "empty group" in found[0][1]
    assert "Что такое депортация?" in found[1][1]


def test_a_rule_with_a_bad_pattern_still_matches_by_its_good_ones() -> None:
    assert UrgentMatcher([rule("r", "t", ["а||б", "пожар"])]).match("пожар") == ("r",)

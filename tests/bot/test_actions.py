from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import LONGEST, Action, Verb, fitting, marked, parse, unmarked
from knowledge.check.references import LONGEST_IDS

IDS = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
PLACES = st.one_of(IDS, st.builds("{}#{}".format, IDS, IDS))
VERBS = st.sampled_from(get_args(Verb))


@given(VERBS, st.lists(PLACES, max_size=4))
def test_an_action_is_read_back_from_what_stands_behind_its_button(verb: Verb, names: list[str]) -> None:
    action = Action(verb, tuple(names))

    assert parse(str(action)) == action


@given(VERBS, st.lists(PLACES, max_size=4))
def test_the_mark_of_cyrillic_is_taken_off_again(verb: Verb, names: list[str]) -> None:
    action = str(Action(verb, tuple(names)))

    assert unmarked(marked(action)) == (action, True)
    assert unmarked(action) == (action, False)


@given(st.text())
def test_any_other_text_means_nothing(text: str) -> None:
    action = parse(text)

    assert action is None or str(action) == text


@pytest.mark.parametrize("verb", get_args(Verb))
def test_the_longest_ids_that_the_content_may_have_fit_behind_every_button(verb: Verb) -> None:
    page, section = "p" * (LONGEST_IDS // 2), "s" * (LONGEST_IDS - LONGEST_IDS // 2)

    action = marked(str(Action(verb, (f"{page}#{section}",))))

    assert verb in ("category", "language") or len(action) <= LONGEST


@given(VERBS, st.lists(PLACES, max_size=6))
def test_what_does_not_fit_is_left_out_from_the_end(verb: Verb, names: list[str]) -> None:
    action = fitting(verb, names)

    kept = [name.partition("#")[0] for name in names]
    assert len(marked(str(action))) <= LONGEST
    assert [name.partition("#")[0] for name in action.names] == kept[: len(action.names)]
    assert len(action.names) == len(names) or len(str(Action(verb, tuple(kept)))) >= LONGEST

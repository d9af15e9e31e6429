"""What a person types is refused, and never repeated, where it cannot be kept, shown or sent as it is."""

from datetime import date

import pytest
from care_stories import H, Story, person
from hypothesis import given
from hypothesis import strategies as st
from strict_stories import R, S, begun, requested, write

from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import AskQuestion, RecordFact, WriteSummary
from pathways.care.communication import ActionItem, Summary
from pathways.care.patient import Kit
from pathways.care.texts import LONGEST_NAME, LONGEST_TEXT, require_name, require_text
from pathways.errors import Refused

ODD = ["\ud800", "Bj\udcf6rn", "\x00", "\x1b[31m", "\u202e", "\u2066", "a\tb", "a\r\nb", "\x7f", "\x85"]


@pytest.mark.parametrize("odd", ODD)
def test_half_characters_and_controls_are_refused_in_texts_and_names_without_being_repeated(odd: str) -> None:
    for require in (require_text, require_name):
        with pytest.raises(Refused) as refusal:
            require(f"Astrid {odd}")
        assert "Astrid" not in str(refusal.value)
        assert str(refusal.value).isprintable()


def test_a_text_may_have_lines_and_any_letters_and_a_name_stands_on_one_line() -> None:
    require_text("Åsa, Bjørn, 李, 👩🏽‍⚕️:\nring first – “then” go")
    require_name("Åsa Ek-Øberg, sjuksköterska")
    with pytest.raises(Refused, match="cannot be seen"):
        require_name("Åsa\nEk")


@given(st.integers(0, 3))
def test_a_text_and_a_name_have_a_longest_length(over: int) -> None:
    for require, longest in ((require_text, LONGEST_TEXT), (require_name, LONGEST_NAME)):
        if over:
            with pytest.raises(Refused, match=f"longer than {longest} characters"):
                require("é" * (longest + over))
        else:
            require("é" * longest)


@pytest.mark.parametrize("odd", ["\ud800", "\x1b[31m", "x" * (LONGEST_TEXT + 1)])
def test_every_way_in_is_judged_and_what_was_refused_leaves_nothing(odd: str) -> None:
    story = requested()
    before = story.episode
    for part in ("situation", "background", "assessment", "recommendation", "contingency"):
        with pytest.raises(Refused, match="A text "):
            write(story, Summary(**{part: odd}))
    with pytest.raises(Refused, match="A text "):
        write(story, Summary(actions=(ActionItem(what="visit", who="nurse", when=odd),)))
    with pytest.raises(Refused, match="A text "):
        story.perform(AskQuestion(actor=person(R), handover=H, text=odd))
    with pytest.raises(Refused, match=r"^A (name|text) "):
        story.perform(RecordFact(actor=person(S), fact=Kit(where="hall", checked_by=odd, checked_on=date(2026, 3, 1))))
    with pytest.raises(Refused, match=r"^A (name|text) "):
        story.perform(AskQuestion(actor=person(R).model_copy(update={"name": odd}), handover=H, text="who?"))
    with pytest.raises(Refused, match="A text "):
        Story(care_team={odd: "home-north"})
    assert story.episode == before


def test_a_name_that_is_too_long_is_refused_where_a_text_would_not_be() -> None:
    story = begun()
    actor = person(S).model_copy(update={"name": "x" * (LONGEST_NAME + 1)})
    with pytest.raises(Refused, match="A name is longer than 200 characters"):
        story.perform(WriteSummary(actor=actor, summary=Summary()))
    write(story, Summary(situation="x" * (LONGEST_NAME + 1)))


def test_a_blank_name_is_no_name() -> None:
    for blank in ("", "  ", "\n"):
        assert Actor(kind=ActorKind.PERSON, team=S, name=blank).name is None
    assert Actor(kind=ActorKind.PERSON, team=S, name=" Åsa ").name == "Åsa"

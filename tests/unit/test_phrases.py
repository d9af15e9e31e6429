"""Words that stand in code: English with what is put into it, from which any other language can be made."""

import pickle
from datetime import date

import pytest

from pathways.errors import Refused, Stale
from pathways.phrases import Phrase, either, one_of

SAID = Phrase("Ask {teams} before {day}.", "handslag waiting", teams=("ward", "clinic"), day=date(2026, 3, 2))


def test_words_are_english_as_a_string_with_what_is_put_in_and_the_command_at_the_end() -> None:
    assert SAID == "Ask ward, clinic before 2026-03-02: handslag waiting."
    assert Phrase("Look again.") == "Look again."
    assert (SAID.template, SAID.command) == ("Ask {teams} before {day}.", "handslag waiting")


def test_what_is_put_in_is_never_read_as_a_template() -> None:
    assert Phrase("Not {what}.", what="{0.__class__} {why}") == "Not {0.__class__} {why}."
    assert Phrase("Half a brace { stays where nothing is put in.") == "Half a brace { stays where nothing is put in."


def test_a_place_without_a_value_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        Phrase("Ask {team}.", teams=("ward",))


@pytest.mark.parametrize(("choices", "said"), [((), ""), (("ward",), "ward"), (("a", "b", "c"), "a or b or c")])
def test_either_names_each_of_several(choices: tuple[str, ...], said: str) -> None:
    assert either(choices) == said


def test_where_there_is_no_choice_something_else_is_to_be_done() -> None:
    assert one_of({"ward": 1, "clinic": 2}, Phrase("Leave it out.")) == "Choose one of: ward, clinic."
    assert one_of((), Phrase("Leave it out.")) == "Leave it out."


@pytest.mark.parametrize("kind", [Refused, Stale])
def test_a_refusal_keeps_its_words_over_pickle(kind: type[Refused]) -> None:
    mend = Phrase("Ask {team}, or {other}.", team="ward", other=either(("a", "b")))
    told = kind("Cannot end episode {episode}: {why}.", mend, episode="E222-2222", why=Phrase("it has ended"))
    again = pickle.loads(pickle.dumps(told))  # noqa: S301  # our own bytes
    assert str(again) == "Cannot end episode E222-2222: it has ended. Ask ward, or a or b."
    assert again.sentence.template == "Cannot end episode {episode}: {why}."
    assert again.sentence.values["why"].template == "it has ended"
    assert again.mend.values == mend.values


def test_the_command_of_a_refusal_belongs_to_what_is_to_be_done() -> None:
    told = Refused("It pauses.", "Go on first.", "handslag resume-episode {E}")
    assert str(told) == "It pauses. Go on first: handslag resume-episode {E}."

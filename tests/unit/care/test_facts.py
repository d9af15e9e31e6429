"""What is recorded of the patient's state and wishes: by whom, what cannot be so, and what a new record replaces."""

from datetime import date

import pytest
from care_stories import E, Story, person, with_handover
from care_worlds import PERSON_NAME
from made_up_facts import (
    AGREED,
    CARER,
    KIT,
    LIMITS,
    STABLE,
    TODAY,
    TOMORROW,
    UNSTABLE,
    WITHDRAWN,
    YESTERDAY,
    prefers,
    retrieved,
    score,
)

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import RecordFact
from pathways.care.patient import Kit, PatientFact, PlaceOf, Score, TreatmentLimit
from pathways.care.states import HandoverStatus
from pathways.definition.conditions import SCORES, Instrument
from pathways.errors import Refused

AKPS = score(Instrument.AKPS, 40)
EVERY_KIND: tuple[PatientFact, ...] = (UNSTABLE, AKPS, LIMITS, KIT, prefers("home"), CARER, AGREED)


def different(fact: PatientFact, **update: object) -> PatientFact:
    return type(fact).model_validate({**fact.model_dump(), **update})


@pytest.mark.parametrize("fact", EVERY_KIND, ids=lambda fact: fact.slot)
def test_what_is_recorded_is_known_with_who_and_when(fact: PatientFact) -> None:
    story = Story()
    story.wait(minutes=5)
    story.note(fact)
    known = story.episode.known[fact.slot]
    assert (known.fact, known.at, known.actor) == (fact, story.now, person("home-north"))


def test_facts_of_one_place_replace_each_other_and_those_of_others_stay() -> None:
    story = Story()
    for fact in (AKPS, score(Instrument.NRS, 7), prefers("home"), prefers("bed", place_of=PlaceOf.DEATH), WITHDRAWN):
        story.note(fact)
    for fact in (score(Instrument.AKPS, 30), prefers("rest"), AGREED):
        story.note(fact)
    facts = {slot: known.fact for slot, known in story.episode.known.items()}
    assert facts == {
        "score/akps": score(Instrument.AKPS, 30),
        "score/nrs": score(Instrument.NRS, 7),
        "preference/care": prefers("rest"),
        "preference/death": prefers("bed", place_of=PlaceOf.DEATH),
        "consent": AGREED,
    }


@pytest.mark.parametrize("team", ["home-north", "clinic-one", "clinic-two", "experts"])
def test_every_team_with_a_part_in_the_care_may_record(team: str) -> None:
    """The responsible team, those consulted, and the patient's own team for each role."""
    Story().note(UNSTABLE, team)


def test_the_receiver_of_a_request_may_record_and_of_a_draft_not_yet() -> None:
    with_handover(HandoverStatus.REQUESTED).note(UNSTABLE, "ward-east")
    with pytest.raises(Refused, match=r"your team has no part in this patient's care\. Ask home-north to record it"):
        with_handover(HandoverStatus.DRAFT).note(UNSTABLE, "ward-east")


@pytest.mark.parametrize("actor", [person("ward-west"), person("home-south"), person(None), CLOCK, SYSTEM])
@pytest.mark.parametrize("fact", EVERY_KIND, ids=lambda fact: fact.slot)
def test_nobody_else_records_anything(actor: Actor, fact: PatientFact) -> None:
    with pytest.raises(Refused, match=f"^Cannot record .* in episode {E}: your team has no part in"):
        Story().perform(RecordFact(actor=actor, fact=fact))


@pytest.mark.parametrize("instrument", Instrument)
def test_an_instrument_gives_its_first_and_last_score_and_nothing_beyond(instrument: Instrument) -> None:
    lowest, highest, step = SCORES[instrument][0], SCORES[instrument][-1], SCORES[instrument].step
    story = Story()
    for value in (lowest, lowest + step, highest - step, highest):
        story.note(score(instrument, value))
        assert story.episode.known[f"score/{instrument}"].fact == score(instrument, value)
    for value in (lowest - 1, lowest - step, highest + 1, highest + step, -999, 10**9):
        with pytest.raises(Refused, match=f"{instrument} does not give that. Write a number from {lowest} to"):
            story.note(score(instrument, value))


@pytest.mark.parametrize(
    ("instrument", "lowest", "highest"),
    [
        ("akps", 0, 100),
        ("ipos", 0, 68),
        ("esas-r", 0, 90),
        ("nrs", 0, 10),
        ("abbey", 0, 18),
        ("roag", 9, 27),
        ("news2", 0, 20),
    ],
)
def test_the_ranges_are_those_of_the_instruments(instrument: str, lowest: int, highest: int) -> None:
    """IPOS 17 items of 0-4, ESAS-r 9 of 0-10, Abbey 6 of 0-3, ROAG 9 of 1-3 (domain, section 6)."""
    scores = SCORES[Instrument(instrument)]
    assert (scores[0], scores[-1]) == (lowest, highest)
    assert (scores.step == 10) == (instrument == "akps")


@pytest.mark.parametrize("value", [1, 45, 95, 99])
def test_akps_goes_in_tens(value: int) -> None:
    with pytest.raises(Refused, match=r"akps does not give that\. Write a number from 0 to 100 in steps of 10\."):
        Story().note(Score(instrument=Instrument.AKPS, score=value))


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (different(LIMITS, limits=()), "no limit was named. Name one of: no-cpr, "),
        (different(LIMITS, limits=("no-cpr", "no-cpr")), "a limit was named twice. Name each once."),
        (different(LIMITS, limits=("none", "no-cpr")), "`none` stands beside a limit. Write `none` alone"),
        (different(LIMITS, review_on=date(2026, 2, 28)), "reviewed before they were decided. Correct"),
        (different(LIMITS, decided_on=TOMORROW), "that day has not come yet. Correct the day."),
        (different(LIMITS, decided_on=date(1, 1, 1)), "lies too far away. Write one of the years 1900 to 2199."),
        (different(LIMITS, review_on=date.max), "lies too far away. Write one of the years 1900 to 2199."),
        (different(KIT, where=" "), "does not say where it is kept and who checked it. Write both"),
        (different(KIT, checked_by=""), "does not say where it is kept and who checked it. Write both"),
        (different(KIT, expires_on=YESTERDAY), "it had expired before it was checked. Correct one of the two days"),
        (different(KIT, checked_on=TOMORROW), "that day has not come yet. Correct the day."),
        (different(KIT, retrieved_on=TODAY), "this kit is not known to be in place. Look at what is known"),
        (prefers(PERSON_NAME), "not a level of this pathway. Choose among: home, home-plus, bed, rest."),
        (prefers("home", PERSON_NAME), "not a level of this pathway. Choose among: home, home-plus, bed, rest."),
        (prefers("home", "home"), "the second choice is the first. Name another level, or leave"),
        (different(prefers("home"), said_on=TOMORROW), "that day has not come yet. Correct the day."),
    ],
)
def test_what_cannot_be_so_is_refused_with_one_sentence_and_nothing_is_known_of_it(
    fact: PatientFact, sentence: str
) -> None:
    story = Story()
    with pytest.raises(Refused) as refusal:
        story.note(fact)
    assert sentence in str(refusal.value)
    assert PERSON_NAME not in str(refusal.value)
    assert not story.episode.known


@pytest.mark.parametrize(
    "fact",
    [
        different(LIMITS, limits=("none",), document=""),
        different(LIMITS, decided_on=TODAY, review_on=TODAY),
        different(LIMITS, limits=tuple(limit for limit in TreatmentLimit if limit != "none"), review_on=None),
        different(KIT, expires_on=TODAY),
        different(KIT, expires_on=None, checked_on=date(1900, 1, 1)),
        prefers("home", "rest"),
    ],
)
def test_what_is_just_possible_is_recorded(fact: PatientFact) -> None:
    story = Story()
    story.note(fact)
    assert story.episode.known[fact.slot].fact == fact


def test_a_day_is_that_of_the_network_and_not_of_greenwich() -> None:
    """At 23:30 UTC on 2 March it is the third in Sweden."""
    story = Story()
    story.wait(hours=14, minutes=30)
    story.note(different(LIMITS, decided_on=TOMORROW))


def test_a_kit_that_is_in_place_is_retrieved_once() -> None:
    story = Story()
    story.note(KIT)
    story.note(retrieved())
    assert story.episode.known["kit"].fact == retrieved()
    with pytest.raises(Refused, match="this kit is not known to be in place"):
        story.note(retrieved())


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (retrieved(where="elsewhere"), "this kit is not known to be in place"),
        (retrieved(YESTERDAY), "it was checked after that day. Correct the day."),
        (retrieved(TOMORROW), "that day has not come yet. Correct the day."),
    ],
)
def test_a_retrieval_that_cannot_be_so_is_refused(fact: Kit, sentence: str) -> None:
    story = Story()
    story.note(KIT)
    with pytest.raises(Refused, match=sentence):
        story.note(fact)
    assert story.episode.known["kit"].fact == KIT


def test_after_a_retrieval_there_may_be_a_new_kit() -> None:
    story = Story()
    for fact in (KIT, retrieved(), KIT):
        story.note(fact)
    assert story.episode.known["kit"].fact == KIT


@pytest.mark.parametrize("fact", [STABLE, *EVERY_KIND[1:]], ids=lambda fact: fact.slot)
def test_after_the_end_nothing_more_is_recorded(fact: PatientFact) -> None:
    story = Story()
    story.end()
    with pytest.raises(Refused, match=r"it has ended\. After the end, record only that the kit was retrieved\."):
        story.note(fact)


def test_after_the_end_the_kit_is_still_retrieved() -> None:
    story = Story()
    story.note(KIT)
    story.end()
    story.wait(days=2)
    story.note(retrieved(date(2026, 3, 4)))
    assert story.episode.known["kit"].fact == retrieved(date(2026, 3, 4))

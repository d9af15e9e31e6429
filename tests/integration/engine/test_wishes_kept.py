"""What is known of the patient in the database: kept, replaced, acted on when due, and told with no word of health."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.world import MUNICIPAL, SSIH, Day, a_day, demonstration, settings
from pathways.care.commands import RecordFact, WantedHandover
from pathways.care.episodes import Episode
from pathways.care.evolution import replayed
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    KitItem,
    PatientFact,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    Score,
    TreatmentLimit,
    TreatmentLimits,
)
from pathways.care.states import Action
from pathways.definition.conditions import Instrument, Phase
from pathways.definition.durations import Duration
from pathways.definition.models import PhaseRules
from pathways.store.unit_of_work import UnitOfWork

WHERE = "in the fridge door"
LIMITS = TreatmentLimits(
    limits=(TreatmentLimit.NO_CPR,), decided_on=date(2026, 3, 1), review_on=date(2026, 3, 12), document="J-4711"
)
KIT = Kit(
    where=WHERE,
    checked_by="Bo Ek",
    checked_on=date(2026, 3, 10),
    expires_on=date(2026, 3, 12),
    items=(KitItem(name="made up 1 mg/ml", count=5),),
)
EVERY_KIND: tuple[PatientFact, ...] = (
    PhaseOfIllness(phase=Phase.UNSTABLE),
    Score(instrument=Instrument.AKPS, score=40),
    LIMITS,
    KIT,
    Preference(place_of=PlaceOf.CARE, first="home", said_by=SaidBy.PATIENT, said_on=date(2026, 3, 1)),
    Carer(is_available=True, is_aware=False, may_be_called_at_night=True),
    Consent(is_given=True),
)


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    pathway, network = demonstration()
    phases = {
        Phase.UNSTABLE: PhaseRules(change_within=Duration.of("72 h"), repeat=Duration.of("1 day")),
        Phase.DETERIORATING: PhaseRules(change_within=Duration.of("1 week")),
        Phase.TERMINAL: PhaseRules(answer=Duration.of("20 min")),
    }
    made = a_day(engine, settings(tmp_path), is_published=True)
    made.operations.publishing.apply([pathway.model_copy(update={"phases": phases})], [network])
    return made


def note(day: Day, episode: str, *facts: PatientFact) -> None:
    for fact in facts:
        day.operations.perform(episode, RecordFact(actor=MUNICIPAL, fact=fact))


def kept(day: Day, reference: str) -> Episode:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        episode = work.episodes.get(reference)
        assert replayed(work.episodes.history(reference)) == episode
    return episode


def test_every_kind_of_fact_is_kept_as_it_was_recorded(day: Day) -> None:
    episode = day.begun()
    note(day, episode, *EVERY_KIND)
    known = kept(day, episode).known
    assert [known[fact.slot].fact for fact in EVERY_KIND] == list(EVERY_KIND)
    assert {each.actor for each in known.values()} == {MUNICIPAL}


def test_a_clock_that_stops_and_starts_in_one_decision_runs_on_with_its_new_limit(day: Day) -> None:
    episode = day.begun()
    note(day, episode, PhaseOfIllness(phase=Phase.UNSTABLE))
    day.clock.forward(hours=80)
    assert day.operations.pass_due_clocks() == 1
    note(day, episode, PhaseOfIllness(phase=Phase.DETERIORATING))
    (clock,) = kept(day, episode).clocks.values()
    assert (clock.started_at, clock.passed) == (day.clock.now, 0)
    day.clock.forward(days=6)
    assert day.operations.pass_due_clocks() == 0
    day.clock.forward(days=1)
    assert day.operations.pass_due_clocks() == 1


def test_what_is_due_is_told_to_the_responsible_team_with_no_word_of_health(day: Day) -> None:
    episode = day.begun()
    note(day, episode, PhaseOfIllness(phase=Phase.UNSTABLE), LIMITS, KIT)
    assert [wait.kind.value for wait in day.operations.views.waiting()] == ["kit", "review", "phase"]
    day.clock.forward(days=4)
    assert day.operations.pass_due_clocks() == 3
    notices = day.operations.views.notices()
    assert {notice.kind for notice in notices} == {"phase-due", "review-due", "kit-expired"}
    assert {(notice.team, notice.status) for notice in notices} == {("municipal-palliative-team", "sent")}
    assert not any(notice.leaks for notice in notices)
    for _key, words in day.post.sent:
        text = f"{words.subject} {words.body}".lower()
        assert episode.lower() in text
        assert not [word for word in ("fas", "instabil", "hlr", "läkemedel", "behandling", WHERE) if word in text]


def test_the_clocks_change_hands_with_the_responsibility(day: Day) -> None:
    episode = day.begun()
    note(day, episode, PhaseOfIllness(phase=Phase.UNSTABLE), KIT)
    handover = day.requested(episode)
    day.made_ready(handover)
    day.do(handover, Action.ARRIVE)
    assert {clock.owner for clock in kept(day, episode).clocks.values()} == {"ssih-jonkoping"}
    assert {wait.teams for wait in day.operations.views.waiting()} == {("ssih-jonkoping",)}


def test_a_waiting_answer_is_shortened_in_the_rows_too(day: Day) -> None:
    episode = day.begun()
    wanted = WantedHandover(move="home-to-home-specialised", urgency="planned", reason="worsening")
    handover = day.operations.plan_handover(episode, MUNICIPAL, wanted)
    day.operations.perform(episode, RecordFact(actor=SSIH, fact=PhaseOfIllness(phase=Phase.TERMINAL)))
    assert kept(day, episode).clocks[f"{handover}/handover.answer"].next_at > day.clock.now
    day.clock.forward(minutes=20)
    assert day.operations.pass_due_clocks() == 1
    assert day.operations.views.show(handover).handover(handover).escalations == 1

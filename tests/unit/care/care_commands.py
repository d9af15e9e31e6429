"""Commands for random tests: those that nobody thought of, and those that bring a story on.

The strategies are made once, and choices among what is possible just now are numbers: making strategies is slow.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar, get_args

from care_stories import WORDS, E, Story, asked_for, change, person
from care_worlds import AUTUMN, NETWORK, PATHWAY, PERSON_NAME, SPRING, START, TEAMS
from deadline_worlds import DEADLINES
from hypothesis import strategies as st

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.clocks import follow_up_key, handover_key
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ChangeHandover,
    ComeBack,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    ConfirmResponsibility,
    CorrectReadBack,
    DenyVitalStatus,
    EndEpisode,
    EraseRecord,
    GiveReadBack,
    NoteNightSheet,
    NotePatientChange,
    OfferPlace,
    PassClock,
    PauseEpisode,
    PlanHandover,
    RecordFact,
    RecordMilestone,
    RecordReturnCause,
    ReportVitalStatus,
    ResumeEpisode,
    SettleHandover,
    TakeBackEnd,
    Waive,
    WriteSummary,
)
from pathways.care.communication import ActionItem, IllnessSeverity, Summary
from pathways.care.episodes import ClockKind, Episode, Handover
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
from pathways.care.plans import moves_from_here
from pathways.care.states import STEPS, Action, HandoverStatus, Party, PatientChange
from pathways.definition.conditions import SCORES, Instrument, Phase
from pathways.definition.models import BEGINNING

NONSENSE = "nonsense"
REFERENCES = tuple(f"H222-{number:04}" for number in range(100))
"""The references of an episode's handovers, in the order in which they are planned."""

FORWARD: dict[HandoverStatus, tuple[Action, ...]] = {
    HandoverStatus.DRAFT: (Action.REQUEST,),
    HandoverStatus.REQUESTED: (Action.SEE, Action.ACCEPT),
    HandoverStatus.RECEIVED: (Action.ACCEPT,),
    HandoverStatus.ACCEPTED: (Action.CONFIRM,),
    HandoverStatus.ON_HOLD: (Action.RESUME,),
    HandoverStatus.READY: (Action.DEPART, Action.ARRIVE),
    HandoverStatus.IN_PROGRESS: (Action.ARRIVE,),
}
"""The steps that lead towards `completed`."""

T = TypeVar("T")


def pick(choices: Sequence[T], number: int) -> T:
    """One of the choices for every number."""
    return choices[number % len(choices)]


def _one_of(names: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([*names, NONSENSE])


_actors = st.sampled_from([*(person(team) for team in (*TEAMS, None, NONSENSE)), CLOCK, SYSTEM])


def _nameless(team: str) -> Actor:
    return person(team).model_copy(update={"name": None})


_reasons = st.sampled_from([None, "", " ", "no-place", "wrong-level", PERSON_NAME])
_handovers = _one_of(REFERENCES[:4])
_keys = [handover_key(handover, kind) for handover in REFERENCES[:3] for kind in ClockKind]
_said = get_args(ChangeHandover.model_fields["action"].annotation)
_words = st.sampled_from(["", " ", WORDS])
_severities = st.sampled_from(IllnessSeverity)
_checked = st.sampled_from(
    [
        None,
        *(start + timedelta(hours=hours) for start in (START, SPRING, AUTUMN) for hours in (-300, -1, 0, 3, 90)),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=2))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-2))),
    ]
)
FULL = Summary(
    illness_severity=IllnessSeverity.WATCHER,
    situation=WORDS,
    actions=(ActionItem(what=WORDS, who="ward", when="tonight"),),
    contingency=WORDS,
)
"""A summary that is complete for every urgency of the strict pathway."""

EVIDENCE = "document 7"

_causes = _one_of(tuple(PATHWAY.coming_back.causes if PATHWAY.coming_back else ()))

numbers = st.integers(0, 59)

_levels = tuple(PATHWAY.levels)
_phases = st.builds(PhaseOfIllness, phase=st.sampled_from(Phase))
_days = st.dates(START.date() - timedelta(days=2), START.date() + timedelta(days=260))
_before = st.dates(START.date() - timedelta(days=400), START.date() - timedelta(days=2))
possible_facts: st.SearchStrategy[PatientFact] = st.one_of(
    _phases,
    _phases,
    st.sampled_from([Score(instrument=each, score=scores[-1]) for each, scores in SCORES.items()]),
    st.builds(
        TreatmentLimits, limits=st.just((TreatmentLimit.NO_CPR,)), decided_on=_before, review_on=st.none() | _days
    ),
    st.builds(
        Kit,
        where=st.just("hall"),
        checked_by=st.just("x"),
        checked_on=_before,
        expires_on=st.none() | _days,
        items=st.integers(1, 9).map(lambda count: (KitItem(name="x", count=count),)),
    ),
    st.builds(
        Preference,
        place_of=st.sampled_from(PlaceOf),
        first=st.sampled_from(_levels[:2]),
        second=st.none() | st.sampled_from(_levels[2:]),
        said_by=st.sampled_from(SaidBy),
        said_on=_before,
    ),
    st.builds(Carer, is_available=st.booleans(), is_aware=st.booleans(), may_be_called_at_night=st.booleans()),
    st.builds(Consent, is_given=st.booleans()),
)
"""What may be recorded in every story of these tests, whenever it is."""

_facts: st.SearchStrategy[PatientFact] = st.one_of(
    possible_facts,
    st.builds(Score, instrument=st.sampled_from(Instrument), score=st.integers(-1, 101)),
    st.builds(
        TreatmentLimits,
        limits=st.lists(st.sampled_from(TreatmentLimit), max_size=3).map(tuple),
        decided_on=st.dates(),
        review_on=st.none() | st.dates(),
    ),
    st.builds(
        Kit,
        where=st.sampled_from(["", "hall", PERSON_NAME]),
        checked_by=st.sampled_from(["", "x"]),
        checked_on=st.dates() | _before,
        expires_on=st.none() | st.dates(),
        retrieved_on=st.none() | st.dates() | _before,
        items=st.lists(
            st.builds(
                KitItem,
                name=st.sampled_from(["", "x", " X"]),
                count=st.integers(-1, 3),
                expires_on=st.none() | st.dates(),
                returned=st.none() | st.integers(-1, 3),
            ),
            max_size=3,
        ).map(tuple),
        differs_because=st.sampled_from(["", PERSON_NAME]),
    ),
    st.builds(
        Preference,
        place_of=st.sampled_from(PlaceOf),
        first=_one_of(_levels),
        second=st.none() | _one_of(_levels),
        said_by=st.sampled_from(SaidBy),
        said_on=st.dates() | _before,
    ),
)
_becauses = st.sampled_from([None, " ", PERSON_NAME])
anything: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        PlanHandover,
        actor=_actors,
        reference=_handovers,
        move=_one_of((*PATHWAY.moves, BEGINNING)),
        urgency=_one_of(("acute", "planned", BEGINNING)),
        reason=_one_of((*PATHWAY.reasons, BEGINNING)),
        to_team=st.none() | _one_of(TEAMS),
        to_units=st.just(()) | st.lists(_one_of(tuple(NETWORK.units)), max_size=3).map(tuple),
        replaces=st.none() | _handovers,
        is_draft=st.booleans(),
        departs_because=_becauses,
        goes_ahead_because=_becauses,
    ),
    st.builds(RecordFact, actor=_actors, fact=_facts),
    st.builds(NoteNightSheet, actor=_actors, mark=st.just("K7QM-2F4T"), number=numbers),
    st.builds(
        change,
        action=st.sampled_from(_said),
        actor=_actors,
        reason=_reasons,
        reference=_handovers,
        unit=st.none() | _one_of(tuple(NETWORK.units)),
    ),
    st.builds(OfferPlace, actor=_actors, handover=_handovers, unit=_one_of(tuple(NETWORK.units))),
    st.builds(ComeBack, actor=_actors, reference=_handovers, returns=_handovers, cause=_causes),
    st.builds(SettleHandover, actor=_actors, handover=_handovers, words=_words),
    st.builds(RecordReturnCause, actor=_actors, handover=_handovers, cause=_causes),
    st.builds(PauseEpisode, actor=_actors, kind=_one_of(("elsewhere",)), cancels=st.none() | _handovers),
    st.builds(ResumeEpisode, actor=_actors),
    st.builds(TakeBackEnd, actor=_actors),
    st.builds(ReportVitalStatus, actor=_actors, is_dead=st.booleans()),
    st.builds(DenyVitalStatus, actor=_actors),
    st.builds(ConfirmResponsibility, actor=_actors),
    st.builds(EraseRecord, actor=_actors, last_entry_at=st.sampled_from([START, START, START - timedelta(days=4000)])),
    st.builds(
        ConfirmReadiness,
        actor=_actors,
        handover=_handovers,
        items=st.lists(_one_of(tuple(PATHWAY.readiness)), max_size=3).map(tuple),
        evidence=_words,
        checked_at=_checked,
    ),
    st.builds(
        Waive,
        actor=_actors | st.sampled_from(TEAMS).map(_nameless),
        handover=_handovers,
        items=st.lists(_one_of(tuple(PATHWAY.readiness)), max_size=3).map(tuple),
        read_back=st.booleans(),
        reason=_one_of(tuple(PATHWAY.waivers)),
        words=_words,
    ),
    st.builds(
        GiveReadBack, actor=_actors, handover=_handovers, severity=_severities, next_action=_words, contingency=_words
    ),
    st.builds(CorrectReadBack, actor=_actors, handover=_handovers, correction=_words),
    st.builds(AskQuestion, actor=_actors, handover=_handovers, text=_words),
    st.builds(AnswerQuestion, actor=_actors, handover=_handovers, answer=_words),
    st.builds(
        WriteSummary,
        actor=_actors,
        summary=st.builds(Summary, illness_severity=st.none() | _severities, situation=_words, contingency=_words),
    ),
    st.builds(PassClock, actor=_actors, key=_one_of([*_keys, *map(follow_up_key, PATHWAY.follow_ups)])),
    st.builds(EndEpisode, actor=_actors, end=st.just(NONSENSE)),
    st.builds(CompleteFollowUp, actor=_actors, follow_up=_one_of(tuple(PATHWAY.follow_ups))),
    st.builds(
        RecordMilestone,
        actor=_actors,
        milestone=_one_of(tuple(DEADLINES.milestones)),
        at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    st.builds(
        NotePatientChange,
        actor=_actors,
        what=st.sampled_from(PatientChange),
        told_in=st.sampled_from([E, "E222-3333"]),
        joined=st.sampled_from([(), (E, "E222-3333")]),
    ),
)
"""Any command, from anybody, that fits or does not."""


def possible_plan(episode: Episode, number: int, *, is_draft: bool) -> PlanHandover:
    """A plan that the pathway allows now, asked for by the team that is responsible."""
    moves = moves_from_here(PATHWAY, episode)
    name = pick(tuple(moves), number)
    move = moves[name]
    units = [key for key, unit in NETWORK.units.items() if unit.level == move.to]
    return PlanHandover(
        actor=person(episode.responsible_team),
        reference=unused_reference(episode),
        move=name,
        urgency=pick(sorted(move.urgencies), number),
        reason=pick(move.reasons, number),
        to_team=pick(("home-north", "home-south"), number) if move.to == "home" else None,
        to_units=tuple(dict.fromkeys(pick(units, number + step) for step in range(1 + number % 3))) if units else (),
        replaces=pick([None, *episode.handovers], number),
        is_draft=is_draft,
        departs_because=PERSON_NAME,
        goes_ahead_because=PERSON_NAME,
    )


def unused_reference(episode: Episode) -> str:
    """The reference of the next handover."""
    return next(reference for reference in REFERENCES if reference not in episode.handovers)


def possible_step(handover: Handover, number: int) -> Command:
    """A step that the state × action table allows, by one who may cause it."""
    actions = [action for action in Action if action in STEPS[handover.status] and action is not Action.WITHDRAW]
    action = pick(actions, number)
    return _step(handover, action, pick(sorted(STEPS[handover.status][action].by), number // len(actions)))


def step_forward(story: Story, handover: Handover, number: int) -> Command:
    """A step that leads towards `completed`, or what is asked for before it."""
    action = pick(FORWARD[handover.status], number)
    if handover.awaited_units and not (action is Action.ACCEPT and handover.able_to_accept):
        return OfferPlace(actor=SYSTEM, handover=handover.reference, unit=pick(handover.awaited_units, number))
    if handover.status is HandoverStatus.READY:
        action = Action.DEPART if handover.plan.travels else Action.ARRIVE
    if first := _asked_before(story, handover, action, number):
        return first
    return _step(handover, action, pick(sorted(STEPS[handover.status][action].by), number))


def summary_for(story: Story, urgency: str) -> WriteSummary | None:
    """The summary to be written before a request of this urgency, if it lacks something."""
    written = story.episode.summary.summary if story.episode.summary else Summary()
    if not written.missing(story.context.pathway.rules_for(urgency).summary):
        return None
    return WriteSummary(actor=person(story.episode.responsible_team), summary=FULL)


def _asked_before(story: Story, handover: Handover, action: Action, number: int) -> Command | None:
    if action is Action.REQUEST:
        return summary_for(story, handover.plan.urgency)
    may_confirm = Action.CONFIRM in STEPS[handover.status]
    if may_confirm and (missing := handover.missing_at(story.now)):
        item = pick(missing, number)
        team = {"sender": handover.plan.from_team, "receiver": handover.plan.to_team}[handover.plan.items[item]]
        return ConfirmReadiness(actor=person(team), handover=handover.reference, items=(item,), evidence=EVIDENCE)
    is_asked_for = story.context.pathway.rules_for(handover.plan.urgency).read_back
    if action is Action.ARRIVE and is_asked_for and not (handover.is_read_back or handover.read_back_waiver):
        if handover.awaits_review:
            return _step(handover, Action.CONFIRM_READ_BACK, Party.SENDER)
        return _step(handover, Action.READ_BACK, Party.RECEIVER)
    return None


def _step(handover: Handover, action: Action, party: Party) -> Command:
    receiver = (*handover.able_to_accept, *handover.asked)[0]
    teams = {Party.SENDER: handover.plan.from_team, Party.RECEIVER: receiver.team}
    actor = SYSTEM if party is Party.SYSTEM else person(teams[party])
    return asked_for(action, actor, "no-place", handover.reference, receiver.unit)

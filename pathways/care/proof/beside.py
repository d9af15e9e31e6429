"""What can go on beside handovers: phases of illness, grants, treatments with their visits, the wait for a place.

Each thing is begun alone and tried to its end: what those named in the pathway may do, and what time brings. Whether it
is allowed, care says.
"""

from collections.abc import Hashable, Iterator
from datetime import time, timedelta

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import ComeBack, PassClock, RecordFact
from pathways.care.grants.commands import GrantPackage, LeaveToLapse, RenewGrant
from pathways.care.orders.commands import ActOnMissedVisit, PlaceOrder, RecordComplication, RecordVisit
from pathways.care.orders.values import Order, Schedule, VisitOutcome
from pathways.care.patient import PhaseOfIllness
from pathways.care.programme.commands import Enrol, KeepWaiting, OfferEnrolment
from pathways.care.proof.choices import Choice
from pathways.care.proof.situations import BACK, HANDOVER, WORDS, Situation, person_of
from pathways.care.states import EpisodeStatus
from pathways.definition.models import Pathway


def begun_beside(pathway: Pathway, here: Situation) -> Iterator[Choice]:
    """All that can be begun where the patient is: each phase, each package, each treatment."""
    team = here.episode.stay.team
    for phase in pathway.phases:
        fact = RecordFact(actor=person_of(team), fact=PhaseOfIllness(phase=phase))
        yield Choice(fact, f"{team} records the phase {phase}.")
    for name, package in pathway.packages.items():
        actor = _who(here, package.by[0])
        yield Choice(GrantPackage(actor=actor, package=name), f"{actor.team} grants {name}.")
    tomorrow = here.now.date() + timedelta(days=1)
    schedule = Schedule(times=(time(8),), from_day=tomorrow, until_day=tomorrow)
    for name, treatment in pathway.treatments.items():
        actor = _who(here, treatment.ordered_by[0])
        order = PlaceOrder(actor=actor, treatment=name, drug=WORDS, schedule=schedule)
        yield Choice(order, f"{actor.team} orders {name}, once, tomorrow at 08:00.")


def followed_beside(pathway: Pathway, here: Situation) -> Iterator[Choice]:
    """All that can be tried next with what has been begun, and what time brings."""
    episode, team = here.episode, here.episode.stay.team
    actor = person_of(team)
    if episode.status is EpisodeStatus.WAITLIST:
        yield Choice(KeepWaiting(actor=actor), f"{team} says that the patient still waits.")
        yield Choice(OfferEnrolment(actor=SYSTEM), "A place in the programme comes free.")
        yield Choice(Enrol(actor=actor), f"{team} enrols the patient.")
    for name, grant in episode.grants.items():
        decides = _who(here, pathway.packages[grant.package].decides)
        yield Choice(RenewGrant(actor=decides, grant=name), f"{decides.team} renews {name}.")
        yield Choice(LeaveToLapse(actor=decides, grant=name), f"{decides.team} lets {name} lapse.")
    for order in episode.orders.values():
        yield from _visits(actor, order)
    for key, clock in episode.clocks.items():
        if not clock.passed:
            yield Choice(PassClock(actor=CLOCK, key=key), f"The limit of {clock.kind} goes by.", waits=True)


def coming_back(pathway: Pathway, here: Situation) -> Iterator[Choice]:
    """The patient comes back from the handover that has just been carried out."""
    if pathway.coming_back is not None:
        team, cause = here.episode.stay.team, next(iter(pathway.coming_back.causes))
        back = ComeBack(actor=person_of(team), reference=BACK, returns=[*here.episode.handovers][-1], cause=cause)
        yield Choice(back, f"The patient comes back: {team} asks those who handed over to take over again ({cause}).")


def key_beside(here: Situation) -> Hashable:
    """What must be alike in two situations for the same to be possible in both, beside handovers."""
    episode = here.episode
    grants = [(grant.package, grant.status, grant.lapses, grant.renewals > 0) for grant in episode.grants.values()]
    orders = [
        (order.treatment, order.status, *((visit.outcome, visit.acted_at is None) for visit in order.visits.values()))
        for order in episode.orders.values()
    ]
    clocks = frozenset((clock.kind, clock.passed > 0) for clock in episode.clocks.values())
    return episode.status, str(episode.known.get("phase")), tuple(grants), tuple(orders), clocks


def _visits(actor: Actor, order: Order) -> Iterator[Choice]:
    missed = RecordVisit(actor=actor, order=order.number, outcome=VisitOutcome.MISSED)
    yield Choice(missed, f"{actor.team} records that the visit was missed.")
    for key in order.visits:
        acted = ActOnMissedVisit(actor=actor, order=order.number, visit=key, words=WORDS)
        yield Choice(acted, f"{actor.team} says what was done about it.")
    worse = RecordComplication(actor=actor, order=order.number, words=WORDS, reference=HANDOVER)
    yield Choice(worse, f"{actor.team} records a complication.")


def _who(here: Situation, role: str) -> Actor:
    """Somebody of the patient's team with a role."""
    return person_of(here.episode.care_team[role])

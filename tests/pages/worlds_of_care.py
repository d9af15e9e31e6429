"""Patients of whom much is known, to whom much is granted, and who are treated at home, for the page of an episode."""

from datetime import date, time, timedelta

from pages.desk_on_test import Desk
from pages.worlds import NURSE
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import Command, RecordFact
from pathways.care.grants.commands import GrantPackage, SwapServices
from pathways.care.orders.commands import PlaceOrder, RecordVisit
from pathways.care.orders.values import Schedule, VisitOutcome
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
from pathways.definition.conditions import Instrument, Phase
from pathways.notices.sending import AppriseSender
from pathways.operations.beginning import Begin
from pathways.operations.service import Operations
from pathways.store.database import open_engine

HOME_CARE, PLANNER, ASSESSOR = "hjemmepleje-loegstoer", "planlaegning-loegstoer", "bevilling"
WARD, HOME_NURSING = "afdeling-aalborg", "hjemmesygeplejen"
DRUG = "benzylpenicillin 3 g, påhittat"
WHERE = "fridge door, påhittat"
COUNTED = (KitItem(name="påhittat 1 mg/ml", count=5), KitItem(name="tops, påhittade", count=12))


def somebody(team: str, name: str = "Bo Påhittad") -> Actor:
    """Somebody of a team, at the desk."""
    return Actor(kind=ActorKind.PERSON, team=team, name=name, via="desk", is_identified=True)


def some_days_ago(desk: Desk, days: int) -> Operations:
    """The operations on the same database, so many days ago."""
    settings, at = desk.service.settings, desk.service.clock() - timedelta(days=days)
    sender = AppriseSender(settings.notice_timeout_seconds)
    return Operations(settings, open_engine(settings.database_url), sender, clock=lambda: at)


def well_known(desk: Desk) -> str:
    """An episode of a patient of whom everything is recorded; gives its reference."""
    begin = Begin("jonkoping-palliative", "jonkoping-demo", "home")
    episode = some_days_ago(desk, 20).begin_episode(begin, NURSE)[0].reference
    earlier: tuple[tuple[int, PatientFact], ...] = (
        (19, PhaseOfIllness(phase=Phase.STABLE)),
        *((days, Score(instrument=Instrument.AKPS, score=score)) for days, score in ((19, 70), (15, 60), (8, 60))),
        *((days, Score(instrument=Instrument.ESAS_R, score=score)) for days, score in ((9, 20), (4, 35))),
        (3, PhaseOfIllness(phase=Phase.UNSTABLE)),
        (2, Score(instrument=Instrument.NRS, score=4)),
        (1, Score(instrument=Instrument.AKPS, score=40)),
    )
    for days, fact in earlier:
        some_days_ago(desk, days).perform(episode, RecordFact(actor=NURSE, fact=fact))
    today = desk.service.clock().date()
    facts = (
        TreatmentLimits(
            limits=(TreatmentLimit.NO_CPR, TreatmentLimit.NO_INTENSIVE_CARE),
            decided_on=today - timedelta(days=9),
            review_on=today - timedelta(days=1),
            document="D-17",
        ),
        Kit(
            where=WHERE,
            checked_by="Bo Påhittad",
            checked_on=today,
            expires_on=today + timedelta(days=30),
            items=COUNTED,
        ),
        Preference(place_of=PlaceOf.CARE, first="home", second="short-term", said_by=SaidBy.PATIENT, said_on=today),
        Preference(place_of=PlaceOf.DEATH, first="home", said_by=SaidBy.RELATIVE, said_on=today),
        Carer(is_available=True, is_aware=True, may_be_called_at_night=False),
        Consent(is_given=True),
    )
    for fact in facts:
        desk.service.perform(episode, RecordFact(actor=NURSE, fact=fact))
    return episode


def granted(desk: Desk) -> str:
    """An episode in Vesthimmerland with practical help, of which the citizen has swapped some; gives its reference."""
    begin = Begin(
        "vesthimmerland-borger-foer-opgave",
        "vesthimmerland-demo",
        "home",
        district="loegstoer-land",
        provider="vesthimmerlands-kommune",
    )
    episode, _warnings = desk.service.begin_episode(begin, somebody(HOME_CARE))
    reference = episode.reference
    commands: tuple[Command, ...] = (
        GrantPackage(actor=somebody(ASSESSOR), package="practical-help"),
        SwapServices(actor=somebody(PLANNER), grant="practical-help-1", give="cleaning", get="company", minutes=30),
    )
    for command in commands:
        desk.service.perform(reference, command)
    return reference


def treated(desk: Desk) -> str:
    """An episode in Jammerbugt whose citizen gets antibiotics at home, after a missed visit; gives its reference."""
    begin = Begin("jammerbugt-iv", "jammerbugt-demo", "home")
    episode, _warnings = desk.service.begin_episode(begin, somebody(HOME_NURSING))
    return episode.reference


def daily(first: date, *hours: int, days: int = 10) -> Schedule:
    """Visits at these hours, so many days from the first."""
    return Schedule(times=tuple(map(time, hours)), from_day=first, until_day=first + timedelta(days=days - 1))


def order(desk: Desk, episode: str, schedule: Schedule, team: str = WARD) -> None:
    """Order antibiotics."""
    command = PlaceOrder(actor=somebody(team), treatment="iv-antibiotics", drug=DRUG, schedule=schedule)
    desk.service.perform(episode, command)


def say(desk: Desk, episode: str, outcome: VisitOutcome) -> None:
    """Say what became of the first visit."""
    desk.service.perform(episode, RecordVisit(actor=somebody(HOME_NURSING), order=1, outcome=outcome))

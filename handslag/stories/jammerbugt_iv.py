"""The story of municipal IV treatment: ordered in hospital, given at home and in a clinic, and back at a complication.

On the way: a visit whose time goes by unrecorded, one that is missed and acted upon, one that the citizen refuses, a
pause, and a clinic that takes over. The citizen is one that MedCom has made up for its examples.
"""

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

from handslag.printing import say
from handslag.stories.telling import Story, Teller, read_back, reference_in
from pathways.care.commands import ConfirmReadiness, EndEpisode, PauseEpisode, ResumeEpisode
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordVisit,
)
from pathways.care.orders.schedules import visits_of
from pathways.care.orders.values import Order, OrderStatus, Schedule, StopReason, VisitOutcome
from pathways.care.states import Action
from pathways.definition.networks import Network
from pathways.operations.identities import Told
from pathways.operations.people import Patient

PATHWAY, NETWORK = "jammerbugt-iv", "jammerbugt-demo"
WARD, HOME, CLINICS = "afdeling-aalborg", "hjemmesygeplejen", "sygeplejeklinikkerne"
PATIENT = Patient("250947-9989", "Bruno Test Elmer")
DRUG, SECOND_DRUG = "benzylpenicillin 3 g three times a day", "one dose of gentamicin 320 mg"
NURSE = "Mette Holm, nurse"

_LAST_SECOND_TO_BEGIN = 50


def tell(teller: Teller) -> str:
    """Tell the story; gives the episode's reference."""
    episode = _in_hospital(teller)
    _home(teller, episode)
    _forgotten(teller, episode)
    _away(teller, episode)
    _to_the_clinic(teller, episode)
    _complication(teller, episode)
    _end(teller, episode)
    return episode


def _in_hospital(teller: Teller) -> str:
    with teller.step("The ward in Aalborg", "begins an episode, in the Prefect UI, and says who the citizen is"):
        beginning = {"pathway": PATHWAY, "network": NETWORK, "level": "hospital", "unit": "aalborg", "team": WARD}
        episode = reference_in(teller.start_flow("begin-episode", {"beginning": beginning}))
        teller.service.identities.identify(episode, Told(PATIENT), teller.actor(WARD))
        teller.require(teller.episode(episode).responsible_team == WARD, f"{episode} is the ward's")
    with teller.step("The doctor on the ward", "orders antibiotics, three times a day for ten days"):
        times = ("07:00", "15:00", "22:00")
        order = _order(teller, episode, DRUG, *times, days=10)
        teller.require(order.status is OrderStatus.DRAFT, "the order waits for the citizen to come home")
        teller.require(_visits(teller, episode, 1) == [], "so far no visit is due")
    return episode


def _home(teller: Teller, episode: str) -> None:
    with teller.step("The ward", "asks the municipality to go on with the treatment at home, in the Prefect UI"):
        teller.summarise(episode, WARD, "the fever is gone, ten more days of treatment")
        handover = teller.request(episode, WARD, "hospital-to-home", "planned", "treatment-continues")
        teller.wait_for_mail("home-nursing-first", handover)
    with teller.step("The municipality", "accepts, in the form of the suspended run; both make ready"):
        teller.answer_in_prefect(handover, f"{HOME}: accept")
        teller.wait_for_status(handover, "accepted")
        teller.make_ready(handover)
    with teller.step("Home nursing", "takes over when the citizen is home: now the visits are due"):
        teller.act(WARD, handover, Action.DEPART)
        teller.act(HOME, handover, Action.ARRIVE, name=NURSE)
        teller.require(teller.episode(episode).responsible_team == HOME, "home nursing is responsible")
        due = _visits(teller, episode, 1)
        teller.require(len(due) >= 29, f"{len(due)} visits follow from the order, the next at {due[0]}")


def _forgotten(teller: Teller, episode: str) -> None:
    with teller.step("The doctor", "orders one more dose, now; the time goes by and nobody says how it went"):
        _not_at_the_end_of_a_minute()
        now = teller.service.clock().astimezone(_zone(teller))
        order = _order(teller, episode, SECOND_DRUG, f"{now:%H:%M}", days=0)
        (visit,) = _visits(teller, episode, order.number)
        teller.wait_for_mail("home-nursing", episode, "Et besøg er ikke registreret")
    with teller.step(
        "The nurse", "records that the visit was missed: somebody has to act, and is told when nobody does"
    ):
        teller.service.perform(
            episode,
            RecordVisit(
                actor=teller.actor(HOME, NURSE),
                order=order.number,
                visit=visit,
                outcome=VisitOutcome.MISSED,
                words="the car broke down",
            ),
        )
        teller.wait_for_mail("home-nursing", episode, "Et besøg blev ikke aflagt")
    with teller.step("The nurse", "acts, and says how; the clock stops"):
        words = "another nurse gave it an hour later"
        acted = ActOnMissedVisit(actor=teller.actor(HOME, NURSE), order=order.number, visit=visit, words=words)
        teller.service.perform(episode, acted)
        waiting = [key for key in teller.episode(episode).clocks if key.startswith("order.missed")]
        teller.require(waiting == [], "nothing waits for the missed visit any more")


def _away(teller: Teller, episode: str) -> None:
    with teller.step("The citizen", "refuses the next visit; those who ordered it are told"):
        refused = RecordVisit(actor=teller.actor(HOME, NURSE), order=1, outcome=VisitOutcome.REFUSED)
        teller.service.perform(episode, refused)
        teller.wait_for_mail("ward-aalborg-first", episode, "Et besøg blev afvist")
    with teller.step("The citizen", "is away for some days: no visit is due until the episode goes on"):
        pause = PauseEpisode(actor=teller.actor(HOME), kind="away-from-the-municipality")
        teller.service.perform(episode, pause)
        teller.require(_first(teller, episode).status is OrderStatus.ON_HOLD, "the order rests")
        teller.service.perform(episode, ResumeEpisode(actor=teller.actor(HOME)))
        teller.require(_first(teller, episode).status is OrderStatus.ACTIVE, "the order goes on")


def _to_the_clinic(teller: Teller, episode: str) -> None:
    with teller.step("A clinic closer to the citizen", "takes over: from now on the visits are there"):
        teller.summarise(episode, HOME, "goes out again, and would rather come to the clinic")
        handover = teller.request(episode, HOME, "home-to-clinic", "planned", "closer-to-home", unit="klinik-pandrup")
        teller.answer_in_prefect(handover, f"{CLINICS}: accept")
        teller.wait_for_status(handover, "accepted")
        _confirm(teller, handover, CLINICS)
        teller.act(HOME, handover, Action.DEPART)
        teller.act(CLINICS, handover, Action.ARRIVE)
        run = _first(teller, episode).runs[-1]
        teller.require((run.team, run.unit) == (CLINICS, "klinik-pandrup"), "the visits are the clinic's")
    with teller.step("The doctor", "shortens the treatment; what was recorded stays"):
        before = _first(teller, episode)
        last = before.schedule.model_copy(update={"until_day": before.schedule.until_day - timedelta(days=3)})
        teller.service.perform(episode, ChangeOrder(actor=teller.actor(WARD), order=1, schedule=last))
        teller.require(_first(teller, episode).visits == before.visits, "what became of earlier visits is kept")


def _complication(teller: Teller, episode: str) -> None:
    with teller.step("The nurse in the clinic", "records a complication: in the same moment the hospitals are asked"):
        actor = teller.actor(CLINICS, "Lars Dam, nurse")
        handover = teller.service.orders.complication(episode, actor, 1, "a swollen arm and shivering")
        asked = [each.unit for each in teller.episode(episode).handovers[handover].asked]
        teller.require(asked == ["aalborg", "hjorring"], "first the one from which the citizen came, then the other")
        teller.require(_first(teller, episode).stopped_because is StopReason.COMPLICATION, "all visits are stopped")
        teller.wait_for_mail("ward-aalborg-first", handover)
        teller.wait_for_mail("ward-hjorring-first", handover)
    with teller.step("The ward in Aalborg", "accepts in the Prefect UI, and takes the citizen back"):
        teller.answer_in_prefect(handover, f"{WARD}: accept")
        teller.wait_for_mail("ward-hjorring-first", handover)
        teller.wait_until("it is ready", lambda: _is_ready(teller, handover))
        teller.act(CLINICS, handover, Action.DEPART)
        teller.act(WARD, handover, Action.ARRIVE, name="Ida Vang, doctor")
        teller.require(teller.episode(episode).responsible_team == WARD, "the ward is responsible")


def _end(teller: Teller, episode: str) -> None:
    with teller.step("The ward", "goes on with the treatment itself; no visit and no order waits"):
        teller.service.perform(episode, EndEpisode(actor=teller.actor(WARD), end="stays-in-hospital"))
        clocks = [key for key in teller.episode(episode).clocks if key.startswith("order.")]
        teller.require(clocks == [], "nothing of the orders waits")


def _order(teller: Teller, episode: str, drug: str, *times: str, days: int) -> Order:
    today = teller.service.clock().astimezone(_zone(teller)).date()
    schedule = Schedule.model_validate({"times": times, "from_day": today, "until_day": today + timedelta(days=days)})
    command = PlaceOrder(
        actor=teller.actor(WARD, "Ida Vang, doctor"), treatment="iv-antibiotics", drug=drug, schedule=schedule
    )
    placed = teller.service.perform(episode, command).episode.orders
    say(f"   [dim]order {max(placed)}: iv-antibiotics at {', '.join(times)}[/]")
    return placed[max(placed)]


def _first(teller: Teller, episode: str) -> Order:
    return teller.episode(episode).orders[1]


def _visits(teller: Teller, episode: str, order: int) -> list[str]:
    return [visit.key for visit in visits_of(teller.episode(episode).orders[order], _zone(teller))]


def _zone(teller: Teller) -> ZoneInfo:
    network: Network = teller.service.publishing.network(NETWORK)
    return ZoneInfo(network.time_zone)


def _not_at_the_end_of_a_minute() -> None:
    """A visit that is ordered for this minute is due if the minute is not over before the order is there."""
    second = time.localtime().tm_sec
    if second > _LAST_SECOND_TO_BEGIN:
        time.sleep(60 - second)


def _is_ready(teller: Teller, handover: str) -> bool:
    return teller.episode(handover).handovers[handover].status == "ready"


def _confirm(teller: Teller, handover: str, receiver: str) -> None:
    """The receiver has what is needed, reads back, and the sender confirms that."""
    actor = teller.actor(receiver)
    teller.service.perform(handover, ConfirmReadiness(actor=actor, handover=handover))
    teller.service.perform(handover, read_back(actor, handover, "the next dose tomorrow morning"))
    teller.act(HOME, handover, Action.CONFIRM_READ_BACK)


STORY = Story(
    PATHWAY,
    NETWORK,
    tell,
    patients=(PATIENT,),
    staff=("Mette Holm", "Ida Vang", "Lars Dam"),
    typed=(
        *("benzylpenicillin", "gentamicin", "the fever is gone"),
        *("the car broke down", "another nurse gave it", "a swollen arm", "would rather come to the clinic"),
    ),
)
"""This story, for the demonstration."""

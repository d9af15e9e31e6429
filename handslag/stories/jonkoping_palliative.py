"""The story of the Jönköping pathway: home, specialised care at home, short-term unit, hospital, home, back, death.

On the way: a read-back that is corrected, a waiting list, a place that becomes free, something that is waived by name,
a closed desk that is passed over, a patient who comes back, and a death that stops everything. The patients are made
up: their numbers are of the kind that Skatteverket publishes for tests.
"""

from handslag.stories.telling import Story, Teller, read_back, reference_in
from pathways.care.commands import (
    CorrectReadBack,
    EndEpisode,
    RecordFact,
    RecordReturnCause,
    Waive,
    WantedHandover,
)
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient import PhaseOfIllness, PlaceOf, Preference, SaidBy
from pathways.care.states import Action, MarkKind
from pathways.definition.conditions import Phase
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import Patient

PATHWAY, NETWORK = "jonkoping-palliative", "jonkoping-demo"
MUNICIPALITY, SSIH = "municipal-palliative-team", "ssih-jonkoping"
NORTH, SOUTH, RYHOV = "short-term-north", "short-term-south", "ward-ryhov"
PATIENT = Patient("19121212-1212", "Tolvan Tolvansson")

SECOND_PATIENT = Patient("19101010-1010", "Tian Tiansson")


def tell(teller: Teller) -> str:
    """Tell the story; gives the episode's reference."""
    episode = _begin(teller)
    _worsening(teller, episode)
    _relief(teller, episode)
    _advanced_care(teller, episode)
    _home_again(teller, episode)
    _back_again(teller, episode)
    _death(teller, episode)
    return episode


def leave_one_waiting(teller: Teller) -> str:
    """Another made-up patient, whose handover waits for the person who watches; gives the handover's reference."""
    episode, _warnings = teller.service.begin_episode(Begin(PATHWAY, NETWORK, "home"), teller.actor(MUNICIPALITY))
    teller.summarise(episode.reference, MUNICIPALITY)
    return teller.request(
        episode.reference, MUNICIPALITY, "home-to-short-term", "planned", "relief", unit="korttids-norr"
    )


def _begin(teller: Teller) -> str:
    with teller.step("The municipal team", "begins an episode at home, in the Prefect UI"):
        beginning = {"pathway": PATHWAY, "network": NETWORK, "level": "home", "team": MUNICIPALITY}
        episode = reference_in(teller.start_flow("begin-episode", {"beginning": beginning}))
        teller.service.identities.identify(episode, Told(PATIENT), teller.actor(MUNICIPALITY))
        teller.require(teller.episode(episode).responsible_team == MUNICIPALITY, f"{episode} is the municipality's")
    with teller.step("The municipal team", "records the wishes, and that the illness is deteriorating"):
        today = teller.service.clock().date()
        wish = Preference(
            place_of=PlaceOf.CARE, first="home", second="short-term", said_by=SaidBy.PATIENT, said_on=today
        )
        for fact in (wish, PhaseOfIllness(phase=Phase.DETERIORATING)):
            teller.service.perform(episode, RecordFact(actor=teller.actor(MUNICIPALITY), fact=fact))
        teller.require(len(teller.episode(episode).known) == 2, "what was recorded is known")
    return episode


def _worsening(teller: Teller, episode: str) -> None:
    with teller.step("The municipal team", "sees a worsening, writes the summary, and asks specialised home care"):
        teller.summarise(episode, MUNICIPALITY)
        handover = teller.request(episode, MUNICIPALITY, "home-to-home-specialised", "planned", "worsening")
        teller.wait_for_mail("ssih-first", handover)
    with teller.step("Specialised home care", "accepts, in the form of the suspended run in the Prefect UI"):
        teller.answer_in_prefect(handover, f"{SSIH}: accept")
        teller.wait_for_status(handover, "accepted")
        teller.wait_for_mail("municipal-team-first", handover)
        teller.require(
            teller.episode(episode).responsible_team == MUNICIPALITY, "the municipality is still responsible"
        )
    with teller.step("Specialised home care", "reads back; the municipality corrects, and confirms the second one"):
        nurse = teller.actor(SSIH, "Sara Lind, nurse")
        teller.service.perform(handover, read_back(nurse, handover, "a visit next week"))
        correction = "the visit is needed tomorrow, not next week"
        teller.service.perform(
            handover, CorrectReadBack(actor=teller.actor(MUNICIPALITY), handover=handover, correction=correction)
        )
        teller.service.perform(handover, read_back(nurse, handover, "a visit tomorrow"))
        teller.answer_in_prefect(handover, f"{MUNICIPALITY}: what was read back to us is right")
        teller.wait_until("the read-back is confirmed", lambda: teller.is_marked(handover, MarkKind.READ_BACK))
    with teller.step("Both", "have everything in place, and specialised home care takes over"):
        teller.make_ready(handover)
        teller.act(SSIH, handover, Action.ARRIVE, name="Sara Lind, nurse")
        teller.require(teller.episode(episode).responsible_team == SSIH, "responsibility has passed")


def _relief(teller: Teller, episode: str) -> None:
    with teller.step("Both short-term units", "are full: the last place is held for another patient"):
        teller.service.places.close("korttids-soder", 3, teller.actor(SOUTH), reason="staff")
        teller.service.places.close("korttids-norr", 3, teller.actor(NORTH), reason="staff")
        other = _another_request(teller)
    with teller.step("Specialised home care", "asks both units at once for relief, and joins their waiting lists"):
        wanted = WantedHandover(
            move="home-to-short-term",
            urgency="planned",
            reason="relief",
            to_units=("korttids-soder", "korttids-norr"),
        )
        handover = teller.service.plan_handover(episode, teller.actor(SSIH), wanted)
        awaited = teller.episode(episode).handovers[handover].awaited_units
        teller.require(awaited == ("korttids-soder", "korttids-norr"), f"{handover} waits for a place at both")
    with teller.step("The other patient", "is better; the place at North goes to who waits first, and North is asked"):
        teller.act(MUNICIPALITY, other, Action.CANCEL, "the patient is better")
        teller.wait_for_mail("short-term-north-first", handover, "Svar önskas")
        held = teller.episode(episode).handovers[handover].held_units
        teller.require(held == ("korttids-norr",), "a place is held at North")
    with teller.step("Short-term unit North", "accepts; South is no longer asked"):
        teller.act(NORTH, handover, Action.ACCEPT, name="Per Sand, nurse")
        teller.wait_for_mail("short-term-south-first", handover)
    with teller.step(
        "A nurse", "waives, by name, that the relatives are informed: one was not reached; the patient moves"
    ):
        teller.service.perform(
            handover,
            Waive(
                actor=teller.actor(SSIH, "Sara Lind, nurse"),
                handover=handover,
                items=("relatives-informed",),
                reason="not-reached",
                words="I ring again tonight, and go on trying",
            ),
        )
        teller.make_ready(handover)
        teller.act(SSIH, handover, Action.DEPART, name="Sara Lind, nurse")
        teller.require(teller.episode(episode).responsible_team == SSIH, "on the way, the sender is responsible")
        teller.act(NORTH, handover, Action.ARRIVE, name="Per Sand, nurse")
        teller.require(teller.episode(episode).responsible_team == NORTH, "after arrival, the unit is responsible")
        waiver = teller.episode(episode).handovers[handover].waivers["relatives-informed"]
        waived = f"a nurse of {waiver.actor.team} waived relatives-informed ({waiver.reason}): the history keeps it"
        teller.require(waiver.actor.team == SSIH and bool(waiver.actor.name), waived)


def _another_request(teller: Teller) -> str:
    actor = teller.actor(MUNICIPALITY)
    episode, _warnings = teller.service.begin_episode(Begin(PATHWAY, NETWORK, "home", SECOND_PATIENT), actor)
    teller.summarise(episode.reference, MUNICIPALITY)
    wanted = WantedHandover(move="home-to-short-term", urgency="planned", reason="relief", to_units=("korttids-norr",))
    return teller.service.plan_handover(episode.reference, actor, wanted)


def _advanced_care(teller: Teller, episode: str) -> None:
    with teller.step("Short-term unit North", "needs a hospital bed at once; the first desk at Ryhov is closed today"):
        teller.close_desk("WARD_RYHOV_FIRST")
        teller.summarise(episode, NORTH, "breathing is harder since this morning")
        wanted = WantedHandover(
            move="short-term-to-hospital",
            urgency="acute",
            reason="advanced-care",
            to_units=("ryhov",),
            departs_because="symptoms that cannot be relieved at the unit",
        )
        handover = teller.service.plan_handover(episode, teller.actor(NORTH), wanted)
        teller.wait_for_mail("ward-ryhov-second", handover)
        teller.require(
            teller.mails("ward-ryhov-first", handover) == 0,
            "Ryhov's first desk is closed and got no mail; its second desk was asked instead",
        )
    with teller.step("Nobody at Ryhov", "answers: the request climbs to the doctor on duty, and North is told"):
        teller.wait_for_mail("ward-ryhov-third", handover)
        teller.wait_for_mail("short-term-north-first", handover, "Tiden har gått ut")
    with teller.step(
        "The doctor at Ryhov", "accepts, and waives the read-back, by name: the patient cannot wait for it"
    ):
        teller.act(RYHOV, handover, Action.ACCEPT, name="Ida Berg, doctor")
        words = "the patient is on the way already; we read back by telephone"
        doctor = teller.actor(RYHOV, "Ida Berg, doctor")
        teller.service.perform(
            handover, Waive(actor=doctor, handover=handover, read_back=True, reason="cannot-wait", words=words)
        )
        teller.make_ready(handover)
        teller.act(NORTH, handover, Action.DEPART, name="Per Sand, nurse")
        teller.act(RYHOV, handover, Action.ARRIVE, name="Ida Berg, doctor")
        teller.wait_for_mail("short-term-north-first", handover)
        teller.require(teller.episode(episode).responsible_team == RYHOV, "Ryhov is responsible")


def _home_again(teller: Teller, episode: str) -> None:
    with teller.step("Ryhov", "asks specialised home care to take the patient home; they accept in the Prefect UI"):
        teller.summarise(episode, RYHOV, "breathing is easier, wants to go home")
        handover = teller.request(episode, RYHOV, "hospital-to-home-specialised", "planned", "wish-of-patient")
        teller.answer_in_prefect(handover, f"{SSIH}: accept")
        teller.wait_for_status(handover, "accepted")
        teller.make_ready(handover)
        teller.act(RYHOV, handover, Action.DEPART, name="Ida Berg, doctor")
        teller.act(SSIH, handover, Action.ARRIVE, name="Sara Lind, nurse")
        teller.require(teller.episode(episode).level == "home-specialised", "the patient is at home")


def _back_again(teller: Teller, episode: str) -> None:
    latest = list(teller.episode(episode).handovers)[-1]
    with teller.step("The patient", "comes back to Ryhov the same night: the same loop with the parts reversed"):
        nurse = teller.actor(SSIH, "Sara Lind, nurse")
        handover = teller.service.come_back(latest, nurse, "symptoms-not-relieved")
        teller.act(RYHOV, handover, Action.ACCEPT, name="Ida Berg, doctor")
        teller.act(SSIH, handover, Action.DEPART, name="Sara Lind, nurse")
        teller.act(RYHOV, handover, Action.ARRIVE, name="Ida Berg, doctor")
        cause = RecordReturnCause(actor=teller.actor(RYHOV), handover=handover, cause="medicines-missing")
        teller.service.perform(handover, cause)
        causes = teller.episode(episode).handovers[handover].causes
        teller.require(len(causes) == 2, f"both sides have said why: {', '.join(causes.values())}")
    with teller.step("Ryhov", "finds the right relief, and specialised home care takes the patient home once more"):
        handover = teller.request(episode, RYHOV, "hospital-to-home-specialised", "planned", "wish-of-patient")
        teller.act(SSIH, handover, Action.ACCEPT, name="Sara Lind, nurse")
        teller.make_ready(handover)
        teller.act(RYHOV, handover, Action.DEPART, name="Ida Berg, doctor")
        teller.act(SSIH, handover, Action.ARRIVE, name="Sara Lind, nurse")


def _death(teller: Teller, episode: str) -> None:
    with teller.step("Specialised home care", "has just asked for a short-term place when the patient dies at home"):
        handover = teller.request(episode, SSIH, "home-to-short-term", "planned", "relief", unit="korttids-norr")
        teller.require(bool(teller.episode(episode).handovers[handover].held_units), "a place is held at North")
        actor = teller.actor(SSIH, "Sara Lind, nurse")
        teller.service.perform(episode, EndEpisode(actor=actor, end="deceased"))
        ended = teller.episode(episode)
        teller.require(ended.handovers[handover].status == "cancelled", "the open handover was stopped")
        teller.require(not ended.handovers[handover].held_units, "the place is free again")
        teller.require(ended.responsible_team is None, "the episode has ended")
        view = teller.service.views.show(episode)
        told = {notice.team for notice in view.notices if notice.kind == NoticeKind.LOOK_FIRST}
        teller.require(
            told == {SSIH, NORTH, MUNICIPALITY},
            "all who have something going on for the patient now are told; the ward and the GP have nothing to stop",
        )
        waits = [wait.subject for wait in view.waits]
        teller.require(len(waits) > 0, f"only the follow-ups run: {', '.join(waits)}")
        teller.wait_for_mail("short-term-north-first", episode)


STORY = Story(
    PATHWAY,
    NETWORK,
    tell,
    leave_one_waiting,
    patients=(PATIENT, SECOND_PATIENT),
    staff=("Sara Lind", "Per Sand", "Ida Berg"),
    typed=(
        *("more pain since Monday", "breathing is harder", "the visit is needed tomorrow", "comfort first"),
        *("I ring again tonight", "on the way already", "the patient is better", "symptoms that cannot be relieved"),
    ),
)
"""This story, for the demonstration."""

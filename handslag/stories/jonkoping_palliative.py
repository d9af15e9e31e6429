"""The story of the Jönköping pathway: home, specialised care at home, short-term unit, hospital, home again, death.

The patient is made up: the number is of the kind that Skatteverket publishes for tests.
"""

import re

from handslag.printing import say
from handslag.stories.telling import Teller
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import EndEpisode
from pathways.care.states import Action
from pathways.operations.identities import Told
from pathways.operations.people import Patient
from pathways.operations.service import Begin

PATHWAY, NETWORK = "jonkoping-palliative", "jonkoping-demo"
MUNICIPALITY, SSIH = "municipal-palliative-team", "ssih-jonkoping"
NORTH, SOUTH, RYHOV = "short-term-north", "short-term-south", "ward-ryhov"
PATIENT = Patient("19121212-1212", "Tolvan Tolvansson")

SECOND_PATIENT = Patient("19101010-1010", "Tian Tiansson")

_REFERENCE = re.compile(r"\b[EH][2-9A-Z]{3}-[2-9A-Z]{4}\b")


def tell(teller: Teller) -> str:
    """Tell the story; gives the episode's reference."""
    episode = _begin(teller)
    _worsening(teller, episode)
    _relief(teller, episode)
    _advanced_care(teller, episode)
    _home_again(teller, episode)
    _death(teller, episode)
    return episode


def leave_one_waiting(teller: Teller) -> str:
    """Another made-up patient, whose handover waits for the person who watches; gives the handover's reference."""
    actor = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Eva Ros, nurse", via="command-line")
    episode, _warnings = teller.service.begin_episode(Begin(PATHWAY, NETWORK, "home", SECOND_PATIENT), actor)
    return _request(
        teller, episode.reference, MUNICIPALITY, "home-to-short-term", "planned", "relief", unit="korttids-norr"
    )


def _begin(teller: Teller) -> str:
    with teller.step("The municipal team", "begins an episode at home, in the Prefect UI"):
        beginning = {"pathway": PATHWAY, "network": NETWORK, "level": "home"}
        episode = _reference_in(teller.start_flow("begin-episode", {"beginning": beginning}))
        actor = Actor(kind=ActorKind.PERSON, team=MUNICIPALITY, name="Eva Ros, nurse", via="command-line")
        teller.service.identities.identify(episode, Told(PATIENT), actor)
        teller.require(teller.episode(episode).responsible_team == MUNICIPALITY, f"{episode} is the municipality's")
    return episode


def _worsening(teller: Teller, episode: str) -> None:
    with teller.step("The municipal team", "sees a worsening and asks specialised home care to take over"):
        handover = _request(teller, episode, MUNICIPALITY, "home-to-home-specialised", "planned", "worsening")
        teller.wait_for_mail("ssih-first", handover)
    with teller.step("Specialised home care", "accepts, in the form of the suspended run in the Prefect UI"):
        teller.answer_in_prefect(handover, f"{SSIH}: accept")
        teller.wait_for_status(handover, "accepted")
        teller.wait_for_mail("municipal-team-first", handover)
        teller.require(
            teller.episode(episode).responsible_team == MUNICIPALITY, "the municipality is still responsible"
        )
    with teller.step("Both", "have everything in place, and specialised home care takes over"):
        teller.make_ready(handover)
        teller.act(SSIH, handover, Action.ARRIVE, name="Sara Lind, nurse")
        teller.require(teller.episode(episode).responsible_team == SSIH, "responsibility has passed")


def _relief(teller: Teller, episode: str) -> None:
    with teller.step("Specialised home care", "asks for a short-term place, so that the relatives can rest"):
        first = _request(teller, episode, SSIH, "home-to-short-term", "planned", "relief", unit="korttids-norr")
        teller.wait_for_mail("short-term-north-first", first)
    with teller.step("Short-term unit North", "has no place and rejects, in the Prefect UI"):
        teller.answer_in_prefect(first, f"{NORTH}: reject", reason="no-place")
        teller.wait_for_status(first, "rejected")
        teller.wait_for_mail("ssih-first", first)
    with teller.step("Specialised home care", "asks the second choice"):
        second = _request(
            teller, episode, SSIH, "home-to-short-term", "planned", "relief", unit="korttids-soder", replaces=first
        )
        teller.wait_for_mail("short-term-south-first", second)
    with teller.step("Short-term unit South", "accepts on the command line; the patient moves"):
        teller.act(SOUTH, second, Action.ACCEPT, name="Maj Falk, nurse")
        teller.make_ready(second)
        teller.act(SSIH, second, Action.DEPART, name="Sara Lind, nurse")
        teller.require(teller.episode(episode).responsible_team == SSIH, "on the way, the sender is responsible")
        teller.act(SOUTH, second, Action.ARRIVE, name="Maj Falk, nurse")
        teller.require(teller.episode(episode).responsible_team == SOUTH, "after arrival, the unit is responsible")


def _advanced_care(teller: Teller, episode: str) -> None:
    with teller.step("Short-term unit South", "needs a hospital bed at once, and asks Ryhov"):
        handover = _request(teller, episode, SOUTH, "short-term-to-hospital", "acute", "advanced-care", unit="ryhov")
        teller.wait_for_mail("ward-ryhov-first", handover)
    with teller.step("Nobody at Ryhov", "answers: a reminder, then the request climbs to the next contact"):
        teller.wait_for_mail("ward-ryhov-second", handover)
        teller.wait_for_mail("short-term-south-first", handover)
    with teller.step("The second contact at Ryhov", "accepts; the patient is taken there"):
        teller.act(RYHOV, handover, Action.ACCEPT, name="Ida Berg, nurse")
        teller.make_ready(handover)
        teller.act(SOUTH, handover, Action.DEPART, name="Maj Falk, nurse")
        teller.act(RYHOV, handover, Action.ARRIVE, name="Ida Berg, nurse")
        teller.wait_for_mail("short-term-south-first", handover)
        teller.require(teller.episode(episode).responsible_team == RYHOV, "Ryhov is responsible")


def _home_again(teller: Teller, episode: str) -> None:
    with teller.step("Ryhov", "asks specialised home care to take the patient home; they accept in the Prefect UI"):
        handover = _request(teller, episode, RYHOV, "hospital-to-home-specialised", "planned", "wish-of-patient")
        teller.answer_in_prefect(handover, f"{SSIH}: accept")
        teller.wait_for_status(handover, "accepted")
        teller.make_ready(handover)
        teller.act(RYHOV, handover, Action.DEPART, name="Ida Berg, nurse")
        teller.act(SSIH, handover, Action.ARRIVE, name="Sara Lind, nurse")
        teller.require(teller.episode(episode).level == "home-specialised", "the patient is at home")


def _death(teller: Teller, episode: str) -> None:
    with teller.step("Specialised home care", "has just asked for a short-term place when the patient dies at home"):
        handover = _request(teller, episode, SSIH, "home-to-short-term", "planned", "relief", unit="korttids-norr")
        actor = Actor(kind=ActorKind.PERSON, team=SSIH, name="Sara Lind, nurse", via="command-line")
        teller.service.perform(episode, EndEpisode(actor=actor, end="deceased"))
        ended = teller.episode(episode)
        teller.require(ended.handovers[handover].status == "cancelled", "the open handover was stopped")
        teller.require(ended.responsible_team is None, "the episode has ended")
        waits = [wait.subject for wait in teller.service.views.show(episode).waits]
        teller.require(len(waits) > 0, f"the follow-ups have started: {', '.join(waits)}")
        teller.wait_for_mail("short-term-north-first", episode)


def _request(
    teller: Teller,
    episode: str,
    team: str,
    move: str,
    urgency: str,
    reason: str,
    unit: str | None = None,
    replaces: str | None = None,
) -> str:
    wanted = {"episode": episode, "team": team, "move": move, "urgency": urgency, "reason": reason}
    optional = {"to_unit": unit, "replaces": replaces}
    request = wanted | {key: value for key, value in optional.items() if value}
    handover = _reference_in(teller.start_flow("request-handover", {"request": request}))
    say(f"   [dim]{handover} {move}, {urgency}[/]")
    return handover


def _reference_in(sentence: str) -> str:
    found = _REFERENCE.search(sentence)
    if found is None:
        raise ValueError("the flow names no reference")
    return found.group()

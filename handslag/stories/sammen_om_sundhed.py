"""The story of Sammen om Sundhed: one patient goes every way between region clinic, municipality and hospital.

On the way: who has the competence that a task takes, a fixed contact that is kept over six handovers, and the one
break, which is counted. The patient is one that MedCom has made up for its examples.
"""

from handslag.printing import say
from handslag.stories.telling import Story, Teller, reference_in
from pathways.care.commands import EndEpisode, WantedHandover
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.states import Action
from pathways.operations.identities import Told
from pathways.operations.people import Patient

PATHWAY, NETWORK = "sammen-om-sundhed", "jammerbugt-demo"
CLINIC, HOME, WARD = "regionsklinikken-pandrup", "hjemmesygeplejen", "afdeling-hjorring"
PATIENT = Patient("251248-9996", "Nancy Ann Test Berggren")
FIRST_CONTACT, SECOND_CONTACT = "Grete Lund, practice nurse", "Poul Bach, home nurse"

_NAMES = {CLINIC: "The region clinic", HOME: "Home nursing", WARD: "The ward in Hjørring"}
_IN_PREFECT = ("clinic-to-home", "hospital-to-clinic")


def tell(teller: Teller) -> str:
    """Tell the story; gives the episode's reference."""
    episode = _begin(teller)
    _pass_on(teller, episode, "clinic-to-home", "new-need", CLINIC, HOME, "the leg has a wound")
    _competence(teller)
    _pass_on(teller, episode, "home-to-hospital", "worsening", HOME, WARD, "the wound does not heal")
    _pass_on(teller, episode, "hospital-to-home", "treatment-finished", WARD, HOME, "the operation went well")
    _pass_on(teller, episode, "home-to-clinic", "examination", HOME, CLINIC, "dizzy in the mornings")
    _pass_on(teller, episode, "clinic-to-hospital", "examination", CLINIC, WARD, "the heart is to be examined")
    _pass_on(teller, episode, "hospital-to-clinic", "treatment-finished", WARD, CLINIC, "new tablets for the heart")
    _break(teller, episode)
    _end(teller, episode)
    return episode


def _begin(teller: Teller) -> str:
    with teller.step("The region clinic in Pandrup", "begins an episode, in the Prefect UI, and names a fixed contact"):
        beginning = {"pathway": PATHWAY, "network": NETWORK, "level": "region-clinic", "team": CLINIC}
        episode = reference_in(teller.start_flow("begin-episode", {"beginning": beginning}))
        teller.service.identities.identify(episode, Told(PATIENT), teller.actor(CLINIC))
        teller.require(teller.episode(episode).responsible_team == CLINIC, f"{episode} is the clinic's")
        teller.service.perform(episode, NameFixedContact(actor=teller.actor(CLINIC), name=FIRST_CONTACT))
        contact = teller.episode(episode).continuity.contact
        teller.require(contact is not None, "the patient has one person to turn to")
    return episode


def _pass_on(teller: Teller, episode: str, move: str, reason: str, sender: str, receiver: str, situation: str) -> None:
    """One handover, from the request to the arrival; the fixed contact is kept."""
    before = teller.episode(episode).continuity.kept
    in_prefect = move in _IN_PREFECT
    where = "in the Prefect UI" if in_prefect else "on the command line"
    with teller.step(_NAMES[sender], f"hands over ({move}); {_NAMES[receiver]} accepts {where}"):
        teller.summarise(episode, sender, situation)
        units = ("hjorring",) if receiver == WARD else ()
        wanted = WantedHandover(move=move, urgency="planned", reason=reason, to_units=units)
        handover = teller.service.plan_handover(episode, teller.actor(sender), wanted)
        say(f"   [dim]{handover} {move}[/]")
        if in_prefect:
            teller.answer_in_prefect(handover, f"{receiver}: accept")
            teller.wait_for_status(handover, "accepted")
        else:
            teller.act(receiver, handover, Action.ACCEPT)
        teller.make_ready(handover)
        if teller.episode(handover).handovers[handover].plan.travels:
            teller.act(sender, handover, Action.DEPART)
        teller.act(receiver, handover, Action.ARRIVE)
        teller.require(teller.episode(episode).responsible_team == receiver, f"{receiver} is responsible")
        kept = teller.episode(episode).continuity.kept
        teller.require(kept == before + 1, f"the fixed contact is kept, over {kept} handovers by now")


def _competence(teller: Teller) -> None:
    with teller.step("Home nursing", "looks up who can see to the wound now, and who can review the medicines"):
        now = teller.service.clock()
        wound = teller.service.competences.who_can(NETWORK, PATHWAY, "wound-care", "home", now)
        able = [f"{duty.contact} of {duty.team}" for team in wound.teams for duty in team.on_duty]
        teller.require(able[0] == f"iv-nurse of {HOME}", f"on duty with wound care: {', '.join(able)}")
        review = teller.service.competences.who_can(NETWORK, PATHWAY, "medicine-review", "home", now)
        doctors = [f"{duty.contact} of {duty.team}" for team in review.teams for duty in team.on_duty]
        teller.require(doctors[0] == f"doctor of {CLINIC}", "at home, the clinic's doctor reviews the medicines")


def _break(teller: Teller, episode: str) -> None:
    with teller.step("Home nursing", "names another contact, as the first one leaves: one break, and it is counted"):
        teller.service.perform(episode, NameFixedContact(actor=teller.actor(HOME), name=SECOND_CONTACT))
        continuity = teller.episode(episode).continuity
        teller.require((continuity.kept, len(continuity.breaks)) == (6, 1), "kept over 6 handovers, 1 break")
        rows = teller.service.orders.continuity(teller.service.publishing.network(NETWORK))
        (row,) = [each for each in rows if each.pathway == PATHWAY]
        teller.require(row.breaks == 1, "and so says: handslag continuity jammerbugt-demo")


def _end(teller: Teller, episode: str) -> None:
    with teller.step("The region clinic", "ends the episode: the need is met"):
        teller.service.perform(episode, EndEpisode(actor=teller.actor(CLINIC), end="need-met"))
        teller.wait_for_mail("home-nursing-first", episode)
        waiting = [key for key in teller.episode(episode).clocks if not key.startswith("follow-up")]
        teller.require(waiting == [], "only the closing note waits")


STORY = Story(
    PATHWAY,
    NETWORK,
    tell,
    patients=(PATIENT,),
    typed=(
        *("Grete Lund", "Poul Bach"),
        *("the leg has a wound", "does not heal", "the operation went well"),
        *("dizzy in the mornings", "heart is to be examined", "new tablets for the heart"),
    ),
)
"""This story, for the demonstration."""

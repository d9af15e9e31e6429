"""The story of the county's plan in Jämtland: the last day of the old agreements, midnight, and the first of the new.

The network first has only the cooperation agreement and the habilitation area, as on New Year's Eve 2021; then the plan
that replaces them. On the way: whose a task is before and after, what changes in words, episodes that stay on what they
began under, a move that is first shown, what needs a person, and a patient who goes on under the new plan. The patients
are made up: their numbers are of the kind that Skatteverket publishes for tests.
"""

from collections.abc import Mapping

from handslag.printing import say
from handslag.stories.telling import Story, StoryError, Teller, reference_in
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import RecordMilestone, WantedHandover
from pathways.care.migrations.fates import Fate
from pathways.care.states import Action
from pathways.definition.differences import differences
from pathways.definition.renaming import with_names
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.migrating import Passed, WantedMigration
from pathways.operations.people import Patient

PATHWAY, NETWORK = "jamtland-primary-care", "jamtland-demo"
BEFORE, HABILITATION = "cooperation-agreement", "habilitation-area"
HEALTH_CENTRE, HOME_CARE, WARD = "halsocentral-ostersund", "hemsjukvard-ostersund", "sjukhuset-ostersund"
PATIENT = Patient("19090909-0904", "Nian Niansson")
SECOND_PATIENT = Patient("19101010-1010", "Tian Tiansson")
KEEPER = Actor(kind=ActorKind.PERSON, name="Eva Lund, care developer", via="command-line")
LEVELS: Mapping[str, str] = {
    "at-clinic": "self-care",
    "home-nursing": "home-care",
    "into-home-nursing": "to-home-care",
    "out-of-home-nursing": "to-self-care",
}
CLOCK: Mapping[str, str] = {"home-nursing.plan": "home-care.plan"}


def tell(teller: Teller) -> str:
    """Tell the story; gives the reference of the episode that moves with an open handover."""
    _last_day(teller)
    nursed, asked, handover = _under_the_old(teller)
    _midnight(teller, nursed)
    _what_changes(teller)
    _shown(teller, nursed, handover)
    _moved(teller, nursed, asked, handover)
    _goes_on(teller, nursed, asked, handover)
    return asked


def _last_day(teller: Teller) -> None:
    with teller.step("The county", "has the old agreements only, as on the last day before its new plan"):
        _carry(teller, BEFORE, HABILITATION)
        teller.require(_responsible(teller) == ["health-centre"], "wound care in home nursing is the health centre's")


def _under_the_old(teller: Teller) -> tuple[str, str, str]:
    with teller.step("The home care of Östersund", "begins an episode under the old agreement, in the Prefect UI"):
        nursed = _begun(teller, "home-nursing", HOME_CARE, PATIENT)
        clocks = teller.episode(nursed).clocks
        teller.require("declared/home-nursing.plan" in clocks, "a care plan is to be made within 30 days")
    with teller.step("The health centre", "begins another, and asks the home care to take it"):
        asked = _begun(teller, "at-clinic", HEALTH_CENTRE, SECOND_PATIENT)
        wanted = WantedHandover(move="into-home-nursing", urgency="planned", reason="cannot-come", to_team=HOME_CARE)
        handover = teller.service.plan_handover(asked, teller.actor(HEALTH_CENTRE), wanted)
        teller.wait_for_mail("home-care-ostersund-first", handover)
    return nursed, asked, handover


def _midnight(teller: Teller, nursed: str) -> None:
    with teller.step("At midnight", "the county's plan is in force, and replaces both agreements"):
        _carry(teller, PATHWAY, BEFORE, HABILITATION)
        in_force = [
            each.term.pathway.pathway for each in teller.service.agreements.listed(network=NETWORK) if each.holds
        ]
        teller.require(in_force == [PATHWAY], "exactly one of the three is in force")
        teller.require(teller.episode(nursed).pathway == BEFORE, "who began under the old agreement stays on it")
    with teller.step("The home care", "can begin nobody under the old agreement any more"):
        try:
            _begin(teller, BEFORE, "home-nursing", HOME_CARE)
        except Refused as refused:
            say(f"   [dim]{refused}[/]")
        else:
            raise StoryError("an episode began under an agreement that is replaced")
        teller.require(_responsible(teller) == ["municipal-care"], "wound care in home care is the municipality's now")


def _what_changes(teller: Teller) -> None:
    with teller.step("The care developer", "reads in words what the plan changes"):
        old, new = (teller.service.agreements.version(name) for name in (BEFORE, PATHWAY))
        said = [each.sentence for each in differences(with_names(old, {**LEVELS, **CLOCK}), new)]
        wanted = (
            "Task `wound-care`, level `home-care`, the responsible role: health-centre becomes municipal-care.",
            "Clock `home-care.plan`, the limit",
        )
        for words in wanted:
            sentence = next((each for each in said if words in each), "")
            teller.require(bool(sentence), sentence or words)


def _shown(teller: Teller, nursed: str, handover: str) -> None:
    with teller.step("The care developer", "sees first what moving would do, and what needs a person"):
        blind = {each.episode: each for each in teller.service.migrations.shown(_wanted({}), KEEPER)}
        teller.require(blind[nursed].left_because is not None, "without its new name, the level needs a person")
        shown = {each.episode: each for each in teller.service.migrations.shown(_wanted(LEVELS), KEEPER)}
        reason = shown[nursed].left_because or ""
        teller.require("home-nursing.plan" in reason, f"a clock that the plan calls otherwise: {reason}")
        whole = teller.service.migrations.shown(_wanted({**LEVELS, **CLOCK}), KEEPER)
        teller.require(all(each.left_because is None for each in whole), "with every name, both would move")
        fates = {matter.name: matter.fate for each in whole for matter in each.matters}
        teller.require(fates[handover] is Fate.MAPPED, f"the open handover {handover} is mapped and goes on")
        teller.require(teller.episode(nursed).pathway == BEFORE, "nothing has changed by looking")


def _moved(teller: Teller, nursed: str, asked: str, handover: str) -> None:
    with teller.step("The care developer", "moves them, one transaction for each, and runs it again"):
        before = teller.episode(nursed).clocks["declared/home-nursing.plan"].due_at
        due = teller.episode(asked).clocks[f"{handover}/handover.answer"].due_at
        moved = list(teller.service.migrations.carried_out(_wanted({**LEVELS, **CLOCK}), KEEPER))
        teller.require(_are_moved(moved, nursed, asked), "both episodes go by the county's plan")
        teller.require(
            not list(teller.service.migrations.carried_out(_wanted(LEVELS), KEEPER)), "a second run has nothing left"
        )
        after = teller.episode(nursed)
        teller.require(after.responsible_team == HOME_CARE, "the responsible team is the same")
        teller.require(after.clocks["declared/home-care.plan"].due_at == before, "the clock kept its limit")
        answer = teller.episode(asked).clocks[f"{handover}/handover.answer"].due_at
        teller.require(answer == due, "so did the limit to answer the open request")


def _goes_on(teller: Teller, nursed: str, asked: str, handover: str) -> None:
    with teller.step("The home care", "accepts what was asked before midnight, in the Prefect UI"):
        teller.answer_in_prefect(handover, f"{HOME_CARE}: accept")
        teller.wait_for_status(
            handover, "ready" if not teller.episode(asked).handovers[handover].missing else "accepted"
        )
    with teller.step("Both", "have everything in place, and the home care takes over under the new plan"):
        teller.make_ready(handover)
        teller.act(HOME_CARE, handover, Action.ARRIVE, name="Kim Berg, nurse")
        episode = teller.episode(asked)
        teller.require(
            (episode.responsible_team, episode.level) == (HOME_CARE, "home-care"), "the patient is in home care"
        )
    with teller.step("The home care", "makes the individual plans, and the clocks of the new plan stop"):
        for reference in (nursed, asked):
            plan = RecordMilestone(actor=teller.actor(HOME_CARE), milestone="plan-made")
            teller.service.perform(reference, plan)
            teller.require(
                "declared/home-care.plan" not in teller.episode(reference).clocks, f"{reference} has its plan"
            )


def _are_moved(moved: list[Passed], *episodes: str) -> bool:
    return {each.episode for each in moved if each.is_moved} == set(episodes)


def _wanted(names: Mapping[str, str]) -> WantedMigration:
    return WantedMigration(pathway=BEFORE, to=PATHWAY, network=NETWORK, names=names)


def _responsible(teller: Teller) -> list[str]:
    """Whose wound care in home nursing, as home care was called, is by the agreement in force today."""
    answers = teller.service.agreements.who("wound-care", network=NETWORK)
    at_home = [answer for answer in answers if answer.level in ("home-nursing", "home-care")]
    return [party.role for answer in at_home for party in answer.parties if party.part == "responsible"]


def _carry(teller: Teller, *pathways: str) -> None:
    """Let the network have these pathways."""
    _pathways, networks = teller.service.publishing.published()
    (network,) = (each for each in networks if each.network == NETWORK)
    teller.service.publishing.apply([], [network.model_copy(update={"pathways": pathways})])


def _begun(teller: Teller, level: str, team: str, patient: Patient) -> str:
    beginning = {"pathway": BEFORE, "network": NETWORK, "level": level, "team": team}
    episode = reference_in(teller.start_flow("begin-episode", {"beginning": beginning}))
    teller.service.identities.identify(episode, Told(patient), teller.actor(team))
    return episode


def _begin(teller: Teller, pathway: str, level: str, team: str) -> str:
    episode, _warnings = teller.service.begin_episode(Begin(pathway, NETWORK, level, team=team), teller.actor(team))
    return episode.reference


STORY = Story(
    name=PATHWAY,
    network=NETWORK,
    tell=tell,
    patients=(PATIENT, SECOND_PATIENT),
    staff=("Eva Lund", "Kim Berg"),
)

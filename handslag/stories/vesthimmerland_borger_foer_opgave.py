"""The story of Borger før opgave in Vesthimmerland: what is granted, swapped, met about, visited, paused and ended.

It is told in the country around Løgstør, where the project began, and for a citizen of the private provider, with whom
the ordinary rules hold until the project comes there. The patients are made up: the numbers are test numbers.
"""

from collections.abc import Callable
from datetime import timedelta

from flows.api import PrefectApi
from handslag.printing import say
from handslag.stories.telling import Story, Teller, reference_in
from pathways.care.clocks import declared_key
from pathways.care.commands import EndEpisode, PauseEpisode, RecordMilestone, ResumeEpisode, TakeBackEnd
from pathways.care.grants.commands import GrantPackage, RenewGrant, SwapServices, UndoSwap, WithdrawGrant
from pathways.care.grants.rules import weekly_minutes
from pathways.care.grants.values import Grant
from pathways.care.joint_visits.commands import AnswerJointVisit, ProposeJointVisit
from pathways.care.joint_visits.values import JointVisitStatus
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import Patient

PATHWAY, NETWORK = "vesthimmerland-borger-foer-opgave", "vesthimmerland-demo"
HOME, PLANNER, ASSESSOR = "hjemmepleje-loegstoer", "planlaegning-loegstoer", "bevilling"
AARS_PLANNER, PRIVATE = "planlaegning-aars", "privat-hjemmepleje"
PATIENT = Patient("090909-0903", "Ninna Test Nielsen")
TOLD_OF_SWAPPING = "told-of-swapping"
PRACTICAL, INFECTION = "practical-help-1", "infection-package-1"
GRANTED = {"cleaning": 60, "laundry": 30, "shopping": 30}
WELL_AGAIN, ASSESSOR_NAME = "well again after the tablets", "Vera Visby"


def tell(teller: Teller) -> str:
    """Tell the story; gives the episode's reference."""
    episode = _begin(teller)
    _told_of_swapping(teller, episode)
    _swaps(teller, episode)
    _an_infection(teller, episode)
    _together(teller, episode)
    _the_meeting(teller, episode)
    _elsewhere(teller)
    _an_end_in_error(teller, episode)
    return episode


def _begin(teller: Teller) -> str:
    with teller.step("Home care in Løgstør", "begins an episode for a citizen in the country, in the Prefect UI"):
        beginning = {"pathway": PATHWAY, "network": NETWORK, "level": "home", "district": "loegstoer-land",
                     "team": HOME, "provider": "vesthimmerlands-kommune"}  # fmt: skip
        episode = reference_in(teller.start_flow("begin-episode", {"beginning": beginning}))
        teller.service.identities.identify(episode, Told(PATIENT), teller.actor(HOME))
        view = teller.service.views.show(episode)
        teller.require(view.episode.responsible_team == HOME, f"{episode} is with home care in Løgstør")
        teller.require("borger-foer-opgave" in view.roll_outs, "the project's own rules hold there")
    with teller.step("The assessor", "grants practical help; home care gets a mail"):
        command = GrantPackage(actor=teller.actor(ASSESSOR, ASSESSOR_NAME), package="practical-help")
        teller.service.perform(episode, command)
        teller.wait_for_mail("home-care-loegstoer-first", episode, "Bevilget")
        teller.require(_week(teller, episode) == GRANTED, "cleaning 60, laundry 30 and shopping 30 minutes a week")
    return episode


def _told_of_swapping(teller: Teller, episode: str) -> None:
    with teller.step("Home care", "tells the citizen that granted services can be swapped, and records that it has"):
        clock = declared_key(TOLD_OF_SWAPPING)
        teller.require(clock in teller.episode(episode).clocks, "until then, home care is reminded of telling it")
        teller.service.perform(episode, RecordMilestone(actor=teller.actor(HOME), milestone=TOLD_OF_SWAPPING))
        teller.require(clock not in teller.episode(episode).clocks, "the citizen knows of swapping: nothing waits")


def _swaps(teller: Teller, episode: str) -> None:
    with teller.step("The citizen", "would rather go for a walk than have it so clean: the planner records the swap"):
        _swap(teller, episode, "cleaning", "company", 30)
        teller.wait_for_mail("home-care-loegstoer-first", episode, "ændret")
        week = {"cleaning": 30, "laundry": 30, "shopping": 30, "company": 30}
        teller.require(_week(teller, episode) == week, "30 minutes of cleaning became 30 of company")
    with teller.step("The citizen", "asks for more than was granted, which no swap gives"):
        _is_refused(teller, lambda: _swap(teller, episode, "cleaning", "company", 31), "no more than there is")
    with teller.step("The citizen", "thinks better of it: the swap is undone, to the minute"):
        teller.service.perform(episode, UndoSwap(actor=teller.actor(PLANNER), grant=PRACTICAL))
        teller.require(_week(teller, episode) == GRANTED, "exactly what was granted is back")
        teller.require(len(_grant(teller, episode, PRACTICAL).swaps) == 1, "the swap stays in the history")


def _an_infection(teller: Teller, episode: str) -> None:
    with teller.step("The planner", "sees an infection coming, and grants the infection package without asking first"):
        teller.service.perform(episode, GrantPackage(actor=teller.actor(PLANNER), package="infection-package"))
        teller.require(_week(teller, episode)["observation"] == 140, "it is observed from today on")
    with teller.step("The planner", "may grant no other package"):
        other = GrantPackage(actor=teller.actor(PLANNER), package="personal-care")
        _is_refused(teller, lambda: teller.service.perform(episode, other), "that is for the assessor")
    with teller.step("The citizen", "is admitted to hospital: all that is granted rests, and goes on afterwards"):
        teller.service.perform(episode, PauseEpisode(actor=teller.actor(HOME), kind="admitted"))
        teller.require(_week(teller, episode) == {}, "nothing is given meanwhile")
        teller.service.perform(episode, ResumeEpisode(actor=teller.actor(HOME)))
        teller.require(_week(teller, episode)["cleaning"] == 60, "it goes on as it was granted")
    with teller.step("The assessor", "is the one who decides on a renewal, and lets the package go on"):
        before = _grant(teller, episode, INFECTION).ends_at
        teller.service.perform(episode, RenewGrant(actor=teller.actor(ASSESSOR), grant=INFECTION))
        teller.require(_grant(teller, episode, INFECTION).ends_at > before, "it ends later now")
        again = RenewGrant(actor=teller.actor(ASSESSOR), grant=INFECTION)
        _is_refused(teller, lambda: teller.service.perform(episode, again), "it is renewed once")


def _together(teller: Teller, episode: str) -> None:
    with teller.step("The assessor", "proposes a joint visit; home care gets a mail and says yes"):
        at = teller.service.clock() + timedelta(days=3)
        teller.service.perform(episode, ProposeJointVisit(actor=teller.actor(ASSESSOR), with_team=HOME, at=at))
        teller.wait_for_mail("home-care-loegstoer-first", episode, "komme med")
        command = AnswerJointVisit(actor=teller.actor(HOME), visit="joint-visit-1", is_accepted=True)
        teller.service.perform(episode, command)
        teller.wait_for_mail("assessor-first", episode, "Aftalt")
        visit = teller.episode(episode).joint_visits["joint-visit-1"]
        teller.require(visit.status is JointVisitStatus.BOOKED, "both sides have said yes: it is booked")


def _the_meeting(teller: Teller, episode: str) -> None:
    with teller.step("Home care", "raises the citizen for the weekly triage meeting, and has its list made and sent"):
        teller.service.perform(episode, RaiseMatter(actor=teller.actor(HOME), meeting="triage"))
        wanted = {"meeting": "triage", "team": HOME}
        reference = reference_in(teller.start_flow("make-list", {"wanted": wanted}))
        for recipient in ("home-care-loegstoer-first", "assessor-first", "planner-loegstoer-first"):
            teller.wait_for_mail(recipient, reference)
        rows = teller.wait_until("the list is in Prefect", lambda: _artifact(teller, f"meeting-{reference.lower()}"))
        teller.require(episode in rows, f"the list {reference} is in the Prefect UI, by reference only")
    with teller.step("The meeting", "decides, and the citizen leaves the list"):
        grounds = {matter.ground.value for matter in teller.service.views.show(episode).matters["triage"]}
        teller.require(grounds == {"raised", "granted"}, "it stood there as raised, and for what the planner granted")
        command = DecideMatter(actor=teller.actor(ASSESSOR), meeting="triage", decision="as-it-is")
        teller.service.perform(episode, command)
        (listed,) = teller.service.meetings.lists("triage", HOME)
        teller.require(episode not in {entry.episode for entry in listed.entries}, "it is on the list no longer")


def _elsewhere(teller: Teller) -> None:
    with teller.step("A citizen of the private provider", "is under the ordinary rules until the project comes there"):
        wanted = Begin(PATHWAY, NETWORK, "home", district="aars", provider="privat-leverandoer")
        episode = teller.service.begin_episode(wanted, teller.actor(PRIVATE))[0].reference
        command = GrantPackage(actor=teller.actor(AARS_PLANNER), package="infection-package")
        if "borger-foer-opgave" in teller.service.views.show(episode).roll_outs:
            teller.service.perform(episode, command)
            teller.require(True, "it has come there: the planner grants the package")
            return
        _is_refused(teller, lambda: teller.service.perform(episode, command), "only the assessor grants")
        clock = declared_key(TOLD_OF_SWAPPING)
        teller.require(
            clock not in teller.episode(episode).clocks, "nothing can be swapped there: nobody is told of it"
        )
        teller.service.perform(episode, GrantPackage(actor=teller.actor(ASSESSOR), package="infection-package"))
        teller.wait_for_mail("private-home-care-first", episode, "Bevilget")


def _an_end_in_error(teller: Teller, episode: str) -> None:
    with teller.step("Home care", "records a death in error: all stops; it is taken back, and all is as it was"):
        before = _week(teller, episode)
        teller.service.perform(episode, EndEpisode(actor=teller.actor(HOME), end="deceased"))
        teller.require(_week(teller, episode) == {}, "nothing is granted any more")
        teller.service.perform(episode, TakeBackEnd(actor=teller.actor(HOME)))
        teller.require(_week(teller, episode) == before, "what was granted is in force again")
    with teller.step("The assessor", "withdraws the infection package when the citizen is well again"):
        actor = teller.actor(ASSESSOR, ASSESSOR_NAME)
        teller.service.perform(episode, WithdrawGrant(actor=actor, grant=INFECTION, reason=WELL_AGAIN))
        teller.wait_for_mail("home-care-loegstoer-first", episode, "Ophørt")
        teller.require(_week(teller, episode) == GRANTED, "practical help goes on")


def _swap(teller: Teller, episode: str, give: str, get: str, minutes: int) -> None:
    command = SwapServices(actor=teller.actor(PLANNER), grant=PRACTICAL, give=give, get=get, minutes=minutes)
    teller.service.perform(episode, command)


def _is_refused(teller: Teller, attempt: Callable[[], object], what: str) -> None:
    try:
        attempt()
    except Refused as refused:
        say(f"   [dim]{refused}[/]")
        return
    teller.require(False, what)


def _week(teller: Teller, episode: str) -> dict[str, int]:
    return dict(weekly_minutes(teller.episode(episode)))


def _grant(teller: Teller, episode: str, name: str) -> Grant:
    return teller.episode(episode).grants[name]


def _artifact(teller: Teller, key: str) -> str:
    """The data of an artifact as the Prefect UI shows it, or nothing."""
    wanted = {"artifacts": {"key": {"any_": [key]}}}
    found = PrefectApi(teller.service.settings).ask("POST", "/artifacts/filter", wanted)
    return str(found[0]["data"]) if found else ""


STORY = Story(PATHWAY, NETWORK, tell, patients=(PATIENT,), staff=(ASSESSOR_NAME,), typed=(WELL_AGAIN,))
"""This story, for the demonstration."""

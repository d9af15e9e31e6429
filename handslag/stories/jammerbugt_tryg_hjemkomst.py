"""The story of Tryg hjemkomst: 25 places, two clerks for the last one, a line, and an evaluation.

What happened "in spring" is told with a clock that is turned back, so that the windows of the measurements have passed;
what happens "today" is told with the real one. The citizens are made up; only one of them has a name.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from handslag.commands.evaluating import written
from handslag.printing import say
from handslag.stories.telling import Story, StoryError, Teller, reference_in
from pathways.care.commands import EndEpisode, PauseEpisode, TakeBackEnd, WriteSummary
from pathways.care.communication import ActionItem, Summary
from pathways.care.episodes import Episode
from pathways.care.programme.commands import Enrol, RecordMeasurement
from pathways.care.programme.windows import openings
from pathways.care.states import Action, EpisodeStatus
from pathways.definition.models import Pathway
from pathways.errors import Refused
from pathways.notices.outcomes import Outcome, Sent
from pathways.notices.words import Words
from pathways.operations.beginning import Begin
from pathways.operations.identities import Told
from pathways.operations.people import Patient
from pathways.operations.service import Operations

PATHWAY, NETWORK = "jammerbugt-tryg-hjemkomst", "jammerbugt-demo"
OFFICE, TRAINING, NURSING = "visitationen", "hjemmetraeningen", "hjemmesygeplejen"
CRITERIA = ("being-discharged", "home-care-before")
CITIZEN = Patient("251248-9996", "Nancy Ann Test Berggren")
ASSESSOR, COLLEAGUE, THERAPIST = "Mette Holm, assessor", "Jens Toft, assessor", "Lone Bak, therapist"
SITUATION = "walks with a rollator since the fall"

_LONG_AGO = timedelta(hours=12)
"""With limits divided by 300, spring is so long ago: the windows of what is measured last have passed."""


def tell(teller: Teller) -> str:
    """Tell the story; gives the reference of the citizen who comes home."""
    enrolled, waiting = _spring(teller)
    _measured(teller, [*enrolled, *waiting])
    latest = _one_more(teller)
    _a_place_comes_free(teller, enrolled, [*waiting, latest])
    _home(teller, waiting[0])
    _evaluated(teller)
    return waiting[0]


def _spring(teller: Teller) -> tuple[list[str], list[str]]:
    """Fill the places but one, let two clerks want the last, and let more come; who is enrolled, and who waits."""
    past = _at(teller, _LONG_AGO)
    beginning = Begin(PATHWAY, NETWORK, "leaving-hospital", criteria=CRITERIA)
    with teller.step("The assessment office", "cannot enrol whoever had no home care before the admission"):
        said = _refused(
            lambda: past.begin_episode(
                Begin(PATHWAY, NETWORK, "leaving-hospital", criteria=CRITERIA[:1]), teller.actor(OFFICE, ASSESSOR)
            )
        )
        teller.require("home-care-before" in said, said)
    with teller.step("The assessment office", "enrols citizens in spring, until one place is left"):
        actor = teller.actor(OFFICE, ASSESSOR)
        places = past.programmes.shown(PATHWAY, NETWORK)[0].cap or 0
        enrolled = [past.begin_episode(beginning, actor)[0].reference for _ in range(places - 1)]
        teller.require(past.programmes.shown(PATHWAY, NETWORK)[0].free == 1, "one place is left")
        granted = teller.episode(enrolled[0]).grants
        teller.require(bool(granted), f"each was granted the package of the transition: {', '.join(granted)}")
    with teller.step("Two clerks", "want the last place at the same moment"):
        clerks = (teller.actor(OFFICE, ASSESSOR), teller.actor(OFFICE, COLLEAGUE))
        with ThreadPoolExecutor(len(clerks)) as pool:
            both = [begun for begun, _warnings in pool.map(lambda clerk: past.begin_episode(beginning, clerk), clerks)]
        stands = sorted(each.status for each in both)
        teller.require(stands == [EpisodeStatus.ACTIVE, EpisodeStatus.WAITLIST], "one is enrolled, the other waits")
        enrolled += [each.reference for each in both if each.status is EpisodeStatus.ACTIVE]
        waiting = [each.reference for each in both if each.status is EpisodeStatus.WAITLIST]
    with teller.step("The assessment office", "lets five more wait, by time; it is responsible for each wait"):
        waiting += [past.begin_episode(beginning, actor)[0].reference for _ in range(5)]
        line = [entry.episode for entry in past.programmes.shown(PATHWAY, NETWORK)[0].occupancy.waiting]
        teller.require(line == waiting, "they stand in line in the order in which they came")
        teller.require(teller.episode(waiting[0]).responsible_team == OFFICE, "whoever waits has a responsible team")
        pause = PauseEpisode(actor=actor, kind="admitted-again")
        say(f"   [dim]{_refused(lambda: past.perform(waiting[0], pause))}[/]")
    return enrolled, waiting


def _measured(teller: Teller, episodes: Sequence[str]) -> None:
    with teller.step("Home training and the assessment office", "measure before, during and after; some are missed"):
        _at(teller, timedelta()).pass_due_clocks()  # what came due since spring, such as the ends of what was granted
        for number, reference in enumerate(episodes):
            view = teller.service.views.show(reference)
            zone = ZoneInfo(view.network.time_zone)
            for measure, value, at in _numbers(number, view.episode, view.pathway, zone):
                actor = teller.actor(TRAINING if measure == "self-reliance" else OFFICE, THERAPIST)
                teller.service.perform(reference, RecordMeasurement(actor=actor, measure=measure, value=value, at=at))
        teller.require(len(teller.episode(episodes[0]).measurements) == 6, "each has up to six numbers")
        nobody = RecordMeasurement(actor=teller.actor(TRAINING, THERAPIST), measure="self-reliance", value=43)
        say(f"   [dim]{_refused(lambda: teller.service.perform(episodes[0], nobody))}[/]")


def _one_more(teller: Teller) -> str:
    with teller.step("The assessment office", "begins for one more today, in the Prefect UI, who joins the line"):
        beginning = {
            "pathway": PATHWAY,
            "network": NETWORK,
            "level": "leaving-hospital",
            "team": OFFICE,
            "criteria": [*CRITERIA],
        }
        said = teller.start_flow("begin-episode", {"beginning": beginning})
        teller.require("waits for a place" in said, said)
        return reference_in(said)


def _a_place_comes_free(teller: Teller, enrolled: Sequence[str], waiting: Sequence[str]) -> None:
    first, last, leaves = waiting[0], waiting[-1], enrolled[3]
    with teller.step("A citizen", "says no to more; the team that waits first is told that a place is free"):
        teller.service.identities.identify(first, Told(CITIZEN), teller.actor(OFFICE, ASSESSOR))
        teller.service.perform(leaves, EndEpisode(actor=teller.actor(OFFICE, ASSESSOR), end="declined"))
        teller.wait_for_mail("assessment-first", first, "En plads er ledig")
        teller.require(teller.episode(first).status is EpisodeStatus.WAITLIST, "nobody is enrolled by itself")
    with teller.step("A clerk", "cannot enrol the last in line, and enrols the first"):
        colleague = Enrol(actor=teller.actor(OFFICE, COLLEAGUE))
        say(f"   [dim]{_refused(lambda: teller.service.perform(last, colleague))}[/]")
        teller.service.perform(first, colleague)
        now = teller.episode(first)
        teller.require(
            now.status is EpisodeStatus.ACTIVE and bool(now.grants), f"{first} is enrolled, with its package"
        )
        teller.wait_for_mail("training-first", first, "Tid til at måle")
    with teller.step("The assessment office", "cannot take the end back: its place has gone to another"):
        back = TakeBackEnd(actor=teller.actor(OFFICE, ASSESSOR))
        say(f"   [dim]{_refused(lambda: teller.service.perform(leaves, back))}[/]")


def _home(teller: Teller, episode: str) -> None:
    with teller.step("The assessment office", "asks home nursing to take over, which accepts in the Prefect UI"):
        summary = Summary(
            situation=SITUATION,
            actions=(ActionItem(what="train the stairs", who="home training", when="each week"),),
            contingency="ring home nursing at any hour",
        )
        teller.service.perform(episode, WriteSummary(actor=teller.actor(OFFICE, ASSESSOR), summary=summary))
        handover = teller.request(episode, OFFICE, "home-from-hospital", "planned", "discharged")
        teller.wait_for_mail("home-nursing-first", handover)
        teller.answer_in_prefect(handover, f"{NURSING}: accept")
        teller.wait_for_status(handover, "accepted")
    with teller.step("Both", "have everything in place, and the citizen comes home"):
        teller.make_ready(handover)
        teller.act(OFFICE, handover, Action.DEPART, name=ASSESSOR)
        teller.act(NURSING, handover, Action.ARRIVE)
        home = teller.episode(episode)
        teller.require(home.responsible_team == NURSING, "home nursing is responsible")
        teller.require(home.paused_services == (), "more home care and home training have begun")


def _evaluated(teller: Teller) -> None:
    with teller.step("The assessment office", "writes the evaluation: groups, and no claim of an effect"):
        folder = teller.service.settings.data_folder
        report = teller.service.evaluations.report(PATHWAY, NETWORK, None)
        files, numbers = written(teller.service, report, folder)
        found = numbers["measures"]["self-reliance"]["groups"]
        for group in ("enrolled", "waiting"):
            change = found[group]["change"]
            few = ", few" if change["is_few"] else ""
            median = f", median {change['median']:g}" if "median" in change else ""
            say(f"   [dim]change of self-reliance, {group}: {change['observations']} citizens{few}{median}[/]")
        teller.require(not numbers["claims_an_effect"], "it claims no effect")
        teller.require(all(file.exists() for file in files), f"the page is {files[0]}")


def _numbers(number: int, episode: Episode, pathway: Pathway, zone: ZoneInfo) -> list[tuple[str, float, datetime]]:
    """What is measured of one made-up citizen, and when: each a little different, and every sixth missed once."""
    enrolment = episode.enrolment
    start = (enrolment.enrolled_at or enrolment.waits_since) if enrolment else None
    if start is None or pathway.evaluation is None:
        raise StoryError("whoever is measured is enrolled or waits")
    gain = 5 * (number % 3) if episode.status is EpisodeStatus.WAITLIST else 5 * (1 + number % 4)
    ability, hours = 40 + 5 * (number % 7), 6 + (number % 9) / 2
    found: list[tuple[str, float, datetime]] = []
    for place, window in enumerate(openings(pathway.evaluation, start, zone).values()):
        at = max(window.opens_at, start) + (window.closes_at - max(window.opens_at, start)) / 2
        if place and number % 6 == 5:
            continue
        found.append(("self-reliance", float(ability + gain * place // 2 // 5 * 5), at))
        found.append(("home-care-hours", hours + (2, 4, 0)[place] - gain / 10 * place, at))
    return [(measure, round(value, 1), at) for measure, value, at in found]


def _at(teller: Teller, ago: timedelta) -> Operations:
    """The same Handslag with a clock that shows an earlier time, and letters that were read then."""
    service = teller.service
    return Operations(service.settings, service.engine, _LettersOfThen(), clock=lambda: service.clock() - ago)


class _LettersOfThen:
    """A sender for what was told in spring: read long ago."""

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        """Count it as sent."""
        return Sent()

    def shown_sender(self, address: SecretStr) -> str:
        """Whom it came from."""
        return "Handslag"


def _refused(work: Callable[[], object]) -> str:
    """The sentence with which something is refused."""
    try:
        work()
    except Refused as refusal:
        return str(refusal)
    raise StoryError("it should have been refused")


STORY = Story(
    PATHWAY,
    NETWORK,
    tell,
    patients=(CITIZEN,),
    staff=("Mette Holm", "Jens Toft", "Lone Bak"),
    typed=(SITUATION, "train the stairs"),
)
"""This story, for the demonstration."""

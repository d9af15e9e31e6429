"""Whom the patient does not let see an episode: kept from it in rows, by night, in notices, and for who stands in."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.pages.episode import _who_may_see
from desk.sheets import made_sheet
from engine.databases import Database
from engine.made_up_users import hired, viewer
from engine.world import (
    MUNICIPAL,
    NAME,
    NETWORK,
    NORTH,
    NUMBER,
    PATHWAY,
    SSIH,
    Day,
    a_day,
    demonstration,
    settings,
)
from flows.endings import refused
from pathways.care.commands import ChangeHandover, EndEpisode, PauseEpisode, RecordFact, TakeBackEnd, WantedHandover
from pathways.care.patient import PhaseOfIllness, ViewLimit, WordOf
from pathways.care.states import Action
from pathways.care.viewing import hidden_from
from pathways.definition.conditions import Phase
from pathways.definition.covers import Cover
from pathways.definition.networks import LastResort, Network
from pathways.errors import NotFound, Refused, Withheld
from pathways.notices.outcomes import NotSent, NotSentCode
from pathways.operations.beginning import Begin
from pathways.operations.patient_refusals import NothingBegun, StoodAgainst
from pathways.operations.people import Patient
from pathways.operations.standing_limits import says_that_a_limit_stands
from pathways.store.concern_tables import CONCERN
from pathways.store.tables import NOTICE

SSIH_TEAM, LAST = str(SSIH.team), str(NORTH.team)
REGION = "region-jonkopings-lan"


def _answered_by_the_municipality(network: Network) -> Network:
    """The network with somebody of the municipality as last resort, always on duty; SSIH covers others as before."""
    team = network.teams[LAST]
    on_call = team.contacts[-1].model_copy(update={"cover": Cover(always=True)})
    teams = {**network.teams, LAST: team.model_copy(update={"contacts": (*team.contacts[:-1], on_call)})}
    last = LastResort(team=LAST, contact=on_call.name)
    return network.model_copy(update={"teams": teams, "last_resort": last})


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    pathway, network = demonstration()
    day.operations.publishing.apply([pathway], [_answered_by_the_municipality(network)])
    hired(day.operations)
    return day


def at_home(day: Day) -> str:
    return day.begun(Patient(NUMBER, NAME))


def say(day: Day, episode: str, *, is_limited: bool = True) -> None:
    today = day.clock().date()
    fact = ViewLimit(organisation=REGION, is_limited=is_limited, said_by=WordOf.REPRESENTATIVE, said_on=today)
    day.operations.perform(episode, RecordFact(actor=MUNICIPAL, fact=fact))


def concerned(day: Day, episode: str) -> set[str]:
    with day.operations.engine.connect() as connection:
        return set(connection.scalars(select(CONCERN.c.team).where(CONCERN.c.episode == episode)))


def shown(day: Day, team: str) -> set[str]:
    board, inbox = day.operations.boards.board(NETWORK, team=team), day.operations.boards.inbox(NETWORK, team)
    waits = {item.wait.episode for item in inbox.items} | {str(each.episode) for each in inbox.dead}
    assert inbox.count == len(inbox.items) + len(inbox.dead)
    return {card.reference for column in board.columns for card in column.cards} | waits


def unstable(day: Day, episode: str) -> None:
    day.operations.perform(episode, RecordFact(actor=MUNICIPAL, fact=PhaseOfIllness(phase=Phase.UNSTABLE)))


def test_who_stands_in_at_night_sees_nothing_of_it_and_somebody_else_is_told(day: Day) -> None:
    episode = at_home(day)
    unstable(day, episode)
    day.clock.now = day.clock.now.replace(hour=22)
    assert shown(day, SSIH_TEAM) == {episode}
    say(day, episode)
    assert SSIH_TEAM not in concerned(day, episode)
    assert shown(day, SSIH_TEAM) == set()
    assert day.operations.boards.inbox(NETWORK, SSIH_TEAM).covered
    for acting in (viewer("ssih"), viewer("ssih").acting_for(str(MUNICIPAL.team))):
        with pytest.raises(NotFound):
            day.operations.access.see(acting, episode)
    day.clock.forward(hours=73)
    day.operations.pass_due_clocks()
    with day.operations.engine.connect() as connection:
        told = set(connection.scalars(select(NOTICE.c.team).where(NOTICE.c.episode == episode)))
    assert told == {LAST}
    say(day, episode, is_limited=False)
    assert shown(day, SSIH_TEAM) == {episode}


def test_a_network_that_is_published_again_brings_nobody_back(day: Day) -> None:
    episode = at_home(day)
    say(day, episode)
    before = concerned(day, episode)
    network = day.operations.views.network(NETWORK)
    gp = network.teams["gp-practice"]
    other = {**network.teams, "gp-practice-two": gp}
    day.operations.publishing.apply([], [network.model_copy(update={"teams": other})])
    assert concerned(day, episode) == before


def test_a_network_in_which_nobody_else_would_answer_is_not_published(day: Day) -> None:
    _, as_it_comes = demonstration()  # its last resort is of the region
    episode = at_home(day)
    say(day, episode)
    with pytest.raises(Refused, match=f"Patients have said that {REGION} may not see their episodes.*hours: 1"):
        day.operations.publishing.apply([], [as_it_comes])
    say(day, episode, is_limited=False)
    day.operations.publishing.apply([], [as_it_comes])


def test_an_organisation_that_patients_have_named_keeps_its_name_and_who_joins_or_leaves_it_is_known(day: Day) -> None:
    episode = at_home(day)
    say(day, episode)
    network = day.operations.views.network(NETWORK)
    organisations = {key if key != REGION else "region": each for key, each in network.organisations.items()}
    teams = {
        key: team.model_copy(update={"organisation": "region" if team.organisation == REGION else team.organisation})
        for key, team in network.teams.items()
    }
    renamed = network.model_copy(update={"organisations": organisations, "teams": teams})
    with pytest.raises(Refused, match=f"{REGION} may not see their episodes, and the file .* does not name it"):
        day.operations.publishing.apply([], [renamed])
    gp = network.teams["gp-practice"]
    assert gp.organisation == REGION
    for organisation, is_concerned in ((network.teams[LAST].organisation, True), (REGION, False)):
        teams = {**network.teams, "gp-practice": gp.model_copy(update={"organisation": organisation})}
        day.operations.publishing.apply([], [network.model_copy(update={"teams": teams})])
        assert ("gp-practice" in concerned(day, episode)) is is_concerned


def moved(network: Network, team: str, organisation: str) -> Network:
    """The network with a team in another organisation."""
    other = network.teams[team].model_copy(update={"organisation": organisation})
    return network.model_copy(update={"teams": {**network.teams, team: other}})


def test_a_responsible_team_that_a_network_file_makes_one_of_the_limited_sees_its_patient_and_lifts_the_limit(
    day: Day,
) -> None:
    episode = at_home(day)
    say(day, episode)
    network = day.operations.views.network(NETWORK)
    day.operations.publishing.apply([], [moved(network, str(MUNICIPAL.team), REGION)])
    view = day.operations.access.see(viewer("municipal"), episode)
    assert episode in shown(day, str(MUNICIPAL.team))
    assert REGION in _who_may_see(view)["other_organisations"]
    say(day, episode, is_limited=False)
    assert hidden_from(day.operations.views.show(episode).episode) == frozenset()
    with pytest.raises(Refused, match="no other organisation"):
        say(day, episode)


def test_such_a_file_is_refused_where_nobody_would_answer_for_that_team_at_some_hours(day: Day) -> None:
    episode = at_home(day)
    say(day, episode)
    network = moved(day.operations.views.network(NETWORK), str(MUNICIPAL.team), REGION)
    always = {
        key: team.model_copy(
            update={"contacts": tuple(each.model_copy(update={"cover": Cover(always=True)}) for each in team.contacts)}
        )
        if team.organisation != REGION
        else team
        for key, team in network.teams.items()
    }
    alone = network.model_copy(
        update={"teams": always, "last_resort": LastResort(team=SSIH_TEAM, contact=_any(network))}
    )
    with pytest.raises(Refused, match="nobody else would answer for them at some hours: 1"):
        day.operations.publishing.apply([], [alone])


def _any(network: Network) -> str:
    return network.teams[SSIH_TEAM].contacts[0].name


def unsent(day: Day, team: str) -> dict[str, set[str]]:
    """What was owed to a team and is not sent, by its status."""
    found: dict[str, set[str]] = {}
    with day.operations.engine.connect() as connection:
        rows = select(NOTICE.c.kind, NOTICE.c.status).where(NOTICE.c.team == team, NOTICE.c.status != "sent")
        for kind, status in connection.execute(rows):
            found.setdefault(status, set()).add(kind)
    return found


def test_what_is_unsent_is_withdrawn_where_a_network_file_hides_a_team_or_takes_it_away(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.REFUSED, permanent=False)
    episode = at_home(day)
    handover = day.requested(episode)
    day.do(handover, Action.ACCEPT)
    day.do(handover, Action.CANCEL, MUNICIPAL, "x")
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    network = day.operations.views.network(NETWORK)
    gone = "gp-practice"
    assert unsent(day, gone)["waiting"]
    teams = {key if key != gone else "gp-centre": each for key, each in network.teams.items()}
    day.operations.publishing.apply([], [network.model_copy(update={"teams": teams})])
    assert set(unsent(day, gone)) == {"withdrawn"}
    assert unsent(day, SSIH_TEAM)["waiting"]


def test_what_is_unsent_is_withdrawn_where_a_network_file_makes_a_team_one_that_may_not_see(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.REFUSED, permanent=False)
    _, network = demonstration()
    team = str(MUNICIPAL.team)
    day.operations.publishing.apply([], [moved(network, team, REGION)])
    episode = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home-specialised"), SSIH)[0].reference
    today = day.clock().date()
    fact = ViewLimit(organisation="jonkopings-kommun", is_limited=True, said_by=WordOf.PATIENT, said_on=today)
    day.operations.perform(episode, RecordFact(actor=SSIH, fact=fact))
    day.operations.perform(episode, PauseEpisode(actor=SSIH, kind="admitted-elsewhere"))
    assert unsent(day, team) == {"waiting": {"services-paused"}}
    day.operations.publishing.apply([], [network])
    assert unsent(day, team) == {"withdrawn": {"services-paused"}}


def test_a_death_is_recorded_by_who_is_responsible_in_one_episode_though_another_is_kept_from_them(
    day: Day,
) -> None:
    pathway, network = demonstration()
    second = pathway.model_copy(update={"pathway": "second-pathway"})
    both = _answered_by_the_municipality(network).model_copy(update={"pathways": (PATHWAY, "second-pathway")})
    day.operations.publishing.apply([second], [both])
    patient = Patient(NUMBER, NAME)
    theirs = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home-specialised", patient), SSIH)[0].reference
    kept = day.operations.begin_episode(Begin("second-pathway", NETWORK, "home", patient), MUNICIPAL)[0].reference
    say(day, kept)
    day.operations.perform(theirs, EndEpisode(actor=SSIH, end="deceased"))
    assert day.operations.views.show(kept).episode.has_ended
    day.operations.perform(theirs, TakeBackEnd(actor=SSIH))
    assert not day.operations.views.show(kept).episode.has_ended
    with pytest.raises(NotFound):
        day.operations.perform(kept, EndEpisode(actor=SSIH, end="deceased"))


def test_an_episode_that_is_kept_from_them_is_named_by_nothing_that_they_see_of_the_patient(day: Day) -> None:
    pathway, network = demonstration()
    second = pathway.model_copy(update={"pathway": "second-pathway"})
    both = _answered_by_the_municipality(network).model_copy(update={"pathways": (PATHWAY, "second-pathway")})
    day.operations.publishing.apply([second], [both])
    patient = Patient(NUMBER, NAME)
    theirs = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home-specialised", patient), SSIH)[0].reference
    kept = day.operations.begin_episode(Begin("second-pathway", NETWORK, "home", patient), MUNICIPAL)[0].reference
    say(day, kept)
    day.operations.patients.protect(kept, MUNICIPAL)
    day.operations.perform(kept, EndEpisode(actor=MUNICIPAL, end="deceased"))
    view = day.operations.access.see(viewer("ssih"), theirs)
    assert view.episode.has_ended
    assert view.episode.stopped
    shown = day.operations.patient_access.patient(viewer("ssih"), theirs)
    assert shown.ended
    assert shown.ended.is_death
    assert kept not in f"{view} {shown}"
    whole = day.operations.access.see(viewer("municipal"), kept)
    assert whole == day.operations.views.show(kept)


def test_who_takes_an_end_back_is_told_of_no_newer_episode_that_is_kept_from_them(day: Day) -> None:
    patient = Patient(NUMBER, NAME)
    theirs = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home-specialised", patient), SSIH)[0].reference
    day.operations.perform(theirs, EndEpisode(actor=SSIH, end="discharged"))
    newer = at_home(day)
    back = TakeBackEnd(actor=SSIH)
    with pytest.raises(StoodAgainst, match=f"the same patient has a new one, {newer}") as named:
        day.operations.perform(theirs, back)
    assert named.value.episode == newer
    say(day, newer)
    with pytest.raises(Refused, match="something else that is recorded of the patient") as refusal:
        day.operations.access.perform(viewer("ssih"), theirs, back)
    assert newer not in str(refusal.value)


def test_what_was_said_of_who_may_see_is_told_in_no_state_of_prefect(day: Day) -> None:
    episode = at_home(day)
    say(day, episode)
    wanted = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")
    with pytest.raises(Withheld, match="the patient has said") as refusal:
        day.operations.plan_handover(episode, MUNICIPAL, wanted)
    assert "patient" not in str(refused(refusal.value).message)


def test_where_the_team_of_an_ended_episode_has_left_the_network_its_page_offers_no_limit(day: Day) -> None:
    view = day.operations.views.show(at_home(day))
    assert _who_may_see(view)["other_organisations"]
    teams = {key: team for key, team in view.network.teams.items() if key != MUNICIPAL.team}
    gone = replace(view, network=view.network.model_copy(update={"teams": teams}))
    assert _who_may_see(gone)["other_organisations"] == []


def test_the_patients_number_leads_them_to_nothing(day: Day) -> None:
    episode = at_home(day)
    say(day, episode)
    access = day.operations.patient_access
    assert access.look_up(viewer("ssih"), NUMBER).episodes == ()
    with pytest.raises(NothingBegun):
        access.begin(viewer("ssih"), Begin(PATHWAY, NETWORK, "home-specialised", Patient(NUMBER, NAME)))


def test_a_notice_that_was_given_up_on_is_before_those_alone_who_may_see(day: Day) -> None:
    day.post.answer = lambda key: NotSent(NotSentCode.REFUSED, permanent=True)
    episode = at_home(day)
    handover = day.requested(episode)
    day.do(handover, Action.CANCEL, MUNICIPAL, "x")
    (dead,) = [each for each in day.operations.given_up.listed(viewer("ssih")) if each.kind == "cancelled"]
    say(day, episode)
    assert day.operations.given_up.listed(viewer("ssih")) == ()
    assert dead.number in {each.number for each in day.operations.given_up.listed(viewer("municipal"))}
    with pytest.raises(NotFound):
        day.operations.given_up.resend(dead.number, viewer("ssih"))


def test_an_end_that_had_stopped_a_request_to_them_is_not_taken_back(day: Day) -> None:
    episode = at_home(day)
    handover = day.requested(episode)
    with pytest.raises(Refused, match=f"a team of it has a part in handover {handover}"):
        say(day, episode)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="discharged"))
    say(day, episode)
    with pytest.raises(Refused, match="ssih-jonkoping left the network meanwhile, or may not see it"):
        day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))
    see = ChangeHandover(actor=SSIH, handover=handover, action=Action.SEE)
    with pytest.raises(NotFound):
        day.operations.perform(handover, see)


def test_in_an_emergency_its_night_sheet_is_read_too_and_that_is_noted(day: Day) -> None:
    episode = at_home(day)
    say(day, episode)
    day.operations.access.open_in_emergency(viewer("ryhov"), episode, "Unconscious in the ambulance")
    assert made_sheet(day.operations, viewer("ryhov"), episode, lambda sheet: sheet).reference == episode
    assert day.operations.views.show(episode).history[-1].event.type == "night-sheet-made"
    day.clock.forward(minutes=60)
    with pytest.raises(NotFound):
        made_sheet(day.operations, viewer("ryhov"), episode, lambda sheet: sheet)


def test_whoever_begins_another_episode_is_told_of_a_limit_in_one_that_their_team_knows_and_nobody_else_is(
    day: Day,
) -> None:
    former = at_home(day)
    say(day, former)
    day.operations.perform(former, EndEpisode(actor=MUNICIPAL, end="discharged"))
    begin = Begin(PATHWAY, NETWORK, "home-specialised", Patient(NUMBER, NAME))
    access = day.operations.patient_access
    theirs, told = access.begin(viewer("ssih"), begin)
    assert not any(former in each or "does not let" in each for each in told)
    day.operations.perform(theirs.reference, EndEpisode(actor=SSIH, end="discharged"))
    again, told = access.begin(viewer("municipal"), replace(begin, level="home"))
    (asked,) = (each for each in told if says_that_a_limit_stands(each))
    assert f"In episode {former} the patient does not let these see it: {REGION}. Ask whether" in asked
    assert hidden_from(day.operations.views.show(again.reference).episode) == frozenset()

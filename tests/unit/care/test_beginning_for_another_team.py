"""Beginning an episode under another team: it is asked, and until it has taken over the beginner is responsible."""

from datetime import UTC, datetime, timedelta

import pytest
from care_stories import E, H, Story, person, told
from care_worlds import NETWORK, PATHWAY, START, TEAMS
from deadline_worlds import DEADLINES
from place_worlds import occupied, others
from programme_worlds import Programme
from programme_worlds import programme as programme_of

from pathways.care.clocks import declared_key
from pathways.care.commands import (
    BeginEpisode,
    ComeBack,
    PauseEpisode,
    PlanHandover,
    ResumeEpisode,
    SettleHandover,
    TakeBackEnd,
)
from pathways.care.concerned import teams_concerned
from pathways.care.decisions import begin
from pathways.care.episodes import ClockKind, Stay
from pathways.care.notice_kinds import NoticeKind
from pathways.care.places import units_to_look_at
from pathways.care.recording import Context
from pathways.care.states import Action, EpisodeStatus, HandoverStatus
from pathways.care.waits import WaitKind, waits
from pathways.definition.models import BEGINNING
from pathways.errors import Refused

BEGINNER, OTHER = "clinic-one", "home-north"
AGAIN = "H333-3333"
NIGHT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def begun(level: str = "home", team: str | None = OTHER, unit: str | None = None, now: datetime = START) -> Story:
    return Story(level, team=team, unit=unit, now=now, by=BEGINNER)


def ask_again(story: Story, team: str | None = OTHER, *, unit: str | None = None, draft: bool = False) -> None:
    story.perform(
        PlanHandover(
            actor=person(BEGINNER),
            reference=AGAIN,
            move=BEGINNING,
            urgency=BEGINNING,
            reason=BEGINNING,
            to_team=team,
            to_units=(unit,) if unit else (),
            is_draft=draft,
        )
    )


@pytest.mark.parametrize("beginner", TEAMS)
@pytest.mark.parametrize(
    ("level", "team", "unit"), [("home", OTHER, None), ("home-plus", "experts", None), ("bed", "ward-east", "east-bed")]
)
def test_only_ones_own_team_begins_at_once(level: str, team: str, unit: str | None, beginner: str) -> None:
    story = Story(level, team=team, unit=unit, by=beginner)
    handover = story.episode.open_handover
    assert story.episode.status is EpisodeStatus.ACTIVE
    assert story.episode.responsible_team == beginner
    assert (handover is None) == (beginner == team)
    assert story.episode.stay == Stay(
        level=level, team=beginner, unit=unit if beginner == team else None, from_at=story.now
    )
    if handover:
        assert (handover.status, handover.plan.from_team, handover.plan.to_team) == ("requested", beginner, team)
        assert (handover.plan.to_unit, handover.plan.travels) == (unit, False)


def test_the_team_that_is_asked_is_told_and_has_it_in_its_inbox_with_a_clock() -> None:
    story = begun()
    assert (NoticeKind.REQUESTED, OTHER) in {(owed.kind, owed.team) for owed in story.owed}
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams, wait.due_at) == (WaitKind.ANSWER, (OTHER,), START + timedelta(hours=2))
    clocks = {clock.kind for clock in story.episode.clocks.values() if clock.subject == H}
    assert clocks == {ClockKind.ANSWER, ClockKind.ARRIVE, ClockKind.DELIVERED, ClockKind.SEEN}
    assert {BEGINNER, OTHER} <= set(teams_concerned(story.context, story.episode))


def test_at_night_it_reaches_somebody_on_duty_and_climbs() -> None:
    story = begun(now=NIGHT)
    asked = [owed for owed in story.owed if owed.kind is NoticeKind.REQUESTED]
    on_duty = {(rung.team, rung.contact) for rung in story.context.rota.ladder(OTHER, NIGHT) if rung.is_open}
    assert on_duty
    assert {(owed.team, owed.contact) for owed in asked} <= on_duty
    story.wait(hours=2)
    climbed = story.pass_clock(f"{H}/handover.answer")
    assert {NoticeKind.ESCALATED, NoticeKind.OVERDUE} & {owed.kind for owed in climbed.notices}


def test_responsibility_passes_when_the_team_has_taken_over_and_never_before() -> None:
    story = begun("bed", "ward-east", "east-bed")
    story.change(Action.SEE, "ward-east")
    assert told(story.change(Action.ACCEPT, "ward-east")) >= {(NoticeKind.ACCEPTED, BEGINNER)}
    assert story.episode.responsible_team == BEGINNER
    assert story.handover().status is HandoverStatus.READY
    story.change(Action.ARRIVE, "ward-east")
    assert story.episode.responsible_team == "ward-east"
    assert (story.episode.stay.level, story.episode.stay.unit) == ("bed", "east-bed")
    assert story.episode.care_team["ward"] == "ward-east"
    assert not story.episode.awaits_its_first_team


def test_a_no_leaves_the_beginner_responsible_who_asks_another_or_the_same_again() -> None:
    story = begun()
    story.change(Action.REJECT, OTHER, "no-place")
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams) == (WaitKind.NEXT_STEP, (BEGINNER,))
    ask_again(story, "home-south")
    assert story.handover(AGAIN).plan.to_team == "home-south"
    story.change(Action.ACCEPT, "home-south", reference=AGAIN)
    story.change(Action.ARRIVE, "home-south", reference=AGAIN)
    assert story.episode.responsible_team == "home-south"
    with pytest.raises(Refused, match="not a move from home"):
        story.perform(
            PlanHandover(
                actor=person("home-south"), reference="H444-4444", move=BEGINNING, urgency=BEGINNING, reason=BEGINNING
            )
        )


def test_it_may_be_asked_for_again_as_a_draft_first() -> None:
    story = begun("bed", "ward-east", "east-bed")
    story.change(Action.CANCEL, BEGINNER, "wrong ward")
    ask_again(story, None, unit="west-bed", draft=True)
    story.change(Action.REQUEST, BEGINNER, reference=AGAIN)
    assert story.handover(AGAIN).held_units == ("west-bed",)


def test_nobody_takes_a_place_that_is_not_free_and_the_beginner_waits_for_one() -> None:
    context = Context(PATHWAY, NETWORK, START, occupancy=occupied(others("east-bed", NETWORK.units["east-bed"].places)))
    story = Story("bed", team="ward-east", unit="east-bed", by=BEGINNER, context=context)
    assert story.handover().awaited_units == ("east-bed",)
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams) == (WaitKind.PLACE, (BEGINNER,))


@pytest.mark.parametrize("named", [("east-bed",), ()])
def test_whoever_asks_again_is_told_of_the_places_of_the_level_it_begins_at(named: tuple[str, ...]) -> None:
    story = begun("bed", "ward-east", "east-bed")
    again = PlanHandover(
        actor=person(BEGINNER), reference=AGAIN, move=BEGINNING, urgency=BEGINNING, reason=BEGINNING, to_units=named
    )
    found = units_to_look_at(PATHWAY, NETWORK, story.episode, again)
    beds = tuple(sorted(key for key, unit in NETWORK.units.items() if unit.level == "bed"))
    assert found == (named or beds)
    assert "east-bed" in found


def test_while_it_is_asked_for_a_pause_names_it_and_the_beginner_asks_again_afterwards() -> None:
    story = begun()
    story.perform(PauseEpisode(actor=person(BEGINNER), kind="elsewhere", cancels=H))
    story.perform(ResumeEpisode(actor=person(BEGINNER)))
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams, wait.subject) == (WaitKind.NEXT_STEP, (BEGINNER,), H)


@pytest.mark.parametrize(("end", "told_by"), [("deceased", NoticeKind.LOOK_FIRST), ("moved", NoticeKind.ENDED)])
def test_an_end_while_it_is_asked_for_tells_who_was_asked_and_taken_back_it_is_asked_for_again(
    end: str, told_by: NoticeKind
) -> None:
    story = begun()
    assert (told_by, OTHER) in told(story.end(end, team=BEGINNER))
    assert not story.handover().is_open
    assert (NoticeKind.END_TAKEN_BACK, OTHER) in told(story.perform(TakeBackEnd(actor=person(BEGINNER))))
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams, wait.subject) == (WaitKind.ANSWER, (OTHER,), H)
    assert story.episode.responsible_team == BEGINNER


@pytest.mark.parametrize("beginner", ["nobody-here", None])
def test_nobody_from_outside_the_network_begins(beginner: str | None) -> None:
    command = BeginEpisode(actor=person(beginner), reference=E, level="home", team=OTHER, handover=H)
    with pytest.raises(
        Refused, match=r"begun by a team of the network, and that is none\. Act for your own team, or ask one of these"
    ):
        begin(Context(PATHWAY, NETWORK, START), command)


def test_who_withdraws_the_request_still_owes_the_next_step() -> None:
    story = begun()
    story.change(Action.CANCEL, BEGINNER, "wrong team")
    (wait,) = waits(story.episode)
    assert (wait.kind, wait.teams) == (WaitKind.NEXT_STEP, (BEGINNER,))


def test_a_team_that_cannot_give_the_care_does_not_settle_it_and_one_that_can_does() -> None:
    story = begun()
    story.change(Action.REJECT, OTHER, "no-place")
    with pytest.raises(Refused, match=r"cannot give the care of that level\. Ask another team to take over, hand"):
        story.perform(SettleHandover(actor=person(BEGINNER), handover=H, words="we keep the patient"))
    story = Story("home", team=OTHER, by="home-south")
    story.change(Action.REJECT, OTHER, "no-place")
    story.perform(SettleHandover(actor=person("home-south"), handover=H, words="we keep the patient"))
    assert not waits(story.episode)


def test_nobody_comes_back_from_a_beginning() -> None:
    story = begun()
    story.change(Action.ACCEPT, OTHER)
    story.change(Action.ARRIVE, OTHER)
    with pytest.raises(Refused, match="the patient was where the episode began"):
        story.perform(ComeBack(actor=person(OTHER), reference=AGAIN, returns=H, cause="too-soon"))


def test_whoever_waits_for_a_place_in_a_programme_is_put_on_its_list_by_the_team_that_sees_to_it() -> None:
    programme = Programme(programme_of(cap=1))
    programme.begin("E222-2222")
    with pytest.raises(
        Refused, match=r"only the team that sees to the wait puts .* Ask home-north to begin the episode"
    ):
        programme.begin("E333-3333", team_of_actor=BEGINNER)


def test_a_request_needs_a_reference() -> None:
    command = BeginEpisode(actor=person(BEGINNER), reference=E, level="home", team=OTHER)
    with pytest.raises(Refused, match="the request has no reference"):
        begin(Context(PATHWAY, NETWORK, START), command)


@pytest.mark.parametrize(("by", "owner"), [(BEGINNER, BEGINNER), (None, "ward-east")])
def test_a_limit_of_the_level_is_the_beginners_until_the_team_that_is_asked_takes_over(
    by: str | None, owner: str
) -> None:
    story = Story("bed", team=None, unit="east-bed", context=Context(DEADLINES, NETWORK, START), by=by)
    key = declared_key("se.lus.admission-notice")
    clock = story.episode.clocks[key]
    assert clock.owner == owner
    if by:
        story.change(Action.ACCEPT, "ward-east")
        assert story.episode.clocks[key].owner == BEGINNER
        story.change(Action.ARRIVE, "ward-east")
    assert story.episode.clocks[key] == clock.model_copy(update={"owner": "ward-east"})

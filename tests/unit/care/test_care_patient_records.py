"""What a history tells of its patient's record: that it changed and through whom, never who it is."""

import pytest
from care_stories import E, Story, person, with_handover
from care_worlds import PATHWAY, PERSON_NAME

from pathways.care.actors import CLOCK, SYSTEM, Actor
from pathways.care.commands import NotePatientChange
from pathways.care.episodes import Episode
from pathways.care.events import PatientChanged
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient_records import is_of_the_dead, require_mergeable, require_part
from pathways.care.states import EpisodeStatus, HandoverStatus, PatientChange
from pathways.errors import Refused

ELSEWHERE = "E222-3333"


def noted(actor: Actor, what: PatientChange = PatientChange.MERGED, told_in: str = E) -> NotePatientChange:
    return NotePatientChange(actor=actor, what=what, told_in=told_in, joined=(E, ELSEWHERE))


@pytest.mark.parametrize("what", PatientChange)
def test_a_change_is_noted_with_who_told_it_and_where_and_changes_nothing_else(what: PatientChange) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    before = story.episode
    story.wait(minutes=1)
    decision = story.perform(noted(person("home-north"), what))
    (recorded,) = decision.events
    assert recorded.event == PatientChanged(what=what, told_in=E, joined=(ELSEWHERE,))
    assert (recorded.at, recorded.actor) == (story.now, person("home-north"))
    assert not decision.notices
    assert story.episode == before.model_copy(update={"number": before.number + 1})


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (PatientChange.LIFTING_ASKED, NoticeKind.PROTECTION_CHANGED),
        (PatientChange.UNPROTECTED, NoticeKind.PROTECTION_CHANGED),
        (PatientChange.MERGE_ASKED, NoticeKind.MERGE_ASKED),
    ],
)
def test_the_teams_that_are_to_know_of_it_are_told_but_for_one_that_has_left(
    what: PatientChange, kind: NoticeKind
) -> None:
    command = noted(person("home-north")).model_copy(update={"what": what, "tell": ("clinic-one", "gone")})
    assert [(notice.team, notice.kind) for notice in Story().perform(command).notices] == [("clinic-one", kind)]


def test_what_is_noted_holds_no_person() -> None:
    event = Story().perform(noted(person("home-north"))).events[0].event
    assert set(type(event).model_fields) == {"type", "what", "told_in", "joined"}


@pytest.mark.parametrize("actor", [person("ward-west"), person(None), CLOCK, SYSTEM])
def test_a_team_without_a_part_in_the_episode_neither_changes_nor_reads_the_record(actor: Actor) -> None:
    story = Story()
    with pytest.raises(Refused, match=f"no part in episode {E}.* Ask the responsible team") as refusal:
        story.perform(noted(actor))
    with pytest.raises(Refused):
        require_part(story.context, story.episode, actor)
    assert PERSON_NAME not in str(refusal.value)


def test_the_responsible_the_asked_and_the_consulted_have_a_part() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    for team in ("home-north", "ward-east", "clinic-one"):
        require_part(story.context, story.episode, person(team))


def test_after_a_death_those_who_follow_up_have_a_part() -> None:
    story = Story("bed", team=None, unit="west-bed")
    story.end("deceased", "ward-west")
    owners = {clock.owner for clock in story.episode.clocks.values()}
    assert owners
    for owner in owners:
        require_part(story.context, story.episode, person(owner))


def test_a_change_told_elsewhere_is_noted_by_whoever_told_it_there() -> None:
    story = Story()
    story.perform(noted(person("ward-west"), told_in=ELSEWHERE))
    assert story.episode.number == 2


def episode(reference: str, **changed: object) -> Episode:
    return Story().episode.model_copy(update={"reference": reference, **changed})


@pytest.mark.parametrize("status", [EpisodeStatus.ACTIVE, EpisodeStatus.ON_HOLD])
def test_two_running_episodes_of_one_pathway_stay_with_two_records(status: EpisodeStatus) -> None:
    with pytest.raises(Refused) as refusal:
        require_mergeable([episode("E1"), episode("E2", pathway="another")], [episode("E3", status=status)])
    assert str(refusal.value) == (
        "Cannot merge the two records: neither E1 nor E3 has ended, and both are on two-shores. "
        "Before they are merged, end the one that is not to go on: handslag end."
    )


@pytest.mark.parametrize("changed", [{"pathway": "another"}, {"status": EpisodeStatus.FINISHED}])
def test_episodes_of_which_at_most_one_is_active_on_a_pathway_may_be_of_one_patient(changed: dict[str, object]) -> None:
    for ours, theirs in (([episode("E1")], [episode("E2", **changed)]), ([], [episode("E2")])):
        require_mergeable(ours, theirs)
        require_mergeable(theirs, ours)


@pytest.mark.parametrize(("end", "is_dead"), [("deceased", True), ("moved", False)])
def test_only_the_end_that_the_pathway_calls_a_death_is_one(end: str, is_dead: bool) -> None:
    story = Story()
    assert not is_of_the_dead(PATHWAY, story.episode)
    story.end(end)
    assert is_of_the_dead(PATHWAY, story.episode) is is_dead

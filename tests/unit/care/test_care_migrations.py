"""Moving an episode to another version: what is kept, mapped, started, let go, and what needs a person."""

from dataclasses import replace

import pytest
from care_stories import H, Story, person, with_handover
from care_worlds import NETWORK, PATHWAY, SPRING, START, WORLDS
from deadline_worlds import DEADLINES, at_bed, at_home, reach
from grant_worlds import GRANTING, begun, grant, withdraw
from migration_worlds import KEEPER, LATER, fates, moved, passage, renamed, version, without
from order_worlds import ORDERING, Ordered
from programme_worlds import Programme, programme

from pathways.care.clocks import declared_key
from pathways.care.commands import ComeBack, PauseEpisode, ResumeEpisode
from pathways.care.concerned import teams_concerned
from pathways.care.decisions import migrate
from pathways.care.episodes import ClockKind
from pathways.care.events import ClockStopped
from pathways.care.meetings.commands import RaiseMatter
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.migrations.events import EpisodeMigrated
from pathways.care.migrations.fates import Fate, Passage, matters
from pathways.care.migrations.rules import migrate as rule
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient import PhaseOfIllness
from pathways.care.recording import Context, Recorder
from pathways.care.states import Action, HandoverStatus
from pathways.definition.conditions import Phase
from pathways.definition.models import Pathway
from pathways.definition.renaming import unmapped
from pathways.errors import Refused

AT_HOME = {"title": {"en": "At home"}, "responsible": "home-care", "consulted": ["clinic"]}


def test_a_calm_episode_moves_with_everything_but_its_rules_as_it_was() -> None:
    story = Story()
    before = story.episode
    decision = moved(story, version(PATHWAY))
    after = story.episode
    assert [type(recorded.event) for recorded in decision.events] == [EpisodeMigrated]
    assert (after.pathway, after.version) == ("two-shores", LATER)
    same = {"pathway": before.pathway, "version": before.version, "number": before.number}
    assert after.model_copy(update=same) == before
    assert {(owed.kind, owed.team) for owed in decision.notices} == {
        (NoticeKind.RULES_CHANGED, team) for team in ("home-north", "clinic-one", "clinic-two", "experts")
    }


def test_those_who_had_a_part_by_the_old_version_and_those_who_have_one_by_the_new_are_told_of_the_move() -> None:
    levels = PATHWAY.model_dump(mode="json", by_alias=True)["levels"]
    levels["home"]["consulted"] = ["ward"]
    story = Story()
    old = set(teams_concerned(story.context, story.episode))
    decision = moved(story, version(PATHWAY, levels=levels))
    new = set(teams_concerned(story.context, story.episode))
    told = {owed.team for owed in decision.notices if owed.kind is NoticeKind.RULES_CHANGED}
    assert told == old | new
    assert old - new
    assert new - old


def test_a_level_that_is_called_otherwise_is_mapped_and_without_it_waits_for_a_person() -> None:
    to = version(PATHWAY, levels=renamed(PATHWAY, "levels", "home", "at-home"))
    assert fates(Story(), to) == {"home": Fate.NEEDS_A_PERSON}
    assert fates(Story(), to, home="at-home") == {"home": Fate.MAPPED}
    story = Story()
    with pytest.raises(Refused, match=r"level home: the new version has no level of that name\. Name its counterpart"):
        migrate(passage(story, to))
    moved(story, to, home="at-home")
    assert story.episode.level == "at-home"
    assert story.episode.responsible_team == "home-north"
    assert len(story.episode.stays) == 1


def test_responsibility_never_moves_with_a_version() -> None:
    levels = PATHWAY.model_dump(mode="json", by_alias=True)["levels"]
    levels["home"]["responsible"] = "expert-care"
    story = Story()
    with pytest.raises(Refused, match="there expert-care is responsible, and home-north is another"):
        migrate(passage(story, version(PATHWAY, levels=levels)))


def test_a_team_that_has_left_the_network_can_carry_no_version() -> None:
    story = Story()
    teams = {key: team for key, team in NETWORK.teams.items() if key != "home-north"}
    story.context = Context(PATHWAY, NETWORK.model_copy(update={"teams": teams}), START)
    assert fates(story, version(PATHWAY))["home"] is Fate.NEEDS_A_PERSON


@pytest.mark.parametrize("places", [True, False])
def test_a_patient_at_a_unit_needs_one_of_the_level_in_the_new_version_as_well(places: bool) -> None:
    levels = PATHWAY.model_dump(mode="json", by_alias=True)["levels"]
    levels["bed"]["places"] = places
    story = Story("bed", team=None, unit="west-bed")
    expected = Fate.KEPT if places else Fate.NEEDS_A_PERSON
    assert fates(story, version(PATHWAY, levels=levels))["bed"] is expected
    renaming = version(PATHWAY, levels=renamed(PATHWAY, "levels", "bed", "ward-bed"))
    assert fates(story, renaming, bed="ward-bed")["bed"] is Fate.NEEDS_A_PERSON


def test_a_patient_at_no_unit_cannot_be_at_a_level_with_places() -> None:
    levels = PATHWAY.model_dump(mode="json", by_alias=True)["levels"]
    levels["home"]["places"] = True
    assert fates(Story(), version(PATHWAY, levels=levels))["home"] is Fate.NEEDS_A_PERSON


@pytest.mark.parametrize("status", [status for status in HandoverStatus if status not in ("received", "failed")][:6])
def test_an_open_handover_goes_on_with_the_limits_that_it_was_promised(status: HandoverStatus) -> None:
    story = with_handover(status)
    open_before = story.episode.open_handover
    clocks = dict(story.episode.clocks)
    moves = PATHWAY.model_dump(mode="json", by_alias=True)["moves"]
    moves["admit"]["urgencies"]["acute"] |= {"answer": "10 min", "arrive": "1 h"}
    if open_before is None:
        return
    decision = moved(story, version(PATHWAY, moves=moves))
    assert story.episode.open_handover == open_before
    assert dict(story.episode.clocks) == clocks
    event = decision.events[0].event
    assert isinstance(event, EpisodeMigrated)
    assert event.handover == H


def test_a_handover_that_was_requested_before_is_carried_out_after() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    levels, moves = renamed(PATHWAY, "levels", "home", "at-home"), renamed(PATHWAY, "moves", "admit", "take-in")
    for each in moves.values():
        each["from"] = ["at-home" if level == "home" else level for level in each["from"]]
        each["to"] = "at-home" if each["to"] == "home" else each["to"]
        each["if_no_place"] = None
    services = {"pump": {"title": {"en": "Pump"}, "role": "expert-care", "levels": ["at-home", "home-plus"]}}
    to = version(PATHWAY, levels=levels, moves=moves, begin_at=["at-home"], services=services)
    assert fates(story, to, home="at-home", admit="take-in") == {
        "home": Fate.MAPPED,
        H: Fate.MAPPED,
        **dict.fromkeys(story.episode.clocks, Fate.KEPT),
    }
    moved(story, to, home="at-home", admit="take-in")
    plan = story.handover().plan
    assert (plan.move, plan.from_level, plan.to_level) == ("take-in", "at-home", "bed")
    story.change(Action.ACCEPT, "ward-east")
    story.confirm("ward-east")
    story.confirm("home-north")
    story.change(Action.DEPART, "home-north")
    story.change(Action.ARRIVE, "ward-east")
    assert (story.episode.level, story.episode.responsible_team) == ("bed", "ward-east")


ADMIT = PATHWAY.model_dump(mode="json", by_alias=True)["moves"]["admit"]
MOVES = PATHWAY.model_dump(mode="json", by_alias=True)["moves"]
LEVELS = PATHWAY.model_dump(mode="json", by_alias=True)["levels"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"moves": without(PATHWAY, "moves", "admit")}, "the new version has no such move"),
        ({"moves": MOVES | {"admit": MOVES["admit"] | {"to": "rest"}}}, "its move leads elsewhere"),
        ({"moves": MOVES | {"admit": MOVES["admit"] | {"from": ["home-plus"]}}}, "its move leads elsewhere"),
        ({"moves": MOVES | {"admit": MOVES["admit"] | {"reasons": ["relief"]}}}, "its urgency or reason is not that"),
        (
            {"moves": MOVES | {"admit": ADMIT | {"urgencies": {"planned": ADMIT["urgencies"]["planned"]}}}},
            "its urgency or reason is not that",
        ),
        ({"readiness": without(PATHWAY, "readiness", "named")}, "it waits for readiness items"),
        ({"levels": LEVELS | {"bed": LEVELS["bed"] | {"responsible": "clinic"}}}, "there another role receives"),
        ({"levels": LEVELS | {"bed": LEVELS["bed"] | {"places": False}}}, "the unit that it asks is none of"),
    ],
)  # fmt: skip
def test_an_open_handover_that_does_not_fit_needs_a_person(changes: dict[str, object], why: str) -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    before = story.episode
    with pytest.raises(Refused, match=f"handover {H}: {why}.*Complete or cancel it first"):
        migrate(passage(story, version(PATHWAY, **changes)))
    assert story.episode == before


def coming_back() -> Story:
    """home-north takes a patient back who came to ward-east yesterday."""
    story = with_handover(HandoverStatus.COMPLETED)
    command = ComeBack(actor=person("ward-east"), reference="H222-3333", returns=H, cause="too-soon")
    story.perform(command)
    return story


def test_a_coming_back_goes_on_where_the_new_version_knows_of_it() -> None:
    assert fates(coming_back(), version(PATHWAY))["H222-3333"] is Fate.KEPT
    assert fates(coming_back(), version(PATHWAY, coming_back=None))["H222-3333"] is Fate.NEEDS_A_PERSON


def test_the_cause_of_a_coming_back_is_recorded_before_its_names_go_away() -> None:
    story = coming_back()
    story.change(Action.ACCEPT, "home-north", reference="H222-3333")
    story.change(Action.DEPART, "ward-east", reference="H222-3333")
    story.change(Action.ARRIVE, "home-north", reference="H222-3333")
    (clock,) = [key for key, clock in story.episode.clocks.items() if clock.kind is ClockKind.RETURN_CAUSE]
    assert fates(story, version(PATHWAY))[clock] is Fate.KEPT
    assert fates(story, version(PATHWAY, coming_back=None))[clock] is Fate.NEEDS_A_PERSON


def test_nobody_comes_back_by_a_way_that_the_new_version_does_not_know() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    moved(story, version(PATHWAY, moves=without(PATHWAY, "moves", "admit"), readiness={}))
    with pytest.raises(Refused, match="the version that the episode goes by now does not know that way"):
        story.perform(ComeBack(actor=person("ward-east"), reference="H222-3333", returns=H, cause="too-soon"))


def test_teams_of_levels_that_the_new_version_does_not_know_still_had_a_part() -> None:
    story = with_handover(HandoverStatus.COMPLETED)
    levels = without(PATHWAY, "levels", "home")
    moved(story, version(PATHWAY, levels=levels, moves={}, services={}, begin_at=["bed"]))
    story.end("moved", "home-north")
    assert story.episode.has_ended


def test_a_pause_goes_on_if_the_new_version_knows_its_reason() -> None:
    story = Story()
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    assert fates(story, version(PATHWAY))["elsewhere"] is Fate.KEPT
    assert fates(story, version(PATHWAY, pauses={}))["elsewhere"] is Fate.NEEDS_A_PERSON


def running(story: Story) -> dict[str, object]:
    return {key: clock.due_at for key, clock in story.episode.clocks.items() if clock.kind is ClockKind.DECLARED}


def test_a_declared_clock_is_kept_mapped_let_go_or_left_to_a_person() -> None:
    story = at_bed(START)
    ready = next(iter(DEADLINES.milestones))
    starts = [name for name, clock in DEADLINES.clocks.items() if any(t.milestone == ready for t in clock.starts)]
    reach(story, ready)
    name = starts[0]
    key, due = declared_key(name), running(story)
    assert key in due

    assert fates(story, version())[key] is Fate.KEPT
    lost = version(clocks=without(DEADLINES, "clocks", name))
    assert fates(story, lost)[key] is Fate.NEEDS_A_PERSON
    assert fates(story, lost, name)[key] is Fate.LET_GO
    called = version(clocks=renamed(DEADLINES, "clocks", name, "another"))
    to = passage(story, called).command.model_copy(update={"names": {name: "another"}})
    assert to.names == {name: "another"}

    mapped = at_bed(START)
    reach(mapped, ready)
    mapped_passage = passage(mapped, called)
    mapped_passage = type(mapped_passage)(mapped_passage.context, mapped_passage.old, mapped_passage.episode, to)
    decision = migrate(mapped_passage)
    kept = {each.key: each for each in decision.episode.clocks.values()}
    assert kept[declared_key("another")].due_at == due[key]
    assert key not in kept
    assert unmapped(DEADLINES, called, {name: "another"}) == []
    assert unmapped(DEADLINES, called, {name: "third", "nothing": "another"}) == [name, "nothing"]

    story.now = story.episode.clocks[key].due_at
    assert story.pass_clock(key).notices
    decision = moved(story, lost, name)
    assert all(owed.subject != key for owed in story.outbox)
    stopped = [each.event for each in decision.events if isinstance(each.event, ClockStopped)]
    assert [(event.key, event.outcome) for event in stopped] == [(key, "withdrawn")]
    assert key not in story.episode.clocks


def test_a_clock_is_not_mapped_to_one_that_runs_already() -> None:
    story = at_bed(START)
    reach(story, next(iter(DEADLINES.milestones)))
    first, second, *_ = [key.partition("/")[2] for key in running(story)]
    found = passage(story, version(clocks=without(DEADLINES, "clocks", first)))
    command = found.command.model_copy(update={"names": {first: second}})
    with pytest.raises(Refused, match="the clock that it would become runs already"):
        migrate(type(found)(found.context, found.old, found.episode, command))


REVIEWED = {
    "title": {"en": "Review"},
    "role": "home-care",
    "starts": [{"level": "home"}],
    "stops": [{"milestone": "looked-at"}, {"leaves": "home"}],
    "limit": "14 days",
    "repeat": "1 day",
}
REVIEW = version(
    PATHWAY, clocks={"stay.review": REVIEWED}, milestones={"looked-at": {"title": {"en": "Looked at"}}}
)  # fmt: skip


def test_a_clock_that_only_the_new_version_has_for_this_level_runs_from_the_move_on() -> None:
    story = Story()
    story.wait(days=30)
    assert fates(story, REVIEW)["stay.review"] is Fate.STARTS
    moved(story, REVIEW)
    clock = story.episode.clocks[declared_key("stay.review")]
    assert clock.started_at == story.now
    assert clock.owner == "home-north"
    assert fates(Story("home-plus", team=None), REVIEW) == {"home-plus": Fate.KEPT}


def test_what_was_looked_at_before_is_not_asked_for_again() -> None:
    declared = DEADLINES.model_dump(mode="json", by_alias=True)
    story = at_home(START)
    milestone = next(iter(DEADLINES.milestones))
    reach(story, milestone, "home-north")
    again = {**REVIEWED, "stops": [{"milestone": milestone}]}
    to = version(clocks=declared["clocks"] | {"stay.review": again})
    assert "stay.review" not in fates(story, to)
    assert fates(at_home(START), to)["stay.review"] is Fate.STARTS


def test_a_phase_that_only_the_new_version_limits_has_its_clock_from_the_move_on() -> None:
    story = Story(context=Context(version(PATHWAY, phases={}), NETWORK, START))
    story.note(PhaseOfIllness(phase=Phase.UNSTABLE))
    assert fates(story, PATHWAY)[ClockKind.PHASE] is Fate.STARTS
    assert ClockKind.PHASE.value not in story.episode.clocks
    story.wait(hours=100)
    moved(story, PATHWAY)
    assert story.episode.clocks[ClockKind.PHASE.value].started_at == story.now


def test_services_follow_the_new_version_and_those_who_do_them_are_told() -> None:
    services = {"pump": {"title": {"en": "Pump"}, "role": "expert-care", "levels": ["home-plus"]}}
    story = Story()
    decision = moved(story, version(PATHWAY, services=services))
    assert story.episode.paused_services == ("pump",)
    paused = NoticeKind.SERVICES_PAUSED
    assert [(owed.kind, owed.team) for owed in decision.notices if owed.kind is paused] == [(paused, "experts")]


def test_the_care_team_is_that_of_the_roles_of_the_new_version() -> None:
    roles = without(PATHWAY, "roles") | {"nurse": {"en": "Nurse"}}
    assert moved(Story(), version(PATHWAY, roles=roles)).episode.care_team == {
        "home-care": "home-north",
        "expert-care": "experts",
    }
    story = Story(care_team={"clinic": "clinic-two"})
    moved(story, version(PATHWAY, roles=roles))
    assert story.episode.care_team == {"home-care": "home-north", "expert-care": "experts", "clinic": "clinic-two"}


def test_what_has_ended_or_goes_by_the_version_already_stays() -> None:
    story = Story()
    with pytest.raises(Refused, match="goes by that version already"):
        migrate(passage(story, PATHWAY))
    story.end()
    with pytest.raises(Refused, match=r"it has ended\. Leave it on its version\."):
        migrate(passage(story, version(PATHWAY)))


def test_the_fate_of_each_part_is_given_with_the_decision() -> None:
    story = Story()
    found = passage(story, version(PATHWAY))
    recorder = Recorder(found.context, story.episode, found.command.actor)
    assert [matter.fate for matter in rule(recorder, found)] == [Fate.KEPT]


def test_a_grant_goes_on_if_the_new_version_knows_its_package_and_services() -> None:
    story = begun()
    grant(story)
    fewer = version(GRANTING, packages=without(GRANTING, "packages", "household"), swaps=None)
    assert fates(story, version(GRANTING))["household-1"] is Fate.KEPT
    assert fates(story, fewer)["household-1"] is Fate.NEEDS_A_PERSON
    withdraw(story)
    assert "household-1" not in fates(story, fewer)


def test_what_was_raised_for_a_meeting_is_decided_there_before_a_version_without_it() -> None:
    story = begun()
    story.perform(RaiseMatter(actor=person("home-north"), meeting="triage"))
    (key,) = story.episode.clocks
    assert fates(story, version(GRANTING))[key] is Fate.KEPT
    assert fates(story, version(GRANTING, meetings={}))[key] is Fate.NEEDS_A_PERSON


def in_programme(programme: Programme, reference: str, to: Pathway) -> dict[str, Fate]:
    command = MigrateEpisode(actor=KEEPER)
    found = Passage(replace(programme.context, pathway=to), programme.pathway, programme.episodes[reference], command)
    return {matter.name: matter.fate for matter in matters(found)}


def test_a_programme_is_entered_by_enrolment_and_left_by_no_change_of_version() -> None:
    shores = Programme(pathway=programme(cap=1))
    enrolled, waits = "E222-2222", "E222-3333"
    shores.begin(enrolled)
    shores.begin(waits)
    later = version(shores.pathway)
    plain = version(PATHWAY)
    assert set(in_programme(shores, enrolled, later).values()) == {Fate.KEPT}
    assert set(in_programme(shores, waits, later).values()) == {Fate.KEPT}
    assert in_programme(shores, waits, plain)["two-shores"] is Fate.NEEDS_A_PERSON
    assert in_programme(shores, enrolled, plain)["two-shores"] is Fate.KEPT
    assert fates(Story(), version(shores.pathway))["two-shores"] is Fate.NEEDS_A_PERSON
    measured = [name for name, fate in in_programme(shores, enrolled, plain).items() if fate is Fate.NEEDS_A_PERSON]
    assert measured == [
        key for key, clock in shores.episodes[enrolled].clocks.items() if clock.kind is ClockKind.MEASURE
    ]
    assert measured


def test_a_contact_that_answers_for_two_closed_teams_is_told_of_both() -> None:
    services = {
        name: {"title": {"en": name}, "role": "clinic", "levels": levels}
        for name, levels in (("meals", ["bed"]), ("walks", ["home"]))
    }
    pathway, network = WORLDS[1]
    story = Story(context=Context(version(pathway, services=services), network, SPRING))
    story.perform(PauseEpisode(actor=person("home-north"), kind="elsewhere"))
    decision = story.perform(ResumeEpisode(actor=person("home-north")))
    told = [owed for owed in decision.notices if owed.kind is NoticeKind.SERVICES_RESUMED]
    assert {owed.subject for owed in told} == {"services/clinic-one", "services/clinic-two"}
    assert len({owed.key for owed in told}) == len(told) == 2


def test_an_order_goes_on_where_its_treatment_is_given_and_otherwise_waits_for_a_person() -> None:
    story = Ordered()
    story.place("20:00")
    moved_there = version(ORDERING)
    without_drip = version(ORDERING, treatments=without(ORDERING, "treatments", "drip"))
    elsewhere = ORDERING.model_dump(mode="json", by_alias=True)["treatments"]
    elsewhere["drip"]["levels"] = ["home-plus"]
    assert fates(story, moved_there)["1"] is Fate.KEPT
    assert fates(story, without_drip)["1"] is Fate.NEEDS_A_PERSON
    assert fates(story, version(ORDERING, treatments=elsewhere))["1"] is Fate.NEEDS_A_PERSON
    order = story.episode.orders[1]
    moved(story, moved_there)
    assert story.episode.orders[1] == order
    story.stop()
    assert "1" not in fates(story, version(ORDERING, in_force_from="2028-01-01", treatments={}))


def test_a_fixed_contact_is_asked_for_from_the_move_on_where_the_old_version_did_not() -> None:
    story = Story()
    asks = version(PATHWAY, fixed_contact=ORDERING.model_dump(mode="json", by_alias=True)["fixed_contact"])
    assert fates(story, asks)["fixed-contact"] is Fate.STARTS
    moved(story, asks)
    clock = story.episode.clocks["fixed-contact"]
    assert (clock.started_at, clock.owner) == (story.now, "home-north")
    again = version(PATHWAY, in_force_from="2028-01-01")
    assert fates(story, again)["fixed-contact"] is Fate.NEEDS_A_PERSON
    assert fates(story, version(asks, in_force_from="2028-01-01"))["fixed-contact"] is Fate.KEPT


def test_what_was_begun_for_another_team_moves_while_that_is_asked_and_can_still_be_taken_over() -> None:
    def asked() -> Story:
        return Story(team="home-north", by="home-south")

    to = version(PATHWAY, levels=renamed(PATHWAY, "levels", "home", "at-home"))
    kept = fates(asked(), to, home="at-home")
    assert (kept["home"], kept[H]) == (Fate.MAPPED, Fate.KEPT)
    assert fates(asked(), to)[H] is Fate.NEEDS_A_PERSON
    story = asked()
    moved(story, to, home="at-home")
    story.change(Action.ACCEPT, "home-north")
    story.change(Action.ARRIVE, "home-north")
    assert (story.episode.level, story.episode.responsible_team) == ("at-home", "home-north")


def test_what_a_team_of_another_role_began_is_moved_after_it_was_taken_over() -> None:
    with pytest.raises(Refused, match="there home-care is responsible, and clinic-one is another"):
        migrate(passage(Story(by="clinic-one"), version(PATHWAY)))


@pytest.mark.parametrize("words", ["\x1b[31m", "\ud800", "½" * 5_000], ids=["control", "half", "too-long"])
def test_the_words_of_a_move_are_judged_as_those_of_every_command(words: str) -> None:
    for given in (passage(Story(), version(PATHWAY), words), passage(Story(), version(PATHWAY), home=words)):
        with pytest.raises(Refused, match="text"):
            migrate(given)

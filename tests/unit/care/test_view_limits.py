"""An organisation that the patient does not let see an episode: what is refused, and that nothing is left to it."""

from datetime import timedelta

import pytest
from care_commands import anything, numbers, pick, possible_plan, possible_step
from care_invariants import ALWAYS
from care_stories import E, H, Story, person, told
from care_worlds import NETWORK, PATHWAY, START, TEAMS, WORLDS
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from made_up_facts import STABLE, TODAY, TOMORROW

from pathways.access.relations import UNRELATED, relations_of
from pathways.access.table import Relation, Role
from pathways.access.users import Membership
from pathways.care import view_limits
from pathways.care.actors import CLOCK, SYSTEM
from pathways.care.commands import ComeBack, Command, EndEpisode, NotePatientChange, PassClock, RecordFact
from pathways.care.concerned import teams_concerned, teams_ever_concerned, teams_standing_in
from pathways.care.continuity.values import Continuity, FixedContact
from pathways.care.joint_visits.values import JointVisit, JointVisitStatus
from pathways.care.notice_kinds import NoticeKind
from pathways.care.notice_parts import CLOSING
from pathways.care.patient import ViewLimit, WordOf
from pathways.care.patient_records import require_part
from pathways.care.recording import Context
from pathways.care.states import Action, PatientChange
from pathways.care.view_limits import somebody_remains
from pathways.care.viewing import hidden_from, hidden_teams, holding, may_see, network_that_sees
from pathways.errors import NotFound, Refused

NORTH, SOUTH = "north-shore", "south-shore"
OF_SOUTH = {key for key, team in NETWORK.teams.items() if team.organisation == SOUTH}


def limit(organisation: str = SOUTH, *, is_limited: bool = True) -> ViewLimit:
    return ViewLimit(organisation=organisation, is_limited=is_limited, said_by=WordOf.PATIENT, said_on=TODAY)


def record(story: Story, fact: ViewLimit, team: str = "home-north") -> None:
    story.perform(RecordFact(actor=person(team), fact=fact))


def at_home() -> Story:
    """At home, with the region not seeing it."""
    story = Story()
    record(story, limit())
    return story


def member(team: str) -> Membership:
    return Membership(network="shores", team=team, role=Role.COORDINATOR)


def test_whoever_may_not_see_has_no_part_and_all_others_keep_theirs() -> None:
    before, story = Story(), at_home()
    assert {"clinic-one", "clinic-two"} < set(teams_concerned(before.context, before.episode))
    seen = story.context.about(story.episode)
    assert set(teams_concerned(seen, story.episode)) == {"home-north"}
    assert OF_SOUTH.isdisjoint(teams_ever_concerned(seen, story.episode))
    assert OF_SOUTH.isdisjoint(teams_standing_in(seen, story.episode))
    for team in TEAMS:
        found = relations_of(story.context, story.episode, member(team), timedelta(days=30), START)
        assert (found == UNRELATED) == (team in OF_SOUTH or found == {Relation.UNRELATED})
        assert may_see(NETWORK, story.episode, team) == (team not in OF_SOUTH)
    assert Relation.RESPONSIBLE in relations_of(story.context, story.episode, member("home-north"), timedelta(0))


def test_a_decision_knows_at_once_whom_the_episode_concerns() -> None:
    story = at_home()
    decision = story.decide(RecordFact(actor=person("home-north"), fact=STABLE))
    assert set(decision.concerned) == {"home-north"}
    lifted = story.perform(RecordFact(actor=person("home-north"), fact=limit(is_limited=False)))
    assert {"clinic-one", "clinic-two"} < set(lifted.concerned)
    assert hidden_from(story.episode) == frozenset()


def test_what_is_unsent_is_withdrawn_but_for_what_closes_a_matter() -> None:
    story = Story()
    story.plan("strengthen", "planned", reason="worse")
    story.change(Action.CANCEL, "home-north", "relief")
    assert (NoticeKind.CANCELLED, "experts") in {(owed.kind, owed.team) for owed in story.outbox}
    record(story, limit())
    left = [owed for owed in story.outbox if owed.team in OF_SOUTH]
    assert left
    assert {owed.kind for owed in left} <= set(CLOSING)


@pytest.mark.parametrize("team", ["home-south", "clinic-one"])
def test_only_the_responsible_team_says_who_may_see(team: str) -> None:
    story = Story(care_team={"home-care": "home-north"})
    with pytest.raises(Refused, match="Cannot record who may see the episode"):
        record(story, limit(), team)


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (limit(NORTH), "that is no other organisation of the network. Choose one of: south-shore"),
        (limit("nowhere"), "that is no other organisation of the network"),
        (limit(is_limited=False), "it may see it already. Nothing needs to be done"),
        (limit().model_copy(update={"said_on": TOMORROW}), "that day has not come yet"),
        (limit(), "at some hours nobody else answers than that organisation, the network's last resort"),
    ],
)
def test_what_cannot_be_so_is_refused_in_a_sentence(fact: ViewLimit, sentence: str) -> None:
    story = Story(context=Context(*WORLDS[1], START))
    with pytest.raises(Refused, match=sentence):
        record(story, fact)


def test_who_is_asked_is_not_cut_off_before_the_handover_is_closed() -> None:
    story = Story()
    story.plan()
    with pytest.raises(Refused, match=f"a team of it has a part in handover {H}. Complete or cancel"):
        record(story, limit())
    draft = Story()
    draft.plan(draft=True)
    with pytest.raises(Refused, match=f"a team of it has a part in handover {H}"):
        record(draft, limit())


def test_a_team_that_became_one_of_the_limited_organisation_lifts_the_limit_and_makes_none() -> None:
    story = at_home()
    home = NETWORK.teams["home-north"].model_copy(update={"organisation": SOUTH})
    story.context = Context(PATHWAY, NETWORK.model_copy(update={"teams": {**NETWORK.teams, "home-north": home}}), START)
    with pytest.raises(Refused, match="that is no other organisation"):
        record(story, limit())
    record(story, limit(is_limited=False))
    assert hidden_from(story.episode) == frozenset()


def test_who_owes_something_is_not_cut_off() -> None:
    story = Story()
    story.perform(EndEpisode(actor=person("home-north"), end="deceased"))
    with pytest.raises(Refused, match="experts still has something to do in it"):
        record(story, limit())


def test_who_is_to_visit_or_is_the_fixed_contact_is_not_cut_off() -> None:
    episode, context = Story().episode, Story().context
    visit = JointVisit(name="joint-visit-1", team="home-north", with_team="clinic-one", at=START)
    held = visit.model_copy(update={"name": "earlier", "status": JointVisitStatus.HELD})
    with_visit = episode.model_copy(update={"joint_visits": {"earlier": held, visit.name: visit}})
    assert "clinic-one" in holding(with_visit)
    fault = view_limits.fault_of(context, with_visit, "home-north", limit())
    assert fault
    assert str(fault[0]) == "a joint visit with a team of it is to come"
    contact = FixedContact(name="Bo Påhittad", team="clinic-one", since=START)
    with_contact = episode.model_copy(update={"continuity": Continuity(contact=contact)})
    fault = view_limits.fault_of(context, with_contact, "home-north", limit())
    assert fault
    assert str(fault[0]) == "the fixed contact is of that organisation"


def test_whoever_may_not_see_is_neither_asked_nor_taken_for_granted() -> None:
    story = at_home()
    with pytest.raises(Refused, match=r"ward-east cannot be asked: the patient has said that its organisation may"):
        story.plan(unit="east-bed")
    with pytest.raises(Refused, match=r"experts cannot be asked: .* Record first that it may see this again"):
        story.plan("strengthen", "planned", reason="worse")
    with pytest.raises(Refused, match=r"ward-east cannot be asked"):
        story.plan("relieve", "acute")
    assert story.episode.open_handover is None


def test_for_whoever_may_not_see_there_is_no_such_episode() -> None:
    story = at_home()
    for team in sorted(OF_SOUTH):
        with pytest.raises(NotFound, match=f"There is no episode {E}"):
            story.decide(RecordFact(actor=person(team), fact=STABLE))
        with pytest.raises(NotFound, match=f"There is no episode {E}"):
            require_part(story.context.about(story.episode), story.episode, person(team))


def test_nobody_comes_back_to_whoever_may_not_see() -> None:
    story = at_home()
    with pytest.raises(Refused):
        story.decide(ComeBack(actor=person("home-north"), reference="H222-2223", returns=H, cause="too-soon"))


def test_a_death_is_told_to_nobody_who_may_not_see_and_their_follow_up_is_the_responsible_teams() -> None:
    story = at_home()
    decision = story.perform(EndEpisode(actor=person("home-north"), end="deceased"))
    assert OF_SOUTH.isdisjoint(team for _kind, team in told(decision))
    assert {clock.owner for clock in story.episode.clocks.values()} == {"home-north"}


def test_after_the_end_it_is_still_said_who_may_see() -> None:
    story = at_home()
    story.perform(EndEpisode(actor=person("home-north"), end="moved"))
    record(story, limit(is_limited=False))
    assert hidden_from(story.episode) == frozenset()


def test_a_change_of_protection_is_told_to_those_alone_who_may_see() -> None:
    story = at_home()
    command = NotePatientChange(
        actor=person("home-north"), what=PatientChange.UNPROTECTED, told_in=E, tell=("experts", "home-south")
    )
    assert told(story.decide(command)) == {(NoticeKind.PROTECTION_CHANGED, "home-south")}
    asked = command.model_copy(update={"what": PatientChange.MERGE_ASKED})
    assert told(story.decide(asked)) == {(NoticeKind.MERGE_ASKED, "home-south")}


def test_a_team_that_is_responsible_sees_its_patient_whatever_a_network_file_makes_of_its_organisation() -> None:
    story = at_home()
    moved = {**NETWORK.teams, "home-north": NETWORK.teams["home-north"].model_copy(update={"organisation": SOUTH})}
    network = NETWORK.model_copy(update={"teams": moved})
    assert hidden_teams(network, story.episode) == OF_SOUTH
    assert "home-north" in network_that_sees(network, story.episode).teams


def test_the_network_without_them_is_made_once_and_again_where_the_network_is_another() -> None:
    story = at_home()
    first = network_that_sees(NETWORK, story.episode)
    assert network_that_sees(NETWORK, story.episode) is first
    assert set(first.teams) == {"home-north", "home-south"}
    assert first.units == {}
    assert first.last_resort is None
    for _number in range(70):
        other = NETWORK.model_copy()
        assert network_that_sees(other, story.episode) is not first
    assert network_that_sees(NETWORK, story.episode) == first


def test_their_teams_cover_nobody() -> None:
    _pathway, network = WORLDS[1]
    seen = network_that_sees(network, at_home().episode)
    assert network.teams["home-north"].covered_by == "experts"
    assert seen.teams["home-north"].covered_by is None


@pytest.mark.parametrize(("theirs", "remains"), [({"experts"}, True), ({"ward-east"}, True)])
def test_somebody_remains_where_all_desks_are_always_open(theirs: set[str], remains: bool) -> None:
    assert somebody_remains(NETWORK, PATHWAY.roles, theirs) is remains


class Limited(RuleBasedStateMachine):
    """An episode whose patient says now and then who may see it, asked for anything by anybody."""

    story: Story

    @initialize(
        begun=st.sampled_from([("home", "home-north", None), ("home-plus", None, None), ("bed", None, "west-bed")]),
        number=numbers,
    )
    def begin(self, begun: tuple[str, str | None, str | None], number: int) -> None:
        level, team, unit = begun
        self.story = Story(level, team=team, unit=unit, context=Context(*pick(WORLDS, number), START))

    def ask(self, command: Command) -> None:
        """Ask for it; whoever may not see by then is told nothing but that something is over."""
        try:
            decision = self.story.perform(command)
        except Refused:
            return
        hidden = self.hidden()
        assert hidden.isdisjoint(decision.concerned)
        assert hidden.isdisjoint(owed.team for owed in decision.notices)

    def hidden(self) -> set[str]:
        """The teams of the organisations that may not see the episode, without any exception."""
        organisations = hidden_from(self.story.episode)
        return {key for key, team in NETWORK.teams.items() if team.organisation in organisations}

    @rule(organisation=st.sampled_from([NORTH, SOUTH]), is_limited=st.booleans())
    def say_who_may_see(self, organisation: str, is_limited: bool) -> None:
        self.ask(
            RecordFact(actor=person(self.story.episode.stay.team), fact=limit(organisation, is_limited=is_limited))
        )

    @rule(command=anything)
    def ask_for_anything(self, command: Command) -> None:
        self.ask(command)

    @precondition(lambda self: self.story.episode.open_handover is not None)
    @rule(number=numbers)
    def go_on(self, number: int) -> None:
        handover = self.story.episode.open_handover
        assert handover
        self.ask(possible_step(handover, number))

    @rule(number=numbers)
    def plan_a_move(self, number: int) -> None:
        if not self.story.episode.has_ended and self.story.episode.open_handover is None:
            self.ask(possible_plan(self.story.episode, number, is_draft=number % 5 == 0))

    @rule(hours=st.integers(0, 400))
    def time_goes_by(self, hours: int) -> None:
        self.story.wait(hours=hours)
        for key in self.story.episode.clocks:
            self.ask(PassClock(actor=CLOCK, key=key))

    @invariant()
    def nobody_is_cut_off_who_has_something_to_do(self) -> None:
        episode, hidden = self.story.episode, self.hidden()
        handover = episode.open_handover
        assert episode.stay.team not in hidden
        assert hidden.isdisjoint(clock.owner for clock in episode.clocks.values())
        assert handover is None or hidden.isdisjoint(each.team for each in handover.asked)
        assert hidden == hidden_teams(NETWORK, episode)
        assert hidden.isdisjoint(owed.team for owed in self.story.outbox if owed.kind not in CLOSING)
        for claim in ALWAYS:
            claim(self.story)

    @invariant()
    def whoever_may_not_see_is_a_stranger(self) -> None:
        for team in self.hidden():
            found = relations_of(
                self.story.context, self.story.episode, member(team), timedelta(days=30), self.story.now
            )
            assert found == UNRELATED


TestLimitsCutNobodyOff = Limited.TestCase
TestLimitsCutNobodyOff.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_system_itself_sees_every_episode() -> None:
    story = at_home()
    assert may_see(NETWORK, story.episode, SYSTEM.team)

"""How an episode begins: which team and unit carry a level, and what is refused."""

from collections.abc import Mapping

import pytest
from care_stories import E, H, Story, person
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START, jonkoping

from pathways.care.actors import CLOCK, SYSTEM, Actor, ActorKind
from pathways.care.commands import BeginEpisode
from pathways.care.decisions import begin
from pathways.care.episodes import Episode, Stay
from pathways.care.events import EpisodeBegan
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus
from pathways.definition.networks import Network
from pathways.errors import Refused


def begun(
    level: str,
    team: str | None = None,
    unit: str | None = None,
    care_team: Mapping[str, str] | None = None,
    network: Network = NETWORK,
    by: str = "clinic-one",
) -> Episode:
    """Begun by the team that is to be responsible, which another has found."""
    command = BeginEpisode(
        actor=person(by), reference=E, level=level, team=team, unit=unit, care_team=care_team or {}, handover=H
    )
    context = Context(PATHWAY, network, START)
    asked = begin(context, command).episode.open_handover
    own = command.model_copy(update={"actor": person(asked.plan.to_team if asked else by)})
    return begin(context, own).episode


def without(*teams: str) -> Network:
    units = {key: unit for key, unit in NETWORK.units.items() if unit.team not in teams}
    kept = {key: team for key, team in NETWORK.teams.items() if key not in teams}
    return NETWORK.model_copy(update={"teams": kept, "units": units})


def test_an_episode_begins_active_with_one_open_stay_under_one_responsible_team() -> None:
    story = Story("home", team="home-north")
    assert story.episode.status is EpisodeStatus.ACTIVE
    assert story.episode.responsible_team == "home-north"
    assert story.episode.stays == (Stay(level="home", team="home-north", unit=None, from_at=START),)
    assert (story.episode.reference, story.episode.number, story.episode.began_at) == (E, 1, START)
    assert (story.episode.pathway, story.episode.version) == (PATHWAY.pathway, PATHWAY.in_force_from)
    assert not story.owed
    assert isinstance(story.history[0].event, EpisodeBegan)


def test_the_only_team_for_a_level_need_not_be_named() -> None:
    assert begun("home-plus").responsible_team == "experts"


def test_where_there_are_several_teams_one_must_be_named() -> None:
    with pytest.raises(Refused, match=r"several choices of team for home\. Name one of: home-north, home-south\."):
        begun("home")


def test_of_several_teams_ones_own_need_not_be_named() -> None:
    episode = begun("home", by="home-south")
    assert (episode.responsible_team, episode.open_handover) == ("home-south", None)
    assert begun("home", care_team={"home-care": "home-north"}, by="home-south").responsible_team == "home-north"
    assert begun("bed", by="ward-east").stay.unit == "east-bed"


def test_the_only_unit_of_a_team_need_not_be_named() -> None:
    assert begun("bed", team="ward-east").stay.unit == "east-bed"


def test_naming_the_unit_names_its_team() -> None:
    stay = begun("bed", unit="west-annex").stay
    assert (stay.team, stay.unit) == ("ward-west", "west-annex")


def test_where_a_team_has_several_units_one_must_be_named() -> None:
    with pytest.raises(Refused, match=r"several choices of unit for bed\. Name one of: west-bed, west-annex\."):
        begun("bed", team="ward-west")


@pytest.mark.parametrize(
    ("level", "team", "unit", "sentence"),
    [
        ("rest", None, None, r"cannot begin at that level\. Begin at one of: home, home-plus, bed\."),
        (PERSON_NAME, None, None, r"cannot begin at that level\."),
        ("home", "experts", None, r"not a team for home in this network\. Choose one of: home-north, home-south\."),
        ("home", PERSON_NAME, None, r"not a team for home in this network\."),
        ("home", "home-north", "east-bed", r"The level home has no units\. Leave the unit out\."),
        ("bed", "home-north", None, r"not a team for bed in this network\. Choose one of: ward-east, ward-west\."),
        ("bed", "ward-west", "east-bed", r"not a unit for bed in this network\. Choose one of: west-bed, west-annex\."),
        ("bed", None, "east-rest", r"not a unit for bed in this network\."),
        ("bed", None, PERSON_NAME, r"not a unit for bed in this network\."),
    ],
)
def test_a_beginning_that_cannot_be_is_refused_with_the_choices(
    level: str, team: str | None, unit: str | None, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        begun(level, team, unit)
    assert PERSON_NAME not in str(refusal.value)


def test_a_unit_is_carried_by_a_team_of_the_role_that_is_responsible() -> None:
    """Two pathways of one network may have a level of the same name."""
    units = {**NETWORK.units, "clinic-bed": NETWORK.units["east-bed"].model_copy(update={"team": "clinic-one"})}
    network = NETWORK.model_copy(update={"units": units})
    with pytest.raises(Refused, match="not a unit for bed"):
        begun("bed", unit="clinic-bed", network=network)


def test_only_a_team_of_the_network_begins_an_episode() -> None:
    for actor in (person(PERSON_NAME), person(None), CLOCK, SYSTEM):
        command = BeginEpisode(actor=actor, reference=E, level="home", team="home-north", handover=H)
        with pytest.raises(
            Refused,
            match=r"and that is none\. Act for your own team, or ask one of these to begin it: home-n",
        ) as no:
            begin(Context(PATHWAY, NETWORK, START), command)
        assert PERSON_NAME not in str(no.value)


def test_a_network_without_a_team_for_the_level_is_refused_and_says_so() -> None:
    with pytest.raises(Refused, match=r"This network has no team for home-plus\. Ask those who keep"):
        begun("home-plus", network=without("experts"))
    with pytest.raises(Refused, match="This network has no unit for bed"):
        begun("bed", network=without("ward-east", "ward-west"))


def test_the_patients_own_teams_are_those_named_those_that_are_alone_and_the_responsible_one() -> None:
    episode = begun("home", care_team={"home-care": "home-south", "clinic": "clinic-two"})
    assert episode.responsible_team == "home-south"
    assert episode.care_team == {"home-care": "home-south", "clinic": "clinic-two", "expert-care": "experts"}


def test_the_team_that_begins_is_the_patients_own_for_its_role() -> None:
    assert begun("bed", unit="west-bed").care_team == {"expert-care": "experts", "ward": "ward-west"}


@pytest.mark.parametrize(
    ("care_team", "sentence"),
    [
        (
            {PERSON_NAME: "experts"},
            r"not a role of this pathway\. Choose among: home-care, expert-care, ward, clinic\.",
        ),
        ({"clinic": "experts"}, r"not a team for the role clinic in this network\. Choose one of: clinic-one"),
        ({"clinic": PERSON_NAME}, r"not a team for the role clinic in this network\."),
    ],
)
def test_a_team_around_the_patient_must_have_its_role(care_team: Mapping[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        begun("home", "home-north", care_team=care_team)
    assert PERSON_NAME not in str(refusal.value)


def test_the_catalogues_pathway_begins_with_its_demonstration_network() -> None:
    pathway, network = jonkoping()
    context = Context(pathway, network, START)
    assert Story("home", team=None, context=context).episode.responsible_team == "municipal-palliative-team"
    assert Story("home-specialised", team=None, context=context).episode.responsible_team == "ssih-jonkoping"
    assert Story("hospital-bed", team=None, unit="varnamo", context=context).episode.responsible_team == "ward-varnamo"


@pytest.mark.parametrize("kind", [ActorKind.CLOCK, ActorKind.SYSTEM])
@pytest.mark.parametrize("part", ["team", "name"])
def test_only_a_person_has_a_team_and_a_name(kind: ActorKind, part: str) -> None:
    with pytest.raises(ValueError, match="only a person has a team and a name"):
        Actor.model_validate({"kind": kind, part: "experts"})
    assert CLOCK.team is SYSTEM.team is None


def test_a_program_begins_nothing_unless_it_names_the_person_who_does() -> None:
    program = Actor(kind=ActorKind.PERSON, team="home-north", via="api", is_identified=True)
    command = BeginEpisode(actor=program, reference=E, level="home", team="home-north")
    with pytest.raises(Refused, match=r"a program cannot promise by itself that a team takes the patient on\."):
        begin(Context(PATHWAY, NETWORK, START), command)
    named = program.model_copy(update={"name": PERSON_NAME, "is_identified": False})
    assert begin(Context(PATHWAY, NETWORK, START), command.model_copy(update={"actor": named})).episode.number == 1

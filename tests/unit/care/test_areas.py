"""Districts and providers: which of the network's teams come into question where a patient lives."""

import pytest
from care_stories import Story, person
from care_worlds import NETWORK, PATHWAY, PERSON_NAME, START
from grant_worlds import AREA, GRANTING, HOME
from grant_worlds import begun as begun_in_the_area

from pathways.care.clocks import declared_key
from pathways.care.commands import RecordMilestone
from pathways.care.grants.commands import MoveToDistrict
from pathways.care.recording import Context, Decision
from pathways.care.roll_outs import provider_of, roll_outs_now
from pathways.definition.models import Pathway
from pathways.definition.networks import District, Network
from pathways.errors import Refused


def divided() -> Network:
    """Each home care works in a district of its own, and one of them is private."""
    teams = dict(NETWORK.teams)
    teams["home-south"] = teams["home-south"].model_copy(update={"organisation": "south-shore"})
    districts = {
        "rural": District(name="Rural", teams=("home-north",)),
        "town": District(name="Town", teams=("home-north", "home-south")),
    }
    return NETWORK.model_copy(update={"teams": teams, "districts": districts})


def begun(district: str | None, provider: str | None = None, network: Network | None = None) -> Story:
    context = Context(GRANTING, network or divided(), START)
    return Story(team=None, context=context, district=district, provider=provider)


def test_the_district_says_which_team_is_responsible() -> None:
    story = begun("rural")
    assert (story.episode.responsible_team, story.episode.district) == ("home-north", "rural")


def test_where_several_work_in_a_district_the_provider_says_which() -> None:
    with pytest.raises(Refused, match="Name one of: home-north, home-south"):
        begun("town")
    story = begun("town", "south-shore")
    assert story.episode.responsible_team == "home-south"
    assert provider_of(story.context, story.episode, "home-care") == "south-shore"
    assert begun("town", "north-shore").episode.responsible_team == "home-north"


def test_a_provider_that_has_no_team_of_a_role_leaves_that_role_to_the_others() -> None:
    assert begun("town", "north-shore").episode.care_team["expert-care"] == "experts"


def test_a_district_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(Refused, match=r"not a district of this network\. Choose one of: rural, town") as refusal:
        begun(PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    with pytest.raises(Refused, match="Leave it out"):
        begun("rural", network=NETWORK)
    with pytest.raises(Refused, match=r"not an organisation of this network\. Choose one of: north-shore"):
        begun("rural", PERSON_NAME)


def test_a_district_is_needed_where_rules_hold_in_some_only() -> None:
    with pytest.raises(Refused, match=r"no district was named\. Name one of: rural, town"):
        begun(None)
    assert Story(context=Context(PATHWAY, AREA, START)).episode.district is None


def test_where_a_patient_has_several_teams_of_a_role_nobody_knows_the_provider() -> None:
    story = begun("town", "south-shore")
    unnamed = story.episode.model_copy(update={"care_team": {}})
    assert provider_of(story.context, unnamed, "home-care") is None


def test_an_episode_knows_which_roll_outs_it_is_inside() -> None:
    inside, outside = begun("rural", "north-shore"), begun("town", "north-shore")
    assert roll_outs_now(inside.context, inside.episode) == ("trial",)
    assert roll_outs_now(outside.context, outside.episode) == ()


@pytest.mark.parametrize(("only_in", "running_in"), [("trial", {"rural"}), (None, {"rural", "town"})])
def test_a_clock_of_a_roll_out_starts_only_inside_it(only_in: str | None, running_in: set[str]) -> None:
    clock = {
        "title": {"en": "To be told of swapping"},
        "role": "home-care",
        "starts": [{"begins": True}],
        "stops": [{"milestone": "told"}],
        "limit": "14 days",
        "repeat": "7 days",
        "only_in": only_in,
    }
    plain = GRANTING.model_dump(mode="json", by_alias=True)
    plain |= {"clocks": {"told": clock}, "milestones": {"told": {"title": {"en": "Told of swapping"}}}}
    pathway = Pathway.model_validate(plain)
    stories = {district: begun_in_the_area(district, pathway=pathway) for district in ("rural", "town")}
    assert {name for name, story in stories.items() if declared_key("told") in story.episode.clocks} == running_in
    told = RecordMilestone(actor=person(HOME), milestone="told")
    stories["rural"].perform(told)
    assert declared_key("told") not in stories["rural"].episode.clocks


def move(story: Story, district: str, team: str | None = "home-north") -> Decision:
    return story.perform(MoveToDistrict(actor=person(team), district=district))


def test_a_patient_who_moves_takes_the_grants_along_and_the_rules_of_the_new_district_hold() -> None:
    story = begun("rural", "north-shore")
    move(story, "town")
    assert story.episode.district == "town"
    assert roll_outs_now(story.context, story.episode) == ()
    move(story, "rural")
    assert roll_outs_now(story.context, story.episode) == ("trial",)


def test_nobody_moves_to_where_the_responsible_team_does_not_work() -> None:
    story = begun("town", "south-shore")
    with pytest.raises(Refused, match="home-south does not work there"):
        move(story, "rural", "home-south")


def test_a_move_is_to_another_district_by_those_concerned_and_before_the_end() -> None:
    story = begun("rural", "north-shore")
    with pytest.raises(Refused, match="in that district already"):
        move(story, "rural")
    with pytest.raises(Refused, match=r"not a district of this network\. Choose one of: rural, town") as refusal:
        move(story, PERSON_NAME)
    assert PERSON_NAME not in str(refusal.value)
    with pytest.raises(Refused, match="your team has no part in it"):
        move(story, "town", "ward-east")
    story.end("moved")
    with pytest.raises(Refused, match="it has ended"):
        move(story, "town")
    plain = Story(context=Context(PATHWAY, NETWORK, START))
    with pytest.raises(Refused, match="It has none"):
        move(plain, "town")

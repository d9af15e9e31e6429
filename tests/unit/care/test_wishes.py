"""How a move stands to the preferred place, what holds it back, and what consent that was withdrawn means."""

import pytest
from care_stories import E, H, Story, person, with_handover
from care_worlds import PERSON_NAME
from made_up_facts import AGREED, STABLE, TERMINAL, UNSTABLE, WITHDRAWN, prefers

from pathways.care.commands import PlanHandover
from pathways.care.episodes import Standing
from pathways.care.patient import PatientFact, PlaceOf
from pathways.care.states import Action, HandoverStatus
from pathways.care.wishes import same_place
from pathways.errors import Refused

BECAUSE = "the carer is ill"
DEATH_AT_HOME = prefers("home", place_of=PlaceOf.DEATH)
DEPARTS = "the move departs from the place that the patient prefers, and no reason for that was given"
HELD_BACK = "moves that are neither urgent nor to a preferred place are held back now"
NO_CONSENT = "the consent to share what is known was withdrawn, and another organisation would be asked"


def knowing(*facts: PatientFact) -> Story:
    story = Story()
    for fact in facts:
        story.note(fact)
    return story


def test_levels_between_which_nobody_travels_are_one_place() -> None:
    pathway = Story().context.pathway
    assert same_place(pathway, "home") == same_place(pathway, "home-plus") == {"home", "home-plus"}
    assert same_place(pathway, "bed") == {"bed"}


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ((), Standing.UNKNOWN),
        ((prefers("bed"),), Standing.FIRST),
        ((prefers("home", "bed"),), Standing.SECOND),
        ((prefers("home"),), Standing.DEPARTS),
        ((prefers("home", "rest"),), Standing.DEPARTS),
        ((prefers("bed", "home"), TERMINAL), Standing.FIRST),
        ((DEATH_AT_HOME,), Standing.UNKNOWN),  # where to die says nothing of where to be before
        ((prefers("bed"), DEATH_AT_HOME), Standing.FIRST),
        ((prefers("bed"), DEATH_AT_HOME, TERMINAL), Standing.DEPARTS),
        ((prefers("home"), prefers("rest", "bed", PlaceOf.DEATH), TERMINAL), Standing.SECOND),
    ],
)
def test_a_handover_tells_how_its_move_stands_to_the_preferred_place(
    facts: tuple[PatientFact, ...], standing: Standing
) -> None:
    story = knowing(*facts)
    story.plan("admit", "acute", departs_because=BECAUSE)
    made = story.handover().plan
    assert made.standing is standing
    assert made.departs_because == (BECAUSE if standing is Standing.DEPARTS else None)


@pytest.mark.parametrize(
    ("first", "second", "standing"),
    [
        ("home-plus", "home", Standing.FIRST),
        ("home", "home-plus", Standing.SECOND),  # named: that counts before what is near
        ("home", None, Standing.FIRST),
        ("bed", "home", Standing.SECOND),
        ("bed", None, Standing.DEPARTS),
    ],
)
def test_who_wishes_to_be_at_home_is_there_with_more_care_too(
    first: str, second: str | None, standing: Standing
) -> None:
    story = knowing(prefers(first, second))
    story.plan("strengthen", "planned")
    assert story.handover().plan.standing is standing


def test_a_move_on_which_nobody_travels_is_not_asked_why_it_departs() -> None:
    story = knowing(prefers("bed"))
    story.plan("strengthen", "planned", departs_because=BECAUSE)
    assert story.handover().plan.departs_because is None


@pytest.mark.parametrize("draft", [True, False])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_move_that_departs_from_a_known_preference_says_why(reason: str | None, draft: bool) -> None:
    story = knowing(prefers("home"))
    with pytest.raises(Refused, match=f"episode {E}: {DEPARTS}. Plan it with the reason why it departs"):
        story.plan("admit", "acute", departs_because=reason, goes_ahead_because=BECAUSE, draft=draft)
    assert not story.episode.handovers


@pytest.mark.parametrize("draft", [True, False])
def test_in_a_phase_that_holds_moves_back_one_that_is_not_urgent_is_refused(draft: bool) -> None:
    story = knowing(TERMINAL)
    with pytest.raises(Refused, match=f"episode {E}: {HELD_BACK}. Leave it, or plan it with the reason"):
        story.plan("admit", "planned", goes_ahead_because=" ", draft=draft)
    story.plan("admit", "planned", goes_ahead_because=BECAUSE, draft=draft)
    assert story.handover().plan.goes_ahead_because == BECAUSE


@pytest.mark.parametrize(
    ("facts", "urgency"),
    [
        ((), "planned"),
        ((STABLE,), "planned"),
        ((UNSTABLE,), "planned"),
        ((TERMINAL,), "acute"),
        ((TERMINAL, prefers("bed")), "planned"),
        ((TERMINAL, prefers("home", "bed")), "planned"),
        ((AGREED,), "planned"),
    ],
)
def test_a_move_that_nothing_speaks_against_needs_no_reason_and_keeps_none(
    facts: tuple[PatientFact, ...], urgency: str
) -> None:
    story = knowing(*facts)
    story.plan("admit", urgency, goes_ahead_because=BECAUSE)
    assert story.handover().plan.goes_ahead_because is None


def test_a_held_back_move_that_also_departs_needs_both_reasons() -> None:
    story = knowing(TERMINAL, DEATH_AT_HOME)
    with pytest.raises(Refused, match=HELD_BACK):
        story.plan("admit", "planned", departs_because=BECAUSE)
    story.plan("admit", "planned", departs_because=BECAUSE, goes_ahead_because="no night nurse")
    made = story.handover().plan
    assert (made.departs_because, made.goes_ahead_because) == (BECAUSE, "no night nurse")


def test_a_move_on_which_nobody_travels_is_not_held_back() -> None:
    story = knowing(TERMINAL)
    story.plan("strengthen", "planned")
    assert story.handover().status is HandoverStatus.REQUESTED


@pytest.mark.parametrize("urgency", ["acute", "planned"])
def test_without_consent_no_other_organisation_is_asked_unless_it_is_said_why(urgency: str) -> None:
    story = knowing(AGREED, WITHDRAWN)
    with pytest.raises(Refused, match=f"episode {E}: {NO_CONSENT}. Leave it, or plan it with the reason"):
        story.plan("admit", urgency)
    story.plan("admit", urgency, goes_ahead_because=BECAUSE)
    assert story.handover().plan.goes_ahead_because == BECAUSE


def test_within_the_own_organisation_consent_is_not_needed() -> None:
    """Experts and wards both belong to the south shore."""
    story = Story("home-plus", team=None)
    story.note(WITHDRAWN, "experts")
    story.plan("admit", "acute")
    assert story.handover().plan.goes_ahead_because is None


def test_one_of_several_that_belongs_to_another_organisation_is_enough() -> None:
    story = Story()
    teams = dict(story.context.network.teams)
    teams["ward-east"] = teams["ward-east"].model_copy(update={"organisation": "north-shore"})
    network = story.context.network.model_copy(update={"teams": teams})
    story.context = type(story.context)(story.context.pathway, network, story.now)
    story.note(WITHDRAWN)
    values = {"reference": H, "move": "admit", "urgency": "acute", "reason": "worse"}
    own, both = ("east-bed",), ("east-bed", "west-bed")
    with pytest.raises(Refused, match=NO_CONSENT):
        story.perform(PlanHandover.model_validate({"actor": person("home-north"), **values, "to_units": both}))
    story.perform(PlanHandover.model_validate({"actor": person("home-north"), **values, "to_units": own}))


@pytest.mark.parametrize(
    ("fact", "sentence"), [(prefers("home"), DEPARTS), (TERMINAL, HELD_BACK), (WITHDRAWN, NO_CONSENT)]
)
def test_what_was_recorded_since_the_draft_counts_when_it_is_sent(fact: PatientFact, sentence: str) -> None:
    story = Story()
    story.plan("admit", "planned", draft=True)
    story.note(fact)
    with pytest.raises(Refused, match=sentence):
        story.change(Action.REQUEST, "home-north")
    assert story.handover().status is HandoverStatus.DRAFT


def test_a_draft_that_says_why_is_sent_with_its_reasons() -> None:
    story = knowing(TERMINAL, DEATH_AT_HOME)
    story.plan("admit", "planned", draft=True, departs_because=BECAUSE, goes_ahead_because=BECAUSE)
    story.change(Action.REQUEST, "home-north")
    assert story.handover().status is HandoverStatus.REQUESTED


def test_consent_withdrawn_while_a_request_waits_stops_nothing_that_is_under_way() -> None:
    story = with_handover(HandoverStatus.REQUESTED)
    story.note(WITHDRAWN)
    story.change(Action.ACCEPT, "ward-east")
    assert story.handover().status is HandoverStatus.ACCEPTED


def test_no_refusal_repeats_what_was_typed() -> None:
    story = knowing(prefers("home"), WITHDRAWN)
    for departs, goes_ahead in ((PERSON_NAME, None), (None, PERSON_NAME)):
        with pytest.raises(Refused) as refusal:
            story.plan("admit", "acute", departs_because=departs, goes_ahead_because=goes_ahead)
        assert PERSON_NAME not in str(refusal.value)

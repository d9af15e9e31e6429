"""The faults that a patient would meet are told with a story of how they come about."""

from contextlib import suppress
from pathlib import Path

import pytest
from safe_definitions import SAFE
from small_definitions import PATHWAY, changed
from test_faults_of_pathways import BROKEN as BROKEN_PATHWAYS
from test_faults_of_rules import BROKEN as BROKEN_RULES

from pathways.definition.faults import Code, DefinitionError, Fault, Finding
from pathways.definition.reading import pathway_of
from pathways.definition.stories import told, way_to

BROKEN = Path(__file__).parents[2] / "broken"
WITH_A_STORY = {
    *(Code.UNREACHABLE_LEVEL, Code.LEVEL_WITHOUT_EXIT, Code.MOVES_ALIKE, Code.ALL_HELD_BACK),
    *(Code.FALLBACK_TO_SAME_LEVEL, Code.FALLBACK_FROM_ELSEWHERE, Code.FALLBACK_IN_CIRCLE),
    *(Code.FALLBACK_LACKS_URGENCY, Code.FALLBACK_LACKS_REASON, Code.CLOCK_NEVER_STOPS, Code.STOP_OUT_OF_REACH),
    *(Code.ARRIVE_NOT_LONGER, Code.REMIND_NOT_SHORTER, Code.STALE_BEFORE_ANSWER, Code.HOLD_AFTER_ARRIVE),
    *(Code.SEEN_BEFORE_DELIVERED, Code.MARK_AFTER_ANSWER),
}
OF_RULES = {
    Code.NEVER_TRUE: "Whatever is known of a patient, this never speaks for `to-home`.",
    Code.ALWAYS_TRUE: "Whatever is known of a patient, this speaks for `to-home`.",
    Code.TASK_OF_NOBODY: (
        "A patient begins at `home`. Then `to-rest` is carried out. `wound-care` is to be done at `rest`, and nobody "
        "can say who answers for it."
    ),
    Code.MOVE_FROM_ELSEWHERE: (
        "A patient gets `drip` at `rest`. There is a complication. `to-rest` cannot start there."
    ),
    Code.COMPLICATION_WAITS: (
        "A patient gets `drip`. There is a complication. Nobody is asked until a summary has been written."
    ),
    Code.NEVER_A_PLACE: (
        "All places of the programme are taken, and a patient waits for one. Somebody leaves it, by whichever end: the "
        "place is used up, and no other ever comes free."
    ),
    Code.WINDOWS_OVERLAP: (
        "Somebody is enrolled. `opens` of `during` is 4 weeks later, and `closes` of `during` 4 weeks later: no day "
        "lies between."
    ),
    Code.WINDOW_OUTSIDE_PACKAGE: (
        "Somebody is enrolled, and `easing` is granted for 8 weeks; it may be renewed 2 times. What is measured 20 "
        "weeks later is measured while it may still run."
    ),
    Code.ASK_NOT_SHORTER: (
        "`easing` is granted for 8 weeks. Whoever decides on a renewal is asked 8 weeks before its end."
    ),
    Code.SWAP_MAKES_TIME: "A citizen gives 30 minutes a week of `visits`, and gets 31 of `walks` for them.",
    Code.STAGE_AFTER_END: (
        "The roll-out is over after 2026-03-01. The stage would begin on 2026-06-01: it never holds for anybody."
    ),
    Code.ROLL_OUT_OUTLASTS: (
        "The pathway ends on 2027-12-31. Its rules would still be tried out until 2199-12-31, and hold for nobody."
    ),
    Code.LIST_TOO_EARLY: (
        "The meeting is held each tue. The list of the next one is made 7 days before it, with all that is to be "
        "decided in the meeting still to be held."
    ),
}
TEXTS = [(PATHWAY, case) for case in BROKEN_PATHWAYS] + [(SAFE, case) for case in BROKEN_RULES]


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(text, "broken.yaml")
    return caught.value.faults


@pytest.mark.parametrize(("text", "case"), [each for each in TEXTS if each[1][0] in WITH_A_STORY])
def test_every_such_fault_has_its_story(text: str, case: tuple[Code, str, str, str]) -> None:
    code, old, new, _mark = case
    told_of = [fault for fault in faults_of(changed(text, old, new)) if fault.code is code]
    assert told_of
    assert all(fault.example.endswith((".", "?")) and len(fault.example) > 30 for fault in told_of)


@pytest.mark.parametrize(("code", "story"), OF_RULES.items())
def test_what_is_wrong_with_a_rule_is_told_as_what_somebody_would_meet(code: Code, story: str) -> None:
    texts = [path.read_text("utf-8") for path in BROKEN.glob(f"{code}*.yaml")]
    assert story in [fault.example for text in texts for fault in faults_of(text)]


def test_of_a_window_that_closes_too_late_it_is_told_that_the_package_has_ended() -> None:
    (fault,) = faults_of(changed(SAFE, "closes: 6 weeks", "closes: 9 weeks"))
    assert fault.example == (
        "Somebody is enrolled, and `easing` is granted for 8 weeks. What is measured 9 weeks later is measured when it "
        "has ended."
    )


def test_where_nobody_can_begin_the_story_says_so() -> None:
    faults = faults_of(changed(PATHWAY, "begin_at: [home]", "begin_at: []"))
    assert "No patient can begin anywhere, and so none ever comes to `bed`." in [each.example for each in faults]


def test_the_story_of_ways_on_that_lead_round_goes_round() -> None:
    faults = faults_of(changed(PATHWAY, "    to: rest\n", "    to: rest\n    if_no_place: to-bed\n"))
    (fault,) = [each for each in faults if each.code is Code.FALLBACK_IN_CIRCLE]
    assert fault.example == (
        "A patient begins at `home`. `to-bed` is asked for, and there is no place. `to-rest` is asked for, and there "
        "is no place. Then `to-bed` again."
    )


def test_the_story_of_a_level_without_exit_leads_there_by_the_shortest_way() -> None:
    faults = faults_of(changed(PATHWAY, "from: [bed, rest]", "from: [bed]"))
    (fault,) = [each for each in faults if each.code is Code.LEVEL_WITHOUT_EXIT]
    assert fault.example == (
        "A patient begins at `home`. Then `to-rest` is carried out. The patient is at `rest`, gets worse or better, "
        "and can be moved nowhere."
    )


def test_the_story_of_two_limits_says_both() -> None:
    (fault,) = faults_of(changed(PATHWAY, "arrive: 2 days", "arrive: 120 min"))
    assert (
        fault.example == "A request is sent at 08:00. `arrive` runs until 120 min later, and `answer` until 2 h later."
    )


def test_what_is_about_nothing_declared_has_no_story() -> None:
    pathway = pathway_of(PATHWAY, "x")
    finding = Finding(Code.FALLBACK_IN_CIRCLE, ("moves", "gone", "if_no_place"), "gone", "x", "x")
    assert told(finding, pathway) == finding
    assert way_to(pathway, "gone") is None


ONE_WAY = changed(changed(SAFE, "    to: home\n", "    to: bed\n"), "    from: [bed, rest]", "    from: [rest]")
"""Who has left home never comes back."""

STOPS = "stops: [{milestone: called}]\n    end_of_day: 1"


@pytest.mark.parametrize(
    ("start", "stop", "is_found"),
    [
        ("{level: bed}", "{leaves: home}", True),
        ("{leaves: home}", "{level: home}", True),
        ("{begins: true}", "{leaves: home}", False),
        ("{level: bed}", "{leaves: rest}", False),
        ("{milestone: set-out}", "{leaves: home}", False),
        ("{begins: true}", "{level: gone}", True),
        ("{level: gone}", "{leaves: home}", False),
    ],
)
def test_a_clock_that_nothing_stops_where_the_patient_can_come_is_found(start: str, stop: str, is_found: bool) -> None:
    text = changed(ONE_WAY, "starts: [{level: bed}, {end: deceased}]", f"starts: [{start}]")
    faults: tuple[Fault, ...] = ()
    with suppress(pytest.fail.Exception):
        faults = faults_of(changed(text, STOPS, f"stops: [{stop}]\n    end_of_day: 1"))
    found = [each for each in faults if each.code is Code.STOP_OUT_OF_REACH]
    assert bool(found) == is_found
    assert all(each.example.startswith("The clock starts at ") for each in found)

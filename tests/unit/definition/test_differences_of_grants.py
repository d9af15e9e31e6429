"""What changes between two versions in what is granted, rolled out and met about, in sentences."""

from safe_definitions import SAFE
from small_definitions import changed

from pathways.definition.differences import differences
from pathways.definition.reading import pathway_of


def told(old: str, new: str) -> list[str]:
    before = pathway_of(SAFE, "before")
    after = pathway_of(changed(SAFE, old, new), "after")
    return [difference.sentence for difference in differences(before, after)]


def test_minutes_length_and_renewals_of_a_package_are_told() -> None:
    assert told("{minutes: 45}", "{minutes: 60}") == [
        "Package `easing`, service `cleaning`, the minutes a week: 45 becomes 60."
    ]
    assert told("lasts: 8 weeks", "lasts: 7 weeks") == ["Package `easing`, how long it lasts: 8 weeks becomes 7 weeks."]
    assert told("    renewals: 2", "    renewals: 1") == ["Package `easing`, how often it may be renewed: 2 becomes 1."]


def test_who_may_besides_inside_a_roll_out_is_told() -> None:
    assert told("{trial: [home-team]}", "{trial: [home-team, ward]}") == [
        "Package `easing`, the further roles that may in a roll-out: now also ward in trial."
    ]


def test_what_may_be_swapped_is_told() -> None:
    assert told("[cleaning, walks]", "[walks, cleaning]") == [
        "When services are swapped, group of services `household`, the services that may be swapped for each other: "
        "the order is now walks, cleaning."
    ]
    assert told("gives: 30, gets: 20", "gives: 30, gets: 10") == [
        "When services are swapped, exchange `visit-for-walk`, the minutes that are got: 20 becomes 10."
    ]


def test_the_days_of_a_roll_out_are_told() -> None:
    assert told("{from: 2026-06-01}", "{from: 2026-07-01}") == [
        "Roll-out `trial`, stage `then-all`, the day from which it holds: 2026-06-01 becomes 2026-07-01."
    ]
    assert told("districts: [north]", "districts: [north, south]") == [
        "Roll-out `trial`, stage `north-first`, the districts: now also south."
    ]


def test_day_and_grounds_of_a_meeting_are_told() -> None:
    assert told("day: tue", "day: wed") == ["Meeting `triage`, the weekday: tue becomes wed."]
    assert told("grounds: [raised, swapped]", "grounds: [raised]") == [
        "Meeting `triage`, what puts a matter on its list: no longer swapped."
    ]
    assert told("  record: 3 days", "  record: 4 days") == [
        "Joint visits, the limit to record that it was held: 3 days becomes 4 days."
    ]

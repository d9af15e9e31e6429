"""Every way in which packages, swaps, roll-outs and districts can be wrong, and the fault that answers it."""

import pytest
from safe_definitions import SAFE
from small_definitions import NETWORK, changed

from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.reading import network_of, pathway_of

_FURTHER = """\
  Further:
    {title: {sv: Mer, en: More}, services: {visits: {minutes: 5}}, by: [clinic], lasts: 8 weeks, decides: clinic,
     ask: 2 weeks}
"""
BROKEN = [
    # code, what is replaced, by what, words on the line of the fault
    (Code.WRONG_NAME, "packages:\n", f"packages:\n{_FURTHER}", "Further:"),
    (Code.WRONG_NAME, "{household:", "{Household:", "Household"),
    (Code.WRONG_NAME, "    visit-for-walk:", "    Visit:", "Visit:"),
    (Code.WRONG_NAME, "      north-first:", "      North:", "North:"),
    (Code.MISSING_LANGUAGE, ", en: Easing}", "}", "Lindring"),
    (Code.MISSING_LANGUAGE, ", en: Trial}", "}", "Försök"),
    (Code.EMPTY_LIST, "    by: [clinic]", "    by: []", "    by: []"),
    (Code.EMPTY_LIST, "{trial: [home-team]}", "{trial: []}", "trial: []"),
    (Code.EMPTY_LIST, "  by: [home-team]\n  among", "  by: []\n  among", "  by: []"),
    (Code.REPEATED_ENTRY, "[cleaning, walks]", "[cleaning, walks, walks]", "walks, walks"),
    (Code.REPEATED_ENTRY, "districts: [north]", "districts: [north, north]", "north, north"),
    (Code.UNKNOWN_SERVICE, "{minutes: 45}\n", "{minutes: 45}\n      dusting: {minutes: 9}\n", "dusting"),
    (Code.UNKNOWN_SERVICE, "[cleaning, walks]", "[cleaning, walks, baths]", "baths"),
    (Code.UNKNOWN_SERVICE, "get: walks", "get: walk", "visit-for-walk"),
    (Code.UNKNOWN_ROLE, "    decides: clinic", "    decides: klinik", "klinik"),
    (Code.UNKNOWN_ROLE, "provider: home-team", "provider: home", "provider: home"),
    (Code.UNKNOWN_ROLL_OUT, "only_in: trial", "only_in: trail", "trail"),
    (Code.UNKNOWN_ROLL_OUT, "{trial: [home-team]}", "{trail: [home-team]}", "trail"),
    (Code.UNKNOWN_ROLL_OUT, "gets: 20}\n  only_in: trial", "gets: 20}\n  only_in: trail", "trail"),
    (Code.UNUSED_ROLL_OUT, "", "", "  trial:"),
    (Code.WRONG_NUMBER, "{minutes: 45}", "{minutes: 0}", "cleaning: {minutes"),
    (Code.WRONG_NUMBER, "{minutes: 45}", "{minutes: 10081}", "cleaning: {minutes"),
    (Code.WRONG_NUMBER, "at_least: 30", "at_least: 91", "visits: {minutes"),
    (Code.WRONG_NUMBER, "at_most: 210", "at_most: 89", "visits: {minutes"),
    (Code.WRONG_NUMBER, "renewals: 2", "renewals: -1", "renewals"),
    (Code.ASK_NOT_SHORTER, "ask: 2 weeks", "ask: 8 weeks", "ask: 8 weeks"),
    (Code.SWAP_MAKES_TIME, "gets: 20", "gets: 31", "visit-for-walk"),
    (Code.SWAP_MAKES_TIME, "gets: 20", "gets: 0", "visit-for-walk"),
    (Code.SWAP_WITHOUT_EFFECT, "[cleaning, walks]", "[cleaning]", "household"),
    (Code.SWAP_WITHOUT_EFFECT, "      cleaning: {minutes: 45}\n", "", "household"),
    (Code.SWAP_WITHOUT_EFFECT, "give: visits, get: walks", "give: walks, get: visits", "visit-for-walk"),
    (
        Code.SWAP_WITHOUT_EFFECT,
        SAFE[SAFE.index("  among:") : SAFE.index("  only_in", SAFE.index("  among:"))],
        "",
        "swaps:",
    ),
    (Code.SWAP_UNCLEAR, "give: visits, get: walks", "give: cleaning, get: walks", "visit-for-walk"),
    (Code.SWAP_UNCLEAR, "give: visits, get: walks", "give: visits, get: visits", "visit-for-walk"),
    (
        Code.SWAP_UNCLEAR,
        "gets: 20}\n  only_in: trial",
        "gets: 20}\n    again: {give: visits, get: walks, gives: 30, gets: 10}\n  only_in: trial",
        "    again",
    ),
    (Code.ROLL_OUT_OUTLASTS, "    until: 2027-12-31", "    until: 2199-12-31", "until: 2199"),
    (Code.WRONG_NAME, "  triage:", "  Triage:", "Triage:"),
    (Code.WRONG_NAME, "{kept:", "{Kept:", "Kept:"),
    (Code.WRONG_CHOICE, "day: tue", "day: tuesday", "tuesday"),
    (Code.WRONG_CHOICE, "holidays: skip", "holidays: never", "never"),
    (Code.MISSING_LANGUAGE, ", en: Triage}", "}", "sv: Triage"),
    (Code.MISSING_LANGUAGE, ", en: Left as it is}", "}", "kept"),
    (Code.EMPTY_LIST, "grounds: [raised, swapped]", "grounds: []", "grounds: []"),
    (Code.REPEATED_ENTRY, "grounds: [raised, swapped]", "grounds: [raised, raised]", "raised, raised"),
    (Code.REPEATED_ENTRY, "sits_in: [clinic]", "sits_in: [clinic, clinic]", "clinic, clinic"),
    (Code.UNKNOWN_ROLE, "sits_in: [clinic]", "sits_in: [klinik]", "klinik"),
    (
        Code.UNKNOWN_ROLE,
        "joint_visits:\n  roles: [home-team, clinic]",
        "joint_visits:\n  roles: [home-team, klinik]",
        "klinik",
    ),
    (Code.LIST_TOO_EARLY, "list_before: 1 day", "list_before: 7 days", "list_before"),
    (
        Code.ONE_SIDE_ALONE,
        "joint_visits:\n  roles: [home-team, clinic]",
        "joint_visits:\n  roles: [clinic]",
        "  roles: [clinic]",
    ),
    (Code.STAGE_AFTER_END, "    until: 2027-12-31", "    until: 2026-03-01", "then-all"),
]

DISTRICTS = """\
districts:
  north: {name: Norra, teams: [hemteam]}
  south: {name: Södra}
"""
AREAS = NETWORK + DISTRICTS
BROKEN_AREAS = [
    (Code.WRONG_NAME, "  south:", "  South:", "South:"),
    (Code.EMPTY_TEXT, "name: Norra", "name: ''", "  north:"),
    (Code.REPEATED_ENTRY, "[hemteam]", "[hemteam, hemteam]", "[hemteam, hemteam]"),
    (Code.UNKNOWN_TEAM, "[hemteam]", "[hemteam, hemtem]", "hemtem]"),
    (Code.DISTRICT_WITHOUT_TEAM, "", "", "  south:"),
    (Code.UNKNOWN_DISTRICT, "  north: {", "  west: {", "pathways: [small]"),
    (Code.UNKNOWN_PROVIDER, "", "", "pathways: [small]"),
]


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(text, "broken.yaml")
    return caught.value.faults


def broken(old: str, new: str) -> str:
    if old:
        return changed(SAFE, old, new)
    return (
        SAFE.replace("    by_in: {trial: [home-team]}\n", "")
        .replace("    only_in: trial\n", "")
        .replace("  only_in: trial\n", "")
    )


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN, ids=lambda value: str(value)[:30])
def test_one_thing_wrong_is_told_once_on_its_line(code: Code, old: str, new: str, mark: str) -> None:
    text = broken(old, new)
    (fault,) = faults_of(text)
    assert fault.code is code
    assert fault.line == text[: text.index(mark)].count("\n") + 1
    assert fault.mend
    assert fault.sentence


@pytest.mark.parametrize("line", ["ask: soon", "lasts: ever"])
def test_a_faulty_limit_is_not_compared_with_the_other(line: str) -> None:
    field = line.partition(":")[0]
    old = next(each for each in SAFE.splitlines() if each.strip().startswith(f"{field}:") and each.startswith("    "))
    assert [fault.code for fault in faults_of(changed(SAFE, old, f"    {line}"))] == [Code.IMPOSSIBLE_DURATION]


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN_AREAS, ids=lambda value: str(value)[:30])
def test_a_broken_area_is_answered_with_the_fault_and_its_line(code: Code, old: str, new: str, mark: str) -> None:
    pathway, text = pathway_of(SAFE, "safe.yaml"), AREAS
    if code is Code.UNKNOWN_PROVIDER:
        pathway = pathway_of(changed(SAFE, "providers: [kommun]", "providers: [region]"), "safe.yaml")
    elif code is not Code.DISTRICT_WITHOUT_TEAM:
        text = changed(text, old, new)
    with pytest.raises(DefinitionError) as caught:
        network_of(text, "areas.yaml", {"small": pathway})
    found = [fault for fault in caught.value.faults if fault.code is code]
    assert found
    assert text[: text.index(mark)].count("\n") + 1 in [fault.line for fault in found]


def test_a_team_that_no_district_names_works_in_all_of_them() -> None:
    text = changed(AREAS, "{name: Södra}", "{name: Södra, teams: [hemteam]}")
    pathway = pathway_of(SAFE, "safe.yaml").model_copy(update={"treatments": {}, "tasks": {}})
    network = network_of(text, "areas.yaml", {"small": pathway})
    assert network.works_in("hemteam", "south")
    assert network.works_in("avdelning", "north")
    assert network.works_in("hemteam", None)
    assert not network_of(AREAS, "areas.yaml").works_in("hemteam", "south")

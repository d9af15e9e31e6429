"""Every way in which a network text can be wrong, alone or against its pathways."""

import pytest
from small_definitions import NETWORK, PATHWAY, changed

from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.reading import network_of, pathway_of

PATHWAYS = {"small": pathway_of(PATHWAY, "small.yaml")}

BROKEN = [
    (Code.WRONG_TIME, '"07:00"', '"7.00"', "7.00"),
    (Code.WRONG_TIME, '"07:00"', '"24:00"', "24:00"),
    (Code.WRONG_TIME, '"07:00"', "7", "from: 7"),
    (Code.WRONG_CHOICE, "days: [mon, tue]", "days: [mon, tuesday]", "tuesday"),
    (Code.WRONG_TYPE, "places: 2", "places: two", "places: two"),
    (Code.WRONG_TYPE, "contacts:\n      - {name: desk, secret: CLINIC_FIRST}", "contacts: [desk]", "[desk]"),
    (Code.WRONG_NAME, "network: small-network", "network: Small", "Small"),
    (Code.WRONG_NAME, "  plats:", "  Plats:", "Plats:"),
    (Code.WRONG_NAME, "name: first", "name: First", "First"),
    (Code.UNKNOWN_LANGUAGE, "language: sv", "language: fi", "fi"),
    (Code.UNDECLARED_LANGUAGE, "language: sv", "language: da", "da"),
    (Code.EMPTY_TEXT, "name: Hemteamet", "name: ''", "name: ''"),
    (Code.EMPTY_LIST, "pathways: [small]", "pathways: []", "pathways"),
    (Code.EMPTY_LIST, "days: [fri]", "days: []", "days: []"),
    (Code.EMPTY_LIST, 'cover:\n      - {days: [fri], from: "08:00", until: "12:00"}', "cover: []", "cover: []"),
    (Code.EMPTY_LIST, "contacts:\n      - {name: desk, secret: CLINIC_FIRST}", "contacts: []", "contacts: []"),
    (Code.REPEATED_ENTRY, "[mon, tue]", "[mon, mon]", "[mon, mon]"),
    (Code.UNKNOWN_COUNTRY, "country: SE", "country: XX", "country"),
    (Code.UNKNOWN_TIME_ZONE, "Europe/Stockholm", "Europe/Stokholm", "Stokholm"),
    (Code.UNKNOWN_TIME_ZONE, "Europe/Stockholm", "mars", "mars"),
    (Code.UNKNOWN_TIME_ZONE, "Europe/Stockholm", "../etc/x", "time_zone"),
    (Code.UNKNOWN_PATHWAY, "pathways: [small]", "pathways: [smal]", "smal]"),
    (Code.UNKNOWN_ORGANISATION, "organisation: kommun", "organisation: kommunen", "kommunen"),
    (Code.UNUSED_ORGANISATION, "  region:", "  other: {name: Annan, kind: provider}\n  region:", "other:"),
    (Code.UNKNOWN_TEAM, "team: avdelning", "team: avdeling", "avdeling,"),
    (Code.UNKNOWN_ROLE, "role: clinic", "role: klinik", "klinik"),
    (Code.ROLE_WITHOUT_TEAM, "role: clinic", "role: ward", "pathways"),
    (Code.LEVEL_WITHOUT_UNIT, "level: bed", "level: rest", "pathways"),
    (Code.LEVEL_WITHOUT_PLACES, "level: bed", "level: home", "level: home"),
    (Code.UNKNOWN_LEVEL, "level: bed", "level: bad", "level: bad"),
    (Code.WRONG_TEAM_FOR_LEVEL, "team: avdelning", "team: hemteam", "team: hemteam"),
    (Code.NEGATIVE_PLACES, "places: 2", "places: -1", "places: -1"),
    (Code.REPEATED_CONTACT, "name: second", "name: first", "HOME_SECOND"),
    (Code.SECRET_IN_FILE, "HOME_FIRST", "mailto://user:hunter2@example.org", "hunter2"),
    (Code.WRONG_SECRET_NAME, "HOME_FIRST", "home-first", "home-first"),
]  # fmt: skip


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        network_of(text, "broken.yaml", PATHWAYS)
    return caught.value.faults


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_network_is_answered_with_the_fault_and_its_line(code: Code, old: str, new: str, mark: str) -> None:
    text = changed(NETWORK, old, new)
    found = [fault for fault in faults_of(text) if fault.code is code]
    assert found, faults_of(text)
    assert text[: text.index(mark)].count("\n") + 1 in [fault.line for fault in found]
    assert all(fault.mend and fault.sentence and fault.column for fault in found)


def test_a_network_alone_is_not_judged_by_what_its_pathways_say() -> None:
    text = changed(NETWORK, "role: clinic", "role: klinik")
    assert network_of(text, "x").teams["mottagning"].role == "klinik"


def test_roles_and_levels_are_not_judged_while_a_pathway_is_unknown() -> None:
    text = changed(changed(NETWORK, "pathways: [small]", "pathways: [small, unheard]"), "level: bed", "level: other")
    codes = {fault.code for fault in faults_of(text)}
    assert codes == {Code.UNKNOWN_PATHWAY, Code.LEVEL_WITHOUT_UNIT}


def test_a_password_in_the_file_is_not_repeated_by_the_fault() -> None:
    (fault,) = faults_of(changed(NETWORK, "HOME_FIRST", "mailto://user:hunter2@example.org"))
    assert "hunter2" not in fault.model_dump_json()


def test_a_time_zone_that_is_nearly_right_is_answered_with_the_right_one() -> None:
    (fault,) = faults_of(changed(NETWORK, "Europe/Stockholm", "Europe/Stokholm"))
    assert fault.mend == "Did you mean `Europe/Stockholm`?"


def test_a_network_names_the_teams_of_a_role_in_the_order_of_the_file() -> None:
    assert network_of(NETWORK, "x", PATHWAYS).teams_in("ward") == ("avdelning",)

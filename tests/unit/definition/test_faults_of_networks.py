"""Every way in which a network text can be wrong, alone or against its pathways."""

import pytest
from small_definitions import NETWORK, PATHWAY, changed

from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.networks import Organisation, OrganisationKind, PatientRecords
from pathways.definition.reading import network_of, pathway_of

PATHWAYS = {"small": pathway_of(PATHWAY, "small.yaml")}

ONE_ORGANISATION = Organisation(name="One", kind=OrganisationKind.REGION)
DUTY = "{team: avdelning, contact: duty}"
SHORT_DAY = 'day: 2026-12-23, from: "08:00", until: "10:00"'

BROKEN = [
    (Code.WRONG_TIME, '"07:00"', '"7.00"', "7.00"),
    (Code.WRONG_TIME, '"07:00"', '"24:00"', "24:00"),
    (Code.WRONG_TIME, '"07:00"', "7", "from: 7"),
    (Code.WRONG_CHOICE, "days: [mon, tue]", "days: [mon, tuesday]", "tuesday"),
    (Code.WRONG_TYPE, "places: 2", "places: two", "places: two"),
    (Code.WRONG_TYPE, "contacts:\n      - {name: duty, secret: WARD_FIRST}", "contacts: [duty]", "[duty]"),
    (Code.WRONG_NAME, "network: small-network", "network: Small", "Small"),
    (Code.WRONG_NAME, "  plats:", "  Plats:", "Plats:"),
    (Code.WRONG_NAME, "name: first", "name: First", "First"),
    (Code.UNKNOWN_LANGUAGE, "language: sv", "language: fi", "fi"),
    (Code.UNDECLARED_LANGUAGE, "language: sv", "language: da", "da"),
    (Code.EMPTY_TEXT, "name: Hemteamet", "name: ''", "name: ''"),
    (Code.EMPTY_LIST, "pathways: [small]", "pathways: []", "pathways"),
    (Code.EMPTY_LIST, "days: [fri]", "days: []", "days: []"),
    (Code.EMPTY_LIST, 'hours:\n        - {days: [fri], from: "08:00", until: "12:00"}', "hours: []", "hours: []"),
    (Code.EMPTY_LIST, "contacts:\n      - {name: duty, secret: WARD_FIRST}", "contacts: []", "contacts: []"),
    (Code.REPEATED_ENTRY, "[mon, tue]", "[mon, mon]", "[mon, mon]"),
    (Code.UNKNOWN_COUNTRY, "country: SE", "country: XX", "country"),
    (Code.WRONG_RETENTION, "country: SE", "country: SE\nretention_years: 9", "retention_years"),
    (Code.WRONG_RETENTION, "country: SE", "country: DK\nretention_years: 5", "retention_years"),
    (Code.WRONG_RETENTION, "country: SE", "country: SE\nretention_years: 151", "retention_years"),
    (Code.WRONG_RETENTION, "country: SE", "country: SE\nretention_years: -10", "retention_years"),
    (Code.RETENTION_UNKNOWN, "country: SE", "country: NO\nretention_years: 10", "retention_years"),
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
    (Code.WRONG_PHONE, "secret: HOME_FIRST", "secret: HOME_FIRST, phone: the desk", "phone: the desk"),
    (Code.WRONG_PHONE, "secret: HOME_FIRST", 'secret: HOME_FIRST, phone: "12"', 'phone: "12"'),
    (Code.WRONG_TYPE, "cover: {always: true}", "cover: [mon]", "cover: [mon]"),
    (Code.WRONG_TYPE, "cover: {always: true}", "cover: {always: 24}", "always: 24"),
    (Code.COVER_UNCLEAR, "cover: {always: true}", "cover: {}", "cover: {}"),
    (Code.COVER_UNCLEAR, "cover: {always: true}", "cover: {always: false}", "cover: {always: false}"),
    (Code.COVER_UNCLEAR, "cover: {always: true}", "cover: {always: true, calendar: WARD}", "cover: {always: true, c"),
    (Code.COVER_UNCLEAR, "hours: [{days: [mon", "always: true\n      hours: [{days: [mon", "cover:"),
    (Code.COVER_UNCLEAR, '{hours: [{days: [sun], from: "08:00", until: "12:00"}]}', "{}", "CLINIC_SE"),
    (Code.COVER_WITHOUT_HOURS, "{always: true}", "{always: true, holidays: open}", "always: true, holidays"),
    (Code.COVER_WITHOUT_HOURS, "{always: true}", "{always: true, exceptions: [{day: 2026-01-01}]}", "exc"),
    (Code.WRONG_CHOICE, "holidays: open", "holidays: never", "holidays: never"),
    (Code.WRONG_DATE, "day: 2026-12-30", "day: 2026-12-32", "2026-12-32"),
    (Code.WRONG_TIME, 'until: "10:00"', 'until: "25:00"', "25:00"),
    (Code.EXCEPTION_UNCLEAR, ", closed: true", "", "day: 2026-12-30"),
    (Code.EXCEPTION_UNCLEAR, ", closed: true", ", closed: false", "day: 2026-12-30"),
    (Code.EXCEPTION_UNCLEAR, ', until: "10:00"', "", "day: 2026-12-23"),
    (Code.EXCEPTION_UNCLEAR, 'from: "08:00", until: "10:00"', 'until: "10:00"', "day: 2026-12-23"),
    (Code.EXCEPTION_UNCLEAR, ', until: "10:00"', ', until: "10:00", closed: true', "day: 2026-12-23"),
    (Code.EXCEPTION_TWICE, "day: 2026-12-30", "day: 2026-12-23", "2026-12-23, closed"),
    (Code.EXCEPTION_TWICE, SHORT_DAY, "day: 2026-12-30, closed: true", "-30, closed: true}\nu"),
    (Code.SECRET_IN_FILE, "cover: {always: true}", "cover: {calendar: 'https://rota.example.org/hunter2'}", "hunter2"),
    (Code.SECRET_IN_FILE, "cover: {always: true}", "cover: {calendar: 'file:rota.ics'}", "rota.ics"),
    (Code.WRONG_SECRET_NAME, "cover: {always: true}", "cover: {calendar: rota.ics}", "rota.ics"),
    (Code.CALENDAR_OF_CONTACT, "{name: duty,", "{name: duty, cover: {calendar: ROTA},", "calendar: ROTA"),
    (Code.UNKNOWN_TEAM, "covered_by: mottagning", "covered_by: motagning", "motagning"),
    (Code.COVERED_BY_ITSELF, "covered_by: mottagning", "covered_by: hemteam", "covered_by"),
    (Code.NO_LAST_RESORT, "last_resort: {team: avdelning, contact: duty}\n", "", "network:"),
    (Code.UNKNOWN_TEAM, "last_resort: {team: avdelning", "last_resort: {team: avdeling", "avdeling"),
    (Code.UNKNOWN_CONTACT, "contact: duty", "contact: dutie", "dutie"),
    (Code.LAST_RESORT_NOT_ALWAYS, DUTY, "{team: hemteam, contact: second}", "contact: second"),
    (Code.LAST_RESORT_NOT_ALWAYS, DUTY, "{team: mottagning, contact: on-call}", "contact: on-c"),
    (Code.COVER_UNCLEAR, "places: 2}", "places: 2, hours: {}}", "plats:"),
    (Code.CALENDAR_OF_CONTACT, "places: 2}", "places: 2, hours: {calendar: ROTA}}", "plats:"),
    (Code.REPEATED_ENTRY, "{name: duty,", "{name: duty, competences: [drip, drip],", "drip, drip"),
    (Code.UNKNOWN_COMPETENCE, "{name: duty,", "{name: duty, competences: [drip],", "[drip]"),
    (Code.IMPOSSIBLE_DURATION, "units:", "closing_lead: soon\nunits:", "soon"),
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


def test_a_contact_is_called_by_its_own_number_or_by_that_of_its_team() -> None:
    text = changed(NETWORK, "    covered_by: mottagning", "    phone: 08-465 004 01\n    covered_by: mottagning")
    network = network_of(text, "x", PATHWAYS)
    assert network.phone_of("hemteam", "first") == network.phone_of("hemteam") == "08-465 004 01"
    assert network.phone_of("avdelning") is None
    assert network.phone_of("gone") is None


def test_organisations_are_kept_apart_unless_the_file_says_that_they_share() -> None:
    network = network_of(NETWORK, "x")
    assert network.organisation_of("hemteam") == network.teams["hemteam"].organisation
    assert network.organisation_of("gone") is network.organisation_of(None) is None
    two = network.model_copy(update={"organisations": {"one": ONE_ORGANISATION, "two": ONE_ORGANISATION}})
    assert two.keeps_organisations_apart
    assert not two.model_copy(update={"patient_records": PatientRecords.SHARED}).keeps_organisations_apart
    alone = network.model_copy(update={"organisations": {"one": ONE_ORGANISATION}})
    assert not alone.keeps_organisations_apart


def test_several_hours_on_one_exceptional_day_are_sound() -> None:
    text = changed(NETWORK, "{day: 2026-12-30, closed: true}", '{day: 2026-12-23, from: "13:00", until: "15:00"}')
    assert len(network_of(text, "x").teams["mottagning"].cover.exceptions) == 2


def test_two_faulty_dates_of_exceptions_are_not_called_the_same_day() -> None:
    text = changed(changed(NETWORK, "day: 2026-12-23", "day: 23/12"), "day: 2026-12-30", "day: 30/12")
    assert [fault.code for fault in faults_of(text)] == [Code.WRONG_DATE, Code.WRONG_DATE]


def test_the_last_resort_may_be_a_contact_that_is_always_on_duty_in_a_team_that_is_not() -> None:
    always = changed(NETWORK, "{name: second, ", "{name: second, cover: {always: true}, ")
    network = network_of(changed(always, "{team: avdelning, contact: duty}", "{team: hemteam, contact: second}"), "x")
    assert network.last_resort is not None
    assert str(network.closing_lead) == "30 min"


@pytest.mark.parametrize(("country", "years"), [("SE", 10), ("SE", 150), ("DK", 10), ("DK", 11)])
def test_records_may_be_kept_as_long_as_the_law_asks_or_longer(country: str, years: int) -> None:
    network = network_of(changed(NETWORK, "country: SE", f"country: {country}\nretention_years: {years}"), "x")
    assert network.retention_years == years


def test_the_address_of_a_calendar_in_the_file_is_not_repeated_by_the_fault() -> None:
    (fault, *_) = faults_of(changed(NETWORK, "cover: {always: true}", "cover: {calendar: 'https://x/hunter2'}"))
    assert "hunter2" not in fault.model_dump_json()

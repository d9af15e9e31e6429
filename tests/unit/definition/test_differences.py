"""What changes between two versions, in sentences."""

import pytest
from small_definitions import NETWORK, PATHWAY, changed

from pathways.definition.covers import Cover
from pathways.definition.differences import Difference, differences, differences_between_networks
from pathways.definition.networks import LastResort
from pathways.definition.reading import network_of, pathway_of

TO_BED, TO_HOME = "Move `to-bed`, urgency `acute`", "Move `to-home`, urgency `acute`"
HOURS = "Team `hemteam`, the hours of cover: now also mon tue 07:00–17:00; no longer mon tue 07:00–16:30."
FIRST, SECOND = "      - {name: first, secret: HOME_FIRST}\n", "      - {name: second, secret: HOME_SECOND}\n"
SECRET = "Team `hemteam`, contact point `first`, the name of its secret: HOME_FIRST becomes HOME_NEW."
REMOVED = "Team `hemteam`, the contact point `second` is removed."
COVER, DESK = "Team `hemteam`, the hours of cover", "Team `mottagning`, the hours of cover"
CALENDAR = "Team `avdelning`, the hours of cover: now also calendar ROTA; no longer always."
EARLIER = f"{DESK}: now also 2026-12-23 08:00–11:00; no longer 2026-12-23 08:00–10:00."
ON_CALL = (
    "Team `mottagning`, contact point `on-call`, the hours of cover: "
    "now also always; no longer sun 08:00–12:00, holidays closed."
)
OWN = "Team `hemteam`, contact point `second`, the hours of cover"
CLOSED = "Team `hemteam`, the team that answers while it is closed"
RECORDS = "Who shares what is known of patients"
KEPT = "For how many years after its last entry a record is kept"
LEAD = "How long before closing those who take over are told"
ORDER = "Team `hemteam`, the contact points are tried in the order"
SMALL = pathway_of(PATHWAY, "small.yaml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2026-01-01", "2027-01-01", "The date from which it is in force: 2026-01-01 becomes 2027-01-01."),
        ("answer: 2 h", "answer: 3 h", f"{TO_HOME}, the limit to answer: 2 h becomes 3 h."),
        (", remind: 10 min", "", f"{TO_BED}, the reminder before the limit to answer: no longer 10 min."),
        ("{answer: 2 h", "{remind: 1 h, answer: 2 h", f"{TO_HOME}, the reminder before the limit to answer: now 1 h."),
        ("ready: [named]", "ready: []", f"{TO_BED}, the readiness items: no longer named."),
        (", ready: [named]", "", f"{TO_BED}, the readiness items: no longer named."),
        ("{answer: 2 h", "{ready: [], answer: 2 h", f"{TO_HOME}, the readiness items: now none."),
        ("[named, listed]", "[listed, named]", "Move `to-bed`, the readiness items: the order is now listed, named."),
        ("begin_at: [home]", "begin_at: [home, bed]", "The levels where an episode may begin: now also bed."),
        ("responsible: ward", "responsible: clinic", "Level `bed`, the responsible role: ward becomes clinic."),
        ("travels: false", "travels: true", "Move `to-home`, that the patient travels: no becomes yes."),
        ("title: {sv: Liten", "title: {sv: Mycket liten", "The title, the Swedish text: Liten becomes “Mycket liten”."),
        ("{sv: Hemma", "{sv: Hem", "Level `home`, the Swedish text: Hemma becomes Hem."),
        ("replaces: []", "replaces: [older]", "The replaced pathways: now also older."),
        ("  no-place: {", "  full: {sv: Fullt, en: Full}\n  no-place: {", "The rejection `full` is new."),
        ("  moved: {title: {sv: Flyttad, en: Moved}}\n", "", "The end `moved` is removed."),
    ],
)  # fmt: skip
def test_a_change_of_a_pathway_is_one_sentence(old: str, new: str, sentence: str) -> None:
    found = differences(SMALL, pathway_of(changed(PATHWAY, old, new), "new"))
    assert [each.sentence for each in found] == [sentence]


def test_a_change_carries_its_path_and_both_values() -> None:
    found = differences(SMALL, pathway_of(changed(PATHWAY, "1 day", "2 days"), "new"))
    sentence = "The limit for sending a draft: 1 day becomes 2 days."
    assert found == [Difference(("draft_limit",), "1 day", "2 days", sentence)]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("HOME_FIRST", "HOME_NEW", [SECRET]),
        ("places: 2", "places: 3", ["Unit `plats`, the places: 2 becomes 3."]),
        ('until: "16:30"', 'until: "17:00"', [HOURS]),
        (FIRST + SECOND, SECOND + FIRST, [f"{ORDER} second, first."]),
        ("holidays: open", "holidays: sun", [f"{COVER}: now also holidays sun; no longer holidays open."]),
        ("2026-12-30", "2026-12-31", [f"{DESK}: now also 2026-12-31 closed; no longer 2026-12-30 closed."]),
        ('until: "10:00"', 'until: "11:00"', [EARLIER]),
        ('cover: {hours: [{days: [sun], from: "08:00", until: "12:00"}]}', "cover: {always: true}", [ON_CALL]),
        ("{name: second, ", "{name: second, cover: {always: true}, ", [f"{OWN}: now always."]),
        ("covered_by: mottagning", "covered_by: avdelning", [f"{CLOSED}: mottagning becomes avdelning."]),
        ("    covered_by: mottagning\n", "", [f"{CLOSED}: no longer mottagning."]),
        ("units:", "closing_lead: 1 h\nunits:", [f"{LEAD}: 30 min becomes 1 h."]),
        ("units:", "patient_records: shared\nunits:", [f"{RECORDS}: per-organisation becomes shared."]),
        ("units:", "retention_years: 10\nunits:", [f"{KEPT}: now 10."]),
        (SECOND, "", [REMOVED, f"{ORDER} first."]),
        ("Europe/Stockholm", "Europe/Copenhagen", ["The time zone: Europe/Stockholm becomes Europe/Copenhagen."]),
        ("country: SE", "country: DK", ["The country: SE becomes DK."]),
    ],
)  # fmt: skip
def test_a_change_of_a_network_is_said_in_sentences(old: str, new: str, sentences: list[str]) -> None:
    before, after = network_of(NETWORK, "old"), network_of(changed(NETWORK, old, new), "new")
    assert [each.sentence for each in differences_between_networks(before, after)] == sentences


def test_a_whole_new_team_is_one_sentence() -> None:
    network = network_of(NETWORK, "x")
    smaller = network.model_copy(update={"teams": {key: network.teams[key] for key in ("hemteam", "avdelning")}})
    assert [each.sentence for each in differences_between_networks(smaller, network)] == [
        "The team `mottagning` is new."
    ]


def test_nothing_changes_between_equals() -> None:
    assert differences(SMALL, SMALL) == []


def test_another_last_resort_and_a_calendar_are_said_in_a_sentence_each() -> None:
    before = network_of(NETWORK, "old")
    ward = before.teams["avdelning"]
    teams = {**before.teams, "avdelning": ward.model_copy(update={"cover": Cover(calendar="ROTA")})}
    last = LastResort(team="hemteam", contact="first")
    after = before.model_copy(update={"teams": teams, "last_resort": last})
    assert [each.sentence for each in differences_between_networks(before, after)] == [
        CALENDAR,
        "The last resort: “duty of avdelning” becomes “first of hemteam”.",
    ]
    assert [
        each.sentence for each in differences_between_networks(before, before.model_copy(update={"last_resort": None}))
    ] == ["The last resort: no longer “duty of avdelning”."]

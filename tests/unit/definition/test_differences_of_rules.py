"""What changes between two versions in what they ask for, in sentences."""

import pytest
from safe_definitions import SAFE, models_in
from small_definitions import changed

from pathways.definition.change_words import ENGLISH
from pathways.definition.conditions import Condition
from pathways.definition.differences import differences
from pathways.definition.models import LaterStart, Trigger, Waiving
from pathways.definition.reading import pathway_of
from pathways.definition.treatments import Complication

FULL = pathway_of(SAFE, "safe.yaml")
CONDITION = SAFE[SAFE.index("    suggested_when:") : SAFE.index("    reasons: [better]")]
SUGGESTED = "“phase terminal or deteriorating or (NRS at least 7 and AKPS 20–40 and away from the preferred place)”"
NOW = SUGGESTED.replace("7", "8")
COMING_BACK = SAFE[SAFE.index("coming_back:") : SAFE.index("beginning:")]
NO_TIME = SAFE[SAFE.index("  no-time:") : SAFE.index("  wish:")]
UNREADY = SAFE[SAFE.index("    unready:") : SAFE.index("  answer: 30 min\n  arrive")]
LEAVE = "[sender, receiver], urgencies: [acute]"
BOTH = "the sender when it is acute, the receiver when it is acute"

REASON, BACK = "Reason to go ahead without `no-time`,", "When a patient comes back,"
FIXED = "The fixed contact,"
DRIP, LEADS = "Treatment `drip`,", "what a complication leads to:"
REPORT, TAKEN = "Clock `law.report`,", "the milestone that it takes back"
AT_HOME, REVIEW = "Task `wound-care`, level `home`,", "The day on which it is looked at again"
CALL, LATER = "Clock `law.call-in`,", "the limit for a later start"

CHANGES = [
    # what is replaced, by what, what the sentence is about, what it says
    ("    is_urgent: true\n", "", "Urgency `acute`,", "that it is never held back: yes becomes no."),
    ("situation, ", "", "Urgency `acute`,", "what the summary must hold: no longer situation."),
    ("read_back: true", "read_back: false", "Urgency `acute`,", "that it must be read back: yes becomes no."),
    ("    stale: 12 h\n", "", "Urgency `acute`,", "when an unanswered request closes itself: no longer 12 h."),
    ("seen: 15 min", "seen: 9 min", "Urgency `acute`,", "the limit to be seen: 15 min becomes 9 min."),
    ("cover", "wall", "Urgency `acute`,", "the time that the limit to answer counts: cover becomes wall."),
    ("hold: 2 h", "hold: 1 h", "Urgency `acute`,", "how long a place is held: 2 h becomes 1 h."),
    ("question: 20", "question: 9", "Urgency `acute`,", "the limit to answer a question: 20 min becomes 9 min."),
    ("answer: true", "answer: false", "Urgency `acute`,", "that a question stops the limit to answer: yes becomes no."),
    ("stale: 12 h", "stale: 9 h", "Urgency `acute`,", "when an unanswered request closes itself: 12 h becomes 9 h."),
    ("evidence: true", "evidence: false", "Readiness item `named`,", "that evidence is asked for: yes becomes no."),
    ("valid_for: 7 days", "valid_for: 8 days", "Readiness item `named`,", "how long it holds: 7 days becomes 8 days."),
    (f"    waive: {{by: {LEAVE}}}\n", "", "Readiness item `named`,", f"who may go ahead without it: no longer {BOTH}."),
    (NO_TIME, "", "", "The reason to go ahead without `no-time` is removed."),
    ("There is no", "No", REASON, "the English text: “There is no time” becomes “No time”."),
    (CONDITION, "", "Move `to-home`,", f"when it is suggested: no longer {SUGGESTED}."),
    ("least: 7", "least: 8", "Move `to-home`,", f"when it is suggested: {SUGGESTED} becomes {NOW}."),
    ("is_death: true, ", "", "End `deceased`,", "that it is a death: yes becomes no."),
    ("  unstable: {change_within: 72 h, repeat: 12 h}\n", "", "", "The phase `unstable` is removed."),
    ("within: 72 h, r", "within: 48 h, r", "Phase `unstable`,", "the limit for it to change: 72 h becomes 48 h."),
    ("answer: 25", "answer: 20", "Phase `terminal`,", "the longest that an answer may take: 25 min becomes 20 min."),
    (", holds_back: true", "", "Phase `terminal`,", "that it holds moves back: yes becomes no."),
    (COMING_BACK, "", "", "What holds when a patient comes back is removed."),
    ("  within: 72 h\n", "  within: 48 h\n", BACK, "how long after a handover that is: 72 h becomes 48 h."),
    ("  answer: 30 min\n", "  answer: 20 min\n", BACK, "the limit to answer: 30 min becomes 20 min."),
    (UNREADY, "", BACK, "the cause `unready` is removed."),
    ("en: Worse again", "en: Worse", f"{BACK} cause `worse-again`,", "the English text: “Worse again” becomes Worse."),
    ("role: home-team, levels", "role: ward, levels", "Service `visits`,", "the role: home-team becomes ward."),
    ("levels: [home]}", "levels: [home, bed]}", "Service `visits`,", "the levels where it is done: now also bed."),
    ("review: 2 days", "review: 1 day", "Pause `elsewhere`,", "the time between reviews: 2 days becomes 1 day."),
    ("takes_back: set-out", "takes_back: called", "Milestone `taken-in`,", f"{TAKEN}: set-out becomes called."),
    ("{begins: true}", "{level: home}", CALL, "what it starts at: now also level home; no longer begins."),
    (", {leaves: bed}", "", CALL, "what it stops at: no longer leaves bed."),
    ("limit: 3 days", "limit: 2 days", CALL, "the limit: 3 days becomes 2 days."),
    ("limit: 4 days", "limit: 5 days", CALL, f"{LATER}: 4 days after 12:00 becomes 5 days after 12:00."),
    ('    later: {after: "12:00", limit: 4 days}\n', "", CALL, f"{LATER}: no longer 4 days after 12:00."),
    ("end_of_day: 1", "end_of_day: 0", REPORT, "how many days after that of the start end it: 1 becomes 0."),
    ("[clinic]\n    comp", "[clinic, ward]\n    comp", DRIP, "the roles that order it: now also ward."),
    ("record_within: 2 h", "record_within: 3 h", DRIP, "the limit to record a visit: 2 h becomes 3 h."),
    ("act_within: 3 h", "act_within: 4 h", DRIP, "the limit to act on a missed visit: 3 h becomes 4 h."),
    ("longest_days: 42", "longest_days: 14", DRIP, "on how many days an order may run: 42 becomes 14."),
    ("urgency: prompt", "urgency: acute", DRIP, f"{LEADS} “to-rest, prompt, worse” becomes “to-rest, acute, worse”."),
    ("[home-team, clinic]", "[clinic]", FIXED, "the roles that it may belong to: no longer home-team."),
    ("name_within: 5 days", "name_within: 4 days", FIXED, "the limit to name one: 5 days becomes 4 days."),
    ("until: 2027-12-31", "until: 2028-12-31", "", "The last day in force: 2027-12-31 becomes 2028-12-31."),
    ("review: 2027-06-01", "review: 2027-07-01", "", f"{REVIEW}: 2027-06-01 becomes 2027-07-01."),
    ("[Nämnden i A, ", "[", "", "Who has signed it: no longer Nämnden i A."),
    ("    fees: {", "    money: {sv: Pengar, en: Money}\n    fees: {", "", "The annex `money` is new."),
    ("en: Fees", "en: Payment", "Annex `fees`,", "the English text: Fees becomes Payment."),
    ("[clinic, home-team]", "[clinic]", AT_HOME, "the roles that carry it out: no longer home-team."),
    (", informed: [ward]", "", AT_HOME, "the informed roles: no longer ward."),
    ("responsible: home-team, c", "responsible: clinic, c", AT_HOME, "the responsible role: home-team becomes clinic."),
    ("{end: deceased}", "{end: moved}", REPORT, "what it starts at: now also end moved; no longer end deceased."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "about", "said"), CHANGES)
def test_a_change_of_the_rules_is_one_sentence(old: str, new: str, about: str, said: str) -> None:
    text = changed(SAFE, old, new)
    if "is_urgent" in old:  # then no phase may hold back, and none does in either version
        text, before = changed(text, ", holds_back: true", ""), changed(SAFE, ", holds_back: true", "")
    elif "urgency: prompt" in old:
        quiet = "    summary: [illness-severity, situation, contingency]\n"
        text, before = changed(text, quiet, ""), changed(SAFE, quiet, "")
    elif "read_back" in old:
        leave = "    waive_read_back: {by: [receiver]}\n"
        text, before = changed(text, leave, ""), changed(SAFE, leave, "")
    else:
        before = SAFE
    found = differences(pathway_of(before, "old"), pathway_of(text, "new"))
    assert [each.sentence for each in found] == [f"{about} {said}".strip()]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (LEAVE, "[sender]", f"named`, who may go ahead without it: now also the sender; no longer {BOTH}."),
        ("{by: [receiver]}", "{by: [sender]}", "without a read-back: now also the sender; no longer the receiver."),
    ],
)
def test_who_may_go_ahead_without_something_is_told_with_the_urgency(old: str, new: str, said: str) -> None:
    (found,) = differences(FULL, pathway_of(changed(SAFE, old, new), "new"))
    assert found.sentence.endswith(said)


def test_who_carries_a_task_out_is_told_as_it_is_also_where_it_is_the_responsible_role_itself() -> None:
    duties = "bed: {responsible: ward, consulted: [clinic]}"
    said_twice = changed(SAFE, duties, "bed: {responsible: ward, carries_out: [ward], consulted: [clinic]}")
    assert differences(FULL, pathway_of(said_twice, "new")) == []
    of_another = changed(SAFE, duties, "bed: {responsible: home-team, consulted: [clinic]}")
    at_bed = "Task `wound-care`, level `bed`,"
    assert [each.sentence for each in differences(FULL, pathway_of(of_another, "new"))] == [
        f"{at_bed} the responsible role: ward becomes home-team.",
        f"{at_bed} the roles that carry it out: now also home-team; no longer ward.",
    ]
    before = changed(SAFE, duties, "bed: {responsible: home-team, carries_out: [ward], consulted: [clinic]}")
    assert [each.sentence for each in differences(pathway_of(before, "old"), FULL)] == [
        f"{at_bed} the responsible role: home-team becomes ward."
    ]


def test_what_is_new_is_told_as_what_is_removed() -> None:
    found = differences(pathway_of(changed(SAFE, COMING_BACK, ""), "old"), FULL)
    assert [each.sentence for each in found] == ["What holds when a patient comes back is new."]


def test_everything_that_a_pathway_holds_has_words_of_its_own() -> None:
    told = {key.rpartition(".")[2] for key in (*ENGLISH.fields, *ENGLISH.things, *ENGLISH.whole)}
    told_by_what_they_hold = {"pathway", "title", "agreement"}
    fields = {
        field.alias or name
        for kind in models_in(FULL)
        if kind not in (Condition, Waiving, Trigger, LaterStart, Complication)
        for name, field in kind.model_fields.items()
    }
    assert fields - told - told_by_what_they_hold == set(), "add words for the new key to differences.py"

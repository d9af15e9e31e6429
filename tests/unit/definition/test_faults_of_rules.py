"""Every way in which what a pathway says of safety can be wrong: waiving, limits, phases, services, conditions."""

import pytest
from safe_definitions import SAFE, models_in
from small_definitions import PATHWAY, changed, line_of

from pathways.definition.conditions import Phase
from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.reading import pathway_of

WAIVERS = SAFE[SAFE.index("waivers:") : SAFE.index("phases:")]
NRS, AKPS = "{assessment: nrs, at_least: 7}", "{assessment: akps, at_least: 20, at_most: 40}"
PHASE, FACT = "{phase: [terminal, deteriorating]}", "{fact: away-from-preferred-place}"
THIRTEEN = f"{{any: [{', '.join(f'{{assessment: esas-r, at_least: {score}}}' for score in range(10, 23))}]}}"

SPARE = "spare: {sv: Extra, en: Spare}"

BROKEN = [
    # code, what is replaced, by what, words on the line of the fault
    (Code.WRONG_CHOICE, "  terminal: {answer", "  terminl: {answer", "terminl"),
    (Code.WRONG_CHOICE, "[illness-severity, situation", "[illness-severity, sitation", "sitation"),
    (Code.WRONG_CHOICE, "by: [receiver]", "by: [nurse]", "[nurse]"),
    (Code.WRONG_CHOICE, "answer_counts: cover", "answer_counts: office", "office"),
    (Code.WRONG_CHOICE, NRS, "{assessment: vas, at_least: 7}", "vas"),
    (Code.WRONG_CHOICE, FACT, "{fact: kit}", "{fact: kit}"),
    (Code.WRONG_TYPE, "at_least: 7", "at_least: much", "much"),
    (Code.UNKNOWN_KEY, NRS, "{assessment: nrs, atleast: 7, at_most: 9}", "atleast"),
    (Code.IMPOSSIBLE_DURATION, "change_within: 72 h", "change_within: three days", "three days"),
    (Code.WRONG_NAME, "  no-time:", "  No_Time:", "No_Time"),
    (Code.WRONG_NAME, "    unready:", "    Unready:", "Unready"),
    (Code.WRONG_NAME, "  laundry: {", "  Laundry: {", "Laundry"),
    (Code.WRONG_NAME, "  elsewhere: {", "  Elsewhere: {", "Elsewhere"),
    (Code.MISSING_LANGUAGE, "{sv: Sämre igen, en: Worse again}", "{sv: Sämre igen}", "worse-again"),
    (Code.MISSING_LANGUAGE, ", en: There is no time}", "}", "no-time"),
    (Code.MISSING_LANGUAGE, ", en: Home visits}", "}", "visits"),
    (Code.MISSING_LANGUAGE, ", en: Admitted elsewhere}", "}", "elsewhere"),
    (Code.MISSING_LANGUAGE, "{sv: Lugn, en: Calm}", "{sv: Lugn}", "Lugn"),
    (Code.EMPTY_TEXT, "en: Worse again}", "en: ''}", "worse-again"),
    (Code.EMPTY_LIST, "by: [receiver]", "by: []", "by: []"),
    (Code.EMPTY_LIST, "role: home-team, levels: [home]", "role: home-team, levels: []", "visits"),
    (
        Code.EMPTY_LIST,
        SAFE[SAFE.index("  causes:") : SAFE.index("  answer: 30 min\n  arrive")],
        "  causes: {}\n",
        "causes",
    ),
    (Code.REPEATED_ENTRY, "situation, contingency]", "situation, situation]", "situation, situation"),
    (Code.REPEATED_ENTRY, "by: [receiver]", "by: [receiver, receiver]", "[receiver, receiver]"),
    (Code.REPEATED_ENTRY, "urgencies: [acute]", "urgencies: [acute, acute]", "[acute, acute]"),
    (Code.REPEATED_ENTRY, "role: home-team, levels: [home]", "role: home-team, levels: [home, home]", "visits"),
    (Code.REPEATED_ENTRY, PHASE, "{phase: [terminal, terminal]}", "phase: [terminal, terminal]"),
    (Code.REPEATED_ENTRY, PHASE, "{any: [{phase: [stable]}, {phase: [stable]}]}", "any: [{"),
    (Code.UNKNOWN_URGENCY, "urgencies: [acute]", "urgencies: [akute]", "akute"),
    (Code.UNKNOWN_ROLE, "role: home-team, levels", "role: hom-team, levels", "hom-team"),
    (Code.UNKNOWN_LEVEL, "role: home-team, levels: [home]", "role: home-team, levels: [hem]", "[hem]"),
    (Code.MISSING_WAIVERS, WAIVERS, "", "waive_read_back"),
    (Code.UNUSED_WAIVERS, "", "", "waivers:"),
    (Code.WAIVE_WITHOUT_EFFECT, "    read_back: true\n", "", "waive_read_back"),
    (Code.WAIVE_WITHOUT_EFFECT, "by: [receiver]", "by: [receiver], urgencies: [acute]", "waive_read_back"),
    (Code.WAIVE_WITHOUT_EFFECT, "urgencies: [acute]", "urgencies: [acute, calm]", "[acute, calm]"),
    (Code.SEEN_BEFORE_DELIVERED, "seen: 15 min", "seen: 4 min", "seen: 4 min"),
    (Code.UNWATCHED_REQUEST, "Promptly}, delivered: 5 min, seen: 10 min}", "Promptly}, seen: 10 min}", "prompt"),
    (Code.MARK_AFTER_ANSWER, "seen: 15 min", "seen: 31 min", "seen: 31 min"),
    (Code.MARK_AFTER_ANSWER, "    seen: 4 h\n", "    seen: 25 h\n", "seen: 25 h"),
    (Code.STALE_BEFORE_ANSWER, "stale: 12 h", "stale: 2 h", "stale: 2 h"),
    (Code.HOLD_AFTER_ARRIVE, "hold: 2 h", "hold: 241 min", "hold: 241 min"),
    (Code.HOLD_WITHOUT_PLACES, "    seen: 4 h\n", "    seen: 4 h\n    hold: 4 h\n", "hold: 4 h"),
    (Code.ARRIVE_NOT_LONGER, "  arrive: 4 h\n", "  arrive: 30 min\n", "  arrive: 30 min"),
    (Code.PHASE_WITHOUT_EFFECT, "{change_within: 72 h, repeat: 12 h}", "{repeat: 12 h}", "unstable: {repeat"),
    (Code.PHASE_WITHOUT_EFFECT, "answer: 25 min, holds", "answer: 24 h, holds", "answer: 24 h, holds"),
    (Code.ALL_HELD_BACK, "    is_urgent: true\n", "", "holds_back"),
    (Code.EMPTY_CONDITION, NRS, "{}", "- {}"),
    (Code.EMPTY_CONDITION, NRS, "{any: []}", "any: []"),
    (Code.MIXED_CONDITION, NRS, "{assessment: nrs, at_least: 7, fact: consent-given}", "fact: consent-given"),
    (Code.MIXED_CONDITION, "      any:\n", "      fact: consent-given\n      any:\n", "fact: consent-given"),
    (Code.LARGE_CONDITION, NRS, THIRTEEN, "suggested_when"),
    (Code.LARGE_CONDITION, NRS, "{any: [{phase: [terminal]}]}", "suggested_when"),
    (Code.BOUND_WITHOUT_ASSESSMENT, FACT, "{fact: consent-given, at_most: 3}", "consent-given, at_most"),
    (Code.WRONG_SCORE, "at_least: 7", "at_least: 11", "at_least: 11"),
    (Code.WRONG_SCORE, "at_most: 40", "at_most: 45", "at_most: 45"),
    (Code.ALWAYS_TRUE, NRS, "{assessment: nrs}", "{assessment: nrs}"),
    (Code.ALWAYS_TRUE, NRS, "{assessment: nrs, at_least: 0}", "at_least: 0"),
    (Code.ALWAYS_TRUE, PHASE, "{phase: [terminal, deteriorating, unstable, stable]}", "unstable, stable]"),
    (Code.ALWAYS_TRUE, PHASE, "{any: [{phase: [stable]}, {phase: [unstable, deteriorating, terminal]}]}", "any: [{"),
    (Code.NEVER_TRUE, AKPS, "{assessment: akps, at_least: 50, at_most: 40}", "at_least: 50"),
    (Code.NEVER_TRUE, AKPS, "{assessment: nrs, at_most: 6}", "all:"),
    (Code.WRONG_NAME, "  law.call-in:", "  law..call-in:", "law..call-in"),
    (Code.WRONG_NAME, "  law.call-in:", "  Law.call-in:", "Law.call-in"),
    (Code.WRONG_NAME, "  law.call-in:", f"  {61 * 'l'}:", 61 * "l"),
    (Code.WRONG_NAME, "  law.call-in:", "  law.:", "law.:"),
    (Code.MISSING_LANGUAGE, ", en: Set out}", "}", "set-out"),
    (Code.MISSING_LANGUAGE, ", en: Report}", "}", "Rapport"),
    (Code.WRONG_TIME, '"12:00", limit', '"noon", limit', "noon"),
    (Code.UNKNOWN_ROLE, "    role: ward\n    starts", "    role: wards\n    starts", "wards"),
    (Code.UNKNOWN_MILESTONE, "{milestone: called}, {leaves", "{milestone: caled}, {leaves", "caled"),
    (Code.UNKNOWN_MILESTONE, "takes_back: set-out", "takes_back: set", "takes_back"),
    (Code.UNKNOWN_LEVEL, "{level: bed}", "{level: bad}", "{level: bad}"),
    (Code.UNKNOWN_LEVEL, "{leaves: bed}", "{leaves: bad}", "{leaves: bad}"),
    (Code.UNKNOWN_END, "{end: deceased}", "{end: diseased}", "diseased"),
    (Code.UNUSED_MILESTONE, ", takes_back: set-out", "", "taken-in"),
    (Code.UNUSED_MILESTONE, "{milestone: set-out}, {begins", "{begins", "set-out"),
    (Code.TAKES_BACK_UNCLEAR, "takes_back: set-out", "takes_back: taken-in", "taken-in"),
    (Code.TAKES_BACK_UNCLEAR, "en: Called}", "en: Called}, takes_back: taken-in", "called"),
    (Code.TRIGGER_UNCLEAR, "{begins: true}", "{}", "set-out}, {}"),
    (Code.TRIGGER_UNCLEAR, "{begins: true}", "{begins: false}", "{begins: false}"),
    (Code.TRIGGER_UNCLEAR, "{leaves: bed}", "{leaves: bed, level: rest}", "{leaves: bed, level: rest}"),
    (Code.EMPTY_LIST, "[{level: bed}, {end: deceased}]", "[]", "starts: []"),
    (Code.EMPTY_LIST, "[{milestone: called}, {leaves: bed}]", "[]", "stops: []"),
    (Code.REPEATED_ENTRY, "{begins: true}", "{begins: true}, {begins: true}", "{begins: true}"),
    (Code.STARTS_AND_STOPS, "{leaves: bed}", "{milestone: set-out}", "called}, {milestone: set-out}"),
    (Code.STOP_WITHOUT_EFFECT, "{leaves: bed}", "{end: moved}", "{end: moved}"),
    (Code.STOP_WITHOUT_EFFECT, "{leaves: bed}", "{begins: true}", "called}, {begins: true}"),
    (Code.CLOCK_NEVER_STOPS, "stops: [{milestone: called}]\n", "stops: [{leaves: bed}]\n", "stops: [{leaves: bed}]\n"),
    (Code.CLOCK_LIMIT_UNCLEAR, "    end_of_day: 1\n", "", "law.report"),
    (Code.CLOCK_LIMIT_UNCLEAR, "    end_of_day: 1\n", "    end_of_day: 1\n    limit: 1 day\n", "law.report"),
    (Code.CLOCK_LIMIT_UNCLEAR, "    limit: 3 days\n", "    end_of_day: 3\n", "later"),
    (Code.CLOCK_LIMIT_UNCLEAR, "end_of_day: 1", "end_of_day: -1", "end_of_day: -1"),
    (Code.CLOCK_LIMIT_UNCLEAR, "end_of_day: 1", "end_of_day: 4000", "end_of_day: 4000"),
    (Code.WRONG_NAME, "  drip:", "  Drip:", "Drip:"),
    (Code.MISSING_LANGUAGE, ", en: Drip}", "}", "sv: Dropp}"),
    (Code.MISSING_LANGUAGE, ", en: Trained in drips}", "}", "drip-trained"),
    (Code.MISSING_LANGUAGE, ", en: Fixed contact}", "}", "vårdkontakt"),
    (Code.IMPOSSIBLE_DURATION, "record_within: 2 h", "record_within: soon", "soon"),
    (Code.EMPTY_LIST, "    levels: [home]\n    ordered", "    levels: []\n    ordered", "levels: []"),
    (Code.NO_DAYS, "longest_days: 42", "longest_days: 0", "longest_days"),
    (Code.EMPTY_LIST, "ordered_by: [clinic]", "ordered_by: []", "ordered_by"),
    (Code.EMPTY_LIST, "roles: [home-team, clinic]", "roles: []", "roles: []"),
    (Code.REPEATED_ENTRY, "competences: [drip-trained]", "competences: [drip-trained, drip-trained]", "trained, drip"),
    (Code.REPEATED_ENTRY, "roles: [home-team, clinic]", "roles: [clinic, clinic]", "clinic, clinic"),
    (Code.UNKNOWN_LEVEL, "    levels: [home]\n    ordered", "    levels: [hem]\n    ordered", "[hem]"),
    (Code.UNKNOWN_ROLE, "ordered_by: [clinic]", "ordered_by: [clinik]", "clinik"),
    (Code.UNKNOWN_ROLE, "roles: [home-team, clinic]", "roles: [home-team, clinik]", "clinik"),
    (Code.UNKNOWN_COMPETENCE, "competences: [drip-trained]", "competences: [drip-trained, drop]", "drop]"),
    (Code.UNUSED_COMPETENCE, "  drip-trained:", f"  {SPARE}\n  drip-trained:", "spare"),
    (Code.UNKNOWN_MOVE, "{move: to-rest, u", "{move: to-bad, u", "to-bad"),
    (Code.MOVE_FROM_ELSEWHERE, "levels: [home]\n    order", "levels: [home, rest]\n    order", "to-rest, u"),
    (Code.UNKNOWN_URGENCY, "urgency: prompt", "urgency: promt", "promt"),
    (Code.COMPLICATION_WAITS, "urgency: prompt", "urgency: acute", "urgency: acute"),
    (Code.UNKNOWN_REASON, "reason: worse}", "reason: better}", "reason: better}"),
    (Code.WRONG_NAME, "    leaving: {", "    Leaving: {", "Leaving"),
    (Code.WRONG_NAME, "    hours:\n", "    Hours:\n", "Hours:"),
    (Code.MISSING_LANGUAGE, ", en: Is being discharged}", "}", "leaving"),
    (Code.MISSING_LANGUAGE, ", en: Hours a week}", "}", "Timmar"),
    (Code.EMPTY_TEXT, "instrument: Hours", "instrument: ''", "instrument: ''"),
    (Code.UNKNOWN_END, "frees: [moved]", "frees: [mooved]", "mooved"),
    (Code.UNKNOWN_END, "not_after: [moved]", "not_after: [mooved]", "mooved"),
    (Code.UNKNOWN_ROLE, "      role: clinic\n", "      role: clinics\n", "clinics"),
    (Code.REPEATED_ENTRY, "frees: [moved]", "frees: [moved, moved]", "frees"),
    (Code.REPEATED_ENTRY, "not_after: [moved]", "not_after: [moved, moved]", "not_after"),
    (Code.UNKNOWN_PACKAGE, "package: easing", "package: easin", "package: easin"),
    (Code.WRONG_CAP, "cap: 25", "cap: 0", "cap: 0"),
    (Code.NEVER_A_PLACE, "frees: [moved]", "frees: []", "frees: []"),
    (Code.WRONG_CHOICE, "better: lower", "better: less", "less"),
    (Code.WRONG_CHOICE, "compare_with: waiting-list", "compare_with: others", "others"),
    (Code.WRONG_RANGE, "highest: 168", "highest: 0", "highest: 0"),
    (Code.WRONG_RANGE, "step: 5", "step: 7", "step: 7"),
    (Code.WRONG_RANGE, "step: 5", "step: 0", "step: 0"),
    (Code.WRONG_RANGE, "decimals: 1", "decimals: 3", "decimals: 3"),
    (Code.WRONG_RANGE, "step: 5", "step: 5\n      decimals: 1", "decimals: 1"),
    (Code.WINDOWS_OVERLAP, "opens: 4 weeks", "opens: 3 days", "opens: 3 days"),
    (Code.WINDOWS_OVERLAP, "closes: 6 weeks", "closes: 4 weeks", "closes: 4 weeks"),
    (Code.WINDOWS_OVERLAP, "opens: 25 weeks", "opens: 6 weeks", "opens: 6 weeks"),
    (Code.WINDOWS_OVERLAP, "closes: 29 weeks", "closes: 25 weeks", "closes: 25 weeks"),
    (Code.WINDOW_OUTSIDE_PACKAGE, "closes: 6 weeks", "closes: 9 weeks", "closes: 9 weeks"),
    (Code.WINDOW_OUTSIDE_PACKAGE, "opens: 25 weeks", "opens: 20 weeks", "opens: 20 weeks"),
    (Code.COMPARISON_WITH_NOBODY, "  waiting_list: {ask_again: 2 weeks, enrol_within: 3 days}\n", "", "compare_with"),
    (Code.ENROLMENT_WITHOUT_EFFECT, "  cap: 25\n  frees: [moved]\n", "", "  waiting_list:"),
    (Code.FEW_TOO_SMALL, "few: 8", "few: 4", "few: 4"),
]  # fmt: skip


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(text, "broken.yaml")
    return caught.value.faults


def without_leave() -> str:
    """The pathway with its reasons to go ahead without something, and nothing that may be gone without."""
    text = changed(SAFE, "    waive_read_back: {by: [receiver]}\n", "")
    return changed(text, "    waive: {by: [sender, receiver], urgencies: [acute]}\n", "")


def test_a_pathway_may_use_every_key() -> None:
    pathway = pathway_of(SAFE, "safe.yaml")
    unused = [
        f"{kind.__name__}.{name}"
        for kind, values in models_in(pathway).items()
        for name, field in kind.model_fields.items()
        if all(getattr(value, name) == field.default for value in values)
    ]
    assert unused == []


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN, ids=lambda value: str(value)[:30])
def test_broken_rules_are_answered_with_the_fault_and_its_line(code: Code, old: str, new: str, mark: str) -> None:
    text = changed(SAFE, old, new) if old else without_leave()
    found = [fault for fault in faults_of(text) if fault.code is code]
    assert found, faults_of(text)
    expected = text[: text.index(mark)].count("\n") + 1
    assert expected in [fault.line for fault in found]
    assert all(fault.mend and fault.sentence and fault.column for fault in found)


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN, ids=lambda value: str(value)[:30])
def test_one_thing_wrong_with_the_rules_is_told_once(code: Code, old: str, new: str, mark: str) -> None:
    text = changed(SAFE, old, new) if old else without_leave()
    assert [fault.code for fault in faults_of(text)] == [code]


def test_a_misspelt_phase_is_answered_with_the_nearest_and_its_limits_are_judged_too() -> None:
    text = changed(SAFE, "terminal: {answer: 25 min", "terminl: {answer: soon")
    first, second = faults_of(text)
    assert (first.code, first.mend) == (Code.WRONG_CHOICE, "Did you mean `terminal`?")
    assert (first.line, first.column) == (line_of(text, "terminl"), 3)
    assert (second.code, second.line) == (Code.IMPOSSIBLE_DURATION, line_of(text, "terminl"))


def test_a_phase_that_is_none_and_holds_no_rules_is_two_faults() -> None:
    text = changed(SAFE, "  unstable: {change_within: 72 h, repeat: 12 h}", "  '[key]': 7")
    assert [fault.code for fault in faults_of(text)] == [Code.WRONG_CHOICE, Code.WRONG_TYPE]


def test_a_faulty_limit_is_compared_with_no_other_wherever_that_stands() -> None:
    faults = faults_of(changed(SAFE, "acute: {answer: 30 min", "acute: {answer: soon"))
    assert [fault.code for fault in faults] == [Code.IMPOSSIBLE_DURATION]
    faults = faults_of(changed(SAFE, "stale: 12 h", "stale: never"))
    assert [fault.code for fault in faults] == [Code.IMPOSSIBLE_DURATION]


def test_a_mark_that_comes_too_late_is_told_once_for_the_quickest_move() -> None:
    (fault,) = faults_of(changed(SAFE, "seen: 15 min", "seen: 3 h"))
    assert fault.sentence == "`seen` is longer than `answer` of the move `to-bed` (30 min)."


def test_with_no_urgencies_declared_leave_may_be_given_for_those_of_the_moves() -> None:
    acute = "urgencies:\n  acute: {title: {sv: Akut, en: Acute}, delivered: 5 min, seen: 10 min}\n"
    text = changed(PATHWAY, acute, "")
    waivers = "waivers:\n  wish: {sv: Önskan, en: Wish}\nmoves:"
    text = changed(
        changed(text, "side: receiver}", "side: receiver, waive: {by: [sender], urgencies: [acute]}}"),
        "moves:",
        waivers,
    )
    assert [fault.code for fault in faults_of(text)] == [Code.UNWATCHED_REQUEST]
    fault, _unwatched = faults_of(changed(text, "urgencies: [acute]", "urgencies: [akut]"))
    assert (fault.code, fault.mend) == (Code.UNKNOWN_URGENCY, "Did you mean `acute`?")


def test_leave_to_go_ahead_is_no_use_of_an_urgency() -> None:
    text = changed(SAFE, "      calm: {answer: 1 day, arrive: 3 days, repeat: 4 h}\n", "")
    text = changed(text, "urgencies: [acute]", "urgencies: [acute, calm]")
    assert Code.UNUSED_URGENCY in [fault.code for fault in faults_of(text)]


def test_rules_of_an_urgency_without_moves_are_not_compared_with_any() -> None:
    text = changed(SAFE, "      calm: {answer: 1 day, arrive: 3 days, repeat: 4 h}\n", "")
    text = changed(text, "    seen: 4 h\n", "    seen: 4 h\n    stale: 1 h\n")
    assert [fault.code for fault in faults_of(text)] == [Code.UNUSED_URGENCY]


def test_a_pathway_needs_none_of_the_rules() -> None:
    pathway = pathway_of(PATHWAY, "x")
    assert pathway.rules_for("calm").summary == ()
    assert pathway.rules_for("acute") == pathway.urgencies["acute"]
    assert pathway.rules_in(None) == pathway.rules_in(Phase.TERMINAL)
    assert pathway_of(SAFE, "x").rules_in(Phase.TERMINAL).holds_back


def test_a_programme_that_asks_for_nothing_is_told_as_one_without_effect() -> None:
    asked = SAFE[SAFE.index("  criteria:\n    leaving") : SAFE.index("evaluation:")]
    text = changed(SAFE, asked, "  cap:\n").replace("enrolment:\n  cap:\n", "enrolment: {}\n")
    assert [fault.code for fault in faults_of(text)] == [Code.ENROLMENT_WITHOUT_EFFECT, Code.COMPARISON_WITH_NOBODY]


def test_without_an_evaluation_or_a_programme_nothing_is_said_of_them() -> None:
    without = SAFE[: SAFE.index("enrolment:\n")]
    assert pathway_of(without, "without").enrolment is None
    assert pathway_of(without + SAFE[SAFE.index("evaluation:") :].replace("  compare_with: waiting-list\n", ""), "x")

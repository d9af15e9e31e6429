"""Every way in which a pathway text can be wrong, and the fault that it is answered with."""

import re

import pytest
from small_definitions import PATHWAY, changed, line_of

from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.models import BEGINNING
from pathways.definition.reading import pathway_of

ACUTE = "{answer: 30 min, remind: 10 min, arrive: 4 h, repeat: 10 min, ready: [named]}"
SECOND_WAY = """\
  to-rest-again:
    title: {sv: Till vila igen, en: To rest again}
    from: [bed]
    to: rest
    reasons: [worse]
    urgencies:
      acute: {answer: 1 h, arrive: 8 h, repeat: 10 min}
"""

BROKEN = [
    # code, what is replaced, by what, words on the line of the fault
    (Code.YAML_SYNTAX, "[home]\ndraft", "[home\ndraft", "draft_limit"),
    (Code.YAML_SYNTAX, "title: {sv: Liten", "title: {sv: Lit\aen", "Lit"),
    (Code.YAML_SYNTAX, "{sv: Liten, en: Small}", '{sv: Liten, en: "\\UFFFFFFFF"}', "Liten"),
    (Code.YAML_SYNTAX, "{sv: Hemma, en: Home}", '{sv: Hemma, en: "\\uD800"}', "Hemma"),
    (Code.MANY_DOCUMENTS, "roles:", "---\nroles:", "---"),
    (Code.TOO_DEEP, "[home]\ndraft", "[[[[[[[[[[[[[home]]]]]]]]]]]]]\ndraft", "begin_at"),
    (Code.ANCHOR, "from: [home]", "from: &here [home]", "&here"),
    (Code.ANCHOR, "responsible: home-team", "responsible: *here", "*here"),
    (Code.MERGE_KEY, "    consulted: [clinic]", "    <<: {consulted: [clinic]}", "<<"),
    (Code.TAG, "responsible: home-team", "responsible: !!python/name:os.system home-team", "!!python"),
    (Code.DUPLICATE_KEY, "    to: rest", "    to: rest\n    to: other", "    to: other"),
    (Code.ODD_KEY, "draft_limit: 1 day", "? [a, {b: c}]\n: {d: [e]}\ndraft_limit: 1 day", "? [a"),
    (Code.UNKNOWN_KIND, "pathway: small", "pathwei: small", "pathwei"),
    (Code.UNKNOWN_KEY, "    informs:", "    inform:", "    inform:"),
    (Code.MISSING_KEY, ", repeat: 10 min, ready", ", ready", "acute: {answer"),
    (Code.MISSING_KEY, "    to: bed\n", "", "  to-bed:"),
    (Code.WRONG_TYPE, "from: [home]", "from: home", "from: home"),
    (Code.WRONG_TYPE, "places: true", 'places: "true"', 'places: "true"'),
    (Code.WRONG_TYPE, "{sv: Hemma, en: Home}", "{sv: Hemma, en: 7}", "en: 7"),
    (Code.WRONG_TYPE, "  parties: [A kommun, Region B]\n  replaces: []\n", "  x\n", "  x"),
    (Code.WRONG_TYPE, "if_no_place: to-rest", "if_no_place: 7", "if_no_place: 7"),
    (Code.WRONG_TYPE, "ready: [named]}", "ready: named}", "ready: named}"),
    (Code.WRONG_CHOICE, "side: receiver", "side: reciever", "reciever"),
    (Code.WRONG_DATE, "2026-01-01", "2026-02-30", "2026-02-30"),
    (Code.WRONG_DATE, "2026-01-01", "1735689600", "1735689600"),
    (Code.WRONG_DATE, "2026-01-01", "9999-12-31", "9999-12-31"),
    (Code.WRONG_DATE, "2026-01-01", "2200-01-01", "2200-01-01"),
    (Code.WRONG_DATE, "2026-01-01", "0001-01-01", "0001-01-01"),
    (Code.WRONG_DATE, "2026-01-01", "1899-12-31", "1899-12-31"),
    (Code.WRONG_DATE, "2026-01-01", '"1735689600"', "1735689600"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: 11 years", "11 years"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: 0 min", "0 min"),
    (Code.IMPOSSIBLE_DURATION, "remind: 10 min", "remind: early", "remind: early"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: 200 months", "200 months"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: 5 mins", "5 mins"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: 5", "draft_limit: 5"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: {amount: -5, unit: min}", "amount: -5"),
    (Code.IMPOSSIBLE_DURATION, "draft_limit: 1 day", "draft_limit: {amount: 5}", "amount: 5"),
    (Code.WRONG_NAME, "pathway: small", "pathway: Små steg", "Små steg"),
    (Code.WRONG_NAME, "  no-place: {", "  9-åå: {sv: Nio, en: Nine}\n  no-place: {", "9-åå"),
    (Code.WRONG_NAME, "  no-place: {", "  ÅÄÖ!: {sv: Nio, en: Nine}\n  no-place: {", "ÅÄÖ!"),
    (Code.WRONG_NAME, "  no-place: {", f"  {'a' * 61}: {{sv: Nio, en: Nine}}\n  no-place: {{", "aaaaaa"),
    (Code.RESERVED_NAME, "  better: {", "  begin: {sv: Genast, en: At once}\n  better: {", "  begin:"),
    (Code.UNKNOWN_LANGUAGE, "languages: [sv, en]", "languages: [sv, en, fi]", "languages"),
    (Code.MISSING_LANGUAGE, "{sv: Hemma, en: Home}", "{sv: Hemma}", "Hemma"),
    (Code.UNDECLARED_LANGUAGE, "{sv: Hemma, en: Home}", "{sv: Hemma, en: Home, da: Hjemme}", "Hjemme"),
    (Code.EMPTY_TEXT, "{sv: Hemma, en: Home}", '{sv: " ", en: Home}', "en: Home}"),
    (Code.TEXT_NOT_ONE_LINE, "{sv: Hemma, en: Home}", '{sv: "Hem\\nma", en: Home}', "Hem\\nma"),
    (Code.TEXT_NOT_ONE_LINE, "{sv: Hemma, en: Home}", "{sv: Hem\u202ema, en: Home}", "Hem\u202ema"),
    (Code.TEXT_NOT_ONE_LINE, "{sv: Hemma, en: Home}", "{sv: Hem\u200bma, en: Home}", "Hem\u200bma"),
    (Code.EMPTY_LIST, "begin_at: [home]", "begin_at: []", "begin_at"),
    (Code.REPEATED_ENTRY, "ready: [named, listed]", "ready: [named, listed, named]", "listed, named]"),
    (Code.UNKNOWN_ROLE, "consulted: [clinic]", "consulted: [clinik]", "clinik"),
    (Code.UNKNOWN_LEVEL, "    to: bed", "    to: bath", "to: bath"),
    (Code.UNKNOWN_REASON, "reasons: [better]", "reasons: [bettor]", "bettor"),
    (Code.UNKNOWN_ITEM, "repeat: 10 min, ready: [named]", "repeat: 10 min, ready: [nemed]", "nemed"),
    (Code.UNKNOWN_MOVE, "if_no_place: to-rest", "if_no_place: to-hotel", "to-hotel"),
    (Code.UNKNOWN_URGENCY, "acute: {answer: 2 h", "akut: {answer: 2 h", "akut:"),
    (Code.UNKNOWN_FOLLOW_UP, "then: [talk]", "then: [talk, tolk]", "tolk"),
    (Code.UNUSED_ROLE, "  clinic:", "  idle: {sv: Ledig, en: Idle}\n  clinic:", "idle:"),
    (Code.UNUSED_REASON, "  better:", "  idle: {sv: Ledig, en: Idle}\n  better:", "idle:"),
    (Code.UNUSED_URGENCY, "  acute: {title", "  idle: {title: {sv: Ledig, en: Idle}}\n  acute: {title", "idle:"),
    (Code.UNUSED_ITEM, "  listed:", "  idle: {title: {sv: Ledig, en: Idle}, side: sender}\n  listed:", "idle:"),
    (Code.UNUSED_FOLLOW_UP, "then: [talk]", "then: []", "  talk:"),
    (Code.UNREACHABLE_LEVEL, "from: [home, bed]\n    to: rest", "from: [home, rest]\n    to: bed", "  rest:"),
    (Code.LEVEL_WITHOUT_EXIT, "from: [bed, rest]", "from: [bed]", "  rest:"),
    (Code.MOVE_TO_ITSELF, "from: [home, bed]", "from: [home, bed, rest]", "from: [home, bed, rest]"),
    (Code.ARRIVE_NOT_LONGER, "arrive: 2 days", "arrive: 120 min", "arrive: 120 min"),
    (Code.REMIND_NOT_SHORTER, "remind: 10 min", "remind: 30 min", "remind: 30 min"),
    (Code.FALLBACK_WITHOUT_PLACES, "    to: home\n", "    to: home\n    if_no_place: to-bed\n", "if_no_place: to-bed"),
    (Code.FALLBACK_TO_SAME_LEVEL, "    to: rest", "    to: bed", "if_no_place"),
    (Code.FALLBACK_FROM_ELSEWHERE, "from: [home, bed]", "from: [bed]", "if_no_place"),
    (Code.FALLBACK_LACKS_URGENCY, f"acute: {ACUTE}", f"acute: {ACUTE}\n      calm: {ACUTE}", "if_no_place"),
    (Code.FALLBACK_LACKS_REASON, "    reasons: [worse]", "    reasons: [worse, better]", "if_no_place"),
    (Code.FALLBACK_IN_CIRCLE, "    to: rest\n", "    to: rest\n    if_no_place: to-bed\n", "if_no_place: to-rest"),
    (Code.TEXTS_ALIKE, "{sv: Hem, en: To home}", "{sv: Hem, en: To rest}", "Hem, en: To rest}"),
    (Code.TEXTS_ALIKE, "{sv: Plats, en: Bed}", "{sv: Hemma, en: Bed}", "Hemma, en: Bed"),
    (Code.TEXTS_ALIKE, "{sv: Bättre, en: Better}", "{sv: Bättre, en: Worse}", "Bättre"),
    (Code.TEXTS_ALIKE, "{sv: Bättre, en: Better}", '{sv: "sämre ", en: Better}', "sämre "),
    (Code.TEXTS_ALIKE, "{sv: Bättre, en: Better}", "{sv: Sa\u0308mre, en: Better}", "Sa\u0308mre"),
    (Code.MOVES_ALIKE, "follow_ups:", f"{SECOND_WAY}follow_ups:", "to-rest-again"),
    (Code.MISSING_NO_PLACE, "  no-place: {", "  full: {", "if_no_place"),
]  # fmt: skip


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(text, "broken.yaml")
    return caught.value.faults


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_pathway_is_answered_with_the_fault_and_its_line(code: Code, old: str, new: str, mark: str) -> None:
    text = changed(PATHWAY, old, new)
    found = [fault for fault in faults_of(text) if fault.code is code]
    assert found, faults_of(text)
    expected = text[: text.index(mark)].count("\n") + 1
    assert expected in [fault.line for fault in found]
    assert all(fault.mend and fault.sentence and fault.column for fault in found)


@pytest.mark.parametrize(("section", "name"), [("moves", "to-rest"), ("urgencies", "acute"), ("reasons", "worse")])
def test_the_name_of_a_beginning_for_another_team_is_given_to_nothing_else(section: str, name: str) -> None:
    text = re.sub(rf"\b{name}\b", BEGINNING, PATHWAY)
    (fault,) = faults_of(text)
    assert (fault.code, fault.words) == (Code.RESERVED_NAME, BEGINNING)
    lines = text.splitlines()
    assert (
        fault.line
        == lines.index(next(each for each in lines if each.startswith(f"  {BEGINNING}:")), lines.index(f"{section}:"))
        + 1
    )


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ("{answer: 2 h, arrive: 120 min}", Code.ARRIVE_NOT_LONGER),
        ("{delivered: 2 h, seen: 1 h}", Code.SEEN_BEFORE_DELIVERED),
        ("{answer: 30 min}", Code.MARK_AFTER_ANSWER),
    ],
)
def test_the_limits_of_a_beginning_for_another_team_are_kept_in_their_order(limits: str, code: Code) -> None:
    faults = faults_of(changed(PATHWAY, "draft_limit:", f"beginning: {limits}\ndraft_limit:"))
    assert code in {fault.code for fault in faults}


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = changed(PATHWAY, "draft_limit: 1 day", "draft_limit: tomorrow")
    text = changed(text, "responsible: home-team", "responsible: hometeam")
    text = changed(text, "then: [talk]", "than: [talk]")
    found = [(fault.code, fault.line) for fault in faults_of(text)]
    assert found == sorted(found, key=lambda each: each[1])
    assert {code for code, _ in found} >= {Code.IMPOSSIBLE_DURATION, Code.UNKNOWN_ROLE, Code.UNKNOWN_KEY}


def test_a_faulty_limit_is_not_compared_with_the_others() -> None:
    faults = faults_of(changed(PATHWAY, "arrive: 2 days", "arrive: soon"))
    assert [fault.code for fault in faults] == [Code.IMPOSSIBLE_DURATION]


def test_a_missing_limit_is_one_fault_only() -> None:
    faults = faults_of(changed(PATHWAY, "{answer: 2 h, arrive: 2 days", "{answer: 2 h"))
    assert [fault.code for fault in faults] == [Code.MISSING_KEY]


@pytest.mark.parametrize(
    ("removed", "mend"),
    [
        ("in_force_from: 2026-01-01\n", "Add `in_force_from:` with a date, such as 2026-01-31."),
        ("draft_limit: 1 day\n", "Add `draft_limit:` with a limit, such as 2 h."),
        (", side: receiver", "Add `side:` with one of sender, receiver."),
        ("languages: [sv, en]\n", "Add `languages:` with a list."),
        ("    role: home-team\n", "Add `role:` with a text."),
        ("title: {sv: Liten, en: Small}\n", "Add `title:` with a mapping."),
    ],
)
def test_something_missing_is_answered_with_what_to_add(removed: str, mend: str) -> None:
    assert mend in [fault.mend for fault in faults_of(changed(PATHWAY, removed, ""))]


def test_a_missing_list_of_entries_names_their_keys() -> None:
    text = changed(PATHWAY, PATHWAY[PATHWAY.index("agreement:") : PATHWAY.index("roles:")], "")
    assert "Add `agreement:` with a mapping." in [fault.mend for fault in faults_of(text)]


def test_a_text_with_far_too_many_entries_is_refused_without_reading_on() -> None:
    (fault,) = faults_of("pathway: [" + "a," * 50_000 + "]")
    assert (fault.code, fault.line) == (Code.TOO_LARGE, 1)
    (fault,) = faults_of('"\\UFFFFFFFF"')
    assert (fault.code, fault.line) == (Code.YAML_SYNTAX, 1)


def test_a_misspelt_word_is_answered_with_the_nearest() -> None:
    (fault,) = faults_of(changed(PATHWAY, "consulted: [clinic]", "consulted: [clinic, hom-team]"))
    assert fault.mend == "Did you mean `home-team`?"
    assert (fault.file, fault.line, fault.column) == ("broken.yaml", 16, 25)
    assert (
        str(fault) == "broken.yaml:16:25: The role `hom-team` is not declared. Did you mean `home-team`? [unknown-role]"
    )


def test_a_word_that_is_like_none_is_answered_with_all() -> None:
    (fault,) = faults_of(changed(PATHWAY, "then: [talk]", "then: [talk, qqq]"))
    assert fault.mend == "Choose from: talk."


def test_a_reference_where_nothing_is_declared_says_so() -> None:
    text = changed(
        changed(PATHWAY, PATHWAY[PATHWAY.index("follow_ups:") : PATHWAY.index("ends:")], ""), "[talk]", "[x]"
    )
    (fault,) = faults_of(text)
    assert "none is declared" in fault.mend


def test_a_duplicate_key_keeps_the_first_and_names_its_line() -> None:
    (fault,) = faults_of(changed(PATHWAY, "    to: rest", "    to: rest\n    to: {not: [a, level]}"))
    assert fault.code is Code.DUPLICATE_KEY
    assert str(line_of(PATHWAY, "    to: rest")) in fault.sentence


def test_an_alias_is_one_fault_and_not_a_wrong_type_as_well() -> None:
    faults = faults_of(changed(PATHWAY, "responsible: home-team", "responsible: *team"))
    assert [fault.code for fault in faults] == [Code.ANCHOR]


def test_what_a_merge_key_could_have_brought_is_not_called_missing() -> None:
    faults = faults_of(changed(PATHWAY, "    responsible: home-team", "    <<: {responsible: home-team}"))
    assert [fault.code for fault in faults] == [Code.MERGE_KEY]


def test_a_text_that_is_no_mapping_begins_with_no_kind() -> None:
    (fault,) = faults_of("- pathway\n- network\n")
    assert (fault.code, fault.line) == (Code.UNKNOWN_KIND, 1)


def test_a_circle_of_ways_on_is_told_once() -> None:
    text = changed(PATHWAY, "    to: rest\n", "    to: rest\n    if_no_place: to-bed\n")
    assert [fault.code for fault in faults_of(text)].count(Code.FALLBACK_IN_CIRCLE) == 1


def test_urgencies_need_no_titles_but_limits_to_be_watched_by() -> None:
    text = changed(PATHWAY, "urgencies:\n  acute: {title: {sv: Akut, en: Acute}, delivered: 5 min, seen: 10 min}\n", "")
    (fault,) = faults_of(text)
    assert (fault.code, fault.words) == (Code.UNWATCHED_REQUEST, "acute")
    assert fault.sentence.startswith("The urgency `acute` has no `delivered` and `seen`: ")
    assert fault.mend.startswith("Declare `acute` under `urgencies`. ")
    assert pathway_of(PATHWAY, "x").model_copy(update={"urgencies": {}}).urgency_title("acute", "sv") == "acute"
    assert pathway_of(PATHWAY, "x").urgency_title("acute", "sv") == "Akut"


def test_yaml_words_that_look_like_values_stay_words() -> None:
    pathway = pathway_of(changed(PATHWAY, "{sv: Hemma, en: Home}", "{sv: no, en: 1.5}"), "x")
    assert pathway.levels["home"].title == {"sv": "no", "en": "1.5"}

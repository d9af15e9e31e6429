"""Every way in which an agreement can be wrong: its days, what it replaces, and whose each task is."""

import pytest
from safe_definitions import SAFE
from small_definitions import changed

from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.reading import pathway_of

HOME = "home: {responsible: home-team, carries_out: [clinic, home-team], informed: [ward]}"
BED = "bed: {responsible: ward, consulted: [clinic]}"

BROKEN = [
    # code, what is replaced, by what, words on the line of the fault
    (Code.WRONG_DATE, "2027-12-31", "2027-12-32", "2027-12-32"),
    (Code.REVIEW_TOO_EARLY, "review: 2027-06-01", "review: 2026-01-01", "review: 2026-01-01"),
    (Code.REPLACES_ITSELF, "replaces: [older]", "replaces: [small]", "replaces: [small]"),
    (Code.WRONG_NAME, "replaces: [older]", "replaces: [Avtal 2015]", "Avtal 2015"),
    (Code.REPEATED_ENTRY, "replaces: [older]", "replaces: [older, older]", "older, older"),
    (Code.WRONG_NAME, "    fees: {", "    Fees: {", "Fees:"),
    (Code.MISSING_LANGUAGE, ", en: Fees}", "}", "fees:"),
    (Code.EMPTY_TEXT, "[Nämnden i A, Styrelsen i B]", "[Nämnden i A, '']", "Nämnden i A"),
    (Code.REPEATED_ENTRY, "Styrelsen i B", "Nämnden i A", "signed_by"),
    (Code.WRONG_NAME, "  wound-care:", "  Wound_care:", "Wound_care"),
    (Code.MISSING_LANGUAGE, ", en: Wound care}", "}", "Sårvård"),
    (Code.TASK_OF_NOBODY, "    not_at: [rest]\n", "", "    levels:\n      home: {resp"),
    (Code.UNKNOWN_LEVEL, "not_at: [rest]", "not_at: [rest, rst]", "not_at: [rest, rst]"),
    (Code.TASK_UNCLEAR, "not_at: [rest]", "not_at: [rest, bed]", "rest, bed"),
    (Code.REPEATED_ENTRY, "not_at: [rest]", "not_at: [rest, rest]", "rest, rest"),
    (Code.UNKNOWN_LEVEL, BED, f"{BED}\n      bad: {{responsible: ward}}", "bad:"),
    (Code.UNKNOWN_ROLE, "responsible: ward, consulted", "responsible: wrd, consulted", "wrd"),
    (Code.UNKNOWN_ROLE, "ward, consulted: [clinic]", "ward, consulted: [clnic]", "clnic"),
    (Code.ROLE_TWICE_IN_TASK, "consulted: [clinic]}", "consulted: [ward]}", "[ward]}\n    not_at"),
    (Code.ROLE_TWICE_IN_TASK, "informed: [ward]", "informed: [clinic]", "informed: [clinic]"),
    (Code.ROLE_TWICE_IN_TASK, "consulted: [clinic]}", "consulted: [clinic], informed: [clinic]}", "informed: [clinic]"),
    (Code.REPEATED_ENTRY, "[clinic, home-team]", "[clinic, clinic]", "[clinic, clinic]"),
    (Code.MISSING_KEY, "responsible: home-team, carries", "carries", "home: {carries"),
]  # fmt: skip


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(text, "broken.yaml")
    return caught.value.faults


@pytest.mark.parametrize(("code", "old", "new", "mark"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_agreement_is_answered_once_with_the_fault_and_its_line(
    code: Code, old: str, new: str, mark: str
) -> None:
    text = changed(SAFE, old, new)
    assert [(fault.code, fault.line) for fault in faults_of(text)] == [(code, text[: text.index(mark)].count("\n") + 1)]


def test_a_last_day_before_the_first_is_a_fault() -> None:
    text = changed(changed(SAFE, "    until: 2027-12-31\n", ""), "_until: 2027-12-31", "_until: 2025-12-31")
    assert [(fault.code, fault.line) for fault in faults_of(text)] == [(Code.ENDS_BEFORE_BEGINNING, 3)]


def test_a_task_without_levels_is_empty() -> None:
    divided = f"    levels:\n      {HOME}\n      {BED}\n    not_at: [rest]"
    text = changed(SAFE, divided, "    levels: {}\n    not_at: [home, bed, rest]")
    assert [fault.code for fault in faults_of(text)] == [Code.EMPTY_LIST]


def test_what_nobody_is_named_for_is_carried_out_by_the_responsible_role() -> None:
    levels = pathway_of(SAFE, "safe.yaml").tasks["wound-care"].levels
    assert levels["home"].doers == ("clinic", "home-team")
    assert levels["bed"].doers == ("ward",)

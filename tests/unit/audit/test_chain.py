"""The chain: whatever is done to entries without the key is found, and told by the numbers of the entries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_entries import SEALS, a_chain, an_entry, chained

from pathways.audit.chain import BEGINNING, Fault, Finding, Link, Sealed, Seals

CHAIN = a_chain()
HEAD = CHAIN[-1].link


def findings(chain: Sequence[Sealed], head: Link | None = HEAD, after: Link = BEGINNING) -> list[Finding]:
    return list(SEALS.examined(chain, after, head)[1])


def numbered(chain: Sequence[Sealed]) -> list[Sealed]:
    """The same entries and seals, numbered as if nothing had happened."""
    return [replace(each, link=replace(each.link, number=number)) for number, each in enumerate(chain, 1)]


def with_entry(place: int, **changed: Any) -> list[Sealed]:
    chain = list(CHAIN)
    chain[place] = replace(chain[place], entry={**chain[place].entry, **changed})
    return chain


def test_a_chain_that_nobody_has_touched_is_whole_with_and_without_a_head() -> None:
    assert findings(CHAIN) == findings(CHAIN, None) == []
    assert SEALS.examined(CHAIN)[0] == HEAD


def test_a_head_that_others_have_written_beyond_is_no_fault() -> None:
    assert findings(CHAIN, CHAIN[2].link) == []


@pytest.mark.parametrize("place", range(len(CHAIN)))
@pytest.mark.parametrize(
    "changed",
    [
        {"at": "2026-03-10T09:00:00.000001+00:00"},
        {"login": "another@example.org"},
        {"name": "Another"},
        {"role": "it"},
        {"network": "another"},
        {"team": None},
        {"what": "see-board"},
        {"episode": None},
        {"person": 99},
        {"why": "informed"},
        {"is_emergency": True},
        {"outcome": "refused"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_field_that_was_changed_is_found_in_its_entry_and_only_there(place: int, changed: dict[str, Any]) -> None:
    assert findings(with_entry(place, **changed)) == [Finding(Fault.ALTERED, place + 1, place + 1)]


@pytest.mark.parametrize("garbage", [b"\xff", 1.5, "", ["x"]])
def test_what_is_no_entry_any_more_is_a_finding_and_no_crash(garbage: object) -> None:
    assert findings(with_entry(2, at=garbage)) == [Finding(Fault.ALTERED, 3, 3)]


def test_entries_that_were_removed_are_missing() -> None:
    assert findings(CHAIN[:2] + CHAIN[4:]) == [Finding(Fault.MISSING, 3, 4)]
    assert findings(CHAIN[1:]) == [Finding(Fault.MISSING, 1, 1)]


def test_an_entry_that_was_removed_is_found_where_those_after_it_were_numbered_anew() -> None:
    (found,) = findings(numbered(CHAIN[:2] + CHAIN[3:]), None)

    assert found == Finding(Fault.ALTERED, 3, 5)


def test_entries_that_changed_their_places_are_found() -> None:
    moved = numbered([CHAIN[0], CHAIN[2], CHAIN[1], *CHAIN[3:]])

    assert Finding(Fault.ALTERED, 2, 4) in findings(moved)


def test_an_entry_that_was_put_in_is_found() -> None:
    forged = Sealed(an_entry(9).plain(), Link(3, "0" * 64))

    assert findings(numbered([*CHAIN[:2], forged, *CHAIN[2:]]), None)[0].first == 3
    assert findings([*CHAIN, replace(forged, link=Link(7, "0" * 64))]) == [Finding(Fault.ALTERED, 7, 7)]


def test_an_entry_that_was_put_in_with_a_number_that_is_there_already_is_found() -> None:
    assert findings([*CHAIN[:3], CHAIN[2], *CHAIN[3:]]) == [Finding(Fault.ALTERED, 4, 4)]


def test_an_end_that_was_cut_off_is_found_by_the_head_alone() -> None:
    assert findings(CHAIN[:4]) == [Finding(Fault.CUT, 5, 6)]
    assert findings([]) == [Finding(Fault.CUT, 1, 6)]
    assert findings(CHAIN[:4], None) == []


def test_a_chain_that_was_built_anew_without_the_key_is_found_in_every_entry() -> None:
    entries = [an_entry(number, why="informed") for number in range(1, 7)]

    assert findings(chained(entries, Seals(b"another key")), None) == [Finding(Fault.ALTERED, 1, 6)]


def test_an_end_that_was_written_anew_with_the_key_is_found_by_the_head() -> None:
    rest = chained([an_entry(number) for number in (15, 16, 17)], after=CHAIN[3].link)

    assert findings([*CHAIN[:4], *rest]) == [Finding(Fault.REPLACED, 6, 6)]


def test_the_log_of_another_network_does_not_fit() -> None:
    others = chained([an_entry(number, network="another") for number in range(1, 7)])
    stolen = [replace(each, entry={**each.entry, "network": "n"}) for each in others]

    assert findings(stolen, None) == [Finding(Fault.ALTERED, 1, 6)]


def test_a_chain_that_begins_later_is_whole_if_what_it_follows_is_proved() -> None:
    begun = CHAIN[2].link

    assert findings(CHAIN[3:], after=begun) == []
    assert SEALS.proves("n", begun, SEALS.proof("n", begun))
    assert not SEALS.proves("another", begun, SEALS.proof("n", begun))
    assert not SEALS.proves("n", begun, Seals(b"another key").proof("n", begun))
    assert not SEALS.proves("n", begun, "å")


def test_a_field_that_only_later_versions_know_leaves_old_seals_as_they_are() -> None:
    assert findings([replace(each, entry={**each.entry, "later": None}) for each in CHAIN]) == []


def test_a_seal_stays_what_it_was_in_every_version_for_the_log_is_kept_for_years() -> None:
    link = SEALS.next(an_entry(1).plain(), BEGINNING)

    assert link == Link(1, "f39f4131bdb4a21e198b911671a23d1d6bcc24279de10ba7c3988e37bccf4843")


def test_seals_show_nothing_of_their_key() -> None:
    assert repr(SEALS) == "Seals()"


@given(st.data())
def test_whatever_is_made_of_the_entries_it_is_found(data: st.DataObject) -> None:
    """Any list of genuine entries and seals, in any order, with any number and any seal: only the true one is whole."""
    plains, seals = [each.entry for each in CHAIN], [each.link.seal for each in CHAIN]
    forged = data.draw(
        st.lists(
            st.sampled_from(CHAIN)
            | st.builds(
                Sealed, st.sampled_from(plains), st.builds(Link, st.integers(0, 8), st.sampled_from([*seals, "", "0"]))
            ),
            max_size=8,
        )
        | st.permutations(CHAIN)
    )

    assert (findings(forged) == []) == (list(forged) == CHAIN)

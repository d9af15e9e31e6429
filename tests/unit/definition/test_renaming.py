"""Names of one version in the words of another, and what a change is about."""

import pytest
from safe_definitions import SAFE
from small_definitions import changed

from pathways.definition.change_kinds import ChangeKind, by_kind, kind_of, title_in
from pathways.definition.checks import check_pathway
from pathways.definition.differences import Difference, differences
from pathways.definition.reading import pathway_of
from pathways.definition.renaming import require_names, with_names
from pathways.errors import Refused

FULL = pathway_of(SAFE, "safe.yaml")
NAMES = {"home": "at-home", "to-rest": "to-relief", "law.call-in": "law.call"}


def test_what_is_called_otherwise_is_so_wherever_it_is_named_and_back_again() -> None:
    other = with_names(FULL, NAMES)
    assert check_pathway(other) == []
    assert set(other.levels) == {"at-home", "bed", "rest"}
    assert other.moves["to-bed"].from_levels == ("at-home",)
    assert other.moves["to-bed"].if_no_place == "to-relief"
    assert set(other.tasks["wound-care"].levels) == {"at-home", "bed"}
    assert "law.call" in other.clocks
    assert with_names(other, {new: old for old, new in NAMES.items()}) == FULL
    assert with_names(FULL, {}) == FULL


def test_what_is_only_called_otherwise_is_no_change_to_who_knows_the_names() -> None:
    other = with_names(FULL, NAMES)
    assert differences(FULL, other)
    assert differences(with_names(FULL, NAMES), other) == []


def test_a_name_to_map_that_means_nothing_is_refused_with_the_levels_that_there_are() -> None:
    other = with_names(FULL, NAMES)
    require_names(FULL, other, NAMES)
    for names in ({"hom": "at-home"}, {"home": "at-hom"}):
        with pytest.raises(Refused, match=r"A name to map is no level, .+ of small .+ become one of: at-home,"):
            require_names(FULL, other, names)


def test_a_change_is_told_under_what_it_is_about() -> None:
    cases = {
        ("seen: 15 min", "seen: 10 min"): ChangeKind.LIMIT,
        ("carries_out: [clinic, home-team], informed", "informed"): ChangeKind.RESPONSIBILITY,
        ("evidence: true", "evidence: false"): ChangeKind.ITEM,
        ("begin_at: [home]", "begin_at: [home, bed]"): ChangeKind.MOVE,
        ("replaces: [older]", "replaces: []"): ChangeKind.AGREEMENT,
    }
    for (old, new), kind in cases.items():
        found = differences(FULL, pathway_of(changed(SAFE, old, new), "new"))
        assert kind in by_kind(found), old
    assert kind_of(Difference(("pauses", "elsewhere", "sv"), "a", "b", "…")) is ChangeKind.OTHER
    assert kind_of(Difference(("pathway",), "a", "b", "…")) is ChangeKind.AGREEMENT


def test_a_title_that_is_not_there_in_the_language_is_told_in_the_first_that_is() -> None:
    assert title_in(FULL.title, "en") == "Small"
    assert title_in(FULL.title, "da") == "Liten"

"""Which version is in force: exactly one at every time, or none outside; by the network's own midnight."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_definitions import NETWORK, PATHWAY, changed

from pathways.definition.checks import check_network
from pathways.definition.checks_of_versions import check_versions
from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import network_of, pathway_of, read_definitions
from pathways.definition.versions import begins_at, clashes, in_force, replacement, require_in_force, terms
from pathways.errors import NotFound, Refused

SMALL = pathway_of(PATHWAY, "small.yaml")
PLACES = network_of(NETWORK, "network.yaml")
A_DAY = timedelta(days=1)


def version(begins: str, until: str | None = None, *, name: str = "small", replaces: Sequence[str] = ()) -> Pathway:
    agreement = SMALL.agreement.model_copy(update={"replaces": tuple(replaces)})
    days = {"in_force_from": date.fromisoformat(begins), "in_force_until": until and date.fromisoformat(until)}
    return SMALL.model_copy(update={"pathway": name, "agreement": agreement, **days})


def network(*names: str) -> Network:
    return PLACES.model_copy(update={"pathways": names})


def codes(served: Network, published: Sequence[Pathway]) -> list[Code]:
    last = {each.pathway: each for each in published}
    return [finding.code for finding in check_network(served, last, published)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Pathway], tuple[str, ...]]:
    """Versions of three pathways that follow on each other, of which one may replace the others, in any order."""
    published, first = [], draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    for name in ("small", "older"):
        begins = first
        for _ in range(draw(st.integers(1, 4))):
            following = begins + timedelta(days=draw(st.integers(1, 400)))
            until = draw(st.sampled_from([None, str(following - A_DAY)]))
            published.append(version(str(begins), until, name=name))
            begins = following
    replaced = draw(st.lists(st.sampled_from(["small", "older"]), unique=True))
    published.append(version(str(first + timedelta(days=draw(st.integers(1, 900)))), name="newer", replaces=replaced))
    beside = draw(st.sampled_from([("small", "older", "newer"), ("small", "newer"), ("small",)]))
    return draw(st.permutations(published)), beside


@given(histories(), st.integers(-10, 2000))
def test_on_every_day_exactly_one_version_is_in_force_or_none_outside(
    history: tuple[list[Pathway], tuple[str, ...]], days: int
) -> None:
    published, beside = history
    mine = sorted((each for each in published if each.pathway == "small"), key=lambda each: each.in_force_from)
    day = mine[0].in_force_from + timedelta(days=days)
    holding = [term.pathway for term in terms("small", published, beside) if term.holds_on(day)]
    replaced = replacement("small", published, beside)
    begun = [each for each in mine if each.in_force_from <= day]
    is_over = (replaced and replaced.day <= day) or bool(
        begun and begun[-1] is mine[-1] and mine[-1].in_force_until and mine[-1].in_force_until < day
    )
    assert list(clashes(published)) == []
    assert holding == ([begun[-1]] if begun and not is_over else [])
    assert in_force("small", published, day, beside) == (holding[0] if holding else None)
    if holding:
        assert require_in_force("small", published, day, beside) == holding[0]
    else:
        with pytest.raises(Refused, match=r"\.$"):
            require_in_force("small", published, day, beside)


@given(
    st.dates(date(1990, 1, 1), date(2037, 1, 1)), st.sampled_from(["Europe/Stockholm", "America/Santiago", "Asia/Gaza"])
)
def test_a_day_begins_at_local_midnight_or_at_the_first_moment_that_it_has(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    begins = begins_at(day, zone)
    assert begins.utcoffset() == timedelta(0)
    assert begins.astimezone(zone).date() == day
    assert (begins - timedelta(microseconds=1)).astimezone(zone).date() < day


def test_a_day_that_is_shorter_or_longer_still_begins_at_its_midnight() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    assert begins_at(date(2026, 3, 29), zone) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert begins_at(date(2026, 3, 30), zone) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert begins_at(date(2026, 10, 26), zone) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_each_reason_that_nothing_is_in_force_is_told_in_a_sentence_of_its_own() -> None:
    published = [version("2020-01-01", "2021-12-31"), version("2020-01-01", name="older")]
    newer = version("2022-01-01", name="newer", replaces=["older"])
    with pytest.raises(NotFound, match=r"No version of that pathway .* Published pathways: older, small\."):
        require_in_force("other", published, date(2021, 1, 1))
    with pytest.raises(NotFound, match="publish one first: handslag apply"):
        require_in_force("other", [], date(2021, 1, 1))
    with pytest.raises(Refused, match=r"not yet in force on 2019-12-31\. Wait until 2020-01-01"):
        require_in_force("small", published, date(2019, 12, 31))
    with pytest.raises(Refused, match=r"no longer in force on 2022-01-01: its last day was 2021-12-31\."):
        require_in_force("small", published, date(2022, 1, 1))
    with pytest.raises(Refused, match=r"older was replaced by newer on 2022-01-01\. Choose newer instead\."):
        require_in_force("older", [*published, newer], date(2022, 1, 1), ("older", "newer"))


def test_a_network_without_the_pathway_that_replaces_goes_on_with_the_old_one() -> None:
    published = [version("2020-01-01", name="older"), version("2022-01-01", name="newer", replaces=["older"])]
    assert in_force("older", published, date(2022, 1, 1), ("older",)) is published[0]
    assert in_force("older", published, date(2022, 1, 1), ("older", "newer")) is None
    assert in_force("older", published, date(2021, 12, 31), ("older", "newer")) is published[0]


def test_what_is_replaced_ends_before_its_own_last_day() -> None:
    published = [
        version("2020-01-01", "2025-12-31", name="older"),
        version("2022-01-01", name="newer", replaces=["older"]),
    ]
    (term,) = terms("older", published, ("older", "newer"))
    assert term.last == date(2021, 12, 31)
    assert codes(network("older", "newer"), published) == []


@pytest.mark.parametrize(
    ("until", "begins", "code", "said"),
    [
        ("2021-06-30", "2021-06-30", Code.VERSIONS_OVERLAP, "two would be in force"),
        ("2021-06-30", "2021-05-01", Code.VERSIONS_OVERLAP, "two would be in force"),
        ("2021-06-30", "2021-07-02", Code.VERSIONS_GAP, "No version would be in force from 2021-07-01 to 2021-07-01"),
        ("2021-06-30", "2021-07-01", None, ""),
        (None, "2021-07-01", None, ""),
    ],
)
def test_overlaps_and_gaps_of_versions_are_found(until: str | None, begins: str, code: Code | None, said: str) -> None:
    found = list(clashes([version(begins), version("2020-01-01", until)]))
    assert [clash.code for clash in found] == ([code] if code else [])
    assert all(said in clash.sentence and clash.mend for clash in found)


def test_the_later_of_two_files_is_at_fault_and_the_new_one_beside_what_is_published() -> None:
    earlier, later = version("2020-01-01", "2021-06-30"), version("2021-08-01")
    both = [earlier, later]
    assert [each.code for each in check_versions(later, both, [])] == [Code.VERSIONS_GAP]
    assert list(check_versions(earlier, both, [])) == []
    (new_later,) = check_versions(later, [later], [earlier])
    (new_earlier,) = check_versions(earlier, [earlier], [later])
    assert (new_later.path, new_earlier.path) == (("in_force_from",), ("in_force_until",))
    assert new_earlier.mend == "End on 2021-07-31, the day before the version of 2021-08-01."
    assert list(check_versions(later, [later, later], [later])) == []


def test_two_files_with_the_same_version_in_other_words_are_refused(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(PATHWAY, "utf-8")
    other.write_text(changed(PATHWAY, "draft_limit: 1 day", "draft_limit: 2 days"), "utf-8")
    assert [(fault.code, fault.file) for fault in faults_of(one, other)] == [
        (Code.VERSION_TWICE, str(one)),
        (Code.VERSION_TWICE, str(other)),
    ]
    assert len(read_definitions([one, one])[0]) == 2


def test_a_gap_between_files_has_the_line_of_the_later_one(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(changed(PATHWAY, "2026-01-01\n", "2026-01-01\nin_force_until: 2026-06-30\n"), "utf-8")
    other.write_text(changed(PATHWAY, "2026-01-01", "2026-07-02"), "utf-8")
    assert [(fault.code, fault.file, fault.line) for fault in faults_of(one, other)] == [
        (Code.VERSIONS_GAP, str(other), 2)
    ]


def faults_of(*files: Path) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        read_definitions(files)
    return caught.value.faults


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ([version("2022-01-01", replaces=["odler"])], [Code.UNKNOWN_PATHWAY]),
        (
            [
                version("2020-01-01", name="older"),
                version("2023-01-01", name="older"),
                version("2022-01-01", replaces=["older"]),
            ],
            [Code.VERSIONS_OVERLAP],
        ),
        (
            [version("2020-01-01", "2021-06-30", name="older"), version("2022-01-01", replaces=["older"])],
            [Code.VERSIONS_GAP],
        ),
        ([version("2020-01-01", "2021-12-31", name="older"), version("2022-01-01", replaces=["older"])], []),
        (
            [
                version("2020-01-01", name="older"),
                version("2022-01-01", replaces=["older"]),
                version("2024-01-01", replaces=["older"]),
            ],
            [],
        ),
        (
            [
                version("2020-01-01", name="older"),
                version("2022-01-01", replaces=["older"]),
                version("2023-01-01", name="other", replaces=["older"]),
            ],
            [Code.REPLACED_TWICE],
        ),
    ],
    ids=["unknown", "goes-on-later", "ends-before", "ends-the-day-before", "said-again", "twice"],
)  # fmt: skip
def test_what_is_replaced_in_a_network_ends_once_and_on_the_day_before(
    published: list[Pathway], expected: list[Code]
) -> None:
    names = tuple(dict.fromkeys(each.pathway for each in published))
    assert codes(network(*names), published) == expected


def test_a_pathway_that_the_network_serves_but_nobody_gave_is_told_as_that_alone() -> None:
    newer = version("2022-01-01", name="newer", replaces=["older"])
    assert codes(network("older", "newer"), [newer]) == [Code.UNKNOWN_PATHWAY, Code.UNKNOWN_PATHWAY]


def test_a_network_has_teams_for_versions_that_still_hold_and_for_those_that_come() -> None:
    later = pathway_of(changed(PATHWAY, "2026-01-01", "2027-01-01").replace("clinic", "surgery"), "later")
    both = PLACES.teams["mottagning"].model_copy(update={"role": "surgery"})
    served = PLACES.model_copy(update={"teams": {**PLACES.teams, "kirurgi": both}})
    assert codes(served, [SMALL, later]) == []
    assert [each.code for each in check_network(served, {"small": later})] == [Code.UNKNOWN_ROLE]

"""What a reviewer looks at: cases of one person, one patient and one day, and the flags that speak for a look."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from made_up_entries import AT, an_entry

from pathways.audit.entries import Entry, Outcome
from pathways.audit.samples import MANY_PATIENTS, SHOWN, SOON, TRIES, Case, Cases, Flag, Known, drawn

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOBODY = Known(names=("Astrid Exempelsson", "Astrid Prov"), relatives=("Siv Modell",), is_protected=False)


def cases(
    entries: Sequence[Entry], known: Callable[[int], Known | None] = lambda _: NOBODY, now: datetime | None = None
) -> Sequence[Case]:
    gathered = Cases(STOCKHOLM, AT + timedelta(days=20), now or AT + timedelta(days=20))
    for number, entry in enumerate(entries, 1):
        gathered.take(number, entry)
    return gathered.all(known)


def flags(
    entries: Sequence[Entry], known: Callable[[int], Known | None] = lambda _: NOBODY, **at: datetime
) -> list[Flag]:
    """The flags of the first case."""
    return list(cases(entries, known, **at)[0].flags)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a draw that can be repeated


def emergency(**fields: Any) -> Entry:
    return an_entry(1, is_emergency=True, why="found unconscious in the street", **fields)


def later(**units: float) -> datetime:
    return AT + timedelta(minutes=1) + timedelta(**units)


def test_what_one_person_does_about_one_patient_on_one_day_is_one_case() -> None:
    (case,) = cases(
        [
            an_entry(1, person=7, episode="E-1", what="see-episode"),
            an_entry(2, person=7, episode="E-2", what="see-episode", why="informed"),
            an_entry(3, person=7, episode="E-2", what="record-fact", team="another", role="it"),
        ]
    )

    assert (case.person, case.entries, case.numbers) == (7, 3, (1, 2, 3))
    assert case.episodes == ("E-1", "E-2")
    assert case.whats == ("see-episode", "record-fact")
    assert case.whys == ("responsible", "informed")
    assert (case.teams, case.roles) == (("t", "another"), ("coordinator", "it"))
    assert case.flags == ()


def test_another_person_another_patient_or_another_local_day_is_another_case() -> None:
    midnight = datetime(2026, 3, 10, 23, tzinfo=AT.tzinfo)
    before = midnight - timedelta(seconds=1)
    entries = [
        an_entry(1, at=before, person=7),
        an_entry(2, at=midnight, person=7),
        an_entry(3, at=midnight, person=8),
        an_entry(4, at=midnight, person=7, login="another@example.org"),
    ]

    assert [case.day for case in cases(entries)] == [date(2026, 3, 10), *[date(2026, 3, 11)] * 3]


def test_a_case_tells_the_numbers_of_its_first_entries_and_how_many_there_are() -> None:
    (case,) = cases([an_entry(number, person=7) for number in range(1, SHOWN + 11)])

    assert case.numbers == tuple(range(1, SHOWN + 1))
    assert case.entries == SHOWN + 10


def test_a_case_tells_how_often_the_person_was_turned_away() -> None:
    outcomes = (Outcome.DONE, Outcome.NOT_FOUND, Outcome.REFUSED)
    (case,) = cases([an_entry(number, person=7, outcome=outcome) for number, outcome in enumerate(outcomes, 1)])

    assert (case.entries, case.turned_away) == (3, 2)


def test_what_happens_after_the_time_that_is_looked_at_is_no_case() -> None:
    assert cases([an_entry(1, at=AT + timedelta(days=20))]) == []


def test_an_emergency_is_looked_at() -> None:
    assert flags([emergency(), an_entry(2, person=1)]) == [Flag.EMERGENCY]


@pytest.mark.parametrize(
    ("follows", "is_flagged"),
    [
        ({"at": later(hours=1)}, False),
        ({"at": later(days=SOON.days)}, False),
        ({"at": later(days=SOON.days, seconds=1)}, True),
        ({"at": later(hours=1), "team": "another"}, True),
        ({"at": later(hours=1), "person": 2}, True),
        ({"at": later(hours=1), "is_emergency": True}, True),
        ({"at": later(hours=1), "outcome": Outcome.NOT_FOUND}, True),
        ({"at": later(hours=1), "login": "colleague@example.org"}, False),
    ],
)
def test_a_team_that_had_nothing_to_do_with_the_patient_soon_after_an_emergency_is_flagged(
    follows: dict[str, Any], is_flagged: bool
) -> None:
    entries = [emergency(), an_entry(2, **{"person": 1, **follows})]

    assert (Flag.NO_RELATION_SOON_AFTER in flags(entries)) is is_flagged


def test_what_comes_after_the_time_that_is_looked_at_still_tells_that_the_team_cared() -> None:
    gathered = Cases(STOCKHOLM, AT + timedelta(days=1), AT + timedelta(days=20))
    gathered.take(1, emergency())
    gathered.take(2, an_entry(2, person=1, at=AT + timedelta(days=2)))

    assert gathered.all(lambda _: None)[0].flags == (Flag.EMERGENCY,)


def test_before_that_time_is_over_nobody_is_flagged_for_it() -> None:
    assert flags([emergency()], now=later(days=SOON.days) - timedelta(seconds=1)) == [Flag.EMERGENCY]
    assert flags([emergency()], now=later(days=SOON.days)) == [Flag.EMERGENCY, Flag.NO_RELATION_SOON_AFTER]


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("Nora Exempelsson", Flag.OWN_NAME),
        ("nora EXEMPELSSON", Flag.OWN_NAME),
        ("Nora Prov", Flag.OWN_NAME),
        ("Nora Nordin-Prov", Flag.OWN_NAME),
        ("Siv Modell", Flag.RELATIVE),
        ("Modell Siv", Flag.RELATIVE),
        ("Nora Modell", None),
        ("Nora Astrid", None),
        ("Nora", None),
    ],
)
def test_a_family_name_of_the_patient_or_the_name_of_a_relative_is_flagged(name: str, flag: Flag | None) -> None:
    assert flags([an_entry(1, name=name)]) == ([flag] if flag else [])


def test_a_protected_identity_is_looked_at() -> None:
    assert flags([an_entry(1)], lambda _: Known((), (), is_protected=True)) == [Flag.PROTECTED]


def test_an_entry_without_a_patient_or_of_one_who_is_gone_has_no_flag_of_a_patient() -> None:
    assert flags([an_entry(1, person=None, name="Nora Prov")]) == []
    assert flags([an_entry(1, name="Nora Prov")], lambda _: None) == []


def test_who_tries_in_vain_three_times_on_a_day_is_flagged_wherever_they_tried() -> None:
    tries = [an_entry(number, outcome=Outcome.NOT_FOUND) for number in range(1, TRIES + 1)]

    assert all(case.flags == (Flag.TRIED_IN_VAIN,) for case in cases(tries))
    assert all(case.flags == () for case in cases(tries[1:]))
    assert cases([*tries, an_entry(9)])[-1].flags == ()


def test_who_looks_at_very_many_patients_on_a_day_is_flagged_once() -> None:
    looks = [an_entry(number) for number in range(1, MANY_PATIENTS + 1)]

    assert [case.flags for case in cases(looks)].count((Flag.MANY_PATIENTS,)) == 1
    assert all(case.flags == () for case in cases(looks[1:]))


def test_of_each_flag_and_of_what_has_none_so_many_are_drawn_by_chance() -> None:
    entries = [an_entry(number) for number in range(1, 30)]
    entries += [an_entry(number, is_emergency=True) for number in range(30, 60)]
    entries += [an_entry(60, is_emergency=True, person=61)]
    all_of_them = cases(entries, lambda number: Known((), (), is_protected=number == 61), now=AT)

    sample = drawn(all_of_them, 5, chance(1))

    assert sum(case.flags == (Flag.RANDOM,) for case in sample) == 5
    assert sum(Flag.EMERGENCY in case.flags for case in sample) in (5, 6)
    assert sum(Flag.PROTECTED in case.flags for case in sample) == 1
    assert [case.flags == (Flag.RANDOM,) for case in sample] == [False] * (len(sample) - 5) + [True] * 5
    assert len({case.numbers for case in sample}) == len(sample)
    assert drawn(all_of_them, 5, chance(2)) != sample
    assert drawn([], 5, chance(1)) == ()


def test_whoever_draws_often_enough_sees_every_case() -> None:
    all_of_them = cases([an_entry(number) for number in range(1, 12)])
    by_chance = chance(3)

    seen = {case.numbers for _ in range(60) for case in drawn(all_of_them, 2, by_chance)}

    assert len(seen) == len(all_of_them)


def test_every_flag_says_what_it_means() -> None:
    assert all(flag.meaning for flag in Flag)

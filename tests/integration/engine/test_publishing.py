"""Publishing pathways and networks: repeatable, telling what changes, and never under the feet of an episode."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.world import CATALOGUE_FILE, MUNICIPAL, NETWORK, NETWORK_FILE, PATHWAY, Day, a_day, demonstration, settings
from pathways.care.commands import EndEpisode, WantedHandover
from pathways.definition.agreements import Duties, Task
from pathways.definition.faults import DefinitionError
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.errors import Refused
from pathways.operations.beginning import Begin
from pathways.operations.publishing import Outcome

PRESENT, PLACES = demonstration()


@pytest.fixture
def day(engine: Engine, tmp_path: Path) -> Day:
    return a_day(engine, settings(tmp_path))


def changed(pathway: Pathway, *, in_force_from: date) -> Pathway:
    limit = pathway.moves["home-to-hospital"].urgencies["planned"].arrive
    return pathway.model_copy(update={"in_force_from": in_force_from, "draft_limit": limit})


def with_task(duties: Duties) -> Pathway:
    elsewhere = tuple(level for level in PRESENT.levels if level != "home")
    task = Task(title={"sv": "Besök", "en": "Visits"}, levels={"home": duties}, not_at=elsewhere)
    return PRESENT.model_copy(update={"in_force_from": date(2026, 1, 1), "tasks": {"visits": task}})


def without_team(team: str) -> Network:
    teams = {
        key: found.model_copy(update={"covered_by": None}) if found.covered_by == team else found
        for key, found in PLACES.teams.items()
        if key != team
    }
    units = {key: unit for key, unit in PLACES.units.items() if unit.team != team}
    return PLACES.model_copy(update={"teams": teams, "units": units})


def asking_for_a_chaplain(pathway: Pathway) -> Pathway:
    """The same version, sound, with a role that no team of the network has."""
    move = pathway.moves["home-to-hospital"]
    informing = move.model_copy(update={"informs": (*move.informs, "chaplain")})
    roles = {**pathway.roles, "chaplain": {"sv": "Präst", "en": "Chaplain"}}
    return pathway.model_copy(update={"roles": roles, "moves": {**pathway.moves, "home-to-hospital": informing}})


def published(day: Day) -> tuple[list[Pathway], list[Network]]:
    return day.operations.publishing.published()


def test_files_are_published_once_and_then_found_unchanged(engine: Engine, tmp_path: Path) -> None:
    publishing = a_day(engine, settings(tmp_path), is_published=True).operations.publishing

    first = publishing.apply_files([CATALOGUE_FILE, NETWORK_FILE])
    again = publishing.apply_files([NETWORK_FILE, CATALOGUE_FILE])

    assert [(done.name, done.version, done.outcome) for done in first] == [
        (PATHWAY, PRESENT.version, Outcome.NEW),
        (NETWORK, None, Outcome.NEW),
    ]
    assert {done.outcome for done in again} == {Outcome.UNCHANGED}
    pathways, networks = read_definitions([CATALOGUE_FILE, NETWORK_FILE])
    assert publishing.published() == (list(pathways), list(networks))


def test_a_file_given_twice_is_published_once(engine: Engine, tmp_path: Path) -> None:
    publishing = a_day(engine, settings(tmp_path), is_published=True).operations.publishing

    done = publishing.apply([PRESENT, PRESENT], [PLACES, PLACES])

    assert [one.outcome for one in done] == [Outcome.NEW, Outcome.UNCHANGED] * 2


def test_a_new_version_says_what_is_different_and_running_episodes_keep_theirs(day: Day) -> None:
    episode = day.begun()

    (done,) = day.operations.publishing.apply([changed(PRESENT, in_force_from=date(2026, 1, 1))], [])

    assert done.outcome is Outcome.NEW
    assert done.differences
    assert day.operations.views.show(episode).pathway == PRESENT
    assert day.operations.views.show(day.begun()).episode.version == date(2026, 1, 1)


def test_a_version_that_begins_tomorrow_does_not_hold_today(day: Day) -> None:
    day.operations.publishing.apply([changed(PRESENT, in_force_from=date(2026, 3, 11))], [])

    assert day.operations.views.show(day.begun()).pathway == PRESENT
    day.clock.forward(hours=14)  # midnight in Stockholm
    assert day.operations.views.show(day.begun()).episode.version == date(2026, 3, 11)


def test_a_published_version_never_changes(day: Day) -> None:
    with pytest.raises(Refused, match=r"published already and differs: .+[^.]\. Give the changed pathway a new date"):
        day.operations.publishing.apply([changed(PRESENT, in_force_from=PRESENT.in_force_from)], [])


def test_a_published_version_stays_as_it_was_written_even_if_it_would_mean_the_same(day: Day) -> None:
    duties = Duties(responsible="ssih")
    day.operations.publishing.apply([with_task(duties)], [])
    with pytest.raises(Refused, match="differs: in how it is written, though not in what it says"):
        day.operations.publishing.apply([with_task(duties.model_copy(update={"carries_out": ("ssih",)}))], [])


def test_a_changed_network_says_what_is_different_and_holds_at_once(day: Day) -> None:
    (done,) = day.operations.publishing.apply([], [without_team("short-term-south")])

    assert done.outcome is Outcome.CHANGED
    assert done.differences
    assert published(day)[1] == [without_team("short-term-south")]


@pytest.mark.parametrize(
    ("network", "missing"),
    [
        (without_team("municipal-palliative-team"), "municipal-palliative-team"),
        (without_team("short-term-north"), "short-term-north"),
        (PLACES.model_copy(update={"units": {}}), "korttids-norr"),
        (PLACES.model_copy(update={"pathways": ()}), PATHWAY),
        (without_team("gp-practice"), "gp"),
    ],
    ids=["responsible-team", "asked-team", "unit", "pathway", "role"],
)
def test_a_network_keeps_what_running_episodes_need(day: Day, network: Network, missing: str) -> None:
    episode = day.begun()
    day.operations.plan_handover(
        episode,
        MUNICIPAL,
        WantedHandover(move="home-to-short-term", urgency="planned", reason="relief", to_units=("korttids-norr",)),
    )

    with pytest.raises(Refused, match=f"still need this of the network {NETWORK}: .*{missing}"):
        day.operations.publishing.apply([], [network])
    assert published(day)[1] == [PLACES]


def with_role(team: str, role: str) -> Network:
    teams = {**PLACES.teams, team: PLACES.teams[team].model_copy(update={"role": role})}
    return PLACES.model_copy(update={"teams": teams})


def with_unit(unit: str, **changed: str) -> Network:
    units = {**PLACES.units, unit: PLACES.units[unit].model_copy(update=changed)}
    return PLACES.model_copy(update={"units": units})


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (with_role("short-term-north", "hospital-ward"), "still need short-term-north as short-term-unit: 2"),
        (with_unit("korttids-norr", team="short-term-south"), "korttids-norr at short-term, of short-term-north: 2"),
        (with_unit("korttids-norr", level="hospital-bed"), "korttids-norr at short-term, of short-term-north: 2"),
    ],
    ids=["role", "team-of-a-unit", "level-of-a-unit"],
)
def test_nobody_who_is_asked_loses_the_role_by_which_they_could_take_over(
    day: Day, network: Network, said: str
) -> None:
    for _ in range(2):
        asked = WantedHandover(
            move="home-to-short-term", urgency="planned", reason="relief", to_units=("korttids-norr",)
        )
        day.operations.plan_handover(day.begun(), MUNICIPAL, asked)

    with pytest.raises(Refused, match=said):
        day.operations.publishing.apply([], [network])
    assert published(day)[1] == [PLACES]


def test_of_two_teams_with_a_role_the_one_that_is_responsible_keeps_it_and_the_other_may_lose_it(day: Day) -> None:
    teams = {**PLACES.teams, "municipal-two": PLACES.teams["municipal-palliative-team"]}
    day.operations.publishing.apply([], [PLACES.model_copy(update={"teams": teams})])
    day.operations.begin_episode(Begin(PATHWAY, NETWORK, "home"), MUNICIPAL)
    without, kept = (
        PLACES.model_copy(update={"teams": {**teams, team: teams[team].model_copy(update={"role": "gp"})}})
        for team in ("municipal-palliative-team", "municipal-two")
    )
    with pytest.raises(Refused, match="still need municipal-palliative-team as municipal-team: 1"):
        day.operations.publishing.apply([], [without])
    day.operations.publishing.apply([], [kept])
    assert published(day)[1] == [kept]


def test_follow_ups_still_need_the_team_that_owns_them_until_they_are_done(day: Day) -> None:
    day.operations.perform(day.begun(), EndEpisode(actor=MUNICIPAL, end="discharged"))

    with pytest.raises(Refused, match="municipal-palliative-team"):
        day.operations.publishing.apply([], [without_team("municipal-palliative-team")])


def test_all_that_is_given_at_once_is_published_or_nothing(day: Day, tmp_path: Path) -> None:
    day.begun()
    newer = changed(PRESENT, in_force_from=date(2026, 1, 1))

    with pytest.raises(Refused):
        day.operations.publishing.apply([newer], [without_team("municipal-palliative-team")])
    assert published(day) == ([PRESENT], [PLACES])

    faulty = tmp_path / "faulty.yaml"
    faulty.write_text("network: nowhere\ncountry: SE\n", encoding="utf-8")
    with pytest.raises(DefinitionError):
        day.operations.publishing.apply_files([CATALOGUE_FILE, faulty])
    assert published(day) == ([PRESENT], [PLACES])


def with_last_day(pathway: Pathway, last: date) -> Pathway:
    return pathway.model_copy(update={"in_force_until": last})


def test_no_episode_begins_after_the_last_day_of_the_last_version(engine: Engine, tmp_path: Path) -> None:
    fresh = a_day(engine, settings(tmp_path), is_published=True)
    fresh.operations.publishing.apply([with_last_day(PRESENT, date(2026, 3, 10))], [PLACES])
    fresh.begun()

    fresh.clock.forward(hours=14)  # midnight in Stockholm

    with pytest.raises(Refused, match="no longer in force on 2026-03-11: its last day was 2026-03-10"):
        fresh.begun()


def test_versions_that_leave_a_gap_or_overlap_are_refused_as_they_are_published(engine: Engine, tmp_path: Path) -> None:
    publishing = a_day(engine, settings(tmp_path), is_published=True).operations.publishing
    publishing.apply([with_last_day(PRESENT, date(2026, 6, 30))], [PLACES])

    with pytest.raises(Refused, match="No version would be in force from 2026-07-01 to 2026-07-31"):
        publishing.apply([changed(PRESENT, in_force_from=date(2026, 8, 1))], [])
    with pytest.raises(Refused, match="From 2026-06-30 two would be in force"):
        publishing.apply([changed(PRESENT, in_force_from=date(2026, 6, 30))], [])
    assert publishing.published() == ([with_last_day(PRESENT, date(2026, 6, 30))], [PLACES])


def test_a_version_that_a_network_could_not_carry_out_is_refused(day: Day) -> None:
    asks_more = asking_for_a_chaplain(changed(PRESENT, in_force_from=date(2026, 4, 1)))

    with pytest.raises(Refused, match=f"{NETWORK} could not carry this out: No team has the role `chaplain`"):
        day.operations.publishing.apply([asks_more], [])
    assert published(day) == ([PRESENT], [PLACES])


def test_a_version_between_two_that_a_network_could_not_carry_out_is_refused(day: Day) -> None:
    day.operations.publishing.apply([changed(PRESENT, in_force_from=date(2026, 6, 1))], [])
    asks_more = asking_for_a_chaplain(changed(PRESENT, in_force_from=date(2026, 4, 1)))

    with pytest.raises(Refused, match=r"No team has the role `chaplain`.* The version of 2026-04-01 asks for it"):
        day.operations.publishing.apply([asks_more], [])
    assert len(published(day)[0]) == 2


@pytest.mark.parametrize(
    ("first_day", "midnight"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
    ids=["the-short-day", "the-day-after-it", "the-long-day", "the-day-after-that"],
)
def test_a_version_comes_into_force_by_itself_at_local_midnight(day: Day, first_day: date, midnight: datetime) -> None:
    day.operations.publishing.apply([changed(PRESENT, in_force_from=first_day)], [])

    day.clock.now = midnight - timedelta(microseconds=1)
    assert day.operations.views.show(day.begun()).pathway == PRESENT
    day.clock.now = midnight
    assert day.operations.views.show(day.begun()).episode.version == first_day
    listed = {each.term.first: each for each in day.operations.agreements.listed()}
    assert (listed[first_day].begins_at, listed[first_day].holds) == (midnight, True)
    assert not listed[PRESENT.in_force_from].holds


def test_publishing_says_which_episodes_stay_and_how_to_move_them(day: Day) -> None:
    day.begun()
    (first,) = day.operations.publishing.apply([changed(PRESENT, in_force_from=date(2026, 4, 1))], [])
    day.begun()
    (second,) = day.operations.publishing.apply([changed(PRESENT, in_force_from=date(2026, 5, 1))], [])

    assert list(first.warnings) == [
        f"1 running episode of {PATHWAY} stays on the version so far. See what moving would do: "
        f"handslag migrate {PATHWAY} --to {PATHWAY}@2026-04-01."
    ]
    assert second.warnings[0].startswith(f"2 running episodes of {PATHWAY} stay on the version so far.")


def test_a_version_between_two_is_compared_with_the_one_before_it(day: Day) -> None:
    day.operations.publishing.apply([changed(PRESENT, in_force_from=date(2026, 6, 1))], [])
    (between,) = day.operations.publishing.apply([PRESENT.model_copy(update={"in_force_from": date(2026, 5, 1)})], [])

    assert [change.path for change in between.differences] == [("in_force_from",)]

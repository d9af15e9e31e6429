"""The copies of calendars: the last good one holds, whatever an address gives afterwards, and its age is told."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from engine.world import NETWORK, START, Day, a_day, demonstration, settings
from pathways.definition.covers import Cover
from pathways.definition.networks import Network
from pathways.errors import NotFound, Refused

TEAM = "gp-practice"
ROUND_THE_CLOCK = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//rota//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20260101\r
RRULE:FREQ=DAILY\r
SUMMARY:reception\r
END:VEVENT\r
END:VCALENDAR\r
"""


def with_calendar(name: str = NETWORK) -> Network:
    """The demonstration's network, where the practice has a calendar."""
    _pathway, network = demonstration()
    team = network.teams[TEAM].model_copy(update={"cover": Cover(calendar="ROTA")})
    return network.model_copy(update={"network": name, "teams": {**network.teams, TEAM: team}})


@pytest.fixture
def rota_file(tmp_path: Path) -> Path:
    return tmp_path / "rota.ics"


@pytest.fixture
def day(engine: Engine, tmp_path: Path, rota_file: Path) -> Day:
    given = settings(tmp_path)
    assert given.contacts_file is not None
    with given.contacts_file.open("a", encoding="utf-8") as contacts:
        contacts.write(f'ROTA = "{rota_file.as_uri()}"\n')
    made = a_day(engine, given)
    made.operations.publishing.apply([], [with_calendar()])
    return made


def answering(day: Day) -> str:
    cover = day.operations.cover
    return cover.rota(cover.network_of(TEAM)).who_answers(TEAM, day.clock()).contact


def test_a_calendar_that_was_never_fetched_leaves_the_last_resort(day: Day) -> None:
    (copy,) = day.operations.cover.copies(with_calendar())
    assert (copy.team, copy.age, copy.is_old) == (TEAM, None, True)
    assert answering(day) == "doctor-on-duty"


def test_a_fetched_calendar_says_who_answers(day: Day, rota_file: Path) -> None:
    rota_file.write_text(ROUND_THE_CLOCK, encoding="utf-8", newline="")
    (copy,) = day.operations.cover.refresh()
    assert (copy.fetched_at, copy.age, copy.error, copy.is_old) == (START, timedelta(), None, False)
    assert answering(day) == "reception"


@pytest.mark.parametrize(("content", "error"), [("<html>Log in</html>", "no-calendar"), (None, "not-reached")])
def test_the_last_good_copy_holds_when_the_next_is_broken_or_gone(
    content: str | None, error: str, day: Day, rota_file: Path
) -> None:
    rota_file.write_text(ROUND_THE_CLOCK, encoding="utf-8", newline="")
    day.operations.cover.refresh()
    rota_file.unlink()
    if content:
        rota_file.write_text(content, encoding="utf-8")

    day.clock.forward(hours=23)
    (copy,) = day.operations.cover.refresh(NETWORK)
    assert (copy.fetched_at, copy.error, copy.is_old) == (START, error, False)
    assert answering(day) == "reception"
    day.clock.forward(hours=1)
    (copy,) = day.operations.cover.copies(with_calendar())
    assert copy.is_old

    rota_file.write_text(ROUND_THE_CLOCK, encoding="utf-8", newline="")
    (copy,) = day.operations.cover.refresh(NETWORK)
    assert (copy.fetched_at, copy.error) == (day.clock(), None)


def test_a_calendar_without_an_address_is_told(engine: Engine, tmp_path: Path) -> None:
    day = a_day(engine, settings(tmp_path))
    day.operations.publishing.apply([], [with_calendar()])
    (copy,) = day.operations.cover.refresh()
    assert copy.error == "no-address"


def test_a_team_is_found_by_its_key_in_the_network_that_has_it(day: Day) -> None:
    cover = day.operations.cover
    assert cover.network_of(TEAM).network == NETWORK
    with pytest.raises(NotFound, match="There is no team of that name"):
        cover.network_of("nobody")
    with pytest.raises(NotFound):
        cover.network_of(TEAM, "nowhere")
    with pytest.raises(NotFound):
        cover.refresh("nowhere")
    day.operations.publishing.apply([], [with_calendar("another")])
    with pytest.raises(Refused, match="--network"):
        cover.network_of(TEAM)
    assert cover.network_of(TEAM, "another").network == "another"
    assert [copy.network for copy in cover.refresh()] == ["another", NETWORK]


def test_the_rota_is_asked_in_the_zone_of_its_network(day: Day) -> None:
    network = day.operations.cover.network_of("municipal-palliative-team")
    closes = day.operations.cover.rota(network).closes_at("municipal-palliative-team", START)
    assert closes is not None
    assert f"{closes.astimezone(ZoneInfo(network.time_zone)):%H:%M}" == "22:00"

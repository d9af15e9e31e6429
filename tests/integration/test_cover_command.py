"""`handslag cover` in this process: who answers on the demonstration's known days, and what bad input is told."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line

from handslag.commands.installation import operations
from handslag.doctor import examine
from handslag.playground import JONKOPING
from pathways.errors import NotFound, Refused

TEAM = "municipal-palliative-team"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch) as run:
        yield run


@pytest.fixture
def cover(run: CommandLine) -> CommandLine:
    run("apply", *(str(path) for path in JONKOPING))
    return lambda *words: run("cover", *words)


def test_it_tells_who_answers_until_when_and_who_does_next(cover: CommandLine) -> None:
    said = cover(TEAM, "--at", "2026-12-24 16:45")
    assert f"on-call of {TEAM} answers until Thu 2026-12-24 22:00, then coordinator of ssih-jonkoping." in said
    assert "The team is open; it closes Thu 2026-12-24 22:00." in said
    assert "Thu 2026-12-24 │ ▒▒▒▒▒▒▒▒██████████████▒▒" in said


def test_it_tells_of_a_closed_team_when_it_opens_and_marks_the_closed_on_the_ladder(cover: CommandLine) -> None:
    said = cover(TEAM, "--at", "2026-12-24T23:00")
    assert "coordinator of ssih-jonkoping answers until Fri 2026-12-25 08:00, then on-call" in said
    assert "The team is closed; it opens Fri 2026-12-25 08:00." in said
    (desk,) = [line for line in said.splitlines() if line.startswith(TEAM) and "head-of-unit" in line]
    assert "closed" in desk
    assert "Mon 2026-12-28 07:00" in desk


def test_it_tells_of_who_is_always_there(cover: CommandLine) -> None:
    assert "coordinator of ward-ryhov answers, at all times." in cover("ward-ryhov")


def test_a_program_gets_instants_in_utc(cover: CommandLine) -> None:
    said = json.loads(cover(TEAM, "--at", "2026-12-24 16:45", "--network", "jonkoping-demo", "--json"))
    assert said["at"] == "2026-12-24T15:45:00+00:00"
    assert said["is_open"] is True
    assert said["answers"] == {"team": TEAM, "contact": "on-call", "until_at": "2026-12-24T21:00:00Z"}
    assert said["next"]["contact"] == "coordinator"
    assert [rung["is_open"] for rung in said["ladder"]] == [False, False, False, True, True, True, True]
    assert said["calendars"] == []


@pytest.mark.parametrize("at", ["tomorrow", "24/12", "2026-12-24 16:45+01:00", "0001-01-01 00:00", "2026-13-01"])
def test_a_time_that_cannot_be_read_is_told_in_a_sentence_that_does_not_repeat_it(at: str, cover: CommandLine) -> None:
    with pytest.raises(Refused, match=r"^This is no local time\. Write it as '2026-12-24 16:45'") as refused:
        cover(TEAM, "--at", at)
    assert at not in str(refused.value)


def test_a_team_that_is_not_there_is_told_with_those_that_are(cover: CommandLine) -> None:
    with pytest.raises(NotFound, match="ssih-jonkoping"):
        cover("nobody")


def test_the_age_of_a_calendar_is_told_here_and_by_the_doctor(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = tmp_path / "network.yaml"
    text = JONKOPING[1].read_text(encoding="utf-8")
    gp = text.index("  gp-practice:")
    begin, end = text.index("    cover:", gp), text.index("# Who answers when everybody")
    network.write_text(f"{text[:begin]}    cover: {{calendar: GP_ROTA}}\n\n{text[end:]}", encoding="utf-8")
    rota = tmp_path / "rota.ics"
    rota.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n", encoding="utf-8", newline="")
    monkeypatch.setenv("HANDSLAG_CONTACT_GP_ROTA", rota.as_uri())
    operations.cache_clear()
    run("apply", str(JONKOPING[0]), str(network))

    assert "The calendar of gp-practice has never been fetched, so nobody is on duty by it." in run(
        "cover", "gp-practice"
    )
    assert "gp-practice (never fetched)" in _doctor("calendars")
    said = run("cover", "gp-practice", "--refresh")
    assert "The calendar of gp-practice was fetched within the hour." in said
    assert "The team is closed; it opens at no time within a year." in said
    assert _doctor("calendars") == ""
    assert "GP_ROTA" not in _doctor("contact points")
    rota.unlink()
    assert "(last try: not-reached)" in run("cover", "gp-practice", "--refresh")


def _doctor(what: str) -> str:
    return next(finding.advice for finding in examine() if finding.what == what)

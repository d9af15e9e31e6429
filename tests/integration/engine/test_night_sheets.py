"""Night sheets of real records: they say what is recorded, and whether a sheet that was made still holds."""

from datetime import date
from pathlib import Path

import pytest

from desk.sheets import made_sheet
from engine.databases import Database
from engine.made_up_users import hired, viewer
from engine.world import (
    MUNICIPAL,
    NAME,
    NETWORK,
    NORTH,
    NUMBER,
    PATHWAY,
    RYHOV,
    SSIH,
    Day,
    a_day,
    demonstration,
    settings,
)
from pathways.care.actors import Actor
from pathways.care.commands import EndEpisode, NoteNightSheet, PauseEpisode, RecordFact, TakeBackEnd, WriteSummary
from pathways.care.communication import Summary
from pathways.care.events import NightSheetMade
from pathways.care.patient import Kit, KitItem, PatientFact, PhaseOfIllness, TreatmentLimit, TreatmentLimits
from pathways.definition.conditions import Phase
from pathways.definition.texts import Language
from pathways.errors import NotFound, Refused
from pathways.operations.beginning import Begin
from pathways.operations.night_sheets import Checked
from pathways.operations.people import NewRelative, Patient
from pathways.reports.night_sheets import Sheet, html

DAUGHTER = NewRelative("Siv Exempelsson", "daughter", "070-174 06 05", is_carer=True, may_be_called_at_night=True)
SON = NewRelative("Per Exempelsson", "son", "070-174 06 06")
LIMITS = TreatmentLimits(limits=(TreatmentLimit.NO_CPR,), decided_on=date(2026, 3, 1))
KIT = Kit(where="fridge", checked_by="Bo", checked_on=date(2026, 3, 1), items=(KitItem(name="made up", count=5),))


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


def made(day: Day, episode: str, actor: Actor = MUNICIPAL) -> Sheet:
    """A sheet that was made and noted."""
    sheet = day.operations.night_sheets.read(episode, actor)
    day.operations.perform(episode, NoteNightSheet(actor=actor, mark=sheet.mark, number=sheet.number))
    return sheet


def check(day: Day, episode: str, sheet: Sheet) -> Checked:
    return day.operations.night_sheets.check(episode, sheet.mark, MUNICIPAL)


def record(day: Day, episode: str, fact: PatientFact) -> None:
    day.operations.perform(episode, RecordFact(actor=MUNICIPAL, fact=fact))


def page(day: Day, sheet: Sheet) -> str:
    return html(sheet, day.operations.settings.templates_folder)


def is_current(day: Day, episode: str) -> bool:
    return day.operations.night_sheets.is_current(day.operations.views.show(episode).episode)


def test_a_sheet_says_what_is_recorded_in_the_language_of_the_team_that_asks(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    day.operations.patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    day.operations.patients.add_relative(episode, SON, MUNICIPAL)
    record(day, episode, LIMITS)

    sheet = made(day, episode)

    said = page(day, sheet)
    for part in ("Nattblad", NAME, "19480229-****", "Siv Exempelsson", "+46 701 74 06 05", "ej HLR", sheet.mark):
        assert part in said
    assert "Per Exempelsson" not in said
    assert sheet.number == day.operations.views.show(episode).episode.number - 1
    assert sheet.duties[0].contact == "coordinator"
    english = day.operations.night_sheets.read(episode, MUNICIPAL, Language.ENGLISH)
    assert english.mark == sheet.mark
    assert "Night sheet" in page(day, english)


def test_it_can_be_made_before_anybody_has_said_who_the_patient_is(day: Day) -> None:
    sheet = made(day, day.begun())
    assert "Ingen har angett vem" in page(day, sheet)


def test_a_team_without_a_part_neither_reads_nor_checks_one(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    sheet = made(day, episode)
    for ask in (
        lambda: day.operations.night_sheets.read(episode, RYHOV),
        lambda: day.operations.night_sheets.check(episode, sheet.mark, RYHOV),
    ):
        with pytest.raises(Refused, match="no part in episode") as refusal:
            ask()
        assert NAME not in str(refusal.value)


def test_whoever_opens_an_episode_in_an_emergency_reads_its_sheet_and_nothing_afterwards(day: Day) -> None:
    hired(day.operations)
    episode = day.begun(Patient(NUMBER, NAME))
    ryhov = viewer("ryhov")
    with pytest.raises(NotFound):
        made_sheet(day.operations, ryhov, episode, lambda sheet: sheet)
    day.operations.access.open_in_emergency(ryhov, episode, "Unconscious in the ambulance")
    sheet = made_sheet(day.operations, ryhov, episode, lambda sheet: sheet)
    assert NAME in page(day, sheet)
    (noted,) = (each for each in day.operations.views.show(episode).history if isinstance(each.event, NightSheetMade))
    assert noted.actor.team == RYHOV.team
    day.clock.forward(minutes=60)
    with pytest.raises(NotFound):
        made_sheet(day.operations, ryhov, episode, lambda sheet: sheet)


def test_a_team_that_was_told_or_had_a_part_until_lately_reads_one_by_every_door(day: Day) -> None:
    hired(day.operations)
    begin = Begin(PATHWAY, NETWORK, "home", care_team={"short-term-unit": "short-term-north"})
    episode = day.operations.begin_episode(begin, MUNICIPAL)[0].reference
    for is_over in (False, True):
        assert made_sheet(day.operations, viewer("north"), episode, lambda sheet: sheet).reference == episode
        assert made(day, episode, NORTH).reference == episode
        if not is_over:
            day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="discharged"))
    day.clock.forward(days=day.operations.settings.access_after_days + 1)
    with pytest.raises(NotFound):
        made_sheet(day.operations, viewer("north"), episode, lambda sheet: sheet)
    with pytest.raises(Refused, match="no part in episode"):
        made(day, episode, NORTH)


def test_time_that_passes_and_what_is_not_on_the_sheet_leave_it_as_it_is(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    first = made(day, episode)
    day.clock.forward(hours=14)
    handover = day.requested(episode, is_draft=True)
    again = made(day, episode, SSIH)
    assert again.mark == first.mark
    assert again.duties[0].team != first.duties[0].team
    assert check(day, episode, first).is_current
    assert is_current(day, episode)
    assert day.operations.views.show(episode).handover(handover)


def test_what_has_changed_since_is_told_by_section(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    sheet = made(day, episode)
    day.clock.forward(minutes=5)
    record(day, episode, LIMITS)
    record(day, episode, PhaseOfIllness(phase=Phase.UNSTABLE))
    day.requested(episode)

    checked = check(day, episode, sheet)

    assert checked.changed == ("where", "limits", "state")
    assert (checked.is_current, checked.made_at) == (False, sheet.made_at)
    assert checked.answers is not None
    assert checked.answers.contact == "coordinator"
    assert not is_current(day, episode)


def test_the_contingency_of_the_latest_summary_is_on_it(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    sheet = made(day, episode)
    day.operations.perform(episode, WriteSummary(actor=MUNICIPAL, summary=Summary(contingency="Ring <us> first.")))
    assert check(day, episode, sheet).changed == ("contingency",)
    assert "Ring &lt;us&gt; first." in page(day, made(day, episode))


def test_what_came_back_as_it_was_holds_again(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    record(day, episode, KIT)
    sheet = made(day, episode)
    record(day, episode, KIT.model_copy(update={"where": "cellar"}))
    assert check(day, episode, sheet).changed == ("kit",)
    record(day, episode, KIT)
    assert check(day, episode, sheet).is_current


def test_a_change_of_the_patients_record_is_told_as_such(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    day.operations.patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    sheet = made(day, episode)
    day.operations.patients.protect(episode, MUNICIPAL)
    assert check(day, episode, sheet).changed == ("patient",)
    assert NAME not in page(day, made(day, episode))


def test_a_change_of_cover_in_the_network_file_is_told_as_such(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    sheet = made(day, episode)
    pathway, network = demonstration()
    team = network.teams["ssih-jonkoping"].model_copy(update={"name": "SSIH Nytt namn"})
    changed = network.model_copy(update={"teams": {**network.teams, "ssih-jonkoping": team}})
    day.operations.publishing.apply([pathway], [changed])
    assert check(day, episode, sheet).changed == ("cover",)


def test_after_a_death_the_sheet_is_out_of_date_and_a_new_one_names_nobody_to_ring(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    day.operations.patients.add_relative(episode, DAUGHTER, MUNICIPAL)
    sheet = made(day, episode)
    day.clock.forward(minutes=5)
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))

    assert check(day, episode, sheet).changed == ("over", "relatives")
    said = page(day, made(day, episode))
    assert "PATIENTEN HAR AVLIDIT" in said
    assert "Siv" not in said
    assert "701" not in said

    day.clock.forward(minutes=5)
    day.operations.perform(episode, TakeBackEnd(actor=MUNICIPAL))
    assert check(day, episode, sheet).is_current


def test_a_death_that_another_episode_of_the_patient_tells_of_is_told_first(day: Day) -> None:
    ended = day.begun(Patient(NUMBER, NAME))
    day.operations.perform(ended, EndEpisode(actor=MUNICIPAL, end="discharged"))
    day.clock.forward(minutes=5)
    running = day.begun(Patient(NUMBER, NAME))
    sheet = made(day, ended)
    assert "AVSLUTAD" in page(day, sheet)
    day.clock.forward(minutes=5)
    day.operations.perform(running, EndEpisode(actor=MUNICIPAL, end="deceased"))
    assert check(day, ended, sheet).changed == ("over",)
    assert "PATIENTEN HAR AVLIDIT" in page(day, made(day, ended))


def test_a_pause_is_on_the_sheet(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    sheet = made(day, episode)
    kind = next(iter(demonstration()[0].pauses))
    day.operations.perform(episode, PauseEpisode(actor=MUNICIPAL, kind=kind))
    assert "paused" in check(day, episode, sheet).changed
    assert "PAUSAD" in page(day, made(day, episode))


def test_a_mark_that_was_never_given_is_not_found(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    with pytest.raises(NotFound, match="No night sheet with that mark"):
        day.operations.night_sheets.check(episode, "2222-2222", MUNICIPAL)
    with pytest.raises(Refused, match="no mark of a night sheet"):
        day.operations.night_sheets.check(episode, NAME, MUNICIPAL)

"""Every command is asked for at random in one of the walks, and each walk claims what always holds."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import pathways.care
from pathways.care.commands import Command

_WALKS = {
    "test_care_machine": (
        *("BeginEpisode", "PlanHandover", "ChangeHandover", "ConfirmReadiness", "Waive", "GiveReadBack"),
        *("CorrectReadBack", "AskQuestion", "AnswerQuestion", "WriteSummary", "RecordFact", "OfferPlace", "ComeBack"),
        *("RecordReturnCause", "SettleHandover", "PauseEpisode", "ResumeEpisode", "PassClock", "EndEpisode"),
        *("TakeBackEnd", "NoteNightSheet", "CompleteFollowUp", "RecordMilestone", "NotePatientChange"),
        *("ReportVitalStatus", "DenyVitalStatus", "ConfirmResponsibility", "EraseRecord"),
    ),
    "test_migration_machine": ("MigrateEpisode",),
    "test_order_walks": (
        *("PlaceOrder", "ChangeOrder", "StopOrder", "RecordVisit", "ActOnMissedVisit", "RecordComplication"),
        "NameFixedContact",
    ),
    "test_granting_at_random": (
        *("GrantPackage", "RenewGrant", "LeaveToLapse", "WithdrawGrant", "SwapServices", "UndoSwap"),
        *("ProposeJointVisit", "AnswerJointVisit", "CancelJointVisit", "RecordJointVisit", "RaiseMatter"),
        *("DecideMatter", "MoveToDistrict"),
    ),
    "test_programmes_of_many": ("Enrol", "KeepWaiting", "OfferEnrolment", "RecordMeasurement"),
}
_HELPERS = ("care_commands", "care_stories", "programme_worlds", "migration_worlds")
"""Where the walks have their commands from."""


def kinds(of: type[Command]) -> Iterator[type[Command]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_each_command_has_its_walk() -> None:
    for module in pkgutil.walk_packages(pathways.care.__path__, "pathways.care."):
        import_module(module.name)
    walked = [name for names in _WALKS.values() for name in names]
    assert sorted(walked) == sorted({kind.__name__ for kind in kinds(Command)})


@pytest.mark.parametrize("walk", _WALKS)
def test_a_walk_asks_for_its_commands_and_claims_what_always_holds(walk: str) -> None:
    found = [vars(import_module(name)) for name in (walk, *_HELPERS)]
    assert all(any(name in each for each in found) for name in _WALKS[walk])
    claims = [base for base in found if base["__name__"] == walk]
    assert "ALWAYS" in claims[0] or "CLAIMS" in claims[0] or "Care" in claims[0]

"""What is entered late on the command line: each command has the option where its kind may be."""

import inspect
import json
from datetime import UTC, datetime, timedelta

import pytest
from command_line import CommandLine
from test_commands import MUNICIPALITY, SSIH, asked, run

from handslag.commands import care, communication, ending, patient, readiness
from handslag.commands.acting import OccurredAt
from pathways.errors import Refused

__all__ = ["run"]

HAS_IT = {
    *("begin", "request", "send", "answer", "depart", "arrive", "hold", "resume", "cancel", "fail"),
    *("come_back", "agree_to_cancel", "refuse_to_cancel", "pause", "resume_episode", "end", "follow_up"),
    *("read_back", "correct", "confirm_read_back", "waive", "confirm"),
    *("phase", "score", "treatment_limits", "kit", "kit_retrieved", "preference", "carer", "consent", "view_limit"),
}
HAS_IT_NOT = {
    *("see", "enter_in_error", "return_cause", "settle", "take_back_end", "confirm_responsibility", "deny_report"),
    *("summary", "ask", "reply"),
}


def test_each_command_about_a_patient_has_the_option_or_is_never_late() -> None:
    found = {
        name: "occurred_at" in inspect.signature(each).parameters
        for module in (care, communication, ending, patient, readiness)
        for name, each in vars(module).items()
        if inspect.isfunction(each)
        and each.__module__ == module.__name__
        and not name.startswith("_")
        and name not in ("register", "suggestions")
    }
    assert found == {**dict.fromkeys(HAS_IT, True), **dict.fromkeys(HAS_IT_NOT, False)}
    assert OccurredAt


def test_an_answer_is_entered_late_and_shown_with_both_times(run: CommandLine) -> None:
    handover = asked(run, "home-to-home-specialised", "--reason", "worsening")
    at = datetime.now(UTC)
    answer = ("answer", handover, "accept", "--as", SSIH)
    with pytest.raises(Refused, match="the handover was requested, or planned"):
        run(*answer, "--occurred-at", f"{at - timedelta(hours=2):%Y-%m-%d %H:%M:%S+0000}")
    with pytest.raises(Refused, match="no local time"):
        run(*answer, "--occurred-at", "this morning")
    run(*answer, "--occurred-at", at.isoformat())
    shown = run("show", handover)
    assert "(entered late, " in shown
    episode = json.loads(run("show", handover, "--json"))["episode"]
    mark = next(each for each in episode["handovers"][handover]["marks"] if each["kind"] == "accepted")
    assert datetime.fromisoformat(mark["at"]) == at
    assert mark["entered_at"] is not None


def test_a_beginning_an_end_and_a_request_say_when_they_were(run: CommandLine) -> None:
    asked(run, "home-to-home-specialised", "--reason", "worsening")
    at = datetime.now(UTC) - timedelta(hours=3)
    begin = ("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--as", MUNICIPALITY, "--json")
    episode = json.loads(run(*begin, "--occurred-at", at.isoformat()))["episode"]
    later = at + timedelta(hours=1)
    asking = ("request", episode, "home-to-home-specialised", "--reason", "worsening", "--as", MUNICIPALITY, "--json")
    handover = json.loads(run(*asking, "--occurred-at", later.isoformat()))["reference"]
    run("record", episode, "phase", "unstable", "--as", MUNICIPALITY, "--occurred-at", later.isoformat())
    run("end", episode, "deceased", "--as", MUNICIPALITY, "--occurred-at", (later + timedelta(hours=1)).isoformat())
    shown = json.loads(run("show", episode, "--json"))["episode"]
    assert datetime.fromisoformat(shown["began_at"]) == at
    assert datetime.fromisoformat(shown["handovers"][handover]["requested_at"]) == later
    assert datetime.fromisoformat(shown["known"]["phase"]["at"]) == later
    assert datetime.fromisoformat(shown["ended_at"]) == later + timedelta(hours=1)

"""Pausing, ending, taking an end back, coming back and cancelling under way, on the command line."""

import json

import pytest
from command_line import CommandLine
from test_commands import MUNICIPALITY, SSIH, asked, run

from pathways.errors import Refused

__all__ = ["run"]

NORTH = "short-term-north"


def data(run: CommandLine, reference: str) -> dict[str, object]:
    shown: dict[str, object] = json.loads(run("show", reference, "--json"))
    return shown


def episode_of(run: CommandLine, handover: str) -> str:
    return str(json.loads(run("show", handover, "--json"))["episode"]["reference"])


def test_an_episode_pauses_and_goes_on(run: CommandLine) -> None:
    handover = asked(run, "home-to-short-term", "--unit", "korttids-norr", "--reason", "relief")
    episode = episode_of(run, handover)
    pause = ("pause", episode, "admitted-elsewhere")

    with pytest.raises(Refused, match=f"would cancel handover {handover}"):
        run(*pause, "--as", MUNICIPALITY)
    with pytest.raises(Refused, match=f"your team is not responsible for it. Ask {MUNICIPALITY}"):
        run(*pause, "--cancels", handover, "--as", NORTH)
    assert "pauses" in run(*pause, "--cancels", handover.lower(), "--as", MUNICIPALITY)
    shown = run("show", episode)
    assert "Pauses since" in shown
    assert "Services that pause: home-visits, specialised-visits" in shown
    assert "pause-review" in run("waiting")
    with pytest.raises(Refused, match="it pauses already"):
        run("pause", episode, "admitted-elsewhere", "--as", MUNICIPALITY)
    assert "goes on" in run("resume-episode", episode, "--as", MUNICIPALITY)
    assert "Pauses since" not in run("show", episode)
    assert "next-step" in run("waiting")


def test_an_episode_begun_for_another_team_is_asked_for_and_its_beginner_stays_responsible(run: CommandLine) -> None:
    asked(run, "home-to-short-term", "--unit", "korttids-norr", "--reason", "relief")
    words = ("begin", "jonkoping-palliative", "jonkoping-demo", "home-specialised", "--as", MUNICIPALITY, "--json")
    begun = json.loads(run(*words))
    assert f"Responsible: {MUNICIPALITY}" in run("show", begun["episode"])
    assert begun["handover"] in run("waiting")
    assert "is ready" in run("answer", begun["handover"], "accept", "--as", SSIH)
    run("arrive", begun["handover"], "--as", SSIH)
    assert f"Responsible: {SSIH}" in run("show", begun["episode"])
    assert f"{SSIH} is asked to take over" in run(*words[:-1], "--to", SSIH)


def test_an_end_recorded_in_error_is_taken_back_with_its_handover(run: CommandLine) -> None:
    handover = asked(run, "home-to-short-term", "--unit", "korttids-norr", "--reason", "relief")
    episode = episode_of(run, handover)

    assert "has ended" in run("end", episode, "deceased", "--as", MUNICIPALITY)
    assert "nobody, it has ended" in run("show", episode)
    assert json.loads(run("take-back-end", episode, "--as", NORTH, "--json"))["reference"] == episode
    assert f"Responsible: {MUNICIPALITY}" in run("show", episode)
    assert "is accepted" in run("answer", handover, "accept", "--as", NORTH)
    with pytest.raises(Refused, match="it has not ended"):
        run("take-back-end", episode, "--as", NORTH)


def carried_out(run: CommandLine) -> str:
    """A handover to specialised care at home, where nobody travels, carried out."""
    handover = asked(run, "home-to-home-specialised", "--reason", "worsening", "--urgency", "planned")
    run("answer", handover, "accept", "--as", SSIH)
    for team in (SSIH, MUNICIPALITY):
        run("confirm", handover, "--evidence", "seen", "--as", team)
    run("arrive", handover, "--as", SSIH)
    return handover


def test_a_patient_comes_back_and_both_sides_say_why(run: CommandLine) -> None:
    handover = carried_out(run)

    came = run("come-back", handover, "--cause", "medicines-missing", "--as", SSIH, "--json")
    back = str(json.loads(came)["reference"])
    run("answer", back, "accept", "--as", MUNICIPALITY)
    run("arrive", back, "--as", MUNICIPALITY)
    assert "return-cause" in run("waiting")
    assert "has your cause" in run("return-cause", back, "--cause", "information-missing", "--as", MUNICIPALITY)
    shown = run("show", back)
    assert f"the patient comes back from {handover}" in shown
    assert "sender: medicines-missing, receiver: information-missing" in shown
    assert f"Came back 1 times: from {handover}" in shown
    assert data(run, back)["came_back"] == [handover]
    with pytest.raises(Refused, match="that handover was a coming back itself"):
        run("come-back", back, "--cause", "medicines-missing", "--as", MUNICIPALITY)


def under_way(run: CommandLine) -> str:
    """A handover whose patient has departed, and that the sender asks to cancel."""
    handover = asked(run, "home-to-short-term", "--unit", "korttids-norr", "--reason", "relief", "--urgency", "planned")
    run("answer", handover, "accept", "--as", NORTH)
    for team in (NORTH, MUNICIPALITY):
        run("confirm", handover, "--evidence", "seen", "--as", team)
    run("depart", handover, "--as", MUNICIPALITY)
    said = run("cancel", handover, "--reason", "better at home", "--as", MUNICIPALITY)
    assert f"is in-progress; {NORTH} is asked to agree to cancel" in said
    return handover


def test_under_way_it_is_cancelled_with_the_receivers_yes(run: CommandLine) -> None:
    handover = under_way(run)

    assert "asks short-term-north to agree to cancel" in run("show", handover)
    assert "answer-to-cancel" in run("waiting")
    assert "is in-progress" in run("refuse-to-cancel", handover, "--as", NORTH)
    run("cancel", handover, "--reason", "better at home", "--as", MUNICIPALITY)
    assert "is cancelled" in run("agree-to-cancel", handover, "--as", NORTH)

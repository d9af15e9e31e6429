"""The commands that record the patient's state and wishes, and what follows from them where handovers are requested."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine, command_line
from demands import undemanding

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.definition.models import Pathway
from pathways.definition.reading import read_definitions
from pathways.errors import Refused

TEAM, SSIH = "municipal-palliative-team", "ssih-jonkoping"
WHERE = "in the fridge [left] door"
DROPS = "Made-up [drops] 1 mg/ml"
KIT = ("kit", "--where", WHERE, "--checked-by", "Bo Ek", "--items", f"5 {DROPS}")
RULES: dict[str, Any] = {
    "unstable": {"change_within": "72 h", "repeat": "1 day"},
    "terminal": {"answer": "20 min", "holds_back": True},
}
TO_SHORT_TERM = ("home-to-short-term", "--unit", "korttids-norr", "--reason", "relief")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch, AS=TEAM, BY="Eva Ros, nurse") as run:
        pathways, networks = read_definitions([*JONKOPING])
        operations().publishing.apply([with_rules(undemanding(pathways[0]))], networks)
        yield run


def with_rules(pathway: Pathway) -> Pathway:
    """The pathway with rules for the phases of illness, and one suggestion."""
    data = pathway.model_dump(mode="json", by_alias=True)
    for move in data["moves"].values():
        move["suggested_when"] = None
    data["phases"] = RULES
    data["moves"]["home-to-home-specialised"]["suggested_when"] = {
        "any": [{"phase": ["unstable"]}, {"assessment": "nrs", "at_least": 7}]
    }
    return Pathway.model_validate(data)


@pytest.fixture
def episode(run: CommandLine) -> str:
    return str(json.loads(run("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--json"))["episode"])


def test_everything_that_is_recorded_is_shown_with_who_said_it(run: CommandLine, episode: str) -> None:
    for words in (
        ("phase", "deteriorating"),
        ("score", "akps", "40"),
        ("treatment-limits", "no-cpr", "no-hospital", "--decided", "2020-11-01", "--review", "2199-02-01"),
        (*KIT, "--checked", "2020-03-01", "--expires", "2199-03-01"),
        ("preference", "care", "home", "--second", "short-term", "--said-by", "patient", "--said", "2020-03-01"),
        ("preference", "death", "home", "--said-by", "relative", "--said", "2020-03-01"),
        ("carer", "--available", "--not-aware", "--no-night"),
        ("consent", "given"),
    ):
        assert f"{episode} has this recorded: " in run("record", episode, *words)
    shown = run("show", episode)
    for line in (
        "phase deteriorating",
        "akps 40",
        "treatment limits no-cpr, no-hospital, decided 2020-11-01, review 2199-02-01",
        f"kit: {WHERE}, checked 2020-03-01 by Bo Ek, expires 2199-03-01; Made-up [drops] 1 mg/ml: 5",
        "preferred place of care: home, then short-term (said by patient on 2020-03-01)",
        "preferred place of death: home (said by relative on 2020-03-01)",
        "carer: available, not aware of how it stands, may not be called at night",
        "consent to share given",
    ):
        assert shown.count(line) == 2, line  # in the table of what is known, and in the history
    assert f"{TEAM}: Eva Ros, nurse" in shown
    known = json.loads(run("show", episode, "--json"))["episode"]["known"]
    assert len(known) == 8
    assert known["score/akps"]["fact"] == {"type": "score", "instrument": "akps", "score": 40}


def test_an_answer_as_json_names_the_episode(run: CommandLine, episode: str) -> None:
    told = json.loads(run("record", episode, *KIT, "--json"))
    assert told["reference"] == episode
    assert WHERE in told["what"]


def test_the_kit_is_retrieved_once(run: CommandLine, episode: str) -> None:
    with pytest.raises(Refused, match="none is known"):
        run("record", episode, "kit-retrieved")
    run("record", episode, *KIT)
    run("end", episode, "deceased")
    with pytest.raises(Refused, match="not everything in it was counted"):
        run("record", episode, "kit-retrieved")
    assert "5 at the check, 5 came back" in run("record", episode, "kit-retrieved", "--items", f"5 {DROPS}")
    with pytest.raises(Refused, match="not known to be in place"):
        run("record", episode, "kit-retrieved", "--items", f"5 {DROPS}")


def test_what_is_in_the_kit_is_read_from_a_file_and_another_count_is_marked(
    run: CommandLine, episode: str, tmp_path: Path
) -> None:
    counted = tmp_path / "counted.txt"
    counted.write_text(f"5 {DROPS} 2199-03-01\n\n 12  Made-up swabs\n", encoding="utf-8")
    said = run("record", episode, "kit", "--where", WHERE, "--checked-by", "Bo Ek", "--items", f"@{counted}")
    assert f"expires 2199-03-01; {DROPS}: 5 until 2199-03-01; Made-up swabs: 12" in said
    said = run("record", episode, *KIT[:5], "--items", f"0 {DROPS}", "--items", "11 Made-up swabs")
    assert f"{DROPS}: none left; Made-up swabs: 11" in said
    back = ("record", episode, "kit-retrieved", "--items", f"0 {DROPS}", "--items", "9 made-up SWABS")
    with pytest.raises(Refused, match="other counts came back"):
        run(*back)
    said = run(*back, "--because", "two were dirty")
    assert "Made-up swabs: 11 at the check, 9 came back (DIFFERS); other counts because: two were dirty" in said
    assert "two were dirty" in run("show", episode)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("Made-up drops",), "A line does not say how many there are, and of what."),
        (("5",), "A line does not say how many there are, and of what."),
        (("5 2199-03-01",), "A line does not say how many there are, and of what."),
        (("-5 Made-up drops",), "A line does not say how many there are, and of what."),
        ((f"{10**9} Made-up drops",), "A line does not say how many there are, and of what."),
        (("5 Made-up drops 2026-02-30",), "A day on which something expires is not in the calendar."),
        (("5 Made-up drops", "2 made-up DROPS"), "a thing in it is listed twice."),
        (("0 Made-up drops",), "there is none of a thing in it that was not there before."),
        (tuple(f"5 Made up {n}" for n in range(21)), "it lists too many things."),
        (("",), "it does not say what is in it."),
    ],
)
def test_what_cannot_be_in_a_kit_is_refused(
    run: CommandLine, episode: str, lines: tuple[str, ...], sentence: str
) -> None:
    items = tuple(word for line in lines for word in ("--items", line))
    with pytest.raises(Refused, match=re.escape(sentence)):
        run("record", episode, *KIT[:5], *items)
    assert "kit" not in json.loads(run("show", episode, "--json"))["episode"]["known"]


def test_what_cannot_be_so_is_refused_in_one_sentence(run: CommandLine, episode: str) -> None:
    with pytest.raises(Refused, match=r"akps does not give that\. Write a number from 0 to 100 in steps of 10\."):
        run("record", episode, "score", "akps", "45")
    with pytest.raises(Refused, match="not a level of this pathway"):
        run("record", episode, "preference", "care", "Anna's flat", "--said-by", "patient")
    with pytest.raises(Refused, match="your team has no part"):
        run("record", episode, "consent", "given", "--as", "short-term-north")


@pytest.mark.parametrize(
    "words",
    [
        ("phase", "worse"),
        ("score", "vas", "4"),
        ("score", "nrs", "high"),
        ("treatment-limits", "no-cpr"),
        ("treatment-limits", "no-cpr", "--decided", "yesterday"),
        ("carer", "--available"),
        ("consent", "perhaps"),
        (),
    ],
)
def test_words_that_are_off_are_told_as_wrong_usage(run: CommandLine, episode: str, words: tuple[str, ...]) -> None:
    run("record", episode, *words, status=2)


def test_an_unstable_phase_waits_and_suggests_and_a_person_decides(run: CommandLine, episode: str) -> None:
    said = run("record", episode, "phase", "unstable")
    assert "Suggested: home-to-home-specialised, because of phase unstable. No preferred place is known." in said
    run("record", episode, "score", "nrs", "8")
    assert "because of phase unstable and nrs 8" in run("show", episode)
    (suggestion,) = json.loads(run("show", episode, "--json"))["suggestions"]
    assert suggestion["move"] == "home-to-home-specialised"
    assert [(ground["what"], ground["value"]) for ground in suggestion["because"]] == [
        ("phase", "unstable"),
        ("nrs", "8"),
    ]
    (wait,) = json.loads(run("waiting", "--json"))
    assert (wait["subject"], wait["kind"], wait["teams"]) == (episode, "phase", [TEAM])
    run("record", episode, "phase", "stable")
    run("record", episode, "score", "nrs", "2")
    assert "Suggested" not in run("show", episode)
    assert run("waiting").strip() == "Nothing waits."


def test_a_move_away_from_the_preferred_place_says_why_and_shows_how_it_stands(run: CommandLine, episode: str) -> None:
    run("record", episode, "preference", "care", "home", "--said-by", "patient")
    with pytest.raises(Refused, match="departs from the place that the patient prefers"):
        run("request", episode, *TO_SHORT_TERM)
    told = run("request", episode, *TO_SHORT_TERM, "--departs-because", "the carer is ill")
    assert "is requested; to the preferred place it stands as: departs." in told
    assert "departs from the place that the patient prefers, because: the carer is ill." in run("show", episode)


def test_a_move_that_is_held_back_goes_ahead_with_a_reason_and_a_shorter_limit(run: CommandLine, episode: str) -> None:
    run("record", episode, "phase", "terminal")
    with pytest.raises(Refused, match="neither urgent nor to a preferred place are held back"):
        run("request", episode, *TO_SHORT_TERM)
    run("request", episode, *TO_SHORT_TERM, "--goes-ahead-because", "[agreed] with the family")
    shown = run("show", episode)
    assert "It goes ahead although it would wait, because: [agreed] with the family." in shown
    (handover,) = json.loads(run("show", episode, "--json"))["episode"]["handovers"].values()
    assert handover["plan"]["goes_ahead_because"] == "[agreed] with the family"


def test_after_consent_was_withdrawn_another_organisation_is_asked_only_with_a_reason(
    run: CommandLine, episode: str
) -> None:
    run("record", episode, "consent", "withdrawn")
    move = ("home-to-home-specialised", "--reason", "worsening")
    with pytest.raises(Refused, match="the consent to share what is known was withdrawn"):
        run("request", episode, *move)
    assert "is requested" in run("request", episode, *move, "--goes-ahead-because", "it cannot wait")

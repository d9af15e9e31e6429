"""The commands about the patient behind an episode: they ask before they merge, and show references, not people."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from stdnum import luhn

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.care.actors import SYSTEM
from pathways.care.commands import ReportVitalStatus
from pathways.errors import Refused

TEAM = "municipal-palliative-team"
NUMBER = "19480229980" + luhn.calc_check_digit("480229980")
RESERVE = "991948000010"
NAME = "Astrid Exempelsson"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch, AS=TEAM, BY="Eva Ros, nurse") as run:
        run("apply", *(str(path) for path in JONKOPING))
        yield run


SIV = "Siv Ek\ndaughter\n070-174 06 05\n"


def begun(run: CommandLine, number: str = "", name: str = NAME) -> str:
    words, typed = (("--patient",), f"{number}\n{name}\n") if number else ((), "")
    told = run("begin", "jonkoping-palliative", "jonkoping-demo", "home", *words, "--json", typed=typed)
    return str(json.loads(told)["episode"])


@pytest.fixture
def two_records(run: CommandLine) -> tuple[str, str]:
    """An ended episode under the personal number, and an active one under a reserve number."""
    earlier = begun(run, NUMBER)
    run("end", earlier, "discharged")
    return earlier, begun(run, RESERVE)


def test_an_episode_begun_without_a_patient_is_identified_without_more_questions(run: CommandLine) -> None:
    episode = begun(run)
    assert f"{episode} is connected to the patient." in run("identify", episode, typed=f"{NUMBER}\n")
    assert "patient's record: is known from now on" in run("show", episode)


def test_a_further_number_asks_for_the_one_that_is_known(run: CommandLine) -> None:
    episode = begun(run, RESERVE)
    said = run("identify", episode, typed=f"{NUMBER}\n{RESERVE}\n")
    assert f"{episode} is found by that number too." in said
    assert NUMBER not in said
    assert "got a further number" in run("show", episode)


def test_a_merge_is_shown_in_references_and_done_only_on_a_yes(run: CommandLine, two_records: tuple[str, str]) -> None:
    earlier, active = two_records

    said = run("identify", active, typed=f"{NUMBER}\n{RESERVE}\nn\n", status=1)

    assert "Two records become one. This cannot be undone." in said
    assert f"This record has: {active}." in said
    assert f"The other one has: {earlier}." in said
    assert not any(secret in said for secret in (NUMBER, RESERVE, *NAME.split()))
    assert "merged" not in run("show", active)

    said = run("identify", active, typed=f"{NUMBER}\n{RESERVE}\ny\n")
    assert f"{active} and these are of one patient now: {earlier}." in said
    shown = run("show", earlier)
    assert f"patient's record: was merged; it has these other episodes too: {active} (told in {active})" in shown
    assert "Eva Ros, nurse (command-line, not identified)" in shown


def test_a_script_says_yes_beforehand_and_twice_where_there_is_a_doubt(run: CommandLine) -> None:
    earlier = begun(run, NUMBER)
    run("end", earlier, "discharged")
    active = begun(run, RESERVE, "Berit Annansson")
    words = ("identify", active, "--yes", "--json")

    with pytest.raises(
        Refused, match=r"Nothing was changed\. The names are not the same.*--yes --despite-doubts"
    ) as no:
        run(*words, typed=f"{NUMBER}\n{RESERVE}\n")
    assert "Berit" not in str(no.value)

    done = json.loads(run(*words, "--despite-doubts", typed=f"{NUMBER}\n{RESERVE}\n"))
    assert (done["change"], done["kept"], done["joined"]) == ("merged", [active], [earlier])
    assert done["doubts"] == ["names-differ"]


def test_without_a_doubt_one_yes_is_enough(run: CommandLine, two_records: tuple[str, str]) -> None:
    earlier, active = two_records
    assert earlier in run("identify", active, "--yes", typed=f"{NUMBER}\n{RESERVE}\n")


def test_warnings_about_a_number_are_told(run: CommandLine) -> None:
    assert "No region's form" in run("identify", begun(run), typed="19480229A1B2\n")


def test_relatives_are_added_listed_and_removed(run: CommandLine) -> None:
    episode = begun(run, NUMBER)
    assert "No relatives are known." in run("relative", episode, "list")
    added = run("relative", episode, "add", "--carer", "--night", "--json", typed="Siv [b]Ek\ndaughter\n0701740605\n")
    key = json.loads(added[added.index("{") :])["key"]

    said = run("relative", episode, "list")
    for part in (key, "Siv [b]Ek", "daughter", "+46701740605", "yes", "may be called"):
        assert part in said
    (listed,) = json.loads(run("relative", episode, "list", "--json"))["relatives"]
    assert (listed["name"], listed["is_carer"], listed["may_be_called_at_night"]) == ("Siv [b]Ek", True, True)

    assert f"the relative with the key {key} was removed" in run("relative", episode, "remove", "--key", key)
    assert "No relatives are known." in run("relative", episode, "list")
    assert "Siv" not in run("show", episode)


def test_before_the_relatives_of_the_dead_their_death_is_told(run: CommandLine) -> None:
    episode = begun(run, NUMBER)
    run("relative", episode, "add", typed=SIV)
    run("end", episode, "deceased")

    said = run("relative", episode, "list")

    assert said.startswith(f"THE PATIENT HAS DIED ({episode} ended at ")
    assert "Siv Ek" in said
    read = json.loads(run("relative", episode, "list", "--json"))
    assert list(read)[:3] == ["episode", "ended", "read_first"]
    assert read["ended"]["is_death"] is True
    assert read["read_first"].startswith("THE PATIENT HAS DIED")


def test_before_the_relatives_a_reported_death_is_told(run: CommandLine) -> None:
    episode = begun(run, NUMBER)
    run("relative", episode, "add", typed=SIV)
    operations().perform(episode, ReportVitalStatus(actor=SYSTEM, is_dead=True))

    said = run("relative", episode, "list")

    assert said.startswith("A DEATH IS REPORTED AND NOT CONFIRMED.")
    read = json.loads(run("relative", episode, "list", "--json"))
    assert list(read)[:3] == ["episode", "ended", "read_first"]
    assert read["is_death_reported"] is True
    assert read["read_first"].startswith("A DEATH IS REPORTED")
    run("deny-report", episode)
    assert "DEATH" not in run("relative", episode, "list")


def test_another_end_is_told_in_milder_words(run: CommandLine) -> None:
    episode = begun(run, NUMBER)
    run("end", episode, "discharged")
    assert run("relative", episode, "list").startswith("The episode has ended (discharged, at ")


def test_a_protected_identity_hides_who_is_close_and_no_command_lifts_it(run: CommandLine) -> None:
    episode = begun(run, NUMBER)
    run("relative", episode, "add", typed=SIV)

    assert "is protected." in run("protect", episode)
    assert json.loads(run("protect", episode, "--json"))["has_changed"] is False
    said = run("relative", episode, "list")
    assert "identity is protected: names are not shown" in said
    for part in ("Siv", "daughter", "+46701740605"):
        assert part not in said + run("relative", episode, "list", "--json")
    run("protect", episode, "--off", status=2)
    assert "patient's record: is protected from now on" in run("show", episode)


def test_no_command_takes_a_number_or_a_name_of_a_patient_as_an_argument(run: CommandLine) -> None:
    """Arguments are seen by every user of the machine, in the list of processes."""
    episode = begun(run, NUMBER)
    for words in (
        ("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--patient", NUMBER),
        ("begin", "jonkoping-palliative", "jonkoping-demo", "home", "--name", NAME),
        ("identify", episode, "--patient", NUMBER),
        ("identify", episode, "--known-as", NUMBER),
        ("identify", episode, "--name", NAME),
        ("relative", episode, "add", "--name", NAME),
        ("relative", episode, "add", "--phone", "0701740605"),
    ):
        run(*words, status=2)


def test_what_is_not_given_on_standard_input_is_asked_for_in_words(run: CommandLine) -> None:
    with pytest.raises(Refused, match=r"Name: nothing was given\. .*on standard input"):
        begun(run, NUMBER, "")

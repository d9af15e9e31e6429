"""What is granted, on the command line: granted, shown, swapped, undone, renewed, left to lapse, withdrawn."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from typer.testing import CliRunner

from handslag.cli import app
from handslag.commands.installation import operations
from handslag.playground import definitions_of
from pathways.definition.models import Pathway
from pathways.errors import Refused

PATHWAY, NETWORK = "vesthimmerland-borger-foer-opgave", "vesthimmerland-demo"
ASSESSOR, PLANNER, HOME = "bevilling", "planlaegning-loegstoer", "hjemmepleje-loegstoer"


def without_end(pathway: Pathway) -> Pathway:
    """The pathway as if its period had no end: these tests run on the real day."""
    roll_outs = {name: each.model_copy(update={"until": None}) for name, each in pathway.roll_outs.items()}
    return pathway.model_copy(update={"in_force_until": None, "roll_outs": roll_outs})


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch) as run:
        pathways, networks = definitions_of([NETWORK])
        operations().publishing.apply([without_end(pathway) for pathway in pathways], networks)
        yield run


def begun(run: CommandLine, district: str = "loegstoer-land", team: str = HOME) -> str:
    began = run("begin", PATHWAY, NETWORK, "home", "--district", district, "--as", team, "--json",
                "--provider", "vesthimmerlands-kommune")  # fmt: skip
    return str(json.loads(began)["episode"])


def shown(run: CommandLine, episode: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("show", episode, "--json"))
    return found


def test_a_planner_grants_the_named_package_where_the_project_is_and_it_is_shown(run: CommandLine) -> None:
    episode = begun(run)
    assert "infection-package-1 in force" in run("grant", episode, "infection-package", "--as", PLANNER)
    words = run("show", episode)
    assert "District: loegstoer-land; inside the roll-outs: borger-foer-opgave" in words
    assert "Granted now, a week: observation 140 min, fluids 210 min" in words
    assert "in-force, renewed 0 of 1" in words
    assert "grant-decision of infection-package-1 by bevilling" in words
    assert "grant-decision" in run("waiting")


def test_a_swap_and_its_undoing_are_shown_with_their_history(run: CommandLine) -> None:
    episode = begun(run)
    run("grant", episode, "practical-help", "--minutes", "cleaning=45", "--as", ASSESSOR)
    told = run("swap", episode, "practical-help-1", "cleaning", "company", "--minutes", "30", "--as", HOME)
    assert "30 min of cleaning swapped for 30 min of company a week" in told
    assert shown(run, episode)["weekly_minutes"] == {"cleaning": 15, "laundry": 30, "shopping": 30, "company": 30}
    run("undo-swap", episode, "practical-help-1", "--as", HOME)
    assert shown(run, episode)["weekly_minutes"] == {"cleaning": 45, "laundry": 30, "shopping": 30}
    assert "swap 1" in run("show", episode)
    assert "undone" in run("show", episode)


def test_it_is_renewed_left_to_lapse_and_withdrawn(run: CommandLine) -> None:
    episode = begun(run)
    run("grant", episode, "infection-package", "--as", ASSESSOR)
    assert "renewed" in run("renew-grant", episode, "infection-package-1", "--as", ASSESSOR)
    run("leave-to-lapse", episode, "infection-package-1", "--as", ASSESSOR)
    assert "left to lapse" in run("show", episode)
    run("withdraw-grant", episode, "infection-package-1", "--reason", "well again", "--as", ASSESSOR)
    assert "Granted now, a week: nothing" in run("show", episode)


def test_minutes_are_written_service_by_service(run: CommandLine) -> None:
    episode = begun(run)
    words = ["grant", episode, "practical-help", "--minutes", "45", "--as", ASSESSOR]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "SERVICE=MINUTES" in result.output


def test_a_district_is_asked_for_where_the_rules_differ(run: CommandLine) -> None:
    with pytest.raises(Refused, match="Name one of: loegstoer-land, loegstoer-by, aars"):
        run("begin", PATHWAY, NETWORK, "home", "--as", HOME)


def test_a_citizen_moves_to_another_district(run: CommandLine) -> None:
    episode = begun(run)
    assert "is in the district loegstoer-by" in run("district", episode, "loegstoer-by", "--as", HOME)
    assert "District: loegstoer-by" in run("show", episode)


def test_the_private_provider_has_a_team_of_its_own(run: CommandLine) -> None:
    began = run("begin", PATHWAY, NETWORK, "home", "--district", "aars", "--as", "privat-hjemmepleje", "--json",
                "--provider", "privat-leverandoer")  # fmt: skip
    episode = str(json.loads(began)["episode"])
    assert "Responsible: privat-hjemmepleje" in run("show", episode)


def test_what_is_raised_is_on_the_list_until_it_is_decided(run: CommandLine) -> None:
    episode = begun(run)
    assert "is on the list of triage" in run("triage-raise", episode, "--as", HOME)
    assert "raised" in run("triage", "triage", "--of", HOME)
    (found,) = json.loads(run("triage", "--of", HOME, "--json"))
    assert [entry["episode"] for entry in found["entries"]] == [episode]
    assert "On the list of triage: raised" in run("show", episode)
    run("triage-decide", episode, "joint-visit", "--as", ASSESSOR)
    assert "nothing is on the list" in run("triage", "--of", HOME)
    assert "Decided at triage" in run("show", episode)


def test_a_joint_visit_is_proposed_answered_called_off_and_recorded(run: CommandLine) -> None:
    episode = begun(run)
    later = f"{datetime.now(UTC) + timedelta(days=4):%Y-%m-%d 10:00}"
    propose = ["propose-visit", episode, "--with", HOME, "--at", later, "--as", ASSESSOR]
    assert "joint-visit-1 proposed" in run(*propose)
    assert "joint-visit-answer" in run("waiting")
    assert "booked" in run("answer-visit", episode, "joint-visit-1", "--yes", "--as", HOME)
    assert f"with {HOME}, {later}:00: booked" in run("show", episode)
    assert "called off" in run("cancel-visit", episode, "joint-visit-1", "--as", HOME)
    run(*propose)
    assert "declined" in run("answer-visit", episode, "joint-visit-2", "--no", "--as", HOME)
    run(*propose)
    run("answer-visit", episode, "joint-visit-3", "--as", HOME)
    with pytest.raises(Refused, match="its time has not come"):
        run("record-visit", episode, "joint-visit-3", "--held", "--as", ASSESSOR)


def test_a_pathway_without_meetings_says_so(run: CommandLine) -> None:
    operations().publishing.apply(*definitions_of(["jonkoping-demo"]))
    began = run(
        "begin", "jonkoping-palliative", "jonkoping-demo", "home-specialised", "--as", "ssih-jonkoping", "--json"
    )
    episode = str(json.loads(began)["episode"])
    with pytest.raises(Refused, match="has no meetings"):
        run("triage-raise", episode, "--as", "ssih-jonkoping")

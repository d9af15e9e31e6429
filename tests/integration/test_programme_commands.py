"""The commands of a programme, on the command line in this process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line

from handslag.commands.installation import operations
from handslag.playground import definitions_of
from pathways.cover.demonstrations import with_every_desk_open
from pathways.errors import NotFound, Refused

PATHWAY, NETWORK = "jammerbugt-tryg-hjemkomst", "jammerbugt-demo"
CRITERIA = ("--criterion", "being-discharged", "--criterion", "home-care-before")
CLERK = ("--as", "visitationen", "--by", "Mette Holm, assessor")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    """Two places in the programme, which has no last day."""
    with command_line(tmp_path, monkeypatch) as run:
        pathways, networks = definitions_of([NETWORK])
        for pathway in pathways:
            enrolment = pathway.enrolment and pathway.enrolment.model_copy(update={"cap": 2})
            changed = pathway.model_copy(update={"in_force_until": None, "enrolment": enrolment})
            operations().publishing.apply([changed], [])
        today = operations().clock().date()
        operations().publishing.apply([], [with_every_desk_open(network, today) for network in networks])
        yield run


def begin(run: CommandLine) -> str:
    words = ("begin", PATHWAY, NETWORK, "leaving-hospital", *CRITERIA, *CLERK, "--json")
    return str(json.loads(run(*words))["episode"])


def test_who_finds_no_place_waits_and_is_enrolled_by_a_person_when_one_comes_free(run: CommandLine) -> None:
    first, second = begin(run), begin(run)
    said = run("begin", PATHWAY, NETWORK, "leaving-hospital", *CRITERIA, *CLERK)
    assert "waits for a place. Responsible for the wait: visitationen" in said
    (shown,) = json.loads(run("enrolment", PATHWAY, "--json"))
    assert (shown["cap"], shown["free"], shown["enrolled"]) == (2, 0, [first, second])
    waiting = shown["waiting"][0]["episode"]
    assert "goes on waiting" in run("keep-waiting", waiting, *CLERK)
    with pytest.raises(Refused, match="no place is free"):
        run("enrol", waiting, *CLERK)
    with pytest.raises(Refused, match="it waits for a place"):
        run("pause", waiting, "admitted-again", *CLERK)
    assert f"Waits for wait-review of {waiting} by visitationen" in run("show", waiting)

    run("end", first, "declined", *CLERK)
    table = run("enrolment", PATHWAY, "--network", NETWORK)
    assert "2 places: 1 taken, 1 free, 1 waiting" in table
    assert "told that a place is free" in table
    assert "enrolment" in run("waiting")
    assert "told" in run("show", waiting)
    assert "is enrolled" in run("enrol", waiting, *CLERK)
    shown_now = run("show", waiting)
    assert "Enrolled since" in shown_now
    assert "by visitationen, Mette Holm, assessor: being-discharged, home-care-before" in shown_now
    assert "transition-package-1" in shown_now
    assert "by the time since when it waits" not in run("enrolment", PATHWAY)
    with pytest.raises(Refused, match="its place in the programme has gone to another"):
        run("take-back-end", first, *CLERK)


def test_a_criterion_that_is_not_confirmed_refuses(run: CommandLine) -> None:
    with pytest.raises(Refused, match="not confirmed as met is home-care-before"):
        run("begin", PATHWAY, NETWORK, "leaving-hospital", *CRITERIA[:2], *CLERK)


def test_the_line_says_since_when_each_waits(run: CommandLine) -> None:
    for _ in range(3):
        begin(run)
    assert "by the time since when it waits" in run("enrolment", PATHWAY)
    with pytest.raises(NotFound, match="no pathway of that name"):
        run("enrolment", "nonsense")


def test_what_is_measured_is_kept_and_the_evaluation_is_written(run: CommandLine, tmp_path: Path) -> None:
    episode = begin(run)
    training = ("--as", "hjemmetraeningen", "--by", "Jens Vang, therapist")
    assert "has its self-reliance recorded" in run("measure", episode, "self-reliance", "45", *training)
    assert "Jens Vang" in run("show", episode)
    with pytest.raises(Refused, match="the instrument does not give that"):
        run("measure", episode, "self-reliance", "43", *training)

    folder = tmp_path / "reports"
    with pytest.raises(Refused, match="no such folder"):
        run("evaluate", PATHWAY, "--to", str(folder))
    folder.mkdir()
    said = run("evaluate", PATHWAY, "--to", str(folder))
    assert f"evaluation-{PATHWAY}.html" in said
    page = (folder / f"evaluation-{PATHWAY}.html").read_text(encoding="utf-8")
    assert '<html lang="da">' in page
    assert "Jens Vang" not in page
    assert episode not in page
    made = json.loads(run("evaluate", PATHWAY, "--network", NETWORK, "--to", str(folder), "--language", "en", "--json"))
    assert made["evaluation"]["enrolled"] == "<5"
    assert [Path(file).exists() for file in made["files"]] == [True, True]
    assert made["evaluation"] == json.loads((folder / f"evaluation-{PATHWAY}.json").read_text(encoding="utf-8"))


def test_what_evaluates_nothing_or_is_not_known_is_refused(run: CommandLine, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="evaluates nothing"):
        run("evaluate", "jammerbugt-iv", "--to", str(tmp_path))
    with pytest.raises(NotFound, match="no pathway of that name"):
        run("evaluate", "nonsense", "--to", str(tmp_path))

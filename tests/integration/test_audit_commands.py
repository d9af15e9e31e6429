"""The commands about the audit log, in this process."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from made_up_entries import an_entry

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.definition.reading import read_definitions
from pathways.errors import Failed, HandslagError, NotFound, Refused

NETWORK = "jonkoping-demo"
BY = ("--by", "Lo Exempel, reviewer")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch) as run:
        pathways, networks = read_definitions([*JONKOPING])
        operations().publishing.apply([*pathways], [*networks])
        yield run


def test_a_log_that_is_whole_is_told_with_its_entries(run: CommandLine) -> None:
    assert "The log is empty." in run("audit", "verify")
    operations().audit.note(an_entry(1), an_entry(2))

    assert "n: entries 1 to 2, whole." in run("audit", "verify")
    (told,) = json.loads(run("audit", "verify", "--network", "n", "--json"))
    assert (told["last"], told["is_whole"], told["is_end_known"], told["findings"]) == (2, True, True, [])
    with pytest.raises(NotFound, match="Choose one of: n"):
        run("audit", "verify", "--network", "another")


def test_a_log_that_is_not_whole_is_told_with_what_is_wrong_and_ends_with_status_1(
    run: CommandLine, tmp_path: Path
) -> None:
    operations().audit.note(an_entry(1), an_entry(2), an_entry(3))
    head = tmp_path / "audit" / "n.head"
    line = head.read_text(encoding="ascii")
    head.write_text(line.replace("3 ", "5 ", 1), encoding="ascii")

    said = run("audit", "verify", status=1)

    assert "n: entries 1 to 3, not whole." in said
    assert "Entries 4 to 5: missing at the end: cut off, or lost when a backup was restored." in said
    (told,) = json.loads(run("audit", "verify", "--json", status=1))
    assert told["findings"] == [{"fault": "cut", "first": 4, "last": 5}]


def test_a_machine_that_has_kept_no_head_says_so(run: CommandLine, tmp_path: Path) -> None:
    operations().audit.note(an_entry(1))
    (tmp_path / "audit" / "n.head").unlink()

    assert "cannot tell whether the end was cut off" in run("audit", "verify")


def seen(number: int = 1, **fields: object) -> None:
    operations().audit.note(an_entry(number, **{"network": NETWORK, "team": "ssih-jonkoping", **fields}))


def begun(run: CommandLine) -> str:
    words = ("begin", "jonkoping-palliative", NETWORK, "home", "--as", "municipal-palliative-team", "--json")
    return str(json.loads(run(*words))["episode"])


# handed out


def test_an_export_is_a_new_file_of_its_own_with_a_line_for_each_entry(run: CommandLine, tmp_path: Path) -> None:
    seen(1, why="=1+1\n@home")
    lines, sheet = tmp_path / "log.jsonl", tmp_path / "log.csv"

    assert "2 entries" in run("audit", "export", NETWORK, str(lines), *BY)
    assert json.loads(run("audit", "export", NETWORK, str(sheet), *BY, "--json"))["entries"] == 3

    first, second = (json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines())
    assert (first["number"], first["why"]) == (1, "=1+1\n@home")
    assert (second["what"], second["name"], second["login"]) == ("export-log", "Lo Exempel, reviewer", "command-line")
    with sheet.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["why"] == "'=1+1 @home"
    assert lines.stat().st_mode & 0o077 == sheet.stat().st_mode & 0o077 == 0


def test_an_export_of_some_time_has_only_that(run: CommandLine, tmp_path: Path) -> None:
    seen(1)
    file = tmp_path / "log.jsonl"

    run("audit", "export", NETWORK, str(file), *BY, "--until", "2026-03-10 10:00")

    assert file.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [
        ("log.txt", Refused, "End it in .csv or .jsonl"),
        ("there.csv", Refused, "is there already"),
        ("nowhere/log.csv", Failed, "cannot be made"),
    ],
)
def test_a_file_that_cannot_be_written_is_told(
    run: CommandLine, tmp_path: Path, name: str, error: type[HandslagError], sentence: str
) -> None:
    seen(1)
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")

    with pytest.raises(error, match=sentence):
        run("audit", "export", NETWORK, str(tmp_path / name), *BY)

    assert (tmp_path / "there.csv").read_text(encoding="utf-8") == "mine"


def test_a_file_that_was_not_filled_goes_away_again(run: CommandLine, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no log"):
        run("audit", "export", NETWORK, str(tmp_path / "log.csv"), *BY)

    assert not (tmp_path / "log.csv").exists()


def test_whoever_reads_the_log_says_who_they_are(run: CommandLine, tmp_path: Path) -> None:
    seen(1)

    with pytest.raises(Refused, match="--by"):
        run("audit", "sample", NETWORK, "--by", " ")


def test_a_patients_extract_is_shown_or_written_with_names_only_where_they_are_wanted(
    run: CommandLine, tmp_path: Path
) -> None:
    episode = begun(run)
    seen(1, episode=episode, person=None)

    shown = run("audit", "extract", episode, *BY)
    assert "responsible" in shown
    assert "Nora" not in shown
    assert "Nora Exempel" in run("audit", "extract", episode, *BY, "--names")
    files = ("--html", str(tmp_path / "e.html"), "--pdf", str(tmp_path / "e.pdf"))
    assert "4 lines in" in run("audit", "extract", episode, *BY, *files, "--language", "da")
    assert "Hvem har set dine oplysninger" in (tmp_path / "e.html").read_text(encoding="utf-8")
    assert (tmp_path / "e.pdf").read_bytes().startswith(b"%PDF")
    told = json.loads(run("audit", "extract", episode, *BY, "--json"))
    assert [line["deed"] for line in told["lines"][:2]] == ["seen", "changed"]
    assert "name" not in told["lines"][0]
    with pytest.raises(Refused, match="is there already"):
        run("audit", "extract", episode, *BY, *files)


# looked through


def test_a_sample_is_drawn_looked_at_and_what_was_found_is_written_down(run: CommandLine) -> None:
    assert "The log is empty." in run("audit", "reviews")
    seen(1, is_emergency=True, why="found [unconscious]")
    assert "no review yet" in run("audit", "reviews")

    drawn = run("audit", "sample", NETWORK, *BY)
    assert "Review 1" in drawn
    assert "Nora Exempel (nurse@example.org), coordinator" in drawn
    assert "found [unconscious]" in drawn
    assert "opened in an emergency" in drawn
    assert "handslag audit review 1" in drawn
    assert "E-1" in run("audit", "review", "1", *BY)
    assert "open" in run("audit", "reviews")

    finding = ("audit", "review", "1", *BY, "--finding", "Talked with [them].", "--not-in-order")
    assert "not in order" in run(*finding)
    assert "Talked with [them]." in run("audit", "review", "1", *BY)
    assert "not in order" in run("audit", "reviews")
    with pytest.raises(Refused, match="already"):
        run(*finding)


def test_reviews_are_data_too(run: CommandLine) -> None:
    seen(1)
    assert json.loads(run("audit", "sample", NETWORK, *BY, "--json"))["drawn"]["cases"][0]["flags"] == ["random"]
    done = run("audit", "review", "1", *BY, "--finding", "Well.", "--in-order", "--json")
    assert json.loads(done)["found"]["is_in_order"] is True
    (told,) = json.loads(run("audit", "reviews", "--network", NETWORK, "--json"))
    assert (told["network"], told["is_due"], len(told["reviews"])) == (NETWORK, False, 1)
    assert "Nobody has seen anything" not in run("audit", "sample", NETWORK, *BY)


@pytest.mark.parametrize("words", [("--finding", "Well."), ("--in-order",)])
def test_a_finding_goes_with_its_verdict(run: CommandLine, words: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="Say both"):
        run("audit", "review", "1", *BY, *words)


# and what is old


def test_old_entries_are_removed_when_somebody_agrees(run: CommandLine) -> None:
    seen(1, at=datetime(2019, 5, 1, tzinfo=UTC))
    words = ("audit", "remove-old", NETWORK, *BY, "--before", "2020-01-01 00:00")

    assert "Are they to be removed?" in run(*words, status=1)
    assert "1 entries were removed." in run(*words, "--yes")
    assert json.loads(run(*words, "--yes", "--json"))["removed"] == 0
    assert "entries 2 to 2, whole" in run("audit", "verify")
    with pytest.raises(Refused, match="5 years"):
        run("audit", "remove-old", NETWORK, *BY, "--before", "2026-01-01 00:00", "--yes")


def kept_too_long(run: CommandLine) -> dict[str, str]:
    """What the doctor says of records."""
    found = json.loads(run("doctor", "--json", status=1))
    return next(each for each in found if each["what"] == "records kept too long")


def test_records_are_erased_by_the_rule_when_somebody_agrees(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="has no rule by which records are erased"):
        run("erase", NETWORK, *BY)
    pathways, networks = read_definitions([*JONKOPING])
    operations().publishing.apply([*pathways], [each.model_copy(update={"retention_years": 10}) for each in networks])
    old, kept, younger = begun(run), begun(run), begun(run)
    for each in (old, kept):
        run("end", each, "discharged", "--as", "municipal-palliative-team")
        run("follow-up", each, "gp-informed", "--as", "municipal-palliative-team")
    assert "nothing is old enough" in run("erase", NETWORK, *BY, "--preview")
    assert kept_too_long(run)["is_well"]
    now = datetime.now(UTC)
    monkeypatch.setattr(operations().erasing, "_clock", lambda: now + timedelta(days=11 * 366))

    by = ("keep-record", kept, *BY, "--because")
    assert "is kept until that is lifted" in run(*by, "a complaint, made up")
    found = {each["episode"]: each["kept_by"] for each in json.loads(run("erase", NETWORK, *BY, "--preview", "--json"))}
    assert found == {old: None, kept: BY[1]}
    with monkeypatch.context() as later:
        later.setattr("handslag.doctor.system_clock", lambda: now + timedelta(days=11 * 366))
        assert f"{NETWORK} (1)" in kept_too_long(run)["advice"]
    said = run("erase", NETWORK, *BY, "--preview")
    assert old in said
    assert kept in said
    words = ("erase", NETWORK, *BY)
    assert "Are the records of 1 episodes to be erased?" in run(*words, status=1)
    assert "the records of 1 episodes were erased" in run(*words, "--yes")
    assert json.loads(run(*words, "--yes", "--json")) == {"network": NETWORK, "erased": []}
    assert "more than 10 years ago" in run("show", old)
    assert "is erased when it is old enough" in run("keep-record", kept, *BY, "--lift")
    for each in (kept, younger):
        assert operations().views.show(each).episode.erased_at is None

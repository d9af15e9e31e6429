"""The commands by which a handover becomes safe: evidence, going ahead by name, summary, read-back and questions."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line

from handslag.playground import JONKOPING
from pathways.errors import Refused

SSIH, TOWN = "ssih-jonkoping", "municipal-palliative-team"
ODD = "[/not] markup [red]"
"""Words that a printer with markup of its own could trip over."""

ASKED_FOR = """
    summary: [illness-severity, situation, actions]
    read_back: true
    waive_read_back: {by: [receiver]}
"""
SUMMARY = ["--illness-severity", "stable", "--situation", ODD, "--action", "visit|nurse|tomorrow"]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    monkeypatch.setenv("COLUMNS", "400")
    with command_line(tmp_path, monkeypatch, BY="Eva Ros, nurse") as run:
        pathway, *rest = JONKOPING
        asking = tmp_path / pathway.name
        words = pathway.read_text(encoding="utf-8")
        before, planned, after = words.partition("  planned:\n    title: {sv: Planerad, en: Planned}\n")
        own, mark, rest_of_limits = after.partition("    delivered: ")
        assert planned
        assert mark
        assert "summary:" in own
        asking.write_text(before + planned + ASKED_FOR.removeprefix("\n") + mark + rest_of_limits, encoding="utf-8")
        run("apply", str(asking), *map(str, rest))
        yield run


def begun(run: CommandLine) -> str:
    told = run("begin", "jonkoping-palliative", "jonkoping-demo", "home-specialised", "--as", SSIH, "--json")
    return str(json.loads(told)["episode"])


def request(run: CommandLine, episode: str) -> str:
    move = ["home-specialised-to-home", "--reason", "improved", "--as", SSIH, "--json"]
    return str(json.loads(run("request", episode, *move))["reference"])


@pytest.fixture
def handover(run: CommandLine) -> str:
    """A handover with its summary, accepted."""
    episode = begun(run)
    run("summary", episode, *SUMMARY, "--as", SSIH)
    reference = request(run, episode)
    run("answer", reference, "accept", "--as", TOWN)
    return reference


def test_a_request_is_refused_with_the_command_that_writes_what_the_summary_lacks(run: CommandLine) -> None:
    episode = begun(run)
    with pytest.raises(Refused, match=rf"lacks illness-severity, situation, actions\. .*summary {episode} --illness-"):
        request(run, episode)


def test_the_summary_is_written_part_by_part_and_shown(run: CommandLine) -> None:
    episode = begun(run)
    assert "No summary has been written" in run("summary", episode)
    run("summary", episode, *SUMMARY, "--as", SSIH)
    run("summary", episode, "--contingency", "ring the doctor", "--as", SSIH)
    shown = run("summary", episode)
    for line in (f"situation: {ODD}", "contingency: ring the doctor", "to do: visit | nurse | tomorrow"):
        assert line in shown
    kept = json.loads(run("summary", episode, "--json"))["summary"]
    assert kept["illness_severity"] == "stable"
    assert kept["actions"] == [{"what": "visit", "who": "nurse", "when": "tomorrow"}]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.yaml", "illness-severity: watcher\nsituation: calm\nactions:\n- {what: ring, who: ward, when: now}\n"),
        ("a.json", '{"illness_severity": "watcher", "situation": "calm",'
                   ' "actions": [{"what": "ring", "who": "ward", "when": "now"}]}'),
    ],
)  # fmt: skip
def test_a_summary_is_read_from_a_file(run: CommandLine, tmp_path: Path, name: str, words: str) -> None:
    episode = begun(run)
    file = tmp_path / name
    file.write_text(words, encoding="utf-8")
    run("summary", episode, "--file", str(file), "--as", SSIH)
    shown = run("summary", episode)
    assert "situation: calm" in shown
    assert "to do: ring | ward | now" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("illness-severity: Astrid\n", "this is not as it should be: illness_severity"),
        ("astrid: ill\n", "only these parts are known: illness-severity, situation"),
        ("- astrid\n", "it is neither JSON nor YAML with a summary's parts"),
        ("1: astrid\n", "only these parts are known: illness-severity, situation"),
        ("astrid: [\n", "it is neither JSON nor YAML with a summary's parts (line 2: yaml-syntax)"),
        ("situation: " + "[" * 3000, "it is neither JSON nor YAML with a summary's parts (line 1: too-deep)"),
        ('{"situation": ' + "[" * 3000, "it is neither JSON nor YAML with a summary's parts (line 1: too-deep)"),
        ('situation: "astrid \\ud800"\n', "it is neither JSON nor YAML with a summary's parts (line 1: yaml-syntax)"),
    ],
)
def test_a_file_that_holds_no_summary_is_told_without_repeating_it(
    run: CommandLine, tmp_path: Path, words: str, said: str
) -> None:
    episode = begun(run)
    file = tmp_path / "odd.yaml"
    file.write_text(words, encoding="utf-8")
    output = run("summary", episode, "--file", str(file), "--as", SSIH, status=2)
    assert said in output
    assert "astrid" not in output.lower()


def test_half_a_character_of_a_json_file_is_refused_and_a_whole_one_is_kept(run: CommandLine, tmp_path: Path) -> None:
    episode = begun(run)
    file = tmp_path / "summary.json"
    file.write_text(r'{"situation": "astrid \ud800"}', encoding="utf-8")
    with pytest.raises(Refused, match="A text holds half a character") as refusal:
        run("summary", episode, "--file", str(file), "--as", SSIH)
    assert "astrid" not in str(refusal.value)
    file.write_text(json.dumps({"situation": "calm 🙂 å"}), encoding="utf-8")
    run("summary", episode, "--file", str(file), "--as", SSIH)
    assert "calm 🙂 å" in run("summary", episode)


def test_a_file_that_is_not_there_and_an_action_in_one_piece_are_told(run: CommandLine, tmp_path: Path) -> None:
    episode = begun(run)
    assert "cannot be read" in run("summary", episode, "--file", str(tmp_path / "none"), "--as", SSIH, status=2)
    assert "write WHAT|WHO|WHEN" in run("summary", episode, "--action", "visit", "--as", SSIH, status=2)
    assert "for which team" in run("summary", episode, "--situation", "calm", status=2)


def test_a_handover_is_made_safe_on_the_command_line_alone(run: CommandLine, handover: str) -> None:
    run("ask", handover, f"who has the key? {ODD}", "--as", TOWN)
    assert "reply" in run("waiting")
    run("reply", handover, "the daughter", "--as", SSIH)
    said = ["--next", ODD, "--contingency", "ring"]
    run("read-back", handover, "--severity", "watcher", *said, "--as", TOWN)
    assert "read-back-review" in run("waiting")
    run("correct", handover, "the pump stays on", "--as", SSIH)
    run("read-back", handover, "--severity", "stable", *said, "--as", TOWN)
    run("confirm-read-back", handover, "--as", SSIH)
    run("confirm", handover, "--as", TOWN)
    with pytest.raises(Refused, match=r"nothing tells how this is known: medicines-at-home\."):
        run("confirm", handover, "--as", SSIH)
    relatives = ["--item", "relatives-informed", "--reason", "not-reached", "--words", f"no answer {ODD}"]
    assert "1 waived" in run("waive", handover, *relatives, "--as", SSIH)
    assert "everything is in place" in run("confirm", handover, "--evidence", f"list {ODD}", "--as", SSIH)
    run("arrive", handover, "--as", TOWN)

    shown = run("show", handover)
    for line in (
        "1 item waived",
        f"summary, situation: {ODD}",
        "medicines-at-home (sender): in place, checked 20",
        f"list {ODD}, holds until",
        "relatives-informed (sender): waived",
        f"not-reached: no answer {ODD} (ssih-jonkoping: Eva Ros, nurse)",
        f"watcher; next: {ODD}; if: ring",
        "the pump stays on",
        f"who has the key? {ODD}",
        "the daughter",
    ):
        assert line in shown, line
    told = json.loads(run("show", handover, "--json"))
    assert told["waived"] == {handover: 1}


def test_what_is_missing_before_somebody_takes_over_is_told_with_whose_it_is(run: CommandLine, handover: str) -> None:
    with pytest.raises(Refused, match=r"not in place: receiver-named \(receiver\), medicines-listed \(sender\)"):
        run("arrive", handover, "--as", TOWN)


def test_the_read_back_is_gone_without_by_name(run: CommandLine, handover: str) -> None:
    run("confirm", handover, "--as", TOWN)
    run("confirm", handover, "--evidence", "list", "--as", SSIH)
    with pytest.raises(Refused, match=f"Read back first: handslag read-back {handover}"):
        run("arrive", handover, "--as", TOWN)
    run("waive", handover, "--read-back", "--reason", "cannot-wait", "--words", "asleep", "--as", TOWN)
    run("arrive", handover, "--as", TOWN)
    assert "read-back: waived" in run("show", handover)
    assert "awaits" not in run("show", handover)


def test_how_many_things_were_waived_stands_among_what_waits(run: CommandLine, handover: str) -> None:
    relatives = ["--item", "relatives-informed", "--reason", "not-reached", "--words", "no answer"]
    run("waive", handover, *relatives, "--as", SSIH)
    waits = json.loads(run("waiting", "--json"))
    assert {wait["waived"] for wait in waits if wait["subject"] == handover} == {1}


def test_a_check_is_told_in_local_time(run: CommandLine, handover: str) -> None:
    run("confirm", handover, "--evidence", "list", "--checked", "2020-01-01 07:30", "--item", "medicines-listed",
        "--as", SSIH)  # fmt: skip
    assert "medicines-listed (sender): in place, checked 2020-01-01 07:30:00, list" in run("show", handover)
    with pytest.raises(Refused, match="so long ago that it no longer holds: medicines-at-home"):
        run("confirm", handover, "--evidence", "list", "--checked", "2020-01-01", "--as", SSIH)
    run("confirm", handover, "--checked", "yesterday", "--as", SSIH, status=2)

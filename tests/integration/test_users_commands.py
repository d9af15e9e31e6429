"""The commands about users and their tokens, in this process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import CommandLine, command_line

from handslag.commands.installation import operations
from handslag.playground import JONKOPING
from pathways.access.table import Right
from pathways.definition.reading import read_definitions
from pathways.errors import Refused

SIV = "siv@region.example"
MEMBER = ("--network", "jonkoping-demo", "--team", "ssih-jonkoping", "--role", "team-member")
REVIEWER = ("--network", "jonkoping-demo", "--role", "log-reviewer")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch) as run:
        operations().publishing.apply(*read_definitions([*JONKOPING]))
        yield run


def test_somebody_comes_gets_a_further_role_loses_it_and_leaves(run: CommandLine) -> None:
    assert "There are no users." in run("users", "list")
    assert "is team-member in ssih-jonkoping" in run("users", "add", SIV.upper(), "--name", "Siv [bold]", *MEMBER)
    assert "is log-reviewer in all" in run("users", "give", SIV, *REVIEWER)
    listed = run("users", "list", "--network", "jonkoping-demo")
    assert "Siv [bold]" in listed
    assert "log-reviewer in all of jonkoping-demo" in listed
    assert "is no longer log-reviewer" in run("users", "take", SIV, *REVIEWER)
    assert json.loads(run("users", "end", SIV, "--json")) == {"login": SIV, "what": "may no longer sign in"}
    (siv,) = json.loads(run("users", "list", "--json"))
    assert (siv["login"], len(siv["memberships"]), siv["ended_at"] is None) == (SIV, 1, False)
    with pytest.raises(Refused, match="may not use Handslag"):
        operations().sessions.sign_in(SIV)


def test_a_program_gets_a_token_that_is_listed_without_itself_and_ended(run: CommandLine) -> None:
    run("users", "add", SIV, "--name", "Journal", "--program", *MEMBER)
    assert "There are no tokens." in run("users", "tokens", SIV)
    token = run("users", "token", SIV, *MEMBER, "--right", "see-episode", "--right", "write").strip()
    viewer = operations().tokens.viewer_of(token)
    assert viewer is not None
    assert viewer.scope == frozenset({Right.SEE_EPISODE, Right.WRITE})
    listed = run("users", "tokens", SIV)
    assert "see-episode, write" in listed
    assert token not in listed
    assert "no longer holds" in run("users", "end-token", "1")
    assert operations().tokens.viewer_of(token) is None
    (known,) = json.loads(run("users", "tokens", SIV, "--json"))
    assert known["ended_at"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Siv Exempel", "--name", "Siv", *MEMBER), "neither an HSA-id nor"),
        (("add", SIV, "--name", " ", *MEMBER), "A user has a name"),
        (("add", SIV, "--name", "Siv", "--network", "jonkoping-demo", "--role", "coordinator"), "belongs to a team"),
        (("add", SIV, "--name", "Siv", "--network", "nowhere", "--role", "it"), "no network|There is no"),
        (("end", SIV), "no user with that login"),
        (("token", SIV, *MEMBER, "--right", "write"), "no user with that login"),
        (("end-token", "7"), "no token of that number"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_that_repeats_nothing(
    run: CommandLine, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        run("users", *words)
    assert "Siv" not in str(refusal.value)

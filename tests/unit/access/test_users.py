"""Users, logins, memberships and viewers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pathways.access.table import Relation, Right, Role
from pathways.access.users import Membership, User, Viewer, Way, read_login
from pathways.errors import Refused

NURSE = Membership(network="county", team="ward", role=Role.TEAM_MEMBER)
RESPONSIBLE = frozenset({Relation.RESPONSIBLE})


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("SE2321000016-1A2B", "se2321000016-1a2b"),
        (" Siv.Made-Up@Region.Example ", "siv.made-up@region.example"),
        ("SE2321000016-" + "a" * 18, "se2321000016-" + "a" * 18),
    ],
)
def test_a_login_is_read_in_one_way_however_it_is_typed(typed: str, login: str) -> None:
    assert read_login(typed) == login
    assert User(login=typed, name="Siv").login == login


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "siv",
        "SE232100001-1A2B",
        "SE2321000099-",
        "SE2321000016-" + "a" * 19,
        "SE2321000016-1Å",
        "siv@region",
        "siv @region.example",
        "ſiv@region.example",
        "siv@régіon.example",
        "a" * 65 + "@region.example",
        "siv@" + "a" * 63 + ".example" * 30,
        "siv@region.example\nSE2321000016-1A2B",
        "SE٢٣٢١٠٠٠٠١٦-1A2B",
    ],
)
def test_what_is_no_login_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_login(typed)
    assert not typed or typed not in str(refusal.value)


@given(st.text())
def test_no_text_gives_a_login_that_reads_as_another(text: str) -> None:
    try:
        login = read_login(text)
    except Refused:
        return
    assert read_login(login) == login
    assert login.isascii()


@pytest.mark.parametrize("role", Role)
def test_only_a_role_in_care_needs_a_team(role: Role) -> None:
    if not role.is_in_care:
        assert Membership(network="county", team=None, role=role).team is None
        return
    with pytest.raises(ValidationError, match="belongs to a team"):
        Membership(network="county", team=None, role=role)


@pytest.mark.parametrize("name", ["", "  ", "Siv\tMade-up", "Siv\u202eMade-up", "S" * 201])
def test_a_name_can_be_kept_and_shown(name: str) -> None:
    with pytest.raises(Refused):
        User(login="siv@region.example", name=name)


def test_a_viewer_acts_as_a_person_of_one_team_whom_we_know() -> None:
    viewer = Viewer(user=User(login="siv@region.example", name="Siv Made-up", memberships=(NURSE,)), membership=NURSE)
    actor = viewer.actor
    assert (actor.team, actor.name, actor.via, actor.is_identified) == ("ward", "Siv Made-up", "desk", True)
    assert (viewer.network, viewer.team, viewer.role) == ("county", "ward", Role.TEAM_MEMBER)
    assert viewer.may(Right.WRITE, RESPONSIBLE)


def test_who_stands_in_for_a_closed_team_acts_as_that_team_under_the_own_name() -> None:
    user = User(login="siv@region.example", name="Siv Made-up", memberships=(NURSE,))
    viewer = Viewer(user=user, membership=NURSE).acting_for("home-care")
    assert (viewer.team, viewer.actor.team, viewer.actor.name) == ("ward", "home-care", "Siv Made-up")
    for own in (None, "", "ward"):
        assert viewer.acting_for(own).stands_in_for is None


def test_a_program_acts_for_a_team_without_the_name_of_a_person() -> None:
    program = User(login="SE2321000016-SYS1", name="Journal", is_system=True, memberships=(NURSE,))
    viewer = Viewer(user=program, membership=NURSE, via=Way.API)
    assert (viewer.actor.team, viewer.actor.name, viewer.actor.via) == ("ward", None, "api")


def test_a_program_may_name_the_person_for_whom_it_acts_and_is_taken_at_its_word() -> None:
    program = User(login="SE2321000016-SYS1", name="Journal", is_system=True, memberships=(NURSE,))
    viewer = Viewer(user=program, membership=NURSE, via=Way.API)
    named = viewer.speaking_for(" Siv Made-up ").actor
    assert (named.team, named.name, named.via, named.is_identified) == ("ward", "Siv Made-up", "api", False)
    assert viewer.speaking_for(None) == viewer
    for nobody in (" ", "Siv\tMade-up", "S" * 201):
        with pytest.raises(Refused):
            viewer.speaking_for(nobody)


def test_a_person_acts_in_no_other_name_than_the_own() -> None:
    viewer = Viewer(user=User(login="siv@region.example", name="Siv", memberships=(NURSE,)), membership=NURSE)
    assert viewer.speaking_for(None).actor.name == "Siv"
    with pytest.raises(Refused, match="in their own name"):
        viewer.speaking_for("Bo Made-up")


def test_a_token_gives_no_more_than_its_scope_nor_more_than_the_role() -> None:
    user = User(login="siv@region.example", name="Siv", memberships=(NURSE,))
    viewer = Viewer(user=user, membership=NURSE, scope=frozenset({Right.SEE_EPISODE, Right.PUBLISH}))
    assert [right for right in Right if viewer.may(right, RESPONSIBLE)] == [Right.SEE_EPISODE]
    assert [right for right in Right if viewer.may_ever(right)] == [Right.SEE_EPISODE]

"""The table of who may do what, whole: every role, every right, every relation, and every command."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise, product

import pytest

from pathways.access.commands import RIGHTS, name_of, right_for
from pathways.access.relations import STRENGTHS
from pathways.access.table import OF_A_PATIENT, Relation, Right, Role, may
from pathways.care.actors import Actor, ActorKind
from pathways.care.commands import (
    BeginEpisode,
    ChangeHandover,
    ComeBack,
    Command,
    EndEpisode,
    EraseRecord,
    NoteNightSheet,
    NotePatientChange,
    OfferPlace,
    PassClock,
    ReportVitalStatus,
    TakeBackEnd,
)
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.programme.commands import OfferEnrolment
from pathways.care.states import Action, PatientChange
from pathways.errors import Refused

NURSE = Actor(kind=ActorKind.PERSON, team="ward", name="Made-up Nurse", via="desk")
LETTERS = dict(zip("rsvcioe!u", Relation, strict=True))
"""Responsible, sender, receiver, consulted, informed, covering, ended, emergency (!), unrelated."""

EXPECTED = """
right               coordinator team-member care-manager
see-episode         rsvcioe!    rsvcioe!    rsvcioe
see-identity        rsvcioe!    rsvcioe!    rsvcioe
read-night-sheet    rsvcioe!    rsvcioe!    -
write               rsvc        rsvc        rsvc
write-identity      rsvc        rsvc        -
name-reader         rsvc        -           -
act-on-handover     rsve        rsve        -
grant               rsvc        rsvc        rsvc
end                 rsvcoe      rsvcoe      -
open-in-emergency   u           u           -
"""

WITHOUT_A_PATIENT = {
    Role.COORDINATOR: "see-board begin manage-places see-triage see-cover see-definitions see-notices resend-notice",
    Role.TEAM_MEMBER: "see-board see-triage see-cover see-definitions",
    Role.CARE_MANAGER: "see-board begin see-triage see-cover see-definitions",
    Role.PATHWAY_EDITOR: "see-definitions publish",
    Role.NETWORK_ADMIN: "see-definitions see-cover manage-users",
    Role.LOG_REVIEWER: "review-log",
    Role.IT: "see-definitions see-cover see-notices resend-notice",
}


def expected() -> set[tuple[str, str, Relation]]:
    head, *lines = (line.split() for line in EXPECTED.strip().splitlines())
    return {
        (role, right, LETTERS[letter])
        for right, *cells in lines
        for role, cell in zip(head[1:], cells, strict=True)
        for letter in cell.replace("-", "")
    }


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: Role) -> None:
    anywhere = set(WITHOUT_A_PATIENT[role].split())
    for right, relation in product(Right, Relation):
        is_expected = right in anywhere or (role, right, relation) in expected()
        assert may(role, right, frozenset({relation})) == is_expected, (right, relation)


@pytest.mark.parametrize("role", Role)
def test_without_an_episode_nobody_has_a_right_of_a_patient(role: Role) -> None:
    assert {right for right in Right if may(role, right)} == {*WITHOUT_A_PATIENT[role].split()}


def test_every_right_is_somebodys() -> None:
    for right in Right:
        assert any(may(role, right, frozenset({relation})) for role, relation in product(Role, Relation)), right


@pytest.mark.parametrize("role", [Role.IT, Role.PATHWAY_EDITOR, Role.NETWORK_ADMIN, Role.LOG_REVIEWER])
def test_who_gives_no_care_sees_no_patient_whatever_the_team(role: Role) -> None:
    assert not role.is_in_care
    assert not any(may(role, right, frozenset(Relation)) for right in Right if right.is_of_a_patient)


def test_who_has_no_part_can_only_open_it_in_an_emergency_and_then_only_read() -> None:
    for role in OF_A_PATIENT:
        of_a_patient = [right for right in Right if right.is_of_a_patient]
        assert {right for right in of_a_patient if may(role, right, frozenset({Relation.UNRELATED}))} <= {
            Right.OPEN_IN_EMERGENCY
        }
        assert {right for right in of_a_patient if may(role, right, frozenset({Relation.EMERGENCY}))} <= {
            Right.SEE_EPISODE,
            Right.SEE_IDENTITY,
            Right.READ_NIGHT_SHEET,
        }


def test_who_may_do_anything_to_an_episode_may_see_it() -> None:
    for role, relation in product(Role, Relation):
        does = any(may(role, right, frozenset({relation})) for right in RIGHTS.values())
        assert not does or may(role, Right.SEE_EPISODE, frozenset({relation}))


def test_what_a_relation_gives_each_stronger_one_gives_as_well() -> None:
    """Of the relations of now only the strongest are told, so nothing may be lost with the others."""
    for role, right in product(Role, Right):
        for stronger, weaker in pairwise(STRENGTHS):
            for strong, weak in product(stronger, weaker):
                gives = may(role, right, frozenset({weak}))
                assert not gives or may(role, right, frozenset({strong}))


def test_every_command_that_care_knows_asks_for_a_right_or_is_handslags_own() -> None:
    own = {PassClock, OfferPlace, OfferEnrolment, NoteNightSheet, NotePatientChange, ReportVitalStatus, EraseRecord}
    others = {BeginEpisode, MigrateEpisode}  # not done to an episode as it stands
    assert {*kinds_of(Command)} == {*RIGHTS} | own | others
    assert all(right.is_of_a_patient for right in RIGHTS.values())


def kinds_of(command: type[Command]) -> Iterator[type[Command]]:
    for kind in command.__subclasses__():
        if kind.__module__.startswith("pathways."):
            yield kind
            yield from kinds_of(kind)


def test_every_relation_is_explained() -> None:
    assert len({relation.meaning for relation in Relation}) == len(Relation)


@pytest.mark.parametrize(
    "command",
    [
        PassClock(actor=NURSE, key="answer/H222-2222"),
        OfferPlace(actor=NURSE, handover="H222-2222", unit="bed"),
        NotePatientChange(actor=NURSE, what=PatientChange.MERGED, told_in="E222-2222"),
        NoteNightSheet(actor=NURSE, mark="AAAA", number=1),
        ReportVitalStatus(actor=NURSE, is_dead=True),
        EraseRecord(actor=NURSE, last_entry_at=datetime(2026, 3, 10, tzinfo=UTC)),
        MigrateEpisode.model_construct(actor=NURSE),
        ChangeHandover(actor=NURSE, handover="H222-2222", action=Action.DELIVER),
        EndEpisode(actor=NURSE, end="deceased", told_in="E333-3333"),
        TakeBackEnd(actor=NURSE, told_in="E333-3333"),
    ],
)
def test_what_only_handslag_does_or_says_is_no_persons_to_do(command: Command) -> None:
    with pytest.raises(Refused, match="for Handslag itself"):
        right_for(command)


def test_what_a_person_does_asks_for_the_right_that_the_table_names() -> None:
    assert right_for(ChangeHandover(actor=NURSE, handover="H222-2222", action=Action.SEE)) is Right.ACT_ON_HANDOVER
    assert right_for(EndEpisode(actor=NURSE, end="deceased")) is Right.END


def test_the_log_calls_a_command_by_its_name_and_a_step_of_a_handover_by_the_step() -> None:
    assert name_of(ComeBack(actor=NURSE, reference="H2", returns="H3", cause="too-soon")) == "come-back"
    assert name_of(ChangeHandover(actor=NURSE, handover="H222-2222", action=Action.ACCEPT)) == "accept"

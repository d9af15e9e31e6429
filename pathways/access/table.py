"""The table of who may do what: role × right × relation. Data only; what it does not list is not allowed.

It is the outer bound: within it, `care` decides what each team may do to an episode as it stands.
Sources: patientdatalagen (2008:355) 4 kap. 1–2 §; HSLF-FS 2016:40 4 kap.; sundhedsloven §§ 42 a–42 d.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a network."""

    COORDINATOR = "coordinator"
    TEAM_MEMBER = "team-member"
    CARE_MANAGER = "care-manager"
    PATHWAY_EDITOR = "pathway-editor"
    NETWORK_ADMIN = "network-admin"
    LOG_REVIEWER = "log-reviewer"
    IT = "it"

    @property
    def is_in_care(self) -> bool:
        """Whether it takes part in the care of patients, and so belongs to a team. All others see no patient."""
        return self in OF_A_PATIENT


class Relation(StrEnum):
    """How a team stands to an episode, for a person who acts for it."""

    RESPONSIBLE = "responsible"
    SENDER = "sender"
    RECEIVER = "receiver"
    CONSULTED = "consulted"
    INFORMED = "informed"
    COVERING = "covering"
    ENDED = "ended"
    EMERGENCY = "emergency"
    UNRELATED = "unrelated"

    @property
    def meaning(self) -> str:
        """What it means, in one line."""
        return _MEANINGS[self]


_MEANINGS = {
    Relation.RESPONSIBLE: "is responsible for the patient",
    Relation.SENDER: "hands the patient over, or has planned to",
    Relation.RECEIVER: "is asked to take the patient over",
    Relation.CONSULTED: "has something to do for the patient by the pathway: a task, a service, a follow-up",
    Relation.INFORMED: "is one of the patient's own teams, or was told of the latest handover",
    Relation.COVERING: "answers now for a team with a part in it that is closed",
    Relation.ENDED: "had a part in it that ended lately (HANDSLAG_ACCESS_AFTER_DAYS)",
    Relation.EMERGENCY: "has no part in it, but the person opened it in an emergency and said why",
    Relation.UNRELATED: "has no part in it",
}


class Right(StrEnum):
    """What can be done."""

    SEE_EPISODE = "see-episode"
    SEE_IDENTITY = "see-identity"
    READ_NIGHT_SHEET = "read-night-sheet"
    WRITE = "write"
    WRITE_IDENTITY = "write-identity"
    NAME_READER = "name-reader"
    ACT_ON_HANDOVER = "act-on-handover"
    GRANT = "grant"
    END = "end"
    OPEN_IN_EMERGENCY = "open-in-emergency"
    SEE_BOARD = "see-board"
    BEGIN = "begin"
    MANAGE_PLACES = "manage-places"
    SEE_TRIAGE = "see-triage"
    SEE_COVER = "see-cover"
    SEE_DEFINITIONS = "see-definitions"
    PUBLISH = "publish"
    SEE_NOTICES = "see-notices"
    RESEND_NOTICE = "resend-notice"
    MANAGE_USERS = "manage-users"
    REVIEW_LOG = "review-log"

    @property
    def is_of_a_patient(self) -> bool:
        """Whether it is asked of one episode, and so depends on how the team stands to that."""
        return any(self in rights for rights in OF_A_PATIENT.values())


_TAKES_PART = frozenset({Relation.RESPONSIBLE, Relation.SENDER, Relation.RECEIVER, Relation.CONSULTED})
_KNOWS_OF_IT = _TAKES_PART | {Relation.INFORMED, Relation.COVERING, Relation.ENDED}
_SEES = _KNOWS_OF_IT | {Relation.EMERGENCY}
_ON_A_SIDE = frozenset({Relation.RESPONSIBLE, Relation.SENDER, Relation.RECEIVER})

_GIVES_CARE: Mapping[Right, frozenset[Relation]] = {
    Right.SEE_EPISODE: _SEES,
    Right.SEE_IDENTITY: _SEES,
    Right.READ_NIGHT_SHEET: _SEES,
    Right.WRITE: _TAKES_PART,
    Right.WRITE_IDENTITY: _TAKES_PART,
    Right.ACT_ON_HANDOVER: _ON_A_SIDE | {Relation.ENDED},  # why a patient came back is said by both sides, afterwards
    Right.GRANT: _TAKES_PART,
    Right.END: _TAKES_PART | {Relation.COVERING, Relation.ENDED},  # who ended it by mistake takes that back
    Right.OPEN_IN_EMERGENCY: frozenset({Relation.UNRELATED}),
}

OF_A_PATIENT: Mapping[Role, Mapping[Right, frozenset[Relation]]] = {
    Role.COORDINATOR: {**_GIVES_CARE, Right.NAME_READER: _TAKES_PART},
    Role.TEAM_MEMBER: _GIVES_CARE,
    Role.CARE_MANAGER: {
        Right.SEE_EPISODE: _KNOWS_OF_IT,
        Right.SEE_IDENTITY: _KNOWS_OF_IT,
        Right.WRITE: _TAKES_PART,
        Right.GRANT: _TAKES_PART,
    },
}
"""Of one patient: which relations give a role each right. IT and all others that are not here see no patient."""

OF_A_TEAM: Mapping[Role, frozenset[Right]] = {
    Role.COORDINATOR: frozenset(
        {
            Right.SEE_BOARD,
            Right.BEGIN,
            Right.MANAGE_PLACES,
            Right.SEE_TRIAGE,
            Right.SEE_COVER,
            Right.SEE_DEFINITIONS,
            Right.SEE_NOTICES,
            Right.RESEND_NOTICE,
        }
    ),
    Role.TEAM_MEMBER: frozenset({Right.SEE_BOARD, Right.SEE_TRIAGE, Right.SEE_COVER, Right.SEE_DEFINITIONS}),
    Role.CARE_MANAGER: frozenset(
        {Right.SEE_BOARD, Right.BEGIN, Right.SEE_TRIAGE, Right.SEE_COVER, Right.SEE_DEFINITIONS}
    ),
    Role.PATHWAY_EDITOR: frozenset({Right.SEE_DEFINITIONS, Right.PUBLISH}),
    Role.NETWORK_ADMIN: frozenset({Right.SEE_DEFINITIONS, Right.SEE_COVER, Right.MANAGE_USERS}),
    Role.LOG_REVIEWER: frozenset({Right.REVIEW_LOG}),
    Role.IT: frozenset({Right.SEE_DEFINITIONS, Right.SEE_COVER, Right.SEE_NOTICES, Right.RESEND_NOTICE}),
}
"""Of a team or a network, without any one patient: the rights of each role."""


OF_PERSONS = frozenset({Right.MANAGE_USERS, Right.REVIEW_LOG})
"""The rights that no program has, whatever its role and its token say."""


def may(role: Role, right: Right, relations: frozenset[Relation] = frozenset()) -> bool:
    """Whether a role may do this, for an episode to which its team has these relations, or for no one episode."""
    if right in OF_A_TEAM[role]:
        return True
    return bool(OF_A_PATIENT.get(role, {}).get(right, frozenset()) & relations)

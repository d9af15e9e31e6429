"""Which right each command asks for. What is not listed is for Handslag itself, and no person does it."""

import re
from collections.abc import Mapping

from pathways.access.table import Right
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    ChangeHandover,
    ComeBack,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    ConfirmResponsibility,
    CorrectReadBack,
    DenyVitalStatus,
    EndEpisode,
    GiveReadBack,
    PauseEpisode,
    PlanHandover,
    RecordFact,
    RecordMilestone,
    RecordReturnCause,
    ResumeEpisode,
    SettleHandover,
    TakeBackEnd,
    Waive,
    WriteSummary,
)
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.grants.commands import (
    GrantPackage,
    LeaveToLapse,
    MoveToDistrict,
    RenewGrant,
    SwapServices,
    UndoSwap,
    WithdrawGrant,
)
from pathways.care.joint_visits.commands import AnswerJointVisit, CancelJointVisit, ProposeJointVisit, RecordJointVisit
from pathways.care.meetings.commands import DecideMatter, RaiseMatter
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordComplication,
    RecordVisit,
    StopOrder,
)
from pathways.care.programme.commands import Enrol, KeepWaiting, RecordMeasurement
from pathways.care.states import Action
from pathways.errors import Refused

_CAPITALS = re.compile(r"(?<!^)([A-Z])")

RIGHTS: Mapping[type[Command], Right] = {
    **dict.fromkeys(
        (
            PlanHandover,
            ChangeHandover,
            ConfirmReadiness,
            Waive,
            GiveReadBack,
            CorrectReadBack,
            AskQuestion,
            AnswerQuestion,
            ComeBack,
            RecordReturnCause,
            SettleHandover,
        ),
        Right.ACT_ON_HANDOVER,
    ),
    **dict.fromkeys((EndEpisode, TakeBackEnd), Right.END),
    **dict.fromkeys(
        (
            GrantPackage,
            RenewGrant,
            LeaveToLapse,
            WithdrawGrant,
            SwapServices,
            UndoSwap,
            MoveToDistrict,
            RaiseMatter,
            DecideMatter,
        ),
        Right.GRANT,
    ),
    **dict.fromkeys(
        (
            WriteSummary,
            RecordFact,
            RecordMilestone,
            CompleteFollowUp,
            ConfirmResponsibility,
            DenyVitalStatus,
            PauseEpisode,
            ResumeEpisode,
            NameFixedContact,
            PlaceOrder,
            ChangeOrder,
            StopOrder,
            RecordVisit,
            ActOnMissedVisit,
            RecordComplication,
            ProposeJointVisit,
            AnswerJointVisit,
            CancelJointVisit,
            RecordJointVisit,
            Enrol,
            KeepWaiting,
            RecordMeasurement,
        ),
        Right.WRITE,
    ),
}


def right_for(command: Command) -> Right:
    """The right that a command asks for. Raises Refused for what only Handslag itself does or says."""
    right = RIGHTS.get(type(command))
    is_delivery = isinstance(command, ChangeHandover) and (command.action is Action.DELIVER or command.told_to)
    is_of_another = isinstance(command, EndEpisode | TakeBackEnd) and command.told_in is not None
    if right is None or is_delivery or is_of_another:
        raise Refused("That is for Handslag itself to do.", "Choose something that the page offers.")
    return right


def name_of(command: Command) -> str:
    """What the audit log calls a command: what is done to a handover, or the name of its kind."""
    return command.action if isinstance(command, ChangeHandover) else name_of_kind(type(command))


def name_of_kind(kind: type[Command]) -> str:
    """The name of a kind of command in small letters, such as `plan-handover`."""
    return _CAPITALS.sub(r"-\1", kind.__name__).lower()

"""What may be asked of an episode: one frozen model per command, in the imperative. `decisions.py` answers them."""

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime

from pathways.care.actors import Actor
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.episodes import Told
from pathways.care.patient import PatientFact
from pathways.care.states import Action, PatientChange
from pathways.definition.frozen import Frozen


class Command(Frozen):
    """Something asked for by an actor. `occurred_at`: when it happened, where it is entered late; else now."""

    actor: Actor
    occurred_at: AwareDatetime | None = None


class BeginEpisode(Command):
    """Begin an episode at a level. `team` and `unit` may be left out where the network has only one, or for one's own.

    Where another team than the actor's is to be responsible, it is asked to take over by the request `handover`.
    `care_team` names, role by role, the teams around this patient where the network has several. `district`: where the
    patient lives, and `provider` the organisation of the teams, where the network has several.
    `criteria`: those of the programme that whoever begins confirms as met.
    """

    reference: str
    level: str
    team: str | None = None
    unit: str | None = None
    care_team: Mapping[str, str] = {}
    district: str | None = None
    provider: str | None = None
    criteria: tuple[str, ...] = ()
    handover: str | None = None


class WantedHandover(Frozen):
    """What a handover is to do, as the sender asks for it.

    `to_units`: the units that are asked at once, in the order wished; the first to accept takes it. `departs_because`:
    why the move departs from the preferred place. `goes_ahead_because`: why it is made although the phase of illness
    holds such moves back. `occurred_at`: when it was asked for, where that is entered late.
    """

    move: str
    urgency: str
    reason: str
    to_team: str | None = None
    to_units: tuple[str, ...] = ()
    replaces: str | None = None
    is_draft: bool = False
    departs_because: str | None = None
    goes_ahead_because: str | None = None
    occurred_at: AwareDatetime | None = None


class PlanHandover(WantedHandover, Command):
    """Plan a handover and, unless it stays a draft, request it at once."""

    reference: str


class ChangeHandover(Command):
    """Do one of the simple things that the state × action table allows. `reason` is needed by some of them.

    `unit`: for which of its units a team accepts or rejects, where it is asked for several. `told_to`: the contact to
    whom a channel has delivered the request; None, to all. `instead`: the contact who got it where that one did not.
    """

    handover: str
    action: Literal[
        Action.REQUEST,
        Action.DELIVER,
        Action.SEE,
        Action.ACCEPT,
        Action.REJECT,
        Action.CONFIRM_READ_BACK,
        Action.HOLD,
        Action.RESUME,
        Action.DEPART,
        Action.ARRIVE,
        Action.CANCEL,
        Action.AGREE_TO_CANCEL,
        Action.REFUSE_TO_CANCEL,
        Action.FAIL,
        Action.ENTER_IN_ERROR,
    ]
    reason: str | None = None
    unit: str | None = None
    told_to: Told | None = None
    instead: Told | None = None


class ConfirmReadiness(Command):
    """Say that readiness items of one's own side are in place. Without names: all of one's own side.

    `evidence`: how it is known, in a few words or as the reference of a document. `checked_at`: when it was checked;
    left out, now.
    """

    handover: str
    items: tuple[str, ...] = ()
    evidence: str = ""
    checked_at: AwareDatetime | None = None


class Waive(Command):
    """Go ahead without readiness items, or without the read-back. For a named person, with a reason and words."""

    handover: str
    items: tuple[str, ...] = ()
    read_back: bool = False
    reason: str
    words: str


class GiveReadBack(Command):
    """Say in one's own words, as the receiver, what one has understood."""

    handover: str
    severity: IllnessSeverity
    next_action: str
    contingency: str


class CorrectReadBack(Command):
    """Say, as the sender, what in the latest read-back is not right. The receiver reads back again."""

    handover: str
    correction: str


class AskQuestion(Command):
    """Ask the sender something, as the receiver."""

    handover: str
    text: str


class AnswerQuestion(Command):
    """Answer the question that waits, as the sender."""

    handover: str
    answer: str


class WriteSummary(Command):
    """Write the episode's summary anew. A request takes the latest."""

    summary: Summary


class RecordFact(Command):
    """Record something about the patient's state or wishes."""

    fact: PatientFact


class OfferPlace(Command):
    """A place at a unit may have become free: hold it for the handover that waits for one there. For the system."""

    handover: str
    unit: str


class ComeBack(Command):
    """The patient comes back from the handover `returns`: the same loop with the parts reversed."""

    reference: str
    returns: str
    cause: str


class RecordReturnCause(Command):
    """Say why the patient came back, as one's own side sees it."""

    handover: str
    cause: str


class SettleHandover(Command):
    """Say, as the sender of a handover that nobody took, that no other is asked for now. `words`: why."""

    handover: str
    words: str


class PauseEpisode(Command):
    """Pause the episode, for a reason that the pathway names, such as an admission elsewhere.

    `cancels`: the request that nobody has answered, where there is one: the pause cancels it, and is refused unless
    whoever pauses names it.
    """

    kind: str
    cancels: str | None = None


class ResumeEpisode(Command):
    """Go on with an episode that pauses."""


class PassClock(Command):
    """Act on a clock that is due. Does nothing when it is not due, or no longer runs."""

    key: str


class EndEpisode(Command):
    """End the episode in one of the ways that the pathway names.

    `told_in`: another episode of the same patient, through which the death became known; then no part in this one is
    asked for. For Handslag itself to set.
    """

    end: str
    told_in: str | None = None


class TakeBackEnd(Command):
    """Take back an end that was recorded in error. What it stopped comes back as it was.

    `told_in`: another episode of the same patient in which the death was taken back. For Handslag itself to set.
    """

    told_in: str | None = None


class ConfirmResponsibility(Command):
    """Say, as the responsible team, that you know of it: another team has taken back the end of the episode."""


class ReportVitalStatus(Command):
    """Another network records that the patient has died, or denies a death recorded here. For Handslag itself."""

    is_dead: bool


class DenyVitalStatus(Command):
    """Say that what another network reports of a death, or a life, is wrong. To agree is to end, or to take back."""


class NoteNightSheet(Command):
    """Note that a night sheet was made. `mark` follows from what it says, `number` is the event it was read at."""

    mark: str
    number: int


class EraseRecord(Command):
    """Erase what was written about an episode that is over, by its network's rule. `last_entry_at`: of its history."""

    last_entry_at: AwareDatetime


class CompleteFollowUp(Command):
    """Say that a follow-up has been done."""

    follow_up: str


class RecordMilestone(Command):
    """Record that a milestone of the pathway was reached, now or `at` an earlier time."""

    milestone: str
    at: AwareDatetime | None = None


class NotePatientChange(Command):
    """Note in an episode's history that its patient's record has changed.

    `told_in` is the episode through which it was told; `joined` are the episodes of the other record in a merge.
    `tell`: the teams that are to know of it at once.
    """

    what: PatientChange
    told_in: str
    joined: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()

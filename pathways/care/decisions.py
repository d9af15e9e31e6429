"""The one door to `care`: a context, what is known and a command give a decision, or a refusal.

Pure and total: for every state and command the answer is a `Decision`, or `Refused` with one sentence. Nothing
else is ever raised for a command that the models accept.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pathways.care import (
    beginnings,
    declared_clocks,
    endings,
    erasing,
    facts,
    handovers,
    late_entries,
    night_sheets,
    passing,
    patient_records,
    pauses,
    places,
    questions,
    read_backs,
    readiness,
    returns,
    settling,
    summaries,
    taking_back,
    vital_status,
    waiving,
)
from pathways.care.amounts import require_amounts
from pathways.care.commands import (
    AnswerQuestion,
    AskQuestion,
    BeginEpisode,
    ChangeHandover,
    ComeBack,
    Command,
    CompleteFollowUp,
    ConfirmReadiness,
    ConfirmResponsibility,
    CorrectReadBack,
    DenyVitalStatus,
    EndEpisode,
    EraseRecord,
    GiveReadBack,
    NoteNightSheet,
    NotePatientChange,
    OfferPlace,
    PassClock,
    PauseEpisode,
    PlanHandover,
    RecordFact,
    RecordMilestone,
    RecordReturnCause,
    ReportVitalStatus,
    ResumeEpisode,
    SettleHandover,
    TakeBackEnd,
    Waive,
    WriteSummary,
)
from pathways.care.concerned import teams_concerned
from pathways.care.continuity import contacts
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.episodes import Episode
from pathways.care.grants import deciding as grants
from pathways.care.grants.rules import follow_the_care_team
from pathways.care.joint_visits import rules as joint_visits
from pathways.care.meetings import rules as meetings
from pathways.care.meetings.matters import on_list_at
from pathways.care.migrations import rules as migrations
from pathways.care.migrations.commands import MigrateEpisode
from pathways.care.migrations.fates import Passage
from pathways.care.orders import complications, following, ordering, visiting
from pathways.care.orders.commands import (
    ActOnMissedVisit,
    ChangeOrder,
    PlaceOrder,
    RecordComplication,
    RecordVisit,
    StopOrder,
)
from pathways.care.programme import admission, measuring
from pathways.care.programme.commands import Enrol, KeepWaiting, OfferEnrolment, RecordMeasurement
from pathways.care.recording import Context, Decision, Recorder
from pathways.care.texts import require_texts
from pathways.care.viewing import require_in_sight

_RULES: Mapping[type[Command], Callable[[Recorder, Any], None]] = {
    PlanHandover: handovers.plan,
    ChangeHandover: handovers.change,
    ConfirmReadiness: readiness.confirm,
    Waive: waiving.waive,
    GiveReadBack: read_backs.give,
    CorrectReadBack: read_backs.correct,
    AskQuestion: questions.ask,
    AnswerQuestion: questions.reply,
    WriteSummary: summaries.write,
    RecordFact: facts.record,
    RecordMilestone: declared_clocks.record,
    NotePatientChange: patient_records.note_change,
    NoteNightSheet: night_sheets.note,
    EraseRecord: erasing.erase,
    ComeBack: returns.come_back,
    RecordReturnCause: returns.record_cause,
    SettleHandover: settling.settle,
    PauseEpisode: pauses.pause,
    ResumeEpisode: pauses.resume,
    OfferPlace: places.offer,
    PassClock: passing.pass_clock,
    EndEpisode: endings.end,
    TakeBackEnd: taking_back.take_back_end,
    ConfirmResponsibility: taking_back.confirm_responsibility,
    ReportVitalStatus: vital_status.report,
    DenyVitalStatus: vital_status.deny,
    CompleteFollowUp: endings.complete_follow_up,
    **grants.RULES,
    Enrol: admission.enrol,
    KeepWaiting: admission.keep_waiting,
    OfferEnrolment: admission.offer,
    RecordMeasurement: measuring.record,
    PlaceOrder: ordering.place,
    ChangeOrder: ordering.change,
    StopOrder: ordering.stop,
    RecordVisit: visiting.record,
    ActOnMissedVisit: visiting.act_on_missed,
    RecordComplication: complications.record,
    NameFixedContact: contacts.name,
    **meetings.RULES,
    **joint_visits.RULES,
}
"""The rule for each command: it takes the recorder and that very command, and may refuse."""

late_entries.require_kinds((*_RULES, BeginEpisode, MigrateEpisode))


def begin(context: Context, command: BeginEpisode) -> Decision:
    """Decide on the beginning of an episode. Raises Refused."""
    recorder = _recorder(context, None, command)
    beginnings.begin(recorder, command)
    return _decided(recorder)


def migrate(passage: Passage) -> Decision:
    """Decide on the move of an episode to the version of the context. Raises Refused."""
    passage = replace(passage, context=passage.context.about(passage.episode))
    recorder = _recorder(passage.context, passage.episode, passage.command)
    migrations.migrate(recorder, passage)
    return _decided(recorder)


def decide(context: Context, episode: Episode, command: Command) -> Decision:
    """Decide on a command to an episode that has begun. Raises Refused."""
    rule = _RULES.get(type(command))
    if rule is None:
        raise TypeError(f"no rule for the command {type(command).__name__}")
    erasing.require_not_erased(episode)
    if not _is_of_whom_is_let_in(episode, command):
        seen = context.about(episode)
        require_in_sight(seen.whole, seen.network, episode.reference, command.actor.team)
    recorder = _recorder(context, episode, command)
    admission.require_enrolled_for(episode, command)
    rule(recorder, command)
    return _decided(recorder)


def _is_of_whom_is_let_in(episode: Episode, command: Command) -> bool:
    """Whether it follows from what somebody said in another episode of the patient, where they may say it; or from
    what they were let read already, as in an emergency.
    """
    if isinstance(command, NoteNightSheet):
        return True
    told_in = command.told_in if isinstance(command, EndEpisode | TakeBackEnd | NotePatientChange) else None
    return told_in not in (None, episode.reference)


def _recorder(context: Context, episode: Episode | None, command: Command) -> Recorder:
    """What a command is recorded with, once every text and number in it is one that can be kept, and its time can be.

    Raises Refused.
    """
    require_texts(command)
    require_amounts(command)
    return Recorder(late_entries.judged(context, command, episode), episode, command.actor)


def _decided(recorder: Recorder) -> Decision:
    """The decision, with what follows from its events, whichever it is."""
    taking_back.follow(recorder)
    declared_clocks.follow(recorder)
    follow_the_care_team(recorder)
    measuring.follow(recorder)
    following.follow(recorder)
    contacts.follow(recorder)
    decision = recorder.decided()
    if not decision.events or decision.episode.has_ended:
        return decision
    context, after = recorder.context, decision.episode
    follows = {"concerned": teams_concerned(context, after), "on_list_at": on_list_at(context, after)}
    return decision.model_copy(update=follows)

"""The fixed contact: named by name, kept over every handover after which the contact's team still has a part.

Where there is none, a clock asks the responsible team to name one. A contact who is not kept is a break, and counted.
"""

from pathways.care.clocks import started
from pathways.care.concerned import teams_concerned
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.continuity.events import FixedContactKept, FixedContactLost, FixedContactNamed
from pathways.care.episodes import ClockKind, Episode
from pathways.care.events import ClockChanged, EpisodeBegan
from pathways.care.events_of_handovers import ResponsibilityPassed
from pathways.care.migrations.events import EpisodeMigrated
from pathways.care.programme.events import EpisodeEnrolled
from pathways.care.recording import Context, Recorder
from pathways.care.states import EpisodeStatus
from pathways.definition.treatments import FixedContact
from pathways.errors import Refused
from pathways.phrases import Phrase

_KEY = ClockKind.FIXED_CONTACT.value


def name(recorder: Recorder, command: NameFixedContact) -> None:
    """Name the fixed contact, of one's own team. The same person again is nothing. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    team, rules = recorder.actor.team, context.pathway.fixed_contact
    fault = _fault(context, episode, rules, team, command.name)
    if fault or team is None:
        why, mend = fault or (Phrase("nobody says for which team"), Phrase("Say for which team you act."))
        raise Refused(
            "Cannot name a fixed contact in episode {episode}: {why}.", mend, episode=episode.reference, why=why
        )
    present = episode.continuity.contact
    if present and (present.name, present.team) == (command.name.strip(), team):
        return
    recorder.record(FixedContactNamed(name=command.name.strip(), team=team))
    if _KEY in episode.clocks:
        recorder.stop(_KEY)
        recorder.withdraw_notices(subject=_KEY)


def follow(recorder: Recorder) -> None:
    """After a decision: whether the contact was kept, and that somebody names one where there is none."""
    rules = recorder.context.pathway.fixed_contact
    if rules is None:
        return
    for recorded in recorder.events:
        match recorded.event:
            case EpisodeBegan() | EpisodeEnrolled():
                _want_one(recorder, rules)
            case EpisodeMigrated() if recorder.episode.continuity.contact is None:
                _want_one(recorder, rules)
            case ResponsibilityPassed(handover=handover):
                _keep(recorder, rules, handover)


def _keep(recorder: Recorder, rules: FixedContact, handover: str) -> None:
    present = recorder.episode.continuity.contact
    clock = recorder.episode.clocks.get(_KEY)
    if clock and clock.owner != recorder.episode.stay.team:
        recorder.withdraw_notices(subject=_KEY)
        recorder.record(ClockChanged(clock=clock.model_copy(update={"owner": recorder.episode.stay.team})))
    if present is None:
        return
    if present.team in teams_concerned(recorder.context, recorder.episode):
        recorder.record(FixedContactKept(handover=handover))
    else:
        recorder.record(FixedContactLost(handover=handover))
        _want_one(recorder, rules)


def _want_one(recorder: Recorder, rules: FixedContact) -> None:
    """Let the clock run, unless it does, or the episode still waits for a place in its programme."""
    if _KEY in recorder.episode.clocks or recorder.episode.status is EpisodeStatus.WAITLIST:
        return
    recorder.start(
        started(
            recorder.context,
            key=_KEY,
            kind=ClockKind.FIXED_CONTACT,
            subject=recorder.episode.reference,
            owner=recorder.episode.stay.team,
            limit=rules.name_within,
            repeat=rules.repeat,
        )
    )


def _fault(
    context: Context, episode: Episode, rules: FixedContact | None, team: str | None, person: str
) -> tuple[Phrase, Phrase] | None:
    """Why this person cannot be named, and what to do; None where it can be so."""
    if rules is None:
        return Phrase("its pathway has none"), Phrase("Nothing needs to be done.")
    if episode.has_ended:
        return Phrase("it has ended"), Phrase("Nothing needs to be done.")
    if team not in teams_concerned(context, episode):
        return Phrase("your team has no part in it"), Phrase(
            "Ask {team}, which is responsible.", team=episode.stay.team
        )
    if team is None or context.network.teams[team].role not in rules.roles:
        able = [key for role in rules.roles for key in context.network.teams_in(role)]
        return Phrase("its pathway wants the contact in another team"), Phrase(
            "Ask one of: {choices}.", choices=tuple(able)
        )
    if not person.strip():
        return Phrase("nobody was named"), Phrase("Write the name and profession.")
    return None

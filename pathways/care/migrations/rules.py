"""The decision by which an episode moves to another version. It is all or nothing, and moves no responsibility."""

from dataclasses import replace

from pathways.care.clocks import started
from pathways.care.concerned import teams_to_tell
from pathways.care.declared_clocks import start_now
from pathways.care.episodes import ClockKind
from pathways.care.events import ClockStarted
from pathways.care.migrations.events import EpisodeMigrated, RenamedHandover
from pathways.care.migrations.fates import Fate, Matter, Passage, limit_of_phase, matters, starting
from pathways.care.notice_kinds import NoticeKind
from pathways.care.phases import rules_of
from pathways.care.recording import Recorder
from pathways.care.services import adjust_services
from pathways.errors import Refused


def migrate(recorder: Recorder, passage: Passage) -> tuple[Matter, ...]:
    """Move an episode to the version of the context; gives what became of its parts. Raises Refused.

    The teams with a part in the episode, before or from now on, are told. It is refused where a part needs a person,
    and for an episode that has ended: that one is history.
    """
    episode = passage.episode
    if episode.has_ended:
        raise Refused(
            "Cannot move episode {episode}: it has ended.", "Leave it on its version.", episode=episode.reference
        )
    if (episode.pathway, episode.version) == (passage.new.pathway, passage.new.in_force_from):
        raise Refused(
            "Episode {episode} goes by that version already.", "Nothing needs to be done.", episode=episode.reference
        )
    found = matters(passage)
    for matter in found:
        if matter.fate is Fate.NEEDS_A_PERSON:
            raise Refused(
                "Cannot move episode {episode}: {what} {name}: {why}.",
                "{mend}",
                episode=episode.reference,
                what=matter.what,
                name=matter.name,
                why=matter.why,
                mend=matter.mend,
            )
    before = teams_to_tell(replace(passage.context, pathway=passage.old), episode)
    recorder.record(_event(passage))
    _carry_clocks(recorder, found)
    _start_new_clocks(recorder, passage)
    adjust_services(recorder)
    for team in dict.fromkeys((*before, *teams_to_tell(recorder.context, recorder.episode))):
        recorder.owe(NoticeKind.RULES_CHANGED, team)
    return found


def _event(passage: Passage) -> EpisodeMigrated:
    episode, new, handover = passage.episode, passage.new, passage.episode.open_handover
    level = passage.renamed("levels", episode.level)
    renamed = handover and RenamedHandover(
        move=passage.renamed("moves", handover.plan.move),
        from_level=passage.renamed("levels", handover.plan.from_level),
        to_level=passage.renamed("levels", handover.plan.to_level),
    )
    return EpisodeMigrated(
        from_pathway=episode.pathway,
        from_version=episode.version,
        pathway=new.pathway,
        version=new.in_force_from,
        level=level,
        care_team={**_care_team(passage), new.levels[level].responsible: episode.stay.team},
        handover=handover.reference if handover else None,
        renamed=renamed,
    )


def _care_team(passage: Passage) -> dict[str, str]:
    """For each role of the new version the patient's team so far, or the only one; nobody where there are several."""
    network, usual = passage.context.network, passage.episode.care_team
    found = {}
    for role in passage.new.roles:
        teams = network.teams_in(role)
        team = usual.get(role) or (teams[0] if len(teams) == 1 else None)
        if team in teams:
            found[role] = str(team)
    return found


def _carry_clocks(recorder: Recorder, found: tuple[Matter, ...]) -> None:
    for matter in found:
        if matter.what != "clock" or matter.fate not in (Fate.MAPPED, Fate.LET_GO):
            continue
        clock = recorder.episode.clocks[matter.name]
        if clock.passed:
            recorder.withdraw_notices(subject=clock.key)
        recorder.stop(clock.key, withdrawn=True)
        if matter.fate is Fate.MAPPED:
            recorder.record(ClockStarted(clock=clock.model_copy(update={"key": matter.becomes})))


def _start_new_clocks(recorder: Recorder, passage: Passage) -> None:
    for name in starting(passage):
        start_now(recorder, name)
    limit = limit_of_phase(passage)
    if limit is not None:
        recorder.start(
            started(
                recorder.context,
                key=ClockKind.PHASE,
                kind=ClockKind.PHASE,
                subject=recorder.episode.reference,
                owner=recorder.episode.stay.team,
                limit=limit,
                repeat=rules_of(recorder.context, recorder.episode).repeat,
            )
        )

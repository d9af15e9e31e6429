"""What is recorded of the patient's state and wishes: by whom, and what cannot be so. Repeats nothing typed."""

from datetime import date

from pathways.care import kits, view_limits
from pathways.care.commands import RecordFact
from pathways.care.concerned import teams_concerned
from pathways.care.episodes import Episode
from pathways.care.events import FactRecorded
from pathways.care.patient import (
    Kit,
    PatientFact,
    Preference,
    Score,
    TreatmentLimit,
    TreatmentLimits,
    ViewLimit,
)
from pathways.care.patient_clocks import follow_fact
from pathways.care.phases import phase_of
from pathways.care.recording import Context, Recorder
from pathways.definition.conditions import SCORES
from pathways.definition.models import Pathway
from pathways.errors import Refused
from pathways.phrases import Phrase

_WORDS = {
    "phase": Phrase("the phase of illness"),
    "score": Phrase("this score"),
    "treatment-limits": Phrase("these treatment limits"),
    "kit": Phrase("this of the kit"),
    "preference": Phrase("this preference"),
    "carer": Phrase("this of the carer"),
    "consent": Phrase("this consent"),
    "view-limit": Phrase("who may see the episode"),
}

_Fault = tuple[Phrase, Phrase] | None
"""Why a fact cannot be so and what to do; None where it can."""


def record(recorder: Recorder, command: RecordFact) -> None:
    """Record a fact, with the clocks that follow from it. Raises Refused.

    For the teams concerned, and every team of the patient's care team. After the end only a kit is still retrieved, and
    it is said who may see the episode.
    """
    context, episode, fact = recorder.context, recorder.episode, command.fact
    fault = (
        _not_theirs(context, episode, command.actor.team)
        or _over(episode, fact)
        or _impossible(context, episode, fact)
        or (view_limits.fault_of(context, episode, command.actor.team, fact) if isinstance(fact, ViewLimit) else None)
    )
    if fault:
        why, mend = fault
        raise Refused(
            "Cannot record {what} in episode {episode}: {why}.",
            mend,
            what=_WORDS[fact.type],
            episode=episode.reference,
            why=why,
        )
    before = phase_of(episode)
    recorder.record(FactRecorded(fact=fact))
    follow_fact(recorder, fact, before)
    if isinstance(fact, ViewLimit):
        view_limits.follow(recorder)


def _not_theirs(context: Context, episode: Episode, team: str | None) -> _Fault:
    if team in teams_concerned(context, episode) or team in episode.care_team.values():
        return None
    return Phrase("your team has no part in this patient's care"), Phrase(
        "Ask {team} to record it.", team=episode.stay.team
    )


def _over(episode: Episode, fact: PatientFact) -> _Fault:
    if not episode.has_ended or isinstance(fact, ViewLimit) or (isinstance(fact, Kit) and fact.retrieved_on):
        return None
    return Phrase("it has ended"), Phrase("After the end, record only that the kit was retrieved.")


def _impossible(context: Context, episode: Episode, fact: PatientFact) -> _Fault:
    match fact:
        case Score():
            return _of_score(fact)
        case TreatmentLimits():
            return _of_limits(fact, context.today)
        case Kit():
            return kits.fault_of(fact, episode) or _in_the_future(fact.retrieved_on or fact.checked_on, context.today)
        case Preference():
            return _of_preference(fact, context.today, context.pathway)
        case ViewLimit():
            return _in_the_future(fact.said_on, context.today)
        case _:
            return None


def _of_score(fact: Score) -> _Fault:
    scores = SCORES[fact.instrument]
    if fact.score in scores:
        return None
    steps = Phrase(" in steps of {step}", step=scores.step) if scores.step > 1 else ""
    return Phrase("{instrument} does not give that", instrument=fact.instrument), Phrase(
        "Write a number from {lowest} to {highest}{steps}.", lowest=scores[0], highest=scores[-1], steps=steps
    )


def _of_limits(fact: TreatmentLimits, today: date) -> _Fault:
    if not fact.limits:
        return Phrase("no limit was named"), Phrase("Name one of: {choices}.", choices=tuple(TreatmentLimit))
    if len(set(fact.limits)) < len(fact.limits):
        return Phrase("a limit was named twice"), Phrase("Name each once.")
    if TreatmentLimit.NONE in fact.limits and len(fact.limits) > 1:
        return Phrase("`none` stands beside a limit"), Phrase("Write `none` alone, or only the limits.")
    if fact.review_on and fact.review_on < fact.decided_on:
        return Phrase("they would be reviewed before they were decided"), Phrase("Correct one of the two days.")
    return _in_the_future(fact.decided_on, today)


def _of_preference(fact: Preference, today: date, pathway: Pathway) -> _Fault:
    if not {fact.first, fact.second} <= {*pathway.levels, None}:
        return Phrase("that is not a level of this pathway"), Phrase(
            "Choose among: {choices}.", choices=tuple(pathway.levels)
        )
    if fact.second == fact.first:
        return Phrase("the second choice is the first"), Phrase("Name another level, or leave the second choice out.")
    return _in_the_future(fact.said_on, today)


def _in_the_future(day: date, today: date) -> _Fault:
    return (Phrase("that day has not come yet"), Phrase("Correct the day.")) if day > today else None

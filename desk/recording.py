"""What the buttons of the page of an episode record of the patient: each press makes one command."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from starlette.datastructures import FormData

from desk.asking import text
from desk.typed import a_day, a_number, a_yes_or_no, one_of
from pathways.care.actors import Actor
from pathways.care.commands import Command, RecordFact, RecordMilestone, WriteSummary
from pathways.care.communication import IllnessSeverity, Summary
from pathways.care.continuity.commands import NameFixedContact
from pathways.care.kits import retrieved
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    KitItem,
    PatientFact,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    Score,
    TreatmentLimit,
    TreatmentLimits,
    ViewLimit,
    WordOf,
)
from pathways.definition.conditions import Instrument, Phase
from pathways.errors import Refused
from pathways.operations.views import EpisodeView

SUMMARY_PARTS = ("situation", "background", "assessment", "recommendation", "contingency")


@dataclass(frozen=True)
class Press:
    """A button that was pressed on an episode: by whom, with what typed, on which local day.

    `see`: shows the episode as it is now, to whoever may see it.
    """

    actor: Actor
    form: FormData
    today: date
    see: Callable[[], EpisodeView]


Make = Callable[[Press], Command]
"""Makes the command that a press means. Raises Refused for what was typed wrong."""


def summary_of(form: FormData) -> Summary:
    """The summary that was typed. Raises Refused for a severity that there is not."""
    severity = text(form, "illness_severity")
    if severity and severity not in set(IllnessSeverity):
        raise Refused("How ill the patient is was not chosen.", "Choose one, then press again.")
    actions = [
        {"what": what.strip(), "who": who.strip(), "when": when.strip()}
        for what, who, when in zip(
            *(map(str, form.getlist(f"action_{part}")) for part in ("what", "who", "when")), strict=False
        )
        if what.strip()
    ]
    parts = {part: text(form, part) for part in SUMMARY_PARTS}
    return Summary.model_validate({"illness_severity": severity or None, "actions": actions, **parts})


def _phase(press: Press) -> PatientFact:
    return PhaseOfIllness(phase=one_of(press.form, "phase", Phase))


def _score(press: Press) -> PatientFact:
    return Score(instrument=one_of(press.form, "instrument", Instrument), score=a_number(press.form, "score"))


def _limits(press: Press) -> PatientFact:
    form = press.form
    limits = tuple(each for each in TreatmentLimit if each in form.getlist("limit"))
    decided_on, review_on = a_day(form, "decided_on") or press.today, a_day(form, "review_on")
    return TreatmentLimits(limits=limits, decided_on=decided_on, review_on=review_on, document=text(form, "document"))


def _kit(press: Press) -> PatientFact:
    form = press.form
    return Kit(
        where=text(form, "where"),
        checked_by=text(form, "checked_by"),
        checked_on=a_day(form, "checked_on") or press.today,
        expires_on=a_day(form, "expires_on"),
        items=tuple(
            KitItem(
                name=text(row, "item_name"),
                count=a_number(row, "item_count"),
                expires_on=a_day(row, "item_expires"),
            )
            for row in _rows(form, "item_name", "item_count", "item_expires")
        ),
    )


def _rows(form: FormData, *fields: str) -> Iterator[FormData]:
    """The rows of a form in which something was filled in, each as a form of its own."""
    for values in zip(*(map(str, form.getlist(field)) for field in fields), strict=False):
        if any(value.strip() for value in values):
            yield FormData(list(zip(fields, values, strict=True)))


def _kit_retrieved(press: Press) -> PatientFact:
    known = press.see().episode.known.get("kit")
    if known is None or not isinstance(known.fact, Kit):
        raise Refused("No kit is known.", "Nothing needs to be done, or record the kit first.")
    form = press.form
    counts = [(text(row, "item_name"), a_number(row, "item_count")) for row in _rows(form, "item_name", "item_count")]
    return retrieved(known.fact, a_day(form, "retrieved_on") or press.today, counts, text(form, "differs_because"))


def _preference(press: Press) -> PatientFact:
    form = press.form
    return Preference(
        place_of=one_of(form, "place_of", PlaceOf),
        first=text(form, "first"),
        second=text(form, "second") or None,
        said_by=one_of(form, "said_by", SaidBy),
        said_on=a_day(form, "said_on") or press.today,
    )


def _carer(press: Press) -> PatientFact:
    return Carer(
        is_available=a_yes_or_no(press.form, "is_available"),
        is_aware=a_yes_or_no(press.form, "is_aware"),
        may_be_called_at_night=a_yes_or_no(press.form, "may_be_called_at_night"),
    )


def _consent(press: Press) -> PatientFact:
    return Consent(is_given=a_yes_or_no(press.form, "is_given"))


def _view_limit(press: Press) -> PatientFact:
    return ViewLimit(
        organisation=text(press.form, "organisation"),
        is_limited=not a_yes_or_no(press.form, "may_see"),
        said_by=one_of(press.form, "said_by", WordOf),
        said_on=a_day(press.form, "said_on") or press.today,
    )


FACTS: Mapping[str, Callable[[Press], PatientFact]] = {
    "phase": _phase,
    "score": _score,
    "limits": _limits,
    "kit": _kit,
    "kit-retrieved": _kit_retrieved,
    "preference": _preference,
    "carer": _carer,
    "consent": _consent,
    "view-limit": _view_limit,
}
"""What each button records that is known of the patient."""


def _record(fact: Callable[[Press], PatientFact]) -> Make:
    return lambda press: RecordFact(actor=press.actor, fact=fact(press))


RECORDS: Mapping[str, Make] = {
    "summary": lambda press: WriteSummary(actor=press.actor, summary=summary_of(press.form)),
    "milestone": lambda press: RecordMilestone(actor=press.actor, milestone=text(press.form, "milestone")),
    "fixed-contact": lambda press: NameFixedContact(actor=press.actor, name=text(press.form, "name")),
    **{name: _record(fact) for name, fact in FACTS.items()},
}
"""The command of each button by which something is recorded."""

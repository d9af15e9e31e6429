"""Who an episode is about, said or changed: a number, those who are close, and a protected identity."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from desk.agreeing import mark_of, require_agreed
from desk.api.calling import Calling, Calls, EpisodeReference, Key, read
from desk.api.patients import NewPatient
from pathways.access.table import Right
from pathways.care.references import ReferenceKind
from pathways.definition.frozen import Frozen
from pathways.operations.identities import Identification, Told
from pathways.operations.people import NewRelative, Patient

router = APIRouter(tags=["patients"])


class SaidPatient(Frozen):
    """Who an episode is said to be about. `known_as`: a number that its patient's record has already, if it has one."""

    patient: NewPatient
    known_as: Annotated[str, Field(max_length=100)] = ""
    agreed: Annotated[
        str, Field(max_length=100, description="The `mark` of what was looked at before, if asked for.")
    ] = ""

    @property
    def told(self) -> Told:
        """The same for the operations."""
        return Told(Patient(**dict(self.patient)), self.known_as)


class Proposed(Frozen):
    """What would happen, references only. Where it `needs_agreement`, `identify` takes the `mark` as `agreed`."""

    would: Identification
    needs_agreement: bool
    mark: str


class CloseOne(Frozen):
    """Somebody close to the patient."""

    name: Annotated[str, Field(min_length=1)]
    relation: Annotated[str, Field(min_length=1, description="Such as daughter.")]
    phone: Annotated[str, Field(min_length=1)]
    is_carer: bool = False
    may_be_called_at_night: bool = False


class Entry(Frozen):
    """The key of somebody who is close, by which the entry is removed."""

    key: str


class Protection(Frozen):
    """Whether an identity is protected."""

    is_protected: Annotated[
        bool, Field(description="No longer: whoever sees the identity asks, and a second person agrees by the same.")
    ]


class Reader(Frozen):
    """Whether somebody sees a protected identity."""

    login: str
    is_named: bool = True


@router.post("/episodes/{reference}/would-identify")
def would_identify(calling: Calls, reference: EpisodeReference, body: SaidPatient) -> Proposed:
    """Look at what `identify` would do; nothing is changed."""
    found = _proposed(calling, reference, body)
    return Proposed(would=found, needs_agreement=found.needs_agreement, mark=mark_of(found))


@router.post("/episodes/{reference}/identify")
def identify(calling: Calls, reference: EpisodeReference, body: SaidPatient) -> Identification:
    """Say who an episode is about, or give its patient one more number. Two records may become one, for good."""
    proposed = _proposed(calling, reference, body)
    require_agreed(proposed, body.agreed)
    return calling.service.patient_access.identify(calling.viewer, _read(reference), body.told, proposed)


@router.post("/episodes/{reference}/relatives", status_code=201)
def add_relative(calling: Calls, reference: EpisodeReference, body: CloseOne) -> Entry:
    """Write down somebody close to the patient."""
    with calling.service.access.acting(calling.viewer, _read(reference), Right.WRITE_IDENTITY) as episode:
        wanted = NewRelative(**dict(body))
        return Entry(key=calling.service.patients.add_relative(episode, wanted, calling.viewer.actor))


@router.post("/episodes/{reference}/relatives/{key}/remove")
def remove_relative(calling: Calls, reference: EpisodeReference, key: Key) -> Entry:
    """Remove somebody close to the patient."""
    with calling.service.access.acting(calling.viewer, _read(reference), Right.WRITE_IDENTITY) as episode:
        calling.service.patients.remove_relative(episode, key, calling.viewer.actor)
    return Entry(key=key)


@router.post("/episodes/{reference}/protection")
def protect(calling: Calls, reference: EpisodeReference, body: Protection) -> Protection:
    """Protect the patient's identity, or ask or agree to lift that; the answer says whether it is protected now."""
    if not body.is_protected:
        return Protection(is_protected=not calling.service.patient_access.lift_protection(calling.viewer, reference))
    calling.service.patient_access.protect(calling.viewer, _read(reference))
    return body


@router.post("/episodes/{reference}/readers")
def name_reader(calling: Calls, reference: EpisodeReference, body: Reader) -> Reader:
    """Let somebody see a protected identity, or no longer."""
    calling.service.patient_access.name_reader(calling.viewer, _read(reference), body.login, is_named=body.is_named)
    return body


def _proposed(calling: Calling, reference: str, body: SaidPatient) -> Identification:
    return calling.service.patient_access.would_identify(calling.viewer, _read(reference), body.told)


def _read(reference: str) -> str:
    return read(reference, ReferenceKind.EPISODE)

"""The frozen models of a network. They hold data; `checks.py` says whether the data is sound."""

from collections.abc import Mapping
from enum import StrEnum

from pathways.definition.covers import Cover
from pathways.definition.durations import Duration, Limit, Unit
from pathways.definition.frozen import Frozen


class OrganisationKind(StrEnum):
    """What an organisation is."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    PROVIDER = "provider"


class Organisation(Frozen):
    """A municipality, region or provider."""

    name: str
    kind: OrganisationKind


class PatientRecords(StrEnum):
    """Who shares what is known of who a patient is: name, numbers and those who are close."""

    PER_ORGANISATION = "per-organisation"
    SHARED = "shared"


class ContactPoint(Frozen):
    """One way to reach a team. `secret` names an Apprise URL that is kept outside the file.

    `cover` is when this contact is on duty; without it the cover of its team holds. `competences`: what whoever
    answers there has been trained for, of the competences that the network's pathways name. `phone`: where colleagues
    call it; without one, where they call its team.
    """

    name: str
    secret: str
    phone: str | None = None
    cover: Cover | None = None
    competences: tuple[str, ...] = ()


class Team(Frozen):
    """Who can be responsible. Contacts are tried in their order; `cover` is when those without one are on duty.

    A team is open while one of its contacts is on duty; while none is, the team `covered_by` answers. `phone`: where
    colleagues call it.
    """

    name: str
    role: str
    organisation: str
    language: str
    phone: str | None = None
    contacts: tuple[ContactPoint, ...]
    cover: Cover
    covered_by: str | None = None


class LastResort(Frozen):
    """The contact point that always answers, when everybody else who might is closed."""

    team: str
    contact: str


class CareUnit(Frozen):
    """Where someone can stay at a level, and the team that is responsible there.

    `hours`: when it is open, as a clinic; without them it is always open. Visits at it lie in its hours.
    """

    name: str
    level: str
    team: str
    places: int
    hours: Cover | None = None


class District(Frozen):
    """A part of the network's area, and the `teams` that work only there or in others that name them too.

    A team that no district names works in all of them.
    """

    name: str
    teams: tuple[str, ...] = ()


class Network(Frozen):
    """The real teams, units and contact points of one county or municipality, for the named pathways.

    `last_resort` is needed: without it a question may end where nobody is. What a team has not answered is told,
    `closing_lead` before it closes, to those who take over. `retention_years`: how long after its last entry the record
    of an episode that is over is kept; then `handslag erase` erases it. Without it, records are kept for ever.
    `patient_records`: whether each organisation has its own view of who a patient is, as secrecy between providers is
    the rule where no ground and consent say otherwise (lag 2022:913; sundhedsloven §§ 41-42 a), or all share one.
    """

    network: str
    country: str
    time_zone: str
    pathways: tuple[str, ...]
    organisations: Mapping[str, Organisation]
    teams: Mapping[str, Team]
    patient_records: PatientRecords = PatientRecords.PER_ORGANISATION
    last_resort: LastResort | None = None
    closing_lead: Limit = Duration(amount=30, unit=Unit.MINUTE)
    retention_years: int | None = None
    units: Mapping[str, CareUnit] = {}
    districts: Mapping[str, District] = {}

    @property
    def keeps_organisations_apart(self) -> bool:
        """Whether each organisation has its own view of who a patient is."""
        return self.patient_records is PatientRecords.PER_ORGANISATION and len(self.organisations) > 1

    def organisation_of(self, team: str | None) -> str | None:
        """The organisation of a team; None where the network has no such team."""
        found = self.teams.get(team) if team is not None else None
        return found.organisation if found else None

    def teams_in(self, role: str) -> tuple[str, ...]:
        """Keys of the teams that have this role, in the file's order."""
        return tuple(key for key, team in self.teams.items() if team.role == role)

    def phone_of(self, team: str, contact: str | None = None) -> str | None:
        """Where colleagues call a team, or one of its contact points; None where the file does not say."""
        found = self.teams.get(team)
        if found is None:
            return None
        own = next((each.phone for each in found.contacts if each.name == contact), None)
        return own or found.phone

    def works_in(self, team: str, district: str | None) -> bool:
        """Whether a team works in a district; everywhere where no district is known or none names the team."""
        named = [key for key, each in self.districts.items() if team in each.teams]
        return district is None or not named or district in named

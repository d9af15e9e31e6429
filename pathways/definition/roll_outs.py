"""The frozen models of a roll-out: where, with whom and from when rules of a pathway hold that are tried out."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from pathways.definition.days import Day
from pathways.definition.frozen import Frozen
from pathways.definition.texts import Text


class Stage(Frozen):
    """One step of a roll-out: `from` this day in these districts, with these providers (none named: with all).

    Districts and providers are those of the network; a provider is an organisation.
    """

    from_day: Day = Field(alias="from")
    districts: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()


class RollOut(Frozen):
    """Rules that hold in some districts, with some providers, from some day, and `until` a last day everywhere.

    Outside of it the ordinary rules of the pathway hold. `provider`: the role whose team's organisation is the
    provider of the patient.
    """

    title: Text
    provider: str
    stages: Mapping[str, Stage]
    until: Day | None = None

    def stage_on(self, day: date, district: str | None, provider: str | None) -> str | None:
        """The first stage that holds on this day for this district and provider; None outside of the roll-out."""
        if self.until is not None and day > self.until:
            return None
        for name, stage in self.stages.items():
            is_there = not stage.districts or district in stage.districts
            is_with = not stage.providers or provider in stage.providers
            if is_there and is_with and stage.from_day <= day:
                return name
        return None

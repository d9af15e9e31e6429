"""How long the law has records of care kept, by country, and whether a network's retention is lawful.

Sweden: at least ten years after the last entry (patientdatalagen, SFS 2008:355, 3 kap. 17 §); what a public body keeps
is erased only where its archives authority has decided so. Denmark: at least ten years after the last entry for doctors
(autorisationsloven § 25), five for nurses (journalføringsbekendtgørelsen § 15): they write in the same record here.
"""

from collections.abc import Iterator, Mapping

from pathways.definition.faults import Code, Finding
from pathways.definition.networks import Network

LAWFUL_YEARS: Mapping[str, int] = {"SE": 10, "DK": 10}
"""For how many years after its last entry a record is kept at least, by country (ISO 3166)."""

MOST_YEARS = 150
"""No record is worth a longer rule: whoever wants it kept for ever, writes none."""


def check_retention(network: Network) -> Iterator[Finding]:
    """Records are kept as long as the law of the country asks, where the network has them erased some day."""
    years = network.retention_years
    if years is None:
        return
    least = LAWFUL_YEARS.get(network.country)
    if least is None:
        known = ", ".join(LAWFUL_YEARS)
        sentence = f"How long the law of {network.country} has records kept is known of {known} alone."
        mend = "Leave `retention_years` out: then nothing is ever erased."
        yield Finding(Code.RETENTION_UNKNOWN, ("retention_years",), str(years), sentence, mend)
    elif not least <= years <= MOST_YEARS:
        sentence = f"In {network.country} records are kept for {least} years at least, after their last entry."
        mend = f"Write {least} to {MOST_YEARS}, or leave it out: then nothing is ever erased."
        yield Finding(Code.WRONG_RETENTION, ("retention_years",), str(years), sentence, mend)

"""Night sheets of a made-up patient: one on which everything is recorded, and one on which nothing is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pathways.care.communication import IllnessSeverity
from pathways.care.patient import Carer, Consent, Kit, KitItem, SaidBy, TreatmentLimit, TreatmentLimits
from pathways.definition.conditions import Phase
from pathways.definition.texts import Language
from pathways.reports.contents import (
    Called,
    Contingency,
    Relatives,
    SheetContent,
    State,
    Where,
    Who,
    Wish,
    Words,
)
from pathways.reports.duties import Duty
from pathways.reports.night_sheets import Sheet, an_empty_sheet, fitted
from pathways.reports.paper import Pages, Printer

TEMPLATES = Path(__file__).parents[3] / "templates"
NOW = datetime(2026, 3, 10, 13, 2, tzinfo=UTC)
TEAM = "Kommunens palliativa team"
HOME = {"sv": "Hemma", "da": "Hjemme", "en": "Home"}
SHORT_TERM = {"sv": "Korttidsplats", "da": "Aflastningsplads", "en": "Short-term place"}

WHOLE = SheetContent(
    over=None,
    paused=None,
    who=Who("Astrid Exempelsson", "19480229-****", is_protected=False),
    where=Where({"sv": "Flexibel palliativ vård"}, HOME, None, TEAM, None),
    cover="",
    limits=TreatmentLimits(
        limits=(TreatmentLimit.NO_CPR, TreatmentLimit.NO_HOSPITAL),
        decided_on=date(2026, 2, 1),
        review_on=date(2026, 4, 1),
        document="DOC-17",
    ),
    state=State(Phase.UNSTABLE, NOW - timedelta(days=2), IllnessSeverity.WATCHER),
    contingency=Contingency(
        Words("Vid andnöd: morfin ur kitet.", TEAM, NOW - timedelta(days=1)),
        Words("Andnöd: morfin, ring oss.", "SSIH Jönköping", NOW - timedelta(hours=5)),
        is_confirmed=True,
        correction=None,
    ),
    kit=Kit(
        where="Köksskåpet till höger",
        checked_by="Eva Ros",
        checked_on=date(2026, 3, 1),
        expires_on=date(2026, 6, 30),
        items=(KitItem(name="Påhittade droppar 1 mg/ml", count=5), KitItem(name="Påhittade tops", count=12)),
    ),
    care_wish=Wish(HOME, None, SaidBy.PATIENT, date(2026, 2, 20)),
    death_wish=Wish(HOME, SHORT_TERM, SaidBy.RELATIVE, date(2026, 2, 21)),
    carer=Carer(is_available=True, is_aware=True, may_be_called_at_night=True),
    relatives=Relatives((Called("Siv Exempelsson", "dotter", "+46701740605", is_carer=True),), 1),
    consent=Consent(is_given=True),
)


def sheet(language: Language = Language.ENGLISH, content: SheetContent = WHOLE, **other: Any) -> Sheet:
    """A sheet that was made on 10 March 2026 at 14:02, in Sweden."""
    made = Sheet(
        reference="E7K2-QM4T",
        content=content,
        duties=(
            Duty(TEAM, "coordinator", "+46846500411", NOW, datetime(2026, 3, 10, 15, 30, tzinfo=UTC)),
            Duty(TEAM, "on-call", None, datetime(2026, 3, 10, 15, 30, tzinfo=UTC), None),
        ),
        mark="K7QM-2F4T",
        number=17,
        made_at=NOW,
        made_by="Eva Ros, nurse",
        made_for=TEAM,
        time_zone="Europe/Stockholm",
        language=language,
    )
    return replace(made, **other)


def saying(**sections: Any) -> SheetContent:
    """The whole content, with these sections instead."""
    return replace(WHOLE, **sections)


def empty(language: Language) -> Sheet:
    return an_empty_sheet(language, NOW)


@cache
def printer() -> Printer:
    """The printer, loaded once: that takes a second."""
    return Printer()


def laid_out(made: Sheet) -> Pages:
    return fitted(made, TEMPLATES, printer())


def text_of(pages: Pages) -> list[str]:
    """What stands on each page, without the spaces at which lines were broken. Asks the layout: no PDF reader here."""
    document = pages._document
    found = []
    for page in document.pages:
        boxes = page._page_box.descendants()
        found.append("".join(box.text for box in boxes if hasattr(box, "text")).replace("\u200b", ""))
    return ["".join(text.split()) for text in found]

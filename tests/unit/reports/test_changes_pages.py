"""What changes from one version to another, as a page: in the language of its readers, with the titles they know."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from handslag.playground import DEFINITIONS
from pathways.definition.change_words import ENGLISH
from pathways.definition.conditions import Phase
from pathways.definition.covers import Weekday
from pathways.definition.durations import Unit
from pathways.definition.meetings import Ground, OnHoliday
from pathways.definition.models import Pathway, Side, SummaryField, TimeCounted
from pathways.definition.programmes import Better, Comparison
from pathways.definition.reading import read_pathway
from pathways.definition.renaming import with_names
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.reports.changes import Changes, change_words, html

TEMPLATES = Path(__file__).parents[3] / "templates"
NAMES = {"at-clinic": "self-care", "home-nursing": "home-care", "home-nursing.plan": "home-care.plan"}
CHOICES = (Side, TimeCounted, SummaryField, OnHoliday, Ground, Better, Comparison, Weekday, Phase, Unit, Language)
OTHERS = [each for each in Language if each is not Language.ENGLISH]


def catalogue(name: str) -> Pathway:
    return read_pathway(DEFINITIONS / f"catalogue/{name}.yaml")


def told(old: Pathway, new: Pathway, language: Language) -> list[str]:
    page = html(Changes(old, new, language), TEMPLATES)
    return re.findall(r"<li>(.*)</li>", page)


def of_jamtland(language: Language) -> list[str]:
    old, new = catalogue("cooperation-agreement"), catalogue("jamtland-primary-care")
    return told(with_names(old, NAMES), new, language)


def test_the_page_tells_each_change_in_its_own_language_with_titles() -> None:
    swedish = of_jamtland(Language.SWEDISH)
    for said in (
        "Uppgift ”Sårvård”, vårdnivå ”Hemsjukvård”, ansvarig roll: ”Hälsocentral” blir ”Kommunens hemsjukvård”.",
        "Tidsgräns ”Individuell plan i hemsjukvård”, tidsgränsen: 30 dagar blir 14 dagar.",
        "Brådskandegrad ”Planerad”, tidsgränsen för att svara på en fråga: 2 tim blir 4 tim.",
        "Vårdnivåerna där en vårdepisod kan börja: nu även ”Habilitering”.",
        "Bilaga ”Bilaga om utskrivning” utgår.",
    ):
        assert said in swedish
    english = of_jamtland(Language.ENGLISH)
    assert (
        "Task “Wound care”, level “Home care”, the responsible role: “Health centre” becomes “Municipal home care”."
        in english
    )
    assert len(english) == len(swedish)


def test_a_danish_page_tells_of_a_danish_agreement_in_danish() -> None:
    danish = told(catalogue("jammerbugt-iv"), catalogue("jammerbugt-iv.2021-07-01"), Language.DANISH)
    assert "Plejeniveau ”I sygepleje- og assistentklinik” kommer til." in danish
    assert "Behandling ”Væske intravenøst” kommer til." in danish


def test_where_an_agreement_lacks_a_language_its_first_is_taken_for_titles() -> None:
    assert "Opgave ”Rehabilitering” kommer til." in of_jamtland(Language.DANISH)


def test_what_whole_pathways_say_is_told_without_a_word_of_the_files_keys() -> None:
    new = catalogue("jonkoping-palliative")
    move = new.moves["home-to-hospital"]
    moves = {**new.moves, "home-to-hospital": move.model_copy(update={"suggested_when": None, "informs": ("gp",)})}
    clock = new.clocks["se.lus.sip-call"]
    clocks = {**new.clocks, "se.lus.sip-call": clock.model_copy(update={"stops": clock.stops[:1]})}
    item = new.readiness["medicines-at-home"]
    readiness = {**new.readiness, "medicines-at-home": item.model_copy(update={"waive": None, "evidence": False})}
    changed = new.model_copy(update={"moves": moves, "clocks": clocks, "readiness": readiness})
    said = " ".join(told(new, changed, Language.SWEDISH))
    assert "när den föreslås: inte längre ”fas instabil och NEWS2 minst 7”." in said
    assert "vad den slutar vid: inte längre lämnar ”Vårdplats på sjukhus”." in said
    assert "vem som får gå vidare utan den: inte längre mottagaren när det är ”Akut”." in said
    assert "att underlag krävs: ja blir nej." in said
    assert "rollerna som informeras: inte längre ”Kommunens palliativa team”" in said


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_as_much_as_english_of_the_same_things(language: Language) -> None:
    words = tomllib.loads((TEMPLATES / f"reports/agreement-changes.{language}.toml").read_text("utf-8"))
    assert set(words["things"]) == set(ENGLISH.things)
    assert set(ENGLISH.whole) == set(words["whole"])
    of_networks = {"time_zone", "secret", "cover", "covered_by", "last_resort", "closing_lead", "hours"}
    of_networks |= {"retention_years", "patient_records"}
    untold = {key for key in ENGLISH.fields if key.rpartition(".")[2] not in words["fields"]} - set(words["fields"])
    assert untold - {"teams.competences"} == of_networks
    assert set(words["phrases"]) == set(ENGLISH.phrases)
    for key, phrase in words["phrases"].items():
        assert sorted(re.findall(r"{\w+}", phrase)) == sorted(re.findall(r"{\w+}", ENGLISH.phrases[key])), key
    assert {value.value for kind in CHOICES for value in kind} <= set(words["values"])


@pytest.mark.parametrize("language", Language)
def test_the_words_are_looked_at_before_somebody_needs_them(language: Language, tmp_path: Path) -> None:
    assert change_words(language, TEMPLATES).language == language
    templates = shutil.copytree(TEMPLATES, tmp_path / "templates")
    file = templates / f"reports/agreement-changes.{language}.toml"
    file.write_text(file.read_text("utf-8").replace("later = ", "laeter = "), "utf-8")
    if language is Language.ENGLISH:
        assert change_words(language, templates).has_titles
    else:
        with pytest.raises(Failed, match="The template or the words of the page of changes are faulty"):
            change_words(language, templates)


def test_faulty_words_are_one_sentence(tmp_path: Path) -> None:
    templates = shutil.copytree(TEMPLATES, tmp_path / "templates")
    file = templates / "reports/agreement-changes.sv.toml"
    sound = file.read_text("utf-8")
    changes = Changes(catalogue("cooperation-agreement"), catalogue("jamtland-primary-care"), Language.SWEDISH)
    for right, wrong in (("blir {new}", "blir {nytt}"), ("[phrases]", "[frases]"), ("[whole]", "[[whole]]")):
        file.write_text(sound.replace(right, wrong), "utf-8")
        with pytest.raises(Failed, match="The template or the words of the page of changes are faulty"):
            html(changes, templates)

"""The how-to on granting: its parts are sound, show every key, and every ground that puts a matter on a list."""

from typing import Any

from docs_texts import ROOT, blocks
from ruamel.yaml import YAML

from pathways.definition.frozen import Frozen
from pathways.definition.grants import Exchange, Package, Swaps, WeeklyTime
from pathways.definition.meetings import Ground, JointVisits, Meeting
from pathways.definition.models import Pathway
from pathways.definition.reading import pathway_of
from pathways.definition.roll_outs import RollOut, Stage
from pathways.definition.writing import text_of

CATALOGUE = ROOT / "pathways/catalogue/vesthimmerland-borger-foer-opgave.yaml"
PAGE = ROOT / "docs/how-to/grant-services.md"


def told() -> dict[str, Any]:
    parts = [block.text for block in blocks(PAGE.read_text("utf-8")) if block.info == "yaml"]
    found: dict[str, Any] = YAML(typ="safe").load("".join(parts))
    return found


def test_its_parts_are_sound_in_a_pathway_and_show_every_ground() -> None:
    whole = pathway_of(CATALOGUE.read_text("utf-8"), "catalogue").model_dump(mode="json", by_alias=True)
    found = told()
    pathway = pathway_of(text_of(Pathway.model_validate(whole | found)), "how-to")
    assert set(pathway.meetings["triage"].grounds) == set(Ground)


def test_it_shows_every_key() -> None:
    found = told()
    package = found["packages"]["infection-package"]
    roll_out = found["roll_outs"]["borger-foer-opgave"]
    shown: list[tuple[type[Frozen], dict[str, Any]]] = [
        (RollOut, roll_out),
        (Stage, roll_out["stages"]["country-first"]),
        (Package, package),
        (WeeklyTime, package["services"]["bathing"]),
        (Swaps, found["swaps"]),
        (Exchange, found["swaps"]["exchanges"]["bath-for-company"]),
        (Meeting, found["meetings"]["triage"]),
        (JointVisits, found["joint_visits"]),
    ]
    for kind, keys in shown:
        assert {field.alias or name for name, field in kind.model_fields.items()} == set(keys)

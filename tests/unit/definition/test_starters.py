"""What is written to begin with is sound in every choice of languages, and says what each part is for."""

from datetime import date
from pathlib import Path

import pytest

from pathways.definition.reading import network_of, pathway_of, read_pathway
from pathways.definition.starters import network_to_begin_with, pathway_to_begin_with

TODAY = date(2026, 5, 1)
CATALOGUE = sorted((Path(__file__).parents[3] / "pathways" / "catalogue").glob("*.yaml"))


@pytest.mark.parametrize("languages", [("sv", "en"), ("da", "en"), ("en",), ("sv", "da", "en")])
def test_a_pathway_to_begin_with_is_sound_and_commented(languages: tuple[str, ...]) -> None:
    text = pathway_to_begin_with("first-try", languages, TODAY)
    pathway = pathway_of(text, "x")
    assert (pathway.pathway, pathway.in_force_from, pathway.languages) == ("first-try", TODAY, languages)
    assert sum(line.startswith("#") for line in text.splitlines()) > 15
    network = network_of(network_to_begin_with("first-network", pathway), "x", {"first-try": pathway})
    assert network.country == ("DK" if languages[0] == "da" else "SE")
    assert {unit.level for unit in network.units.values()} == {"hospital-bed"}


def test_a_network_for_a_pathway_without_places_has_no_units() -> None:
    pathway = pathway_of(pathway_to_begin_with("first-try", ("en",), TODAY), "x")
    levels = {name: level.model_copy(update={"places": False}) for name, level in pathway.levels.items()}
    pathway = pathway.model_copy(update={"levels": levels})
    assert "units:" not in network_to_begin_with("first-network", pathway)


@pytest.mark.parametrize("path", CATALOGUE, ids=lambda path: path.stem)
def test_a_network_to_begin_with_has_the_districts_and_providers_of_its_pathway(path: Path) -> None:
    pathway = read_pathway(path)
    network = network_of(network_to_begin_with("first-network", pathway), "x", {pathway.pathway: pathway})
    stages = [stage for each in pathway.roll_outs.values() for stage in each.stages.values()]
    assert set(network.districts) == {district for stage in stages for district in stage.districts}
    assert {provider for stage in stages for provider in stage.providers} <= set(network.organisations)

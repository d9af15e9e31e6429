"""Files that are read, and files that cannot be."""

import pickle
import time
from pathlib import Path

import pytest
from small_definitions import NETWORK, PATHWAY, changed
from test_faults_of_agreements import BROKEN as BROKEN_AGREEMENTS
from test_faults_of_grants import BROKEN as BROKEN_GRANTS
from test_faults_of_grants import BROKEN_AREAS
from test_faults_of_networks import BROKEN as BROKEN_NETWORKS
from test_faults_of_pathways import BROKEN as BROKEN_PATHWAYS
from test_faults_of_rules import BROKEN as BROKEN_RULES

from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import (
    definition_of,
    network_of,
    pathway_of,
    read_definition,
    read_definitions,
    read_network,
    read_pathway,
)

HOUSE = Path(__file__).parents[3] / "pathways"
CODES_OF_THE_PROOF = {Code.COVER_IN_CIRCLE, Code.LEVEL_OUT_OF_REACH, Code.UNWATCHED, Code.STOP_OUT_OF_REACH}
"""Tested in test_proof.py and test_stories.py."""

CODES_OF_FILES = {
    *(Code.VERSION_TWICE, Code.VERSIONS_OVERLAP, Code.VERSIONS_GAP, Code.REPLACED_TWICE),
    Code.MISSING_FILE,
    Code.TOO_LARGE,
    Code.NOT_UTF_8,
    Code.EMPTY,
}


@pytest.fixture
def pathway_file(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(PATHWAY, "utf-8")
    return file


@pytest.fixture
def network_file(tmp_path: Path) -> Path:
    file = tmp_path / "network.yaml"
    file.write_text(NETWORK, "utf-8")
    return file


def fault_of(file: Path) -> Fault:
    with pytest.raises(DefinitionError) as caught:
        read_definition(file)
    (fault,) = caught.value.faults
    assert fault.mend
    return fault


def test_the_catalogue_and_the_demonstration_network_are_sound_together() -> None:
    files = [*(HOUSE / "catalogue").glob("*.yaml"), *(HOUSE / "networks").glob("*.yaml")]
    pathways, networks = read_definitions(files)
    assert "jonkoping-palliative" in [pathway.pathway for pathway in pathways]
    assert "jonkoping-demo" in [network.network for network in networks]


def test_a_file_is_told_a_pathway_or_a_network_by_its_first_key(pathway_file: Path, network_file: Path) -> None:
    pathway = read_definition(pathway_file)
    assert isinstance(pathway, Pathway)
    assert pathway == read_pathway(pathway_file) == definition_of(PATHWAY, "x")
    network = read_definition(network_file, {"small": pathway})
    assert isinstance(network, Network)
    assert network == read_network(network_file) == network_of(NETWORK, "x")
    assert pathway.version == "2026-01-01"
    assert pathway.moves["to-bed"].items_for("acute") == ("named",)
    assert pathway.moves["to-home"].items_for("acute") == ()


def test_a_network_is_not_read_as_a_pathway(network_file: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_pathway(network_file)
    assert [fault.code for fault in caught.value.faults] == [Code.UNKNOWN_KIND]


def test_a_missing_file_and_a_folder_are_said_to_be_unreadable(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "nowhere.yaml").code is Code.MISSING_FILE
    assert fault_of(tmp_path).code is Code.MISSING_FILE


def test_a_file_of_ten_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"pathway: " + b"x" * 10_000_000)
    began = time.monotonic()
    assert fault_of(file).code is Code.TOO_LARGE
    assert time.monotonic() - began < 1


def test_a_text_larger_than_a_file_may_be_is_refused() -> None:
    with pytest.raises(DefinitionError, match="too-large"):
        pathway_of("å" * 500_001, "x")


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("pathway: x\ntitle: Vårdnivå\n".encode("latin-1"))
    fault = fault_of(file)
    assert (fault.code, fault.line) == (Code.NOT_UTF_8, 2)


@pytest.mark.parametrize("text", ["", "  \n", "# only a comment\n", "---\n", "~\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text(text, "utf-8")
    fault = fault_of(file)
    assert fault.code is Code.EMPTY
    assert str(fault).startswith(f"{file}: ")


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + PATHWAY.replace("\n", "\r\n").encode())
    assert read_pathway(file) == pathway_of(PATHWAY, "x")


def test_several_files_are_judged_together_whatever_their_order(pathway_file: Path, network_file: Path) -> None:
    pathways, networks = read_definitions([network_file, pathway_file])
    assert ([each.pathway for each in pathways], [each.network for each in networks]) == (["small"], ["small-network"])


def test_a_network_is_judged_against_pathways_published_before(network_file: Path) -> None:
    _, networks = read_definitions([network_file], [pathway_of(PATHWAY, "x")])
    assert len(networks) == 1
    with pytest.raises(DefinitionError, match="unknown-pathway"):
        read_definitions([network_file])


def test_a_network_is_judged_against_the_last_version_of_a_pathway(network_file: Path) -> None:
    first = pathway_of(changed(PATHWAY, "2026-01-01", "2025-01-01").replace("clinic", "surgery"), "x")
    last = pathway_of(PATHWAY, "x")
    assert read_definitions([network_file], [last, first])


def test_the_faults_of_all_files_come_in_one_error(pathway_file: Path, network_file: Path, tmp_path: Path) -> None:
    pathway_file.write_text(changed(PATHWAY, "consulted: [clinic]", "consulted: [x]"), "utf-8")
    network_file.write_text(changed(NETWORK, "country: SE", "country: XX"), "utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_definitions([pathway_file, network_file, tmp_path / "nowhere.yaml"])
    assert {Code.UNKNOWN_ROLE, Code.UNKNOWN_COUNTRY, Code.MISSING_FILE} <= {fault.code for fault in caught.value.faults}
    assert Code.UNKNOWN_PATHWAY not in {fault.code for fault in caught.value.faults}


def test_the_error_survives_pickling_and_lists_every_fault() -> None:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(changed(changed(PATHWAY, "[clinic]", "[x]"), "[talk]", "[y]"), "x")
    loaded = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert loaded.faults == caught.value.faults
    assert len(str(loaded).splitlines()) == len(loaded.faults) > 1
    assert Fault.model_validate_json(loaded.faults[0].model_dump_json()) == loaded.faults[0]


def test_every_code_has_an_explanation_and_a_test() -> None:
    broken = (*BROKEN_PATHWAYS, *BROKEN_RULES, *BROKEN_NETWORKS, *BROKEN_AGREEMENTS)
    broken += (*BROKEN_GRANTS, *BROKEN_AREAS)
    told_with_another = {Code.ENDS_BEFORE_BEGINNING, Code.COMPETENCE_WITHOUT_CONTACT}
    tested = {code for code, *_ in broken} | told_with_another | CODES_OF_FILES | CODES_OF_THE_PROOF
    assert tested == set(Code)
    assert all(code.explanation.endswith(".") for code in Code)
    assert Code("unknown-role") is Code.UNKNOWN_ROLE

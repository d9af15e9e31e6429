"""A network carries out every version that is in force or comes into force, not only the last; each is proved."""

from datetime import date
from pathlib import Path

import pytest
from small_definitions import NETWORK, PATHWAY, changed, line_of

from pathways.care.proof.proving import Prover
from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.reading import read_definitions

BEGIN = date(2026, 11, 22)
LATER = changed(PATHWAY, "2026-01-01", "2027-01-01")
SURGERY = PATHWAY.replace("clinic", "surgery")
"""The same, with a role that no team of the network has."""

NO_BED = LATER[: LATER.index("  bed:")] + LATER[LATER.index("  rest:") : LATER.index("  to-bed:")]
NO_BED += LATER[LATER.index("  to-rest:") :].replace("[home, bed]", "[home]").replace("[bed, rest]", "[rest]")
NO_BED = NO_BED[: NO_BED.index("readiness:")] + NO_BED[NO_BED.index("moves:") :]
"""A later version that knows no level `bed`."""


def faults(folder: Path, *texts: str, begin: date = BEGIN) -> tuple[Fault, ...]:
    paths = [folder / f"{number}.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    try:
        read_definitions(paths, prover=Prover(begin))
    except DefinitionError as error:
        return error.faults
    return ()


def test_a_version_that_holds_today_has_its_teams_although_the_last_one_asks_for_others(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, SURGERY, LATER, NETWORK)
    assert (fault.code, fault.line) == (Code.ROLE_WITHOUT_TEAM, line_of(NETWORK, "pathways: [small]"))
    assert fault.sentence == (
        "No team has the role `surgery` of this pathway. The version of 2026-01-01 asks for it, which is not over yet."
    )


@pytest.mark.parametrize(("begin", "count"), [(date(2026, 12, 31), 1), (date(2027, 1, 1), 0)])
def test_a_version_is_asked_for_up_to_its_last_day(tmp_path: Path, begin: date, count: int) -> None:
    assert len(faults(tmp_path, SURGERY, LATER, NETWORK, begin=begin)) == count


def test_what_several_versions_lack_is_told_once(tmp_path: Path) -> None:
    later = SURGERY.replace("2026-01-01", "2027-01-01")
    assert [each.code for each in faults(tmp_path, SURGERY, later, NETWORK)] == [
        *(Code.ROLE_WITHOUT_TEAM, Code.UNKNOWN_ROLE)
    ]


def test_a_version_that_is_over_is_not_asked_for(tmp_path: Path) -> None:
    over = SURGERY.replace("2026-01-01", "2020-01-01")
    assert faults(tmp_path, over, PATHWAY, NETWORK) == ()


@pytest.mark.parametrize("begin", [BEGIN, date(2027, 6, 1)], ids=["in-force", "over"])
def test_an_earlier_version_is_proved_too_for_episodes_stay_on_it(tmp_path: Path, begin: date) -> None:
    network = changed(NETWORK, "places: 2", "places: 0")
    assert faults(tmp_path, NO_BED, network.replace("  plats: {name: Platsen", "#")) == ()
    (fault,) = faults(tmp_path, PATHWAY, NO_BED, network, begin=begin)
    assert fault.code is Code.LEVEL_OUT_OF_REACH
    assert fault.line == line_of(network, "places: 0")
    assert fault.example.endswith("It waits for a place there, and none can ever become free.")


def test_what_is_found_of_several_versions_is_told_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, PATHWAY, LATER, changed(NETWORK, "places: 2", "places: 0"))) == 1


def test_somebody_has_what_an_earlier_version_needs_and_the_last_one_knows_nothing_of(tmp_path: Path) -> None:
    needs = changed(
        PATHWAY, "draft_limit: 1 day\n", "draft_limit: 1 day\ncompetences: {pumps: {sv: Pumpar, en: Pumps}}\n"
    )
    needs += (
        "tasks:\n  refill:\n    title: {sv: Fyll på, en: Refill}\n    competences: [pumps]\n    not_at: [bed, rest]\n"
        "    levels: {home: {responsible: home-team}}\n"
    )
    (fault,) = faults(tmp_path, needs, LATER, NETWORK)
    assert fault.code is Code.COMPETENCE_WITHOUT_CONTACT
    assert faults(tmp_path, needs, LATER, changed(NETWORK, "HOME_FIRST}", "HOME_FIRST, competences: [pumps]}")) == ()

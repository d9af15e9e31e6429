"""Competences in a network: what contact points have must be declared, and what a treatment needs must be had."""

from collections.abc import Mapping

import pytest
from safe_definitions import SAFE
from small_definitions import NETWORK, changed, line_of

from pathways.definition.differences import differences, differences_between_networks
from pathways.definition.faults import Code, DefinitionError, Fault
from pathways.definition.models import Pathway
from pathways.definition.reading import network_of, pathway_of

PATHWAYS: Mapping[str, Pathway] = {"small": pathway_of(SAFE, "safe.yaml").model_copy(update={"roll_outs": {}})}
WARD = changed(NETWORK, "secret: WARD_FIRST", "secret: WARD_FIRST, competences: [drip-trained]")
TRAINED = changed(WARD, "secret: HOME_FIRST", "secret: HOME_FIRST, competences: [drip-trained]")


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(DefinitionError) as caught:
        network_of(text, "broken.yaml", PATHWAYS)
    return caught.value.faults


def test_a_contact_point_has_what_the_treatment_needs() -> None:
    assert network_of(TRAINED, "x", PATHWAYS).teams["hemteam"].contacts[0].competences == ("drip-trained",)


def test_the_team_that_covers_may_have_it_instead() -> None:
    text = changed(WARD, "secret: CLINIC_FIRST", "secret: CLINIC_FIRST, competences: [drip-trained]")
    network_of(text, "x", PATHWAYS)


def test_what_nobody_has_is_refused_with_who_could_have_it() -> None:
    fault, of_the_task = faults_of(WARD)
    assert (fault.code, fault.line) == (Code.COMPETENCE_WITHOUT_CONTACT, line_of(NETWORK, "pathways: [small]"))
    assert of_the_task.sentence == "Nobody who answers at `home` has what the task `wound-care` needs: drip-trained."
    assert fault.sentence == "Nobody who answers at `home` has what the treatment `drip` needs: drip-trained."
    assert fault.mend == "Write `competences: [drip-trained]` at a contact point of a team with `role: home-team`."


def test_somebody_elsewhere_who_has_it_does_not_help() -> None:
    sentences = [fault.sentence for fault in faults_of(WARD)]
    assert all("at `home`" in sentence for sentence in sentences)


def test_a_misspelt_competence_is_answered_with_the_nearest() -> None:
    faults = faults_of(changed(TRAINED, "[drip-trained]", "[drip-trained, drip-traned]"))
    assert [(fault.code, fault.mend) for fault in faults] == [(Code.UNKNOWN_COMPETENCE, "Did you mean `drip-trained`?")]


def test_a_competence_and_opening_hours_are_told_when_they_change() -> None:
    old = network_of(TRAINED, "old", PATHWAYS)
    text = TRAINED.replace("places: 2}", 'places: 2, hours: {hours: [{days: [mon], from: "08:00", until: "12:00"}]}}')
    text = changed(text, "secret: HOME_SECOND", "secret: HOME_SECOND, competences: [drip-trained]")
    found = differences_between_networks(old, network_of(text, "new", PATHWAYS))
    assert [each.sentence for each in found] == [
        "Team `hemteam`, contact point `second`, the competences: now also drip-trained.",
        "Unit `plats`, the opening hours: now mon 08:00–12:00, holidays closed.",
    ]


def test_a_competence_has_a_name_like_all_others() -> None:
    with pytest.raises(DefinitionError) as caught:
        pathway_of(SAFE.replace("drip-trained", "Drip"), "broken.yaml")
    assert [fault.code for fault in caught.value.faults] == [Code.WRONG_NAME]


def test_a_pathway_that_is_not_there_asks_for_no_competence() -> None:
    faults = faults_of(changed(TRAINED, "pathways: [small]", "pathways: [small, other]"))
    assert [fault.code for fault in faults] == [Code.UNKNOWN_PATHWAY]


def test_a_treatment_may_have_no_complication_and_to_get_one_is_told() -> None:
    plain = pathway_of(changed(SAFE, "    complication: {move: to-rest, urgency: prompt, reason: worse}\n", ""), "x")
    (told,) = differences(plain, pathway_of(SAFE, "x"))
    assert "`drip`" in told.sentence
    assert "to-rest, prompt, worse" in told.sentence

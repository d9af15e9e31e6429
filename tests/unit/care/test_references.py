"""References: their form, what their check character catches, and how a mistyped one is answered."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.care.references import ALPHABET, ReferenceKind, nearest, new_reference, read_reference, referred
from pathways.errors import Refused

kinds = st.sampled_from(ReferenceKind)
randoms = st.randoms(use_true_random=False)
references = st.builds(new_reference, kinds, randoms)


def kind_of(reference: str) -> ReferenceKind:
    return ReferenceKind(reference[0])


def refuses(text: str, kind: ReferenceKind) -> bool:
    try:
        read_reference(text, kind)
    except Refused:
        return True
    return False


@given(kinds, randoms)
def test_a_new_reference_reads_back_as_itself(kind: ReferenceKind, random: Random) -> None:
    reference = new_reference(kind, random)
    assert read_reference(reference, kind) == reference
    assert reference[0] == kind
    assert reference[4] == "-"
    assert len(reference) == 9


@pytest.mark.parametrize("kind", ReferenceKind)
def test_references_are_unguessable_and_differ_without_being_told_how(kind: ReferenceKind) -> None:
    assert len({new_reference(kind) for _ in range(200)}) == 200


def test_no_character_is_easily_taken_for_another() -> None:
    assert not set(ALPHABET) & set("0O1ILUZ")
    assert len(set(ALPHABET)) == len(ALPHABET) == 29


@given(references)
def test_every_single_wrong_character_is_caught(reference: str) -> None:
    for at in range(len(reference)):
        for other in ALPHABET.replace(reference[at], "") if reference[at] != "-" else "":
            mistyped = reference[:at] + other + reference[at + 1 :]
            assert refuses(mistyped, kind_of(reference))


@given(references)
def test_every_two_characters_that_changed_places_are_caught(reference: str) -> None:
    characters = reference.replace("-", "")
    for left, right in combinations(range(8), 2):
        swapped = list(characters)
        swapped[left], swapped[right] = swapped[right], swapped[left]
        assert characters[left] == characters[right] or refuses("".join(swapped), kind_of(reference))


@pytest.mark.parametrize(
    "change", [str.lower, lambda r: r.replace("-", ""), lambda r: f" {r[:2]} {r[2:4]}\u2013{r[5:]} \n"]
)
@given(reference=references)
def test_the_ways_in_which_people_write_one_are_understood(change: object, reference: str) -> None:
    assert callable(change)
    assert read_reference(change(reference), kind_of(reference)) == reference


@given(references)
def test_z_is_read_as_2_and_u_as_v(reference: str) -> None:
    misread = reference.replace("2", "Z").replace("V", "u")
    assert read_reference(misread, kind_of(reference)) == reference


@pytest.mark.parametrize(
    "text", ["", "H", "H7K2-QM4", "H7K2-QM4TT", "X7K2-QM4T", "H0K2-QM4T", "H7K2-QMÅT", "ßßßß", "\U0001f91d" * 8]
)
@pytest.mark.parametrize("kind", ReferenceKind)
def test_what_is_no_reference_is_refused(text: str, kind: ReferenceKind) -> None:
    with pytest.raises(Refused, match=f"the first one {kind.value}"):
        read_reference(text, kind)


def test_a_mistyped_one_is_refused_without_repeating_it() -> None:
    with pytest.raises(Refused, match="check character does not fit") as refusal:
        read_reference("HANNKEMN", ReferenceKind.HANDOVER)
    assert "HANN" not in str(refusal.value)


def test_the_reference_of_the_other_kind_is_named_as_such() -> None:
    episode = new_reference(ReferenceKind.EPISODE)
    with pytest.raises(Refused, match=f"{episode} is the reference of an episode, not of a handover"):
        read_reference(episode, ReferenceKind.HANDOVER)


@given(references, st.integers(1, 7), st.sampled_from(ALPHABET + "0O1IL"))
def test_one_wrong_character_finds_the_known_reference(reference: str, at: int, other: str) -> None:
    characters = reference.replace("-", "")
    mistyped = characters[:at] + other + characters[at + 1 :]
    assert nearest(mistyped, {reference}.__contains__) == (None if mistyped == characters else reference)


@given(references, st.integers(0, 6))
def test_two_neighbours_that_changed_places_find_the_known_reference(reference: str, at: int) -> None:
    characters = reference.replace("-", "")
    mistyped = characters[:at] + characters[at + 1] + characters[at] + characters[at + 2 :]
    assert nearest(mistyped, {reference}.__contains__) == (None if mistyped == characters else reference)


@given(references)
def test_nothing_is_suggested_when_more_than_one_known_reference_is_near(reference: str) -> None:
    characters = reference.replace("-", "")
    mistyped = characters[:3] + next(c for c in ALPHABET if c != characters[3]) + characters[4:]
    asked: list[str] = []

    def knows_all(candidate: str) -> bool:
        asked.append(candidate)
        return True

    assert nearest(mistyped, knows_all) is None
    assert reference in asked
    assert len(asked) == len(set(asked)) <= 15


@given(st.one_of(references, st.text(max_size=12)))
def test_nothing_is_suggested_when_nothing_near_is_known(text: str) -> None:
    assert nearest(text, lambda _: False) is None


@pytest.mark.parametrize("kind", ReferenceKind)
def test_what_a_reference_names_is_told_in_any_spelling(kind: ReferenceKind) -> None:
    reference = new_reference(kind)
    for spelling in (reference, reference.lower(), reference.replace("-", " "), f" {reference} "):
        assert referred(spelling) == (kind, reference)


def test_of_what_is_no_sound_reference_no_kind_is_told() -> None:
    sound = new_reference(ReferenceKind.EPISODE)
    other = next(character for character in ALPHABET if character != sound[-1])
    for text in ("", "E222", f"X{sound[1:]}", f"{sound[:-1]}{other}", "../inbox"):
        assert referred(text) is None

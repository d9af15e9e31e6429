"""A kit and what is in it: counted at each check, and counted again when it comes back."""

from datetime import date
from typing import Any

import pytest
from care_stories import Story, person
from care_worlds import PERSON_NAME
from hypothesis import given
from hypothesis import strategies as st
from made_up_facts import COUNTED, KIT, TODAY, TOMORROW, YESTERDAY

from pathways.care import kits
from pathways.care.episodes import ClockKind
from pathways.care.events import Recorded, event_adapter
from pathways.care.evolution import evolved
from pathways.care.patient import Kit, KitItem
from pathways.care.recording import Decision
from pathways.care.suggestions import holds
from pathways.definition.conditions import Condition, Fact
from pathways.errors import Refused

DROPS, SWABS = COUNTED
LATER, LATEST = date(2026, 6, 1), date(2026, 9, 1)


def item(name: str = "x", count: int = 3, **other: Any) -> KitItem:
    return KitItem(name=name, count=count, **other)


def with_items(*items: KitItem, **other: Any) -> Kit:
    return KIT.model_copy(update={"expires_on": None, "items": items, **other})


def back(*counts: int, kit: Kit = KIT, because: str = "") -> Kit:
    pairs = [(each.name, count) for each, count in zip(kit.items, counts, strict=False)]
    return kits.retrieved(kit, TODAY, pairs, because)


def refusal_of(story: Story, fact: Kit) -> str:
    """The sentence with which it is refused; nothing has changed, and nothing that was typed is said again."""
    before = story.episode
    with pytest.raises(Refused) as refused:
        story.note(fact)
    assert story.episode == before
    assert PERSON_NAME not in str(refused.value)
    return str(refused.value)


FAULTY = {
    "nothing": (with_items(), "it does not say what is in it. List each thing in it, and how many there are."),
    "no name": (with_items(item(" ")), "a thing in it has no name. Write its name as on the package"),
    "twice": (with_items(item(PERSON_NAME), item(f" {PERSON_NAME.upper()}  ")), "a thing in it is listed twice."),
    "none": (with_items(item(PERSON_NAME, 0)), "there is none of a thing in it that was not there before. Write how"),
    "below none": (with_items(item(PERSON_NAME, -1)), "there are fewer than none of a thing in it. Write how many"),
    "too many": (with_items(*(item(f"x{n}") for n in range(21))), "it lists too many things. List at most 20."),
    "too large": (with_items(item(PERSON_NAME, 10**10)), "A number is too large. Write one of at most 1000000000."),
    "too long": (with_items(item("x" * 201)), "A name is longer than 200 characters. Say it in fewer words."),
    "two lines": (with_items(item("x\ny")), "A text holds a character that cannot be seen"),
    "expired": (with_items(item(expires_on=YESTERDAY)), "it had expired before it was checked. Correct one of the two"),
    "never": (with_items(item(expires_on=date.max)), "lies too far away. Write one of the years 1900 to 2199."),
    "before it all": (
        with_items(item(expires_on=LATER), expires_on=LATEST),
        "something in it expires before the day given for the whole. Leave out the day of the kit",
    ),
    "came back": (with_items(item(returned=3)), "it says what came back of a kit that is in place. Leave that out"),
    "why": (
        with_items(item(), differs_because="x"),
        "it says what came back of a kit that is in place. Leave that out",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_cannot_be_in_a_kit_is_refused_in_one_sentence(name: str) -> None:
    fact, sentence = FAULTY[name]
    said = refusal_of(Story(), fact)
    assert sentence in said
    assert said.count(". ") == 1


def test_the_most_that_a_kit_may_hold_is_recorded() -> None:
    story = Story()
    story.note(with_items(*(item("n" * 198 + f"{n:02}", 1_000_000_000) for n in range(kits.MOST_ITEMS))))


def test_what_was_counted_before_is_counted_again_and_0_says_that_it_is_used_up() -> None:
    story = Story()
    story.note(KIT)
    counted_again = "a thing that was in it at the last check is not counted. Count each again, and write 0 where none"
    assert counted_again in refusal_of(story, with_items(DROPS))
    story.note(with_items(item("made-up  DROPS 1 mg/ml", 0), item(SWABS.name, 3), item("new")))
    story.note(with_items(item(SWABS.name, 0), item("new"), item(DROPS.name, 0)))
    story.note(with_items(item("new", 0)))
    assert isinstance(kit := story.episode.known["kit"].fact, Kit)
    assert kit.is_used_up


def test_a_new_kit_has_nothing_to_do_with_one_that_came_back() -> None:
    story = Story()
    for fact in (KIT, back(5, 12), with_items(item("new"))):
        story.note(fact)
    assert "that was not there before" in refusal_of(story, with_items(item("new"), item(DROPS.name, 0)))


def test_nobody_retrieves_a_kit_without_counting_it() -> None:
    story = Story()
    story.note(KIT)
    not_counted = "not everything in it was counted. Write of each thing how many came back, 0 where none did."
    for fact in (KIT.model_copy(update={"retrieved_on": TODAY}), back(5), back(5, -1)):
        assert not_counted in refusal_of(story, fact)
    story.end()
    assert not_counted in refusal_of(story, back(5))
    story.note(back(5, 12))


@pytest.mark.parametrize("counts", [(4, 12), (5, 13), (0, 0)])
def test_other_counts_than_the_last_need_a_reason_and_are_marked(counts: tuple[int, int]) -> None:
    story = Story()
    story.note(KIT)
    why = "other counts came back than at the last check. Count again; if it is so, say why in a few words"
    for because in ("", " "):
        assert why in refusal_of(story, back(*counts, because=because))
    story.note(back(*counts, because="given at night"))
    assert isinstance(kit := story.episode.known["kit"].fact, Kit)
    assert tuple(each.returned for each in kit.items) == counts
    assert [each.differs for each in kit.items] == [
        count != each.count for count, each in zip(counts, COUNTED, strict=True)
    ]
    assert kit.differs_because == "given at night"


def test_what_came_back_is_of_the_items_as_they_were_last_counted() -> None:
    story = Story()
    story.note(KIT)
    for update in (
        {"count": 4, "returned": 4},
        {"name": "another", "returned": 5},
        {"expires_on": LATER, "returned": 5},
    ):
        items = (DROPS.model_copy(update=update), SWABS.model_copy(update={"returned": 12}))
        changed = KIT.model_copy(update={"retrieved_on": TODAY, "items": items})
        assert "this kit is not known to be in place" in refusal_of(story, changed)


@pytest.mark.parametrize("names", [("another",), (DROPS.name, f" {DROPS.name.upper()}")])
def test_what_is_not_listed_or_is_counted_twice_is_not_of_the_kit(names: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match=r"counted twice, or is not listed in the kit\. Look at what is listed now"):
        kits.retrieved(KIT, TODAY, [(name, 5) for name in names])


def test_names_are_found_again_whatever_their_capitals_and_blanks() -> None:
    found = kits.retrieved(KIT, TODAY, [("MADE-UP  swabs ", 12), ("made-up drops 1 mg/ml", 5)])
    assert found.items == tuple(each.model_copy(update={"returned": each.count}) for each in COUNTED)


@pytest.mark.parametrize(
    ("kit", "first"),
    [
        (with_items(item()), None),
        (with_items(item(), expires_on=LATER), LATER),
        (with_items(item("a", expires_on=LATEST), item("b", expires_on=LATER), item("c")), LATER),
        (with_items(item("a", 0, expires_on=LATER), item("b", expires_on=LATEST)), LATEST),
        (with_items(item(expires_on=LATEST), expires_on=LATER), LATER),
        (with_items(item("a", 0, expires_on=LATER)), None),
    ],
)
def test_a_kit_expires_with_the_first_thing_that_is_left_in_it(kit: Kit, first: date | None) -> None:
    assert kit.expires_first == first
    story = Story()
    story.note(with_items(*(each.model_copy(update={"count": 1}) for each in kit.items)))
    story.note(kit)
    clock = story.episode.clocks.get(ClockKind.KIT)
    assert (clock.due_at.astimezone(story.context.zone).date() if clock else None) == first


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ((item("a"), item("b")), True),
        ((item("a"), item("b", 0)), True),
        ((item("a", 0), item("b", 0)), False),
        ((item("a", expires_on=TODAY), item("b")), False),
        ((item("a", expires_on=TOMORROW), item("b")), True),
        ((item("a", 0, expires_on=TODAY), item("b")), True),
    ],
)
def test_a_kit_of_which_nothing_is_left_is_not_in_place(items: tuple[KitItem, ...], expected: bool) -> None:
    story = Story()
    story.note(with_items(item("a"), item("b")))
    story.note(with_items(*items))
    assert holds(story.context, story.episode, Condition(fact=Fact.KIT_IN_PLACE)) is expected


OLD = {"type": "kit", "where": "fridge", "checked_by": "Bo", "checked_on": "2026-03-01", "expires_on": "2026-09-01"}
"""A kit as it was recorded before what is in it was counted."""


def with_an_old_kit(**more: object) -> Story:
    """An episode in whose history a kit was recorded at that time."""
    story = Story()
    event = event_adapter.validate_python({"type": "fact-recorded", "fact": {**OLD, "retrieved_on": None, **more}})
    recorded = Recorded(number=story.episode.number + 1, at=story.now, actor=person("home-north"), event=event)
    story.apply(Decision(episode=evolved(story.episode, recorded), events=(recorded,)))
    return story


def old_kit(story: Story) -> Kit:
    fact = story.episode.known["kit"].fact
    assert isinstance(fact, Kit)
    return fact


def test_a_kit_of_before_items_were_counted_is_still_read_and_in_place() -> None:
    story = with_an_old_kit()
    assert (old_kit(story).items, old_kit(story).expires_first, old_kit(story).is_used_up) == ((), LATEST, False)
    assert holds(story.context, story.episode, Condition(fact=Fact.KIT_IN_PLACE))
    assert old_kit(with_an_old_kit(retrieved_on="2026-03-02")).retrieved_on


def test_a_kit_of_before_is_counted_before_it_is_retrieved() -> None:
    story = with_an_old_kit()
    came_back = kits.retrieved(old_kit(story), TODAY, ())
    assert "nobody has counted what is in it. Check it first: list each" in refusal_of(story, came_back)
    story.note(KIT)
    story.note(back(5, 12))


def test_a_kit_of_before_of_which_all_was_given_is_counted_as_it_is() -> None:
    story = with_an_old_kit()
    story.note(with_items(item(DROPS.name, 0)))
    assert old_kit(story).is_used_up
    assert "that was not there before" in refusal_of(story, with_items(item(DROPS.name, 0), item("new", 0)))


def test_after_the_end_a_kit_of_before_is_retrieved_as_it_was() -> None:
    story = with_an_old_kit()
    story.end()
    story.note(kits.retrieved(old_kit(story), TODAY, ()))
    assert old_kit(story).retrieved_on == TODAY


_names = st.sampled_from(["", " ", "a", " A ", "b", "c"])
_counts = st.integers(-1, 2)
_items = st.lists(st.builds(lambda name, count: item(name, count), _names, _counts), max_size=4).map(tuple)


@given(st.lists(_items, max_size=4), st.lists(_counts, max_size=4))
def test_whatever_is_said_of_a_kit_each_of_its_items_is_counted_once_and_nothing_is_lost(
    checks: list[tuple[KitItem, ...]], counts: list[int]
) -> None:
    story, left = Story(), set[str]()
    for items in checks:
        try:
            story.note(with_items(*items))
        except Refused:
            continue
        names = [each.name.strip().casefold() for each in items]
        assert "" not in names
        assert len(set(names)) == len(names) > 0
        assert left <= set(names), "what was there is counted again"
        assert all(each.count >= 0 for each in items)
        left = {each.name.strip().casefold() for each in items if each.count}
    if "kit" not in story.episode.known:
        return
    kit = old_kit(story)
    came_back = back(*counts, kit=kit, because="given")
    is_counted = len(counts) >= len(kit.items) and all(count >= 0 for count in counts[: len(kit.items)])
    if is_counted:
        story.note(came_back)
    else:
        refusal_of(story, came_back)
    assert bool(old_kit(story).retrieved_on) is is_counted

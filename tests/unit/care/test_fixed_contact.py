"""The fixed contact: wanted from the beginning, kept over handovers where possible, and each break is counted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from care_stories import person, told
from care_worlds import PERSON_NAME
from order_worlds import ORDERING, Ordered
from programme_worlds import Programme, programme

from pathways.care.continuity.commands import NameFixedContact
from pathways.care.continuity.values import BreakReason
from pathways.care.notice_kinds import NoticeKind
from pathways.care.recording import Decision
from pathways.care.states import Action
from pathways.care.waits import WaitKind, waits
from pathways.errors import Refused

KEY = "fixed-contact"


def name(story: Ordered, who: str = PERSON_NAME, by: str | None = "home-north") -> Decision:
    return story.perform(NameFixedContact(actor=person(by), name=who))


def to_bed(story: Ordered, reference: str = "H222-2222") -> Decision:
    story.plan("admit", "acute", reference=reference)
    story.change(Action.ACCEPT, "ward-east", reference=reference)
    story.confirm("ward-east", reference=reference)
    story.confirm(story.episode.stay.team, reference=reference)
    story.change(Action.DEPART, story.episode.stay.team, reference=reference)
    return story.change(Action.ARRIVE, "ward-east", reference=reference)


def strengthened(story: Ordered) -> Decision:
    story.plan("strengthen", "planned", reference="H333-3333")
    story.change(Action.ACCEPT, "experts", reference="H333-3333")
    story.confirm("home-north", reference="H333-3333")
    return story.change(Action.ARRIVE, "experts", reference="H333-3333")


def test_one_is_wanted_from_the_beginning_and_the_responsible_team_is_told_when_nobody_is_named() -> None:
    story = Ordered()
    assert WaitKind.FIXED_CONTACT in {wait.kind for wait in waits(story.episode)}
    assert story.episode.clocks[KEY].due_at == story.now + timedelta(days=2)
    story.wait(days=2)
    assert told(story.pass_clock(KEY)) == {(NoticeKind.CONTACT_WANTED, "home-north")}
    name(story)
    assert KEY not in story.episode.clocks
    assert NoticeKind.CONTACT_WANTED not in {owed.kind for owed in story.outbox}


def test_who_it_is_is_kept_with_the_team_and_since_when() -> None:
    story = Ordered()
    name(story, f" {PERSON_NAME} ")
    contact = story.episode.continuity.contact
    assert contact is not None
    assert (contact.name, contact.team, contact.since) == (PERSON_NAME, "home-north", story.now)
    assert story.episode.continuity.breaks == ()


def test_naming_the_same_again_is_nothing_and_another_is_a_break() -> None:
    story = Ordered()
    name(story)
    assert name(story).events == ()
    name(story, "another")
    assert [each.because for each in story.episode.continuity.breaks] == [BreakReason.CHANGED]


def test_a_contact_whose_team_still_has_a_part_is_kept_over_the_handover() -> None:
    story = Ordered()
    name(story)
    strengthened(story)  # home care is consulted there
    assert story.episode.continuity.contact is not None
    assert (story.episode.continuity.kept, story.episode.continuity.breaks) == (1, ())


def test_a_contact_whose_team_has_no_part_any_more_is_a_break_and_a_new_one_is_wanted() -> None:
    story = Ordered()
    name(story)
    to_bed(story)
    continuity = story.episode.continuity
    assert continuity.contact is None
    assert [(each.because, each.handover) for each in continuity.breaks] == [(BreakReason.HANDOVER, "H222-2222")]
    assert story.episode.clocks[KEY].owner == "ward-east"


def test_where_there_is_none_yet_the_wish_for_one_goes_to_whoever_takes_over() -> None:
    story = Ordered()
    story.wait(days=3)
    story.pass_clock(KEY)
    to_bed(story)
    assert story.episode.clocks[KEY].owner == "ward-east"
    assert NoticeKind.CONTACT_WANTED not in {owed.kind for owed in story.outbox}
    assert (story.episode.continuity.kept, story.episode.continuity.breaks) == (0, ())


@pytest.mark.parametrize(
    ("who", "by", "why"),
    [
        (" ", "home-north", "nobody was named"),
        (PERSON_NAME, "experts", "wants the contact in another team"),
        (PERSON_NAME, "ward-west", "your team has no part in it"),
        (PERSON_NAME, None, "your team has no part in it"),
    ],
)
def test_what_cannot_be_is_refused_without_the_name(who: str, by: str | None, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        name(Ordered(), who, by)
    assert PERSON_NAME not in str(caught.value)


def test_after_the_end_and_where_the_pathway_has_none_nobody_is_named() -> None:
    story = Ordered()
    story.end()
    with pytest.raises(Refused, match="it has ended"):
        name(story)
    story = Ordered()
    without = story.context.pathway.model_copy(update={"fixed_contact": None})
    story.context = replace(story.context, pathway=without)
    with pytest.raises(Refused, match="its pathway has none"):
        name(story)
    strengthened(story)
    assert story.episode.continuity.kept == 0


def test_who_waits_for_a_place_in_a_programme_has_no_contact_yet_and_one_is_wanted_once_enrolled() -> None:
    rules = programme(cap=1).model_copy(update={"fixed_contact": ORDERING.fixed_contact})
    line = Programme(rules)
    line.begin("E222-0001")
    line.begin("E222-0002")
    assert KEY in line.episodes["E222-0001"].clocks
    assert KEY not in line.episodes["E222-0002"].clocks
    line.end("E222-0001")
    line.enrol("E222-0002")
    assert KEY in line.episodes["E222-0002"].clocks

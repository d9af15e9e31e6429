"""What a night sheet says follows from the record, and its mark from that: from all of it, and from nothing else."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from made_up_sheets import HOME, NOW, WHOLE

from pathways.care.actors import Actor, ActorKind
from pathways.care.clocks import started
from pathways.care.communication import IllnessSeverity, ReadBack, Summary, WrittenSummary
from pathways.care.episodes import ClockKind, Episode, Handover, Pause, Plan, Stay
from pathways.care.patient import (
    Carer,
    Consent,
    Kit,
    KitItem,
    KnownFact,
    PatientFact,
    PhaseOfIllness,
    PlaceOf,
    Preference,
    SaidBy,
    TreatmentLimit,
    TreatmentLimits,
)
from pathways.care.recording import Context
from pathways.care.states import EpisodeStatus, HandoverStatus
from pathways.care.vital_status import DEATH_KEY
from pathways.cover.rotas import rota_of
from pathways.definition.conditions import Phase
from pathways.definition.durations import Duration, Unit
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_definitions
from pathways.errors import Refused
from pathways.people.identifiers import Identifier, IdentifierSystem
from pathways.people.keys import new_keys
from pathways.people.persons import Person
from pathways.people.relatives import Relative
from pathways.people.vault import Vault
from pathways.reports.contents import Called, Contingency, Over, Relatives, SheetContent, Where, Words, content_of
from pathways.reports.duties import Duty, duties
from pathways.reports.marks import mark_of, read_mark

VAULT = Vault([Fernet.generate_key().decode()], new_keys()["HANDSLAG_HASH_KEY"])
MUNICIPAL = "municipal-palliative-team"
NURSE = Actor(kind=ActorKind.PERSON, team=MUNICIPAL, name="Eva Ros")
DAUGHTER = Relative("K7QM", "Siv Ek", "daughter", "+46701740605", is_carer=True, may_be_called_at_night=True)
SON = Relative("22AA", "Per Ek", "son", "+46701740606", may_be_called_at_night=True)
FRIEND = Relative("33BB", "Ulf Ek", "friend", "+46701740607")
PERSON = Person(
    (Identifier(IdentifierSystem.PERSONNUMMER, "194802299804"),), "Astrid Ek", relatives=(DAUGHTER, SON, FRIEND)
)


@pytest.fixture(scope="module")
def definitions() -> tuple[Pathway, Network]:
    root = Path(__file__).parents[3] / "pathways"
    files = [root / "catalogue/jonkoping-palliative.yaml", root / "networks/jonkoping-demo.yaml"]
    pathways, networks = read_definitions(files)
    return pathways[0], networks[0]


def episode(*facts: PatientFact, **other: Any) -> Episode:
    made = Episode(
        reference="E222-2222",
        pathway="jonkoping-palliative",
        version=date(2021, 12, 1),
        network="jonkoping-demo",
        status=EpisodeStatus.ACTIVE,
        began_at=NOW,
        stays=(Stay(level="home", team=MUNICIPAL, unit=None, from_at=NOW),),
        care_team={},
        known={fact.slot: KnownFact(fact=fact, at=NOW, actor=NURSE) for fact in facts},
    )
    return made.model_copy(update=other)


def handover(reference: str, status: HandoverStatus, *read_backs: ReadBack, asked: bool = True) -> Handover:
    plan = Plan(
        move="home-to-home-specialised",
        urgency="acute",
        reason="worsening",
        from_level="home",
        from_team=MUNICIPAL,
        from_unit=None,
        to_level="home-specialised",
        to_team="ssih-jonkoping",
        to_unit=None,
        travels=False,
        items={},
    )
    return Handover(
        reference=reference,
        plan=plan,
        status=status,
        drafted_at=NOW,
        changed_at=NOW,
        requested_at=NOW if asked else None,
        read_backs=read_backs,
    )


def read_back(contingency: str, hours: int, **other: Any) -> ReadBack:
    return ReadBack(
        severity=IllnessSeverity.STABLE,
        next_action="x",
        contingency=contingency,
        given_at=NOW + timedelta(hours=hours),
        given_by=Actor(kind=ActorKind.PERSON, team="ssih-jonkoping"),
        **other,
    )


def of(
    definitions: tuple[Pathway, Network], made: Episode, person: Person | None = PERSON, over: Over | None = None
) -> SheetContent:
    return content_of(made, *definitions, person, over)


def test_facts_wishes_and_words_come_from_the_record(definitions: tuple[Pathway, Network]) -> None:
    limits = TreatmentLimits(limits=(TreatmentLimit.NO_CPR,), decided_on=date(2026, 3, 1))
    kit = Kit(where="fridge", checked_by="Bo", checked_on=date(2026, 3, 1))
    wish = Preference(
        place_of=PlaceOf.DEATH, first="home", second="short-term", said_by=SaidBy.PATIENT, said_on=date(2026, 3, 1)
    )
    summary = Summary(illness_severity=IllnessSeverity.WATCHER, contingency="ring us")
    found = of(
        definitions,
        episode(
            limits,
            kit,
            wish,
            PhaseOfIllness(phase=Phase.TERMINAL),
            Consent(is_given=False),
            summary=WrittenSummary(summary=summary, at=NOW, actor=NURSE),
            pause=Pause(kind="elsewhere", at=NOW),
        ),
    )
    assert (found.limits, found.kit, found.consent, found.care_wish) == (limits, kit, Consent(is_given=False), None)
    assert found.death_wish is not None
    assert found.death_wish.second == definitions[0].levels["short-term"].title
    assert (found.state.phase, found.state.recorded_at, found.state.severity) == (
        Phase.TERMINAL,
        NOW,
        IllnessSeverity.WATCHER,
    )
    planned = found.contingency.planned
    assert planned is not None
    assert (planned.text, planned.team) == ("ring us", "Kommunens palliativa team")
    assert found.paused is not None
    assert found.where.team == "Kommunens palliativa team"
    assert found.who is not None
    assert (found.who.name, found.who.masked_number) == ("Astrid Ek", "19480229-****")


def test_a_summary_that_says_nothing_of_contingency_is_none(definitions: tuple[Pathway, Network]) -> None:
    summary = WrittenSummary(summary=Summary(situation="x", contingency=" \n"), at=NOW, actor=NURSE)
    assert of(definitions, episode(summary=summary)).contingency == Contingency(None, None, False, None)


def test_the_latest_read_back_is_told_but_not_of_a_handover_that_came_to_nothing(
    definitions: tuple[Pathway, Network],
) -> None:
    s = HandoverStatus
    earlier = handover("H1", s.COMPLETED, read_back("old", -9), read_back("done", -8, is_confirmed=True))
    others = [
        handover(f"H{n}", status, read_back("never", 1))
        for n, status in enumerate((s.REJECTED, s.CANCELLED, s.FAILED, s.ENTERED_IN_ERROR), 3)
    ]
    present = handover("H2", s.ACCEPTED, read_back("wrong", -1, correction="less", reviewed_at=NOW))
    handovers = {each.reference: each for each in (earlier, *others)}
    found = of(definitions, episode(handovers=handovers)).contingency
    assert found.read_back is not None
    assert (found.read_back.text, found.is_confirmed, found.correction) == ("done", True, None)
    found = of(definitions, episode(handovers={**handovers, "H2": present})).contingency
    assert found.read_back is not None
    assert (found.read_back.text, found.is_confirmed, found.correction) == ("wrong", False, "less")


@pytest.mark.parametrize(
    ("status", "asked", "named"),
    [
        (HandoverStatus.REQUESTED, True, "SSIH Jönköping"),
        (HandoverStatus.DRAFT, False, None),
        (HandoverStatus.COMPLETED, True, None),
    ],
)
def test_who_is_to_take_over_is_told_once_they_have_been_asked(
    definitions: tuple[Pathway, Network], status: HandoverStatus, asked: bool, named: str | None
) -> None:
    made = episode(handovers={"H1": handover("H1", status, asked=asked)})
    assert of(definitions, made).where.asked == named


def carer(at_night: bool) -> Carer:
    return Carer(is_available=True, is_aware=True, may_be_called_at_night=at_night)


def names(found: SheetContent) -> list[str]:
    return [each.name for each in found.relatives.at_night]


def test_only_those_who_may_be_called_at_night_are_there(definitions: tuple[Pathway, Network]) -> None:
    found = of(definitions, episode())
    assert names(found) == ["Siv Ek", "Per Ek"]
    assert found.relatives.by_day == 1
    assert "+46701740607" not in found.written()


def test_a_carer_who_may_not_be_called_by_either_record_is_not(definitions: tuple[Pathway, Network]) -> None:
    found = of(definitions, episode(carer(at_night=False)))
    assert names(found) == ["Per Ek"]
    assert found.relatives.by_day == 2
    assert names(of(definitions, episode(carer(at_night=True)))) == ["Siv Ek", "Per Ek"]


@pytest.mark.parametrize("is_death", [True, False])
def test_after_the_end_there_is_nobody_to_ring(definitions: tuple[Pathway, Network], is_death: bool) -> None:
    found = of(definitions, episode(), over=Over(NOW, is_death))
    assert found.relatives == Relatives((), 0)
    assert "Siv" not in found.written()


def test_while_a_reported_death_is_not_confirmed_there_is_nobody_to_ring(
    definitions: tuple[Pathway, Network],
) -> None:
    hour = Duration(amount=1, unit=Unit.HOUR)
    clock = started(
        Context(*definitions, NOW),
        key=DEATH_KEY,
        kind=ClockKind.DEATH_REPORTED,
        subject="E222-2222",
        owner=MUNICIPAL,
        limit=hour,
        repeat=hour,
    )
    found = of(definitions, episode(clocks={DEATH_KEY: clock}))
    assert (found.is_death_reported, found.relatives) == (True, Relatives((), 0))
    assert "Siv" not in found.written()
    ended = of(definitions, episode(clocks={DEATH_KEY: clock}), over=Over(NOW, is_death=True))
    assert not ended.is_death_reported


def test_a_protected_identity_has_neither_name_nor_number_nor_relatives(
    definitions: tuple[Pathway, Network],
) -> None:
    found = of(definitions, episode(), replace(PERSON, is_protected=True))
    assert found.who is not None
    assert found.who.is_protected
    assert not any(secret in found.written() for secret in ("Astrid", "1948", "Siv", "Per", "+4670"))
    assert found.relatives == Relatives((), 0)


def test_nobody_known_is_nobody(definitions: tuple[Pathway, Network]) -> None:
    found = of(definitions, episode(), None)
    assert (found.who, found.relatives) == (None, Relatives((), 0))


def test_what_the_pathway_and_the_network_no_longer_name_goes_by_its_key(definitions: tuple[Pathway, Network]) -> None:
    wish = Preference(place_of=PlaceOf.CARE, first="gone", said_by=SaidBy.RECORD, said_on=date(2026, 3, 1))
    stay = Stay(level="short-term", team="gone-team", unit="gone-unit", from_at=NOW)
    found = of(definitions, episode(wish, stays=(stay,), pause=Pause(kind="gone-pause", at=NOW)))
    assert (found.where.team, found.where.unit) == ("gone-team", "gone-unit")
    assert found.care_wish is not None
    assert list(found.care_wish.first.values()) == ["gone"]
    assert found.paused is not None
    assert list(found.paused.why.values()) == ["gone-pause"]
    unit = of(definitions, episode(stays=(stay.model_copy(update={"unit": "korttids-norr"}),))).where.unit
    assert unit == "Korttidsenhet Norr"


def test_the_mark_follows_how_cover_is_arranged_but_not_where_a_notice_goes(
    definitions: tuple[Pathway, Network],
) -> None:
    pathway, network = definitions
    team = network.teams["ssih-jonkoping"]
    contact = team.contacts[0]

    def mark(**changed: Any) -> str:
        contacts = (contact.model_copy(update=changed), *team.contacts[1:])
        teams = {**network.teams, "ssih-jonkoping": team.model_copy(update={"contacts": contacts})}
        return mark_of(of((pathway, network.model_copy(update={"teams": teams})), episode()), VAULT)

    assert mark() == mark(secret="ANOTHER") != mark(name="somebody-else")
    other = network.model_copy(update={"last_resort": None})
    assert mark_of(of((pathway, other), episode()), VAULT) != mark()


texts = st.text(max_size=4)
words = st.builds(Words, texts, texts, st.datetimes(timezones=st.just(UTC)))
changed_sections: dict[str, st.SearchStrategy[Any]] = {
    "over": st.none() | st.builds(Over, st.datetimes(timezones=st.just(UTC)), st.booleans()),
    "cover": texts,
    "limits": st.none()
    | st.builds(
        TreatmentLimits,
        limits=st.lists(st.sampled_from(TreatmentLimit), max_size=2).map(tuple),
        decided_on=st.dates(),
        review_on=st.none() | st.dates(),
        document=texts,
    ),
    "kit": st.none()
    | st.builds(
        Kit,
        where=texts,
        checked_by=texts,
        checked_on=st.dates(),
        expires_on=st.none() | st.dates(),
        items=st.lists(st.builds(lambda name, count: KitItem(name=name, count=count), texts, st.integers(0, 9))).map(
            tuple
        ),
    ),
    "where": st.builds(Where, st.just(HOME), st.just(HOME), st.none() | texts, texts, st.none() | texts),
    "contingency": st.builds(Contingency, st.none() | words, st.none() | words, st.booleans(), st.none() | texts),
    "carer": st.none() | st.builds(Carer),
    "is_death_reported": st.booleans(),
    "consent": st.none() | st.builds(Consent),
    "relatives": st.builds(
        Relatives,
        st.lists(st.builds(Called, texts, texts, texts, st.booleans()), max_size=2).map(tuple),
        st.integers(0, 3),
    ),
}
contents = st.fixed_dictionaries({}, optional=changed_sections).map(lambda sections: replace(WHOLE, **sections))


@given(contents, contents)
def test_two_marks_are_equal_exactly_when_the_contents_are(one: SheetContent, other: SheetContent) -> None:
    assert (mark_of(one, VAULT) == mark_of(other, VAULT)) == (one == other)
    assert (one.differs_in(other) == ()) == (one == other)


def test_a_sheet_of_before_what_is_in_a_kit_was_counted_still_holds() -> None:
    kit = Kit(where="fridge", checked_by="Bo", checked_on=date(2026, 3, 1))
    written = json.loads(replace(WHOLE, kit=kit).written())
    assert set(written["kit"]) == {"type", "where", "checked_by", "checked_on", "expires_on", "retrieved_on"}


@pytest.mark.parametrize("section", [field.name for field in fields(SheetContent)])
def test_every_section_is_in_the_mark(section: str) -> None:
    changed: dict[str, Any] = {section: "something else"}
    other = replace(WHOLE, **changed)
    assert mark_of(other, VAULT) != mark_of(WHOLE, VAULT)
    assert other.differs_in(WHOLE) == (section,)


@given(contents)
def test_a_mark_can_be_typed_in_many_ways_and_says_nothing_without_the_key(content: SheetContent) -> None:
    mark = mark_of(content, VAULT)
    assert read_mark(mark) == read_mark(mark.lower().replace("-", " ")) == read_mark(mark.replace("-", "")) == mark
    assert mark_of(content, Vault([Fernet.generate_key().decode()], new_keys()["HANDSLAG_HASH_KEY"])) != mark


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM-2F4T-2", "K7QM-2F4O", "Astrid E"])
def test_what_is_no_mark_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(Refused, match="no mark of a night sheet") as refusal:
        read_mark(typed)
    assert not typed or typed not in str(refusal.value)


def test_the_turns_of_cover_follow_each_other_for_a_day(definitions: tuple[Pathway, Network]) -> None:
    network = definitions[1]
    tuesday = datetime(2026, 3, 10, 13, 2, tzinfo=UTC)
    found = duties(network, rota_of(network), MUNICIPAL, tuesday)
    municipal, ssih = "Kommunens palliativa team", "SSIH Jönköping"
    at = [tuesday.replace(hour=15, minute=30), tuesday.replace(hour=21, minute=0)]
    morning = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
    assert found[:3] == (
        Duty(municipal, "coordinator", "+46 8 465 004 01", tuesday, at[0]),
        Duty(municipal, "on-call", "+46 8 465 004 99", at[0], at[1]),
        Duty(ssih, "coordinator", "+46 8 465 004 02", at[1], morning),
    )
    assert found[3].from_at == morning
    assert len(found) == 4


def test_who_is_always_there_is_one_turn_without_end_and_a_team_that_has_left_has_none(
    definitions: tuple[Pathway, Network],
) -> None:
    network = definitions[1]
    assert duties(network, rota_of(network), "ssih-jonkoping", NOW) == (
        Duty("SSIH Jönköping", "coordinator", "+46 8 465 004 02", NOW, None),
    )
    assert duties(network, rota_of(network), "gone", NOW) == ()

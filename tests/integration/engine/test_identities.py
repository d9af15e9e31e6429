"""One patient, several numbers and records: what becomes one keeps every episode and event, or nothing changes."""

from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import text
from stdnum import luhn

from engine.databases import Database
from engine.kills import Point, killed_at, place_of
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NAME, NORTH, NUMBER, Day, a_day, settings
from pathways.care.commands import EndEpisode
from pathways.care.events import PatientChanged, Recorded
from pathways.care.evolution import replayed
from pathways.care.states import Action, PatientChange
from pathways.errors import Refused, Stale
from pathways.operations.identities import Identification, Told
from pathways.operations.identity_doubts import Doubt
from pathways.operations.people import NewRelative, Patient
from pathways.people.persons import Person
from pathways.people.vault import Vault
from pathways.store.unit_of_work import UnitOfWork

RESERVE = "991948000010"
"""One of Region Stockholm's form; belongs to nobody."""
OTHER_RESERVE = "991948000028"
DAUGHTER = NewRelative("Siv Exempelsson", "daughter", "070-174 06 05")
REAL = Told(Patient(NUMBER), known_as=RESERVE)
MERGE_POINTS = (Point.BEFORE_READING, Point.AFTER_STATE, Point.AFTER_HISTORY, Point.AT_COMMIT, Point.AFTER_COMMIT)


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    return a_day(database.engine, settings(tmp_path))


def person_of(day: Day, episode: str) -> Person:
    given = day.operations.settings
    with UnitOfWork(day.operations.engine, writes=False) as work:
        sealed = work.people.of_episode(episode)
    assert sealed is not None
    return Vault(given.key_ring, given.hash_key.get_secret_value()).opened(sealed)


def number_of(day: Day, episode: str) -> int | None:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        return work.people.of(episode)


def history(day: Day, episode: str) -> tuple[Recorded, ...]:
    """The history of an episode, after a look that it is whole."""
    view = day.operations.views.show(episode)
    assert replayed(view.history) == view.episode
    assert [recorded.number for recorded in view.history] == list(range(1, view.episode.number + 1))
    return view.history


def ended(day: Day, patient: Patient) -> str:
    """An episode that a patient has had, with a handover in its history."""
    episode = day.begun(patient)
    day.do(day.requested(episode), Action.CANCEL, MUNICIPAL, "better at home")
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="discharged"))
    return episode


def two_records(day: Day, name: str = NAME) -> tuple[str, str]:
    """An ended episode of an identified patient, and an active one under a reserve number."""
    return ended(day, Patient(NUMBER, NAME)), day.begun(Patient(RESERVE, name))


def agreed(day: Day, episode: str, told: Told = REAL) -> Identification:
    """What a person sees and agrees to."""
    identities = day.operations.identities
    return identities.identify(episode, told, MUNICIPAL, agreed=identities.propose(episode, told, MUNICIPAL))


def assert_found_by(day: Day, number: str, active: str) -> None:
    with pytest.raises(Refused, match=f"already has an active episode of .*: {active}"):
        day.begun(Patient(number))


def test_a_reserve_number_that_is_identified_finds_the_same_patient_as_the_real_one(day: Day) -> None:
    episode = day.begun(Patient(RESERVE, NAME))

    done = day.operations.identities.identify(episode, REAL, MUNICIPAL)

    assert (done.change, done.joined, done.doubts) == (PatientChange.NUMBER_ADDED, (), ())
    person = person_of(day, episode)
    assert [known.value for known in person.identifiers] == [NUMBER, RESERVE]
    assert person.name == NAME
    for number in (NUMBER, RESERVE):
        assert_found_by(day, number, episode)
    event = history(day, episode)[-1]
    assert event.event == PatientChanged(what=PatientChange.NUMBER_ADDED, told_in=episode)
    assert (event.actor, event.at) == (MUNICIPAL, day.clock.now)


def test_a_reserve_number_added_later_never_becomes_the_current_one(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    day.operations.identities.identify(episode, Told(Patient(RESERVE), known_as=NUMBER), MUNICIPAL)
    assert [known.value for known in person_of(day, episode).identifiers] == [NUMBER, RESERVE]


def test_two_records_become_one_and_keep_every_episode_number_and_event(day: Day) -> None:
    earlier, active = two_records(day)
    day.operations.patients.add_relative(earlier, DAUGHTER, MUNICIPAL)
    day.operations.patients.protect(active, MUNICIPAL)
    before = {reference: history(day, reference) for reference in (earlier, active)}
    day.clock.forward(hours=1)

    done = agreed(day, active)

    assert (done.change, done.kept, done.joined) == (PatientChange.MERGED, (active,), (earlier,))
    assert number_of(day, earlier) == number_of(day, active) is not None
    person = person_of(day, earlier)
    assert [known.value for known in person.identifiers] == [NUMBER, RESERVE]
    assert person.name == NAME
    assert person.is_protected
    assert [relative.name for relative in person.relatives] == [DAUGHTER.name]
    for reference, other in ((earlier, active), (active, earlier)):
        *rest, last = history(day, reference)
        assert tuple(rest) == before[reference]
        assert last.event == PatientChanged(what=PatientChange.MERGED, told_in=active, joined=(other,))
        assert (last.actor, last.at) == (MUNICIPAL, day.clock.now)
    assert_found_by(day, NUMBER, active)
    assert_found_by(day, RESERVE, active)


def test_what_a_merge_writes_of_itself_tells_no_person(day: Day) -> None:
    _, active = two_records(day)
    done = agreed(day, active)
    said = f"{done!r} {done.__dict__} {day.operations.views.show(active)!r} {REAL!r}"
    for secret in (NUMBER, RESERVE, NUMBER[2:8], *NAME.split()):
        assert secret not in said


def test_two_active_episodes_of_one_pathway_stay_two_records_and_nothing_changes(day: Day) -> None:
    one, other = day.begun(Patient(NUMBER, NAME)), day.begun(Patient(RESERVE, NAME))
    before = [history(day, reference) for reference in (one, other)]

    with pytest.raises(
        Refused, match=rf"neither {other} nor {one} has ended, and both are on .* handslag end"
    ) as refusal:
        day.operations.identities.propose(other, REAL, MUNICIPAL)
    with pytest.raises(Refused, match="has ended, and both"):
        agreed(day, other)

    assert not any(secret in str(refusal.value) for secret in (NUMBER, RESERVE, *NAME.split()))
    assert [history(day, reference) for reference in (one, other)] == before
    assert number_of(day, one) != number_of(day, other)
    day.operations.perform(one, EndEpisode(actor=MUNICIPAL, end="discharged"))
    assert agreed(day, other).joined == (one,)


def test_a_merge_that_nobody_agreed_to_does_not_happen(day: Day) -> None:
    earlier, active = two_records(day)
    with pytest.raises(Refused, match="needs a second look"):
        day.operations.identities.identify(active, REAL, MUNICIPAL)
    assert number_of(day, earlier) != number_of(day, active)


def test_what_was_agreed_to_is_what_happens_or_nothing(day: Day) -> None:
    earlier, active = two_records(day)
    seen = day.operations.identities.propose(active, REAL, MUNICIPAL)
    day.operations.perform(active, EndEpisode(actor=MUNICIPAL, end="moved-away"))
    another = day.begun(Patient(RESERVE))

    with pytest.raises(Stale, match="have changed since"):
        day.operations.identities.identify(active, REAL, MUNICIPAL, agreed=seen)

    assert len({number_of(day, reference) for reference in (earlier, active, another)}) == 2


@pytest.mark.parametrize(
    ("name", "doubts"),
    [("Berit Annansson", (Doubt.NAMES_DIFFER,)), ("", (Doubt.NAME_MISSING,)), ("Exempelsson, ASTRID", ())],
)
def test_names_are_compared_before_a_merge(day: Day, name: str, doubts: tuple[Doubt, ...]) -> None:
    earlier, active = two_records(day, name)
    assert agreed(day, active).doubts == doubts
    assert person_of(day, earlier).name == NAME
    assert set(name.split()) <= person_of(day, earlier).names


def test_a_number_of_another_name_for_a_known_or_a_new_episode_needs_agreement(day: Day) -> None:
    ended(day, Patient(NUMBER, NAME))
    episode, other = day.begun(), day.begun(Patient(RESERVE, NAME))
    wrong_name = Patient(NUMBER, "Berit Annansson")
    for reference, told in (
        (episode, Told(wrong_name)),
        (other, Told(Patient(OTHER_RESERVE, wrong_name.name), RESERVE)),
    ):
        with pytest.raises(Refused, match="needs a second look"):
            day.operations.identities.identify(reference, told, MUNICIPAL)
    assert number_of(day, episode) is None
    assert agreed(day, episode, Told(wrong_name)).doubts == (Doubt.NAMES_DIFFER,)


def test_two_personal_numbers_for_one_patient_need_agreement(day: Day) -> None:
    second = "19480229981" + luhn.calc_check_digit("480229981")
    earlier = ended(day, Patient(second, NAME))
    active = day.begun(Patient(NUMBER, NAME))

    done = agreed(day, active, Told(Patient(second), known_as=NUMBER))

    assert done.doubts == (Doubt.TWO_PERSONAL_NUMBERS,)
    assert [known.value for known in person_of(day, earlier).identifiers] == [second, NUMBER]


def test_whoever_names_the_wrong_episode_is_stopped_by_the_number_that_it_is_known_by(day: Day) -> None:
    earlier, active = two_records(day)
    identities = day.operations.identities
    for told, said in (
        (Told(Patient(NUMBER)), "known already who"),
        (Told(Patient(NUMBER), known_as=OTHER_RESERVE), "not known by the number"),
        (Told(Patient(RESERVE), known_as=RESERVE), "known already by that number"),
    ):
        with pytest.raises(Refused, match=said) as refusal:
            identities.propose(active, told, MUNICIPAL)
        assert RESERVE not in str(refusal.value)
    with pytest.raises(Refused, match="no part in episode"):
        identities.propose(active, REAL, NORTH)
    assert number_of(day, earlier) != number_of(day, active)


def test_an_episode_that_is_identified_says_so_in_its_history(day: Day) -> None:
    episode = day.begun()
    day.operations.identities.identify(episode, Told(Patient(NUMBER, NAME)), MUNICIPAL)
    assert history(day, episode)[-1].event == PatientChanged(what=PatientChange.IDENTIFIED, told_in=episode)


@pytest.mark.parametrize("point", MERGE_POINTS)
def test_whenever_a_merge_is_killed_all_or_nothing_holds_and_doing_it_again_works(
    day: Day, database: Database, point: Point
) -> None:
    earlier, active = two_records(day)
    before = [history(day, reference) for reference in (earlier, active)]

    killed_at(point, place_of(day, database.url), merge_again_and_again, active)

    is_merged = number_of(day, earlier) == number_of(day, active)
    assert is_merged is point.is_committed
    grown = [
        history(day, reference)[: len(then)] == then for reference, then in zip((earlier, active), before, strict=True)
    ]
    assert all(grown)
    if not is_merged:
        agreed(day, active)
    assert [len(history(day, reference)) for reference in (earlier, active)] == [len(then) + 1 for then in before]
    assert len(person_of(day, earlier).identifiers) == 2


def merge_again_and_again(day: Day, active: str) -> None:
    """Merge what is agreed to beforehand: the process dies within the merge, or when it looks at what it did."""
    done = Identification(active, PatientChange.MERGED, (active,), tuple(others(day, active)))
    day.operations.identities.identify(active, REAL, MUNICIPAL, agreed=done)
    history(day, active)


def others(day: Day, active: str) -> list[str]:
    with UnitOfWork(day.operations.engine, writes=False) as work:
        return sorted({known.episode for known in work.announcements.unfinished(100)} - {active})


def test_of_merges_from_both_sides_at_once_one_happens_and_nothing_is_lost(day: Day) -> None:
    for round_ in range(4):
        real, reserve = numbered(round_)
        earlier = ended(day, Patient(real, NAME))
        active = day.begun(Patient(reserve, NAME))

        outcomes = at_once(
            lambda active=active, real=real, reserve=reserve: agreed(day, active, Told(Patient(real), reserve)),  # type: ignore[misc]  # a loop's own values
            lambda earlier=earlier, real=real, reserve=reserve: agreed(day, earlier, Told(Patient(reserve), real)),  # type: ignore[misc]
        )

        assert len(refused(outcomes)) == 1
        assert number_of(day, earlier) == number_of(day, active) is not None
        assert len(person_of(day, active).identifiers) == 2
        for reference in (earlier, active):
            noted = [recorded.event for recorded in history(day, reference) if recorded.event.type == "patient-changed"]
            assert len(noted) == 1
        day.operations.perform(active, EndEpisode(actor=MUNICIPAL, end="discharged"))


def numbered(round_: int) -> tuple[str, str]:
    """Two reserve numbers for each round, of Stockholm's form."""
    return f"9919480001{round_:02}", f"9919480002{round_:02}"


def test_an_episode_that_begins_while_its_records_merge_is_of_the_one_patient_or_refused(day: Day) -> None:
    for round_ in range(4):
        real, reserve = numbered(round_)
        ended(day, Patient(real, NAME))
        active = day.begun(Patient(reserve, NAME))

        outcomes = at_once(
            lambda active=active, real=real, reserve=reserve: agreed(day, active, Told(Patient(real), reserve)),  # type: ignore[misc]  # a loop's own values
            lambda real=real: day.begun(Patient(real)),  # type: ignore[misc]
        )

        assert len(refused(outcomes)) == 1
        with pytest.raises(Refused, match="already has an active episode"):
            day.begun(Patient(real))


def test_whoever_holds_a_record_keeps_those_who_would_find_or_change_it_waiting(day: Day, database: Database) -> None:
    """So no episode begins under a number between a look at the episodes of two records and their merge."""
    if database.is_sqlite:
        return  # one writer at a time
    number = number_of(day, day.begun(Patient(NUMBER, NAME)))
    assert number is not None
    free = (
        text("SELECT 1 FROM person_identifier WHERE person_id = :number FOR UPDATE SKIP LOCKED"),
        text("SELECT 1 FROM person WHERE id = :number FOR UPDATE SKIP LOCKED"),
    )
    with UnitOfWork(database.engine) as work, database.engine.connect() as other:
        assert all(other.execute(query, {"number": number}).all() for query in free)
        other.rollback()
        work.people.hold([number])
        assert not any(other.execute(query, {"number": number}).all() for query in free)


def test_answers_and_clocks_go_on_while_records_merge_and_no_event_is_lost(day: Day) -> None:
    earlier, active = two_records(day)
    handover = day.requested(active)
    day.do(handover, Action.ACCEPT)
    before = len(history(day, active))

    def hold_and_resume() -> int:
        for action in (Action.HOLD, Action.RESUME) * 5:
            day.do(handover, action, MUNICIPAL, "because")
        return 10

    outcomes = at_once(hold_and_resume, lambda: agreed(day, active))

    assert not refused(outcomes)
    changes = [recorded.event.type for recorded in history(day, active)][before:]
    assert (changes.count("handover-changed"), changes.count("patient-changed")) == (10, 1)
    assert number_of(day, earlier) == number_of(day, active)


def test_sealing_anew_and_learning_at_the_same_time_lose_nothing(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    relatives = [NewRelative(f"Siv {number}", "daughter", f"070-174 06 {number:02}") for number in range(5, 25)]

    def learn(wanted: list[NewRelative]) -> None:
        for relative in wanted:
            day.operations.patients.add_relative(episode, relative, MUNICIPAL)

    def seal() -> None:
        for _ in range(20):
            day.operations.patients.reseal()

    assert at_once(lambda: learn(relatives[::2]), lambda: learn(relatives[1::2]), seal) == [None] * 3
    person = person_of(day, episode)
    assert {relative.name for relative in person.relatives} == {relative.name for relative in relatives}
    keys = sorted(relative.key for relative in person.relatives)
    assert all(one != other for one, other in pairwise(keys))

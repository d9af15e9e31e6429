"""Access: who may see and do what to an episode, in the transaction that does it, and what the log is told of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from engine.databases import Database
from engine.made_up_users import PEOPLE, hired, membership, user, viewer
from engine.together import at_once, refused
from engine.world import MUNICIPAL, NAME, NETWORK, NUMBER, PATHWAY, RYHOV, Day, a_day, person, settings
from pathways.access.table import Relation, Right, Role, may
from pathways.access.users import Viewer
from pathways.audit.entries import Outcome
from pathways.care.actors import SYSTEM
from pathways.care.commands import ChangeHandover, EndEpisode, PassClock, WantedHandover
from pathways.care.references import ReferenceKind, new_reference
from pathways.care.states import Action, HandoverStatus
from pathways.errors import NotFound, Refused
from pathways.operations.access import Access
from pathways.operations.beginning import Begin
from pathways.operations.people import Patient
from pathways.store.unit_of_work import UnitOfWork

TO_SSIH = WantedHandover(move="home-to-home-specialised", urgency="acute", reason="worsening")


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Day:
    day = a_day(database.engine, settings(tmp_path))
    hired(day.operations)
    return day


def noted(day: Day, login: str = "") -> list[tuple[str, str | None, str, Outcome]]:
    """What the log was told of everybody, or of one: what, of which episode, why, and with which outcome."""
    with UnitOfWork(day.operations.engine, writes=False) as work:
        entries = [sealed.entry for sealed in work.audit.sealed(NETWORK)]
    about = [entry for entry in entries if entry["login"].startswith(login) and entry["login"] != "command-line"]
    return [(entry["what"], entry["episode"], entry["why"], Outcome(entry["outcome"])) for entry in about]


def act(action: Action, handover: str) -> ChangeHandover:
    return ChangeHandover.model_validate({"actor": SYSTEM, "handover": handover, "action": action})


def test_who_has_a_part_sees_an_episode_and_each_look_is_noted(day: Day) -> None:
    episode = day.begun(Patient(NUMBER, NAME))
    view = day.operations.access.see(viewer("municipal"), episode.lower().replace("-", " "))
    assert view == day.operations.views.show(episode)
    assert noted(day) == [("see-episode", episode, "responsible", Outcome.DONE)]


def test_who_has_none_is_answered_as_if_it_did_not_exist_and_the_try_is_noted(day: Day) -> None:
    episode = day.begun()
    handover = day.requested(episode)
    for hidden, nobodys in ((episode, unknown()), (handover, unknown(ReferenceKind.HANDOVER))):
        assert answers_about(day, hidden) == answers_about(day, nobodys)
    assert day.operations.views.show(episode).handover(handover).status is HandoverStatus.REQUESTED
    assert {each[1:] for each in noted(day, "ryhov")} == {
        (episode, "unrelated", Outcome.NOT_FOUND),
        (None, "unrelated", Outcome.NOT_FOUND),
    }


def unknown(kind: ReferenceKind = ReferenceKind.EPISODE) -> str:
    """A sound reference that nobody has, as far as chance goes."""
    return new_reference(kind)


def answers_about(day: Day, reference: str) -> list[str]:
    """What somebody without a part is told, whatever they try; the reference itself left out."""
    access, ryhov = day.operations.access, viewer("ryhov")
    tries: list[Callable[[], object]] = [
        lambda: access.relations(ryhov, reference),
        lambda: access.number(ryhov, reference),
        lambda: access.perform(ryhov, reference, EndEpisode(actor=MUNICIPAL, end="deceased")),
        lambda: access.perform(ryhov, reference, act(Action.ACCEPT, reference)),
        lambda: access.plan_handover(ryhov, reference, TO_SSIH),
        lambda: access.come_back(ryhov, reference, "too-soon"),
        lambda: access.acting(ryhov, reference, Right.READ_NIGHT_SHEET).__enter__(),
        *(partial(access.see, ryhov, reference, right) for right in Right),
    ]
    told = []
    for each in tries:
        with pytest.raises(NotFound) as refusal:
            each()
        told.append(str(refusal.value).replace(reference, "it"))
    return told


@contextmanager
def asked(day: Day) -> Iterator[list[str]]:
    """What the database is asked within this block."""
    found: list[str] = []

    def note(*call: Any) -> None:
        found.append(call[2])

    event.listen(day.operations.engine, "before_cursor_execute", note)
    yield found
    event.remove(day.operations.engine, "before_cursor_execute", note)


def test_an_open_page_asks_for_the_number_of_events_in_one_query_however_many_there_are(day: Day) -> None:
    episode = day.begun()
    number = day.operations.views.show(episode).episode.number
    with asked(day) as queries:
        assert day.operations.access.number(viewer("municipal"), episode) == number
    assert len([each for each in queries if each.startswith("SELECT")]) == 1
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    number = day.operations.views.show(episode).episode.number
    assert day.operations.access.number(viewer("municipal"), episode) == number, "it is looked at whole after its end"
    assert noted(day) == [], "it is no look at the patient"


@pytest.mark.parametrize("name", ["it", "admin", "reviewer"])
def test_who_gives_no_care_sees_no_episode(day: Day, name: str) -> None:
    episode = day.begun()
    with pytest.raises(NotFound):
        day.operations.access.number(viewer(name), episode)
    for right in Right:
        with pytest.raises(NotFound):
            day.operations.access.see(viewer(name), episode, right)
    with pytest.raises(NotFound):
        day.operations.access.open_in_emergency(viewer(name), episode, "I want to see it")


@pytest.mark.parametrize("typed", ["", "E", "e222-2222", "E7K2QM4", "H222-2222 ", "x" * 9999, "E222-2222; DROP TABLE"])
def test_what_is_no_reference_is_refused_and_never_repeated(day: Day, typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        day.operations.access.see(viewer("municipal"), typed)
    assert len(typed) < 2 or typed not in str(refusal.value) or isinstance(refusal.value, NotFound)


def test_what_is_done_is_done_as_the_viewer_whatever_a_form_says(day: Day) -> None:
    access, episode = day.operations.access, day.begun()
    handover = access.plan_handover(viewer("municipal"), episode, TO_SSIH)
    assert Relation.RECEIVER in access.relations(viewer("ssih"), handover)
    forged = act(Action.ACCEPT, handover).model_copy(update={"actor": MUNICIPAL})
    decision = access.perform(viewer("ssih"), handover, forged)
    assert {recorded.actor for recorded in decision.events} == {viewer("ssih").actor}
    assert [each[0] for each in noted(day)] == ["plan-handover", "accept"]
    assert all(each[1] == episode for each in noted(day))


def test_a_form_about_ones_own_episode_does_nothing_to_the_handover_of_another(day: Day) -> None:
    own = day.operations.begin_episode(Begin(PATHWAY, NETWORK, "hospital-bed", team="ward-ryhov"), RYHOV)[0].reference
    other = day.begun()
    handover = day.requested(other)
    with pytest.raises(Refused):
        day.operations.access.perform(viewer("ryhov"), own, act(Action.CANCEL, handover))
    assert day.operations.views.show(other).handover(handover).status is HandoverStatus.REQUESTED
    assert [(what, which) for what, which, _why, _outcome in noted(day, "ryhov")] == [("cancel", own)]


def test_what_care_refuses_is_noted_as_refused_and_what_is_handslags_own_as_well(day: Day) -> None:
    access, episode = day.operations.access, day.begun()
    handover = day.requested(episode)
    for command in (act(Action.ACCEPT, handover), PassClock(actor=SYSTEM, key="any")):
        with pytest.raises(Refused):
            access.perform(viewer("municipal"), handover, command)
    assert [(what, outcome) for what, _episode, _why, outcome in noted(day)] == [
        ("accept", Outcome.REFUSED),
        ("pass-clock", Outcome.REFUSED),
    ]


def test_whoever_may_see_but_not_do_is_told_so(day: Day) -> None:
    access, episode = day.operations.access, day.begun()
    handover = access.plan_handover(viewer("municipal"), episode, TO_SSIH)
    access.perform(
        viewer("municipal"), handover, act(Action.ENTER_IN_ERROR, handover).model_copy(update={"reason": "x"})
    )
    with (
        pytest.raises(Refused, match="not yours to do") as refusal,
        access.acting(viewer("ssih"), episode, Right.PUBLISH),
    ):
        raise AssertionError("it was let through")
    assert not isinstance(refusal.value, NotFound)


def test_what_has_no_guard_of_its_own_is_noted_before_it_is_done_and_where_it_is_refused(day: Day) -> None:
    access, episode = day.operations.access, day.begun(Patient(NUMBER, NAME))
    with access.acting(viewer("municipal"), episode, Right.WRITE_IDENTITY) as known:
        day.operations.patients.protect(known, viewer("municipal").actor)
    with pytest.raises(Refused), access.acting(viewer("municipal"), episode, Right.WRITE_IDENTITY) as known:
        day.operations.patients.remove_relative(known, "AAAA", viewer("municipal").actor)
    assert [(what, outcome) for what, _episode, _why, outcome in noted(day)] == [
        ("write-identity", Outcome.DONE),
        ("write-identity", Outcome.DONE),
        ("write-identity", Outcome.REFUSED),
    ]


def test_an_emergency_opens_one_episode_to_one_person_for_an_hour_to_read(day: Day) -> None:
    access, episode, other = day.operations.access, day.begun(), day.begun()
    ryhov = viewer("ryhov")
    until_at = access.open_in_emergency(ryhov, episode, "Unconscious in the ambulance")
    assert (until_at - day.clock.now).total_seconds() == 3600
    assert access.open_in_emergency(ryhov, episode, "Pressed it once more") == until_at
    assert access.see(ryhov, episode).episode.reference == episode
    assert access.relations(ryhov, episode) == {Relation.EMERGENCY}
    with pytest.raises(Refused, match="not yours to do"):
        access.perform(ryhov, episode, EndEpisode(actor=SYSTEM, end="deceased"))
    for who, which in ((ryhov, other), (viewer("north"), episode)):
        with pytest.raises(NotFound):
            access.see(who, which)
    day.clock.forward(minutes=60)
    with pytest.raises(NotFound):
        access.see(ryhov, episode)
    with UnitOfWork(day.operations.engine, writes=False) as work:
        flagged = [each.entry for each in work.audit.sealed(NETWORK) if each.entry["is_emergency"]]
    assert [(each["what"], each["why"]) for each in flagged] == [
        ("open-in-emergency", "Unconscious in the ambulance"),
        ("see-episode", "Unconscious in the ambulance"),
        ("end-episode", "Unconscious in the ambulance"),
    ]


def test_an_emergency_needs_a_reason_and_is_nothing_for_who_sees_it_already(day: Day) -> None:
    access, episode = day.operations.access, day.begun()
    for reason in ("", "  ", "because", "just because", "a\x00b c d"):
        with pytest.raises(Refused):
            access.open_in_emergency(viewer("ryhov"), episode, reason)
    with pytest.raises(NotFound):
        access.open_in_emergency(viewer("ryhov"), unknown(), "Unconscious in the ambulance")
    with pytest.raises(Refused, match="You see it already"):
        access.open_in_emergency(viewer("municipal"), episode, "Unconscious in the ambulance")
    with pytest.raises(NotFound):
        access.see(viewer("ryhov"), episode)


def test_a_team_that_loses_its_part_while_somebody_else_is_faster_does_nothing_more(day: Day) -> None:
    """The relation is looked at under the lock of the episode: a request is cancelled and accepted at once."""
    episode = day.begun()
    handover = day.requested(episode)
    outcomes = at_once(
        lambda: day.operations.access.perform(viewer("ssih"), handover, act(Action.ACCEPT, handover)),
        lambda: day.do(handover, Action.ENTER_IN_ERROR, MUNICIPAL, "a mistake"),
    )
    refused(outcomes)
    assert day.operations.views.show(episode).handover(handover).status is HandoverStatus.ENTERED_IN_ERROR


def test_who_answers_for_a_closed_team_acts_as_that_team_and_under_the_own_name(day: Day) -> None:
    """In Jönköping the municipal team closes in the evening, and SSIH answers for it."""
    access, episode = day.operations.access, day.begun()
    handover = day.requested(episode)
    own = viewer("ssih")
    stands_in = own.acting_for("municipal-palliative-team")
    with pytest.raises(Refused, match="does not answer for that one now"):
        access.see(stands_in, episode)
    day.clock.forward(hours=14)
    assert Relation.SENDER in access.relations(stands_in, episode)
    cancel = act(Action.CANCEL, handover).model_copy(update={"reason": "the patient is better"})
    with pytest.raises(Refused):
        access.perform(own, handover, cancel)
    (event, *_) = access.perform(stands_in, handover, cancel).events
    assert (event.actor.team, event.actor.name) == ("municipal-palliative-team", PEOPLE["ssih"].name)
    assert noted(day, "ssih")[-1] == (
        "cancel",
        episode,
        "covering municipal-palliative-team: responsible, sender",
        Outcome.DONE,
    )
    with pytest.raises(NotFound):
        access.see(viewer("ryhov").acting_for("municipal-palliative-team"), episode)
    with pytest.raises(Refused, match="does not answer"):
        access.see(own.acting_for("ward-ryhov"), episode)


def test_the_log_tells_of_a_change_if_and_only_if_it_was_made(day: Day) -> None:
    access, episode = day.operations.access, day.begun()
    handover = access.plan_handover(viewer("municipal"), episode, TO_SSIH)
    outcomes = at_once(
        *(lambda: access.perform(viewer("ssih"), handover, act(Action.ACCEPT, handover)) for _ in range(4))
    )
    done = [each for each in noted(day, "ssih") if each[3] is Outcome.DONE]
    assert len(done) == 4 - len(refused(outcomes))
    assert not day.operations.audit.verify(NETWORK)[0].findings


def test_every_role_in_every_relation_may_do_what_the_table_says_and_nothing_else(day: Day) -> None:
    """Every role × right × relation through the operations: done, refused, or answered as if it did not exist."""
    access, episode = day.operations.access, day.begun()
    to_hospital = {"move": "home-to-hospital", "urgency": "acute", "reason": "worsening"}
    asked = (WantedHandover.model_validate({**to_hospital, "to_units": [unit]}) for unit in ("varnamo", "ryhov"))
    turned_down = day.operations.plan_handover(episode, MUNICIPAL, next(asked))
    day.do(turned_down, Action.REJECT, person("ward-varnamo"), "wrong-level")
    day.operations.plan_handover(episode, MUNICIPAL, next(asked))
    teams = {
        "municipal-palliative-team": {Relation.RESPONSIBLE, Relation.SENDER},
        "ward-ryhov": {Relation.RECEIVER},
        "ward-varnamo": {Relation.ENDED},
        "ssih-jonkoping": {Relation.CONSULTED},
        "short-term-north": {Relation.UNRELATED},
    }
    for team, role in product(teams, Role):
        member = user(f"{role}-{team}", membership(team, role))
        day.operations.users.add(member)
        who = Viewer(user=member, membership=member.memberships[0])
        relations = relations_seen(day, who, episode)
        assert relations in (teams[team], set()), (team, relations)
        is_seen = may(role, Right.SEE_EPISODE, frozenset(teams[team]))
        for right in [right for right in Right if right.is_of_a_patient] if is_seen else [Right.SEE_EPISODE]:
            expected = "done" if may(role, right, frozenset(teams[team])) else "refused"
            assert outcome_of(access, who, episode, right) == (expected if is_seen else "not found"), (
                team,
                role,
                right,
            )


def relations_seen(day: Day, who: Viewer, episode: str) -> set[Relation]:
    try:
        return {*day.operations.access.relations(who, episode)}
    except NotFound:
        return set()


def outcome_of(access: Access, who: Viewer, episode: str, right: Right) -> str:
    try:
        with access.acting(who, episode, right):
            return "done"
    except NotFound:
        return "not found"
    except Refused:
        return "refused"

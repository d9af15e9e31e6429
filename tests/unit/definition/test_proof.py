"""The proof of a network with its pathways finds what a patient or a nurse would meet, and tells a story of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from safe_definitions import SAFE
from small_definitions import NETWORK as SMALL_NETWORK
from small_definitions import PATHWAY as SMALL
from small_definitions import changed

from pathways.care.commands import ChangeHandover, Command, PlanHandover, WriteSummary
from pathways.care.decisions import decide
from pathways.care.episodes import ClockKind, Episode
from pathways.care.proof.calendars import Year
from pathways.care.proof.exploring import Explorer
from pathways.care.proof.proving import Prover
from pathways.care.recording import Context, Decision
from pathways.care.states import Action, EpisodeStatus
from pathways.cover.rotas import rota_of
from pathways.definition.faults import Code, DefinitionError, Fault, Finding
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import network_of, pathway_of, read_definitions
from pathways.errors import Refused

ROOT = Path(__file__).parents[3]
BEGIN = date(2026, 11, 22)
"""A Sunday."""

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def faults_in(folder: Path, pathway: str, network: str) -> tuple[Fault, ...]:
    (folder / "p.yaml").write_text(pathway, "utf-8")
    (folder / "n.yaml").write_text(network, "utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_definitions([folder / "p.yaml", folder / "n.yaml"], prover=Prover(BEGIN))
    return caught.value.faults


def findings(pathway: Pathway, network: Network) -> list[Finding]:
    return list(Prover(BEGIN).findings(network, {pathway.pathway: pathway}))


@cache
def small() -> tuple[Pathway, Network]:
    pathway = pathway_of(SMALL, "x")
    return pathway, network_of(SMALL_NETWORK, "x", {"small": pathway})


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", [SMALL, changed(SAFE, "    answer_counts: cover\n", "")], ids=["small", "safe"])
def test_nothing_is_found_where_all_is_well(text: str) -> None:
    assert findings(pathway_of(text, "x"), small()[1]) == []


@pytest.mark.exhaustive
def test_the_whole_catalogue_is_proved() -> None:
    files = [*ROOT.glob("pathways/catalogue/*.yaml"), *ROOT.glob("pathways/networks/*.yaml")]
    prover = Prover(BEGIN)
    _, networks = read_definitions(sorted(files), prover=prover)
    assert prover.situations > 50 * len(networks)


@pytest.mark.exhaustive
@pytest.mark.parametrize("text", [SMALL, SAFE], ids=["small", "safe"])
def test_every_level_is_reached_and_what_is_remembered_changes_nothing(text: str) -> None:
    pathway, network = pathway_of(text, "x"), small()[1]
    context = Context(pathway, network, NOON)
    explorer = Explorer()
    first, again = explorer.explore(context), explorer.explore(context)
    assert set(first.reached) == set(again.reached) == set(pathway.levels)
    assert not first.barred
    assert not again.barred
    assert again.situations < first.situations


def test_a_unit_without_places_is_found_with_the_story_of_the_patient_who_waits_for_ever(tmp_path: Path) -> None:
    (fault,) = faults_in(tmp_path, SMALL, changed(SMALL_NETWORK, "places: 1", "places: 0"))
    assert fault.code is Code.LEVEL_OUT_OF_REACH
    assert SMALL_NETWORK.splitlines()[fault.line - 1].endswith("places: 1}")
    assert fault.words == "0"
    assert fault.example.startswith(
        "A patient begins at `home`: hemteam is responsible. hemteam asks vila to take over"
    )
    assert fault.example.endswith("It waits for a place there, and none can ever become free.")
    assert str(DefinitionError((fault,))).splitlines()[1].startswith("    For example: A patient begins")


def test_a_patient_who_could_only_begin_where_there_is_no_place_never_begins(tmp_path: Path) -> None:
    pathway = changed(changed(SMALL, "begin_at: [home]", "begin_at: [bed]"), "from: [bed, rest]", "from: [rest]")
    (fault, *_) = faults_in(tmp_path, pathway, changed(SMALL_NETWORK, "places: 2", "places: 0"))
    assert fault.code is Code.LEVEL_OUT_OF_REACH
    assert fault.example == "A patient is to begin at `bed`, at plats. No place is free at plats."


def test_what_is_so_in_every_district_is_told_once_and_names_one(tmp_path: Path) -> None:
    districts = "districts:\n  north: {name: Norra}\n  south: {name: Södra}\n"
    (fault,) = faults_in(tmp_path, SMALL, changed(SMALL_NETWORK, "places: 1", "places: 0") + districts)
    assert fault.code is Code.LEVEL_OUT_OF_REACH
    assert fault.example.startswith("A patient begins at `home`, in north: hemteam is responsible.")


def test_another_unit_with_places_is_enough() -> None:
    more = "  plats:"
    text = changed(SMALL_NETWORK, more, f"  tom: {{name: Tom, level: bed, team: avdelning, places: 0}}\n{more}")
    assert findings(small()[0], network_of(text, "x")) == []


def test_what_stops_a_handover_is_told_in_the_words_of_the_refusal() -> None:
    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        if isinstance(command, ChangeHandover) and command.action is Action.ARRIVE:
            command = command.model_copy(update={"action": Action.DEPART})
        return decide(context, episode, command)

    found = list(Prover(BEGIN, rules).findings(small()[1], {"small": small()[0]}))
    assert {(each.code, each.path) for each in found} == {(Code.LEVEL_OUT_OF_REACH, ("pathways", 0))}
    assert found[0].example.endswith("Cannot depart with handover: it is in-progress.") or "Cannot" in found[0].example


def test_a_handover_that_nothing_brings_further_has_its_story_as_far_as_it_goes() -> None:
    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        if isinstance(command, ChangeHandover) and command.action is Action.DEPART:
            command = command.model_copy(update={"action": Action.FAIL})
        return decide(context, episode, command)

    found = list(Prover(BEGIN, rules).findings(small()[1], {"small": small()[0]}))
    assert "lets the patient go." in found[0].example


def test_a_request_that_is_refused_is_told_with_the_refusal() -> None:
    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        if isinstance(command, PlanHandover) and command.move == "to-rest":
            raise Refused("Cannot request a handover of episode E222-2222: not yet.", "Wait.")
        return decide(context, episode, command)

    (found,) = Prover(BEGIN, rules).findings(small()[1], {"small": small()[0]})
    assert found.words == "rest"
    assert found.example.endswith("to-rest (acute). Cannot request a handover of episode: not yet.")


def _breaking(change: object) -> Prover:
    """A prover with rules of care that forget something."""
    assert callable(change)

    def rules(context: Context, episode: Episode, command: Command) -> Decision:
        decision = decide(context, episode, command)
        if isinstance(command, WriteSummary):
            return decision
        return decision.model_copy(update={"episode": change(decision.episode)})

    return Prover(BEGIN, rules)


def _without_answer(episode: Episode) -> Episode:
    clocks = {key: clock for key, clock in episode.clocks.items() if clock.kind is not ClockKind.ANSWER}
    return episode.model_copy(update={"clocks": clocks})


def _nobodys(episode: Episode) -> Episode:
    clocks = {
        key: clock.model_copy(update={"owner": "nobody"}) if clock.kind is ClockKind.ARRIVE else clock
        for key, clock in episode.clocks.items()
    }
    return episode.model_copy(update={"clocks": clocks})


def _asked_of_nobody(episode: Episode) -> Episode:
    asked = {
        key: each.model_copy(update={"asked": tuple(one.model_copy(update={"team": "nobody"}) for one in each.asked)})
        for key, each in episode.handovers.items()
        if not each.awaited_units
    }
    return episode.model_copy(update={"handovers": {**episode.handovers, **asked}})


def _no_team(episode: Episode) -> Episode:
    stays = tuple(stay.model_copy(update={"team": "nobody"}) for stay in episode.stays)
    return episode if episode.open_handover is None else episode.model_copy(update={"stays": stays})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_without_answer, "Then the handover waits, and no clock runs for it."),
        (_nobodys, "Then a clock runs that is no team's."),
        (_asked_of_nobody, "Then something is waited for, and no team is the one to do it."),
        (_no_team, "Then no team is responsible for the patient."),
    ],
)
def test_rules_of_care_that_forget_something_are_found_out(change: object, words: str) -> None:
    found = list(_breaking(change).findings(small()[1], {"small": small()[0]}))
    (fault,) = [each for each in found if each.code is Code.UNWATCHED]
    assert fault.example.startswith("A patient begins at `home`: hemteam is responsible. hemteam asks")
    assert fault.example.endswith(words)


def test_what_is_forgotten_only_where_an_episode_begins_for_another_team_is_found_out() -> None:
    def change(episode: Episode) -> Episode:
        return _without_answer(episode) if episode.awaits_its_first_team else episode

    found = list(_breaking(change).findings(small()[1], {"small": small()[0]}))
    (fault,) = [each for each in found if each.code is Code.UNWATCHED]
    assert fault.example == (
        "A patient begins at `home`: hemteam is responsible as soon as it takes over; until then avdelning is. "
        "hemteam opens the request. Then the handover waits, and no clock runs for it."
    )


def test_teams_that_cover_one_another_and_close_at_the_same_hour_are_found(tmp_path: Path) -> None:
    text = changed(SMALL_NETWORK, "    name: Mottagningen\n", "    name: Mottagningen\n    covered_by: hemteam\n")
    (fault,) = faults_in(tmp_path, SMALL, text)
    assert fault.code is Code.COVER_IN_CIRCLE
    assert text.splitlines()[fault.line - 1] == "    covered_by: mottagning"
    assert fault.example == (
        "Sunday 22 November 2026 at 00:00: hemteam is asked to take over, and is closed. It is covered by mottagning, "
        "which is closed too. Only the last resort is left: avdelning/duty."
    )


def test_teams_that_cover_one_another_are_well_while_one_of_them_is_always_open() -> None:
    text = changed(SMALL_NETWORK, "    name: Avdelningen\n", "    name: Avdelningen\n    covered_by: hemteam\n")
    text = changed(text, "covered_by: mottagning", "covered_by: avdelning")
    assert findings(small()[0], network_of(text, "x")) == []


def test_a_circle_is_found_from_outside_it_and_told_once() -> None:
    text = changed(SMALL_NETWORK, "    name: Mottagningen\n", "    name: Mottagningen\n    covered_by: hemteam\n")
    text = changed(text, "    name: Avdelningen\n", "    name: Avdelningen\n    covered_by: mottagning\n")
    text = changed(text, "last_resort: {team: avdelning, contact: duty}\n", "")
    (fault,) = [each for each in findings(small()[0], network_of_parts(text)) if each.code is Code.COVER_IN_CIRCLE]
    assert "last resort" not in fault.example


def network_of_parts(text: str) -> Network:
    """The network of a text, although it names no last resort."""
    last = "last_resort: {team: avdelning, contact: duty}\n"
    return network_of(text + last, "x").model_copy(update={"last_resort": None})


ANSWERS = "  acute: {title: {sv: Akut, en: Acute}"


def test_an_answer_in_cover_time_that_comes_after_the_arrival_is_found(tmp_path: Path) -> None:
    text = changed(SMALL, ANSWERS, f"{ANSWERS}, answer_counts: cover, stale: 3 days")
    (arrive, stale) = faults_in(tmp_path, text, SMALL_NETWORK)
    assert (arrive.code, stale.code) == (Code.ARRIVE_NOT_LONGER, Code.STALE_BEFORE_ANSWER)
    assert SMALL_NETWORK.splitlines()[arrive.line - 2].strip() == "- {name: second, secret: HOME_SECOND}"
    assert arrive.example == (
        "Tuesday 24 November 2026 at 16:30: hemteam is asked to take over (to-home, acute), and has just closed. "
        "It may answer until Monday 30 November 2026 at 09:00. "
        "The handover must have arrived by Thursday 26 November 2026 at 16:30."
    )
    assert "The handover closes itself by Friday 27 November 2026 at 16:30." in stale.example


def test_an_answer_in_cover_time_of_a_team_that_is_always_open_is_well() -> None:
    text = changed(SMALL, ANSWERS, f"{ANSWERS}, answer_counts: cover")
    network = changed(SMALL_NETWORK, "    covered_by: mottagning\n", "    covered_by: avdelning\n")
    hours = network[network.index("      hours: [{days: [mon") : network.index("    covered_by: avd")]
    pathway = pathway_of(text, "x")
    assert findings(pathway, network_of(changed(network, hours, "      always: true\n"), "x")) == []


def test_the_same_limit_of_two_moves_to_one_team_is_told_once() -> None:
    move = SMALL[SMALL.index("  to-home:") : SMALL.index("follow_ups:")]
    second = changed(changed(move, "to-home:", "home-by-wish:"), "{sv: Hem, en: To home}", "{sv: Åter, en: Back}")
    second = changed(second, "reasons: [better]", "reasons: [worse]")
    text = changed(changed(SMALL, "follow_ups:", f"{second}follow_ups:"), ANSWERS, f"{ANSWERS}, answer_counts: cover")
    assert len(findings(pathway_of(text, "x"), small()[1])) == 1


def test_without_a_last_resort_the_first_hour_is_told_at_which_nobody_answers(tmp_path: Path) -> None:
    (fault,) = faults_in(tmp_path, SMALL, changed(SMALL_NETWORK, "last_resort: {team: avdelning, contact: duty}\n", ""))
    assert fault.code is Code.NO_LAST_RESORT
    assert fault.example == (
        "Sunday 22 November 2026 at 00:00: hemteam is asked to take over. hemteam is closed. It is covered by "
        "mottagning, which is closed too. Nobody answers."
    )


def test_a_last_resort_that_is_not_always_on_duty_may_leave_nobody_at_an_hour(tmp_path: Path) -> None:
    text = changed(SMALL_NETWORK, "{team: avdelning, contact: duty}", "{team: mottagning, contact: on-call}")
    (fault,) = faults_in(tmp_path, SMALL, text)
    assert fault.code is Code.LAST_RESORT_NOT_ALWAYS
    assert fault.example.startswith("Sunday 22 November 2026 at 00:00: hemteam is asked")


def test_where_somebody_answers_at_every_hour_all_the_same_there_is_no_story_to_tell() -> None:
    pathway, network = small()
    always = {
        key: team.model_copy(update={"cover": network.teams["avdelning"].cover}) for key, team in network.teams.items()
    }
    without = network.model_copy(update={"teams": always, "last_resort": None})
    finding = Finding(Code.NO_LAST_RESORT, ("network",), "x", "x", "x")
    assert Prover(BEGIN).example(finding, without) == ""
    assert Prover(BEGIN).example(replace(finding, code=Code.UNKNOWN_ROLE), network) == ""
    assert pathway.pathway in network.pathways


def test_a_team_that_is_covered_by_nobody_known_is_asked_alone() -> None:
    _, network = small()
    teams = {**network.teams, "hemteam": network.teams["hemteam"].model_copy(update={"covered_by": "gone"})}
    year = Year(network.model_copy(update={"teams": teams, "last_resort": None}), BEGIN)
    assert next(year.unanswered())[:2] == ("hemteam", ("hemteam",))
    assert list(year.circles()) == []


def instants(year: Year) -> Iterator[datetime]:
    at = year.whole.start
    while at < year.whole.end:
        yield at
        at += timedelta(hours=7, minutes=13)


def test_the_closed_hours_of_a_year_are_those_that_the_rota_tells() -> None:
    _, network = small()
    year, rota = Year(network, BEGIN), rota_of(network)
    for teams in (("hemteam",), ("mottagning",), ("hemteam", "mottagning"), ("avdelning",)):
        closed = year.closed(teams)
        for at in instants(year):
            is_closed = not any(rota.is_open(team, at) for team in teams)
            assert is_closed == any(span.holds(at) for span in closed), (teams, at)


def test_an_ended_episode_needs_nobody() -> None:
    context = Context(*small(), NOON)
    found = Explorer().explore(context)
    assert found.unwatched == []
    assert all(each.episode.status is EpisodeStatus.ACTIVE for each in found.reached.values())

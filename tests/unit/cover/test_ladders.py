"""Who is on duty, who answers when nobody of the team is, and until when."""

from cover_worlds import ALWAYS, COPENHAGEN, at, hours, local, network, office, rota, team

from pathways.cover.rotas import Rota, rota_of
from pathways.definition.networks import Network

EVENINGS = {"hours": [hours("16:30", "22:00")]}
WORKDAY, EVENING, NIGHT = at("2026-03-02 10:00"), at("2026-03-02 18:00"), at("2026-03-02 23:00")


def town() -> Rota:
    """A team with a desk by day and an on-call contact in the evening, covered by a neighbour open until 23:30."""
    neighbour = team({"hours": [hours("06:00", "23:30")]}, "phone", covered_by="day")
    return rota_of(network(day=team(office(), "desk", ("on-call", EVENINGS), covered_by="other"), other=neighbour))


def test_contacts_on_duty_are_given_in_their_order_with_their_own_end() -> None:
    day = rota(office(), "desk", ("on-call", EVENINGS), ("chief", ALWAYS))
    on_duty = [(each.team, each.contact, local(each.until_at)) for each in day.on_duty("day", WORKDAY)]
    assert on_duty == [("day", "desk", "2026-03-02 16:30"), ("day", "chief", "never")]
    assert [each.contact for each in day.on_duty("day", EVENING)] == ["on-call", "chief"]


def test_a_team_is_open_while_one_of_its_contacts_is_on_duty() -> None:
    day = rota(office(), "desk", ("on-call", EVENINGS))
    assert day.is_open("day", EVENING)
    assert local(day.closes_at("day", WORKDAY)) == "2026-03-02 22:00"
    assert not day.is_open("day", NIGHT)
    assert day.on_duty("day", NIGHT) == ()
    only_evenings = rota(office(), ("on-call", EVENINGS))
    assert not only_evenings.is_open("day", WORKDAY)


def test_the_ladder_goes_from_the_team_to_who_covers_it_to_the_last_resort() -> None:
    rungs = [(each.team, each.contact, each.is_open, local(each.until_at)) for each in town().ladder("day", EVENING)]
    assert rungs == [
        ("day", "desk", False, "2026-03-03 07:00"),
        ("day", "on-call", True, "2026-03-02 22:00"),
        ("other", "phone", True, "2026-03-02 23:30"),
        ("night", "doctor", True, "never"),
    ]


def test_a_ladder_names_each_contact_once() -> None:
    alone = rota_of(network(day=team(office(), covered_by="night")))
    assert [(each.team, each.contact) for each in alone.ladder("day", NIGHT)] == [
        ("day", "desk"),
        ("night", "nurse"),
        ("night", "doctor"),
    ]
    assert [each.contact for each in alone.ladder("night", NIGHT)] == ["nurse", "doctor"]


def test_a_team_stands_in_for_those_that_are_closed_and_whose_ladder_it_is_on() -> None:
    standing_in = {name: town().stands_in_for(name, NIGHT) for name in ("day", "other", "night")}
    assert standing_in == {"day": (), "other": ("day",), "night": ("day",)}
    assert town().stands_in_for("night", at("2026-03-02 23:45")) == ("day", "other")
    assert town().stands_in_for("other", WORKDAY) == ()


def test_who_answers_is_the_first_open_rung_until_another_is_the_first() -> None:
    def answers(text: str) -> tuple[str, str, str]:
        found = town().who_answers("day", at(text))
        return found.team, found.contact, local(found.until_at)

    assert answers("2026-03-02 10:00") == ("day", "desk", "2026-03-02 16:30")
    assert answers("2026-03-02 16:30") == ("day", "on-call", "2026-03-02 22:00")
    assert answers("2026-03-02 22:00") == ("other", "phone", "2026-03-02 23:30")
    assert answers("2026-03-02 23:30") == ("night", "doctor", "2026-03-03 06:00")
    assert answers("2026-03-03 06:30") == ("other", "phone", "2026-03-03 07:00")


def test_the_last_resort_answers_for_ever_where_nobody_else_ever_opens() -> None:
    found = rota({"calendar": "ROTA"}).who_answers("day", NIGHT)
    assert (found.team, found.contact, found.until_at) == ("night", "doctor", None)


def test_in_a_network_that_is_not_sound_the_first_contact_is_given_with_no_time_left() -> None:
    sound = network(day=team(office()))
    unsound: Network = sound.model_copy(update={"last_resort": None})
    found = rota_of(unsound).who_answers("day", NIGHT)
    assert (found.contact, found.until_at) == ("desk", NIGHT)


def test_times_may_be_asked_in_any_zone_and_are_given_in_utc() -> None:
    there = NIGHT.astimezone(COPENHAGEN)
    assert rota(office()).opens_at("day", there) == rota(office()).opens_at("day", NIGHT) == at("2026-03-03 07:00")
    assert [each.until_at for each in rota(office()).on_duty("day", WORKDAY)] == [at("2026-03-02 16:30")]

"""A channel that is away is one incident: one notice at a time tries it, others are told instead, and IT hears."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine

from engine.world import MUNICIPAL, Day, Post, a_day, settings
from flows.announcing import INCIDENT_OPEN, INCIDENT_OVER, Told
from flows.incidents import announce_incidents
from pathways.care.commands import EndEpisode
from pathways.care.states import Action, MarkKind
from pathways.errors import Failed
from pathways.notices.channels import channel_of
from pathways.notices.outcomes import NotSent, NotSentCode, Outcome, Sent
from pathways.notices.words import Words
from pathways.settings import Settings
from pathways.store.tables import NoticeRow, NoticeStatus

MAIL, PAGER, ALARM = "mailto://mail.example", "json://pager.example", "json://alarm.example"
AWAY = NotSent(NotSentCode.NOT_REACHED, permanent=False)
SLOW = NotSent(NotSentCode.TOO_SLOW, permanent=False)
REFUSED = NotSent(NotSentCode.REFUSED, permanent=False)
NO_ADDRESS = NotSent(NotSentCode.NO_ADDRESS, permanent=True)


class Channels(Post):
    """Channels that answer by their address, and that count how often each was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.tries: list[str] = []
        self.taken: list[tuple[str, Words]] = []
        self.faults: dict[str, Outcome] = {}

    def send(self, words: Words, address: SecretStr, notice_key: str) -> Outcome:
        plain = address.get_secret_value()
        self.tries.append(plain)
        outcome = next((fault for begin, fault in self.faults.items() if plain.startswith(begin)), Sent())
        if isinstance(outcome, Sent):
            self.taken.append((plain, words))
        return outcome

    def to(self, begin: str) -> list[str]:
        return [words.subject for plain, words in self.taken if plain.startswith(begin)]


@pytest.fixture
def channels() -> Channels:
    return Channels()


def installed(
    engine: Engine, folder: Path, channels: Channels, at: Callable[[str], str] = lambda name: f"{MAIL}/{name}"
) -> Day:
    given: Settings = settings(folder, at)
    assert given.contacts_file is not None
    with given.contacts_file.open("a", encoding="utf-8") as file:
        file.write(f'it-duty = "{ALARM}/"\n')
    day = a_day(engine, given.model_copy(update={"alert_contact": "it-duty"}), channels)
    channels.tries.clear()
    return day


def notices(day: Day) -> list[NoticeRow]:
    return list(reversed(day.operations.views.notices()))


@pytest.mark.parametrize("fault", [AWAY, SLOW])
def test_one_at_a_time_tries_a_channel_that_is_away_and_all_leave_soon_after_it_is_back(
    engine: Engine, tmp_path: Path, channels: Channels, fault: NotSent
) -> None:
    day = installed(engine, tmp_path, channels)
    episodes = [day.begun() for _ in range(5)]
    channels.faults[MAIL] = fault
    for episode in episodes:
        day.requested(episode)
    assert len(channels.tries) == 1
    assert len({notice.status for notice in notices(day)}) == 1

    for _ in range(40):
        channels.tries.clear()
        day.clock.forward(seconds=30)
        day.operations.delivery.deliver()
        assert len(channels.tries) <= 1

    del channels.faults[MAIL]
    for _ in range(12):
        day.clock.forward(seconds=5)
        day.operations.delivery.deliver()
    assert {notice.status for notice in notices(day)} == {NoticeStatus.SENT}
    assert not day.operations.incidents.open()


def test_a_notice_that_a_channel_cannot_take_keeps_no_other_from_leaving(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    """It is slow with one letter alone: who tries whether it is back is not always the same."""
    day = installed(engine, tmp_path, channels)
    episodes = [day.begun() for _ in range(3)]
    channels.faults[MAIL] = SLOW
    for episode in episodes:
        day.requested(episode)
    channels.faults = {f"{MAIL}/SSIH_FIRST": SLOW}
    day.operations.perform(episodes[0], EndEpisode(actor=MUNICIPAL, end="deceased"))
    for _ in range(30):
        day.clock.forward(seconds=5)
        day.operations.delivery.deliver()
    left = [notice for notice in notices(day) if notice.status == NoticeStatus.WAITING]
    assert {(notice.team, notice.contact) for notice in left} == {("ssih-jonkoping", "coordinator")}


def test_after_five_minutes_another_contact_is_told_over_another_channel_and_it_counts_as_delivered(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels, lambda name: f"{PAGER if name.endswith('SECOND') else MAIL}/{name}")
    episode = day.begun()
    channels.faults[MAIL] = AWAY
    handover = day.requested(episode)
    (asked,) = (notice for notice in notices(day) if notice.kind == "requested")
    for _ in range(16):
        day.clock.forward(seconds=20)
        day.operations.delivery.deliver()

    (instead,) = (notice for notice in notices(day) if notice.instead_of == asked.id)
    assert (instead.status, instead.team, instead.kind) == (NoticeStatus.SENT, asked.team, "requested")
    assert instead.contact != asked.contact
    assert len(channels.to(PAGER)) == 1
    assert day.operations.views.show(handover).handover(handover).mark(MarkKind.DELIVERED) is not None

    day.do(handover, Action.ACCEPT)
    assert {n.status for n in notices(day) if n.id == asked.id} == {NoticeStatus.WITHDRAWN}


def test_what_is_given_up_on_goes_to_the_next_contact_and_the_next_until_it_reaches_somebody(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels)
    channels.faults = {f"{MAIL}/{name}": NotSent(NotSentCode.BAD_ADDRESS, permanent=True) for name in ("SSIH_FIRST",)}
    day.requested(day.begun())
    day.operations.delivery.deliver()
    requests = [notice for notice in notices(day) if notice.kind == "requested"]
    assert [notice.status for notice in requests] == [NoticeStatus.WITHDRAWN, NoticeStatus.SENT]
    assert not day.operations.incidents.report()

    channels.faults = {MAIL: NO_ADDRESS}
    day.requested(day.begun())
    day.operations.delivery.deliver()
    requests = [notice for notice in notices(day) if notice.kind == "requested"][2:]
    assert [notice.status for notice in requests] == [
        NoticeStatus.DEAD,
        *[NoticeStatus.WITHDRAWN] * (len(requests) - 1),
    ]
    contacts = [(notice.team, notice.contact) for notice in requests]
    assert len(contacts) == len(set(contacts)) > 2
    (incident,) = day.operations.incidents.report()
    assert (incident.code, incident.notices) == ("given-up", 1)
    assert channels.to(ALARM) == ["Handslag: notices do not leave"]


def test_what_is_no_longer_wanted_goes_to_nobody_instead(engine: Engine, tmp_path: Path, channels: Channels) -> None:
    day = installed(engine, tmp_path, channels, lambda name: f"{PAGER if name.endswith('SECOND') else MAIL}/{name}")
    episode = day.begun()
    channels.faults[MAIL] = AWAY
    handover = day.requested(episode)
    day.clock.forward(minutes=4)
    day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
    for _ in range(30):
        day.clock.forward(seconds=30)
        day.operations.delivery.deliver()
    assert not [notice for notice in notices(day) if notice.kind == "requested" and notice.instead_of]


def test_a_channel_that_is_away_is_reported_once_and_ever_more_seldom_until_it_is_over(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels)
    episode = day.begun()
    channels.faults[MAIL] = AWAY
    day.requested(episode)
    reported = []
    for minute in range(1, 6 * 60):
        day.clock.forward(minutes=1)
        day.operations.delivery.deliver()
        reported += [minute for _ in day.operations.incidents.report()]
    assert reported == [2, 17, 47, 107, 227]
    del channels.faults[MAIL]
    day.clock.forward(minutes=1)
    day.operations.delivery.deliver()
    (over,) = day.operations.incidents.report()
    assert over.over_at is not None
    assert channels.to(ALARM) == ["Handslag: notices do not leave"] * 5 + ["Handslag: notices leave again"]
    assert not day.operations.incidents.report()
    texts = "".join(words.subject + words.body for plain, words in channels.taken if plain.startswith(ALARM))
    assert episode not in texts
    assert "ssih" not in texts.lower()
    assert "mail.example" not in texts


def test_a_channel_that_is_back_within_two_minutes_is_not_reported(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels)
    episode = day.begun()
    channels.faults[MAIL] = AWAY
    day.requested(episode)
    day.clock.forward(seconds=60)
    del channels.faults[MAIL]
    day.operations.delivery.deliver()
    day.clock.forward(minutes=5)
    assert not day.operations.incidents.report()
    assert not channels.to(ALARM)


def test_a_channel_that_nobody_waits_for_any_more_is_over(engine: Engine, tmp_path: Path, channels: Channels) -> None:
    day = installed(engine, tmp_path, channels)
    channels.faults[MAIL] = AWAY
    handover = day.requested(day.begun())
    day.clock.forward(minutes=3)
    assert len(day.operations.incidents.report()) == 1
    day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
    if not any(notice.status == NoticeStatus.WAITING for notice in notices(day)):
        (over,) = day.operations.incidents.report()
        assert over.over_at is not None


def test_of_two_processes_that_look_at_the_same_time_one_reports(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels)
    channels.faults[MAIL] = NO_ADDRESS
    day.requested(day.begun())
    day.operations.delivery.deliver()
    other = a_day(engine, day.operations.settings, channels, is_published=True)
    other.clock.now = day.clock.now
    assert [len(each.operations.incidents.report()) for each in (day, other)] == [1, 0]


def test_prefect_hears_of_it_and_a_server_that_is_away_changes_nothing(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    class Feed:
        def __init__(self) -> None:
            self.names: list[str] = []
            self.is_away = False

        def send(self, told: Told) -> None:
            if self.is_away:
                raise Failed("It is away.", "Wait.")
            self.names += [each["event"] for each in told]

        def stored(self, told: Told) -> frozenset[str]:
            raise AssertionError(told)

    day, feed = installed(engine, tmp_path, channels), Feed()
    channels.faults[MAIL] = AWAY
    handover = day.requested(day.begun())
    day.clock.forward(minutes=3)
    announce_incidents(day.operations, day.operations.incidents.report(), feed=feed)
    channels.faults.clear()
    day.operations.delivery.deliver()
    announce_incidents(day.operations, day.operations.incidents.report(), feed=feed)
    assert feed.names == [INCIDENT_OPEN, INCIDENT_OVER]
    feed.is_away, channels.faults[MAIL] = True, NO_ADDRESS
    day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
    day.operations.delivery.deliver()
    announce_incidents(day.operations, day.operations.incidents.report(), feed=feed)
    assert len(day.operations.incidents.open()) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("mailtos://a:p@mail.example?to=x@y.example", "mailtos://b:q@mail.example/?to=z@y.example", True),
        ("mailto://a:p@one.example?smtp=mail.example", "mailto://a:p@two.example?smtp=mail.example", True),
        ("mailto://mail.example:25/", "mailto://mail.example:26/", False),
        ("mailto://MAIL.example/", "MAILTO://mail.EXAMPLE/", True),
        ("json://mail.example/", "mailto://mail.example/", False),
        ("mailto://[wrong", "mailto://[other", False),
    ],
)
def test_what_rests_on_one_host_is_one_channel(one: str, other: str, *, same: bool) -> None:
    assert (channel_of(SecretStr(one)) == channel_of(SecretStr(other))) is same


def test_reminders_that_a_host_refuses_are_given_up_on_as_soon_as_one_would_be_and_are_seen(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels)
    day.requested(day.begun(), is_draft=True)
    channels.faults[MAIL] = REFUSED
    for _ in range(40):
        day.clock.forward(hours=12)
        day.operations.pass_due_clocks()
        day.operations.delivery.deliver()
    reminders = [each for each in notices(day) if each.kind == "draft-waiting"]
    assert NoticeStatus.DEAD in {each.status for each in reminders}


def test_of_reminders_that_could_not_leave_a_contact_gets_the_newest_once_the_channel_is_back(
    engine: Engine, tmp_path: Path, channels: Channels
) -> None:
    day = installed(engine, tmp_path, channels)
    day.requested(day.begun(), is_draft=True)
    channels.faults[MAIL] = AWAY
    for _ in range(12):
        day.clock.forward(days=1)
        day.operations.pass_due_clocks()
        day.operations.delivery.deliver()
    waiting = [each for each in notices(day) if each.kind == "draft-waiting" and each.status == NoticeStatus.WAITING]
    first_at = min(each.created_at for each in notices(day) if each.kind == "draft-waiting")
    assert len({each.contact for each in waiting}) == len(waiting)
    assert max(each.times for each in waiting) == 12
    assert {each.created_at for each in waiting} <= {each.created_at for each in notices(day)}
    assert first_at in {each.created_at for each in waiting}

    del channels.faults[MAIL]
    day.clock.forward(minutes=1)
    day.operations.delivery.deliver()
    assert len(channels.to(MAIL)) == len(waiting)

"""Notices leave at once, by real mail; what receivers do to them ends as the design says."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.world import MUNICIPAL, NAME, NUMBER, SSIH, START, Day, a_day, demonstration, settings
from handslag.inbox import Inbox, Letter
from pathways.care.commands import EndEpisode
from pathways.care.states import Action, MarkKind
from pathways.definition.networks import Network, Team
from pathways.errors import NotFound, Refused
from pathways.notices.sending import AppriseSender
from pathways.operations.people import Patient
from pathways.settings import Settings
from pathways.store.tables import NoticeRow, NoticeStatus
from pathways.store.unit_of_work import UnitOfWork

SECONDS = 10.0
FIRST = "ssih_first@example.org"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as inbox:
        yield inbox


def by_mail(inbox: Inbox, folder: Path) -> Settings:
    return settings(folder, lambda name: inbox.address(f"{name.lower()}@example.org"))


@pytest.fixture
def day(engine: Engine, tmp_path: Path, inbox: Inbox) -> Day:
    return a_day(engine, by_mail(inbox, tmp_path), AppriseSender(SECONDS))


def last(day: Day) -> NoticeRow:
    return day.operations.views.notices()[0]


def asked(day: Day) -> NoticeRow:
    """The request as it was first to leave; those that went to another contact instead come after it."""
    return min(day.operations.views.notices(), key=lambda notice: notice.id or 0)


def to(letter: Letter) -> str:
    return letter.recipients[0]


def change(day: Day, network: Network) -> None:
    """Put another state of the network in force, whatever publishing would say to it."""
    with UnitOfWork(day.operations.engine) as work:
        work.definitions.add_network(network, day.clock())
        work.commit()


def test_a_request_is_mailed_before_the_call_returns_and_marked_as_delivered(day: Day, inbox: Inbox) -> None:
    handover = day.requested(day.begun(Patient(NUMBER, NAME)))

    (letter,) = inbox.letters
    assert to(letter) == FIRST
    assert handover in letter.subject + letter.text
    notice = last(day)
    assert (notice.status, notice.attempts, notice.sent_at, notice.leaks) == (NoticeStatus.SENT, 0, START, [])
    delivered = day.operations.views.show(handover).handover(handover).mark(MarkKind.DELIVERED)
    assert delivered is not None
    assert delivered.at == START
    assert day.woken == [handover]


def test_the_whole_way_is_told_to_those_whom_it_concerns(day: Day, inbox: Inbox) -> None:
    handover = day.requested(day.begun())
    day.made_ready(handover)
    day.do(handover, Action.HOLD, reason="fever")
    day.do(handover, Action.RESUME)
    day.do(handover, Action.ARRIVE)
    day.operations.perform(handover, EndEpisode(actor=SSIH, end="discharged"))

    kinds = [(notice.kind, notice.team) for notice in reversed(day.operations.views.notices())]
    assert kinds[:2] == [("requested", "ssih-jonkoping"), ("accepted", "municipal-palliative-team")]
    assert {kind for kind, _ in kinds} == {"requested", "accepted", "ready", "held", "resumed", "completed", "ended"}
    assert len(inbox.letters) == len(kinds)
    assert {notice.status for notice in day.operations.views.notices()} == {NoticeStatus.SENT}
    assert len({letter.message["Message-ID"] for letter in inbox.letters}) == len(kinds)


def test_an_unanswered_request_reminds_and_then_climbs_from_contact_to_contact(day: Day, inbox: Inbox) -> None:
    day.requested(day.begun())
    for minutes, due in ((20, 2), (10, 2), (10, 1), (10, 1)):  # at first, that nobody has opened it is told as well
        day.clock.forward(minutes=minutes)
        assert day.operations.pass_due_clocks() == due

    mine = [to(letter).partition("@")[0] for letter in inbox.letters if "ssih" in to(letter)]
    assert mine == ["ssih_first", "ssih_second", "ssih_second", "ssih_third", "ssih_third", "ssih_third"]
    assert day.operations.pass_due_clocks() == 0


def test_a_refused_recipient_is_tried_again_ever_later_and_another_has_it_meanwhile(day: Day, inbox: Inbox) -> None:
    inbox.refuse(FIRST)
    day.requested(day.begun())

    waits = []
    for attempt in range(2, 7):
        notice = asked(day)
        assert (notice.status, notice.attempts, notice.error) == (NoticeStatus.WAITING, attempt - 1, "refused")
        waits.append((notice.next_attempt_at - day.clock()).total_seconds())
        day.clock.forward(seconds=waits[-1] - 1)
        assert not day.operations.delivery.deliver().not_sent
        day.clock.forward(seconds=1)
        assert notice.id in day.operations.delivery.deliver().not_sent

    assert waits == [10, 60, 300, 900, 3600]
    assert (asked(day).status, asked(day).attempts) == (NoticeStatus.WITHDRAWN, 6)
    assert not day.operations.views.notices(only_dead=True)
    assert [to(letter) for letter in inbox.letters] == ["ssih_second@example.org"]
    day.clock.forward(days=1)
    assert not day.operations.delivery.deliver().not_sent


def test_a_dead_notice_is_sent_again_when_a_person_says_so_and_no_other_is(day: Day, inbox: Inbox) -> None:
    everyone = [contact.secret for team in demonstration()[1].teams.values() for contact in team.contacts]
    inbox.refuse(*(f"{secret.lower()}@example.org" for secret in everyone))
    day.requested(day.begun())
    for _ in range(5):
        day.clock.forward(hours=1)
        day.operations.delivery.deliver()
    number = asked(day).id
    assert number is not None

    day.operations.given_up.resend(number)
    assert (asked(day).status, asked(day).attempts) == (NoticeStatus.WAITING, 1)
    with pytest.raises(Refused, match="is waiting, not dead"):
        day.operations.given_up.resend(number)
    for _ in range(5):
        day.clock.forward(hours=1)
        day.operations.delivery.deliver()
    inbox.refuse()

    day.operations.given_up.resend(number)
    assert to(inbox.letters[-1]) == FIRST
    assert asked(day).status == NoticeStatus.SENT
    with pytest.raises(Refused, match="is sent, not dead"):
        day.operations.given_up.resend(number)
    with pytest.raises(NotFound, match="no notice of that number"):
        day.operations.given_up.resend(4711)


def test_a_dead_host_delays_no_answer_and_loses_no_notice(engine: Engine, tmp_path: Path, inbox: Inbox) -> None:
    day = a_day(engine, by_mail(inbox, tmp_path), AppriseSender(SECONDS))
    inbox.stop()
    handover = day.requested(day.begun())
    assert (last(day).status, last(day).error) == (NoticeStatus.WAITING, "not-reached")

    with Inbox() as mended:
        again = a_day(engine, by_mail(mended, tmp_path), AppriseSender(SECONDS), is_published=True)
        again.clock.forward(seconds=10)
        assert again.operations.delivery.deliver().sent == (last(day).id,)
        assert handover in mended.letters[0].subject + mended.letters[0].text


def test_a_mail_server_that_is_away_for_three_hours_loses_no_word_of_a_death(
    engine: Engine, tmp_path: Path, inbox: Inbox
) -> None:
    day = a_day(engine, by_mail(inbox, tmp_path), AppriseSender(SECONDS))
    episode = day.begun()
    inbox.stop()
    day.operations.perform(episode, EndEpisode(actor=MUNICIPAL, end="deceased"))
    for _ in range(12):
        day.clock.forward(minutes=15)
        assert not day.operations.delivery.deliver().sent
    assert {notice.status for notice in day.operations.views.notices()} == {NoticeStatus.WAITING}

    with Inbox() as mended:
        again = a_day(engine, by_mail(mended, tmp_path), AppriseSender(SECONDS), is_published=True)
        again.clock.now = day.clock.now
        again.clock.forward(minutes=15)
        again.operations.delivery.deliver()
        assert len(mended.letters) == len(day.operations.views.notices()) > 1
    assert {notice.status for notice in day.operations.views.notices()} == {NoticeStatus.SENT}


def test_what_is_no_longer_wanted_is_never_sent(day: Day, inbox: Inbox) -> None:
    inbox.refuse(FIRST)
    handover = day.requested(day.begun())
    day.do(handover, Action.CANCEL, MUNICIPAL, "a mistake")
    inbox.refuse()
    day.clock.forward(days=1)
    day.operations.delivery.deliver()

    requested = next(notice for notice in day.operations.views.notices() if notice.kind == "requested")
    assert requested.status == NoticeStatus.WITHDRAWN
    assert all("avbruten" in letter.subject.lower() or "återtag" in letter.subject.lower() for letter in inbox.letters)


def test_a_text_that_tells_the_patients_name_goes_out_in_bare_words_with_the_fault_recorded(
    engine: Engine, tmp_path: Path, inbox: Inbox
) -> None:
    given = by_mail(inbox, tmp_path)
    templates = tmp_path / "templates"
    shutil.copytree(given.templates_folder, templates)
    (templates / "notices" / "sv" / "requested.txt").write_text("Om Astrid\n\n{{ reference }}\n", encoding="utf-8")
    leaky = given.model_copy(update={"templates_folder": templates})
    day = a_day(engine, leaky, AppriseSender(SECONDS))

    handover = day.requested(day.begun(Patient(NUMBER, NAME)))

    (letter,) = inbox.letters
    assert "Astrid" not in letter.message.as_string()
    assert handover in letter.subject + letter.text
    assert last(day).status == NoticeStatus.SENT
    assert last(day).leaks == ["known-name/subject"]


@pytest.mark.parametrize("text", [b"Hej\n\n{{ 1 / 0 }}\n", b"Hej\n\n\xe5\n", b"Hej\n\n{{ patient }}\n"])
def test_a_notice_whose_text_is_faulty_goes_out_in_bare_words_with_the_fault_recorded(
    engine: Engine, tmp_path: Path, inbox: Inbox, text: bytes
) -> None:
    given = by_mail(inbox, tmp_path)
    templates = tmp_path / "templates"
    shutil.copytree(given.templates_folder, templates)
    (templates / "notices" / "sv" / "requested.txt").write_bytes(text)
    day = a_day(engine, given.model_copy(update={"templates_folder": templates}), AppriseSender(SECONDS))

    handover = day.requested(day.begun())
    day.do(handover, Action.ACCEPT)

    assert {notice.kind: (notice.status, notice.leaks) for notice in day.operations.views.notices()} == {
        "requested": (NoticeStatus.SENT, ["no-words/body"]),
        "accepted": (NoticeStatus.SENT, []),
    }
    assert handover in inbox.letters[0].subject + inbox.letters[0].text


def with_ssih(team: Team | None) -> Network:
    """The demonstration's network with another SSIH team, or with none."""
    _, network = demonstration()
    others = {key: other for key, other in network.teams.items() if key != "ssih-jonkoping"}
    return network.model_copy(update={"teams": {**others, "ssih-jonkoping": team} if team else others})


def test_a_contact_without_address_and_a_team_that_is_gone_are_dead_at_once(day: Day) -> None:
    ssih = demonstration()[1].teams["ssih-jonkoping"]
    unknown = ssih.contacts[0].model_copy(update={"secret": "NOBODY_HAS_SAID"})
    change(day, with_ssih(ssih.model_copy(update={"contacts": (unknown,)})))
    day.requested(day.begun())
    assert (last(day).status, last(day).attempts, last(day).error) == (NoticeStatus.DEAD, 1, "no-address")
    number = last(day).id
    assert number is not None

    change(day, with_ssih(None))

    day.operations.given_up.resend(number)
    assert (last(day).status, last(day).error) == (NoticeStatus.DEAD, "no-address")


def test_a_language_that_has_no_texts_ends_dead_and_says_so(day: Day) -> None:
    ssih = demonstration()[1].teams["ssih-jonkoping"]
    change(day, with_ssih(ssih.model_copy(update={"language": "fi"})))

    day.requested(day.begun())
    for _ in range(5):
        day.clock.forward(hours=1)
        day.operations.delivery.deliver()

    assert (last(day).status, last(day).error) == (NoticeStatus.DEAD, "no-words")

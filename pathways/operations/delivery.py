"""Delivery: takes notices from the outbox, guards their words, sends them, and records how it went.

Any process may deliver: a claim keeps two from sending one notice at the same time. A process that dies between
sending and recording leaves the claim to run out; the notice is then sent again and says that it may be a repeat.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import Engine

from pathways.care.actors import SYSTEM
from pathways.care.addressees import others_to_tell
from pathways.care.commands import ChangeHandover
from pathways.care.decisions import decide
from pathways.care.episodes import Told
from pathways.care.notice_kinds import NoticeKind
from pathways.care.notice_parts import NOTICE_RULES
from pathways.care.recording import Context
from pathways.care.states import Action
from pathways.care.viewing import network_that_sees
from pathways.clock import Clock
from pathways.cover.rotas import rota_of
from pathways.definition.networks import Network
from pathways.definition.texts import Language
from pathways.errors import Failed, Refused
from pathways.logs import for_request
from pathways.notices.channels import channel_of
from pathways.notices.contacts import Contacts
from pathways.notices.guard import GuardedWords, Leak, guarded
from pathways.notices.outcomes import AWAY, NotSent, NotSentCode, Outcome, Sender
from pathways.notices.words import NoticeFacts
from pathways.people.vault import Vault
from pathways.settings import Settings
from pathways.store.tables import NoticeRow
from pathways.store.unit_of_work import UnitOfWork

_log = logging.getLogger("handslag.notices")

_CLAIM_MARGIN_SECONDS = 30
_ANOTHER_IS_TOLD_AFTER = timedelta(minutes=5)
"""For so long a notice may fail to reach a contact before another is told as well."""
_HOW_IT_ENDED_IS_UNKNOWN = frozenset({NotSentCode.TOO_SLOW, NotSentCode.NOT_TAKEN})
_ASKS_FOR_AN_ANSWER = frozenset({NoticeKind.REQUESTED, NoticeKind.ESCALATED, NoticeKind.HANDED_ON})


@dataclass(frozen=True)
class Delivered:
    """How a delivery went: numbers of notices that the channels took, and that they did not."""

    sent: tuple[int, ...]
    not_sent: tuple[int, ...]


@dataclass(frozen=True)
class _Claimed:
    """A notice that only this process sends now, with what it takes. `channel`: that of the address, if it has one."""

    notice: NoticeRow
    network: Network
    sealed: bytes | None
    address: SecretStr | NotSent
    channel: str | None


class Delivery:
    """Sends what waits in the outbox."""

    def __init__(
        self, engine: Engine, settings: Settings, vault: Vault, contacts: Contacts, sender: Sender, clock: Clock
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._vault = vault
        self._contacts = contacts
        self._sender = sender
        self._clock = clock

    def deliver(self, *, episode: str | None = None, limit: int = 200) -> Delivered:
        """Send the notices that may be tried now, of one episode or of all.

        Raises Failed when the database does not answer; never for what a receiver, a text or a key does.
        """
        outcomes: dict[int, bool | None] = {}
        while numbers := self._waiting(episode, limit, outcomes):  # what waited for one that was on its way follows it
            outcomes |= {number: self.deliver_one(number) for number in numbers}
        return Delivered(
            sent=tuple(number for number, taken in outcomes.items() if taken is True),
            not_sent=tuple(number for number, taken in outcomes.items() if taken is False),
        )

    def _waiting(self, episode: str | None, limit: int, tried: Mapping[int, object]) -> list[int]:
        with UnitOfWork(self._engine, writes=False) as work:
            found = work.outbox.waiting(self._clock(), limit, episode=episode)
        return [number for number in found if number not in tried][: limit - len(tried)]

    def deliver_one(self, number: int) -> bool | None:
        """Send one notice; says whether the channel took it, or None where it no longer waits or another sends it.

        While its channel is away it is held back, but for the one that tries whether the channel is back.
        """
        seconds = self._settings.notice_timeout_seconds + _CLAIM_MARGIN_SECONDS
        with UnitOfWork(self._engine) as work:
            notice = work.outbox.claim(number, self._clock(), seconds)
            if notice is None:
                return None
            network = work.definitions.network(notice.network or work.episodes.network_of(str(notice.episode)))
            address = self._address(network, Told(team=notice.team, contact=notice.contact))
            channel = None if isinstance(address, NotSent) else channel_of(address)
            held_until = work.incidents.held_until(channel, self._clock(), seconds) if channel else None
            if channel and held_until:
                work.outbox.hold(notice, channel, held_until)
            sealed = work.people.of_episode(notice.episode) if notice.episode else None
            work.commit()
        if held_until:
            return False
        with for_request(notice.request):
            return self._delivered(_Claimed(notice, network, sealed, address, channel))

    def _delivered(self, claimed: "_Claimed") -> bool:
        outcome, leaks = self._try_to_send(claimed)
        with UnitOfWork(self._engine) as work:
            if isinstance(outcome, NotSent):
                self._record_failure(work, claimed, outcome)
            else:
                _mark_delivered(work, claimed.notice, self._clock)  # first: whoever decides locks the episode first
                work.outbox.has_reached_another(claimed.notice)
                work.outbox.sent(claimed.notice, self._clock(), [f"{leak.code}/{leak.place}" for leak in leaks])
            if claimed.channel and _has_answered(outcome):
                work.incidents.over(claimed.channel, self._clock())
            work.commit()
        _note(claimed.notice, outcome)
        return not isinstance(outcome, NotSent)

    def _record_failure(self, work: UnitOfWork, claimed: "_Claimed", outcome: NotSent) -> None:
        now, notice = self._clock(), claimed.notice
        gives_up = outcome.permanent or self._is_enough(notice, outcome, now)
        is_its_contact = outcome.code is not NotSentCode.NO_WORDS
        if is_its_contact and (gives_up or now - notice.created_at >= _ANOTHER_IS_TOLD_AFTER):
            self._tell_another(work, claimed, gives_up=gives_up)
        is_away = outcome.code in AWAY and claimed.channel is not None
        work.outbox.not_sent(
            notice,
            now,
            outcome.code,
            gives_up=gives_up,
            may_have_arrived=outcome.code in _HOW_IT_ENDED_IS_UNKNOWN,
            channel=claimed.channel if is_away else None,
            next_probe_at=work.incidents.away(str(claimed.channel), outcome.code, now) if is_away else None,
        )

    def _tell_another(self, work: UnitOfWork, claimed: "_Claimed", *, gives_up: bool) -> None:
        """Let the next contact have it, who can be reached: one of another channel, unless it was given up on here."""
        notice, network, now = claimed.notice, claimed.network, self._clock()
        if work.outbox.is_with_another(notice, on_its_way=True):
            return
        if notice.episode is not None:
            work.episodes.get(notice.episode, for_writing=True)  # it is not withdrawn between looking and adding
        first = work.outbox.first_of(notice)
        if notice.episode is not None:
            network = network_that_sees(network, work.episodes.get(notice.episode))
        if first.team not in network.teams:
            return
        rota = rota_of(network, work.cover.feeds(network.network))
        tried = work.outbox.tried(notice)
        for told in others_to_tell(rota, NoticeKind(notice.kind), first.team, now, tried):
            address = self._address(network, told)
            if isinstance(address, NotSent):
                continue
            channel = channel_of(address)
            if gives_up or (channel != claimed.channel and not work.incidents.is_away(channel)):
                work.outbox.add_instead(first, told, now)
                return

    def _address(self, network: Network, told: Told) -> SecretStr | NotSent:
        team = network.teams.get(told.team)
        contact = next((c for c in team.contacts if c.name == told.contact), None) if team else None
        if contact is None:
            return NotSent(NotSentCode.NO_ADDRESS, permanent=True)
        return self._contacts.address(contact.secret)

    def _is_enough(self, notice: NoticeRow, outcome: NotSent, now: datetime) -> bool:
        """Whether to give up. While a channel is away, which comes back, a notice is tried as long as it matters."""
        if outcome.code not in AWAY:
            return notice.attempts + 1 >= self._settings.notice_attempts
        matters_for = NOTICE_RULES[NoticeKind(notice.kind)].matters_for
        return matters_for is not None and now - notice.created_at >= matters_for

    def _try_to_send(self, claimed: "_Claimed") -> tuple[Outcome, tuple[Leak, ...]]:
        notice, address = claimed.notice, claimed.address
        if isinstance(address, NotSent):
            return address, ()
        try:
            prepared = self._words(claimed, self._sender.shown_sender(address))
        except Failed as failure:
            _log.error("Notice %s has no words: %s", notice.id, failure)
            return NotSent(NotSentCode.NO_WORDS, permanent=False), ()
        except Exception as error:  # noqa: BLE001 - one faulty text stops no other notice; the error could quote a name
            _log.error("Notice %s has no words (%s): mend its text or its team.", notice.id, type(error).__name__)
            return NotSent(NotSentCode.NO_WORDS, permanent=False), ()
        if prepared.leaks:
            _log.error("The guard replaced the words of notice %s (%s): mend its text.", notice.id, notice.kind)
        try:
            return self._sender.send(prepared.words, address, notice.key), prepared.leaks
        except Exception as error:  # noqa: BLE001 - as above; the error could quote an address
            _log.error("Notice %s could not be handed over (%s).", notice.id, type(error).__name__)
            return NotSent(NotSentCode.NOT_TAKEN, permanent=False), ()

    def _words(self, claimed: "_Claimed", sender: str) -> GuardedWords:
        notice, network, sealed = claimed.notice, claimed.network, claimed.sealed
        reference = notice.handover or notice.episode or str(notice.about)
        facts = NoticeFacts(
            kind=NoticeKind(notice.kind),
            language=Language(network.teams[notice.team].language),
            reference=reference,
            episode=notice.episode or reference,
            due_at=notice.due_at,
            time_zone=network.time_zone,
            link=self._settings.link_to(reference),
            is_repeat=notice.may_have_arrived,
            times=notice.times,
        )
        names = _telling_names(network)
        if sealed is not None:
            names |= self._vault.opened(sealed).names
        return guarded(facts, self._settings.templates_folder, self._clock(), names, sender)


def _has_answered(outcome: Outcome) -> bool:
    """Whether there was somebody at the other end, be it that the answer was no."""
    return not isinstance(outcome, NotSent) or outcome.code is NotSentCode.REFUSED


def _note(notice: NoticeRow, outcome: Outcome) -> None:
    how = f"was not sent ({outcome.code})" if isinstance(outcome, NotSent) else "was sent"
    about = {"notice": notice.id, "kind": notice.kind} | ({"handover": notice.handover} if notice.handover else {})
    _log.info("Notice %s %s.", notice.id, how, extra=about)


def _telling_names(network: Network) -> set[str]:
    return {team.name for team in network.teams.values()} | {unit.name for unit in network.units.values()}


def _mark_delivered(work: UnitOfWork, notice: NoticeRow, clock: Clock) -> None:
    if notice.handover is None or notice.episode is None or notice.kind not in _ASKS_FOR_AN_ANSWER:
        return
    episode = work.episodes.get(notice.episode, for_writing=True)
    work.definitions.keep_networks()
    network = work.definitions.network(episode.network)
    pathway = work.definitions.pathway(episode.pathway, episode.version)
    now = work.episodes.turn(notice.episode, clock())  # after the lock: whoever had it may have written meanwhile
    first = work.outbox.first_of(notice)  # whom the request was told to, where another got it instead
    told_to, reached = (Told(team=each.team, contact=each.contact) for each in (first, notice))
    instead = reached if notice.instead_of else None
    command = ChangeHandover(
        actor=SYSTEM, handover=notice.handover, action=Action.DELIVER, told_to=told_to, instead=instead
    )
    try:
        decision = decide(Context(pathway, network, now, feeds=work.cover.feeds(network.network)), episode, command)
    except Refused:  # it has gone on meanwhile: that the notice was sent is true all the same
        return
    if decision.events:
        work.episodes.write(episode, decision)

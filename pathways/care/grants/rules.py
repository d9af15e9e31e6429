"""Granting packages, renewing them, leaving them to lapse, and withdrawing them: who may, and what follows.

A grant in force has two clocks: one asks the role that decides, in good time, whether it is renewed; the other ends it.
While a service pauses, with its level or with the whole episode, the time granted for it rests; its end stays.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time

from pathways.care.clocks import until
from pathways.care.concerned import teams_for_role
from pathways.care.episodes import ClockKind, Episode, RunningClock
from pathways.care.events import ClockChanged
from pathways.care.grants.commands import GrantPackage, LeaveToLapse, RenewGrant, WithdrawGrant
from pathways.care.grants.events import GrantEnded, GrantLeftToLapse, GrantMade, GrantRenewed, GrantWithdrawn
from pathways.care.grants.values import Grant, GrantStatus
from pathways.care.notice_kinds import NoticeKind
from pathways.care.pauses import require_going_on
from pathways.care.recording import Context, Recorder
from pathways.care.repeats import record_passing
from pathways.care.roll_outs import is_in_roll_out
from pathways.definition.durations import Duration, Unit, first_instant
from pathways.definition.grants import Package
from pathways.errors import Refused
from pathways.phrases import Phrase, either, one_of


def decision_key(grant: str) -> str:
    """The key of the clock by which somebody decides whether a grant is renewed."""
    return f"{ClockKind.GRANT_DECISION}/{grant}"


def end_key(grant: str) -> str:
    """The key of the clock that ends a grant."""
    return f"{ClockKind.GRANT_END}/{grant}"


def weekly_minutes(episode: Episode) -> Mapping[str, int]:
    """Minutes a week of each service that the citizen has now: of all grants in force, without what rests."""
    total: dict[str, int] = {}
    for grant in grants_in_force(episode):
        for service, minutes in grant.minutes.items():
            if service not in episode.paused_services:
                total[service] = total.get(service, 0) + minutes
    return total


def grants_in_force(episode: Episode) -> tuple[Grant, ...]:
    """The grants that hold now; none after the end of the episode."""
    held = (grant for grant in episode.grants.values() if grant.status is GrantStatus.IN_FORCE)
    return () if episode.has_ended else tuple(held)


def roles_that_grant(context: Context, episode: Episode, package: Package) -> tuple[str, ...]:
    """The roles that may grant a package to this citizen today: its own, and those of the roll-outs that hold."""
    more = (role for name, roles in package.by_in.items() if is_in_roll_out(context, episode, name) for role in roles)
    return tuple(dict.fromkeys((*package.by, *more)))


def grant(recorder: Recorder, command: GrantPackage) -> None:
    """Grant a package of the pathway. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    package = _package(context, episode, command.package)
    require_role(
        recorder, roles_that_grant(context, episode, package), Phrase("grant {package}", package=command.package)
    )
    require_going_on(episode, Phrase("grant a package"))
    grant_package(recorder, command.package, _time_wanted(package, command))


def grant_package(recorder: Recorder, name: str, minutes: Mapping[str, int] | None = None) -> None:
    """Grant a package, whoever asks for it, with its own minutes a week but for those given. Raises Refused.

    The same package is in force once: who needs more of it is granted it anew.
    """
    context, episode = recorder.context, recorder.episode
    package = _package(context, episode, name)
    if same := next((grant.name for grant in grants_in_force(episode) if grant.package == name), None):
        raise Refused(
            "Cannot grant {package} in episode {episode}: it is in force as {grant}.",
            "Withdraw it first, or renew it.",
            command=f"handslag withdraw-grant {same}, handslag renew-grant {same}",
            package=name,
            episode=episode.reference,
            grant=same,
        )
    number = 1 + sum(grant.package == name for grant in episode.grants.values())
    made = f"{name}-{number}"
    granted = {service: time.minutes for service, time in package.services.items()} | dict(minutes or {})
    recorder.record(
        GrantMade(grant=made, package=name, minutes=granted, ends_at=_end(context, package.lasts, context.now))
    )
    _start_clocks(recorder, package, made)
    tell_those_who_serve(recorder, NoticeKind.GRANT_MADE, made)


def renew(recorder: Recorder, command: RenewGrant) -> None:
    """Let a grant go on, from its end, for as long as its package lasts. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    held = grant_in_force(episode, command.grant, Phrase("renew"))
    package = _package(context, episode, held.package)
    require_role(recorder, (package.decides,), Phrase("renew {grant}", grant=held.name))
    if held.renewals >= package.renewals:
        times = Phrase("1 time") if package.renewals == 1 else Phrase("{times} times", times=package.renewals)
        ends_on = held.ends_at.astimezone(context.zone).date()
        raise Refused(
            "Cannot renew {grant} of episode {episode}: its package may be renewed {times}.",
            "Leave it to lapse, and grant {package} anew from {ends_on} if it is needed.",
            grant=held.name,
            episode=episode.reference,
            times=times,
            package=held.package,
            ends_on=ends_on,
        )
    _stop_clocks(recorder, held.name)
    recorder.record(GrantRenewed(grant=held.name, ends_at=_end(context, package.lasts, held.ends_at)))
    _start_clocks(recorder, package, held.name)
    tell_those_who_serve(recorder, NoticeKind.GRANT_CHANGED, held.name)


def leave_to_lapse(recorder: Recorder, command: LeaveToLapse) -> None:
    """Decide that a grant is not renewed; it holds until its end. Raises Refused."""
    held = grant_in_force(recorder.episode, command.grant, Phrase("decide on"))
    package = _package(recorder.context, recorder.episode, held.package)
    require_role(recorder, (package.decides,), Phrase("decide on {grant}", grant=held.name))
    if held.lapses:
        raise Refused("That {grant} lapses is decided already.", "Nothing needs to be done.", grant=held.name)
    recorder.record(GrantLeftToLapse(grant=held.name))
    _stop(recorder, decision_key(held.name))


def withdraw(recorder: Recorder, command: WithdrawGrant) -> None:
    """Withdraw a grant now. Those who do its services are told to stop. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    held = grant_in_force(episode, command.grant, Phrase("withdraw"))
    package = _package(context, episode, held.package)
    require_role(
        recorder,
        (*roles_that_grant(context, episode, package), package.decides),
        Phrase("withdraw {grant}", grant=held.name),
    )
    if not command.reason.strip():
        raise Refused("Cannot withdraw {grant}: no reason was given.", "Say why in a few words.", grant=held.name)
    recorder.record(GrantWithdrawn(grant=held.name, reason=command.reason))
    _stop_clocks(recorder, held.name, withdrawn=True)
    tell_those_who_serve(recorder, NoticeKind.GRANT_ENDED, held.name)


def pass_decision(recorder: Recorder, clock: RunningClock) -> None:
    """Ask whether the grant is renewed, and ask again until it is decided; past its end there is nothing to decide."""
    context = recorder.context
    if context.now >= clock.due_at:
        end_grant(recorder, clock.subject)
        return
    record_passing(recorder, clock, NoticeKind.GRANT_ENDING, latest=clock.due_at)
    recorder.owe(NoticeKind.GRANT_ENDING, clock.owner, subject=clock.key, due_at=clock.due_at, times=clock.passed + 1)


def end_grant(recorder: Recorder, name: str) -> None:
    """The time of a grant has run out: those who do its services are told, and the role that decides."""
    held = recorder.episode.grants[name]
    decision = recorder.episode.clocks.get(decision_key(name))
    recorder.record(GrantEnded(grant=name))
    _stop_clocks(recorder, name)
    also = (decision.owner,) if decision else ()
    tell_those_who_serve(recorder, NoticeKind.GRANT_ENDED, held.name, also=also)


def follow_the_care_team(recorder: Recorder) -> None:
    """Give the decision on each grant to the team that has its role now."""
    context, episode = recorder.context, recorder.episode
    for clock in tuple(episode.clocks.values()):
        package = clock.kind is ClockKind.GRANT_DECISION and context.pathway.packages.get(
            episode.grants[clock.subject].package
        )
        owner = _decider(context, episode, package) if package else clock.owner
        if owner != clock.owner:
            if clock.passed:
                recorder.withdraw_notices(subject=clock.key)
            recorder.record(ClockChanged(clock=clock.model_copy(update={"owner": owner})))


def require_role(recorder: Recorder, roles: Iterable[str], what: Phrase) -> None:
    """The actor's team has one of the roles for this patient. Raises Refused. `what` is asked for, without names."""
    context, episode = recorder.context, recorder.episode
    allowed = tuple(dict.fromkeys(team for role in roles for team in teams_for_role(context, episode, role)))
    if recorder.actor.team not in allowed:
        raise Refused(
            "Cannot {what} in episode {episode}: that is not for your team to do.",
            "Ask {teams}.",
            what=what,
            episode=episode.reference,
            teams=either(allowed) or Phrase("those who keep the network"),
        )


def grant_in_force(episode: Episode, name: str, verb: Phrase) -> Grant:
    """The grant of this name, which is in force. Raises Refused."""
    held = {grant.name: grant for grant in grants_in_force(episode)}
    if name not in held:
        raise Refused(
            "Cannot {verb} a grant of episode {episode}: none of that name is in force.",
            one_of(held, Phrase("Nothing is granted now.")),
            verb=verb,
            episode=episode.reference,
        )
    return held[name]


def tell_those_who_serve(recorder: Recorder, kind: NoticeKind, name: str, also: Iterable[str] = ()) -> None:
    """Owe a notice to the teams that do what a grant holds, as granted and as swapped, but for the one that acts.

    What they were told before of this grant and has not left is withdrawn.
    """
    context, episode = recorder.context, recorder.episode
    held = episode.grants[name]
    services = dict.fromkeys((*held.granted, *held.minutes))
    roles = [context.pathway.services[each].role for each in services if each in context.pathway.services]
    teams = [team for role in roles for team in teams_for_role(context, episode, role)]
    subject = f"grant/{name}"
    if kind is not NoticeKind.GRANT_MADE:
        recorder.withdraw_notices(subject=subject)
    for team in dict.fromkeys((*teams, *also)):
        if team != recorder.actor.team:
            recorder.owe(kind, team, subject=subject)


def _package(context: Context, episode: Episode, name: str) -> Package:
    package = context.pathway.packages.get(name)
    if package is None:
        known = context.pathway.packages
        raise Refused(
            "Cannot grant that in episode {episode}: its pathway has no package of that name.",
            one_of(known, Phrase("Ask those who keep the pathway to name one.")),
            episode=episode.reference,
        )
    return package


def _time_wanted(package: Package, command: GrantPackage) -> Mapping[str, int]:
    for service, minutes in command.minutes.items():
        time = package.services.get(service)
        if time is None:
            raise Refused(
                "Cannot grant {package} so: it holds no service of that name.",
                "Choose among: {choices}.",
                package=command.package,
                choices=tuple(package.services),
            )
        if not time.least <= minutes <= time.most:
            only = (
                Phrase("from {least} to {most}", least=time.least, most=time.most)
                if time.least < time.most
                else Phrase("exactly {minutes}", minutes=time.minutes)
            )
            raise Refused(
                "Cannot grant {package} so: of {service} it grants {only} minutes a week.",
                "Choose a time within that, or ask someone who may grant another package.",
                package=command.package,
                service=service,
                only=only,
            )
    return command.minutes


def _end(context: Context, lasts: Duration, start: datetime) -> datetime:
    """When what begins at `start` has lasted: days and longer end at the local midnight after the last whole day."""
    if lasts.unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
        return lasts.after(start, context.zone)
    first = datetime.combine(start.astimezone(context.zone).date(), time(), context.zone)
    last = lasts.after(first_instant(first, context.zone), context.zone).astimezone(context.zone).date()
    return first_instant(datetime.combine(last, time(), context.zone), context.zone)


def _start_clocks(recorder: Recorder, package: Package, name: str) -> None:
    context, episode = recorder.context, recorder.episode
    owner, due_at = _decider(context, episode, package), episode.grants[name].ends_at
    for key, kind, remind in (
        (decision_key(name), ClockKind.GRANT_DECISION, package.ask),
        (end_key(name), ClockKind.GRANT_END, None),
    ):
        recorder.start(
            until(
                context,
                key=key,
                kind=kind,
                subject=name,
                owner=owner,
                due_at=due_at,
                repeat=package.repeat,
                remind=remind,
            )
        )


def _decider(context: Context, episode: Episode, package: Package) -> str:
    return (*teams_for_role(context, episode, package.decides), episode.stay.team)[0]


def _stop_clocks(recorder: Recorder, name: str, *, withdrawn: bool = False) -> None:
    for key in (decision_key(name), end_key(name)):
        _stop(recorder, key, withdrawn=withdrawn)


def _stop(recorder: Recorder, key: str, *, withdrawn: bool = False) -> None:
    clock = recorder.episode.clocks.get(key)
    if clock and clock.passed:
        recorder.withdraw_notices(subject=key)
    recorder.stop(key, withdrawn=withdrawn)

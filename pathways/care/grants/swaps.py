"""Swapping granted services, as the citizen wishes, and undoing it.

A swap stays inside its grant and ends with it. No swap makes time: what is got is never more than what was given, and
undoing a swap gives back exactly what it took.
"""

from pathways.care.grants.commands import SwapServices, UndoSwap
from pathways.care.grants.events import ServicesSwapped, SwapUndone
from pathways.care.grants.rules import grant_in_force, require_role, tell_those_who_serve
from pathways.care.grants.values import Grant, Swap
from pathways.care.notice_kinds import NoticeKind
from pathways.care.pauses import require_going_on
from pathways.care.recording import Recorder
from pathways.care.roll_outs import is_in_roll_out
from pathways.definition.grants import Swaps
from pathways.errors import Refused
from pathways.phrases import Phrase, one_of


def swap(recorder: Recorder, command: SwapServices) -> None:
    """Swap time of one service for another. Raises Refused."""
    context, episode = recorder.context, recorder.episode
    rules = _rules(recorder)
    if not is_in_roll_out(context, episode, rules.only_in):
        raise Refused(
            "Cannot swap services in episode {episode}: swaps are tried out elsewhere, or no longer.",
            "What is granted holds as it is; ask those who grant it to change it.",
            episode=episode.reference,
        )
    require_role(recorder, rules.by, Phrase("swap services"))
    require_going_on(episode, Phrase("swap services"))
    held = grant_in_force(episode, command.grant, Phrase("swap services of"))
    got = _got(recorder, rules, command)
    if command.minutes > held.minutes.get(command.give, 0):
        raise Refused(
            "Cannot swap that much: {grant} holds {minutes} minutes a week of it now.",
            "Swap no more than that.",
            grant=held.name,
            minutes=held.minutes.get(command.give, 0),
        )
    recorder.record(
        ServicesSwapped(
            grant=held.name,
            swap=len(held.swaps) + 1,
            give=command.give,
            get=command.get,
            gave=command.minutes,
            got=got,
        )
    )
    tell_those_who_serve(recorder, NoticeKind.GRANT_CHANGED, held.name)


def undo(recorder: Recorder, command: UndoSwap) -> None:
    """Undo a swap that holds, also where nothing new may be swapped any longer. Raises Refused."""
    episode = recorder.episode
    require_role(recorder, _rules(recorder).by, Phrase("undo a swap"))
    require_going_on(episode, Phrase("undo a swap"))
    held = grant_in_force(episode, command.grant, Phrase("undo a swap of"))
    found = _standing(held, command.swap)
    if held.minutes.get(found.get, 0) < found.got:
        raise Refused(
            "Cannot undo swap {number} of {grant}: what was got has been swapped on.",
            "Undo the later swap first.",
            number=found.number,
            grant=held.name,
        )
    recorder.record(SwapUndone(grant=held.name, swap=found.number))
    tell_those_who_serve(recorder, NoticeKind.GRANT_CHANGED, held.name)


def _rules(recorder: Recorder) -> Swaps:
    rules = recorder.context.pathway.swaps
    if rules is None:
        raise Refused(
            "Cannot swap services in episode {episode}: its pathway knows no swaps.",
            "What is granted holds as it is; ask those who grant it to change it.",
            episode=recorder.episode.reference,
        )
    return rules


def _got(recorder: Recorder, rules: Swaps, command: SwapServices) -> int:
    """Minutes a week of the other service for those given up. Raises Refused."""
    rate = rules.rate(command.give, command.get)
    if rate is None:
        possible = [each for each in recorder.context.pathway.services if rules.rate(command.give, each)]
        raise Refused(
            "Cannot swap the one for the other: the pathway has no rule for that.",
            Phrase("Choose what to get among: {choices}.", choices=tuple(possible))
            if possible
            else Phrase("Choose another service to give."),
        )
    gives, gets = rate
    if command.get in recorder.episode.paused_services:
        raise Refused("Cannot swap for {service}: it pauses now.", "Swap for it when it goes on.", service=command.get)
    if command.minutes < 1 or command.minutes * gets % gives:
        raise Refused(
            "Cannot swap that many minutes: {gives} minutes become {gets}, in whole minutes.",
            Phrase("Choose a whole number of minutes.")
            if gives == gets
            else Phrase("Choose a multiple of {gives} minutes.", gives=gives),
            gives=gives,
            gets=gets,
        )
    return command.minutes * gets // gives


def _standing(held: Grant, number: int | None) -> Swap:
    standing = {swap.number: swap for swap in held.standing_swaps}
    wanted = max(standing, default=0) if number is None else number
    if wanted not in standing:
        raise Refused(
            "Cannot undo that swap of {grant}: none of that number holds.",
            one_of(map(str, standing), Phrase("Nothing needs to be done.")),
            grant=held.name,
        )
    return standing[wanted]

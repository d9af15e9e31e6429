"""Soundness of cover: every team says when it answers, and somebody always does when it does not."""

from collections.abc import Iterator

from pathways.definition.checks_of_texts import check_lists, check_not_empty, check_secret
from pathways.definition.covers import Cover, CoverException, HolidayRule
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.networks import LastResort, Network
from pathways.definition.structure import meant


def check_covers(network: Network) -> Iterator[Finding]:
    """Every cover is clear, and who answers for a closed team is another team of the network."""
    for key, team in network.teams.items():
        path: KeyPath = ("teams", key)
        yield from _check_cover(team.cover, (*path, "cover"))
        for place, contact in enumerate(team.contacts):
            if contact.cover is not None:
                yield from _check_contacts_cover(contact.cover, (*path, "contacts", place, "cover"))
        if team.covered_by == key:
            sentence, mend = "A closed team cannot answer in its own place.", "Name another team, or remove this line."
            yield Finding(Code.COVERED_BY_ITSELF, (*path, "covered_by"), key, sentence, mend)
        elif team.covered_by is not None:
            yield from _check_team(network, team.covered_by, (*path, "covered_by"))


def check_unit_hours(network: Network) -> Iterator[Finding]:
    """The opening hours of every unit that has some are clear, and stand in the file."""
    for key, unit in network.units.items():
        if unit.hours is not None:
            path: KeyPath = ("units", key, "hours")
            yield from _check_cover(unit.hours, path)
            if unit.hours.calendar is not None:
                sentence, mend = "A unit has no calendar.", "Write its `hours:` here, or leave them out."
                yield Finding(Code.CALENDAR_OF_CONTACT, (*path, "calendar"), "", sentence, mend)


def check_last_resort(network: Network) -> Iterator[Finding]:
    """The network names a contact point that is on duty every hour of the year."""
    last = network.last_resort
    if last is None:
        sentence = "No last resort is named: when every team is closed, nobody answers."
        mend = "Add `last_resort: {team: …, contact: …}` with a contact point that is always on duty."
        yield Finding(Code.NO_LAST_RESORT, ("network",), network.network, sentence, mend)
    elif last.team not in network.teams:
        yield from _check_team(network, last.team, ("last_resort", "team"))
    else:
        yield from _check_always(network, last)


def _check_always(network: Network, last: LastResort) -> Iterator[Finding]:
    team = network.teams[last.team]
    contact = next((each for each in team.contacts if each.name == last.contact), None)
    path: KeyPath = ("last_resort", "contact")
    if contact is None:
        sentence = f"The team `{last.team}` has no contact point `{last.contact}`."
        mend = meant(last.contact, [each.name for each in team.contacts])
        yield Finding(Code.UNKNOWN_CONTACT, path, last.contact, sentence, mend)
    elif not (contact.cover or team.cover).always:
        sentence = f"The contact point `{last.contact}` is not always on duty."
        mend = "Write `cover: {always: true}` at it, or name one that is always on duty."
        yield Finding(Code.LAST_RESORT_NOT_ALWAYS, path, last.contact, sentence, mend)


def _check_team(network: Network, team: str, path: KeyPath) -> Iterator[Finding]:
    if team not in network.teams:
        sentence, mend = f"The team `{team}` is not declared.", meant(team, list(network.teams))
        yield Finding(Code.UNKNOWN_TEAM, path, team, sentence, mend)


def _check_contacts_cover(cover: Cover, path: KeyPath) -> Iterator[Finding]:
    yield from _check_cover(cover, path)
    if cover.calendar is not None:
        sentence = "A contact point has no calendar of its own."
        mend = "Give the calendar to the team, and call those events by this contact point's name."
        yield Finding(Code.CALENDAR_OF_CONTACT, (*path, "calendar"), "", sentence, mend)


def _check_cover(cover: Cover, path: KeyPath) -> Iterator[Finding]:
    ways = [cover.always, cover.hours is not None, cover.calendar is not None]
    if sum(ways) != 1:
        sentence = "This says in more than one way" if any(ways) else "This does not say"
        mend = "Write one of `always: true`, `hours:` and `calendar:`."
        yield Finding(Code.COVER_UNCLEAR, path, "cover", f"{sentence} when somebody answers.", mend, at_key=True)
    if cover.calendar is not None:
        yield from check_secret(cover.calendar, (*path, "calendar"))
    if cover.hours is not None:
        yield from _check_hours(cover, path)
    elif cover.exceptions or cover.holidays is not HolidayRule.CLOSED:
        name = "exceptions" if cover.exceptions else "holidays"
        sentence, mend = f"`{name}` goes with `hours`, and there are none.", "Remove it, or write `hours:`."
        yield Finding(Code.COVER_WITHOUT_HOURS, (*path, name), name, sentence, mend, at_key=True)


def _check_hours(cover: Cover, path: KeyPath) -> Iterator[Finding]:
    hours = cover.hours or ()
    yield from check_not_empty([((*path, "hours"), hours)])
    for place, each in enumerate(hours):
        here: KeyPath = (*path, "hours", place, "days")
        yield from check_not_empty([(here, each.days)])
        yield from check_lists([(here, each.days)])
    for place, exception in enumerate(cover.exceptions):
        yield from _check_exception(exception, cover.exceptions[:place], (*path, "exceptions", place))


def _check_exception(exception: CoverException, before: tuple[CoverException, ...], path: KeyPath) -> Iterator[Finding]:
    given = {exception.from_time is not None, exception.until_time is not None}
    if given != {not exception.closed}:
        sentence = "This does not say whether the day is closed, or else from when until when it is open."
        mend = 'Write `closed: true`, or both `from: "08:00"` and `until: "12:00"`.'
        yield Finding(Code.EXCEPTION_UNCLEAR, path, str(exception.day), sentence, mend)
    if any(each.day == exception.day and (each.closed or exception.closed) for each in before):
        sentence, mend = "An exception for this day stands above, and one of the two closes it.", "Keep one of them."
        here = (*path, "day")
        yield Finding(Code.EXCEPTION_TWICE, here, str(exception.day), sentence, mend, compares=(here,))

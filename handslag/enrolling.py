"""How an episode stands in its programme, in words for the command line: enrolled or waiting, and what was measured."""

from collections.abc import Iterator

from handslag.printing import Rows, local, table
from pathways.operations.views import EpisodeView


def programme_lines(view: EpisodeView) -> Iterator[str | Rows]:
    """Whether it is enrolled or waits, who confirmed the criteria, and each measurement; or nothing."""
    zone, enrolment = view.network.time_zone, view.episode.enrolment
    if enrolment:
        if enrolment.enrolled_at:
            yield f"Enrolled since {local(enrolment.enrolled_at, zone)}"
        else:
            offered = f"; told {local(enrolment.offered_at, zone)} that a place is free" if enrolment.offered_at else ""
            yield f"Waits for a place since {local(enrolment.waits_since, zone)}{offered}"
        if enrolment.criteria:
            by, at = enrolment.confirmed_by, local(enrolment.confirmed_at, zone)
            yield f"Criteria confirmed {at} by {by.team}, {by.name or 'not named'}: {', '.join(enrolment.criteria)}"
    if view.episode.measurements:
        rows = table("Measured", "measure", "value", "when", "by")
        for each in view.episode.measurements:
            by_team = f"{each.recorded_by.team}: {each.recorded_by.name or 'not named'}"
            rows.add_row(each.measure, f"{each.value:g}", local(each.at, zone), by_team)
        yield rows

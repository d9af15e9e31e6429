"""Commands with which a reviewer looks through the audit log, and hands a patient what it says of them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from handslag.commands.acting import Episode, Json, episode_reference
from handslag.commands.asking import WORDS, words
from handslag.commands.audit import ByReviewer, InNetwork, audit, reviewer
from handslag.commands.installation import operations
from handslag.files import new_file
from handslag.printing import as_json, local, say, table
from pathways.audit.reviews import Review
from pathways.audit.samples import Case
from pathways.clock import system_clock
from pathways.definition.texts import Language
from pathways.errors import Refused
from pathways.operations.log_reviews import Reviewing
from pathways.reports.log_extracts import html as html_of
from pathways.reports.paper import Printer


def register(_app: typer.Typer) -> None:
    """Add these commands to those about the audit log."""
    for command in (sample, review, reviews, extract):
        audit.command()(command)


def sample(
    network: InNetwork,
    by: ByReviewer,
    size: Annotated[int, typer.Option(help="How many cases of each kind at most.", min=1, max=200)] = 10,
    json: Json = False,
) -> None:
    """Draw the cases to look at from the time that no review has seen yet: by chance, and those that are flagged.

    A case is what one person did about one patient on one day. A flag is a question, and accuses nobody.

    Example: handslag audit sample jonkoping-demo --by "Lo Exempel, reviewer"
    """
    _tell(operations().log_reviews.draw(network, reviewer(by), size=size), json)


def review(
    number: Annotated[int, typer.Argument(help="The number of the review.")],
    by: ByReviewer,
    finding: Annotated[
        str, typer.Option(help="What you looked at, and what follows from it.", parser=words, metavar=WORDS)
    ] = "",
    is_in_order: Annotated[
        bool | None, typer.Option("--in-order/--not-in-order", help="With --finding: whether all was in order.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the cases of a review; or, with --finding, write down what was found. That can be done once.

    Example: handslag audit review 3 --finding - --in-order --by "Lo Exempel"
    """
    if (finding == "") != (is_in_order is None):
        raise Refused("A finding goes with whether all was in order.", "Say both: --finding, and --in-order or not.")
    reviews, who = operations().log_reviews, reviewer(by)
    if is_in_order is None:
        _tell(reviews.seen(number, who), json)
        return
    done = reviews.write_finding(number, finding, who, is_in_order=is_in_order)
    if json:
        as_json(done.model_dump(mode="json"))
        return
    say(f"Review [bold]{number}[/] is done: {'in order' if is_in_order else '[red]not in order[/]'}.")


def reviews(
    network: Annotated[str | None, typer.Option("--network", help="Only those of this network.")] = None,
    json: Json = False,
) -> None:
    """List the reviews that were made, and when the next one is due: so many days after the time seen so far.

    How many days is HANDSLAG_LOG_REVIEW_DAYS. What was found is to be written down within two weeks.

    Example: handslag audit reviews
    """
    standing = operations().log_reviews.standing(network)
    if json:
        as_json([_standing_as_data(each) for each in standing])
        return
    for each in standing:
        _tell_standing(each)
    if not standing:
        say("The log is empty.")


def extract(
    episode: Episode,
    by: ByReviewer,
    pdf: Annotated[Path | None, typer.Option(help="A new file for the PDF.", metavar="FILE")] = None,
    html: Annotated[Path | None, typer.Option(help="A new file for the page as HTML.", metavar="FILE")] = None,
    names: Annotated[bool, typer.Option("--names", help="Also name those who work there.")] = False,
    language: Annotated[Language | None, typer.Option(help="Left out: the language of the country.")] = None,
    json: Json = False,
) -> None:
    """Make the extract of the log for a patient: which unit saw or changed what, when, and on which ground.

    It covers all episodes of the patient, also from before two records of theirs became one. Without a file it is
    printed in English. Reasons that staff typed are not in it. Only you can read the files.

    Example: handslag audit extract E7K2-QM4T --pdf extract.pdf --by "Lo Exempel, reviewer"
    """
    service, reference, who = operations(), episode_reference(episode), reviewer(by)
    printer = Printer() if pdf else None
    made = service.log_extracts.made(reference, who, language)
    page = html_of(made, service.settings.templates_folder, with_names=names)
    if html:
        with new_file(html) as opened:
            opened.write(page.encode())
    if pdf and printer:
        with new_file(pdf) as opened:
            opened.write(printer.laid_out(page).pdf())
    files = [str(file) for file in (pdf, html) if file]
    lines = [
        {
            "at": line.at.isoformat(),
            "unit": line.unit,
            **({"role": line.role, "name": line.name} if names else {}),
            "deed": line.deed,
            "grounds": line.grounds,
        }
        for line in made.lines
    ]
    if json:
        as_json({"episodes": made.episodes, "files": files, "lines": lines})
    elif files:
        say(f"[bold]{reference}[/]: {len(lines)} lines in {escape(', '.join(files))}.")
    else:
        rows = table(f"The log of {', '.join(made.episodes)}", "at", "unit", *(("by",) if names else ()), "what", "why")
        for line in made.lines:
            who_did = (escape(f"{line.name}, {line.role}"),) if names else ()
            when = local(line.at, made.time_zone)
            rows.add_row(when, escape(line.unit), *who_did, line.deed, escape(", ".join(line.grounds)))
        say(rows)


def _tell(review: Review, json: bool) -> None:
    if json:
        as_json(review.model_dump(mode="json"))
        return
    zone = operations().views.network(review.drawn.network).time_zone
    since, until = local(review.drawn.since_at, zone), local(review.drawn.until_at, zone)
    say(f"[bold]Review {review.number}[/] of {review.drawn.network}, {since} to {until}")
    rows = table("", "day", "who", "team", "about", "what", "entries", "ground", "why look")
    for case in review.drawn.cases:
        rows.add_row(str(case.day), *map(escape, _words(case)))
    say(rows if review.drawn.cases else "Nobody has seen anything in that time.")
    if found := review.found:
        say(f"{'In order' if found.is_in_order else '[red]Not in order[/]'}: {escape(found.finding)}")
    else:
        say(f"Write down what you find by {local(review.drawn.due_at, zone)}: handslag audit review {review.number}")


def _words(case: Case) -> tuple[str, ...]:
    about = ", ".join(case.episodes) or (f"patient {case.person}" if case.person else "–")
    flags = "; ".join(flag.meaning for flag in case.flags)
    who = f"{case.name} ({case.login}), {', '.join(case.roles)}"
    whys = "; ".join(case.whys)
    entries = f"{case.entries}, turned away {case.turned_away}" if case.turned_away else str(case.entries)
    return who, ", ".join(case.teams), about, ", ".join(case.whats), entries, whys, flags


def _tell_standing(standing: Reviewing) -> None:
    zone = standing.network.time_zone
    due = local(standing.next_at, zone)
    now = system_clock()
    rows = table(standing.network.network, "review", "drawn", "cases", "", "found by")
    for each in standing.reviews:
        found = each.found
        state = each.state(now) if found is None else ("in order" if found.is_in_order else "not in order")
        drawn_at, cases = local(each.drawn.drawn_at, zone), str(len(each.drawn.cases))
        rows.add_row(str(each.number), drawn_at, cases, state, local(found.done_at if found else None, zone))
    say(rows if standing.reviews else f"{standing.network.network}: no review yet.")
    say(f"[yellow]The next one has been due since {due}.[/]" if standing.is_due else f"The next one is due at {due}.")


def _standing_as_data(standing: Reviewing) -> dict[str, Any]:
    return {
        "network": standing.network.network,
        "next_at": standing.next_at.isoformat(),
        "is_due": standing.is_due,
        "reviews": [each.model_dump(mode="json", exclude={"drawn": {"cases"}}) for each in standing.reviews],
    }

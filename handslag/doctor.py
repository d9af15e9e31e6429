"""The doctor: looks at everything that Handslag needs, and says of each that it is well or what to do."""

import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, make_url

from flows.api import PrefectApi
from pathways.care.notice_kinds import NoticeKind
from pathways.clock import system_clock
from pathways.definition.texts import Language
from pathways.errors import Failed, HandslagError
from pathways.notices.contacts import read_contacts
from pathways.notices.outcomes import NotSent
from pathways.notices.words import NoticeFacts, render
from pathways.operations.agreements import Agreements
from pathways.operations.at_rest import TextsAtRest, sealing_engine
from pathways.operations.cover import CoverOperations
from pathways.operations.erasing import Erasing
from pathways.operations.incidents import words_of
from pathways.operations.log_reviews import LogReviews
from pathways.operations.publishing import Publishing
from pathways.operations.views import Views
from pathways.people.vault import Vault
from pathways.private_files import open_to_others
from pathways.reports.changes import change_words
from pathways.reports.night_sheets import an_empty_sheet, html
from pathways.reports.paper import Printer
from pathways.settings import Settings, settings_from_environment
from pathways.store.database import open_engine, sqlite_file
from pathways.store.schema import is_current
from pathways.store.unit_of_work import UnitOfWork

_SILENT_WATCH = timedelta(minutes=5)
_NAMED = 5
"""Of those that cannot be opened, so many are named."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `advice` is empty where it is well."""

    what: str
    is_well: bool
    advice: str = ""


def examine() -> list[Finding]:
    """Look at settings, files, database, definitions, contacts, templates, Prefect, worker and notices."""
    try:
        settings = settings_from_environment()
    except HandslagError as error:
        return [Finding("settings", is_well=False, advice=str(error))]
    engine = open_engine(settings.database_url)
    findings = [Finding("settings", is_well=True), _looked_at("who may open the files", lambda: _files(settings))]
    database = _looked_at("database", lambda: _database(engine))
    findings.append(database)
    if database.is_well:
        findings += [_looked_at(what, look) for what, look in _on_the_database(engine, settings)]
    findings.append(_looked_at("templates", lambda: _templates(settings)))
    api = PrefectApi(settings, patience_seconds=3)
    server = _looked_at("Prefect server", lambda: _server(api))
    findings.append(server)
    if server.is_well:
        findings += [_looked_at(what, look) for what, look in _in_prefect(api, settings)]
    findings.append(_looked_at("drawing (dot)", _dot))
    findings.append(_looked_at("PDF (Pango)", _pdf))
    return findings


def _looked_at(what: str, look: Callable[[], str]) -> Finding:
    try:
        advice = look()
    except HandslagError as error:
        advice = str(error)
    return Finding(what, is_well=not advice, advice=advice)


def _files(settings: Settings) -> str:
    folder, database = settings.data_folder, sqlite_file(make_url(settings.database_url))
    kept = [folder, *folder.glob("*.log*"), *folder.glob("*.db*"), *folder.glob("*.env"), folder / "prefect"]
    kept += [folder / "audit", *folder.glob("audit/*.head")]
    kept += [] if database is None else [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    kept += [settings.contacts_file] if settings.contacts_file else []
    wide = " ".join(shlex.quote(str(path)) for path in dict.fromkeys(open_to_others(kept)))
    return f"Others on this machine may open some. Close them: chmod go= {wide}" if wide else ""


def _database(engine: Engine) -> str:
    return "" if is_current(engine) else "It is not of this version. Bring it up to date: handslag upgrade."


def _on_the_database(engine: Engine, settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "pathways and networks", lambda: _definitions(engine)
    yield "agreements", lambda: _reviews(engine)
    yield "contact points", lambda: _contacts(engine, settings)
    yield "calendars", lambda: _calendars(engine, settings)
    yield "notices", lambda: _notices(engine)
    yield "texts of care", lambda: _texts(settings)
    yield "reviews of the log", lambda: _log_reviews(engine, settings)
    yield "records kept too long", lambda: _records(engine, settings)


def _vault(settings: Settings) -> Vault:
    return Vault(settings.key_ring, settings.hash_key.get_secret_value())


def _definitions(engine: Engine) -> str:
    pathways, networks = Publishing(engine, system_clock).published()
    return "" if pathways and networks else "None is published. Publish some with: handslag apply FILE…"


def _reviews(engine: Engine) -> str:
    today = system_clock().date()
    listed = [each.term.pathway for each in Agreements(engine, system_clock).listed() if each.holds]
    due = {each.pathway: each.agreement.review for each in listed if each.agreement.review}
    said = ", ".join(f"{name} ({day})" for name, day in due.items() if day <= today)
    return f"The parties were to look again at: {said}. Publish what they decided." if said else ""


def _contacts(engine: Engine, settings: Settings) -> str:
    contacts = read_contacts(settings.contacts_file, os.environ)
    _pathways, networks = Publishing(engine, system_clock).published()
    teams = [team for network in networks for team in network.teams.values()]
    secrets = [contact.secret for team in teams for contact in team.contacts]
    secrets += [team.cover.calendar for team in teams if team.cover.calendar]
    missing = [secret for secret in dict.fromkeys(secrets) if isinstance(contacts.address(secret), NotSent)]
    return f"No address for: {', '.join(missing)}. Set them in HANDSLAG_CONTACTS_FILE." if missing else ""


def _calendars(engine: Engine, settings: Settings) -> str:
    cover = CoverOperations(engine, read_contacts(settings.contacts_file, os.environ), system_clock)
    copies = [copy for network in cover.networks() for copy in cover.copies(network) if copy.is_old]
    said = ", ".join(f"{copy.team} ({copy.error or 'never fetched'})" for copy in copies)
    return f"No copy, or one older than a day, of: {said}. Look with: handslag cover TEAM --refresh" if copies else ""


def _log_reviews(engine: Engine, settings: Settings) -> str:
    standing, now = LogReviews(engine, _vault(settings), system_clock, settings).standing(), system_clock()
    late = [each.network.network for each in standing if each.is_late(now)]
    return f"Somebody has to look through those of: {', '.join(late)}. See: handslag audit reviews." if late else ""


def _texts(settings: Settings) -> str:
    engine = sealing_engine(settings)
    texts = TextsAtRest(engine, _vault(settings))
    if lost := texts.unreadable():
        first = ", ".join(lost[:_NAMED]) + ("…" if len(lost) > _NAMED else "")
        return f"Those of {len(lost)} cannot be opened: {first}. Put the key that sealed them back into HANDSLAG_KEYS."
    said = ", ".join(f"{table} ({rows} rows)" for table, rows in texts.in_clear().items())
    return f"Some stand in clear: {said}. Seal them: handslag reseal" if said else ""


def _records(engine: Engine, settings: Settings) -> str:
    erasing = Erasing(engine, _vault(settings), system_clock)
    _pathways, networks = Publishing(engine, system_clock).published()
    old = {
        each.network: sum(record.kept_by is None for record in erasing.old(each.network))
        for each in networks
        if each.retention_years is not None
    }
    said = ", ".join(f"{network} ({number})" for network, number in old.items() if number)
    return f"Some are older than their network's rule: {said}. Look: handslag erase NETWORK --preview" if said else ""


def _notices(engine: Engine) -> str:
    views = Views(engine, system_clock)
    dead = views.notices(only_dead=True)
    with UnitOfWork(engine, writes=False) as work:
        said = [words_of(incident).body for incident in work.incidents.open()]
    said += [f"{len(dead)} could not be sent. Look at them with: handslag notices --dead."] if dead else []
    return " ".join(said)


def _templates(settings: Settings) -> str:
    now = system_clock()
    for language in Language:
        for kind in NoticeKind:
            facts = NoticeFacts(
                kind=kind,
                language=language,
                reference="H222-2222",
                episode="E222-2222",
                due_at=now,
                time_zone="UTC",
                link=settings.link_to("H222-2222"),
                is_repeat=False,
            )
            render(facts, settings.templates_folder, now)
        html(an_empty_sheet(language, now), settings.templates_folder)
        change_words(language, settings.templates_folder)
    return ""


def _in_prefect(api: PrefectApi, settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "deployments", lambda: _deployments(api)
    yield "worker", lambda: _worker(api, settings)
    yield "watch", lambda: _watch(api)
    yield "alerts", lambda: _alerts(api, settings)


def _server(api: PrefectApi) -> str:
    try:
        api.ask("GET", "/health")
    except Failed:
        return "It does not answer at HANDSLAG_PREFECT_API_URL. Start Handslag: handslag start."
    return ""


def _deployments(api: PrefectApi) -> str:
    names = (
        *("begin-episode", "request-handover", "end-episode", "make-list", "handover"),
        *("watch", "deliver", "refresh-cover", "meetings"),
    )
    missing = [name for name in names if api.ask("GET", f"/deployments/name/{name}/{name}") is None]
    return f"Not deployed: {', '.join(missing)}. Start Handslag: handslag start." if missing else ""


def _worker(api: PrefectApi, settings: Settings) -> str:
    workers = api.ask("POST", f"/work_pools/{settings.work_pool}/workers/filter", {}) or []
    online = any(worker["status"] == "ONLINE" for worker in workers)
    return "" if online else f"None serves the pool {settings.work_pool}. Start Handslag: handslag start."


def _watch(api: PrefectApi) -> str:
    wanted = {
        "flows": {"name": {"any_": ["watch"]}},
        "flow_runs": {
            "state": {"type": {"any_": ["COMPLETED"]}},
            "end_time": {"after_": (system_clock() - _SILENT_WATCH).isoformat()},
        },
        "limit": 1,
    }
    if api.ask("POST", "/flow_runs/filter", wanted):
        return ""
    return "It has not completed for five minutes: clocks pass unseen. Look at the worker and its log."


def _alerts(api: PrefectApi, settings: Settings) -> str:
    kind, _, name = settings.alert_block.partition("/")
    is_there = not name or api.ask("GET", f"/block_types/slug/{kind}/block_documents/name/{name}") is not None
    return "" if is_there else "The Prefect server has no block of the name in HANDSLAG_ALERT_BLOCK. Make it there."


def _pdf() -> str:
    Printer()
    return ""


def _dot() -> str:
    return "" if shutil.which("dot") else "handslag diagram needs it: apt-get install graphviz."

"""Writes the pages that are made from the program itself and from its definitions, so that they cannot lag behind.

    python docs/generate.py            writes them anew
    python docs/generate.py --check    writes nothing; exit status 1, and their names, if some are out of date

The pictures of the pathways need Graphviz's `dot`. Without it they are left as they are.
"""

import inspect
import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from desk.api import declared
from docs.breaking import examples
from docs.tracing import trace_pages
from flows.announcing import EVENTS
from flows.resident.settings import ResidentSettings
from handslag.cli import ExitCode, app
from pathways.access.commands import RIGHTS, name_of_kind
from pathways.access.table import OF_A_PATIENT, OF_A_TEAM, Relation, Right, Role
from pathways.care import late_entries, texts_of_care
from pathways.care.commands import ChangeHandover
from pathways.care.notice_kinds import REACH, NoticeKind, Reach
from pathways.care.states import STEPS, TERMINAL, HandoverStatus, Step
from pathways.definition.conditions import SCORES, Condition
from pathways.definition.drawing import svg
from pathways.definition.durations import Duration
from pathways.definition.faults import Code
from pathways.definition.frozen import Frozen
from pathways.definition.models import Pathway
from pathways.definition.networks import Network
from pathways.definition.reading import read_pathway
from pathways.definition.schemas import KINDS, schema_of
from pathways.definition.texts import Text
from pathways.notices.contacts import ENVIRONMENT_PREFIX
from pathways.settings import described_settings
from pathways.store import sealed_columns

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

_MADE = "<!-- Made by docs/generate.py. Change the program, then run: make docs -->\n\n"
_EXIT_CODES = {
    ExitCode.DONE: "done",
    ExitCode.REFUSED: "refused, or faults were found; the sentence says what to do",
    ExitCode.USAGE: "the words of the call are off",
    ExitCode.BROKEN: "something outside is broken: a database, a server, a file",
    ExitCode.UNSAFE: "the settings are missing or unsafe",
}


def pages() -> dict[str, str]:
    """Every generated page: its path under docs, and its text."""
    return {
        "reference/states.md": _states(),
        "reference/notices.md": _notices(),
        "reference/settings.md": _settings(),
        "reference/events.md": _events(),
        "reference/access.md": _access(),
        "reference/at-rest.md": _at_rest(),
        "reference/api.md": _api(),
        "reference/cli.md": _commands(),
        "reference/faults.md": _faults(),
        "reference/pathway-file.md": _file_page("A pathway file", Pathway),
        "reference/network-file.md": _file_page("A network file", Network),
        **{name: _MADE + text for name, text in trace_pages().items()},
        **{f"reference/{kind}.schema.json": _schema(kind) for kind in KINDS},
        "../pathways/definition/examples_of_faults.json": _as_json(examples()),
    }


def pictures() -> dict[str, str]:
    """The pictures drawn from the catalogue; none without `dot`."""
    if shutil.which("dot") is None:
        return {}
    drawn = {path.stem: read_pathway(path) for path in sorted((ROOT / "pathways/catalogue").glob("*.yaml"))}
    return {
        f"pictures/{name}.{language}.svg": svg(pathway, language)
        for name, pathway in drawn.items()
        for language in pathway.languages
    }


def out_of_date() -> list[str]:
    """The generated pages that are missing or differ, and the pictures that are missing."""
    stale = [name for name, text in pages().items() if _kept(name) != text]
    return stale + [name for name in pictures() if not (DOCS / name).is_file()]  # dot's versions draw differently


def write() -> list[str]:
    """Write what has changed; gives its names."""
    changed = {name: text for name, text in (pages() | pictures()).items() if _kept(name) != text}
    for name, text in changed.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")
    return list(changed)


def _kept(name: str) -> str | None:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _page(title: str, *parts: str) -> str:
    return _MADE + "\n\n".join((f"# {title}", *parts)) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


# states.md


def _states() -> str:
    rows = [
        (_code(status), _code(action), " or ".join(sorted(step.by)), _leads_to(status, step), step.mark or "")
        for status, steps in STEPS.items()
        for action, step in steps.items()
    ]
    ends = ", ".join(_code(status) for status in HandoverStatus if status in TERMINAL)
    return _page(
        "States of a handover",
        "The states are those of FHIR's Task "
        "([hl7.org/fhir/valueset-task-status](https://hl7.org/fhir/valueset-task-status.html)). "
        "What the table does not list is refused, with one sentence that says what is possible now.",
        "*Sender* is the team that asks, *receiver* the team that is asked. *System* is Handslag itself: it notes that "
        "a notice was delivered, and it withdraws an open handover when the episode ends.",
        _table(("state", "action", "who may", "leads to", "mark"), rows),
        "**Two ways of moving.** Where the patient travels, `depart` comes before `arrive`. Where the patient stays "
        "and only responsibility passes (`travels: false`), the receiver says `arrive` at once and nobody says "
        "`depart`.",
        "**Cancelling under way.** After the departure `cancel` only asks: the receiver agrees or refuses, and until "
        "then the handover goes on. An arrival settles it.",
        "**Accepted or ready?** An accepted handover is `ready` when every readiness item has been confirmed by the "
        "side that sees to it, or waived by name; where there is none, it is ready at once. It is `accepted` again "
        "when something expires. Nobody says `depart` or `arrive` while something is missing or has expired.",
        "**Read back.** The receiver says `read-back`, the sender `correct` or `confirm-read-back`. Where the urgency "
        "asks for it, `arrive` waits for the latest read-back to be confirmed, or waived by name.",
        f"**The end.** A handover never leaves {ends}. A new handover can replace it. "
        "Responsibility passes at `completed`, and at no other moment.",
        "**Marks** stand beside the state, each with its time and who made it. *Delivered* is a machine's, *seen* a "
        "person's; only *accepted* is a promise.",
        "**Entered late** with the time at which it happened, at most "
        f"{late_entries.LONGEST_AGO.days} days ago, is what follows. "
        "See [After an outage](../how-to/after-an-outage.md).",
        _table(("action or command", "entered late"), _late()),
    )


def _late() -> Iterator[Sequence[str]]:
    """What may be entered late, and why what may not never is."""
    said = {action.value: why for action, why in late_entries.ACTIONS.items()}
    said |= {name_of_kind(kind): why for kind, why in late_entries.KINDS.items() if kind is not ChangeHandover}
    for name, why in sorted(said.items(), key=lambda each: (each[1] or "", each[0])):
        yield _code(name), f"no: {why}" if why else "yes"


def _leads_to(status: HandoverStatus, step: Step) -> str:
    return "stays" if step.to == (status,) else " or ".join(_code(each) for each in step.to)


# notices.md


def _notices() -> str:
    return _page(
        "Whom a notice reaches",
        "Each kind of notice has one rule for the time in which its team is closed, whoever or whatever owes it.",
        _table(("rule", "whom it reaches"), [(_code(rule), rule.meaning) for rule in Reach]),
        "**Told again.** What a clock waits for is told again each `repeat` of the pathway, each time to the next "
        "contact on duty. Once the last has it, the time until the next notice doubles with each, up to eight times "
        "the `repeat`, and is never lengthened beyond a day. The notice says how many times it has been said. What "
        "can wait is not told again before the team is open.",
        "What is sent when: [Write notices of your own](../how-to/write-notices-of-your-own.md).",
        _table(("notice", "rule"), [(_code(kind), _code(REACH[kind])) for kind in NoticeKind]),
    )


# settings.md


def _settings() -> str:
    rows = [(_code(each.variable), _code(each.default), each.description) for each in described_settings()]
    return _page(
        "Settings",
        "Handslag reads its settings from the environment, and nothing else. It refuses to start when one is missing "
        "or unsafe, and says which in one sentence. An empty variable counts as not set.",
        _table(("variable", "default", "meaning"), rows),
        "A resident worker has two more:",
        _table(("variable", "default", "meaning"), _worker_settings()),
        "`HANDSLAG_AS` and `HANDSLAG_BY` stand for `--as` and `--by` of the [commands](cli.md).",
        f"The addresses of contact points come from the file that `HANDSLAG_CONTACTS_FILE` names, or from variables "
        f"that begin with `{ENVIRONMENT_PREFIX}`, which win: `{ENVIRONMENT_PREFIX}SSIH_FIRST` is the address that a "
        "network file calls `SSIH_FIRST`.",
        "How to set them for real use: [Run it for real](../how-to/run-it-for-real.md).",
    )


def _worker_settings() -> Iterator[Sequence[str]]:
    prefix = ResidentSettings.model_config["env_prefix"]
    for name, field in ResidentSettings.model_fields.items():
        yield _code(f"{prefix}{name.upper()}"), _code(field.default), field.description or ""


# events.md


def _events() -> str:
    return _page(
        "Events",
        "Handslag emits these events to the Prefect server. An automation can react to them. They carry references "
        "and codes, and nothing that tells who a patient is.",
        _table(("event", "when"), ((_code(name), meaning) for name, meaning in EVENTS.items())),
        "Each event is about a resource: `handslag.episode.<reference>` or `handslag.handover.<reference>`. An event "
        "about a handover names the episode among its related resources, in the role `episode`.",
        "An event is announced at least once: it counts as announced when the server has said that it took it. If it "
        "comes twice, both have the same id.",
    )


# at-rest.md


def _at_rest() -> str:
    sealed = ((model.__name__, ", ".join(map(_code, sorted(fields)))) for model, fields in texts_of_care.SEALED.items())
    columns = ((_code(column.table.name), _code(column.name)) for column in sealed_columns.SEALED)
    return _page(
        "What is sealed in the database",
        "What a person types of the care is sealed wherever it is kept. Every other field of every event and state, "
        "and every other column, stays in clear for the reason that is given here; one that is in none of these tables "
        "is an error when Handslag is imported.",
        "## Texts in events and states",
        _table(("in", "sealed"), sealed),
        "## Columns with texts",
        _table(("table", "column"), columns),
        "## What stays in clear in events and states",
        _table(("field", "why"), _why_clear(texts_of_care.CLEAR, texts_of_care.CLEAR_IN)),
        "## Columns that stay in clear",
        _table(("column", "why"), _why_clear(sealed_columns.CLEAR, {})),
        _table(
            ("table", "column", "why"),
            ((_code(table), _code(column), why) for (table, column), why in sealed_columns.CLEAR_IN.items()),
        ),
    )


def _why_clear(
    by_name: Mapping[str, str], by_model: Mapping[type[BaseModel], Mapping[str, str]]
) -> Iterator[Sequence[str]]:
    for why in dict.fromkeys(by_name.values()):
        yield ", ".join(_code(name) for name, said in by_name.items() if said == why), why
    for model, fields in by_model.items():
        yield from ((f"{_code(name)} of {model.__name__}", why) for name, why in fields.items())


# cli.md


def _commands() -> str:
    root = typer.main.get_command(app)
    panels: dict[str, list[tuple[str, Any]]] = {}
    for name, command in getattr(root, "commands", {}).items():
        panels.setdefault(command.rich_help_panel, []).append((name, command))
    parts = [str(root.help), "Every command explains itself: `handslag begin --help`."]
    for panel, commands in panels.items():
        parts.append(f"## {panel}")
        parts += [part for name, command in commands for part in _command(name, command)]
    parts.append("## Exit codes")
    parts.append(_table(("code", "meaning"), ((str(int(code)), meaning) for code, meaning in _EXIT_CODES.items())))
    return _page("The command line", *parts)


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = " ".join(_usage(each) for each in command.params if each.param_type_name == "argument")
    yield f"### handslag {name}"
    more = "COMMAND" if hasattr(command, "commands") else "[OPTIONS]" * bool(command.params)
    yield f"```\n{' '.join(('handslag', name, *filter(None, (arguments, more))))}\n```"
    yield re.sub(r"(Example:) (handslag .*)", r"\1 `\2`", inspect.cleandoc(command.help or ""))
    rows = [(_code(_usage(each)), _needed(each), each.help or "") for each in command.params]
    if rows:
        yield _table(("", "needed", "meaning"), rows)
    for inner, one in getattr(command, "commands", {}).items():
        heading, *rest = _command(" ".join(filter(None, (name, arguments, inner))), one)
        yield f"#{heading}"
        yield from rest


def _usage(parameter: Any) -> str:
    """An argument as `PATHWAY` or `[FILES]...`, an option as `--as TEAM`."""
    value = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        written = value if parameter.required else f"[{value}]"
        return f"{written}..." if parameter.nargs == -1 else written
    names = ", ".join(parameter.opts)
    return names if parameter.is_flag else f"{names} {value}"


def _needed(parameter: Any) -> str:
    if not parameter.required:
        return f"default {_code(parameter.default)}" if isinstance(parameter.default, str) and parameter.default else ""
    return f"yes, or {_code(parameter.envvar)}" if parameter.envvar else "yes"


# access.md


def _api() -> str:
    routes: dict[str, list[tuple[str, str]]] = {}
    for path, methods in declared()["paths"].items():
        for method, each in methods.items():
            said = str(each.get("description") or each["summary"]).partition("\n\n")[0].replace("\n", " ")
            routes.setdefault(each["tags"][0], []).append((_code(f"{method.upper()} {path}"), said))
    return _page(
        "The API",
        "Every route of `/api/v1`. What goes in and comes out is in `/api/v1/openapi.json` of a desk that runs; what "
        "each right and command asks for, in [who may do what](access.md). "
        "[Use the API](../how-to/use-the-api.md) shows how.",
        *(
            part
            for tag, found in routes.items()
            for part in (f"## About {tag}", _table(("route", "what it does"), found))
        ),
    )


def _access() -> str:
    of_a_patient = [right for right in Right if right.is_of_a_patient]
    letters = {relation: str(number) for number, relation in enumerate(Relation, 1)}
    commands = {right: sorted(name_of_kind(each) for each in RIGHTS if RIGHTS[each] is right) for right in Right}
    return _page(
        "Who may do what",
        "What is not in these tables is not allowed. They are the outer bound: within it, the pathway and the state of "
        "the episode decide what each team may do. Each look and each change is in the audit log, and so is what was "
        "refused.",
        "Somebody acts in one role, in one team of one network. Whoever may not see an episode is answered as if it "
        "did not exist.",
        "## How a team stands to an episode",
        _table(("", "relation", "the team"), ((letters[each], _code(each), each.meaning) for each in Relation)),
        "## Rights to one episode",
        "The numbers are those of the relations that give the right to whoever has the role.",
        _table(
            ("right", *OF_A_PATIENT),
            (
                (
                    _code(right),
                    *(" ".join(_numbers(letters, rights.get(right, ()))) for rights in OF_A_PATIENT.values()),
                )
                for right in of_a_patient
            ),
        ),
        f"All other roles see no patient: {', '.join(_code(role) for role in Role if not role.is_in_care)}.",
        "## Rights without a patient",
        _table(
            ("right", *Role),
            (
                (_code(right), *("yes" if right in OF_A_TEAM[role] else "" for role in Role))
                for right in Right
                if not right.is_of_a_patient
            ),
        ),
        "## What each right is asked for",
        _table(
            ("right", "commands"),
            ((_code(right), ", ".join(map(_code, names))) for right, names in commands.items() if names),
        ),
    )


def _numbers(letters: Mapping[Relation, str], relations: Iterable[Relation]) -> list[str]:
    return sorted(letters[each] for each in relations)


# faults.md


def _faults() -> str:
    return _page(
        "Faults of a definition",
        "`handslag check FILE` tells every fault at once: file, line and column, what is wrong, how to mend it, and "
        "one of these codes. `handslag check --json FILE` tells the same to a program. A network is proved with its "
        "pathways: what the proof finds comes with a short story of how it comes about.",
        "`handslag check --explain CODE` shows a faulty example and the same mended.",
        _table(("code", "why it is a fault"), ((_code(code.value), code.explanation) for code in Code)),
    )


# pathway.schema.json and network.schema.json


def _schema(kind: str) -> str:
    return _as_json(schema_of(kind))


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


# pathway-file.md and network-file.md


def _file_page(title: str, top: type[Frozen]) -> str:
    found: dict[type[Frozen], None] = {}
    _collect(top, found)
    parts = [
        "A file is YAML. Names are lower-case words joined by hyphens. A key that is not listed here is refused. "
        "What is wrong with a file, and where, tells `handslag check FILE`; the codes are in [Faults](faults.md).",
        "*Text* is one text in every language that the pathway declares, as `{sv: Hemma, en: Home}`. *Limit* is a "
        f"whole number and a unit: {', '.join(_code(limit) for limit in ('30 min', '4 h', '1 day', '6 weeks'))}. "
        "Up to hours a limit is elapsed time; from days on it follows the calendar in the network's time zone.",
    ]
    for model in found:
        parts.append(f"## {_title(model)}")
        parts.append(inspect.cleandoc(model.__doc__ or ""))
        rows = [(_code(_key(name, field)), _kind(field.annotation), _given(field)) for name, field in _fields(model)]
        parts.append(_table(("key", "what it holds", "needed"), rows))
        if model is Condition:
            parts += ["What an `assessment` gives:", _table(("instrument", "scores"), _scores())]
    return _page(title, *parts)


def _scores() -> Iterator[Sequence[str]]:
    for instrument, scores in SCORES.items():
        steps = f", in steps of {scores.step}" if scores.step > 1 else ""
        yield _code(instrument.value), f"{scores[0]} to {scores[-1]}{steps}"


def _collect(model: type[Frozen], found: dict[type[Frozen], None]) -> None:
    found[model] = None
    for _name, field in _fields(model):
        for inner in _models_in(field.annotation):
            if inner not in found:
                _collect(inner, found)


def _fields(model: type[Frozen]) -> Iterable[tuple[str, FieldInfo]]:
    return model.model_fields.items()


def _models_in(annotation: Any) -> Iterator[type[Frozen]]:
    if inspect.isclass(annotation) and issubclass(annotation, Frozen):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _given(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    default = field.default
    told = str(default).lower() if isinstance(default, bool) else str(default)
    return f"no; left out: {_code(told)}" if isinstance(default, bool | StrEnum | Duration) else "no"


def _kind(annotation: Any) -> str:
    """What a field holds, in words."""
    origin, inner = get_origin(annotation), [each for each in get_args(annotation) if each not in (NoneType, ...)]
    if annotation == Text:
        return "text"
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    if origin in (Annotated, Union, UnionType):
        return _kind(inner[0])
    if inner and origin is not None and issubclass(origin, Mapping):
        return f"{_kind(inner[0]).replace('words', 'name')}: {_kind(inner[1])}"
    return _single(annotation)


def _single(annotation: Any) -> str:
    known = {str: "words", int: "whole number", bool: "`true` or `false`", Duration: "limit"}
    if annotation in known:
        return known[annotation]
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return "one of " + ", ".join(_code(each.value) for each in annotation)
    if inspect.isclass(annotation) and issubclass(annotation, Frozen):
        return f"[{_title(annotation).lower()}](#{_title(annotation).lower().replace(' ', '-')})"
    return {"date": "date, as `2026-01-31`", "time": 'time of day, as `"07:30"`'}[annotation.__name__]


def _title(model: type[Frozen]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).capitalize()


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` say which are out of date. Gives the exit status."""
    if list(arguments) == ["--check"]:
        stale = out_of_date()
        if stale:
            sys.stderr.write(f"Out of date: {', '.join(f'docs/{name}' for name in stale)}. Run: make docs\n")
        return 1 if stale else 0
    if arguments:
        sys.stderr.write("Usage: python docs/generate.py [--check]\n")
        return 2
    for name in write():
        sys.stdout.write(f"Wrote docs/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

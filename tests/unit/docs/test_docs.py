"""The documentation says nothing that is not so: links lead somewhere, commands, options and settings exist."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
import typer
from docs_texts import ROOT, anchors, blocks, commands, pages, relative_links, variables

from flows.resident.settings import ResidentSettings
from handslag.cli import app
from pathways.care.notice_kinds import NoticeKind
from pathways.care.patient import PatientFact
from pathways.definition.conditions import Condition
from pathways.definition.models import (
    ComingBack,
    End,
    Move,
    Pathway,
    PhaseRules,
    ReadinessItem,
    Service,
    SummaryField,
    UrgencyRules,
    Waiving,
)
from pathways.definition.reading import pathway_of
from pathways.notices.contacts import ENVIRONMENT_PREFIX
from pathways.notices.words import GENERIC, VARIABLES
from pathways.settings import described_settings

PAGES = pages()
COMMANDS: dict[str, Any] = getattr(typer.main.get_command(app), "commands", {})
SETTINGS = {setting.variable for setting in described_settings()}


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file_and_heading_that_exist(page: Path) -> None:
    for link in relative_links(page.read_text(encoding="utf-8")):
        target, _, heading = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        assert not heading or heading in anchors(path), link


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_named_exists_with_its_options(page: Path) -> None:
    for line in commands(page.read_text(encoding="utf-8")):
        name, *words = shlex.split(line, comments=True)
        assert name in COMMANDS, line
        inner = getattr(COMMANDS[name], "commands", {})
        parameters = [each for command in (COMMANDS[name], *inner.values()) for each in command.params]
        known = {option for each in parameters for option in (*each.opts, *each.secondary_opts)} | {"--help", "-h"}
        assert not inner or any(word in inner for word in words) or not words, line
        assert {word for word in words if word.startswith("-")} <= known | {"-"}, line  # "-": from standard input


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_variable_named_is_a_setting(page: Path) -> None:
    given_to_options = {parameter.envvar for command in COMMANDS.values() for parameter in command.params}
    of_the_worker = {f"HANDSLAG_WORKER_{name.upper()}" for name in ResidentSettings.model_fields}
    found = {name for name in variables(page.read_text(encoding="utf-8")) if not name.startswith(ENVIRONMENT_PREFIX)}
    assert found <= SETTINGS | given_to_options | of_the_worker


def test_the_generated_pages_are_up_to_date() -> None:
    assert generator().out_of_date() == [], "run: make docs"


def test_the_check_names_the_pages_that_are_out_of_date(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate = generator()
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    assert generate.main(["--check"]) == 1
    assert "docs/reference/states.md" in capsys.readouterr().err
    generate.write()
    assert generate.main(["--check"]) == 0


def test_every_command_is_in_the_reference() -> None:
    headings = set(re.findall(r"^### handslag (\S+)$", text_of("docs/reference/cli.md"), re.MULTILINE))
    assert headings == set(COMMANDS)


def test_every_setting_is_in_the_reference() -> None:
    assert variables(text_of("docs/reference/settings.md")) >= SETTINGS


def test_every_kind_of_notice_and_every_word_of_one_is_told_in_the_how_to() -> None:
    how_to = text_of("docs/how-to/write-notices-of-your-own.md")
    missing = [kind for kind in (*NoticeKind, GENERIC, *VARIABLES) if f"`{kind}`" not in how_to]
    assert missing == []


def test_the_notice_that_the_how_to_shows_is_the_one_that_comes_with_handslag() -> None:
    shown = "\n".join(
        line.removeprefix("   ") for line in text_of("docs/how-to/write-notices-of-your-own.md").splitlines()
    )
    assert text_of("templates/notices/en/requested.txt").strip() in shown


def test_the_parts_of_the_how_to_are_one_sound_pathway_that_shows_every_rule() -> None:
    parts = [block.text for block in blocks(text_of("docs/how-to/write-a-pathway.md")) if block.info == "yaml"]
    pathway = pathway_of("".join(parts), "how-to")
    keys = {key for part in parts for key in re.findall(r"([a-z_]+):", part)}
    kinds = (Pathway, UrgencyRules, Waiving, ReadinessItem, Move, Condition, End, PhaseRules, ComingBack, Service)
    shown_elsewhere = {"informs", "if_no_place", "travels", "at_most"}
    shown_elsewhere |= {"in_force_until", "tasks"}
    shown_elsewhere |= {"competences", "treatments", "fixed_contact"}
    shown_elsewhere |= {"roll_outs", "packages", "swaps"}
    shown_elsewhere |= {"enrolment", "evaluation"}
    shown_elsewhere |= {"meetings", "joint_visits"}
    shown_elsewhere |= {"unwatched_because"}  # an exception, shown in a sentence and not to be copied
    needed = {field.alias or name for kind in kinds for name, field in kind.model_fields.items()}
    assert needed - keys == shown_elsewhere
    assert set(SummaryField) == {part for rules in pathway.urgencies.values() for part in rules.summary}


@pytest.mark.parametrize("name", ["jonkoping-palliative.yaml"])
def test_the_lines_of_the_readme_are_those_of_the_catalogue(name: str) -> None:
    readme, catalogue = text_of("README.md"), text_of(f"pathways/catalogue/{name}")
    block = readme.partition("```yaml\n")[2].partition("```")[0]
    lines = [line.partition(" #")[0].strip() for line in block.splitlines()]
    shortened = ("acute: {answer: 30 min", "ready: [receiver-named")
    assert len(lines) == 20
    assert [line for line in lines if line not in catalogue and not line.startswith(shortened)] == []


def test_the_explanation_says_what_is_sealed_and_what_lies_in_clear_in_the_database() -> None:
    page = (ROOT / "docs/explanation.md").read_text(encoding="utf-8")
    said = page.partition("## What is where")[2].partition("\n## ")[0]
    (row,) = [line for line in said.splitlines() if "**in clear**" in line]
    (sealed,) = [line for line in said.splitlines() if "**sealed** with a key of the episode" in line]
    facts = get_args(get_args(PatientFact)[0])
    kinds = {fact.model_fields["type"].default.replace("-", " ") for fact in facts}
    assert [kind for kind in kinds if kind not in row] == []
    for word in ("summaries", "read-backs", "questions", "evidence", "words of a waiver"):
        assert word in sealed
    assert "Encrypt the disk or the database" in said

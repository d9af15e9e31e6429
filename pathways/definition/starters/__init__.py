"""Files to begin with: a small pathway with comments, and a network for any pathway. Both pass every check."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files

from pathways.definition.models import Pathway
from pathways.definition.texts import LANGUAGES

_TEXT = re.compile(r"«(?P<plain>!?)(?P<words>[^»]*)»")
_COUNTRIES = {"da": ("DK", "Europe/Copenhagen"), "sv": ("SE", "Europe/Stockholm"), "en": ("SE", "Europe/Stockholm")}


def pathway_to_begin_with(name: str, languages: Sequence[str], today: date) -> str:
    """The text of a small sound pathway with comments, in these languages (of `sv`, `da`, `en`)."""

    def written(found: re.Match[str]) -> str:
        words: dict[str, str] = dict(zip(LANGUAGES, found["words"].split("|"), strict=True))
        if found["plain"]:
            return words[languages[0]]
        return "{" + ", ".join(f"{language}: {words[language]}" for language in languages) + "}"

    text = (files("pathways.definition.starters") / "pathway.yaml").read_text("utf-8")
    text = (
        text.replace("<NAME>", name).replace("<TODAY>", today.isoformat()).replace("<LANGUAGES>", ", ".join(languages))
    )
    return _TEXT.sub(written, text)


def network_to_begin_with(name: str, pathway: Pathway) -> str:
    """The text of a sound network with comments, with a team for each role and a unit for each level with places."""
    country, time_zone = _COUNTRIES[pathway.languages[0]]
    return "\n".join(
        (
            f"# {name}: a network to begin with, for the pathway {pathway.pathway}. It passes `handslag check`.",
            "# Put in your own organisations, teams, contact points, hours and places; check after each change.",
            "# What a key means: docs/reference/network-file.md.",
            "",
            f"network: {name}",
            f"country: {country}",
            f"time_zone: {time_zone}",
            f"pathways: [{pathway.pathway}]",
            "# Who shares what is known of patients. per-organisation: each has its own view; shared: all have one.",
            "patient_records: per-organisation",
            "",
            "# kind: municipality, region or provider",
            "organisations:",
            *_organisations(pathway),
            "",
            "# Contact points are tried in their order. A `secret` is only the NAME of an address, kept elsewhere.",
            "# A team that is not always there has hours, and may name the team that answers for it:",
            "#   cover:",
            '#     hours: [{days: [mon, tue, wed, thu, fri], from: "08:00", until: "16:00"}]',
            "#   covered_by: another-team",
            "teams:",
            *(line for role in pathway.roles for line in _team(role, role, "", pathway)),
            *(
                line
                for role, provider in _provided(pathway)
                for line in _team(f"{role}-{provider}", role, provider, pathway)
            ),
            "",
            "# Who answers when everybody else is closed: on duty every hour of the year.",
            f"last_resort: {{team: {next(iter(pathway.roles))}, contact: coordinator}}",
            *_units(pathway),
            *_districts(pathway),
            "",
        )
    )


def _provided(pathway: Pathway) -> list[tuple[str, str]]:
    """The roles of which a roll-out names providers, with each of these."""
    found = [
        (each.provider, provider)
        for each in pathway.roll_outs.values()
        for stage in each.stages.values()
        for provider in stage.providers
    ]
    return list(dict.fromkeys(found))


def _organisations(pathway: Pathway) -> Iterator[str]:
    yield f"  own-organisation: {{name: {_quoted(pathway.agreement.parties[0])}, kind: municipality}}"
    for provider in dict.fromkeys(provider for _role, provider in _provided(pathway)):
        yield f"  {provider}: {{name: {_quoted(provider)}, kind: provider}}"


def _districts(pathway: Pathway) -> Iterator[str]:
    """The districts that a roll-out of the pathway names; nothing where there is none."""
    named = [
        district
        for each in pathway.roll_outs.values()
        for stage in each.stages.values()
        for district in stage.districts
    ]
    if named:
        yield from ("", "# Where the patients live. A team that no district names works in all of them.", "districts:")
    yield from (f"  {district}: {{name: {_quoted(district)}}}" for district in dict.fromkeys(named))


def _team(key: str, role: str, provider: str, pathway: Pathway) -> Iterator[str]:
    language = pathway.languages[0]
    secret = key.upper().replace("-", "_")
    competences = ", ".join(pathway.competences)
    had = f", competences: [{competences}]" if competences else ""
    yield f"  {key}:"
    yield f"    name: {_quoted(pathway.roles[role][language])}"
    yield f"    role: {role}"
    yield f"    organisation: {provider or 'own-organisation'}"
    yield f"    language: {language}"
    yield "    contacts:"
    yield f"      - {{name: coordinator, secret: {secret}_FIRST{had}}}"
    yield f"      - {{name: head-of-unit, secret: {secret}_SECOND}}"
    yield "    cover: {always: true}"


def _units(pathway: Pathway) -> Iterator[str]:
    """A unit for each level with places; nothing where there are none."""
    levels = {name: level for name, level in pathway.levels.items() if level.places}
    if levels:
        yield from ("", "# Where a patient can stay, and how many at once.", "units:")
    for name, level in levels.items():
        title = _quoted(level.title[pathway.languages[0]])
        yield f"  {name}-unit: {{name: {title}, level: {name}, team: {level.responsible}, places: 4}}"


def _quoted(words: str) -> str:
    """Words as YAML takes for nothing but text."""
    return "'" + words.replace("'", "''") + "'"

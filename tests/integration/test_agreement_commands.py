"""`handslag agreements`, `who`, `diff` and `migrate` on the county of Jämtland and its older agreements."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import CommandLine, command_line, said

from handslag.commands.installation import operations
from handslag.playground import DEFINITIONS
from pathways.care.actors import Actor, ActorKind
from pathways.definition.reading import read_definitions
from pathways.errors import Failed, NotFound, Refused
from pathways.operations.beginning import Begin

OLD, NEW, NETWORK = "cooperation-agreement", "jamtland-primary-care", "jamtland-demo"
FILES = [DEFINITIONS / f"catalogue/{name}.yaml" for name in (OLD, "habilitation-area", NEW)]
FILES.append(DEFINITIONS / f"networks/{NETWORK}.yaml")
NAMES = ["--map", "at-clinic=self-care", "--map", "home-nursing=home-care"]
CLOCK = ["--map", "home-nursing.plan=home-care.plan"]
TEAM = "hemsjukvard-ostersund"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    with command_line(tmp_path, monkeypatch) as run:
        operations().publishing.apply(*read_definitions(FILES))
        yield run


def carry(*pathways: str) -> None:
    """Let the network have these pathways; without the new one, it is as before 2022."""
    _pathways, networks = operations().publishing.published()
    operations().publishing.apply([], [networks[0].model_copy(update={"pathways": pathways})])


@pytest.fixture
def episode(run: CommandLine) -> str:
    """An episode that began under the old agreement, before the new one was in force."""
    carry(OLD, "habilitation-area")
    nurse = Actor(kind=ActorKind.PERSON, team=TEAM, name="Kim Berg", via="command-line")
    began, _warnings = operations().begin_episode(Begin(OLD, NETWORK, "home-nursing", team=TEAM), nurse)
    carry(NEW, OLD, "habilitation-area")
    return began.reference


def responsible(told: str) -> list[tuple[str, list[str]]]:
    return [
        (party["role"], [team["team"] for team in party["teams"]])
        for answer in json.loads(told)
        for party in answer["parties"]
        if party["part"] == "responsible"
    ]


def test_whose_a_task_is_follows_the_agreement_in_force_on_the_day(run: CommandLine) -> None:
    before = run("who", "wound-care", "--level", "home-nursing", "--at", "2021-12-31", "--json")
    after = run("who", "wound-care", "--level", "home-care", "--at", "2022-01-01", "--network", NETWORK, "--json")
    assert responsible(before) == [("health-centre", ["halsocentral-ostersund", "halsocentral-are"])]
    assert responsible(after) == [("municipal-care", ["hemsjukvard-ostersund", "hemsjukvard-are"])]
    words = run("who", "wound-care", "--level", "home-care")
    assert "responsible: Kommunens hemsjukvård: Hemsjukvården i Östersund (Östersunds kommun)" in words
    assert "Wound care, Home care" in run("who", "wound-care", "--level", "home-care", "--language", "en")
    assert len(json.loads(run("who", "rehabilitation", "--json"))) == 4


def test_what_no_agreement_divides_is_told_with_what_one_does(run: CommandLine) -> None:
    with pytest.raises(NotFound, match=r"No agreement in force then divides that task among roles\. Tasks: assistive"):
        run("who", "rehabilitation", "--at", "2021-12-31")
    with pytest.raises(NotFound, match=r"at that level among roles\. Leave the level out"):
        run("who", "assistive-devices", "--level", "hospital")
    with pytest.raises(NotFound, match="None divides any then"):
        run("who", "wound-care", "--at", "1999-12-31")
    for day in ("2022-13-01", "tomorrow"):
        with pytest.raises(Refused, match="That is no date"):
            run("who", "wound-care", "--at", day)


def test_who_goes_by_the_day_that_it_is_where_the_network_is(run: CommandLine) -> None:
    service = operations()
    before, after = (datetime(2021, 12, 31, 22, 59, tzinfo=UTC), datetime(2021, 12, 31, 23, 0, tzinfo=UTC))
    found = []
    for now in (before, after):
        agreements = type(service.agreements)(service.engine, lambda now=now: now)  # type: ignore[misc]
        found.append({answer.pathway.pathway for answer in agreements.who("wound-care")})
    assert found == [{OLD}, {NEW}]


def test_exactly_one_agreement_of_the_county_is_in_force(run: CommandLine) -> None:
    def in_force(day: str) -> set[str]:
        return {each["pathway"] for each in json.loads(run("agreements", "--at", day, "--json")) if each["is_in_force"]}

    assert in_force("2021-12-31") == {OLD, "habilitation-area"}
    assert in_force("2022-01-01") == {NEW}
    assert re.search(rf"{NEW} .* 2022-01-01 .* yes .* 2024-01-01", run("agreements", "--network", NETWORK))


def test_what_changes_is_told_in_words_as_json_and_as_a_page(run: CommandLine, tmp_path: Path) -> None:
    plain = run("diff", OLD, NEW)
    assert "The level `home-nursing` is removed." in plain
    page = tmp_path / "changes.html"
    mapped = run("diff", f"{OLD}@2013-01-01", str(FILES[2]), *NAMES, *CLOCK, "--page", str(page))
    responsibility = "Task `wound-care`, level `home-care`, the responsible role: health-centre becomes municipal-care."
    limit = "Clock `home-care.plan`, the limit: 30 days becomes 14 days."
    assert responsibility in mapped
    assert (
        mapped.index("Responsibilities") < mapped.index(responsibility) < mapped.index("Limits") < mapped.index(limit)
    )
    html = page.read_text("utf-8")
    assert "<h1>Vad som ändras</h1>" in html
    assert "Länsgemensam plan för primärvården" in html
    assert "ansvarig roll: ”Hälsocentral” blir ”Kommunens hemsjukvård”." in html
    told = json.loads(run("diff", OLD, NEW, *NAMES, *CLOCK, "--json"))
    kinds = {change["said"]: change["kind"] for change in told["changes"]}
    assert (kinds[responsibility], kinds[limit]) == ("responsibilities", "limits")
    assert "Nothing changes." in run("diff", NEW, f"{NEW}@2022-01-01")


@pytest.mark.parametrize(("language", "title"), [("da", "Hvad der ændres"), ("en", "What changes")])
def test_the_page_is_there_in_every_language(run: CommandLine, tmp_path: Path, language: str, title: str) -> None:
    page = tmp_path / "changes.html"
    run("diff", OLD, NEW, "--language", language, "--page", str(page), "--json")
    assert f"<h1>{title}</h1>" in page.read_text("utf-8")
    run("diff", NEW, NEW, "--language", language, "--page", str(page))
    assert "<section>" not in page.read_text("utf-8")


def test_two_files_are_compared_on_a_page_where_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDSLAG_DATA_FOLDER", str(tmp_path))
    operations.cache_clear()
    page = tmp_path / "changes.html"
    said("diff", str(FILES[0]), str(FILES[2]), "--page", str(page))
    assert "<h1>Vad som ändras</h1>" in page.read_text("utf-8")
    assert [*tmp_path.iterdir()] == [page]


def test_what_cannot_be_compared_or_written_is_told(run: CommandLine, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=f"Published: {OLD}@2013-01-01"):
        run("diff", f"{OLD}@2014-01-01", NEW)
    with pytest.raises(Refused, match="A name is mapped as OLD=NEW"):
        run("diff", OLD, NEW, "--map", "home-nursing")
    with pytest.raises(Refused, match="A name to map is no level, move or clock of cooperation-agreement"):
        run("diff", OLD, NEW, "--map", "home-nursin=home-care")
    with pytest.raises(Failed, match="The file cannot be written"):
        run("diff", OLD, NEW, "--page", str(tmp_path))


def test_a_move_is_shown_before_it_is_done(run: CommandLine, episode: str) -> None:
    words = run("migrate", OLD, "--to", NEW, *NAMES)
    assert f"{episode} ({NETWORK}) stays on 2013-01-01." in words
    assert "Clock declared/home-nursing.plan: the new version does not declare this clock." in words
    assert "0 would move, 1 needs a person." in words
    words = run("migrate", OLD, "--to", f"{NEW}@2022-01-01", *NAMES, *CLOCK, "--network", NETWORK)
    assert "would move to 2022-01-01" in words
    assert "level home-nursing: mapped, now home-care" in words
    assert "1 would move, 0 need a person." in words
    assert "Nothing has changed. Do it with: --yes --by NAME." in words
    assert f"{OLD} of 2013-01-01" in run("show", episode)


def test_a_move_is_done_by_name_and_kept_in_the_history(run: CommandLine, episode: str) -> None:
    with pytest.raises(Refused, match="Say who you are with --by"):
        run("migrate", OLD, "--to", NEW, "--yes")
    moved = json.loads(
        run("migrate", OLD, "--to", NEW, *NAMES, "--let-go", "home-nursing.plan", "--yes", "--by", "Eva", "--json")
    )
    assert [(each["episode"], each["is_moved"]) for each in moved] == [(episode, True)]
    words = run("show", episode)
    assert f"{NEW} of 2022-01-01: active at home-care" in words
    assert f"moved from {OLD} of 2013-01-01 to {NEW} of 2022-01-01, at home-care" in words
    assert "no team: Eva" in words
    assert "No episode is on another version." in run("migrate", OLD, "--to", NEW, "--yes", "--by", "Eva")


def test_words_that_name_no_version_are_refused(run: CommandLine) -> None:
    with pytest.raises(Refused, match="That is no date"):
        run("migrate", OLD, "--to", "2022-02-30")
    with pytest.raises(Refused, match="was replaced by"):
        run("migrate", OLD, "--to", "2013-01-01")

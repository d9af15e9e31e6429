"""The pages that tie agreements to pathways: every rule leads to lines that exist, and every pathway has its page."""

from pathlib import Path

import pytest

from docs import tracing
from docs.tracing import ROOT, TraceError, trace_pages

CATALOGUE = sorted({path.stem.partition(".")[0] for path in (ROOT / "pathways/catalogue").glob("*.yaml")})
_TOLD = 'title = "T"\nsource = "S"\n[[rule]]\nrule = "R"\nwhere = "W"\n'


def page_of(told: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / "jonkoping-palliative.toml").write_text(_TOLD + told, encoding="utf-8")
    monkeypatch.setattr(tracing, "_RULES", folder)
    return trace_pages()["agreements/jonkoping-palliative.md"]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_pathway_of_the_catalogue_has_a_page_that_ties_it_to_its_text(name: str) -> None:
    assert f"agreements/{name}.md" in trace_pages()


def test_a_rule_leads_to_the_line_that_carries_it_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of('at = ["levels/home", "jonkoping-demo:units/ryhov"]\nhow = "H"', tmp_path, monkeypatch)
    for name, keys, text in (
        ("catalogue/jonkoping-palliative.yaml", "levels/home", "home:"),
        ("networks/jonkoping-demo.yaml", "units/ryhov", "ryhov:"),
    ):
        link = page.partition(f"[`{keys}`](../../pathways/{name}#L")[2]
        line = int(link.partition(")")[0])
        lines = (ROOT / "pathways" / name).read_text(encoding="utf-8").splitlines()
        assert lines[line - 1].strip().startswith(text)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ('at = ["levels/nowhere"]\nhow = "H"', "has nothing at levels/nowhere"),
        ('at = ["no-such-file:levels"]\nhow = "H"', "There is no definition no-such-file"),
        ('how = "H"', "either `at`"),
        ('at = ["levels"]\nhow = "H"\noutside = "O"', "either `at`"),
        ('at = ["levels"]\nhow = "H"\nwhy = "O"', "why means nothing here"),
    ],
)
def test_a_rule_that_leads_nowhere_is_said_in_a_sentence(
    told: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TraceError, match=sentence):
        page_of(told, tmp_path, monkeypatch)

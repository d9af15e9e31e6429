"""What was refused, as each reader reads it: in their language, with names for codes, and without commands."""

from datetime import UTC, date, datetime

import pytest

from desk.refusals import Told, called
from desk.rendering import Reader, page
from docs.refusals import ROOT
from handslag.playground import JONKOPING
from pathways.care.references import ReferenceKind, read_reference
from pathways.care.states import Action, HandoverStatus
from pathways.definition.models import Side, SummaryField
from pathways.definition.reading import read_definitions
from pathways.definition.texts import Language
from pathways.errors import Refused
from pathways.phrases import Phrase, either

(PATHWAY, *_), (NETWORK,) = read_definitions(JONKOPING)
TEMPLATES = ROOT / "templates"
SV, DA, EN = Language.SWEDISH, Language.DANISH, Language.ENGLISH


def shown(fault: Refused, language: Language, **values: object) -> str:
    reader = Reader(language, "Europe/Stockholm", datetime(2026, 3, 2, tzinfo=UTC))
    html = page(
        "fault.html", TEMPLATES, reader, {"viewer": None, "fault": fault, "emergency": "", "network": NETWORK, **values}
    )
    return " ".join(html[html.index('role="alert">') + 13 : html.index('<p><a class="button"')].split())


def of_permissions(**values: Phrase | str | Action) -> Refused:
    why = Phrase(", and this is not in place: {items}", items=(Phrase("{item} ({side})", item="x", side=Side.SENDER),))
    given = {"verb": Phrase("accept"), "handover": "H222-2222", "status": HandoverStatus.CANCELLED, "why": why}
    mend = Phrase("Possible now: {actions}.", actions=(Action.ACCEPT, Action.CANCEL))
    return Refused("Cannot {verb} handover {handover}: it is {status}{why}.", mend, **{**given, **values})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (EN, "That is not the reference of an episode.</strong> Write all eight characters, the first one E; 0, O, 1,"),
        (SV, "Det är inte referensen till en vårdepisod.</strong> Skriv alla åtta tecknen, det första E; 0, O, 1,"),
        (DA, "Det er ikke referencen på et forløb.</strong> Skriv alle otte tegn, det første E; 0, O, 1,"),
    ],
)
def test_a_refusal_is_told_in_the_readers_language_down_to_the_words_within(language: Language, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_reference("?", ReferenceKind.EPISODE)
    assert said in shown(refusal.value, language)


def test_states_sides_and_actions_are_called_what_the_pages_call_them() -> None:
    swedish = shown(of_permissions(), SV)
    assert "Det går inte att acceptera överlämningen H222-2222: den är avbruten" in swedish
    assert ", och detta är inte på plats: x (den som lämnar över)." in swedish
    assert "Möjligt nu: Acceptera: vi tar över, Avbryt." in swedish
    danish = shown(of_permissions(why=""), DA)
    assert "Det er ikke muligt at acceptere overlevering H222-2222: den er annulleret." in danish


def test_teams_and_what_the_pathway_names_are_called_by_their_names() -> None:
    level, move = PATHWAY.begin_at[0], next(iter(PATHWAY.moves))
    fault = Refused(
        "{level} and {move}.", "Ask {teams}.", level=level, move=move, teams=either(["ssih-jonkoping", "x"])
    )
    told = shown(fault, SV, pathway=PATHWAY)
    assert told.startswith(f"<strong>{PATHWAY.levels[level].title['sv']} and {PATHWAY.moves[move].title['sv']}.")
    assert f"Fråga {NETWORK.teams['ssih-jonkoping'].name} eller x." in told


def test_a_code_that_means_two_things_is_said_as_it_is() -> None:
    twice = NETWORK.model_copy(update={"units": {"ssih-jonkoping": next(iter(NETWORK.units.values()))}})
    assert "ssih-jonkoping" not in called(twice, None, str)
    assert called(None, None, str) == {}


def test_the_parts_of_a_summary_and_days_are_said_in_words() -> None:
    lacks = Refused(
        "Cannot request a handover of episode {episode}: its summary lacks {parts}.",
        "Leave it to lapse, and grant {package} anew from {ends_on} if it is needed.",
        episode="E222-2222",
        parts=(SummaryField.SITUATION, SummaryField.CONTINGENCY),
        package="x",
        ends_on=date(2026, 3, 2),
    )
    assert "sammanfattningen saknar situationen, vad som ska göras om det blir sämre." in shown(lacks, SV)
    assert "bevilg x på ny fra 2. marts" in shown(lacks, DA)


def test_no_command_is_named_on_a_page() -> None:
    fault = Refused(
        "Cannot resume episode {episode}: it does not pause.", "Go on with it first.", "handslag x", episode="E"
    )
    assert str(fault).endswith("Go on with it first: handslag x.")
    assert "Go on with it first." in shown(fault, EN)
    assert "Fortsätt den först." in shown(fault, SV)


def test_what_is_put_in_is_text_and_nothing_else() -> None:
    odd = Refused("No place is free at {unit}.", "{mend}", unit="{0}<b>", mend="{unit} % %(x)s")
    assert shown(odd, DA) == "<strong>Ingen plads er ledig på {0}&lt;b&gt;.</strong> {unit} % %(x)s</p>"


def test_what_has_no_translation_is_said_in_english() -> None:
    assert shown(Refused("Words of {number} yesterday.", "Wait.", number=3), SV) == (
        "<strong>Words of 3 yesterday.</strong> Wait.</p>"
    )
    assert Told("a", "b") == Told("a", "b")


def test_a_page_that_is_about_no_network_says_codes_as_they_are() -> None:
    fault = Refused("No place is free at {unit}.", "Wait.", unit="korttids-norr")
    assert "korttids-norr" in shown(fault, SV, network={"korttids-norr": "names of something else"})

"""Every story but the first, told one after another on one running Handslag."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from acceptance.programs import Demo
from acceptance.records import found_in, own_files, patients_of, prefects_files
from handslag.stories.shelf import STORIES

pytestmark = pytest.mark.acceptance

_OTHERS = [*STORIES][1:]
_SECONDS_FOR_EACH = 120


@dataclass
class Told:
    """A demonstration that has ended: its exit code, and its words in all and by story."""

    folder: Path
    exit_code: int
    words: str

    def of(self, story: str) -> str:
        """What was told in one story."""
        return self.words.partition(f"The story of {story}\n")[2].partition("The story of ")[0]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("stories")
    with Demo(folder, _OTHERS) as demo:
        exit_code = demo.end(90 + _SECONDS_FOR_EACH * len(_OTHERS))
        yield Told(folder, exit_code, demo.told)


def test_the_stories_end_with_0(told: Told) -> None:
    assert told.exit_code == 0, told.words
    assert "went wrong" not in told.words


@pytest.mark.parametrize("story", _OTHERS)
def test_every_step_of_a_story_is_told_and_done(told: Told, story: str) -> None:
    words = told.of(story)
    steps = len(re.findall(r"^ *\d+ [A-Z]", words, re.MULTILINE))
    assert steps >= 8, words
    assert len(re.findall(r"^ +done after ", words, re.MULTILINE)) == steps
    assert words.count("The story is told") == 1


@pytest.mark.parametrize("story", _OTHERS)
def test_nothing_about_its_people_gets_out(told: Told, story: str) -> None:
    about = STORIES[story]
    assert about.patients
    assert about.staff or about.typed
    logs = sorted((told.folder / "demo").glob("*.log"))
    outside = [*prefects_files(told.folder), *logs, told.folder / "output-0.txt"]
    assert found_in(outside, (*patients_of(about), *about.staff, *about.typed)) == []
    assert found_in(own_files(told.folder), (*patients_of(about), *about.typed)) == []


@pytest.mark.parametrize("story", _OTHERS)
def test_the_search_finds_what_is_there(told: Told, story: str) -> None:
    for word in (story, *STORIES[story].staff):
        assert found_in(own_files(told.folder), [word]), word


def test_a_treatment_goes_home_to_a_clinic_and_back_at_a_complication_and_no_visit_is_forgotten(told: Told) -> None:
    words = told.of("jammerbugt-iv")
    for said in (
        "the order waits for the citizen to come home",
        "visits follow from the order, the next at",
        "nothing waits for the missed visit any more",
        "the order rests",
        "the visits are the clinic's",
        "what became of earlier visits is kept",
        "first the one from which the citizen came, then the other",
        "all visits are stopped",
        "nothing of the orders waits",
    ):
        assert said in words
    for notice in ("Et besøg er ikke registreret", "Et besøg blev ikke aflagt", "Et besøg blev afvist"):
        assert notice in words


def test_a_patient_goes_every_way_between_the_three_with_one_contact_and_the_break_is_counted(told: Told) -> None:
    words = told.of("sammen-om-sundhed")
    three = ("clinic", "home", "hospital")
    for move in (f"{start}-to-{end}" for start in three for end in three if start != end):
        assert re.search(rf"hands over \({move}\)", " ".join(words.split())), move
    for said in (
        "on duty with wound care: iv-nurse of hjemmesygeplejen",
        "at home, the clinic's doctor reviews the medicines",
        "the fixed contact is kept, over 6 handovers by now",
        "kept over 6 handovers, 1 break",
        "only the closing note waits",
    ):
        assert said in words


def test_what_is_granted_is_swapped_met_about_and_stopped_as_the_agreement_says(told: Told) -> None:
    words = told.of("vesthimmerland-borger-foer-opgave")
    for said in (
        "the project's own rules hold there",
        "until then, home care is reminded of telling it",
        "the citizen knows of swapping: nothing waits",
        "exactly what was granted is back",
        "that is not for your team to do. Ask bevilling.",
        "both sides have said yes: it is booked",
        "it is on the list no longer",
        "what was granted is in force again",
    ):
        assert said in words
    assert re.search(r"the list M\w{3}-\w{4} is in the Prefect UI", words)


def test_the_cap_of_the_programme_holds_and_its_evaluation_names_nobody_and_claims_nothing(told: Told) -> None:
    words = told.of("jammerbugt-tryg-hjemkomst")
    assert "one is enrolled, the other waits" in words
    assert "its place in the programme has gone to another" in words
    page = (told.folder / "demo/evaluation-jammerbugt-tryg-hjemkomst.html").read_text(encoding="utf-8")
    assert "beviser ingen effekt" in page
    assert not re.search(r"\bE[2-9A-Z]{3}-[2-9A-Z]{4}\b", page)
    about = STORIES["jammerbugt-tryg-hjemkomst"]
    assert not any(word in page for word in (*patients_of(about), *about.staff, *about.typed))


def test_the_countys_plan_replaces_the_old_agreements_and_takes_over_what_runs(told: Told) -> None:
    words = told.of("jamtland-primary-care")
    for said in (
        "wound care in home nursing is the health centre's",
        "exactly one of the three is in force",
        "was replaced by jamtland-primary-care on 2022-01-01",
        "the responsible role: health-centre becomes municipal-care.",
        "a clock that the plan calls otherwise",
        "both episodes go by the county's plan",
        "so did the limit to answer the open request",
    ):
        assert said in words

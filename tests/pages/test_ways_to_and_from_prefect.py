"""The ways between the desk and the Prefect UI: each page leads to its runs, and a reference leads to its page."""

from collections.abc import Iterator

import httpx
import pytest

from desk.asking import RUNS
from pages.desk_on_test import SSIH, Desk
from pages.worlds import OnTheWay, on_the_way
from pathways.care.references import ReferenceKind, new_reference


@pytest.fixture(scope="module")
def way(desk: Desk) -> OnTheWay:
    return on_the_way(desk)


@pytest.fixture(scope="module")
def ssih(desk: Desk) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        client.post("/sign-in/demo", data={"login": f"{SSIH}@jonkoping-demo.example", "back": "/cover"})
        yield client


def prefect(desk: Desk) -> str:
    return desk.service.settings.prefect_api_url.removesuffix("/api")


@pytest.mark.parametrize("path", [path for path in RUNS if path != "/begin"])
def test_a_page_leads_to_the_runs_behind_it(desk: Desk, ssih: httpx.Client, path: str) -> None:
    answer = ssih.get(path)
    if answer.status_code == 404:
        pytest.skip("not a page of theirs")
    assert f'href="{prefect(desk)}{RUNS[path]}"' in answer.text


def test_an_episode_and_a_handover_lead_to_their_own_runs(desk: Desk, ssih: httpx.Client, way: OnTheWay) -> None:
    for path, reference in ((f"/episodes/{way.episode}", way.episode), (f"/handovers/{way.handover}", way.handover)):
        assert f'href="{prefect(desk)}/runs?tag={reference}"' in ssih.get(path).text


def test_a_reference_of_a_notice_or_of_prefect_leads_to_its_page(desk: Desk, ssih: httpx.Client, way: OnTheWay) -> None:
    def leads_to(reference: str) -> tuple[int, str | None]:
        answer = ssih.get(f"/to/{reference}")
        return answer.status_code, answer.headers.get("location")

    assert leads_to(way.handover) == (303, f"/handovers/{way.handover}")
    assert leads_to(way.episode.lower().replace("-", "")) == (303, f"/episodes/{way.episode}")
    assert leads_to(new_reference(ReferenceKind.MEETING)) == (303, "/triage")
    assert leads_to("nothing-of-the-kind") == (404, None)
    unknown = new_reference(ReferenceKind.EPISODE)  # it tells nothing of what there is
    assert leads_to(unknown) == (303, f"/episodes/{unknown}")


def test_whoever_follows_a_link_of_a_notice_signs_in_first_and_comes_to_it(desk: Desk, way: OnTheWay) -> None:
    answer = httpx.get(f"{desk.url}/to/{way.handover}", timeout=30)
    assert answer.headers["location"] == f"/sign-in?back=/to/{way.handover}"


def test_a_notice_carries_a_link_to_the_desk(desk: Desk, way: OnTheWay) -> None:
    assert desk.service.settings.link_to(way.handover) == f"{desk.url}/to/{way.handover}"

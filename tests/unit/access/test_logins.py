"""Whose login an answer of the login service means."""

from datetime import UTC, datetime, timedelta

import pytest

from pathways.access.logins import login_of, proved_at
from pathways.errors import Refused

ALVA = {"aud": "handslag", "sub": "123@service.example", "email": "alva@region.example", "email_verified": True}
HSA = {"aud": ["other", "handslag"], "hsa": "SE2321000016-1A2B", "acr": "loa3"}


def test_a_verified_address_the_subject_and_an_hsa_id_are_logins() -> None:
    assert login_of(ALVA, claim="email", client="handslag") == "alva@region.example"
    assert login_of(ALVA, claim="sub", client="handslag") == "123@service.example"
    assert login_of(HSA, claim="hsa", client="handslag", levels=("loa3", "loa4")) == "SE2321000016-1A2B"


@pytest.mark.parametrize(
    "changed",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": "other@region.example", "upn": "alva@region.example"},
        {"email": None, "upn": "alva@region.example"},
    ],
)
def test_an_address_that_is_not_verified_is_nobodys(changed: dict[str, object]) -> None:
    with pytest.raises(Refused, match="not verified"):
        login_of({**ALVA, **changed}, claim="upn" if "upn" in changed else "email", client="handslag")


@pytest.mark.parametrize("audience", ["other", [], ["other"], None])
def test_an_answer_for_another_program_is_not_ours(audience: object) -> None:
    with pytest.raises(Refused, match="somebody else"):
        login_of({**ALVA, "aud": audience}, claim="email", client="handslag")


@pytest.mark.parametrize("level", ["loa2", "", None])
def test_who_was_identified_less_strongly_than_is_required_is_not_let_in(level: object) -> None:
    with pytest.raises(Refused, match="strongly"):
        login_of({**HSA, "acr": level}, claim="hsa", client="handslag", levels=("loa3",))


@pytest.mark.parametrize("claims", [{"aud": "handslag"}, {"aud": "handslag", "email": 7}])
def test_an_answer_that_names_nobody_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(Refused, match="did not say who you are"):
        login_of(claims, claim="email", client="handslag")


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FRESH = timedelta(minutes=15)


def told(minutes: float) -> dict[str, object]:
    """An answer of the login service, which asked so many minutes ago."""
    return {**ALVA, "auth_time": int((NOW - timedelta(minutes=minutes)).timestamp())}


def test_when_somebody_proved_who_they_are_is_as_the_login_service_says() -> None:
    assert proved_at(told(200), NOW) == NOW - timedelta(minutes=200)
    assert proved_at(told(14), NOW, FRESH) == NOW - timedelta(minutes=14)
    assert proved_at(told(-0.5), NOW, FRESH) == NOW, "its clock is a little ahead"
    assert proved_at(ALVA, NOW) is None


@pytest.mark.parametrize("claims", [ALVA, told(16), told(-2), {"auth_time": "now"}, {"auth_time": 0}])
def test_an_answer_to_a_fresh_login_that_is_none_is_refused(claims: dict[str, object]) -> None:
    with pytest.raises(Refused, match="anew"):
        proved_at(claims, NOW, FRESH)

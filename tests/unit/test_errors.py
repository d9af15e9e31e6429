"""The error tree: each error is a sentence, keeps its facts over pickle, and is what its family says."""

import pickle

import pytest

from pathways.errors import Failed, HandslagError, NotFound, Refused, SettingsError, Stale, Withheld

SENTENCE, MEND = "The handover is cancelled.", "Ask the sender for a new request."


@pytest.mark.parametrize("kind", [Refused, Withheld, NotFound, Stale, Failed, SettingsError])
def test_an_error_says_what_happened_and_what_to_do_and_survives_pickle(kind: type[Refused | Failed]) -> None:
    error = pickle.loads(pickle.dumps(kind(SENTENCE, MEND)))  # noqa: S301  # our own bytes
    assert type(error) is kind
    assert str(error) == f"{SENTENCE} {MEND}"
    assert (error.sentence, error.mend) == (SENTENCE, MEND)
    assert isinstance(error, HandslagError)


def test_what_is_withheld_says_nothing_of_its_reason_in_the_open_and_all_else_says_all() -> None:
    assert Refused(SENTENCE, MEND).in_the_open == f"{SENTENCE} {MEND}"
    open_words = Withheld(SENTENCE, MEND).in_the_open
    assert SENTENCE not in open_words
    assert MEND not in open_words


@pytest.mark.parametrize("kind", [NotFound, Stale, Withheld])
def test_what_is_missing_or_changed_is_a_refusal(kind: type[Refused]) -> None:
    assert issubclass(kind, Refused)


@pytest.mark.parametrize("kind", [Failed, SettingsError])
def test_what_broke_is_no_refusal(kind: type[HandslagError]) -> None:
    assert not issubclass(kind, Refused)

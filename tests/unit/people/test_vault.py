"""The vault: what is sealed comes back, nobody is found without the hash key, and nothing shows a person."""

import json
from datetime import UTC, date, datetime

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from made_up_numbers import A_PERSONNUMMER, RESERVE, identifier_of, made_up_personnummer

from pathways.errors import Failed, SettingsError
from pathways.people.identifiers import Country, Identifier, IdentifierSystem
from pathways.people.keys import new_keys
from pathways.people.persons import Person
from pathways.people.relatives import Relative
from pathways.people.statements import Agreement, Statement
from pathways.people.vault import Vault

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
HASH_KEY = new_keys()["HANDSLAG_HASH_KEY"]
VAULT = Vault([NEW, OLD], HASH_KEY)
DAUGHTER = Relative("K7QM", "Siv Påhittad", "daughter", "+46701740605", is_carer=True)
PERSON = Person(
    (identifier_of(A_PERSONNUMMER), identifier_of(RESERVE)),
    "Åsa Påhittad",
    address="Hittepågatan 1",
    earlier_names=("Åsa Uppdiktad",),
    relatives=(DAUGHTER,),
    statements=(Statement("north", (identifier_of(RESERVE),), "Åsa", is_protected=True, told_in=("E1",)),),
    agreements=(Agreement("north", identifier_of(A_PERSONNUMMER), datetime(2026, 3, 10, 9, tzinfo=UTC)),),
)

identifiers = st.builds(Identifier, st.sampled_from(IdentifierSystem), st.text(), st.text())
texts = st.text(st.characters(codec="utf-8"))
relatives = st.builds(
    Relative, texts, texts, texts, texts, is_carer=st.booleans(), may_be_called_at_night=st.booleans()
)
statements = st.builds(
    Statement,
    texts,
    st.lists(identifiers, max_size=2).map(tuple),
    texts,
    is_protected=st.booleans(),
    told_in=st.lists(texts, max_size=2).map(tuple),
)
people = st.builds(
    Person,
    st.lists(identifiers, min_size=1, max_size=4, unique=True).map(tuple),
    texts,
    is_protected=st.booleans(),
    address=texts,
    earlier_names=st.lists(texts, max_size=2).map(tuple),
    relatives=st.lists(relatives, max_size=3, unique_by=lambda relative: relative.key).map(tuple),
    statements=st.lists(statements, max_size=3, unique_by=lambda each: each.organisation).map(tuple),
    agreements=st.lists(st.builds(Agreement, texts, identifiers, st.datetimes(timezones=st.just(UTC)))).map(tuple),
)


@given(people)
def test_what_was_sealed_comes_back_whole(person: Person) -> None:
    assert VAULT.opened(VAULT.sealed(person)) == person


def test_two_seals_of_one_person_differ_and_show_nothing() -> None:
    one, other = VAULT.sealed(PERSON), VAULT.sealed(PERSON)
    assert one != other
    assert A_PERSONNUMMER.encode() not in one


def test_an_older_key_still_opens_and_rotation_makes_it_superfluous() -> None:
    token = Vault([OLD], HASH_KEY).sealed(PERSON)
    assert VAULT.opened(token) == PERSON
    with pytest.raises(Failed):
        Vault([NEW], HASH_KEY).opened(token)
    assert Vault([NEW], HASH_KEY).opened(VAULT.rotated(token)) == PERSON


@pytest.mark.parametrize("act", [VAULT.opened, VAULT.rotated])
def test_a_key_that_does_not_fit_fails_with_what_to_do(act: object) -> None:
    assert callable(act)
    token = Vault([Fernet.generate_key().decode()], HASH_KEY).sealed(PERSON)
    for unfit in (token, token[:-4], b"", b"no token"):
        with pytest.raises(Failed, match=r"cannot be opened with the keys in HANDSLAG_KEYS\. Put the key"):
            act(unfit)


def test_a_record_from_before_relatives_were_kept_is_still_read() -> None:
    kept = {"form": 1, "identifiers": [["se-reserve", RESERVE, "stockholm"]], "name": "Åsa Påhittad"}
    token = Fernet(NEW).encrypt(json.dumps({**kept, "is_protected": True, "address": "Hittepågatan 1"}).encode())

    assert VAULT.opened(token) == Person(
        (identifier_of(RESERVE),), "Åsa Påhittad", is_protected=True, address="Hittepågatan 1"
    )


def test_a_record_of_a_newer_program_is_not_guessed_at() -> None:
    token = Fernet(NEW).encrypt(b'{"form": 5}')
    with pytest.raises(Failed, match="newer Handslag"):
        VAULT.opened(token)


def test_a_person_is_found_however_the_number_is_written() -> None:
    number = A_PERSONNUMMER
    written = (number, f"{number[:8]}-{number[8:]}", f"{number[2:8]}-{number[8:]}", number[2:])
    assert len({VAULT.fingerprint(identifier_of(text)) for text in written}) == 1


def test_fingerprints_differ_by_number_kind_issuer_and_hash_key() -> None:
    identifier = identifier_of(RESERVE)
    others = {
        VAULT.fingerprint(identifier_of(made_up_personnummer(date(1950, 1, 1)))),
        VAULT.fingerprint(Identifier(IdentifierSystem.CPR, identifier.value, identifier.issuer)),
        VAULT.fingerprint(Identifier(identifier.system, identifier.value, "elsewhere")),
        Vault([NEW], new_keys()["HANDSLAG_HASH_KEY"]).fingerprint(identifier),
        VAULT.fingerprint(identifier),
    }
    assert len(others) == 5
    assert all(len(found) == 64 for found in others)


def test_a_new_encryption_key_leaves_fingerprints_alone() -> None:
    assert Vault([OLD], HASH_KEY).fingerprint(PERSON.current) == VAULT.fingerprint(PERSON.current)


@pytest.mark.parametrize(
    ("keys", "hash_key"),
    [([], HASH_KEY), (["abc"], HASH_KEY), ([NEW, "changethis"], HASH_KEY), ([NEW], ""), ([NEW], NEW)],
    ids=["no key", "a malformed key", "a placeholder", "no hash key", "the same key twice"],
)
def test_a_vault_without_sound_keys_is_not_made(keys: list[str], hash_key: str) -> None:
    with pytest.raises(SettingsError, match="handslag keys") as error:
        Vault(keys, hash_key)
    assert NEW not in str(error.value)


def test_no_repr_shows_a_person_or_a_key() -> None:
    danish = identifier_of("0102031AB4", Country.DENMARK)
    shown = repr(PERSON) + repr(VAULT) + repr(PERSON.identified_as(danish)) + repr(danish) + str(PERSON)
    shown += repr(DAUGHTER)
    for secret in (
        A_PERSONNUMMER,
        RESERVE,
        "0102031AB4",
        "Åsa",
        "Hittepå",
        "Siv",
        "daughter",
        "70174",
        NEW,
        OLD,
        HASH_KEY,
    ):
        assert secret not in shown


@given(texts, texts)
def test_a_keyed_hash_follows_from_purpose_text_and_key(text: str, other: str) -> None:
    found = VAULT.keyed_hash("one", text)
    assert len(found) == 32
    assert found == Vault([OLD], HASH_KEY).keyed_hash("one", text)
    assert found != VAULT.keyed_hash("another", text)
    assert found != Vault([NEW], new_keys()["HANDSLAG_HASH_KEY"]).keyed_hash("one", text)
    assert (found == VAULT.keyed_hash("one", other)) == (text == other)

"""Each network has records of its own of its patients, found by the same numbers.

A record that several networks shared is copied, still sealed, for each of them: from then on what one writes is not
seen by another.
"""

from collections import defaultdict
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_person = sa.table("person", sa.column("id"), sa.column("sealed"))
_episode = sa.table("episode", sa.column("person_id"), sa.column("network"))
_identifier = sa.table("person_identifier", sa.column("fingerprint"), sa.column("person_id"))
_own = sa.table("own_identifier", sa.column("network"), sa.column("fingerprint"), sa.column("person_id"))
_earlier = sa.table("earlier_person", sa.column("id"), sa.column("person_id"))
_former = sa.table("former_person", sa.column("id"), sa.column("person_id"))
_reader = sa.table("identity_reader", sa.column("person_id"), sa.column("login"))
_membership = sa.table("membership", sa.column("login"), sa.column("network"))


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "own_identifier",
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("network", "fingerprint", name="pk_own_identifier"),
    )
    op.create_table(
        "former_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id", "person_id", name="pk_former_person"),
    )
    _give_each_network_its_own()
    for old, new in (("person_identifier", "own_identifier"), ("earlier_person", "former_person")):
        op.drop_index(f"ix_{old}_person_id", old)
        op.drop_table(old)
        op.rename_table(new, old)
        op.create_index(f"ix_{old}_person_id", old, ["person_id"])
    op.create_index("ix_person_identifier_fingerprint", "person_identifier", ["fingerprint"])


def downgrade() -> None:
    """Go back. Fails where two networks know a patient by the same number: one record cannot be made of theirs."""
    op.drop_index("ix_person_identifier_fingerprint", "person_identifier")
    for old, key, column in (
        ("person_identifier", "fingerprint", sa.Column("fingerprint", sa.String(), nullable=False)),
        ("earlier_person", "id", sa.Column("id", sa.Integer(), nullable=False)),
    ):
        new = f"former_{old}"
        op.create_table(
            new,
            column,
            sa.Column("person_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
            sa.PrimaryKeyConstraint(key, name=f"pk_{new}"),
        )
        op.execute(f"INSERT INTO {new} ({key}, person_id) SELECT {key}, person_id FROM {old}")  # noqa: S608
        op.drop_index(f"ix_{old}_person_id", old)
        op.drop_table(old)
        op.rename_table(new, old)
        op.create_index(f"ix_{old}_person_id", old, ["person_id"])


def _give_each_network_its_own() -> None:
    """Fill the new tables: of the networks in which a patient has episodes the first keeps the record itself."""
    bind = op.get_bind()
    numbers, earlier = defaultdict(list), defaultdict(list)
    for row in bind.execute(sa.select(_identifier)):
        numbers[row.person_id].append(row.fingerprint)
    for row in bind.execute(sa.select(_earlier)):
        earlier[row.person_id].append(row.id)
    where = sa.select(_episode).where(_episode.c.person_id.is_not(None)).distinct()
    rows = bind.execute(where.order_by(_episode.c.person_id, _episode.c.network)).all()
    for person, of_person in groupby(rows, key=lambda row: row.person_id):
        for position, (_, network) in enumerate(of_person):
            number = person if position == 0 else _copied(person, network)
            for fingerprint in numbers[person]:
                values = {"network": network, "fingerprint": fingerprint, "person_id": number}
                bind.execute(sa.insert(_own).values(**values))
            for former in (*earlier[person], *((person,) if position else ())):
                bind.execute(sa.insert(_former).values(id=former, person_id=number))


def _copied(person: int, network: str) -> int:
    """The number of a copy of a record for one network, with its episodes and those of its readers who belong there."""
    bind = op.get_bind()
    sealed = bind.execute(sa.select(_person.c.sealed).where(_person.c.id == person)).scalar_one()
    number = bind.execute(sa.insert(_person).values(sealed=sealed).returning(_person.c.id)).scalar_one()
    own = (_episode.c.person_id == person) & (_episode.c.network == network)
    bind.execute(sa.update(_episode).where(own).values(person_id=number))
    readers = sa.select(_reader.c.login).where(
        _reader.c.person_id == person,
        _reader.c.login.in_(sa.select(_membership.c.login).where(_membership.c.network == network)),
    )
    for login in bind.execute(readers).scalars().all():
        bind.execute(sa.insert(_reader).values(person_id=number, login=login))
    return int(number)

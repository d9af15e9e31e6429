"""Each stored state of a network says who shares what is known of patients: all, where it did not say.

All shared before a network could say it, so nothing changes for them. A file that is applied without saying it gives
each organisation its own view, as ever.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEY, _SHARED = "patient_records", "shared"
_version = sa.table("network_version", sa.column("network"), sa.column("number"), sa.column("content"))


def upgrade() -> None:
    """Go forward."""
    for row, content in _stored():
        if _KEY not in content:
            _write(row, {**content, _KEY: _SHARED})


def downgrade() -> None:
    """Go back: what shares says nothing, as before there was that to say."""
    for row, content in _stored():
        if content.get(_KEY) == _SHARED:
            _write(row, {key: value for key, value in content.items() if key != _KEY})


def _stored() -> list[tuple[sa.Row[tuple[str, int, str]], dict[str, object]]]:
    return [(row, json.loads(row.content)) for row in op.get_bind().execute(sa.select(_version)).all()]


def _write(row: sa.Row[tuple[str, int, str]], content: dict[str, object]) -> None:
    where = (_version.c.network == row.network) & (_version.c.number == row.number)
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    op.get_bind().execute(sa.update(_version).where(where).values(content=text))

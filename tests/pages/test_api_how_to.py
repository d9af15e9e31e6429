"""The examples of the how-to on the API, run as they stand against a desk."""

import os
import re
import subprocess
from pathlib import Path

from pages.desk_on_test import MUNICIPALITY, NETWORK, SSIH, Desk
from pathways.access.table import Right, Role
from pathways.access.users import Membership, User, Viewer
from pathways.care.states import HandoverStatus

_HOW_TO = Path(__file__).parents[2] / "docs/how-to/use-the-api.md"
_EXAMPLE = re.compile(r"^ *```sh\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def _token(desk: Desk, team: str, *, is_program: bool) -> str:
    member = Membership(network=NETWORK, team=team, role=Role.COORDINATOR)
    login = f"how-to-{team}@api.example"
    user = User(login=login, name="Ebba Påhittad", memberships=(member,), is_system=is_program)
    desk.service.users.add(user)
    by = None if is_program else Viewer(user=user, membership=member, proved_at=desk.service.clock())
    return desk.service.tokens.make(login, member, tuple(Right), 1, by)


def test_the_examples_take_a_patient_over_by_two_programs(desk: Desk, tmp_path: Path) -> None:
    examples = _EXAMPLE.findall(_HOW_TO.read_text(encoding="utf-8"))
    assert len(examples) == 6
    given = {
        "PATH": os.environ["PATH"],
        "DESK": desk.url,
        "TOKEN": _token(desk, MUNICIPALITY, is_program=False),
        "RECEIVERS_TOKEN": _token(desk, SSIH, is_program=True),
    }
    script = "\n".join(["set -euo pipefail", *examples, 'echo; echo "$handover"'])
    bash = ["/bin/bash", "-c", script]
    ran = subprocess.run(bash, env=given, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    handover = ran.stdout.strip().splitlines()[-1]
    found = desk.service.views.show(handover).handover(handover)
    assert found.status is HandoverStatus.ACCEPTED
    assert [mark.actor.name for mark in found.marks if mark.kind.value == "accepted"] == ["Siv Made-up"]

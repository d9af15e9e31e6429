"""Steps that ask for a fresh login: somebody must have proved who they are a short while ago, not hours. Pure.

A session that was left open, or a stolen cookie, gives nobody a lasting way in. Emergency access is not among the
steps: it must open at once, is for one person and a short time, and is looked through afterwards.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pathways.access.users import Viewer, Way
from pathways.errors import Refused
from pathways.phrases import Phrase


class Step(StrEnum):
    """What asks for a fresh login."""

    PROTECT = "protect"
    LIFT_PROTECTION = "lift-protection"
    NAME_READER = "name-reader"
    MAKE_TOKEN = "make-token"  # noqa: S105 - the name of a step
    CONFIRM_TOKEN = "confirm-token"  # noqa: S105 - as above
    GIVE_ROLE = "give-role"
    CONFIRM_ROLE = "confirm-role"


BY_TOKEN: Mapping[Step, bool] = {
    Step.PROTECT: True,
    Step.LIFT_PROTECTION: False,
    Step.NAME_READER: False,
    Step.MAKE_TOKEN: False,
    Step.CONFIRM_TOKEN: False,
    Step.GIVE_ROLE: True,
    Step.CONFIRM_ROLE: False,
}
"""Whether a token, which never signs in, may do it. A register's program protects, and takes nothing back by that; a
role that opens patients, users or the log waits, whoever asks for it, for somebody who confirms it at the desk."""


class NeedsFreshLogin(Refused):
    """The person has not proved for too long who they are. They sign in again, then press once more."""


def require_fresh(by: Viewer | None, step: Step, now: datetime, within: timedelta) -> None:
    """The viewer may do this step now; None, the installation itself, signs in on its host.

    `within`: how long ago they may have proved who they are. Raises Refused, NeedsFreshLogin.
    """
    if by is None:
        return
    if by.via is Way.API:
        if not BY_TOKEN[step]:
            raise Refused("No token is enough for that.", "Sign in to the desk, and do it there.")
        return
    if by.proved_at is None or now - by.proved_at > within:
        raise NeedsFreshLogin(
            Phrase(
                "This asks that you have signed in within the last {minutes} minutes.",
                minutes=within // timedelta(minutes=1),
            ),
            Phrase("Sign in again, then press once more."),
        )

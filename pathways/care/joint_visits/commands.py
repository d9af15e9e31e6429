"""What may be asked of joint visits."""

from pydantic import AwareDatetime

from pathways.care.commands import Command


class ProposeJointVisit(Command):
    """Propose a visit at home to another team, at a time to come."""

    with_team: str
    at: AwareDatetime


class AnswerJointVisit(Command):
    """Say yes or no to a proposed visit."""

    visit: str
    is_accepted: bool


class CancelJointVisit(Command):
    """Call off a visit that was proposed or booked."""

    visit: str


class RecordJointVisit(Command):
    """Record whether a booked visit was held."""

    visit: str
    was_held: bool

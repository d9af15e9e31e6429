"""The frozen models of a pathway. They hold data; `checks.py` says whether the data is sound."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from pathways.definition.agreements import Agreement, Task
from pathways.definition.conditions import Condition, Phase
from pathways.definition.days import Day, TimeOfDay
from pathways.definition.durations import Duration, Limit, Unit
from pathways.definition.frozen import Frozen
from pathways.definition.grants import Package, Swaps
from pathways.definition.meetings import JointVisits, Meeting
from pathways.definition.programmes import Enrolment, Evaluation
from pathways.definition.roll_outs import RollOut
from pathways.definition.texts import Language, Text
from pathways.definition.treatments import FixedContact, Treatment

BEGINNING = "begin"
"""The move, urgency and reason of the handover by which an episode begins under another team than the beginner's."""

_BEGINNING_TITLE: Text = {
    Language.SWEDISH: "Övertagande vid start",
    Language.DANISH: "Overtagelse ved start",
    Language.ENGLISH: "Taking over at the beginning",
}

NO_PLACE = "no-place"
"""The rejection that leads on to a move's `if_no_place`."""


class Side(StrEnum):
    """Who of the two parties to a handover owns something."""

    SENDER = "sender"
    RECEIVER = "receiver"


class Level(Frozen):
    """A level of care. `places` says that the patient stays at a unit that has places."""

    title: Text
    responsible: str
    consulted: tuple[str, ...] = ()
    places: bool = False


class Waiving(Frozen):
    """Who may go ahead without something that is asked for, and for which urgencies (none named: for all).

    It takes a name, one of the pathway's `waivers` as the reason, and words of one's own.
    """

    by: tuple[Side, ...]
    urgencies: tuple[str, ...] = ()


class ReadinessItem(Frozen):
    """Something that must be in place before the patient moves, and the side that sees to it.

    `evidence`: whether the tick must say how it is known. `valid_for`: how long a tick holds, from when it was
    checked. `waive`: who may go ahead without it; without `waive`, nobody.
    """

    title: Text
    side: Side
    evidence: bool = False
    valid_for: Limit | None = None
    waive: Waiving | None = None


class SummaryField(StrEnum):
    """What a summary may have to hold: the parts of SBAR, and of I-PASS (domain: what a safe transition needs)."""

    ILLNESS_SEVERITY = "illness-severity"
    SITUATION = "situation"
    BACKGROUND = "background"
    ASSESSMENT = "assessment"
    RECOMMENDATION = "recommendation"
    ACTIONS = "actions"
    CONTINGENCY = "contingency"


class TimeCounted(StrEnum):
    """Which time a limit counts: all of it, or only that in which the receiving team is open."""

    WALL = "wall"
    COVER = "cover"


class UrgencyRules(Frozen):
    """What an urgency asks for, whatever the move.

    `is_urgent`: it is never held back. `summary`: what the summary must hold before the request. `read_back`: whether
    responsibility passes only after a confirmed read-back, and `waive_read_back` who may go ahead without one.
    `delivered`, `seen`: by when the request must have been taken by the channel and opened by a person, from the
    request; without one of them, `unwatched_because` says why. `answer_counts`: which time `answer` counts. `hold`: how
    long a place is held for an unanswered request.
    `question`: by when the sender answers a question, and says what follows after a no; `question_stops_answer`:
    whether the answer's clock waits for the former. `stale`: when a request that nobody answered closes itself.
    """

    title: Text
    is_urgent: bool = False
    summary: tuple[SummaryField, ...] = ()
    read_back: bool = False
    waive_read_back: Waiving | None = None
    delivered: Limit | None = None
    seen: Limit | None = None
    unwatched_because: str | None = None
    answer_counts: TimeCounted = TimeCounted.WALL
    hold: Limit | None = None
    question: Limit = Duration(amount=2, unit=Unit.HOUR)
    question_stops_answer: bool = False
    stale: Limit | None = None


class Urgency(Frozen):
    """Limits for one urgency of a move, both counted from the request.

    `answer`: until the receiver accepts or rejects. `arrive`: until responsibility has passed.
    `remind`: how long before `answer` runs out the receiver is reminded. `repeat`: how often a
    passed limit is told again. `ready`: readiness items, where they differ from the move's own.
    """

    answer: Limit
    arrive: Limit
    remind: Limit | None = None
    repeat: Limit
    ready: tuple[str, ...] | None = None


class Move(Frozen):
    """An allowed change of level. `travels` is false where the patient stays and only responsibility passes.

    `suggested_when`: what must be known of the patient for the move to be suggested. A person always decides.
    """

    title: Text
    from_levels: tuple[str, ...] = Field(alias="from")
    to: str
    reasons: tuple[str, ...]
    urgencies: Mapping[str, Urgency]
    ready: tuple[str, ...] = ()
    informs: tuple[str, ...] = ()
    if_no_place: str | None = None
    travels: bool = True
    suggested_when: Condition | None = None

    def items_for(self, urgency: str) -> tuple[str, ...]:
        """Names of the readiness items that hold for this urgency."""
        own = self.urgencies[urgency].ready
        return self.ready if own is None else own


class FollowUp(Frozen):
    """Something to do after an end: by which role, within what time, told again how often until done."""

    title: Text
    role: str
    within: Limit
    repeat: Limit


class End(Frozen):
    """A way for an episode to end, and the follow-ups that it starts. `is_death`: nobody rings the relatives."""

    title: Text
    then: tuple[str, ...] = ()
    is_death: bool = False


class PhaseRules(Frozen):
    """What a phase of illness changes.

    `change_within`: by when the phase is to have changed, told again after each `repeat`. `answer`: the longest that an
    answer may take while it lasts. `holds_back`: moves that are neither urgent nor to a preferred place wait.
    """

    change_within: Limit | None = None
    repeat: Limit = Duration(amount=1, unit=Unit.DAY)
    answer: Limit | None = None
    holds_back: bool = False


class ComingBack(Frozen):
    """A patient who comes back `within` this time after a handover: to the team that handed over, with these limits.

    `cause_within`: by when, after the arrival, those who took the patient back say why, told again each time it passes.
    """

    within: Limit
    causes: Mapping[str, Text]
    answer: Limit
    arrive: Limit
    repeat: Limit
    cause_within: Limit = Duration(amount=1, unit=Unit.DAY)


class Beginning(Frozen):
    """What holds where an episode begins under another team than the one that begins it: that team is asked first.

    Until it has taken over, the team that began the episode is responsible. The limits count from the request.
    """

    answer: Limit = Duration(amount=2, unit=Unit.HOUR)
    arrive: Limit = Duration(amount=1, unit=Unit.DAY)
    repeat: Limit = Duration(amount=1, unit=Unit.HOUR)
    delivered: Limit = Duration(amount=15, unit=Unit.MINUTE)
    seen: Limit = Duration(amount=1, unit=Unit.HOUR)

    @property
    def title(self) -> Text:
        """What the taking over is called, as a move, an urgency and a reason."""
        return _BEGINNING_TITLE

    @property
    def rules(self) -> UrgencyRules:
        """What such a request asks for."""
        return UrgencyRules(title=self.title, delivered=self.delivered, seen=self.seen)

    def move_at(self, level: str) -> Move:
        """The move by which another team takes over at a level: the patient stays, and only responsibility passes."""
        limits = Urgency(answer=self.answer, arrive=self.arrive, repeat=self.repeat)
        return Move.model_validate(
            {
                "title": self.title,
                "from": (level,),
                "to": level,
                "reasons": (BEGINNING,),
                "urgencies": {BEGINNING: limits},
                "travels": False,
            }
        )


class Service(Frozen):
    """Something that a role does for the patient at some levels, and that pauses at all others.

    A service at all levels pauses only when the whole episode does.
    """

    title: Text
    role: str
    levels: tuple[str, ...]


class PauseKind(Frozen):
    """A reason to pause an episode, such as an admission elsewhere, looked at again each `review`."""

    title: Text
    review: Limit


class Milestone(Frozen):
    """Something that a team records by hand when it has happened, such as that the patient is ready for discharge.

    `takes_back`: the milestone that no longer holds from then on; what that started is withdrawn.
    """

    title: Text
    takes_back: str | None = None


class Trigger(Frozen):
    """What starts or stops a clock. Exactly one of these.

    `milestone`: it is recorded. `level`: a stay at it begins. `leaves`: a handover takes the patient away from that
    level. `end`: the episode ends in this way. `begins`: the episode begins.
    """

    milestone: str | None = None
    level: str | None = None
    leaves: str | None = None
    end: str | None = None
    begins: bool = False

    def __str__(self) -> str:
        """The trigger in words: `milestone ready`, `leaves home`, `begins`."""
        named = {"milestone": self.milestone, "level": self.level, "leaves": self.leaves, "end": self.end}
        said = [f"{what} {name}" for what, name in named.items() if name is not None]
        return " and ".join([*said, *(["begins"] if self.begins else [])])


class LaterStart(Frozen):
    """Another `limit` for what starts later in the day than `after`, local time. At that very time is not after it."""

    after: TimeOfDay
    limit: Limit


class DeclaredClock(Frozen):
    """A deadline that the pathway declares, for the patient's team with a role.

    The time is either a `limit`, perhaps another one for a `later` start, or `end_of_day`: the local midnight that ends
    the day of the start (0) or so many days after it. It starts at any of `starts`, unless it runs already, and stops
    at any of `stops`. Every end of the episode stops it too, but for one that starts it. The team is told when the
    limit passes, and again after each `repeat`. `can_wait`: while the team is closed nobody else is told in its place.
    `only_in`: the roll-out outside of which it does not start.
    """

    title: Text
    role: str
    starts: tuple[Trigger, ...]
    stops: tuple[Trigger, ...]
    limit: Limit | None = None
    end_of_day: int | None = None
    later: LaterStart | None = None
    repeat: Limit
    can_wait: bool = False
    only_in: str | None = None


class Pathway(Frozen):
    """A written arrangement in force from a date: levels, moves, responsibilities and limits.

    `in_force_until`: its last day; without it, it is in force until the next version or another pathway takes its
    place. `tasks`: whose each task is, at each level.
    `urgencies` says what each urgency of the moves asks for; without it they go by their names and ask for nothing.
    """

    pathway: str
    in_force_from: Day
    in_force_until: Day | None = None
    languages: tuple[str, ...]
    title: Text
    agreement: Agreement
    roles: Mapping[str, Text]
    levels: Mapping[str, Level]
    begin_at: tuple[str, ...]
    reasons: Mapping[str, Text]
    rejections: Mapping[str, Text]
    urgencies: Mapping[str, UrgencyRules] = {}
    readiness: Mapping[str, ReadinessItem] = {}
    waivers: Mapping[str, Text] = {}
    moves: Mapping[str, Move]
    follow_ups: Mapping[str, FollowUp] = {}
    ends: Mapping[str, End]
    draft_limit: Limit
    phases: Mapping[Phase, PhaseRules] = {}
    coming_back: ComingBack | None = None
    beginning: Beginning = Beginning()
    services: Mapping[str, Service] = {}
    pauses: Mapping[str, PauseKind] = {}
    milestones: Mapping[str, Milestone] = {}
    clocks: Mapping[str, DeclaredClock] = {}
    competences: Mapping[str, Text] = {}
    treatments: Mapping[str, Treatment] = {}
    fixed_contact: FixedContact | None = None
    tasks: Mapping[str, Task] = {}
    roll_outs: Mapping[str, RollOut] = {}
    packages: Mapping[str, Package] = {}
    swaps: Swaps | None = None
    enrolment: Enrolment | None = None
    evaluation: Evaluation | None = None
    meetings: Mapping[str, Meeting] = {}
    joint_visits: JointVisits | None = None

    @property
    def version(self) -> str:
        """The version's name: the date from which it is in force, as ISO 8601."""
        return self.in_force_from.isoformat()

    def urgency_title(self, urgency: str, language: str) -> str:
        """The urgency in words of this language, or its name where the pathway gives it no title."""
        return self.rules_for(urgency).title.get(language, urgency)

    def rules_for(self, urgency: str) -> UrgencyRules:
        """What an urgency asks for; nothing where the pathway does not say."""
        usual = self.beginning.rules if urgency == BEGINNING else UrgencyRules(title={})
        return self.urgencies.get(urgency, usual)

    def rules_in(self, phase: Phase | None) -> PhaseRules:
        """What a phase of illness changes; nothing where none is known or the pathway does not say."""
        return (self.phases.get(phase) if phase else None) or PhaseRules()

"""The faults of a definition: what each code means, where a fault stands, and the error that carries them all."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from pathways.errors import HandslagError

KeyPath = tuple[str | int, ...]
"""Where something stands in a definition: keys and positions from the top: `("moves", "home-to-ward", "to")`."""


class Code(StrEnum):
    """Every kind of fault. The value is stable, for people to look up and programs to match; `explanation` says why."""

    explanation: str

    def __new__(cls, value: str, explanation: str = "") -> "Code":
        """Make a code that carries its explanation."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.explanation = explanation
        return made

    # The file and its YAML
    MISSING_FILE = "missing-file", "The file does not exist, is a folder, or may not be read."
    TOO_LARGE = "too-large", "A definition is at most 1 MB, so that it can be read and checked by people and at once."
    NOT_UTF_8 = "not-utf-8", "Files are read as UTF-8, so that å, ä, ö, æ and ø mean the same everywhere."
    EMPTY = "empty", "The file holds nothing but space and comments."
    YAML_SYNTAX = "yaml-syntax", "The text is not valid YAML, so nothing after this place could be read."
    MANY_DOCUMENTS = "many-documents", "One file is one definition; a line `---` must not begin a second one."
    TOO_DEEP = "too-deep", "Lists and mappings lie inside each other deeper than any definition needs."
    ANCHOR = "anchor", "Anchors (&) and aliases (*) hide what a line says from its reader: every line says itself."
    MERGE_KEY = "merge-key", "The merge key (<<) hides what a line says from its reader: every line says itself."
    TAG = "tag", "Tags (!) can make a program build things from a file; a definition only holds data."
    DUPLICATE_KEY = "duplicate-key", "The same key stands twice, and only one of the two could count."
    ODD_KEY = "odd-key", "A key is a single word, never a list or a mapping."
    # What the keys and values must be
    UNKNOWN_KIND = "unknown-kind", "A file begins with `pathway:` or with `network:`, which tells what it defines."
    UNKNOWN_KEY = "unknown-key", "A key that means nothing here is refused: a misspelt key would otherwise be ignored."
    MISSING_KEY = "missing-key", "Something that the definition cannot do without is not there."
    WRONG_TYPE = "wrong-type", "The value is of another kind than what belongs here."
    WRONG_CHOICE = "wrong-choice", "Only some words are allowed here, and this is none of them."
    WRONG_DATE = "wrong-date", "Dates are written year-month-day and must exist in the calendar."
    WRONG_TIME = "wrong-time", "Times of day are written hour:minute in the network's own time zone."
    IMPOSSIBLE_DURATION = "impossible-duration", "A limit is a whole number and a unit, from one second to ten years."
    # Names and texts
    WRONG_NAME = "wrong-name", "Names are lower-case words joined by hyphens, as addresses and tags need them."
    UNKNOWN_LANGUAGE = "unknown-language", "Handslag speaks Swedish (sv), Danish (da) and English (en)."
    MISSING_LANGUAGE = "missing-language", "Every text is there in every language that the definition declares."
    UNDECLARED_LANGUAGE = "undeclared-language", "A text is in a language that the definition does not declare."
    EMPTY_TEXT = "empty-text", "A text that people read must say something."
    TEXT_NOT_ONE_LINE = "text-not-one-line", "Titles stand in subjects and tables: one line, no control characters."
    EMPTY_LIST = "empty-list", "At least one entry is needed here for the definition to work."
    REPEATED_ENTRY = "repeated-entry", "The same entry stands twice in one list."
    RESERVED_NAME = "reserved-name", "The name is that of the request by which an episode begins for another team."
    # References and use
    UNKNOWN_ROLE = "unknown-role", "A role is named that the pathway does not declare under `roles`."
    UNKNOWN_LEVEL = "unknown-level", "A level is named that the pathway does not declare under `levels`."
    UNKNOWN_REASON = "unknown-reason", "A reason is named that the pathway does not declare under `reasons`."
    UNKNOWN_URGENCY = "unknown-urgency", "An urgency is named that the pathway does not declare under `urgencies`."
    UNKNOWN_ITEM = "unknown-item", "A readiness item is named that the pathway does not declare under `readiness`."
    UNKNOWN_MOVE = "unknown-move", "A move is named that the pathway does not declare under `moves`."
    UNKNOWN_FOLLOW_UP = "unknown-follow-up", "A follow-up is named that is not declared under `follow_ups`."
    UNKNOWN_MILESTONE = "unknown-milestone", "A milestone is named that is not declared under `milestones`."
    UNKNOWN_END = "unknown-end", "An end is named that the pathway does not declare under `ends`."
    UNUSED_ROLE = "unused-role", "A role is declared that takes part in nothing."
    UNUSED_REASON = "unused-reason", "A reason is declared that no move can be asked for with."
    UNUSED_URGENCY = "unused-urgency", "An urgency is declared for which no move has limits."
    UNUSED_ITEM = "unused-item", "A readiness item is declared that no move asks for."
    UNUSED_FOLLOW_UP = "unused-follow-up", "A follow-up is declared that no end starts."
    UNUSED_MILESTONE = "unused-milestone", "A milestone is declared that no clock starts or stops at."
    # Levels and moves
    UNREACHABLE_LEVEL = "unreachable-level", "No way leads to the level from where an episode begins."
    LEVEL_WITHOUT_EXIT = "level-without-exit", "A patient at the level could never be moved to another."
    MOVE_TO_ITSELF = "move-to-itself", "A move leads back to a level from which it starts."
    ARRIVE_NOT_LONGER = "arrive-not-longer", "Both limits count from the request, and the answer comes first."
    REMIND_NOT_SHORTER = "remind-not-shorter", "A reminder due before the request was made would never come."
    FALLBACK_WITHOUT_PLACES = "fallback-without-places", "The move leads to a level that can never lack a place."
    FALLBACK_TO_SAME_LEVEL = "fallback-to-same-level", "The way on leads to the level that has no place."
    FALLBACK_FROM_ELSEWHERE = "fallback-from-elsewhere", "The way on cannot start at a level where the patient may be."
    FALLBACK_LACKS_URGENCY = "fallback-lacks-urgency", "The way on has no limits for an urgency that may need it."
    FALLBACK_LACKS_REASON = "fallback-lacks-reason", "The way on cannot be asked for with a reason that may need it."
    FALLBACK_IN_CIRCLE = "fallback-in-circle", "With no place anywhere the ways on would lead round without end."
    MISSING_NO_PLACE = "missing-no-place", "A way on exists, but no receiver can say that there is no place."
    MOVES_ALIKE = "moves-alike", "Two moves fit the same patient, urgency and reason, so nobody knows which one holds."
    TEXTS_ALIKE = "texts-alike", "Two entries of one list read the same, so whoever chooses cannot tell them apart."
    # What must be in place, and who may go ahead without it
    MISSING_WAIVERS = "missing-waivers", "To go ahead without something takes a reason from a list, and there is none."
    UNUSED_WAIVERS = "unused-waivers", "There are reasons to go ahead without something, but no leave to do so."
    WAIVE_WITHOUT_EFFECT = "waive-without-effect", "Leave to go ahead is given where nothing would hold anybody back."
    # What urgencies and phases ask for
    SEEN_BEFORE_DELIVERED = "seen-before-delivered", "A request cannot have been opened before it has come."
    MARK_AFTER_ANSWER = "mark-after-answer", "A request comes and is opened before it is answered, never after."
    UNWATCHED_REQUEST = (
        "unwatched-request",
        "Limits watch whether a request comes and is opened, or the pathway says why none do.",
    )
    STALE_BEFORE_ANSWER = "stale-before-answer", "A request may not close while there is still time to answer it."
    HOLD_AFTER_ARRIVE = "hold-after-arrive", "No place is held for longer than the whole handover may take."
    HOLD_WITHOUT_PLACES = "hold-without-places", "No move of the urgency leads to a level with places to hold."
    PHASE_WITHOUT_EFFECT = "phase-without-effect", "What is said of a phase of illness would change nothing."
    ALL_HELD_BACK = "all-held-back", "With no urgency that is urgent, a phase that holds back would stop every move."
    # Clocks that the pathway declares
    TRIGGER_UNCLEAR = "trigger-unclear", "What starts or stops a clock is one thing; several are several entries."
    CLOCK_LIMIT_UNCLEAR = "clock-limit-unclear", "A clock has a limit or the end of a day, and never both."
    STARTS_AND_STOPS = "starts-and-stops", "A clock cannot stop at the very thing that it starts at."
    STOP_WITHOUT_EFFECT = "stop-without-effect", "A clock can never stop at this, or stops at it without being told."
    CLOCK_NEVER_STOPS = "clock-never-stops", "After an end only a milestone is left to stop a clock."
    STOP_OUT_OF_REACH = "stop-out-of-reach", "From where the clock starts, the patient never comes to what stops it."
    TAKES_BACK_UNCLEAR = "takes-back-unclear", "Only a milestone that takes nothing back itself can be taken back."
    # Treatments, competences and the fixed contact
    UNKNOWN_COMPETENCE = "unknown-competence", "A competence is named that no pathway declares under `competences`."
    UNUSED_COMPETENCE = "unused-competence", "A competence is declared that nothing needs."
    NO_DAYS = "no-days", "An order runs on one day or more."
    MOVE_FROM_ELSEWHERE = "move-from-elsewhere", "The move cannot start at a level where the treatment is given."
    COMPLICATION_WAITS = "complication-waits", "At a complication nothing that has to be written first may hold back."
    # Versions beside each other
    VERSION_TWICE = "version-twice", "Two files give a version of the same pathway and date in different words."
    VERSIONS_OVERLAP = (
        "versions-overlap",
        "At no time are two in force: of one pathway, or of what replaces it.",
    )
    VERSIONS_GAP = "versions-gap", "From its first version on, there is no day on which none is in force."
    REPLACED_TWICE = "replaced-twice", "A pathway of a network is replaced once, on one day."
    # The agreement, and whose each task is
    ENDS_BEFORE_BEGINNING = "ends-before-beginning", "The last day in force cannot be before the first."
    REVIEW_TOO_EARLY = "review-too-early", "An agreement is looked at again after it has come into force."
    REPLACES_ITSELF = "replaces-itself", "A pathway replaces others; its versions follow on each other by their dates."
    TASK_OF_NOBODY = "task-of-nobody", "At every level exactly one role is responsible for a task, or it is not there."
    TASK_UNCLEAR = "task-unclear", "A task is divided at a level or is said not to be there, never both."
    ROLE_TWICE_IN_TASK = "role-twice-in-task", "A role has one part in a task: the larger one counts."
    # What is granted, and where rules are tried out
    UNKNOWN_SERVICE = "unknown-service", "A service is named that the pathway does not declare under `services`."
    UNKNOWN_ROLL_OUT = "unknown-roll-out", "A roll-out is named that is not declared under `roll_outs`."
    UNUSED_ROLL_OUT = "unused-roll-out", "A roll-out is declared that no rule is bound to."
    WRONG_NUMBER = "wrong-number", "The number cannot be, or does not lie between its own bounds."
    ASK_NOT_SHORTER = "ask-not-shorter", "Whoever decides on a renewal is asked after the grant begins, not before."
    SWAP_WITHOUT_EFFECT = "swap-without-effect", "Time can only be swapped between services, one of them granted."
    SWAP_MAKES_TIME = "swap-makes-time", "A citizen never has more time after a swap than was granted."
    SWAP_UNCLEAR = "swap-unclear", "Two services have one rate at which they are swapped, never two."
    STAGE_AFTER_END = "stage-after-end", "A stage that begins after its roll-out has ended never comes."
    ROLL_OUT_OUTLASTS = "roll-out-outlasts", "Rules are not tried out for longer than the pathway is in force."
    LIST_TOO_EARLY = "list-too-early", "The list of a meeting is made after the meeting of the week before."
    ONE_SIDE_ALONE = "one-side-alone", "A joint visit takes two sides, and so two roles at least."
    UNKNOWN_DISTRICT = "unknown-district", "A roll-out names a district that the network does not declare."
    UNKNOWN_PROVIDER = "unknown-provider", "A roll-out names a provider that has no team with its role."
    DISTRICT_WITHOUT_TEAM = "district-without-team", "In every district somebody answers for every role."
    # Programmes
    ENROLMENT_WITHOUT_EFFECT = "enrolment-without-effect", "What is said of enrolling would change nothing."
    WRONG_CAP = "wrong-cap", "A programme has room for at least one."
    NEVER_A_PLACE = "never-a-place", "Whoever waits for a place must be able to get one some day."
    UNKNOWN_PACKAGE = "unknown-package", "A package is named that the pathway does not declare under `packages`."
    WRONG_RANGE = "wrong-range", "An instrument gives numbers from one to a higher one, in steps that lead there."
    WINDOWS_OVERLAP = "windows-overlap", "Before, during and after follow on each other and never overlap."
    WINDOW_OUTSIDE_PACKAGE = (
        "window-outside-package",
        "During is while the package runs, and after is when it has ended.",
    )
    FEW_TOO_SMALL = "few-too-small", "A report tells groups apart only where nobody in them can be recognised."
    COMPARISON_WITH_NOBODY = "comparison-with-nobody", "There must be somebody to compare with."
    # Conditions
    EMPTY_CONDITION = "empty-condition", "A condition asks for something; one without would mean nothing."
    MIXED_CONDITION = "mixed-condition", "A condition asks for one thing; several are joined by `any` or `all`."
    LARGE_CONDITION = "large-condition", "People must be able to read a condition and to say why it holds."
    BOUND_WITHOUT_ASSESSMENT = "bound-without-assessment", "A bound means nothing without the instrument it is for."
    WRONG_SCORE = "wrong-score", "The instrument never gives that score."
    ALWAYS_TRUE = "always-true", "The condition holds whatever is known of the patient, so it says nothing."
    NEVER_TRUE = "never-true", "The condition cannot hold for anybody."
    # Networks
    UNKNOWN_COUNTRY = "unknown-country", "The country is an ISO 3166 code of two capital letters."
    WRONG_RETENTION = "wrong-retention", "Records are kept at least as long as the law of the country asks."
    RETENTION_UNKNOWN = "retention-unknown", "Nothing is erased where it is not known how long the law has it kept."
    UNKNOWN_TIME_ZONE = "unknown-time-zone", "The time zone is a name of the IANA time zone database."
    UNKNOWN_PATHWAY = "unknown-pathway", "The network names a pathway that is neither given nor published."
    UNKNOWN_ORGANISATION = "unknown-organisation", "An organisation is named that the network does not declare."
    UNKNOWN_TEAM = "unknown-team", "A team is named that the network does not declare under `teams`."
    UNUSED_ORGANISATION = "unused-organisation", "An organisation is declared that no team belongs to."
    ROLE_WITHOUT_TEAM = "role-without-team", "A role of the pathway is no team's, so nobody would answer for it."
    LEVEL_WITHOUT_UNIT = "level-without-unit", "A level has places, but no unit in the network offers any."
    LEVEL_WITHOUT_PLACES = "level-without-places", "A unit stands at a level where patients stay at no unit."
    WRONG_TEAM_FOR_LEVEL = "wrong-team-for-level", "A unit's team has another role than its level asks for."
    NEGATIVE_PLACES = "negative-places", "A unit has no places or some, never fewer than none."
    COMPETENCE_WITHOUT_CONTACT = "competence-without-contact", "Nobody in the network has what the pathway asks for."
    REPEATED_CONTACT = "repeated-contact", "Two contact points of a team have the same name."
    UNKNOWN_CONTACT = "unknown-contact", "A contact point is named that the team does not have."
    COVER_UNCLEAR = "cover-unclear", "A cover is always, weekly hours or a calendar: one of the three, never two."
    COVER_WITHOUT_HOURS = "cover-without-hours", "Holidays and exceptions change weekly hours, and there are none."
    CALENDAR_OF_CONTACT = "calendar-of-contact", "A calendar is a team's: its events name the contact on duty."
    EXCEPTION_UNCLEAR = "exception-unclear", "An exception closes its day or gives it hours, from and until."
    EXCEPTION_TWICE = "exception-twice", "A day that is closed cannot have hours as well, and is closed only once."
    COVERED_BY_ITSELF = "covered-by-itself", "A team that is closed cannot answer in its own place."
    NO_LAST_RESORT = "no-last-resort", "Somebody always answers: no question may end at a closed desk."
    LAST_RESORT_NOT_ALWAYS = "last-resort-not-always", "The last resort is on duty every hour of the year."
    COVER_IN_CIRCLE = "cover-in-circle", "Teams that cover one another are all closed at the same hour."
    LEVEL_OUT_OF_REACH = "level-out-of-reach", "In the network no patient can come to the level, whatever is done."
    UNWATCHED = "unwatched", "A patient can come to where no team is responsible, or something waits without a clock."
    WRONG_PHONE = "wrong-phone", "A phone number is digits, with a plus before and spaces or hyphens between them."
    SECRET_IN_FILE = "secret-in-file", "An address with its password belongs in the secret store, never in a file."
    WRONG_SECRET_NAME = "wrong-secret-name", "A secret's name is capital letters, digits and underscores."


@dataclass(frozen=True)
class Finding:
    """A fault as a check finds it: at a key path, not yet at a line. `at_key` means the key itself, not its value.

    `compares`: the limits or dates that were compared. Where another stands in for one of them, nothing is known.
    `example`: a short story of how it comes about, for those who give the care.
    """

    code: Code
    path: KeyPath
    words: str
    sentence: str
    mend: str
    at_key: bool = False
    compares: tuple[KeyPath, ...] = ()
    example: str = ""


_LONGEST_FILE = 200


def shown_file(name: str) -> str:
    """The name of a file as an error shows it: the end of a very long one."""
    return name if len(name) <= _LONGEST_FILE else f"…{name[-_LONGEST_FILE:]}"


class Fault(BaseModel):
    """One fault of a file: what, where (counted from 1; 0 for the file as a whole), how to mend it, and an example."""

    model_config = ConfigDict(frozen=True)

    code: Code
    file: str
    line: int
    column: int
    words: str
    sentence: str
    mend: str
    example: str = ""

    def __str__(self) -> str:
        """The fault on one line, as a compiler would write it."""
        file = shown_file(self.file)
        where = f"{file}:{self.line}:{self.column}" if self.line else file
        return f"{where}: {self.sentence} {self.mend} [{self.code}]"


class DefinitionError(HandslagError):
    """A pathway or network file is faulty. `faults` holds every fault, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults, so that the error survives pickling."""
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        """Every fault, one on a line, each with the example that it has under it."""
        return "\n".join(
            f"{fault}\n    For example: {fault.example}" if fault.example else str(fault) for fault in self.faults
        )

"""What codes are called on the pages: states, actions, waits, marks and events, in English words to translate."""

from collections.abc import Mapping

from desk.words import N_
from pathways.access.commands import RIGHTS, name_of_kind
from pathways.access.table import Relation, Right, Role
from pathways.audit.reviews import ReviewState
from pathways.audit.samples import Flag
from pathways.care.communication import IllnessSeverity
from pathways.care.episodes import Standing
from pathways.care.states import Action, EpisodeStatus, HandoverStatus, MarkKind
from pathways.care.waits import WaitKind
from pathways.definition.conditions import Phase
from pathways.definition.meetings import Ground
from pathways.definition.models import Side, SummaryField
from pathways.definition.texts import Language
from pathways.notices.outcomes import NotSentCode
from pathways.operations.identity_doubts import Doubt
from pathways.store.boards import BoardSide

EPISODE_STATUSES = {
    EpisodeStatus.WAITLIST: N_("on the waiting list"),
    EpisodeStatus.ACTIVE: N_("active"),
    EpisodeStatus.ON_HOLD: N_("paused"),
    EpisodeStatus.FINISHED: N_("ended"),
}

HANDOVER_STATUSES = {
    HandoverStatus.DRAFT: N_("draft"),
    HandoverStatus.REQUESTED: N_("requested"),
    HandoverStatus.RECEIVED: N_("seen, not yet answered"),
    HandoverStatus.ACCEPTED: N_("accepted"),
    HandoverStatus.REJECTED: N_("rejected"),
    HandoverStatus.READY: N_("ready"),
    HandoverStatus.ON_HOLD: N_("on hold"),
    HandoverStatus.IN_PROGRESS: N_("under way"),
    HandoverStatus.COMPLETED: N_("completed"),
    HandoverStatus.CANCELLED: N_("cancelled"),
    HandoverStatus.FAILED: N_("failed"),
    HandoverStatus.ENTERED_IN_ERROR: N_("entered in error"),
}

MARKS = {
    MarkKind.DELIVERED: N_("delivered"),
    MarkKind.SEEN: N_("seen"),
    MarkKind.ACCEPTED: N_("accepted"),
    MarkKind.READ_BACK: N_("read back"),
    MarkKind.DEPARTED: N_("departed"),
    MarkKind.ARRIVED: N_("arrived"),
}

ACTIONS = {
    Action.REQUEST: N_("Send the request"),
    Action.SEE: N_("Seen, we answer later"),
    Action.ACCEPT: N_("Accept: we take over"),
    Action.REJECT: N_("Reject"),
    Action.CONFIRM: N_("This is in place"),
    Action.WAIVE: N_("Go ahead without"),
    Action.READ_BACK: N_("Read back"),
    Action.CORRECT: N_("That is not right"),
    Action.CONFIRM_READ_BACK: N_("That is right"),
    Action.ASK: N_("Ask the sender"),
    Action.REPLY: N_("Answer"),
    Action.HOLD: N_("Put on hold"),
    Action.RESUME: N_("Go on"),
    Action.DEPART: N_("The patient has departed"),
    Action.ARRIVE: N_("Arrived: we are responsible now"),
    Action.CANCEL: N_("Cancel"),
    Action.AGREE_TO_CANCEL: N_("We agree to cancel"),
    Action.REFUSE_TO_CANCEL: N_("We do not agree: it goes on"),
    Action.FAIL: N_("It could not be carried out"),
    Action.ENTER_IN_ERROR: N_("It was entered in error"),
}

WAITS = {
    WaitKind.REQUEST: N_("the request is a draft: send it"),
    WaitKind.ANSWER: N_("answer the request"),
    WaitKind.PLACE: N_("a place is awaited"),
    WaitKind.READINESS: N_("something is not in place"),
    WaitKind.DEPARTURE: N_("the patient is to depart"),
    WaitKind.TAKING_OVER: N_("take over"),
    WaitKind.ARRIVAL: N_("the patient is on the way"),
    WaitKind.RESUMING: N_("it is on hold"),
    WaitKind.ANSWER_TO_CANCEL: N_("agree to cancel, or not"),
    WaitKind.RETURN_CAUSE: N_("say why the patient came back"),
    WaitKind.NEXT_STEP: N_("nobody took it: choose the next step"),
    WaitKind.PAUSE_REVIEW: N_("look whether the pause is over"),
    WaitKind.RESPONSIBLE_AGAIN: N_("another team has taken the end back: say that you know, and go on"),
    WaitKind.READ_BACK: N_("read back"),
    WaitKind.READ_BACK_REVIEW: N_("confirm or correct what was read back"),
    WaitKind.REPLY: N_("answer a question"),
    WaitKind.DEATH_REPORT: N_("another network or organisation records a death: confirm it, or deny it"),
    WaitKind.LIFE_REPORT: N_(
        "another network or organisation says that the patient lives: take the end back, or say that it stands"
    ),
    WaitKind.FOLLOW_UP: N_("follow up"),
    WaitKind.PHASE: N_("look at what the new phase changes"),
    WaitKind.REVIEW: N_("review what is known of the patient"),
    WaitKind.KIT: N_("renew the kit of medicines"),
    WaitKind.LIMIT: N_("a limit of the pathway"),
    WaitKind.GRANT_DECISION: N_("decide on a service"),
    WaitKind.WAIT_REVIEW: N_("look at the waiting list"),
    WaitKind.ENROLMENT: N_("a place in the programme is free: enrol"),
    WaitKind.MEASUREMENT: N_("measure for the evaluation"),
    WaitKind.VISIT: N_("a visit is to be made"),
    WaitKind.MISSED_VISIT: N_("a visit was missed: act"),
    WaitKind.UNCOVERED_VISIT: N_("nobody on duty can make a visit"),
    WaitKind.FIXED_CONTACT: N_("name a fixed contact"),
    WaitKind.MATTER: N_("a meeting's decision is awaited"),
    WaitKind.JOINT_VISIT_ANSWER: N_("answer about a joint visit"),
    WaitKind.JOINT_VISIT_RECORD: N_("record a joint visit"),
}
"""What somebody must do next, as the one who must reads it."""

STANDINGS = {
    Standing.FIRST: N_("the patient's first choice"),
    Standing.SECOND: N_("the patient's second choice"),
    Standing.UNKNOWN: N_("no preferred place is known"),
    Standing.DEPARTS: N_("not where the patient prefers to be"),
}
"""How a request stands to the place that the patient prefers."""

NOT_SENT = {
    NotSentCode.NO_ADDRESS: N_("nobody has said what the address of this contact is"),
    NotSentCode.BAD_ADDRESS: N_("the address of this contact is not one that can be sent to"),
    NotSentCode.NO_WORDS: N_("its text is missing or faulty"),
    NotSentCode.NOT_REACHED: N_("the receiving service was not reached"),
    NotSentCode.TOO_SLOW: N_("the receiving service did not answer in time; it may have arrived all the same"),
    NotSentCode.REFUSED: N_("the receiving service would not take it"),
    NotSentCode.NOT_TAKEN: N_("the receiving service did not take it; it may have arrived all the same"),
}
"""Why a notice was given up on."""

SIDES = {
    Side.SENDER: N_("who hands over"),
    Side.RECEIVER: N_("who takes over"),
}

GROUNDS = {
    Ground.RAISED: N_("a team put it on the list"),
    Ground.GRANT_ENDING: N_("a service ends soon: renew it or not"),
    Ground.GRANTED: N_("a service was granted"),
    Ground.SWAPPED: N_("the citizen has swapped services"),
    Ground.LIMIT_PASSED: N_("a limit has passed"),
}
"""Why something stands on the list of a meeting."""

URGENCIES = {
    "overdue": N_("too late"),
    "soon": N_("soon"),
    "in-time": N_("in time"),
}
"""How a wait stands to its limit. On the pages each has a colour and a shape of its own."""

EVENTS = {
    "episode-began": N_("The episode began"),
    "episode-ended": N_("The episode ended"),
    "end-taken-back": N_("The end was taken back"),
    "record-erased": N_("The record was erased, as the network's rule says"),
    "responsibility-confirmed": N_("The team confirmed that it is responsible again"),
    "episode-paused": N_("The episode pauses"),
    "episode-resumed": N_("The episode goes on"),
    "episode-migrated": N_("The episode was moved to another agreement"),
    "services-changed": N_("What others do for the patient changed"),
    "summary-written": N_("The summary was written anew"),
    "fact-recorded": N_("Something was recorded of the patient"),
    "patient-changed": N_("The record of who the patient is changed"),
    "vital-status-reported": N_("Another network or organisation reported whether the patient lives"),
    "vital-status-denied": N_("The report of another network or organisation was denied"),
    "night-sheet-made": N_("A night sheet was made"),
    "follow-up-completed": N_("A follow-up was done"),
    "milestone-recorded": N_("A milestone was reached"),
    "clock-passed": N_("A limit has passed"),
    "handover-drafted": N_("A handover was planned"),
    "handover-changed": N_("The handover is now"),
    "handover-marked": N_("Marked"),
    "handover-addressed": N_("The request was told to"),
    "handover-escalated": N_("Not answered in time: told to"),
    "summary-attached": N_("The request took the summary with it"),
    "readiness-confirmed": N_("In place"),
    "readiness-waived": N_("Went ahead without"),
    "readiness-expired": N_("Holds no longer"),
    "read-back-given": N_("It was read back"),
    "read-back-corrected": N_("The read-back was corrected"),
    "read-back-confirmed": N_("The read-back was confirmed"),
    "read-back-waived": N_("Went ahead without a read-back"),
    "question-asked": N_("A question was asked"),
    "question-answered": N_("The question was answered"),
    "place-held": N_("A place is held at"),
    "place-awaited": N_("Waits for a place at"),
    "place-released": N_("The place is free again at"),
    "receiver-declined": N_("Said no"),
    "receiver-chosen": N_("Takes it"),
    "cancel-asked": N_("The sender asks to cancel"),
    "cancel-refused": N_("The receiver does not agree to cancel"),
    "return-cause-recorded": N_("Why the patient came back was said"),
    "handover-settled": N_("No other is asked for now"),
    "responsibility-passed": N_("Responsibility passed to"),
    "fixed-contact-named": N_("A fixed contact was named"),
    "fixed-contact-lost": N_("The fixed contact was lost"),
    "grant-made": N_("A service was granted"),
    "grant-renewed": N_("A service was renewed"),
    "grant-left-to-lapse": N_("A service is left to lapse"),
    "grant-withdrawn": N_("A service was withdrawn"),
    "grant-ended": N_("A service has ended"),
    "services-swapped": N_("Services were swapped"),
    "swap-undone": N_("A swap was undone"),
    "district-changed": N_("The patient's district changed"),
    "joint-visit-proposed": N_("A joint visit was proposed"),
    "joint-visit-booked": N_("A joint visit was booked"),
    "joint-visit-declined": N_("A joint visit was declined"),
    "joint-visit-cancelled": N_("A joint visit was cancelled"),
    "joint-visit-lapsed": N_("Nobody answered about a joint visit"),
    "joint-visit-recorded": N_("A joint visit was recorded"),
    "matter-raised": N_("Something was brought to a meeting"),
    "matter-decided": N_("A meeting decided"),
    "order-placed": N_("A treatment was ordered"),
    "order-changed": N_("The order of a treatment was changed"),
    "order-runs": N_("A treatment runs"),
    "order-held": N_("A treatment rests"),
    "order-stopped": N_("A treatment was stopped"),
    "order-completed": N_("A treatment is complete"),
    "visit-recorded": N_("A visit was recorded"),
    "missed-visit-acted-on": N_("A missed visit was acted on"),
    "complication-recorded": N_("A complication was recorded"),
    "criteria-confirmed": N_("The criteria of the programme were confirmed"),
    "enrolment-awaited": N_("Waits for a place in the programme"),
    "wait-confirmed": N_("The wait for a place goes on"),
    "enrolment-offered": N_("A place in the programme was offered"),
    "enrolment-passed-on": N_("The offered place was passed on"),
    "enrolment-offer-withdrawn": N_("The offered place was withdrawn"),
    "episode-enrolled": N_("The patient was enrolled"),
    "programme-place-freed": N_("The place in the programme is free again"),
    "programme-place-taken": N_("The place in the programme is taken again"),
    "measurement-recorded": N_("A measurement was recorded"),
}
"""What happened, by the type of event. Events without words here concern nobody who reads a page."""

ROLES = {
    Role.COORDINATOR: N_("coordinator"),
    Role.TEAM_MEMBER: N_("team member"),
    Role.CARE_MANAGER: N_("care manager"),
    Role.PATHWAY_EDITOR: N_("pathway editor"),
    Role.NETWORK_ADMIN: N_("network administrator"),
    Role.LOG_REVIEWER: N_("log reviewer"),
    Role.IT: N_("IT"),
}

RELATIONS = {
    Relation.RESPONSIBLE: N_("responsible for the patient"),
    Relation.SENDER: N_("hands the patient over"),
    Relation.RECEIVER: N_("asked to take the patient over"),
    Relation.CONSULTED: N_("has something to do for the patient"),
    Relation.INFORMED: N_("one of the patient's own teams, or told of the handover"),
    Relation.COVERING: N_("answers for a team that is closed"),
    Relation.ENDED: N_("had a part in it lately"),
    Relation.EMERGENCY: N_("opened it in an emergency"),
    Relation.UNRELATED: N_("has no part in it"),
}
"""How a team stands to an episode, as the log says why somebody might."""

GROUNDS_OF_THE_LOG: dict[str, str] = {
    **{relation.value: words for relation, words in RELATIONS.items()},
    "session": N_("signed in or out"),
    "beginning an episode": N_("was to begin an episode"),
    "taken at their word": N_("nobody has identified the person: taken at their word"),
    "made for the patient": N_("made for the patient"),
    "given up on": N_("the notice had been given up on"),
}
"""Why somebody might, as the log says it: the team's part in the episode, or what else stands there."""

FLAGS = {
    Flag.RANDOM: N_("drawn at random"),
    Flag.EMERGENCY: N_("opened in an emergency"),
    Flag.NO_RELATION_SOON_AFTER: N_("after the emergency the team had nothing more to do with the patient"),
    Flag.OWN_NAME: N_("has a family name of the patient's"),
    Flag.RELATIVE: N_("has the name of one of the patient's relatives"),
    Flag.PROTECTED: N_("the patient's identity is protected"),
    Flag.TRIED_IN_VAIN: N_("asked again and again for what there is not, or is not theirs"),
    Flag.MANY_PATIENTS: N_("looked at very many patients that day"),
}
"""Why a case of the log is looked at: each a question, and no accusation."""

REVIEW_STATES = {
    ReviewState.OPEN: N_("to be looked through"),
    ReviewState.OVERDUE: N_("overdue: to be looked through"),
    ReviewState.DONE: N_("done"),
}

_DEEDS: Mapping[str, str] = {
    Right.SEE_EPISODE: N_("looked at the episode"),
    Right.SEE_IDENTITY: N_("looked at who the patient is"),
    Right.READ_NIGHT_SHEET: N_("read the night sheet"),
    Right.WRITE: N_("wrote something down"),
    Right.WRITE_IDENTITY: N_("changed who the patient is"),
    Right.NAME_READER: N_("named who sees a protected identity"),
    Right.ACT_ON_HANDOVER: N_("acted on a handover"),
    Right.GRANT: N_("decided on a service"),
    Right.END: N_("ended the episode, or took the end back"),
    Right.OPEN_IN_EMERGENCY: N_("opened the episode in an emergency"),
    Right.BEGIN: N_("began an episode"),
    Right.RESEND_NOTICE: N_("sent a notice again"),
    Right.MANAGE_USERS: N_("changed what users may do"),
    Right.REVIEW_LOG: N_("looked through the log"),
}
_SIGNED = N_("signed in or out, or changed role")

DEEDS: Mapping[str, str] = {
    **_DEEDS,
    **{name_of_kind(kind): _DEEDS[right] for kind, right in RIGHTS.items()},
    **dict.fromkeys(Action, _DEEDS[Right.ACT_ON_HANDOVER]),
    **dict.fromkeys(("sign-in", "sign-out", "sign-out-everywhere", "act-as"), _SIGNED),
    **dict.fromkeys(
        (
            *("add-user", "give-role", "ask-for-role", "confirm-role", "decline-role", "take-role", "rename-user"),
            *("end-user", "make-token", "confirm-token", "end-token"),
        ),
        _DEEDS[Right.MANAGE_USERS],
    ),
    **dict.fromkeys(
        ("draw-review", "see-review", "write-finding", "export-log", "remove-old-entries"), _DEEDS[Right.REVIEW_LOG]
    ),
    "look-up": N_("looked up a personal number"),
    "see-log-of-patient": N_("made an extract of the log for a patient"),
}
"""What somebody did, by what the log calls it."""

LANGUAGES = {
    Language.SWEDISH: "svenska",
    Language.DANISH: "dansk",
    Language.ENGLISH: "English",
}
"""What each language is called in itself."""

SEVERITIES = {
    IllnessSeverity.STABLE: N_("stable"),
    IllnessSeverity.WATCHER: N_("may get worse: watch"),
    IllnessSeverity.UNSTABLE: N_("unstable"),
}

SUMMARY_PARTS = {
    "situation": N_("Situation: what is going on now?"),
    "background": N_("Background: what must the receiver know?"),
    "assessment": N_("Assessment: what do you think?"),
    "recommendation": N_("Recommendation: what should be done?"),
    "contingency": N_("If it gets worse: what then, and whom to call?"),
}

SUMMARY_FIELDS = {
    SummaryField.ILLNESS_SEVERITY: N_("how ill the patient is"),
    SummaryField.SITUATION: N_("the situation"),
    SummaryField.BACKGROUND: N_("the background"),
    SummaryField.ASSESSMENT: N_("the assessment"),
    SummaryField.RECOMMENDATION: N_("the recommendation"),
    SummaryField.ACTIONS: N_("what is to be done"),
    SummaryField.CONTINGENCY: N_("what to do if it gets worse"),
}
"""The parts of a summary, as what it lacks is named."""

PHASES = {
    Phase.STABLE: N_("stable phase"),
    Phase.UNSTABLE: N_("unstable phase"),
    Phase.DETERIORATING: N_("deteriorating phase"),
    Phase.TERMINAL: N_("terminal phase"),
}

BOARD_SIDES = {
    BoardSide.LEVEL: N_("by care level"),
    BoardSide.TEAM: N_("by responsible team"),
}

DOUBTS = {
    Doubt.NAMES_DIFFER: N_("The names are not the same."),
    Doubt.NAME_MISSING: N_("One of the two records has no name to compare with."),
    Doubt.TWO_PERSONAL_NUMBERS: N_("Both are personal numbers, and a patient has only one at a time."),
    Doubt.ONE_HAS_DIED: N_(
        "The patient with that number has died, as another record says: what is not over ends as well."
    ),
}
"""Why two records may not be of one patient."""

DONE = {
    "patient-identify": N_("It is kept who the patient is."),
    "patient-relative": N_("It is kept."),
    "patient-remove-relative": N_("It is removed."),
    "patient-protect": N_("The identity is protected."),
    "patient-unprotect": N_("The identity is no longer protected."),
    "patient-merge-asked": N_(
        "Noted: the other organisation is asked. The two become one when it has said so as well."
    ),
    "patient-still-protected": N_(
        "Your organisation no longer protects it. Another one does, and so it stays protected."
    ),
    "patient-lifting-asked": N_("Noted: a second person has to agree. The others who see the identity are told."),
    "patient-name-reader": N_("Whoever was named sees the identity now."),
    "patient-unname-reader": N_("Whoever was removed no longer sees a protected identity."),
    "close-places": N_("The places are closed."),
    "decided": N_("Noted: it has left the list."),
    "raised": N_("It is on the list of the next meeting."),
    "open-places": N_("All places are open again. Those who wait get them in their order."),
    "session-ended": N_("That session is over."),
    "token-ended": N_("The token no longer holds."),
    "drafted": N_("Kept as a draft: nobody has been asked yet."),
    "request": N_("The request has been sent."),
    "see": N_("Noted: you have seen it."),
    "accept": N_("Accepted. You are responsible once the patient has arrived, or once you have taken over."),
    "reject": N_("Rejected. The sender has been told."),
    "confirm": N_("Noted as in place."),
    "waive": N_("Noted: it goes ahead without that, and the other side has been told."),
    "read-back": N_("Read back. The sender confirms or corrects it."),
    "correct": N_("Corrected. The receiver reads back again."),
    "confirm-read-back": N_("Confirmed."),
    "ask": N_("The question has been sent."),
    "reply": N_("The answer has been sent."),
    "hold": N_("It is on hold."),
    "resume": N_("It goes on."),
    "depart": N_(
        "The patient is on the way. You are responsible until the receiver says that the patient has arrived."
    ),
    "arrive": N_("You are responsible now."),
    "cancel": N_("Done: cancelled, or the receiver has been asked."),
    "agree-to-cancel": N_("It is cancelled."),
    "refuse-to-cancel": N_("It goes on."),
    "fail": N_("Noted: it could not be carried out."),
    "enter-in-error": N_("Noted: it was entered in error."),
    "settle": N_("Noted: no other is asked for now."),
    "begun": N_("The episode has begun."),
    "begun-and-asked": N_(
        "The episode has begun, and the other team is asked to take over. Until it has, your team is responsible."
    ),
    "begun-with-warnings": N_(
        "The episode has begun. Look at the number of the patient once more: something about it is unusual."
    ),
    "begun-ask-about-limits": N_(
        "The episode has begun. In another episode the patient does not let an organisation see it: ask whether that "
        "is to hold here too, and record it. Look at the number of the patient once more as well."
    ),
    "summary": N_("The summary has been written."),
    "phase": N_("The phase has been recorded."),
    "score": N_("The score has been recorded."),
    **dict.fromkeys(
        ("limits", "kit", "kit-retrieved", "preference", "carer", "consent", "view-limit"), N_("It has been recorded.")
    ),
    "milestone": N_("The milestone has been recorded."),
    "fixed-contact": N_("The fixed contact has been named."),
    "grant": N_("It is granted, and those who carry it out have been told."),
    "renew-grant": N_("It is renewed."),
    "leave-to-lapse": N_("Noted: it ends by itself on its last day."),
    "withdraw-grant": N_("It is withdrawn, and those who carry it out have been told."),
    "swap": N_("It is swapped, and those who carry it out have been told."),
    "undo-swap": N_("The swap is undone."),
    "district": N_("The district has been recorded."),
    "order": N_("The treatment is ordered."),
    "change-order": N_("The order is changed from now on."),
    "stop-order": N_("The remaining visits are stopped."),
    "visit": N_("The visit has been recorded."),
    "act-on-missed": N_("Noted what was done about the missed visit."),
    "complication": N_("The complication is recorded: the patient is moved back, and the visits are stopped."),
    "end": N_("The episode has ended."),
    "take-back-end": N_("The end was taken back: everything is as it was."),
    "confirm-responsibility": N_("It is noted that your team knows."),
    "pause": N_("The episode pauses."),
    "deny-report": N_("Noted: the report is wrong. Those who made it are asked to look again."),
    "follow-up": N_("Noted: the follow-up has been done."),
    "notice-again": N_("The notice is being sent again. If it still cannot leave, it comes back here."),
    "opened": N_("The episode is open to you for a while. The log says so, with your reason."),
    "review-drawn": N_("The cases have been drawn. Look at each, then write down what you found."),
    "finding-written": N_("The finding has been written down. It cannot be changed."),
    "user-added": N_("The user may sign in now."),
    "role-waits": N_("Another administrator has to confirm it. Until then the role does not hold."),
    "role-confirmed": N_("The role holds now."),
    "role-declined": N_("The role was declined."),
    "token-confirmed": N_("The token holds now."),
    "role-given": N_("That login was a user already, and has the role now."),
    "user-give": N_("The role has been given."),
    "user-take": N_("The role has been taken away, with all that was open in it."),
    "user-rename": N_("Name and language have been changed."),
    "user-end": N_("The user can no longer sign in, and is signed out everywhere."),
    "user-back": N_("The user may sign in again."),
}
"""What a press has done, as the page says it afterwards."""

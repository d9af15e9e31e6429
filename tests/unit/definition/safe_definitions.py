"""A small sound pathway that uses every key that a pathway can have, for tests to break on purpose."""

from collections.abc import Mapping
from typing import Any

from small_definitions import PATHWAY, changed

from pathways.definition.frozen import Frozen

_ACUTE = """\
  acute:
    title: {sv: Akut, en: Acute}
    is_urgent: true
    summary: [illness-severity, situation, contingency]
    read_back: true
    waive_read_back: {by: [receiver]}
    delivered: 5 min
    seen: 15 min
    answer_counts: cover
    hold: 2 h
    question: 20 min
    question_stops_answer: true
    stale: 12 h
  calm:
    title: {sv: Lugn, en: Calm}
    unwatched_because: It goes by letter
    seen: 4 h
  prompt: {title: {sv: Genast, en: Promptly}, delivered: 5 min, seen: 10 min}
"""
_NAMED = """\
  named:
    title: {sv: Namngiven, en: Named}
    side: receiver
    evidence: true
    valid_for: 7 days
    waive: {by: [sender, receiver], urgencies: [acute]}
"""
_SUGGESTED = """\
    travels: false
    suggested_when:
      any:
        - {phase: [terminal, deteriorating]}
        - all:
            - {assessment: nrs, at_least: 7}
            - {assessment: akps, at_least: 20, at_most: 40}
            - {fact: away-from-preferred-place}
"""
_AGREEMENT = """\
  annexes:
    fees: {sv: Ersättning, en: Fees}
  signed_by: [Nämnden i A, Styrelsen i B]
  review: 2027-06-01
  replaces: [older]
"""
_TASKS = """\
tasks:
  wound-care:
    title: {sv: Sårvård, en: Wound care}
    levels:
      home: {responsible: home-team, carries_out: [clinic, home-team], informed: [ward]}
      bed: {responsible: ward, consulted: [clinic]}
    not_at: [rest]
    competences: [drip-trained]
"""
_REST = """\
waivers:
  no-time: {sv: Tiden räcker inte, en: There is no time}
  wish: {sv: Patienten vill det, en: The patient wants it}
phases:
  unstable: {change_within: 72 h, repeat: 12 h}
  terminal: {answer: 25 min, holds_back: true}
coming_back:
  within: 72 h
  cause_within: 2 days
  causes:
    worse-again: {sv: Sämre igen, en: Worse again}
    unready: {sv: Hemmet var inte redo, en: The home was not ready}
  answer: 30 min
  arrive: 4 h
  repeat: 10 min
beginning: {answer: 1 h, arrive: 8 h, repeat: 30 min, delivered: 10 min, seen: 40 min}
services:
  visits: {title: {sv: Hembesök, en: Home visits}, role: home-team, levels: [home]}
  cleaning: {title: {sv: Städning, en: Cleaning}, role: home-team, levels: [home]}
  walks: {title: {sv: Promenader, en: Walks}, role: home-team, levels: [home]}
  laundry: {title: {sv: Tvätt, en: Laundry}, role: home-team, levels: [home]}
pauses:
  elsewhere: {title: {sv: Inlagd på annat håll, en: Admitted elsewhere}, review: 2 days}
milestones:
  set-out: {title: {sv: Utskrivningsklar, en: Set out}}
  taken-in: {title: {sv: Återtagen, en: Taken in}, takes_back: set-out}
  called: {title: {sv: Kallad, en: Called}}
clocks:
  law.call-in:
    title: {sv: Kallelse, en: Call}
    role: home-team
    starts: [{milestone: set-out}, {begins: true}]
    stops: [{milestone: called}, {leaves: bed}]
    limit: 3 days
    later: {after: "12:00", limit: 4 days}
    repeat: 1 day
  law.report:
    title: {sv: Rapport, en: Report}
    role: ward
    starts: [{level: bed}, {end: deceased}]
    stops: [{milestone: called}]
    end_of_day: 1
    can_wait: true
    repeat: 2 days
    only_in: trial
competences:
  drip-trained: {sv: Dropputbildad, en: Trained in drips}
treatments:
  drip:
    title: {sv: Dropp, en: Drip}
    levels: [home]
    ordered_by: [clinic]
    competences: [drip-trained]
    record_within: 2 h
    act_within: 3 h
    repeat: 30 min
    longest_days: 42
    complication: {move: to-rest, urgency: prompt, reason: worse}
fixed_contact:
  title: {sv: Fast vårdkontakt, en: Fixed contact}
  roles: [home-team, clinic]
  name_within: 5 days
  repeat: 1 day
roll_outs:
  trial:
    title: {sv: Försök, en: Trial}
    provider: home-team
    stages:
      north-first: {from: 2026-02-01, districts: [north], providers: [kommun]}
      then-all: {from: 2026-06-01}
    until: 2027-12-31
packages:
  easing:
    title: {sv: Lindring, en: Easing}
    services:
      visits: {minutes: 90, at_least: 30, at_most: 210}
      cleaning: {minutes: 45}
    by: [clinic]
    by_in: {trial: [home-team]}
    lasts: 8 weeks
    renewals: 2
    decides: clinic
    ask: 2 weeks
    repeat: 3 days
swaps:
  by: [home-team]
  among: {household: [cleaning, walks]}
  exchanges:
    visit-for-walk: {give: visits, get: walks, gives: 30, gets: 20}
  only_in: trial
enrolment:
  criteria:
    leaving: {sv: Ska skrivas ut, en: Is being discharged}
  cap: 25
  frees: [moved]
  waiting_list: {ask_again: 2 weeks, enrol_within: 3 days}
  package: easing
evaluation:
  measures:
    self-reliance:
      title: {sv: Självständighet, en: Self-reliance}
      instrument: An index
      role: home-team
      lowest: 0
      highest: 100
      step: 5
      better: higher
    hours:
      title: {sv: Timmar i veckan, en: Hours a week}
      instrument: Hours
      role: clinic
      lowest: 0
      highest: 168
      decimals: 1
      better: lower
  before: {earlier: 2 weeks, later: 3 days}
  during: {opens: 4 weeks, closes: 6 weeks}
  after: {opens: 25 weeks, closes: 29 weeks}
  repeat: 2 days
  few: 8
  compare_with: waiting-list
  not_after: [moved]
meetings:
  triage:
    title: {sv: Triage, en: Triage}
    role: home-team
    sits_in: [clinic]
    day: tue
    at: "09:00"
    holidays: skip
    list_before: 1 day
    grounds: [raised, swapped]
    decisions: {kept: {sv: Oförändrat, en: Left as it is}}
    only_in: trial
joint_visits:
  roles: [home-team, clinic]
  answer: 2 days
  record: 3 days
  repeat: 12 h
  only_in: trial
"""


def _safe() -> str:
    text = changed(PATHWAY, "  acute: {title: {sv: Akut, en: Acute}, delivered: 5 min, seen: 10 min}\n", _ACUTE)
    text = changed(text, "  named: {title: {sv: Namngiven, en: Named}, side: receiver}\n", _NAMED)
    text = changed(text, "    travels: false\n", _SUGGESTED)
    text = changed(
        text,
        "acute: {answer: 2 h, arrive: 2 days, repeat: 1 h}\n",
        "acute: {answer: 2 h, arrive: 2 days, repeat: 1 h}\n      calm: {answer: 1 day, arrive: 3 days, repeat: 4 h}\n",
    )
    acute = "acute: {answer: 30 min, arrive: 4 h, repeat: 10 min}\n"
    text = changed(text, acute, f"{acute}      prompt: {{answer: 15 min, arrive: 4 h, repeat: 5 min}}\n")
    text = changed(text, "deceased: {", "deceased: {is_death: true, ")
    text = changed(text, "  replaces: []\n", _AGREEMENT)
    text = changed(text, "in_force_from: 2026-01-01\n", "in_force_from: 2026-01-01\nin_force_until: 2027-12-31\n")
    return text + _REST + _TASKS


SAFE = _safe()


def models_in(value: Any) -> dict[type[Frozen], list[Frozen]]:
    """Every model inside a value, and the value itself, by what it is a model of."""
    found: dict[type[Frozen], list[Frozen]] = {}
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Frozen):
            found.setdefault(type(each), []).append(each)
            waiting += [getattr(each, name) for name in type(each).model_fields]
        elif isinstance(each, Mapping):
            waiting += each.values()
        elif isinstance(each, tuple):
            waiting += each
    return found

"""A small sound pathway and a small sound network as texts, for tests to break on purpose."""

PATHWAY = """\
pathway: small
in_force_from: 2026-01-01
languages: [sv, en]
title: {sv: Liten, en: Small}
agreement:
  parties: [A kommun, Region B]
  replaces: []
roles:
  home-team: {sv: Hemteam, en: Home team}
  ward: {sv: Avdelning, en: Ward}
  clinic: {sv: Mottagning, en: Clinic}
levels:
  home:
    title: {sv: Hemma, en: Home}
    responsible: home-team
    consulted: [clinic]
  bed:
    title: {sv: Plats, en: Bed}
    responsible: ward
    places: true
  rest:
    title: {sv: Vila, en: Rest}
    responsible: ward
    places: true
begin_at: [home]
draft_limit: 1 day
reasons:
  worse: {sv: Sämre, en: Worse}
  better: {sv: Bättre, en: Better}
rejections:
  no-place: {sv: Ingen plats, en: No place}
urgencies:
  acute: {title: {sv: Akut, en: Acute}, delivered: 5 min, seen: 10 min}
readiness:
  named: {title: {sv: Namngiven, en: Named}, side: receiver}
  listed: {title: {sv: Listad, en: Listed}, side: sender}
moves:
  to-bed:
    title: {sv: Till plats, en: To bed}
    from: [home]
    to: bed
    reasons: [worse]
    urgencies:
      acute: {answer: 30 min, remind: 10 min, arrive: 4 h, repeat: 10 min, ready: [named]}
    ready: [named, listed]
    informs: [clinic]
    if_no_place: to-rest
  to-rest:
    title: {sv: Till vila, en: To rest}
    from: [home, bed]
    to: rest
    reasons: [worse]
    urgencies:
      acute: {answer: 30 min, arrive: 4 h, repeat: 10 min}
  to-home:
    title: {sv: Hem, en: To home}
    from: [bed, rest]
    to: home
    travels: false
    reasons: [better]
    urgencies:
      acute: {answer: 2 h, arrive: 2 days, repeat: 1 h}
follow_ups:
  talk:
    title: {sv: Samtal, en: Talk}
    role: home-team
    within: 6 weeks
    repeat: 1 week
ends:
  deceased: {title: {sv: Avliden, en: Deceased}, then: [talk]}
  moved: {title: {sv: Flyttad, en: Moved}}
"""

NETWORK = """\
network: small-network
country: SE
time_zone: Europe/Stockholm
pathways: [small]
organisations:
  kommun: {name: A kommun, kind: municipality}
  region: {name: Region B, kind: region}
teams:
  hemteam:
    name: Hemteamet
    role: home-team
    organisation: kommun
    language: sv
    contacts:
      - {name: first, secret: HOME_FIRST}
      - {name: second, secret: HOME_SECOND}
    cover:
      hours: [{days: [mon, tue], from: "07:00", until: "16:30"}]
      holidays: open
    covered_by: mottagning
  avdelning:
    name: Avdelningen
    role: ward
    organisation: region
    language: sv
    contacts:
      - {name: duty, secret: WARD_FIRST}
    cover: {always: true}
  mottagning:
    name: Mottagningen
    role: clinic
    organisation: region
    language: en
    contacts:
      - {name: desk, secret: CLINIC_FIRST}
      - {name: on-call, secret: CLINIC_SECOND, cover: {hours: [{days: [sun], from: "08:00", until: "12:00"}]}}
    cover:
      hours:
        - {days: [fri], from: "08:00", until: "12:00"}
      exceptions:
        - {day: 2026-12-23, from: "08:00", until: "10:00"}
        - {day: 2026-12-30, closed: true}
units:
  plats: {name: Platsen, level: bed, team: avdelning, places: 2}
  vila: {name: Vilan, level: rest, team: avdelning, places: 1}
last_resort: {team: avdelning, contact: duty}
"""


def changed(text: str, old: str, new: str) -> str:
    """The text with the first `old` replaced by `new`; `old` must be there."""
    assert old in text, old
    return text.replace(old, new, 1)


def line_of(text: str, mark: str) -> int:
    """The number, from 1, of the first line that holds `mark`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if mark in line)

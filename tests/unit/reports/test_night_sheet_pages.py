"""The night sheet as people see it: every field in every language, recorded or not, however long."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_sheets import HOME, NOW, TEAM, TEMPLATES, WHOLE, empty, laid_out, printer, saying, sheet, text_of

from pathways.care.kits import MOST_ITEMS
from pathways.care.patient import Carer, Consent, Kit, KitItem, TreatmentLimit, TreatmentLimits
from pathways.definition.texts import Language
from pathways.errors import Failed
from pathways.reports.contents import (
    Called,
    Contingency,
    Over,
    Paused,
    Relatives,
    SheetContent,
    State,
    Where,
    Who,
    Words,
)
from pathways.reports.night_sheets import Sheet, html, pdf
from pathways.reports.paper import Printer

every_language = pytest.mark.parametrize("language", Language)
S, D, E = Language.SWEDISH, Language.DANISH, Language.ENGLISH


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self._is_hidden = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self._is_hidden = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._is_hidden = False

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.parts.append(data)


def read(made: Sheet) -> str:
    """What a person reads on the page."""
    parser = _Text()
    parser.feed(html(made, TEMPLATES))
    words = " ".join(" ".join(parser.parts).replace("\u200b", "").replace("\xad", "").split())
    return re.sub(r" (?=[,.])", "", words)


def said(content: SheetContent, language: Language = E) -> str:
    return read(sheet(language, content))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            S,
            "Nattblad E7K2-QM4T|Märke K7QM-2F4T|till och med händelse 17|tis 10 mars 2026 kl. 14.02|av Eva Ros, nurse|"
            "Astrid Exempelsson 19480229-****|Hemma|"
            "coordinator, Kommunens palliativa team +46 846 50 04 11 till tis 10 mars 2026 kl. 16.30|"
            "sedan on-call|tills vidare|"
            "Ingen hjärt-lungräddning (ej HLR) Ingen inläggning på sjukhus|Beslutat 1 februari 2026.|"
            "Omprövas 1 april 2026.|Dokument: DOC-17.|Vid andnöd: morfin ur kitet.|bekräftad av avsändaren|"
            "Finns: Köksskåpet till höger|Går ut 30 juni 2026.|Kontrollerat 1 mars 2026 av Eva Ros.|Instabil|"
            "håll ögonen på|Önskad vårdplats: Hemma. Sagt av patienten, 20 februari 2026.|"
            "i andra hand Korttidsplats. Sagt av närstående, 21 februari 2026.|"
            "+46 701 74 06 05 Siv Exempelsson, dotter (vårdar hemma)|bara får ringas på dagen: 1.|"
            "tillgänglig ja · känner till läget ja · får ringas på natten ja|vårdgivarna: finns.|Strimla det",
        ),
        (
            D,
            "Natark E7K2-QM4T|Mærke K7QM-2F4T|til og med hændelse 17|tirs. d. 10. marts 2026 kl. 14.02|Hjemme|"
            "til tirs. d. 10. marts 2026 kl. 16.30|derefter on-call|indtil videre|Ingen genoplivning (HLR)|"
            "Ingen indlæggelse på sygehus|Besluttet 1. februar 2026.|Tages op igen 1. april 2026.|Dokument: DOC-17.|"
            "bekræftet af afsenderen|Står: Köksskåpet|Udløber 30. juni 2026.|Ustabil|hold øje med|"
            "Sagt af patienten, 20. februar 2026.|ellers Aflastningsplads. Sagt af en pårørende|dotter (plejer hjemme)|"
            "til rådighed ja|er givet.|Makulér det",
        ),
        (
            E,
            "Night sheet E7K2-QM4T|Mark K7QM-2F4T|up to event 17|Tue 10 March 2026 at 14:02|printed by Eva Ros, nurse|"
            "Home|until Tue 10 March 2026 at 16:30|then on-call|until further notice|No resuscitation (DNACPR)|"
            "No admission to hospital|Decided 1 February 2026.|To be reviewed 1 April 2026.|Document: DOC-17.|"
            "confirmed by the sender|Kept: Köksskåpet|Expires 30 June 2026.|Unstable|to be watched|"
            "Said by the patient, 20 February 2026.|otherwise Short-term place. Said by a relative|"
            "dotter (cares at home)|available yes|given.|Shred it",
        ),
    ],
)
def test_everything_recorded_is_said_in_the_language_of_the_reader(language: Language, words: str) -> None:
    page = said(WHOLE, language)
    assert [part for part in words.split("|") if part not in page] == []
    assert "handslag night-sheet E7K2-QM4T --check K7QM-2F4T" in page


@pytest.mark.parametrize(
    ("language", "words", "times"), [(S, "Inte registrerat", 8), (D, "Ikke registreret", 8), (E, "Not recorded", 8)]
)
def test_what_is_not_recorded_is_said_and_never_left_blank(language: Language, words: str, times: int) -> None:
    page = read(empty(language))
    assert page.lower().count(words.lower()) >= times
    whole = set(said(WHOLE, language).split())
    assert "None" not in page
    assert len(whole) > 100


def test_that_no_limits_are_recorded_is_not_said_as_if_there_were_none() -> None:
    nothing = said(saying(limits=None))
    assert "Not recorded. That does not mean that there are none" in nothing
    assert "full treatment" not in nothing
    decided = TreatmentLimits(limits=(TreatmentLimit.NONE,), decided_on=date(2026, 3, 1))
    page = said(saying(limits=decided))
    assert "No limits: full treatment" in page
    assert "No review is recorded. No document is named." in page


@pytest.mark.parametrize(("day", "has_passed"), [(9, True), (10, False)])
def test_a_review_that_should_have_been_is_said(day: int, has_passed: bool) -> None:
    limits = TreatmentLimits(limits=(TreatmentLimit.NO_CPR,), decided_on=date(2026, 2, 1), review_on=date(2026, 3, day))
    assert ("HAS PASSED" in said(saying(limits=limits))) is has_passed


def test_the_phone_of_whoever_answers_now_is_printed_or_there_is_a_line_to_write_it_on() -> None:
    whole = read(sheet())
    assert "+46 846 50 04 11" in whole
    assert "Write it here" not in whole
    unknown = replace(sheet(), duties=tuple(replace(duty, phone=None) for duty in sheet().duties))
    assert "Write it here" in read(unknown)


@pytest.mark.parametrize(("day", "has_expired"), [(9, True), (10, True), (11, False)])
def test_a_kit_that_has_expired_is_said(day: int, has_expired: bool) -> None:
    kit = Kit(where="fridge", checked_by="Bo", checked_on=date(2026, 2, 1), expires_on=date(2026, 3, day))
    assert ("HAS EXPIRED" in said(saying(kit=kit))) is has_expired


def test_the_day_is_that_of_the_place_and_not_of_utc() -> None:
    kit = Kit(where="fridge", checked_by="Bo", checked_on=date(2026, 2, 1), expires_on=date(2026, 3, 11))
    late = NOW.replace(hour=23, minute=30)
    assert "HAS EXPIRED" in read(sheet(E, saying(kit=kit), made_at=late))
    assert "Wed 11 March 2026 at 00:30" in read(sheet(E, made_at=late))


def test_what_is_in_the_kit_is_said_with_what_is_used_up_or_has_expired() -> None:
    drops = KitItem(name="drops <1 mg/ml>", count=5, expires_on=date(2026, 3, 10))
    kit = Kit(
        where="fridge", checked_by="Bo", checked_on=date(2026, 2, 1), items=(drops, KitItem(name="swabs", count=0))
    )
    page = said(saying(kit=kit))
    assert "drops <1 mg/ml>: 5 HAS EXPIRED ; swabs: none left." in page
    assert "Expires 10 March 2026." in page
    assert "ALL OF IT IS USED UP." not in page
    assert "Nobody has counted" not in page
    gone = kit.model_copy(update={"items": (drops.model_copy(update={"count": 0}),)})
    assert "ALL OF IT IS USED UP." in said(saying(kit=gone))
    assert "Nobody has counted what is in it." in said(saying(kit=kit.model_copy(update={"items": ()})))


def test_a_kit_without_expiry_and_one_that_was_taken_back() -> None:
    kit = Kit(where="fridge", checked_by="Bo", checked_on=date(2026, 2, 1))
    assert "No expiry is recorded." in said(saying(kit=kit))
    page = said(saying(kit=kit.model_copy(update={"retrieved_on": date(2026, 3, 9)})))
    assert "TAKEN BACK 9 March 2026: there is no kit in place." in page
    assert "fridge" not in page


def test_a_read_back_is_told_with_what_the_sender_said_of_it() -> None:
    read_back = Words("give more", "SSIH", NOW)
    waiting = Contingency(None, read_back, is_confirmed=False, correction=None)
    corrected = Contingency(None, read_back, is_confirmed=False, correction="give less")
    assert "NOT CONFIRMED by the sender give more" in said(saying(contingency=waiting))
    assert "give more CORRECTED by the sender: give less" in said(saying(contingency=corrected))
    assert "NOT CONFIRMED" not in said(saying(contingency=corrected))


def test_a_pause_and_a_handover_under_way_are_said() -> None:
    where = Where({"en": "Care"}, HOME, "Short-term North", TEAM, "SSIH Jönköping")
    page = said(saying(where=where, paused=Paused({"en": "Admitted elsewhere"}, NOW - timedelta(days=1))))
    assert "PAUSED Admitted elsewhere, since Mon 9 March 2026 at 14:02." in page
    assert f"A handover to SSIH Jönköping is under way. {TEAM} stays responsible" in page
    assert "Home, Short-term North" in page


def test_nobody_may_be_called_at_night_and_nobody_is_known_are_two_things() -> None:
    assert "Nobody may be called at night. Relatives who may be called by day only: 2." in said(
        saying(relatives=Relatives((), 2), carer=Carer(is_available=False, is_aware=True, may_be_called_at_night=False))
    )
    assert "No relative is recorded." in said(saying(relatives=Relatives((), 0)))


@pytest.mark.parametrize(
    ("language", "is_death", "first", "calls"),
    [
        (S, True, "PATIENTEN HAR AVLIDIT", "Ring ingen närstående"),
        (D, True, "PATIENTEN ER DØD", "Ring ikke til pårørende"),
        (E, True, "THE PATIENT HAS DIED", "Call no relative"),
        (S, False, "VÅRDEPISODEN ÄR AVSLUTAD", "Ring ingen närstående"),
        (D, False, "FORLØBET ER AFSLUTTET", "Ring ikke til pårørende"),
        (E, False, "THIS EPISODE HAS ENDED", "Call no relative"),
    ],
)
def test_after_the_end_that_comes_first_and_there_is_nobody_to_ring(
    language: Language, is_death: bool, first: str, calls: str
) -> None:
    page = said(saying(over=Over(NOW, is_death)), language)
    assert page.index(first) < page.index("Astrid")
    assert calls in page
    assert "Siv" not in page
    assert "701" not in page


@pytest.mark.parametrize(
    ("language", "first", "calls"),
    [
        (S, "ETT DÖDSFALL ÄR RAPPORTERAT", "Ring ingen närstående innan"),
        (D, "ET DØDSFALD ER INDBERETTET", "Ring ikke til pårørende, før"),
        (E, "A DEATH IS REPORTED", "Call no relative before"),
    ],
)
def test_a_reported_death_comes_first_and_there_is_nobody_to_ring(language: Language, first: str, calls: str) -> None:
    page = said(saying(is_death_reported=True), language)
    assert page.index(first) < page.index("Astrid")
    assert calls in page
    assert "Siv" not in page
    assert "701" not in page


@every_language
def test_a_protected_identity_is_known_by_its_reference_alone(language: Language) -> None:
    called = Called("", "daughter", "+4536990000", is_carer=False)
    content = saying(who=Who("", "", is_protected=True), relatives=Relatives((called,), 0))
    page = said(content, language)
    assert "Astrid" not in page
    assert "1948" not in page
    assert "+45 36 99 00 00" in page
    assert page.count("E7K2-QM4T") >= 3


def test_consent_that_was_withdrawn_is_told() -> None:
    assert "Do not pass the sheet on" in said(saying(consent=Consent(is_given=False)))


def test_a_team_that_has_left_and_a_maker_without_a_name_are_said_plainly() -> None:
    page = read(sheet(E, duties=(), made_by=None))
    assert "The team has left the network." in page
    assert "printed by somebody who gave no name" in page


HOSTILE = '<script>alert(1)</script> & "quoted" {{ 7*7 }} %(by)s %s </p> 😀 \u202etxet\u202c \x00\x1b[31m'


def everywhere(text: str) -> Sheet:
    """A sheet on which every text that somebody typed is this one."""
    words = Words(text, text, NOW)
    kit = Kit(where=text, checked_by=text, checked_on=date(2026, 3, 1), items=(KitItem(name=text, count=5),))
    limits = TreatmentLimits(limits=(), decided_on=date(2026, 3, 1), document=text)
    content = saying(
        who=Who(text, text, is_protected=False),
        where=Where({"en": text}, {"en": text}, text, text, text),
        limits=limits,
        kit=kit,
        contingency=Contingency(words, words, is_confirmed=False, correction=text),
        relatives=Relatives((Called(text, text, "+46701740605", is_carer=True),), 0),
    )
    return sheet(E, content, made_by=text, made_for=text)


def test_what_was_typed_is_text_and_nothing_else() -> None:
    made = everywhere(HOSTILE)
    page = html(made, TEMPLATES)
    parser = _Text()
    parser.feed(page)
    assert "script" not in parser.tags
    assert not {"\u202e", "\x00", "\x1b"} & set(page)
    assert read(made).count('<script>alert(1)</script> & "quoted" {{ 7*7 }} %(by)s %s </p> 😀 txet') >= 10
    assert len(laid_out(made)) <= 2


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_whatever_was_typed_makes_a_page(text: str) -> None:
    assert "</html>" in html(everywhere(text), TEMPLATES)


@every_language
def test_everything_fits_on_one_page_that_says_so_and_holds_the_text(language: Language) -> None:
    pages = laid_out(sheet(language))
    (text,) = text_of(pages)
    assert len(pages) == 1
    assert {S: "Sida1av1", D: "Side1af1", E: "Page1of1"}[language] in text
    for part in ("K7QM-2F4T", "AstridExempelsson", "Vidandnöd:morfinurkitet.", "+46701740605"):
        assert part in text
    assert pages.pdf().startswith(b"%PDF-")


@pytest.mark.parametrize("made", [sheet(D, saying(over=Over(NOW, is_death=True))), empty(S)])
def test_so_do_an_ended_episode_and_an_empty_record(made: Sheet) -> None:
    assert len(laid_out(made)) == 1


LONG = "Vid andnöd som inte viker: morfin subkutant ur kitet, upprepa efter 30 minuter. "


def test_long_texts_go_on_on_a_second_page_and_nothing_is_lost() -> None:
    contingency = Contingency(Words(LONG * 40, TEAM, NOW), Words("SLUTET", TEAM, NOW), False, None)
    pages = laid_out(sheet(S, saying(contingency=contingency)))
    assert len(pages) == 2
    first, second = text_of(pages)
    assert "Sida1av2" in first
    assert "Sida2av2" in second
    assert "E7K2-QM4T·MärkeK7QM-2F4T" in second
    assert (first + second).count("upprepaefter30minuter") == 40
    assert "KAPAT" not in first + second


@every_language
@pytest.mark.parametrize("length", [8_000, 12_000, 30_000])
def test_a_text_that_is_cut_anyway_takes_no_second_page_for_the_footer(language: Language, length: int) -> None:
    contingency = Contingency(Words((LONG * 400)[:length], TEAM, NOW), Words("SLUTET", TEAM, NOW), False, None)
    made = sheet(language, saying(contingency=contingency))
    pages = laid_out(made)
    (text,) = text_of(pages)
    assert len(pages) == 1
    assert text.count("upprepaefter30minuter") >= 15
    assert "SLUTET" in text
    assert "E7K2-QM4T" in text


@pytest.mark.parametrize("language", [S, E])
def test_what_no_two_pages_hold_is_cut_and_says_so_but_whom_to_call_and_the_limits_stay(language: Language) -> None:
    contingency = Contingency(Words(LONG * 900, TEAM, NOW), Words("W" * 30_000, TEAM, NOW), False, LONG * 100)
    called = tuple(Called("N" * 300, "r" * 300, f"+4670174060{n}", False) for n in range(9))
    items = tuple(
        KitItem(name="i" * 198 + f"{n:02}", count=10**9, expires_on=date(2026, 3, 1)) for n in range(MOST_ITEMS)
    )
    kit = Kit(where="K" * 5_000, checked_by="b" * 5_000, checked_on=date(2026, 3, 1), items=items)
    content = saying(contingency=contingency, relatives=Relatives(called, 0), kit=kit)
    pages = laid_out(sheet(language, content))
    text = "".join(text_of(pages))
    assert len(pages) <= 2
    assert {S: "KAPATHÄR", E: "CUTOFFHERE"}[language] in text
    assert {S: "Ytterligare3får", E: "3moremaybecalled"}[language] in text
    assert {S: "Ingeninläggningpåsjukhus", E: "Noadmissiontohospital"}[language] in text
    assert "W" * 20_000 in html(sheet(language, content), TEMPLATES).replace("\u200b", "")


@contextmanager
def root_log() -> Iterator[StringIO]:
    """All that reaches the log of a program; `caplog` would also take what is kept from it."""
    printer()
    written, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def test_the_page_fetches_nothing_and_the_log_does_not_say_what_it_would_have(tmp_path: Path) -> None:
    style = tmp_path / "style.css"
    style.write_text("p::before { content: 'fetched' }", encoding="utf-8")
    page = f'<link rel="stylesheet" href="{style.as_uri()}"><p>here</p><img src="http://127.0.0.1:9/name-of-someone">'
    with root_log() as written:
        assert text_of(printer().laid_out(page)) == ["here"]
    assert "name-of-someone" not in written.getvalue()


def test_making_a_page_says_nothing_in_the_log() -> None:
    with root_log() as written:
        pdf(sheet(), TEMPLATES, printer())
    assert written.getvalue() == ""


def test_a_machine_without_the_library_is_told_in_one_sentence_what_to_install(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def load() -> None:
        print("-----\nWeasyPrint could not import some external libraries.")  # noqa: T201 - as it does
        raise OSError("cannot load library 'libpango-1.0-0'")

    with pytest.raises(
        Failed, match=r"lacks the library Pango\. Install it, or take the page as HTML: apt-get install .*--html FILE\."
    ):
        Printer(load)
    assert capsys.readouterr().out == ""


def test_the_saved_html_states_its_mark_and_time_and_runs_nothing() -> None:
    page = html(sheet(), TEMPLATES)
    assert '<meta name="handslag-mark" content="K7QM-2F4T">' in page
    assert '<meta name="handslag-made-at" content="2026-03-10T13:02:00+00:00">' in page
    assert "<title>Night sheet E7K2-QM4T · Mark K7QM-2F4T · Tue 10 March 2026 at 14:02</title>" in page
    assert "default-src 'none'" in page
    assert "http://" not in page


def test_nothing_on_a_sheet_shows_in_its_repr() -> None:
    shown = repr(sheet()) + repr(WHOLE) + repr(WHOLE.who) + repr(WHOLE.relatives) + repr(WHOLE.contingency)
    assert not any(secret in shown for secret in ("Astrid", "1948", "701", "andnöd"))


def test_an_unconfirmed_state_is_said() -> None:
    assert "Not recorded. How ill, by the summary: not recorded." in said(saying(state=State(None, None, None)))


def test_a_pathway_without_titles_in_the_language_of_the_reader_lends_one() -> None:
    content = saying(where=replace(WHOLE.where, level={"sv": "Hemma"}))
    assert "Hemma" in said(content, D)

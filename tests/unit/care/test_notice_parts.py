"""Every kind of notice has its part; what closes a matter is never taken for what is no longer true of it."""

import pytest

from pathways.care.notice_kinds import ABOUT_THE_ANSWER, NoticeKind
from pathways.care.notice_parts import ASKING, CLOSING, NOTICE_RULES, REMINDING, Part


def test_every_kind_of_notice_has_one_rule() -> None:
    assert list(NOTICE_RULES) == list(NoticeKind)


@pytest.mark.parametrize("kind", ABOUT_THE_ANSWER)
def test_what_an_answer_withdraws_asks_or_reminds_and_closes_nothing(kind: NoticeKind) -> None:
    assert kind in ASKING or kind in REMINDING


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_closes_or_tells_is_not_tried_for_ever_and_what_asks_is_tried_until_it_is_over(kind: NoticeKind) -> None:
    rule = NOTICE_RULES[kind]
    assert (rule.matters_for is None) == (rule.part in (Part.ASKS, Part.REMINDS))
    assert (kind in CLOSING) == (rule.part is Part.CLOSES)

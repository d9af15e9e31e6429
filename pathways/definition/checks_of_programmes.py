"""Soundness of a programme: places that can come free, instruments with a range, windows one after the other."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from pathways.definition.checks_of_texts import check_line, check_lists, check_names, check_not_empty
from pathways.definition.faults import Code, Finding, KeyPath
from pathways.definition.models import Pathway
from pathways.definition.programmes import Enrolment, Evaluation, Measure

SMALLEST_GROUP = 5
"""Groups with fewer than so many citizens are not told apart in a report."""

_MOST_DECIMALS = 2


def check_programme(pathway: Pathway) -> Iterator[Finding]:
    """A programme has places, whoever waits can get one, and what is measured can be measured and told."""
    if pathway.enrolment:
        keys = pathway.enrolment.criteria
        yield from check_names([(("enrolment", "criteria", key), key) for key in keys])
        yield from check_lists([(("enrolment", "frees"), pathway.enrolment.frees or ())])
        yield from _check_places(pathway.enrolment)
    if pathway.evaluation:
        yield from _check_evaluation(pathway, pathway.evaluation)


def _check_places(enrolment: Enrolment) -> Iterator[Finding]:
    if enrolment.cap is None:
        if not enrolment.criteria:
            sentence = "This asks for nothing: it names neither criteria nor a cap."
            mend = "Write `criteria`, a `cap`, or both; or remove it."
            yield Finding(Code.ENROLMENT_WITHOUT_EFFECT, ("enrolment",), "enrolment", sentence, mend, at_key=True)
        for field in ("frees", "waiting_list"):
            if getattr(enrolment, field) is not None:
                sentence = "Without a cap the programme is never full, so there is no place to wait for or to free."
                mend = f"Write a `cap`, or remove `{field}`."
                yield Finding(Code.ENROLMENT_WITHOUT_EFFECT, ("enrolment", field), field, sentence, mend, at_key=True)
    elif enrolment.cap < 1:
        sentence, mend = "A programme has at least one place.", "Write 1 or more, or leave `cap` out."
        yield Finding(Code.WRONG_CAP, ("enrolment", "cap"), str(enrolment.cap), sentence, mend)
    elif enrolment.waiting_list and enrolment.frees == ():
        sentence = "No end frees a place, so whoever waits would wait for ever."
        mend = "Name an end that frees a place, or remove `waiting_list`."
        yield Finding(Code.NEVER_A_PLACE, ("enrolment", "frees"), "frees", sentence, mend, at_key=True)


def _check_evaluation(pathway: Pathway, evaluation: Evaluation) -> Iterator[Finding]:
    yield from check_not_empty([(("evaluation", "measures"), evaluation.measures)])
    yield from check_names([(("evaluation", "measures", key), key) for key in evaluation.measures])
    yield from check_lists([(("evaluation", "not_after"), evaluation.not_after)])
    for key, measure in evaluation.measures.items():
        path: KeyPath = ("evaluation", "measures", key)
        yield from check_line(measure.instrument, (*path, "instrument"))
        yield from _check_range(measure, path)
    overlaps = list(_check_windows(evaluation))
    yield from overlaps or _check_effort(pathway, evaluation)
    if evaluation.few < SMALLEST_GROUP:
        sentence = f"Fewer than {SMALLEST_GROUP} are never told apart, so that nobody can be recognised."
        mend = f"Write {SMALLEST_GROUP} or more."
        yield Finding(Code.FEW_TOO_SMALL, ("evaluation", "few"), str(evaluation.few), sentence, mend)
    if evaluation.compare_with and not (pathway.enrolment and pathway.enrolment.waiting_list):
        sentence = "Nobody ever waits in this programme, so there is nobody to compare with."
        mend = "Write a `waiting_list` under `enrolment`, or remove `compare_with`."
        path = ("evaluation", "compare_with")
        yield Finding(Code.COMPARISON_WITH_NOBODY, path, "compare_with", sentence, mend, at_key=True)


def _check_range(measure: Measure, path: KeyPath) -> Iterator[Finding]:
    width = measure.highest - measure.lowest
    faults: Mapping[str, tuple[bool, str, str]] = {
        "highest": (
            width <= 0,
            f"`highest` is not more than `lowest` ({measure.lowest}).",
            "Write the best and the worst number that the instrument gives.",
        ),
        "step": (
            measure.step < 1 or (width > 0 and width % measure.step != 0),
            "Steps of that size do not lead from `lowest` to `highest`.",
            "Write the step between two numbers of the instrument, such as 5; left out, it is 1.",
        ),
        "decimals": (
            not 0 <= measure.decimals <= _MOST_DECIMALS or (measure.decimals > 0 and measure.step != 1),
            "That is no number of decimals of this instrument.",
            f"Write 0 to {_MOST_DECIMALS}, and no `step` beside decimals.",
        ),
    }
    for field, (is_faulty, sentence, mend) in faults.items():
        if is_faulty:
            words = str(getattr(measure, field))
            yield Finding(Code.WRONG_RANGE, (*path, field), words, sentence, mend, at_key=True)


def _check_windows(evaluation: Evaluation) -> Iterator[Finding]:
    """Before, during and after come in this order, and none begins before the one ahead of it has closed."""
    ends = (
        (("evaluation", "before", "later"), evaluation.before.later),
        (("evaluation", "during", "opens"), evaluation.during.opens),
        (("evaluation", "during", "closes"), evaluation.during.closes),
        (("evaluation", "after", "opens"), evaluation.after.opens),
        (("evaluation", "after", "closes"), evaluation.after.closes),
    )
    for (earlier, first), (later, second) in pairwise(ends):
        if second.approximate_seconds <= first.approximate_seconds:
            sentence = f"This is not after `{earlier[-1]}` of `{earlier[1]}` ({first}); both count from the enrolment."
            mend = "Let each window close before the next one opens."
            yield Finding(Code.WINDOWS_OVERLAP, later, str(second), sentence, mend, compares=(earlier,))


def _check_effort(pathway: Pathway, evaluation: Evaluation) -> Iterator[Finding]:
    """What is granted with the enrolment is the effort: `during` lies within it, `after` beyond its last renewal."""
    name = (pathway.enrolment and pathway.enrolment.package) or ""
    package = pathway.packages.get(name)
    if package is None:
        return
    lasts, during, after = package.lasts, evaluation.during.closes, evaluation.after.opens
    longest = lasts.model_copy(update={"amount": lasts.amount * (1 + package.renewals)})
    with_what: tuple[KeyPath, ...] = (("packages", name, "lasts"), ("packages", name, "renewals"))
    code = Code.WINDOW_OUTSIDE_PACKAGE
    if during.approximate_seconds > lasts.approximate_seconds:
        sentence = f"The package that is granted with the enrolment may have ended by then: it lasts {lasts}."
        mend = f"Write {lasts} or less, or let the package last longer."
        yield Finding(code, ("evaluation", "during", "closes"), str(during), sentence, mend, compares=with_what)
    if after.approximate_seconds < longest.approximate_seconds:
        sentence = f"The package that is granted with the enrolment may run until then: renewed, it lasts {longest}."
        mend = f"Write {longest} or more, or let the package be renewed less often."
        yield Finding(code, ("evaluation", "after", "opens"), str(after), sentence, mend, compares=with_what)

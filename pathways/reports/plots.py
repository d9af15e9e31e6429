"""Plots as SVG. The only importer of matplotlib, and lazily: it is slow to load, and most commands need none.

The same content gives the same picture. Text stays text, so that it can be read aloud and searched.
"""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from pathways.care.programme.windows import Occasion
from pathways.reports.evaluation_contents import Group, GroupContent, MeasureContent

_SETTINGS: Mapping[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "handslag",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_LOOKS = {Group.ENROLLED: ("#0b4f6c", "o", -0.06), Group.WAITING: ("#b0440a", "s", 0.06)}
"""Colour, mark and shift of each group: told apart without colours too."""

_INCHES = (7.2, 3.8)


def plot_of(content: MeasureContent, words: Mapping[str, Any], title: str) -> str:
    """One measure as an SVG element: a thin line for each citizen, the medians, and the middle half as bars."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    settings: Any = dict(_SETTINGS)
    with mpl.rc_context(settings):
        figure = Figure(figsize=_INCHES, layout="constrained")
        axes = figure.add_subplot()
        for group in content.groups:
            _draw(axes, group, words)
        axes.set_xticks(range(len(Occasion)), [words["occasions"][each] for each in Occasion])
        axes.set_xlim(-0.35, len(Occasion) - 0.65)
        axes.set_ylabel(title)
        axes.grid(visible=True, axis="y", color="#dddddd", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.set_ylim(bottom=content.measure.lowest)  # a cut axis makes changes look larger than they are
        axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=2)
        file = StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    return file.getvalue()


def _draw(axes: Any, group: GroupContent, words: Mapping[str, Any]) -> None:
    colour, mark, shift = _LOOKS[group.group]
    places = {occasion: place for place, occasion in enumerate(Occasion)}
    for course in group.courses:
        axes.plot(
            [places[occasion] + shift for occasion in course],
            list(course.values()),
            color=colour,
            alpha=0.22,
            linewidth=1,
            zorder=1,
        )
    spreads = {occasion: each.spread for occasion, each in group.occasions.items() if each.spread}
    if spreads:
        middles = [each.median for each in spreads.values()]
        axes.errorbar(
            [places[occasion] + shift for occasion in spreads],
            middles,
            yerr=[
                [each.median - each.lower for each in spreads.values()],
                [each.upper - each.median for each in spreads.values()],
            ],
            color=colour,
            marker=mark,
            markersize=8,
            linewidth=2.2,
            elinewidth=2.2,
            capsize=5,
            zorder=3,
            label=words["groups"][group.group],
        )

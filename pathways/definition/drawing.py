"""A pathway as a picture for people: Mermaid text, and SVG through Graphviz. Draws, and decides nothing."""

from html import escape
from itertools import zip_longest
from subprocess import CalledProcessError
from textwrap import wrap

from graphviz import Digraph, ExecutableNotFound

from pathways.definition.condition_words import condition_in
from pathways.definition.drawing_words import WORDS, duration_in
from pathways.definition.models import End, Level, Move, Pathway
from pathways.errors import Failed

_FONT = "Helvetica"
_WIDEST_CONDITION = 44
_INK, _QUIET = "#1f2933", "#52606d"
_HOME_FILL, _PLACES_FILL, _ENDS_FILL = "#e3f2ec", "#e6effa", "#f5f3ef"
_HOME_INK, _PLACES_INK = "#2f7d5b", "#2b6cb0"
"""Arrows have the colour of the level that they lead to."""
_URGENCY_INKS = ("#b42318", "#1f5f8b", "#4d6b2f", "#6b4d8b")
"""Inks of the urgencies: what is urgent first, then in the order in which the pathway first gives them."""


def mermaid(pathway: Pathway, language: str) -> str:
    """The pathway as a Mermaid flowchart. `language` is one that the pathway declares."""
    words = WORDS[language]
    lines = ["flowchart TB", f'  begins(["{words["begins"]}"])']
    for name, level in pathway.levels.items():
        role = pathway.roles[level.responsible][language]
        lines.append(f'  level-{name}["{_plain(level.title[language])}<br/>{words["responsible"]}: {_plain(role)}"]')
    lines += [f"  begins --> level-{name}" for name in pathway.begin_at]
    for move in pathway.moves.values():
        label = "<br/>".join(_plain(line) for line in (move.title[language], *_limits(pathway, move, language)))
        arrow = "-->" if move.travels else "-.->"
        lines += [f'  level-{start} {arrow}|"{label}"| level-{move.to}' for start in move.from_levels]
    lines.append(f'  subgraph ends ["{words["ends"]}"]')
    lines += [f'    ending-{name}(["{_plain(_end(pathway, end, language))}"])' for name, end in pathway.ends.items()]
    return "\n".join((*lines, "  end", ""))


def svg(pathway: Pathway, language: str) -> str:
    """The pathway as an SVG picture. `language` is one that the pathway declares.

    Raises Failed when Graphviz's program `dot` is not installed, or cannot draw.
    """
    try:
        return str(_digraph(pathway, language).pipe(format="svg", encoding="utf-8"))
    except ExecutableNotFound:
        raise Failed(
            "The picture cannot be drawn: the program `dot` of Graphviz is not installed.",
            "Install it (on Debian: apt install graphviz), or ask for Mermaid instead.",
        ) from None
    except CalledProcessError as error:
        raise Failed(
            "The picture cannot be drawn: `dot` stopped with status {status}.",
            "Install Graphviz anew, or ask for Mermaid instead.",
            status=error.returncode,
        ) from None


def _digraph(pathway: Pathway, language: str) -> Digraph:
    graph = Digraph(pathway.pathway)
    graph.attr(rankdir="TB", bgcolor="white", nodesep="1.0", ranksep="1.1", pad="0.4", labelloc="t")
    graph.attr(fontname=_FONT, fontcolor=_INK, label=_heading(pathway, language))
    graph.attr("node", fontname=_FONT, fontcolor=_INK, shape="box", style="rounded,filled", margin="0.3,0.18")
    graph.attr("edge", fontname=_FONT, fontcolor=_INK, arrowsize="0.8", fontsize="10", penwidth="1.3")
    for name, level in pathway.levels.items():
        graph.node(name, _level(pathway, name, language), fillcolor=_fill(level), color=_ink(level), penwidth="1.3")
    for move in pathway.moves.values():
        look = {"style": "solid" if move.travels else "dashed", "color": _ink(pathway.levels[move.to])}
        for start in move.from_levels:
            graph.edge(start, move.to, label=_move(pathway, move, language), **look)
    graph.node("the ends", _ends(pathway, language), fillcolor=_ENDS_FILL, color=_QUIET)
    for name in pathway.levels:
        graph.edge(name, "the ends", style="invis")
    return graph


def _fill(level: Level) -> str:
    return _PLACES_FILL if level.places else _HOME_FILL


def _ink(level: Level) -> str:
    return _PLACES_INK if level.places else _HOME_INK


def _heading(pathway: Pathway, language: str) -> str:
    words = WORDS[language]
    title = f'<font point-size="20"><b>{escape(pathway.title[language])}</b></font>'
    parties = escape(" · ".join((*pathway.agreement.parties, f"{words['in_force']} {pathway.version}")))
    key = escape(f"{words['limits']} · {words['stays']}")
    rows = [title, f'<font point-size="12">{parties}</font>', f'<font point-size="10" color="{_QUIET}">{key}</font>']
    return _table("center", rows, padding=4)


def _level(pathway: Pathway, name: str, language: str) -> str:
    level, words = pathway.levels[name], WORDS[language]
    role = f"{words['responsible']}: {escape(pathway.roles[level.responsible][language])}"
    rows = [f"<b>{escape(level.title[language])}</b>", f'<font point-size="11">{role}</font>']
    if name in pathway.begin_at:
        rows.append(f'<font point-size="10" color="{_QUIET}">● {words["begins"]}</font>')
    if level.places:
        rows.append(f'<font point-size="10" color="{_QUIET}">{words["with_places"]}</font>')
    return _table("center", rows, padding=2)


def _move(pathway: Pathway, move: Move, language: str) -> str:
    inks = dict(zip(_urgencies(pathway), _URGENCY_INKS, strict=False))
    rows = [f"&#160;<b>{escape(move.title[language])}</b>"]
    for name, line in zip_longest(move.urgencies, _limits(pathway, move, language), fillvalue=""):
        rows.append(f'&#160;<font color="{inks.get(name, _QUIET)}">{escape(line)}</font>')
    return _table("left", rows, padding=1)


def _ends(pathway: Pathway, language: str) -> str:
    rows = [f"<b>{escape(WORDS[language]['ends'])}</b>"]
    rows += [f'<font point-size="11">{escape(_end(pathway, end, language))}</font>' for end in pathway.ends.values()]
    return _table("left", rows, padding=2)


def _table(align: str, rows: list[str], padding: int) -> str:
    """An HTML-like label of Graphviz, one row under the other."""
    cells = "".join(f'<tr><td align="{align}">{row}</td></tr>' for row in rows)
    return f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="{padding}">{cells}</table>>'


def _end(pathway: Pathway, end: End, language: str) -> str:
    """An end and its follow-ups on one line."""
    within = WORDS[language]["within"]
    follow_ups = [pathway.follow_ups[name] for name in end.then]
    said = [f"{each.title[language]} {within} {duration_in(language, each.within)}" for each in follow_ups]
    return f"{end.title[language]}: {'; '.join(said)}" if said else end.title[language]


def _limits(pathway: Pathway, move: Move, language: str) -> list[str]:
    """A line for each urgency of the move, one for the way on with no place, and those of when it is suggested."""
    lines = []
    for name, urgency in move.urgencies.items():
        limits = f"{duration_in(language, urgency.answer)} → {duration_in(language, urgency.arrive)}"
        lines.append(f"{pathway.urgency_title(name, language)}: {limits}")
    if move.if_no_place is not None:
        way_on = pathway.levels[pathway.moves[move.if_no_place].to].title[language]
        lines.append(f"{WORDS[language]['no_place']}: {way_on}")
    if move.suggested_when is not None:
        said = f"{WORDS[language]['suggested']}: {condition_in(language, move.suggested_when)}"
        lines += wrap(said, _WIDEST_CONDITION)
    return lines


def _urgencies(pathway: Pathway) -> list[str]:
    names = dict.fromkeys(name for move in pathway.moves.values() for name in move.urgencies)
    return sorted(names, key=lambda name: not pathway.rules_for(name).is_urgent)


def _plain(text: str) -> str:
    """Text that Mermaid takes for nothing but text."""
    for letter, written in (("#", "#35;"), ("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(letter, written)
    return text

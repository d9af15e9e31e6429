"""What a code means, with the smallest faulty example and the same mended. The examples are those of the tests."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from pathways.definition.faults import Code
from pathways.definition.frozen import Frozen


class Explanation(Frozen):
    """Why something is a fault; lines of a file that have it, what is told of them, and the same lines mended.

    The lines are empty for what no few lines can show, such as a file that is not there.
    """

    code: Code
    why: str
    faulty: str = ""
    told: str = ""
    mended: str = ""


def explained(code: Code) -> Explanation:
    """The explanation of a code."""
    return Explanation(code=code, why=code.explanation, **_examples().get(code.value, {}))


@cache
def _examples() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((files("pathways.definition") / "examples_of_faults.json").read_text("utf-8"))
    return kept

"""What the README and the tutorial show of the demonstration is what it tells: each numbered step has its own title."""

import ast
import inspect
import re

import pytest
from docs_texts import ROOT

from handslag.stories import jonkoping_palliative

README = (ROOT / "README.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")


def _titles() -> dict[int, str]:
    """The steps of the first story as it numbers and prints them: `with teller.step(who, what)`, in order."""
    tree = ast.parse(inspect.getsource(jonkoping_palliative))
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func) == "teller.step"]
    calls.sort(key=lambda call: call.lineno)
    return {
        number: " ".join(str(ast.literal_eval(word)) for word in call.args)
        for number, call in enumerate(calls, start=1)
    }


def test_the_story_is_told_from_the_top_of_its_file_to_the_end() -> None:
    told = re.findall(r"^    (_\w+)\(teller, episode\)", inspect.getsource(jonkoping_palliative.tell), re.MULTILINE)
    lines = [inspect.getsourcelines(getattr(jonkoping_palliative, name))[1] for name in ("_begin", *told)]
    assert lines == sorted(lines)
    assert len(_titles()) > 12


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        (README, r"^ ?(\d+) ([A-Z].+)$"),
        (TUTORIAL, r"step\s(\d+)\sof\sits\sstory,\s“([^”]+)”"),
    ],
    ids=["README", "tutorial"],
)
def test_every_numbered_title_that_is_shown_is_one_of_the_storys_own(text: str, pattern: str) -> None:
    shown = [(int(number), " ".join(title.split())) for number, title in re.findall(pattern, text, re.MULTILINE)]
    assert shown
    assert [(number, _titles().get(number)) for number, _ in shown] == shown

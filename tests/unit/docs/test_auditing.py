"""What the audit of the lock makes of the answers: silence of the index is never taken for soundness."""

from typing import Any

import pytest

from docs.auditing import judged

SOUND = {"name": "sound", "version": "1.0", "vulns": []}
SILENT = {"name": "silent", "skip_reason": "Dependency not found"}
WEAK = {"name": "weak", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}, {"id": "PYSEC-2"}]}


@pytest.mark.parametrize(
    ("dependencies", "code", "said"),
    [
        ([SOUND], 0, ["No weakness is known of the 1 locked libraries."]),
        ([], 3, ["no library was audited"]),
        ([SILENT, SILENT], 3, ["no library was audited"]),
        ([SOUND, SILENT], 3, ["Of 1 of 2 libraries"]),
        ([SOUND, WEAK], 1, ["weak 2.0: PYSEC-1, mended in 2.1", "weak 2.0: PYSEC-2, not mended yet"]),
        ([SILENT, WEAK], 1, ["PYSEC-1", "PYSEC-2", "Of 1 of 2 libraries"]),
    ],
)
def test_the_answers_are_judged(dependencies: list[dict[str, Any]], code: int, said: list[str]) -> None:
    found, sentences = judged(dependencies)
    assert found == code
    assert len(sentences) == len(said)
    assert all(part in sentence for part, sentence in zip(said, sentences, strict=True))

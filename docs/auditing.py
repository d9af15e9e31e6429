"""Asks the package index for known weaknesses of every locked library: python docs/auditing.py, or make audit.

pip-audit does it, in an environment of its own that is removed afterwards: it is no part of Handslag. Exit codes: 0
nothing known of any, 1 something known, 3 not every library could be asked about, so that nothing is promised.
"""

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.lock"
AUDITOR = "pip-audit==2.10.1"
_SECONDS = 600


def judged(dependencies: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """The exit code and the sentences for what pip-audit says of each library."""
    found = list(dependencies)
    weak = [
        f"{each['name']} {each['version']}: {fault['id']}"
        + (f", mended in {' and '.join(fault['fix_versions'])}" if fault.get("fix_versions") else ", not mended yet")
        for each in found
        for fault in each.get("vulns", ())
    ]
    unasked = sum("skip_reason" in each for each in found)
    if unasked == len(found):
        return 3, ["The package index tells nothing of weaknesses from here: no library was audited. Try elsewhere."]
    if unasked:
        weak.append(f"Of {unasked} of {len(found)} libraries the package index tells nothing: they were not audited.")
    if not weak:
        return 0, [f"No weakness is known of the {len(found)} locked libraries."]
    return (1 if len(weak) > bool(unasked) else 3), weak


def main() -> int:
    """Audit the lock; gives the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        venv.create(Path(folder) / "venv", with_pip=True)
        python = str(Path(folder) / "venv/bin/python")
        installs = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", AUDITOR]
        audits = [python, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", str(LOCK)]
        audits += ["--format", "json", "--output", str(told), "--progress-spinner", "off"]
        try:
            for command in (installs, audits):
                subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
            code, sentences = judged(json.loads(told.read_text("utf-8"))["dependencies"])
        except (subprocess.TimeoutExpired, OSError, ValueError):
            code, sentences = judged(())
    print(*sentences, sep="\n")  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())

"""Looks for secrets in the files that git keeps: python docs/scanning.py [--history] [--accept].

What `.secrets.baseline` holds, as hashes, has been looked at: made-up keys and addresses of tests and examples. A line
that moves is still known. `--history` looks at what every commit has added, too. `--accept` takes what is found into
the file: look at each first.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

from detect_secrets.core import baseline
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.scan import scan_diff
from detect_secrets.core.secrets_collection import SecretsCollection

ROOT = Path(__file__).parents[1]
BASELINE = ROOT / ".secrets.baseline"


def main(arguments: list[str]) -> int:
    """Look, and tell the place of everything new; gives the exit status."""
    os.chdir(ROOT)  # what is left out is left out by its path from here
    known = baseline.load(baseline.load_from_file(str(BASELINE)), BASELINE.name)  # its plugins and filters hold now
    hashes = {secret.secret_hash for _file, secret in known}
    found = SecretsCollection()
    found.scan_files(*_git("ls-files").splitlines(), num_processors=2)
    if "--accept" in arguments:
        baseline.save_to_file(found, str(BASELINE))
        return 0
    new = [secret for _file, secret in found]
    if "--history" in arguments:
        new += _of_history()
    faults = {f"{each.filename}: {each.type}" for each in new if each.secret_hash not in hashes}
    for fault in sorted(faults):
        print(f"{fault}: a secret? Take it out and replace it where it is used", file=sys.stderr)  # noqa: T201
    return 1 if faults else 0


def _of_history() -> Iterator[PotentialSecret]:
    yield from scan_diff(_git("log", "--all", "--patch", "--unified=0", "--no-color"))


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]  # git is whichever the developer has
    return run(command, check=True, capture_output=True, text=True, errors="replace").stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

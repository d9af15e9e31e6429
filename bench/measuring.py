"""How a benchmark keeps and tells what it measured: rows, ratios and facts about the machine. It measures nothing."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

OUT = Path(__file__).parent / "out"


@dataclass(frozen=True)
class Row:
    """One thing measured: so many times, with median and 95th percentile in `unit`."""

    name: str
    unit: str
    n: int
    median: float
    p95: float

    @classmethod
    def of(cls, name: str, milliseconds: Sequence[float]) -> "Row":
        """The row for a list of times in milliseconds."""
        ordered = sorted(milliseconds)
        p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
        return cls(name, "ms", len(ordered), round(statistics.median(ordered), 1), round(p95, 1))


def report(name: str, rows: Sequence[Row], ratios: Mapping[str, float]) -> None:
    """Print the rows and ratios, and write them to `bench/out/<name>.json`."""
    table = Table("what", "n", "median", "p95", title=name, title_justify="left")
    for row in rows:
        table.add_row(row.name, str(row.n), f"{row.median:.1f} {row.unit}", f"{row.p95:.1f} {row.unit}")
    console = Console(soft_wrap=True, highlight=False)
    console.print(table)
    for what, ratio in ratios.items():
        console.print(f"{what}: {ratio:.2f}")
    OUT.mkdir(exist_ok=True)
    content = {"rows": [asdict(row) for row in rows], "ratios": dict(ratios), "machine": _machine()}
    path = OUT / f"{name}.json"
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    console.print(f"Written to bench/out/{path.name}")


def _machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()}

"""Runs benchmarks and prints their tables."""

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict

from benchmarks import (
    case_reports,
    classifier_speed,
    field_speed,
    report_speed,
    review_edits,
    sculpt_speed,
    similar_cells,
    smear_map_speed,
    stack_planes,
    white_cell_speed,
)
from benchmarks.measuring import Comparison

BENCHMARKS: dict[str, Callable[[], list[Comparison]]] = {
    "case_reports": case_reports.run,
    "classifier_speed": classifier_speed.run,
    "field_speed": field_speed.run,
    "report_speed": report_speed.run,
    "review_edits": review_edits.run,
    "sculpt_speed": sculpt_speed.run,
    "similar_cells": similar_cells.run,
    "smear_map_speed": smear_map_speed.run,
    "stack_planes": stack_planes.run,
    "white_cell_speed": white_cell_speed.run,
}


def main() -> None:
    """Run the benchmarks named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all by default"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - BENCHMARKS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    tables = {name: BENCHMARKS[name]() for name in arguments.names or BENCHMARKS}
    if arguments.json:
        print(
            json.dumps(
                {"machine": _machine(), "tables": {n: [_plain(r) for r in t] for n, t in tables.items()}}
            )
        )
        return
    print(_machine())
    for name, table in tables.items():
        _print_table(name, table)


def _print_table(name: str, table: list[Comparison]) -> None:
    width = max(len(row.what) for row in table)
    other = max(len(row.reference) for row in table)
    print(f"\n{name}")
    for row in table:
        times = f"{row.ours_ms:9.2f} ms   {row.reference:{other}} {row.reference_ms:9.2f} ms"
        print(f"  {row.what:{width}} {times}   ratio {row.ratio:.2f}")


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _plain(row: Comparison) -> dict[str, object]:
    return {**asdict(row), "ratio": row.ratio}


if __name__ == "__main__":
    main()

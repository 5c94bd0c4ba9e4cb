"""Measures the shipped classifiers and writes the page "How good is it, and where does it fail?".

    python -m benchmarks.how_good DATA

The page and its plots go to `docs/`; reports with all figures, and galleries of the surest mistakes (which
show data-set pictures, and are never committed), go to `runs/how-good/BUNDLE/`. With `--again` the page is
written anew from the reports of an earlier run.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from cytovox.analysis.bundles import CLASSIFY_CELLS, installed_bundles
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.evaluation.classification import EvaluationOptions, evaluate_classifier
from cytovox.evaluation.how_good_page import MeasuredBundle, how_good_page, image_names, robustness_name
from cytovox.evaluation.plots import as_document_svg, plots_of, robustness_plot
from cytovox.evaluation.refusal import evaluate_refusal
from cytovox.io.atomic import write_whole

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python -m benchmarks.how_good DATA"
IMAGES = "images/how-good"


def main() -> None:
    """Measure, then write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="data folder")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/how-good", help="folder of the reports")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="folder of the documentation")
    parser.add_argument("--sweep-pictures", type=int, default=200, help="pictures of the robustness sweep")
    parser.add_argument("--again", action="store_true", help="only write the page anew")
    arguments = parser.parse_args()
    names = [bundle.name for bundle in installed_bundles() if bundle.task == CLASSIFY_CELLS]
    if not arguments.again:
        for name in names:
            _measure(name, arguments.data, arguments.runs / name, arguments.sweep_pictures)
    write_page([_read(arguments.runs / name) for name in names], arguments.docs)


def write_page(bundles: list[MeasuredBundle], docs: Path) -> None:
    """The page and its plots; plots of an earlier run that it does not show any more are removed."""
    folder = docs / IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, str] = {}
    for measured in bundles:
        drawn |= _plots(measured.report)
    for old in folder.glob("*.svg"):
        if old.stem not in drawn:
            old.unlink()
    for name, svg in drawn.items():
        write_whole(folder / f"{name}.svg", svg.encode())
    page = how_good_page(bundles, command=COMMAND, images=f"../{IMAGES}")
    write_whole(docs / "concepts/how-good.md", page.encode())


def _measure(name: str, data: Path, output: Path, sweep_pictures: int) -> None:
    def tell(what: str, share: float) -> None:
        print(f"\r{name}: {what} {share:4.0%}   ", end="", file=sys.stderr)

    options = EvaluationOptions(robustness=True, sweep_pictures=sweep_pictures, progress=tell)
    evaluate_classifier(data, output, name, options)
    evaluate_refusal(data, output, name, progress=tell)
    print(file=sys.stderr)


def _read(folder: Path) -> MeasuredBundle:
    report, refusal = (
        json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in ("report", "refusal")
    )
    return MeasuredBundle(report, refusal)


def _plots(report: dict[str, Any]) -> dict[str, str]:
    taxonomy = load_taxonomy(report["taxonomy"])
    drawn = {
        file: as_document_svg(plots_of(report["sets"][name], taxonomy)[plot]())
        for file, (name, plot) in image_names(report).items()
    }
    for name, curves in report["robustness"].items():
        drawn[robustness_name(report, name)] = as_document_svg(robustness_plot(curves))
    return drawn


if __name__ == "__main__":
    main()

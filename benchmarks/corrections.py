"""What corrections are worth: a camera that the blood classifier does not know, before and after tuning.

    python -m benchmarks.corrections DATA [--replay]

Takes pictures of `cells/lisc` as if somebody had named the cells of some of them in the application, tunes
the shipped classifier with `cytovox train classifier --from-corrections`'s own code, and measures it on the
others: no picture of a cell that was corrected, nor another picture of the same field, is among them. Three
draws of each number of corrected cells. `cells/pbc val` tells what was forgotten of home.
"""

import argparse
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.classify import working_scale
from cytovox.analysis.correction_crops import CUT_OUT_UM_PER_PX, correction_crop
from cytovox.domain.best_class import best_class
from cytovox.domain.image import RgbPixels
from cytovox.evaluation.labelled_sets import LabelledCell, LabelledSet, standing_sets
from cytovox.io.corrections import INDEX, CorrectedCell, corrections_index
from cytovox.io.plain_png import plain_png
from cytovox.io.smear import open_smear
from cytovox.training.corrections import Tuning, tune

CORRECTED = (25, 100, 300)
DRAWS = 3
HELD_OUT = 0.3
HOME_CELLS = 250
REPLAYED = 300


def main() -> None:
    """Print the share of right names before and after, at home and away."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corrections", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--replay", action="store_true", help="with pictures of cells/pbc replayed")
    arguments = parser.parse_args()
    sets = {each.name: each for each in standing_sets(arguments.data, "blood")}
    classifier = CellClassifier.load("blood")
    away = views_of(classifier, sets["cells/lisc"], sets["cells/lisc"].cells)
    home_cells = sets["cells/pbc val"].cells
    home_cells = home_cells[:: max(1, len(home_cells) // HOME_CELLS)]
    home = views_of(classifier, sets["cells/pbc val"], home_cells)
    held_out = [v for v in away if is_held_out(v[0].group)]
    to_correct = [v for v in away if not is_held_out(v[0].group)]
    print("| corrected cells | cells/lisc, others | cells/pbc val |")
    print("| --- | --- | --- |")
    print(f"| none | {right(classifier, held_out):.1%} of {len(held_out)} | {right(classifier, home):.1%} |")
    for number in CORRECTED:
        figures = []
        for draw in range(DRAWS):
            chosen = np.random.default_rng(draw).permutation(len(to_correct))[:number]
            with tempfile.TemporaryDirectory() as folder:
                root = Path(folder)
                write_corrections(root / "set", [to_correct[i] for i in chosen])
                replay = (replay_index(arguments.data, root),) if arguments.replay else ()
                tune(Tuning(root / "set", root / "tuned", replay=replay))
                tuned = CellClassifier.load(str(root / "tuned"))
                figures.append((right(tuned, held_out), right(tuned, home)))
        middle = np.mean(figures, axis=0)
        spread = [
            f"{low:.1%} to {high:.1%}"
            for low, high in zip(np.min(figures, 0), np.max(figures, 0), strict=True)
        ]
        count = min(number, len(to_correct))
        print(f"| {count} | {middle[0]:.1%} ({spread[0]}) | {middle[1]:.1%} ({spread[1]}) |", flush=True)


View = tuple[LabelledCell, RgbPixels, RgbPixels]
"""A cell, its cut-out as corrections are exported, and what a classifier is shown of it."""


def views_of(classifier: CellClassifier, pictures: LabelledSet, cells: Sequence[LabelledCell]) -> list[View]:
    """The cells cut out, at the scale that each picture shows."""
    views = []
    for cell in cells:
        image = open_smear(cell.path, pictures.um_per_px)
        middle = cell.centre_xy or (image.width / 2, image.height / 2)
        scale = working_scale(image, classifier)
        cut_out = correction_crop(image.pixels, middle, scale)
        views.append((cell, cut_out, classifier.crop(image.pixels, middle, scale)))
    return views


def right(classifier: CellClassifier, views: Sequence[View]) -> float:
    """Share of cells whose name is their label, or a finer class of it."""
    said = classifier.classify((view for _, _, view in views), refuse_rate=0)
    taxonomy = classifier.bundle.taxonomy
    best = best_class(said.probabilities, classifier.classes, taxonomy)
    names = [taxonomy.lineage(classifier.classes[i]) for i in best]
    return float(np.mean([cell.label in name for (cell, _, _), name in zip(views, names, strict=True)]))


def is_held_out(group: str) -> bool:
    """Whether a field is only measured on, by its hash."""
    digest = hashlib.sha256(f"benchmark/{group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < HELD_OUT


def write_corrections(folder: Path, views: Sequence[View]) -> None:
    """A set as the application exports it."""
    listed = []
    for number, (cell, cut_out, _) in enumerate(views):
        entry = CorrectedCell(
            cell.label, "", "classify", "benchmark", "lisc", number, cell.group, CUT_OUT_UM_PER_PX
        )
        (folder / entry.file).parent.mkdir(parents=True, exist_ok=True)
        (folder / entry.file).write_bytes(plain_png(cut_out))
        listed.append(entry)
    (folder / INDEX).write_bytes(corrections_index(listed))


def replay_index(data: Path, folder: Path) -> Path:
    """An index of some training pictures of cells/pbc."""
    lines = (data / "cells/pbc/index.csv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    file, split = head.index("file"), head.index("split")
    rows = [line.split(",") for line in lines[1:]]
    training = [row for row in rows if row[split] == "train"]
    chosen = training[:: max(1, len(training) // REPLAYED)]
    for row in chosen:
        row[file] = str((data / "cells/pbc" / row[file]).resolve())
    path = folder / "replay.csv"
    path.write_text("\n".join(",".join(row) for row in [head, *chosen]) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()

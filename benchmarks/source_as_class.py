"""Whether the marrow classifier reads a cell's source (size, tint, neighbourhood) instead of the cell.

    python -m benchmarks.source_as_class DATA [--model marrow]

In `cells/choi` the size and tint of a picture go with its class, and most blasts come from `cells/marrow`. On
validation cells of `cells/marrow`, `cells/choi` and `cells/pbc`:

- surroundings only: the cell is painted over with the ground's colour. Who reads the neighbourhood still
  names the class; who reads the cell is left with chance.
- foreign tint: the colours of another source's picture (Reinhard) are put on. The name should stay.
- a third larger or smaller: as far apart as the two formats of `cells/choi`. The name should stay.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.domain.image import RgbPixels
from cytovox.imaging.stain_normalisation import measure_colour, normalise_reinhard
from cytovox.io.cell_pictures import CellPicture, CellPictureSource, read_cell_pictures
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.surroundings import ground_of

_CELL_RADIUS_UM = 9.5
_ERYTHROBLASTS = {
    f"erythroblast_{stage}": "erythroblast" for stage in ("basophilic", "polychromatic", "orthochromatic")
}
_LEFT_OUT = dict.fromkeys(("basophil", "platelet", "neutrophil", "immature_granulocyte"), "")

Change = Callable[[RgbPixels, CellPicture, np.random.Generator], RgbPixels]


def main() -> None:
    """Print accuracy by source for the pictures as they are and as they are changed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.source_as_class", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="marrow")
    arguments = parser.parse_args()
    classifier = CellClassifier.load(arguments.model)
    sets = validation_cells(arguments.data, classifier.classes)
    tints = [read_rgb(cells[0].path) for cells in sets.values()]
    changes: dict[str, Change] = {
        "as it is": lambda pixels, _cell, _random: pixels,
        "surroundings only": _paint_cell_over,
        "foreign tint": lambda pixels, _cell, random: normalise_reinhard(
            pixels, measure_colour(tints[random.integers(len(tints))])
        ),
    }
    print("| source | cells | chance | " + " | ".join(changes) + " | a third larger | a third smaller |")
    print("|" + " --- |" * (len(changes) + 5))
    for name, cells in sets.items():
        truth = np.array([cell.class_index for cell in cells])
        shares = [accuracy(classifier, cells, change, 1.0) for change in changes.values()]
        shares += [accuracy(classifier, cells, changes["as it is"], size) for size in (1.33, 0.75)]
        chance = np.bincount(truth).max() / len(truth)
        figures = " | ".join(f"{share:.1%}" for share in (chance, *shares))
        print(f"| {name} | {len(cells)} | {figures} |", flush=True)


def validation_cells(data: Path, classes: Sequence[str]) -> dict[str, list[CellPicture]]:
    """Cells that were not trained on, by source, with their scale."""
    choi = data / "cells/choi/index.csv"
    sources = {
        "cells/marrow": CellPictureSource(data / "cells/marrow/index.csv", "label", 0.1575),
        "cells/choi, 144 px": CellPictureSource(
            choi, "label", 0.205, labels=_ERYTHROBLASTS, where={"size_px": "144"}
        ),
        "cells/choi, 96 px": CellPictureSource(
            choi, "label", 0.31, labels=_ERYTHROBLASTS, where={"size_px": "96"}
        ),
        "cells/pbc": CellPictureSource(data / "cells/pbc/index.csv", "label", 0.154, labels=_LEFT_OUT),
    }
    return {
        name: read_cell_pictures(source, classes, "val", taxonomy="marrow")
        for name, source in sources.items()
    }


def accuracy(
    classifier: CellClassifier, cells: Sequence[CellPicture], change: Change, larger: float
) -> float:
    """Share of cells named rightly.

    Args:
        classifier: Names them.
        cells: Cells in the middle of their pictures.
        change: Made to each picture first.
        larger: How many times larger than it is a cell is shown.
    """
    random = np.random.default_rng(0)
    crops = []
    for cell in cells:
        pixels = change(read_rgb(cell.path), cell, random)
        middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
        crops.append(
            classifier.crop(pixels, middle, (cell.um_per_px or classifier.bundle.um_per_px) * larger)
        )
    named = classifier.classify(crops, refuse_rate=0).probabilities.argmax(axis=1)
    return float((named == [cell.class_index for cell in cells]).mean())


def _paint_cell_over(pixels: RgbPixels, cell: CellPicture, _random: np.random.Generator) -> RgbPixels:
    painted = pixels.copy()
    middle = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    radius = round(_CELL_RADIUS_UM / (cell.um_per_px or 0.2))
    ground = tuple(int(level) for level in ground_of(pixels)[0, 0])
    cv2.circle(painted, middle, radius, ground, cv2.FILLED)
    return painted


if __name__ == "__main__":
    main()

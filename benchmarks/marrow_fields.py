"""Nucleated cells of marrow, found in fields and named: `python -m benchmarks.marrow_fields DATA`.

The data folder has no labelled fields of marrow, so fields are laid out of pictures of one cell each, twenty
side by side with soft seams. What lies about a cell is in its picture: neighbours, and the red cells that the
scale is measured by. So this tells whether a nucleated cell of a class is found at all, and whether its name
is that which it gets in a picture of its own. It does not tell of whole fields as a microscope shows them, of
thick or poorly stained films, nor how often something is found that is no cell: neighbours have no label.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cytovox.analysis.smear import SmearModels, SmearOptions, analyze_smear
from cytovox.domain.cells import CellTable
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.domain.material import Material
from cytovox.io.cell_pictures import CellPicture, CellPictureSource, read_cell_pictures
from cytovox.io.smear import open_smear

ACROSS, DOWN = 5, 4
OVERLAP = 0.08
"""Of a piece's side: over this width it fades into its neighbour."""
GROUND_PERCENTILE = 95
"""Of a piece's brightness: that of empty slide between its cells."""
_SEED = 1
_NEAR = 0.8
OF_THE_FINDER = ("red_cell", "platelet")
ERYTHROBLASTS = {
    f"erythroblast_{kind}": "erythroblast" for kind in ("basophilic", "polychromatic", "orthochromatic")
}


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Pictures of one cell each, of one size and scale.

    Attributes:
        name: For the table.
        source: Their index.
        um_per_px: Micrometres per pixel, as the recipe of the classifier has it.
        split: Which of them; None for all, where no figure of the classifier is taken.
    """

    name: str
    source: CellPictureSource
    um_per_px: float
    split: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one labelled cell.

    Attributes:
        label: Its true class.
        found: Whether a nucleated cell was found at its place.
        named: What that cell was called; "" where none was found.
        alone: What the cell is called in its own picture.
        scale: Micrometres per pixel that its field was analysed at, over the true ones.
    """

    label: str
    found: bool
    named: str
    alone: str
    scale: float


def picture_sets(data: Path) -> list[PictureSet]:
    """The sets of the data folder; the finder was trained on none of them, the classifier not on "val"."""
    choi = {"index": data / "cells/choi/index.csv", "label_column": "label", "labels": ERYTHROBLASTS}
    marrow = CellPictureSource(data / "cells/marrow/index.csv", "label")
    large = CellPictureSource(**choi, where={"size_px": "144"})  # type: ignore[arg-type]
    small = CellPictureSource(**choi, where={"size_px": "96"})  # type: ignore[arg-type]
    return [
        PictureSet("cells/marrow val", marrow, 0.1125, "val"),
        PictureSet("cells/choi, 144 px, val", large, 0.1464, "val"),
        PictureSet("cells/choi, 144 px, all (finder only)", large, 0.1464, None),
        PictureSet("cells/choi, 96 px, all (finder only)", small, 0.2214, None),
    ]


def laid_out(pieces: Sequence[RgbPixels]) -> tuple[RgbPixels, list[tuple[float, float]]]:
    """A field of pieces side by side, `ACROSS` in a row, and the middle (x, y) of each.

    Neighbours fade into each other; all get the same light, that of their empty ground.

    Args:
        pieces: RGB, of one shape (side, side, 3).
    """
    side = len(pieces[0])
    overlap = round(OVERLAP * side)
    step = side - overlap
    ramp = np.minimum(np.arange(side) + 0.5, side - 0.5 - np.arange(side)) / overlap
    weight = np.clip(np.outer(ramp, ramp) / ramp.max(), 1e-3, 1)[..., None]
    rows = -(-len(pieces) // ACROSS)
    sums = np.zeros((rows * step + overlap, ACROSS * step + overlap, 3))
    weights = np.full((*sums.shape[:2], 1), 1e-9)
    grounds = [np.percentile(piece, GROUND_PERCENTILE, axis=(0, 1)) for piece in pieces]
    light = np.median(grounds, axis=0)
    sums += light * 1e-9
    middles = []
    for place, (piece, ground) in enumerate(zip(pieces, grounds, strict=True)):
        top, left = (step * at for at in divmod(place, ACROSS))
        where = np.s_[top : top + side, left : left + side]
        sums[where] += weight * np.minimum(piece * (light / np.maximum(ground, 1)), 255)
        weights[where] += weight
        middles.append((left + side / 2, top + side / 2))
    return np.rint(sums / weights).astype(np.uint8), middles


def at(cells: CellTable, x: float, y: float) -> int | None:
    """Row of the nucleated cell whose box holds a point, of several the nearest; None without one."""
    nucleated = np.array([cells.taxonomy.coarse(str(key)) not in OF_THE_FINDER for key in cells.best], bool)
    box = cells.box
    holds = nucleated & (box[:, 0] <= x) & (x <= box[:, 2]) & (box[:, 1] <= y) & (y <= box[:, 3])
    if not holds.any():
        return None
    middle = (box[:, :2] + box[:, 2:]) / 2
    return int(np.where(holds, np.hypot(*(middle - (x, y)).T), np.inf).argmin())


def told_of(pictures: Sequence[CellPicture], um_per_px: float, *, scale_given: bool) -> Iterator[Told]:
    """What is said of each cell, its pictures laid out to fields in their order."""
    models = SmearModels.shipped(Material.MARROW)
    options = SmearOptions(material=Material.MARROW)
    for start in range(0, len(pictures), ACROSS * DOWN):
        part = pictures[start : start + ACROSS * DOWN]
        pieces = [open_smear(picture.path).pixels for picture in part]
        field, middles = laid_out(pieces)
        image = SmearImage(field, um_per_px if scale_given else None)
        findings = analyze_smear(image, models, options=options)
        cells, scale = findings.cells, findings.provenance.options["working_um_per_px"]
        side, label = len(pieces[0]), cells.label
        for picture, piece, middle in zip(part, pieces, middles, strict=True):
            found = at(cells, *middle)
            crop = models.classifier.crop(piece, (side / 2, side / 2), um_per_px)
            alone = models.classifier.as_predictions(models.classifier.classify([crop])).label[0]
            named = "" if found is None else str(label[found])
            yield Told(picture.label, found is not None, named, str(alone), float(scale or 0) / um_per_px)


def table(told: Sequence[Told], *, names: bool) -> list[str]:
    """Lines of a Markdown table: each class, then all.

    Args:
        told: What was said of each cell.
        names: Whether names are scored, too.
    """
    heads = ("class", "cells", "found", *(("named right", "unidentified", "right, alone") if names else ()))
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join(['---'] * len(heads))} |"]
    for label in (*sorted({one.label for one in told}), "all"):
        rows = [one for one in told if label in (one.label, "all")]
        shares = [sum(one.found for one in rows)]
        if names:
            shares += [
                sum(one.named == one.label for one in rows),
                sum(one.named == "unidentified" for one in rows),
                sum(one.alone == one.label for one in rows),
            ]
        figures = " | ".join(f"{share / len(rows):.3f}" for share in shares)
        lines.append(f"| {label.replace('_', ' ')} | {len(rows)} | {figures} |")
    return lines


def main() -> None:
    """Print a table for each set and way to the scale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="data folder")
    parser.add_argument("--every", type=int, default=1, help="take only every so-manieth picture")
    parser.add_argument("--sorted", action="store_true", help="fields of one class each, not of all mixed")
    arguments = parser.parse_args()
    classes = SmearModels.shipped(Material.MARROW).classifier.classes
    for chosen in picture_sets(arguments.data):
        pictures = read_cell_pictures(chosen.source, classes, chosen.split, taxonomy=Material.MARROW)
        pictures = sorted(pictures, key=lambda picture: picture.path.name)[:: arguments.every]
        if not arguments.sorted:
            order = np.random.default_rng(_SEED).permutation(len(pictures))
            pictures = [pictures[place] for place in order]
        for scale_given in (True, False):
            print(f"\n{chosen.name}, scale {'given' if scale_given else 'from the picture'}\n")
            told = list(told_of(pictures, chosen.um_per_px, scale_given=scale_given))
            print("\n".join(table(told, names=chosen.split is not None)))
            near = sum(_NEAR < one.scale < 1 / _NEAR for one in told)
            print(
                f"\nscale from {_NEAR} to {1 / _NEAR} times the true one: {near / len(told):.3f} of cells",
                flush=True,
            )


if __name__ == "__main__":
    main()

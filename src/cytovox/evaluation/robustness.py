"""How accuracy, calibration and refusals change as pictures get worse, one thing at a time.

The physical scale of each picture is taken from the unchanged picture and kept, so that only the change
itself acts; on the curve of scales the scale is wrong and the picture is not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from cytovox.analysis.classify import classify_cells, working_scale
from cytovox.domain.image import SmearImage
from cytovox.evaluation.calibration import bin_sums, calibration_gap, even_edges
from cytovox.evaluation.cell_naming import Progress, cell_view, joined
from cytovox.evaluation.label_levels import Level, bring_to_level, usable_labels
from cytovox.evaluation.labelled_sets import LabelledCell
from cytovox.imaging import corruption

_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which pictures get worse.

    Attributes:
        unit: Of its values, as an axis says it.
        neutral: The value that leaves a picture as it is.
        values: Steps, ascending, `neutral` among them.
        apply: The picture at a value; its scale is known.
    """

    unit: str
    neutral: float
    values: tuple[float, ...]
    apply: Callable[[SmearImage, float], SmearImage]


@dataclass(frozen=True, slots=True)
class Curve:
    """Figures along the steps of one change, at the level of types (see `Level.GROUPED`).

    Attributes:
        name: Of the change.
        unit: Of its values.
        neutral: The value that leaves a picture as it is.
        values: The steps.
        accuracy: Share named rightly, refused or not, at each step.
        ece: Expected calibration error at each step.
        refused: Share called unidentified at each step.
        pictures: How many.
    """

    name: str
    unit: str
    neutral: float
    values: tuple[float, ...]
    accuracy: tuple[float, ...]
    ece: tuple[float, ...]
    refused: tuple[float, ...]
    pictures: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def _on_pixels(change: Callable[[Any, float], Any]) -> Callable[[SmearImage, float], SmearImage]:
    return lambda image, value: replace(image, pixels=change(image.pixels, value))


def _in_um(change: Callable[[Any, float], Any]) -> Callable[[SmearImage, float], SmearImage]:
    return lambda image, um: replace(image, pixels=change(image.pixels, um / (image.mpp_um or 1.0)))


def _compressed(image: SmearImage, quality: float) -> SmearImage:
    if quality >= 100:
        return image
    return replace(image, pixels=corruption.jpeg(image.pixels, int(quality)))


CHANGES: Mapping[str, Change] = {
    "blur": Change(
        "standard deviation, um", 0.0, (0.0, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9), _in_um(corruption.blur)
    ),
    "defocus": Change(
        "radius of the disc, um", 0.0, (0.0, 0.2, 0.4, 0.7, 1.0, 1.5), _in_um(corruption.defocus)
    ),
    "JPEG": Change("quality (100: as it is)", 100.0, (5.0, 10.0, 20.0, 35.0, 50.0, 75.0, 100.0), _compressed),
    "brightness": Change("light", 1.0, (0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.4), _on_pixels(corruption.expose)),
    "colour temperature": Change(
        "kelvin",
        corruption.DAYLIGHT_K,
        (3500.0, 4200.0, 5200.0, corruption.DAYLIGHT_K, 8000.0, 10000.0, 14000.0),
        _on_pixels(corruption.relight),
    ),
    "stain strength": Change(
        "amount of stain", 1.0, (0.4, 0.55, 0.7, 0.85, 1.0, 1.25, 1.5, 1.8), _on_pixels(corruption.stain)
    ),
    "wrong scale": Change(
        "given over true um per pixel",
        1.0,
        (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3),
        lambda image, factor: replace(image, mpp_um=(image.mpp_um or 1.0) * factor),
    ),
    "rotation": Change(
        "degrees", 0.0, (0.0, 15.0, 30.0, 45.0, 90.0, 135.0, 180.0), _on_pixels(corruption.rotate)
    ),
}
"""Every change of the sweep, by name."""


def sweep(
    cells: Sequence[LabelledCell],
    model: str,
    *,
    um_per_px: float | None = None,
    changes: Mapping[str, Change] = CHANGES,
    progress: Progress | None = None,
) -> list[Curve]:
    """A curve for each change.

    Args:
        cells: Labelled cells, at least one; see `balanced_sample` to choose some.
        model: Name of an installed classifier, or the folder of one.
        um_per_px: Scale of all pictures; None to take it from each unchanged picture.
        changes: What is done to them.
        progress: Called as the work goes on.

    Raises:
        ImageFileError: A picture cannot be read.
    """
    images = [_at_known_scale(cell_view(cell, um_per_px)) for cell in cells]
    labels = [cell.label for cell in cells]
    unchanged = _figures(images, labels, model)
    curves = []
    for name, change in changes.items():
        rows = [
            unchanged
            if value == change.neutral
            else _figures([change.apply(image, value) for image in images], labels, model)
            for value in change.values
        ]
        accuracy, ece, refused = (tuple(column) for column in zip(*rows, strict=True))
        curves.append(
            Curve(name, change.unit, change.neutral, change.values, accuracy, ece, refused, len(images))
        )
        if progress:
            progress("changing pictures", len(curves) / len(changes))
    return curves


def balanced_sample(cells: Sequence[LabelledCell], size: int, *, seed: int = 0) -> list[LabelledCell]:
    """At most `size` cells, as evenly over the labels as there are cells; the same for the same seed."""
    random = np.random.default_rng(seed)
    by_label: dict[str, list[LabelledCell]] = {}
    for i in random.permutation(len(cells)):
        by_label.setdefault(cells[i].label, []).append(cells[i])
    chosen: list[LabelledCell] = []
    for rank in range(max(map(len, by_label.values()), default=0)):
        chosen += [by_label[label][rank] for label in sorted(by_label) if rank < len(by_label[label])]
    return chosen[:size]


def _at_known_scale(image: SmearImage) -> SmearImage:
    return SmearImage(image.pixels, working_scale(image), image.source)


def _figures(images: Sequence[SmearImage], labels: Sequence[str], model: str) -> tuple[float, float, float]:
    starts = range(0, len(images), _AT_ONCE)
    predictions = joined([classify_cells(images[i : i + _AT_ONCE], model) for i in starts])
    grouped = usable_labels(labels, Level.GROUPED, predictions.taxonomy)
    cells = bring_to_level(predictions, grouped, Level.GROUPED)
    gap = calibration_gap(bin_sums(cells.confidence, cells.correct, even_edges()))
    return float(cells.correct.mean()), gap, float(cells.refused.mean())

"""How the finder bears another magnification, defocus, exposure, colour and compression.

    python -m benchmarks.finder_robustness DATA

Every fifth field of `detection/txl` val and every third of `malaria/iml` val, changed in one way at a time.
The scale is estimated anew from each changed picture.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from cytovox.analysis.cell_finder import CellFinder
from cytovox.analysis.scale_refinement import find_at_scale
from cytovox.domain.image import RgbPixels, Scale
from cytovox.evaluation.detection import (
    LOWEST_SCORE,
    DetectionReport,
    FoundField,
    report_detection,
    validation_fields,
)
from cytovox.imaging.resample import resample
from cytovox.io.labelled_fields import LabelledField
from cytovox.io.smear import open_smear

Change = Callable[[RgbPixels], RgbPixels]


def _defocus(pixels: RgbPixels) -> RgbPixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 3.0), np.uint8)


def _dim(pixels: RgbPixels) -> RgbPixels:
    return (pixels * np.float32(0.55)).astype(np.uint8)


def _warm(pixels: RgbPixels) -> RgbPixels:
    return (pixels * np.array([1.0, 0.88, 0.7], np.float32)).astype(np.uint8)


def _compress(pixels: RgbPixels) -> RgbPixels:
    _, packed = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 25])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR_RGB), np.uint8)


CHANGES: dict[str, tuple[float, Change]] = {
    "as it is": (1.0, lambda pixels: pixels),
    "x 0.25": (0.25, lambda pixels: pixels),
    "x 0.4": (0.4, lambda pixels: pixels),
    "x 2": (2.0, lambda pixels: pixels),
    "defocus, sd 3 px": (1.0, _defocus),
    "0.55 of the light": (1.0, _dim),
    "warm light": (1.0, _warm),
    "JPEG quality 25": (1.0, _compress),
}


def main() -> None:
    """Print mAP@0.5 by set and change."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="data folder with detection/txl and malaria/iml")
    sets = validation_fields(parser.parse_args().data)
    finder = CellFinder.load()
    for name, fields in (
        ("detection/txl", sets["detection/txl"][::5]),
        ("malaria/iml", sets["malaria/iml"][::3]),
    ):
        for change, (factor, alter) in CHANGES.items():
            report = measure(finder, fields, factor, alter)
            by_class = ", ".join(
                f"{key} {row.ap50:.3f}" for key, row in report.by_class.items() if row.true_cells
            )
            print(f"{name:14} {len(fields):3} fields  {change:18} mAP@0.5 {report.map50:.3f}  ({by_class})")


def measure(
    finder: CellFinder, fields: Sequence[LabelledField], factor: float, alter: Change
) -> DetectionReport:
    """Figures of fields whose pictures are resized by a factor and altered."""
    found = []
    for field in fields:
        pixels = alter(resample(open_smear(field.path).pixels, factor))
        result = find_at_scale(finder, pixels, Scale.unknown(), min_score=LOWEST_SCORE)
        size = (round(pixels.shape[0] / factor), round(pixels.shape[1] / factor))
        boxes = finder.drawn_boxes(result.cells, result.working_um_per_px) / np.float32(factor)
        boxes = np.clip(boxes, 0, np.array([size[1], size[0]] * 2, np.float32))
        found.append(FoundField(field, result.cells, boxes, size))
    return report_detection(found, finder)


if __name__ == "__main__":
    main()

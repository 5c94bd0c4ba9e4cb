"""What the best conceivable star-convex and flow-field finders could keep of real smears' cells.

A flow-field network (Cellpose and its kin) gives every pixel to one cell; a star-convex one gives each cell
a polygon of its own. Both are given the truth here, encoded at the finder's scale as each would encode it and
decoded again. What is lost is lost however well a network learns.

    python -m benchmarks.outline_families DATA
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from cytovox.domain.geometry import FloatArray, box_iou, polygon_area, polygon_box, star_polygon, star_radii
from cytovox.evaluation.detection import validation_fields
from cytovox.io.labelled_fields import LabelledField
from cytovox.training.cell_pictures import read_rgb
from cytovox.training.finder_network import RAYS
from cytovox.training.finder_sources import red_cell_scale
from cytovox.training.outlines import outlines_from_boxes

UM_PER_PX = 0.2
BCCD_UM_PER_PX = 0.079
SUBPIXEL_BITS = 4


def main() -> None:
    """Print the shares of cells whose box is kept, by family and set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="data folder with detection/bccd and detection/txl")
    sets = validation_fields(parser.parse_args().data)
    print(f"{'set':16} {'cells':>6} {'family':13} {'IoU >= 0.5':>10} {'IoU >= 0.75':>11} {'mean IoU':>9}")
    for name in ("detection/bccd", "detection/txl"):
        star, labels = zip(*(kept(field) for field in sets[name]), strict=True)
        for family, parts in (("star-convex", star), ("one a pixel", labels)):
            iou = np.concatenate(parts)
            shares = f"{(iou >= 0.5).mean():10.4f} {(iou >= 0.75).mean():11.4f} {iou.mean():9.4f}"
            print(f"{name:16} {len(iou):6} {family:13} {shares}")


def kept(field: LabelledField) -> tuple[FloatArray, FloatArray]:
    """IoU of each cell's box with that of its star polygon and of its part of a label map."""
    pixels = read_rgb(field.path)
    height, width = pixels.shape[:2]
    scale = red_cell_scale(field.boxes, field.classes, width, height)
    zoom = (scale or BCCD_UM_PER_PX) / UM_PER_PX
    outlines = outlines_from_boxes(pixels, field.boxes) * np.float32(zoom)
    truth = np.array([polygon_box(points) for points in outlines], np.float32).reshape(-1, 4)
    return _paired_iou(truth, _as_stars(outlines)), _paired_iou(truth, _as_label_map(outlines, truth))


def _as_stars(outlines: FloatArray) -> FloatArray:
    boxes = []
    for points in outlines:
        box = polygon_box(points)
        centre = (box[:2] + box[2:]) * np.float32(0.5)
        boxes.append(polygon_box(star_polygon(centre[None], star_radii(points, centre, RAYS)[None])[0]))
    return np.array(boxes, np.float32).reshape(-1, 4)


def _as_label_map(outlines: FloatArray, truth: FloatArray) -> FloatArray:
    """Boxes of the largest piece that each cell keeps when smaller cells lie over larger ones."""
    size = np.ceil(truth[:, 2:].max(axis=0)).astype(int) + 2
    labels = np.zeros((size[1], size[0]), np.int32)
    for i in sorted(range(len(outlines)), key=lambda i: -polygon_area(outlines[i])):
        # Pixel middles are whole numbers for OpenCV and halves for outlines.
        corners = np.round((outlines[i] - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(labels, [corners], i + 1, shift=SUBPIXEL_BITS)
    return np.array([_largest_piece(labels == i + 1) for i in range(len(outlines))], np.float32).reshape(
        -1, 4
    )


def _largest_piece(mask: np.ndarray) -> tuple[float, float, float, float]:
    _, _, pieces, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if len(pieces) < 2:
        return 0.0, 0.0, 0.0, 0.0
    left, top, width, height, _ = pieces[1 + pieces[1:, cv2.CC_STAT_AREA].argmax()]
    return float(left), float(top), float(left + width), float(top + height)


def _paired_iou(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.asarray(np.diagonal(box_iou(first, second)), np.float32)


if __name__ == "__main__":
    main()

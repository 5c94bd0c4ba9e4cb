"""One cell cut out of its picture."""

import cv2
import numpy as np

from cytovox.domain.image import RgbPixels

MARGIN = 1.35
"""Side of the cut-out over the longer side of the cell's box, as in the gallery of the front end."""
_LEAST_SIDE_PX = 4.0


def cell_crop_png(pixels: RgbPixels, box: tuple[float, float, float, float], size_px: int) -> bytes:
    """A square PNG around a cell, as `cell_crop` cuts it. Carries no text.

    Args:
        pixels: The picture, RGB, shape (H, W, 3), uint8.
        box: xmin, ymin, xmax, ymax of the cell in pixels.
        size_px: Side of the PNG.
    """
    shown = cell_crop(pixels, box, size_px)
    _, encoded = cv2.imencode(".png", np.ascontiguousarray(shown[..., ::-1]))
    return encoded.tobytes()


def cell_crop(pixels: RgbPixels, box: tuple[float, float, float, float], size_px: int) -> RgbPixels:
    """A square around a cell, RGB; beyond the picture its border is repeated.

    Args:
        pixels: The picture, RGB, shape (H, W, 3), uint8.
        box: xmin, ymin, xmax, ymax of the cell in pixels.
        size_px: Side of what is returned.
    """
    xmin, ymin, xmax, ymax = box
    side = max(xmax - xmin, ymax - ymin, _LEAST_SIDE_PX) * MARGIN
    left, top = round((xmin + xmax - side) / 2), round((ymin + ymax - side) / 2)
    side_px = max(1, round(side))
    height, width = pixels.shape[:2]
    # Only the part that is needed is copied, whatever the size of the picture.
    rows, columns = slice(max(0, top), max(0, top + side_px)), slice(max(0, left), max(0, left + side_px))
    beyond = (
        max(0, -top),
        max(0, top + side_px - height),
        max(0, -left),
        max(0, left + side_px - width),
    )
    cut = cv2.copyMakeBorder(pixels[rows, columns], *beyond, cv2.BORDER_REPLICATE)
    method = cv2.INTER_AREA if size_px < side_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cut, (size_px, size_px), interpolation=method), np.uint8)

"""Slices of CT and MR stacks as a network sees them: grey levels, neighbours, one size of pixel."""

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
Grey = TypeVar("Grey", np.uint8, np.float32)

CT_WINDOW_HU = (-160.0, 240.0)
"""Soft-tissue window: fat to enhanced bowel wall."""
MR_PERCENTILES = (1.0, 99.0)
"""Of the pixels within the body; the values of MR have no unit and drift from slice to slice."""
BODY_MM = 300.0
"""Geometric mean of a body's width and depth, for pictures without a pixel size; case2 of UW-Madison."""
_BODY_FROM = {"CT": -0.98, "MR": -0.85}
_BACKGROUND_SHARE = 0.06
_WHOLE_BODY_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a network's view of a slice is.

    Attributes:
        rows: Rows of the view in training, a multiple of 32; more where a model takes any size.
        columns: Columns, likewise.
        mm_per_px: Size of its square pixels.
        neighbour_mm: How far the slices in the first and third channel lie from the one in the second.
    """

    rows: int
    columns: int
    mm_per_px: float
    neighbour_mm: float = 6.0


@dataclass(frozen=True, slots=True)
class BodyBox:
    """Where the body lies in the slices of a stack, pixels: its middle and its size as (row, column)."""

    middle: tuple[float, float]
    size: tuple[float, float]


def grey_levels(voxels: NDArray[np.generic], modality: str) -> FloatArray:
    """Grey levels in -1..1 of each slice.

    CT is cut to CT_WINDOW_HU. Of MR, and of anything else, each slice is stretched between MR_PERCENTILES of
    its brighter pixels: coils and scaling differ from scan to scan and even from slice to slice.

    Args:
        voxels: Shape (slice, row, column).
        modality: "CT" or another.

    Returns:
        Same shape, float32.
    """
    values = np.asarray(voxels, np.float32)
    if modality == "CT":
        low, high = CT_WINDOW_HU
        return np.asarray(np.clip((values - low) / (high - low) * 2 - 1, -1, 1), np.float32)
    return np.stack([_stretched(one) for one in values])


def _stretched(values: FloatArray) -> FloatArray:
    least, most = float(values.min()), float(np.percentile(values, 99.8))
    inside = values[values > least + _BACKGROUND_SHARE * (most - least)]
    if inside.size < 2:
        return np.full_like(values, -1.0)
    low, high = np.percentile(inside, MR_PERCENTILES)
    low = min(float(low), least + 0.1 * (most - least))
    stretched = (values - low) / max(float(high) - low, 1e-6) * 2 - 1
    return np.asarray(np.clip(stretched, -1, 1), np.float32)


def body_box(grey: FloatArray, modality: str) -> BodyBox:
    """The box around the body over all slices: the largest bright piece of their mean.

    Arms that lie apart stay outside. The whole slice where there is nothing bright.

    Args:
        grey: From `grey_levels`, shape (slice, row, column).
        modality: "CT" or another.
    """
    bright = (grey > _BODY_FROM["CT" if modality == "CT" else "MR"]).mean(axis=0) > 0.25
    opened = cv2.morphologyEx(bright.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    rows, columns = bright.shape
    areas = stats[1:, cv2.CC_STAT_AREA]
    if count < 2 or areas.max() < _WHOLE_BODY_SHARE * rows * columns:
        return BodyBox(((rows - 1) / 2, (columns - 1) / 2), (float(rows), float(columns)))
    left, top, width, height = stats[1 + int(areas.argmax()), :4]
    return BodyBox(
        (float(top + (height - 1) / 2), float(left + (width - 1) / 2)), (float(height), float(width))
    )


def spacing_from_body(body: BodyBox) -> float:
    """A guess of the size of a slice's pixels, mm, as if all bodies were of one size."""
    return BODY_MM / float(np.sqrt(body.size[0] * body.size[1]))


def neighbour_offset(spacing_mm: float | None, neighbour_mm: float) -> int:
    """How many slices away the neighbours are, at least 1; 0 for a slice that stands alone."""
    return 0 if spacing_mm is None else max(1, round(neighbour_mm / spacing_mm))


def with_neighbours(grey: NDArray[Grey], index: int, offset: int) -> NDArray[Grey]:
    """A slice between its neighbours, shape (row, column, 3); the stack's last one is its own neighbour."""
    places = np.clip((index - offset, index, index + offset), 0, len(grey) - 1)
    return np.ascontiguousarray(grey[places].transpose(1, 2, 0))


def view_matrix(
    middle: tuple[float, float], spacing_mm: tuple[float, float], side: tuple[int, int], mm_per_px: float
) -> NDArray[np.float64]:
    """From a view's pixel (x, y, 1) to the slice's (x, y), shape (2, 3); the view's middle lies on `middle`.

    Args:
        middle: (row, column) in the slice.
        spacing_mm: Distance of its rows and of its columns.
        side: Rows and columns of the view.
        mm_per_px: Size of the view's pixel.
    """
    step_y, step_x = mm_per_px / spacing_mm[0], mm_per_px / spacing_mm[1]
    return np.array(
        [
            [step_x, 0.0, middle[1] - step_x * (side[1] - 1) / 2],
            [0.0, step_y, middle[0] - step_y * (side[0] - 1) / 2],
        ]
    )


def cut_view(slices: FloatArray, matrix: NDArray[np.float64], side: tuple[int, int]) -> FloatArray:
    """A view of one slice with its neighbours.

    Args:
        slices: From `with_neighbours`, shape (row, column, 3), -1..1.
        matrix: From `view_matrix`.
        side: Rows and columns of the view.

    Returns:
        Shape (rows, columns, 3); -1 beyond the slice.
    """
    return np.asarray(
        cv2.warpAffine(
            without_finer_detail(slices, matrix),
            matrix,
            (side[1], side[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(-1.0, -1.0, -1.0, -1.0),
        ),
        np.float32,
    )


def without_finer_detail(slices: FloatArray, matrix: NDArray[np.float64]) -> FloatArray:
    """Slices blurred where a view's pixel is wider than theirs, so that a view holds means, not samples."""
    steps = np.abs(matrix[:, :2]).max(axis=1)
    sigma_x, sigma_y = (0.5 * float(np.sqrt(max(step**2 - 1, 0.0))) for step in steps)
    if max(sigma_x, sigma_y) < 0.3:
        return slices
    blurred = cv2.GaussianBlur(slices, (0, 0), sigmaX=max(sigma_x, 0.01), sigmaY=max(sigma_y, 0.01))
    return np.asarray(blurred, np.float32)


def put_back(view: FloatArray, matrix: NDArray[np.float64], shape: tuple[int, int]) -> FloatArray:
    """Values of a view on the slice's own pixels.

    Args:
        view: Shape (channels, rows, columns).
        matrix: The matrix that it was cut with.
        shape: Rows and columns of the slice.

    Returns:
        Shape (channels, row, column); 0 where the view does not reach.
    """
    return np.stack(
        [
            cv2.warpAffine(
                np.ascontiguousarray(channel),
                matrix,
                (shape[1], shape[0]),
                flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
            )
            for channel in view
        ]
    ).astype(np.float32)

"""The page about a stack that its viewer reads first: size, places, letters, window, scans."""

from typing import Any

import numpy as np

from cytovox.app.stack_request import StackRequest
from cytovox.app.volume_schemas import UploadDocument
from cytovox.domain.volume import Modality, Volume, VolumeGrid
from cytovox.io.viewing_order import PLANES, Plane, ViewingOrder, border_letters, picture_axes, tilt_deg

SCHEMA = "cytovox.stack/1"
CT_WINDOW_HU = (40.0, 400.0)
"""Middle and width of the usual window of the abdomen."""
_SHOWN_PERCENTILES = (1.0, 99.5)
_SAMPLED = 2_000_000


def stack_page(volume: Volume, request: StackRequest) -> dict[str, Any]:
    """Plain values about a stack in viewing order.

    Args:
        volume: The stack.
        request: How it was read.
    """
    order = ViewingOrder.of(volume.grid)
    grid = order.grid(volume.grid)
    return {
        "schema": SCHEMA,
        "modality": volume.modality.value,
        "shape": grid.shape,
        "spacing_mm": [round(mm, 6) for mm in grid.spacing_mm],
        "affine": [[round(value, 6) for value in row] for row in grid.affine.tolist()],
        "tilt_deg": round(tilt_deg(grid), 2),
        "acquired": {"plane": order.acquired.value, "turned": order.slices_turned},
        "range": [float(volume.voxels.min()), float(volume.voxels.max())],
        "window": shown_window(volume),
        "planes": {plane.value: _plane(plane, grid) for plane in PLANES},
        "series": _series(request),
    }


def upload_document(request: StackRequest) -> UploadDocument:
    """The scans and label maps of an upload."""
    return UploadDocument.model_validate(
        {
            "series": _series(request),
            "label_maps": request.label_maps,
            "label_map": request.label_map,
            "own_file": request.labels_name is not None,
        }
    )


def shown_window(volume: Volume) -> dict[str, float]:
    """Middle and width of the grey values to show at first."""
    if volume.modality is Modality.CT:
        return {"middle": CT_WINDOW_HU[0], "width": CT_WINDOW_HU[1]}
    flat = volume.voxels.reshape(-1)
    low, high = np.percentile(flat[:: max(1, flat.size // _SAMPLED)], _SHOWN_PERCENTILES)
    return {"middle": float(low + high) / 2, "width": float(high - low) or 1.0}


def _plane(plane: Plane, grid: VolumeGrid) -> dict[str, Any]:
    rows, columns = picture_axes(plane)
    left, right, top, bottom = border_letters(plane, grid)
    return {
        "count": grid.shape[PLANES.index(plane)],
        "width": grid.shape[columns],
        "height": grid.shape[rows],
        "pixel_mm": [round(grid.spacing_mm[columns], 6), round(grid.spacing_mm[rows], 6)],
        "letters": {"left": left, "right": right, "top": top, "bottom": bottom},
    }


def _series(request: StackRequest) -> dict[str, Any]:
    scans = [
        {
            "number": entry.number,
            "description": entry.description,
            "modality": entry.modality.value,
            "shape": entry.shape,
            "unsuitable": entry.unsuitable,
        }
        for entry in request.entries
    ]
    return {"taken": request.series, "scans": scans}

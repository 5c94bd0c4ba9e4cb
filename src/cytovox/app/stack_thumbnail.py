"""One slice of a stack as a small picture, for lists of cases."""

import numpy as np
from numpy.typing import NDArray

from cytovox.app.stack_page import shown_window
from cytovox.domain.colour import rgb
from cytovox.domain.volume import LabelMap, Volume
from cytovox.io.browser_picture import slice_thumbnail
from cytovox.io.viewing_order import PLANES, ViewingOrder, as_picture, picture_axes

_OVERLAY = 0.45


def stack_thumbnail(volume: Volume, labels: LabelMap) -> bytes:
    """JPEG of the slice that holds most of the organs, in their colours; else of the middle one.

    Args:
        volume: The stack.
        labels: On its grid.
    """
    held = np.count_nonzero(labels.labels, axis=(1, 2))
    index = int(held.argmax()) if held.any() else volume.grid.shape[0] // 2
    order = ViewingOrder.of(volume.grid)
    plane = order.acquired

    def picture(voxels: NDArray[np.generic]) -> NDArray[np.generic]:
        viewed = order.apply(voxels[index : index + 1])
        return as_picture(plane, viewed.squeeze(PLANES.index(plane)))

    window = shown_window(volume)
    lowest = window["middle"] - window["width"] / 2
    grey = np.clip((picture(volume.voxels).astype(np.float32) - lowest) / window["width"], 0, 1)
    pixels = np.repeat(grey[..., None] * 255, 3, axis=2)
    drawn = picture(labels.labels)
    for label in np.unique(drawn)[np.unique(drawn) > 0]:
        colour = np.array(rgb(labels.organ(int(label)).colour), np.float32)
        where = drawn == label
        pixels[where] = (1 - _OVERLAY) * pixels[where] + _OVERLAY * colour
    rows, columns = picture_axes(plane)
    spacing = order.grid(volume.grid).spacing_mm
    return slice_thumbnail(pixels.astype(np.uint8), (spacing[rows], spacing[columns]))

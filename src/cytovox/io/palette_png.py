"""Label maps as palette PNG: one file that holds each pixel's exact index and shows its colour."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cytovox.domain.errors import InputError


def palette_png(indices: NDArray[np.uint8], colours: Sequence[tuple[int, int, int]]) -> bytes:
    """PNG of colour type 3 (ISO/IEC 15948, clause 11.2.2): indices as they are, shown in their colours.

    Args:
        indices: Shape (H, W), uint8.
        colours: Red, green and blue of index 0, 1, ...; at most 256.

    Raises:
        InputError: An index has no colour, or there are more than 256 colours.
    """
    if not 0 < len(colours) <= 256 or (indices.size and int(indices.max()) >= len(colours)):
        raise InputError(
            "palette PNG: expected 1 to 256 colours and indices below that number, "
            f"got {len(colours)} colours and indices up to {int(indices.max(initial=0))}"
        )
    picture = Image.fromarray(indices, "L")
    picture.putpalette([value for colour in colours for value in colour])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def palette_indices(png: bytes) -> NDArray[np.uint8]:
    """The indices of a palette PNG that `palette_png` made, shape (H, W), uint8.

    Raises:
        InputError: It is another kind of picture.
    """
    with Image.open(io.BytesIO(png)) as picture:
        if picture.mode != "P":
            raise InputError(
                f"palette PNG: expected a picture with a palette, got one of mode {picture.mode}"
            )
        return np.asarray(picture, np.uint8).copy()

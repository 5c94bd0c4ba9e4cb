"""Single slices from PNG, JPEG and TIFF pictures, as the whole grey values that are stored."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cytovox.domain.errors import ImageFileError
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.quiet_decoding import quiet_decoding
from cytovox.io.reading_options import ReadingOptions

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_FORMATS = ("PNG", "JPEG", "TIFF")
_WHOLE = {"1", "L", "I", "I;16", "I;16B", "I;16L"}


def grey_picture_size(file: ChosenFile) -> tuple[int, int]:
    """Rows and columns of a picture, from its header.

    Raises:
        ImageFileError: The picture cannot be read.
    """
    with quiet_decoding(), file.open() as stream:
        try:
            with Image.open(stream, formats=_FORMATS) as picture:
                return picture.height, picture.width
        except Exception as error:
            raise _damaged(file) from error


def read_grey_picture(
    file: ChosenFile, options: ReadingOptions, *, indices: bool = False
) -> NDArray[np.integer[Any]]:
    """Grey values, shape (row, column), 8 or 16 bits; pictures in colour must have equal channels.

    Args:
        file: The picture.
        options: Bounds of reading.
        indices: Whether a palette picture is read as its indices and not as its colours.

    Raises:
        ImageFileError: The picture cannot be read, is too large or has colours.
    """
    with quiet_decoding(), file.open() as stream:
        try:
            with Image.open(stream, formats=_FORMATS) as picture:
                options.check_voxels((picture.height, picture.width), file.name)
                as_stored = picture.mode in _WHOLE or (indices and picture.mode == "P")
                values = np.asarray(picture if as_stored else picture.convert("RGB"))
        except ImageFileError:
            raise
        except Exception as error:
            raise _damaged(file) from error
    if values.ndim == 3:
        if (values != values[..., :1]).any():
            raise ImageFileError(file.name, "expected a slice in grey values, found a picture in colour")
        values = values[..., 0]
    return values.astype(np.uint8) if values.dtype == np.bool_ else values


def _damaged(file: ChosenFile) -> ImageFileError:
    return ImageFileError(file.name, "the picture of a slice is damaged or cut short; export it again")

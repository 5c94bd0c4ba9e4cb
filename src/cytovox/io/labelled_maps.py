"""Pictures with a class for every pixel, such as `cytovox compose` writes and others publish."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from cytovox.domain.errors import ImageFileError, TrainingDataError
from cytovox.domain.image import SmearImage
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.smear import open_smear

PICTURES, MASKS = "pictures", "masks"
_PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture and the class of each of its pixels.

    Attributes:
        image: The picture.
        classes: Shape (H, W), uint8: index into the classes of the taxonomy "smear_map".
    """

    image: SmearImage
    classes: NDArray[np.uint8]


def read_labelled_maps(folder: Path, mpp_um: float | None = None) -> Iterator[LabelledPicture]:
    """The pictures of a folder's `pictures/` that have a PNG of the same name in its `masks/`, by name.

    A mask holds class indices (grey or palette) or the ten fixed colours (RGB).

    Args:
        folder: Holds both folders.
        mpp_um: Micrometres per pixel of all pictures, or None where unknown.

    Raises:
        TrainingDataError: There is no such pair.
        ImageFileError: A picture or mask cannot be read, they differ in size, or a mask holds other values.
    """
    pairs = [
        (path, mask)
        for path in sorted((folder / PICTURES).glob("*"))
        if path.suffix.lower() in _PICTURE_ENDINGS and (mask := folder / MASKS / f"{path.stem}.png").is_file()
    ]
    if not pairs:
        raise TrainingDataError(
            f"{folder}: expected {PICTURES}/NAME.png and {MASKS}/NAME.png, found no such pair"
        )
    for path, mask in pairs:
        image, classes = open_smear(path, mpp_um), read_class_map(mask)
        if classes.shape != (image.height, image.width):
            raise ImageFileError(
                mask.name,
                f"expected {image.width} x {image.height} px as the picture has, got "
                f"{classes.shape[1]} x {classes.shape[0]}",
            )
        yield LabelledPicture(image, classes)


def read_class_map(path: Path) -> NDArray[np.uint8]:
    """Class indices of a mask's pixels, shape (H, W), from indices or from the ten colours.

    Raises:
        ImageFileError: It is no picture, or holds an index or a colour that is none of the ten.
    """
    try:
        with Image.open(path) as file:
            plane = np.asarray(file if file.mode in {"L", "P"} else file.convert("RGB"))
    except (OSError, UnidentifiedImageError, SyntaxError) as error:
        raise ImageFileError(path.name, f"expected a mask as PNG, {error}") from error
    return _from_indices(plane, path) if plane.ndim == 2 else _from_colours(plane, path)


def _from_indices(plane: NDArray[np.uint8], path: Path) -> NDArray[np.uint8]:
    known = len(load_taxonomy("smear_map").classes)
    if plane.size and plane.max() >= known:
        raise ImageFileError(path.name, f"expected class indices below {known}, got {plane.max()}")
    return plane.astype(np.uint8)


def _from_colours(plane: NDArray[np.uint8], path: Path) -> NDArray[np.uint8]:
    packed = plane.astype(np.int32) @ np.array([1 << 16, 1 << 8, 1])
    classes = np.full(packed.shape, 255, np.uint8)
    for index, cell_class in enumerate(load_taxonomy("smear_map").classes):
        classes[packed == int(cell_class.colour.removeprefix("#"), 16)] = index
    if (classes == 255).any():
        strange = int(packed[classes == 255][0])
        raise ImageFileError(
            path.name, f"expected the ten colours of the smear map alone, got #{strange:06x}"
        )
    return classes

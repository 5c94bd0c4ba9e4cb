"""Pictures of one centred cell each, as training examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.utils.data import Dataset

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.image import RgbPixels
from cytovox.imaging.normalise import normalise
from cytovox.imaging.resample import crop_square, resample
from cytovox.io.cell_pictures import CellPicture
from cytovox.training.augmentation import AppearanceOptions, vary_appearance


def read_rgb(path: Path) -> RgbPixels:
    """Decode a training picture.

    Raises:
        TrainingDataError: The file is no picture.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise TrainingDataError(f"{path}: expected a picture, could not decode it")
    return np.ascontiguousarray(bgr[..., ::-1])


@dataclass(frozen=True, slots=True)
class CropGeometry:
    """How crops are placed; the last two figures matter only where crops are varied.

    Attributes:
        out_px: Side of the crop in pixels.
        um_per_px: Physical size of a crop's pixel.
        scale_spread: Log-normal spread of the size of cells: preparation, and error of the scale estimate.
        shift_um: Standard deviation of the centre, as an outline's centre wanders.
    """

    out_px: int
    um_per_px: float
    scale_spread: float = 0.14
    shift_um: float = 0.8


def cut_varied(picture: RgbPixels, um_per_px: float, geometry: CropGeometry, random: Generator) -> RgbPixels:
    """A crop about the picture's centre, turned to any angle, mirrored, scaled and shifted at random."""
    scale = np.clip(np.exp(random.normal(0.0, geometry.scale_spread)), 0.65, 1.5)
    zoom = um_per_px / geometry.um_per_px * scale
    if zoom < 0.7:
        picture = resample(picture, zoom)
        zoom = 1.0
    angle = random.uniform(0.0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if random.random() < 0.5:
        turn[:, 0] *= -1
    linear = turn * zoom
    centre = np.array([picture.shape[1] - 1, picture.shape[0] - 1]) / 2
    target = (geometry.out_px - 1) / 2 + random.normal(0.0, geometry.shift_um / geometry.um_per_px, 2)
    matrix = np.column_stack([linear, target - linear @ centre])
    size = (geometry.out_px, geometry.out_px)
    return np.asarray(
        cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def cut_centred(picture: RgbPixels, um_per_px: float, geometry: CropGeometry) -> RgbPixels:
    """The crop about the picture's centre as it is cut at run time."""
    centre = (picture.shape[1] / 2, picture.shape[0] / 2)
    side_px = geometry.out_px * geometry.um_per_px / um_per_px
    return crop_square(picture, centre, side_px=side_px, out_px=geometry.out_px)


class CellPictureDataset(Dataset[tuple[Tensor, int]]):
    """Crops as float tensors (3, side, side) in -1..1, with the class index.

    Pictures are held decoded: 200 px squares of ten thousand cells are 1.2 GB.

    Args:
        pictures: What to draw from.
        geometry: Crop size and variation.
        appearance: Variation of colour and sharpness, or None for plain centred crops.
    """

    def __init__(
        self, pictures: Sequence[CellPicture], geometry: CropGeometry, appearance: AppearanceOptions | None
    ) -> None:
        self.pictures = pictures
        self.geometry = geometry
        self.appearance = appearance
        self._decoded = [read_rgb(picture.path) for picture in pictures]

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = self.pictures[index]
        um_per_px = picture.um_per_px or self.geometry.um_per_px
        if self.appearance is None:
            crop = cut_centred(self._decoded[index], um_per_px, self.geometry)
        else:
            # torch's stream: seeded per run, advanced per epoch and worker by the data loader.
            random = np.random.default_rng(int(torch.randint(2**31, ())))
            crop = cut_varied(self._decoded[index], um_per_px, self.geometry, random)
            crop = vary_appearance(crop, self.appearance, random)
        return torch.from_numpy(normalise(crop)), picture.class_index

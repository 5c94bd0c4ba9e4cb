"""Pictures of one cell each, as training examples."""

from collections.abc import Sequence
from copy import copy
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
from cytovox.imaging.preprocessing import Step, preprocess
from cytovox.imaging.resample import crop_square, resample
from cytovox.io.cell_pictures import CellPicture
from cytovox.training.augmentation import AppearanceOptions, vary_appearance
from cytovox.training.estranging import estrange
from cytovox.training.surroundings import ground_of, hide_surroundings

_FINEST = 0.65
"""Pixels finer than this share of a crop's are not kept: enlarged training crops need no more."""


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


@dataclass(frozen=True, slots=True)
class VariationOptions:
    """What is done to a crop besides its appearance; probabilities.

    Attributes:
        hidden: The surroundings are replaced by the picture's own ground or by another picture's.
        estranged: The crop becomes something that must be refused.
    """

    hidden: float = 0.0
    estranged: float = 0.0


def cut_varied(
    picture: RgbPixels,
    um_per_px: float,
    geometry: CropGeometry,
    random: Generator,
    centre_xy: tuple[float, float] | None = None,
) -> RgbPixels:
    """A crop about the cell's centre, turned to any angle, mirrored, scaled and shifted at random."""
    scale = np.clip(np.exp(random.normal(0.0, geometry.scale_spread)), 0.65, 1.5)
    zoom = um_per_px / geometry.um_per_px * scale
    centre = np.array([picture.shape[1], picture.shape[0]]) / 2 if centre_xy is None else np.array(centre_xy)
    if zoom < 0.7:
        picture, centre = resample(picture, zoom), centre * zoom
        zoom = 1.0
    angle = random.uniform(0.0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if random.random() < 0.5:
        turn[:, 0] *= -1
    linear = turn * zoom
    target = (geometry.out_px - 1) / 2 + random.normal(0.0, geometry.shift_um / geometry.um_per_px, 2)
    matrix = np.column_stack([linear, target - linear @ (centre - 0.5)])
    size = (geometry.out_px, geometry.out_px)
    return np.asarray(
        cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def cut_centred(
    picture: RgbPixels, um_per_px: float, geometry: CropGeometry, centre_xy: tuple[float, float] | None = None
) -> RgbPixels:
    """The crop about the cell's centre as it is cut at run time."""
    centre = (picture.shape[1] / 2, picture.shape[0] / 2) if centre_xy is None else centre_xy
    side_px = geometry.out_px * geometry.um_per_px / um_per_px
    return crop_square(picture, centre, side_px=side_px, out_px=geometry.out_px)


class CellPictureDataset(Dataset[tuple[Tensor, Tensor]]):
    """Crops as float tensors (3, side, side) in -1..1, with the classes that their labels allow.

    Targets are rows of 0 and 1, one column a class and a last one for "none of these". Pictures are held
    decoded, each once and not much finer than the crops: ten thousand 200 px squares are 1.2 GB.

    Args:
        pictures: What to draw from.
        classes: Number of classes.
        geometry: Crop size and variation.
        appearance: Variation of colour and sharpness, or None for plain centred crops.
        variation: Further variation; of no effect without `appearance`.
        preprocessing: Steps between crop and network, as at run time.
    """

    def __init__(
        self,
        pictures: Sequence[CellPicture],
        classes: int,
        geometry: CropGeometry,
        appearance: AppearanceOptions | None,
        variation: VariationOptions = VariationOptions(),
        *,
        preprocessing: Sequence[Step] = (),
    ) -> None:
        self.preprocessing = preprocessing
        self.pictures = pictures
        self.geometry = geometry
        self.appearance = appearance
        self.variation = variation
        self.targets = torch.stack([target_row(picture.targets, classes) for picture in pictures])
        shared: dict[Path, tuple[RgbPixels, float]] = {}
        self._decoded = [self._decode(picture, shared) for picture in pictures]

    def __len__(self) -> int:
        return len(self.pictures)

    def unvaried(self) -> "CellPictureDataset":
        """The same pictures, as they are cut at run time; nothing is decoded again."""
        plain = copy(self)
        plain.appearance = None
        return plain

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        if self.appearance is None:
            picture, um_per_px = self._decoded[index]
            crop = cut_centred(picture, um_per_px, self.geometry, self._centre(index))
            return self._as_input(crop), self.targets[index]
        # torch's stream: seeded per run, advanced per epoch and worker by the data loader.
        random = np.random.default_rng(int(torch.randint(2**31, ())))
        crop = self._varied(index, random)
        if random.random() < self.variation.hidden:
            crop = self._hidden(crop, random)
        target = self.targets[index]
        if random.random() < self.variation.estranged:
            crop, target = estrange(crop, random), target_row((), len(target) - 1)
        crop = vary_appearance(crop, self.appearance, random)
        return self._as_input(crop), target

    def _as_input(self, crop: RgbPixels) -> Tensor:
        # Prepared here and not once: worker processes cannot be handed prepared steps.
        return torch.from_numpy(normalise(preprocess(self.preprocessing)(crop)))

    def _varied(self, index: int, random: Generator) -> RgbPixels:
        picture, um_per_px = self._decoded[index]
        return cut_varied(picture, um_per_px, self.geometry, random, self._centre(index))

    def _hidden(self, crop: RgbPixels, random: Generator) -> RgbPixels:
        if random.random() < 0.5:
            other = ground_of(crop)
        else:
            other = self._varied(int(random.integers(len(self))), random)
        return hide_surroundings(crop, self.geometry.um_per_px, other, random)

    def _centre(self, index: int) -> tuple[float, float] | None:
        """Of the cell in the picture as it is held."""
        picture = self.pictures[index]
        if picture.centre_xy is None:
            return None
        zoom = (picture.um_per_px or self.geometry.um_per_px) / self._decoded[index][1]
        return picture.centre_xy[0] * zoom, picture.centre_xy[1] * zoom

    def _decode(
        self, picture: CellPicture, shared: dict[Path, tuple[RgbPixels, float]]
    ) -> tuple[RgbPixels, float]:
        """The picture and its micrometres per pixel, shrunk where its pixels are far finer than a crop's."""
        if picture.path not in shared:
            um_per_px = picture.um_per_px or self.geometry.um_per_px
            zoom = um_per_px / (_FINEST * self.geometry.um_per_px)
            pixels = read_rgb(picture.path)
            shared[picture.path] = (
                (resample(pixels, zoom), um_per_px / zoom) if zoom < 1 else (pixels, um_per_px)
            )
        return shared[picture.path]


def target_row(targets: Sequence[int], classes: int) -> Tensor:
    """Classes that a label allows as 0 and 1, shape (classes + 1,); the last column means none of them."""
    row = torch.zeros(classes + 1)
    row[list(targets) or [classes]] = 1.0
    return row

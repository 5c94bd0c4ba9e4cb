"""Training crops around white cells, with the parts of the middle cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from cytovox.domain.image import RgbPixels
from cytovox.evaluation.masked_cells import NUCLEUS, MaskedCell
from cytovox.imaging.normalise import normalise
from cytovox.training.augmentation import AppearanceOptions, vary_appearance

_FINEST = 0.8
"""Pictures finer than this share of a crop's pixel are shrunk once, so that crops need no averaging."""

PartsExample = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class PartsGeometry:
    """How crops are placed.

    Attributes:
        side_px: Side of a crop in pixels, a multiple of 16.
        um_per_px: Physical size of its pixel.
        scale_spread: Log-normal spread of the size of cells, and of the error of the scale.
        stretch: Largest relative stretch of one axis.
        shift_um: Standard deviation of the centre in each direction, as a finder's centre wanders.
        neighbour: Probability that another cell of the source is laid beside the middle one, under it.
    """

    side_px: int = 160
    um_per_px: float = 0.17
    scale_spread: float = 0.15
    stretch: float = 0.1
    shift_um: float = 0.7
    neighbour: float = 0.25


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell ready to be cut out.

    Attributes:
        pixels: RGB, shape (H, W, 3).
        parts: Share of each pixel that is of the cell and of its nucleus, shape (H, W, 2), 0..255.
        centre_xy: Pixels.
        um_per_px: Physical size of a pixel.
        radius_um: Radius of a disc of the cell's area.
    """

    pixels: RgbPixels
    parts: NDArray[np.uint8]
    centre_xy: tuple[float, float]
    um_per_px: float
    radius_um: float

    @classmethod
    def of(cls, cell: MaskedCell, crop_um_per_px: float) -> "StoredCell":
        """The cell, shrunk where its picture is finer than crops need."""
        parts = np.stack([cell.parts > 0, cell.parts == NUCLEUS], axis=2).astype(np.uint8) * np.uint8(255)
        radius_um = float(np.sqrt((cell.parts > 0).sum() / np.pi)) * cell.um_per_px
        zoom = min(cell.um_per_px / (_FINEST * crop_um_per_px), 1.0)
        height, width = (round(side * zoom) for side in cell.parts.shape)
        ratio = (width / cell.parts.shape[1], height / cell.parts.shape[0])
        small, small_parts = (
            cv2.resize(array, (width, height), interpolation=cv2.INTER_AREA) for array in (cell.pixels, parts)
        )
        return cls(
            np.asarray(small, np.uint8),
            np.asarray(small_parts, np.uint8),
            (cell.centre_xy[0] * ratio[0], cell.centre_xy[1] * ratio[1]),
            cell.um_per_px / ratio[0],
            radius_um,
        )


@dataclass(frozen=True, slots=True)
class PartsDataset(Dataset[PartsExample]):
    """Random crops as {"input": (3, side, side), "target": (side, side) index into `PARTS`}.

    Attributes:
        sources: Cells by source: neighbours come from the same one, whose colours they share.
        geometry: How crops are placed.
        appearance: How colour and sharpness vary.
    """

    sources: Sequence[Sequence[StoredCell]]
    geometry: PartsGeometry
    appearance: AppearanceOptions = field(default_factory=AppearanceOptions)

    def __len__(self) -> int:
        return sum(map(len, self.sources))

    def __getitem__(self, index: int) -> PartsExample:
        cells = self.sources[0]
        for cells in self.sources:
            if index < len(cells):
                break
            index -= len(cells)
        random = np.random.default_rng(int(torch.randint(2**31, ())))
        crop, parts = self._crop(cells, index, random)
        crop = vary_appearance(crop, self.appearance, random)
        return {"input": torch.from_numpy(normalise(crop)), "target": torch.from_numpy(parts)}

    def _crop(
        self, cells: Sequence[StoredCell], index: int, random: Generator
    ) -> tuple[RgbPixels, NDArray[np.int64]]:
        geometry, cell = self.geometry, cells[index]
        shift = random.normal(0.0, geometry.shift_um, 2)
        crop, parts = cut_placed(cell, geometry, shift, random)
        if random.random() < geometry.neighbour:
            other = cells[int(random.integers(len(cells)))]
            angle = random.uniform(0, 2 * np.pi)
            apart = (cell.radius_um + other.radius_um) * random.uniform(0.8, 1.15)
            beside = shift + apart * np.array([np.cos(angle), np.sin(angle)])
            over, over_parts = cut_placed(other, geometry, beside, random)
            crop = np.where(((over_parts > 0) & (parts == 0))[..., None], over, crop)
        return crop, parts


def cut_placed(
    cell: StoredCell, geometry: PartsGeometry, shift_um: NDArray[np.float64], random: Generator
) -> tuple[RgbPixels, NDArray[np.int64]]:
    """A crop turned, mirrored, scaled and stretched at random, the cell off its middle; and the parts."""
    scale = np.clip(np.exp(random.normal(0.0, geometry.scale_spread)), 0.7, 1.4)
    angle = random.uniform(0.0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    axes = np.diag(1 + random.uniform(-geometry.stretch, geometry.stretch, 2))
    axes[0] *= random.choice([-1.0, 1.0])
    linear = cell.um_per_px / geometry.um_per_px * scale * turn @ axes
    target = (geometry.side_px - 1) / 2 + shift_um / geometry.um_per_px
    matrix = np.column_stack([linear, target - linear @ (np.array(cell.centre_xy) - 0.5)])
    size = (geometry.side_px, geometry.side_px)
    # Edges are repeated as `crop_square` does at run time; what lies beyond them is no part of the cell.
    crop = cv2.warpAffine(cell.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    shares = cv2.warpAffine(cell.parts, matrix, size, flags=cv2.INTER_LINEAR)
    inside = shares >= 128
    return np.asarray(crop, np.uint8), inside[..., 0].astype(np.int64) + (inside[..., 0] & inside[..., 1])

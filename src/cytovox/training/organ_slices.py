"""Training views of slices whose organs are drawn, from stacks and from slices that stand alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from cytovox.imaging.slice_views import (
    BodyBox,
    FloatArray,
    ViewOptions,
    body_box,
    grey_levels,
    neighbour_offset,
    spacing_from_body,
    view_matrix,
    with_neighbours,
    without_finer_detail,
)
from cytovox.io.labelled_stacks import LabelledStack
from cytovox.training.organ_networks import ORGANS
from cytovox.training.slice_variation import SliceVariation, sampling_maps, vary_appearance, vary_matrix

UNKNOWN = -1
"""Whether an organ is in a slice, where nobody drew it."""
SliceExample = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class PreparedStack:
    """A labelled stack ready to be cut into views.

    Attributes:
        grey: Grey levels as 0..255, shape (slice, row, column): the whole competition is 38,496 slices, 3 GB.
        labels: Index of a class a voxel, same shape, uint8; 0 where nothing is drawn.
        present: Whether each slice holds each organ, as `presence_of` says it.
        allowed: For each index the classes that such a voxel may be of, one bit a class.
        spacing_mm: Distance of rows and of columns.
        offset: How many slices away the neighbours are, 0 for a slice that stands alone.
        body: Where the body lies.
        case: Whose stack it is; a case is never divided.
        variation: How far its slices are varied.
        weight: How often its slices are drawn, all together, relative to other stacks.
        pretraining: Whether the first stage of a fit sees it.
    """

    grey: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    present: NDArray[np.int8]
    allowed: NDArray[np.int32]
    spacing_mm: tuple[float, float]
    offset: int
    body: BodyBox
    case: str
    variation: SliceVariation
    weight: float
    pretraining: bool = False

    @classmethod
    def of(
        cls, stack: LabelledStack, view: ViewOptions, classes: Sequence[str], variation: SliceVariation
    ) -> "PreparedStack":
        """A stack for a network of these classes, the first of which is background."""
        modality = stack.volume.modality.value
        grey = grey_levels(stack.volume.voxels, modality)
        body = body_box(grey, modality)
        between, row_mm, column_mm = stack.volume.grid.spacing_mm
        if not stack.spacing_known:
            row_mm = column_mm = spacing_from_body(body)
        return cls(
            grey=np.round((grey + 1) * 127.5).astype(np.uint8),
            labels=stack.labels,
            present=presence_of(stack.labels, stack.drawn, ORGANS),
            allowed=allowed_classes(stack.drawn, classes),
            spacing_mm=(row_mm, column_mm),
            offset=0 if len(grey) == 1 else neighbour_offset(between, view.neighbour_mm),
            body=body,
            case=stack.case,
            variation=variation,
            weight=stack.weight,
            pretraining=stack.pretraining,
        )


def presence_of(labels: NDArray[np.uint8], drawn: Sequence[str], organs: Sequence[str]) -> NDArray[np.int8]:
    """Whether each slice holds each organ: 1, 0, or UNKNOWN where nobody drew it in this stack.

    Args:
        labels: Shape (slice, row, column): place in `drawn` counted from 1, 0 for nothing.
        drawn: Class of each label.
        organs: The organs asked for.

    Returns:
        Shape (slices, organs).
    """
    columns = []
    for organ in organs:
        places = [place for place, key in enumerate(drawn, 1) if key == organ]
        there = np.isin(labels, places).any(axis=(1, 2)).astype(np.int8)
        columns.append(there if places else np.full_like(there, UNKNOWN))
    return np.stack(columns, axis=1)


def allowed_classes(drawn: Sequence[str], classes: Sequence[str]) -> NDArray[np.int32]:
    """The classes that a voxel of each label may be of, one bit a class.

    A voxel that is drawn is of its class. One that is not drawn is background or any class that nobody drew
    there.

    Args:
        drawn: Class of each label from 1 on.
        classes: Classes of the network, background first.
    """
    rest = sum(1 << place for place, key in enumerate(classes) if place == 0 or key not in drawn)
    return np.array([rest, *(1 << classes.index(key) for key in drawn)], np.int32)


@dataclass(frozen=True, slots=True)
class OrganSlices(Dataset[SliceExample]):
    """Random views of slices.

    Each is {"input": (3, rows, columns), "allowed": (rows, columns) int32, "present": (organs,) int8}.

    Attributes:
        stacks: Where they come from.
        view: What they look like.
        vary: Whether views are varied; else each slice stands as at run time.
    """

    stacks: Sequence[PreparedStack]
    view: ViewOptions
    vary: bool = True

    def __len__(self) -> int:
        return sum(len(stack.grey) for stack in self.stacks)

    def __getitem__(self, index: int) -> SliceExample:
        for stack in self.stacks:
            if index < len(stack.grey):
                break
            index -= len(stack.grey)
        random = np.random.default_rng(int(torch.randint(2**31, ())))
        pixels, labels = self._cut(stack, index, random)
        if self.vary:
            pixels = vary_appearance(pixels, labels, stack.variation, random)
        return {
            "input": torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))),
            "allowed": torch.from_numpy(stack.allowed[labels]),
            "present": torch.from_numpy(stack.present[index]),
        }

    def weights(self) -> list[float]:
        """How often each slice is drawn: stacks by their weights, the slices of a stack alike."""
        return [stack.weight / len(stack.grey) for stack in self.stacks for _ in range(len(stack.grey))]

    def _cut(
        self, stack: PreparedStack, index: int, random: Generator
    ) -> tuple[FloatArray, NDArray[np.uint8]]:
        side, options = (self.view.rows, self.view.columns), stack.variation
        matrix = view_matrix(stack.body.middle, stack.spacing_mm, side, self.view.mm_per_px)
        elastic_px, offset = 0.0, stack.offset
        if self.vary:
            matrix = vary_matrix(matrix, side, self.view.mm_per_px, options, random)
            elastic_px = options.elastic_mm / self.view.mm_per_px
            offset = 0 if random.random() < options.lone else _near(offset, random)
        grey = with_neighbours(stack.grey, index, offset).astype(np.float32) / 127.5 - 1
        slices = without_finer_detail(grey, matrix)
        x, y = sampling_maps(matrix, side, elastic_px, random)
        pixels = cv2.remap(
            slices, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(-1, -1, -1, -1)
        )
        labels = cv2.remap(stack.labels[index], x, y, cv2.INTER_NEAREST)
        return np.asarray(pixels, np.float32), np.asarray(labels, np.uint8)


def _near(offset: int, random: Generator) -> int:
    """About the usual distance of neighbours: stacks of other slice distances meet it only roughly."""
    return max(0, offset + int(random.integers(-1, 2))) if offset > 1 else offset

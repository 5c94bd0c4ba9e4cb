"""A stack cut into the views that a network of the volume lane looks at."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.bundles import Bundle
from cytovox.domain.volume import Volume
from cytovox.imaging.slice_views import (
    BodyBox,
    FloatArray,
    ViewOptions,
    body_box,
    cut_view,
    grey_levels,
    neighbour_offset,
    view_matrix,
    with_neighbours,
)


class Session(Protocol):
    """What runs a network: ONNX Runtime, or in training the network itself."""

    def run(self, output_names: Any, input_feed: Any, /) -> Any:
        """The outputs of those names."""


_MARGIN_MM = 10.0
"""Room around the body in a view."""
_STEP_PX = 32
_LARGEST_PX = 512


@dataclass(frozen=True, slots=True)
class GreyStack:
    """A stack in grey levels, and where the body lies in it.

    Attributes:
        grey: -1..1, shape (slice, row, column).
        body: Where the body lies.
        spacing_mm: Distance of slices, rows and columns.
    """

    grey: FloatArray
    body: BodyBox
    spacing_mm: tuple[float, float, float]

    @classmethod
    def of(cls, volume: Volume) -> "GreyStack":
        """The grey levels of a stack, read as its modality asks for."""
        grey = grey_levels(volume.voxels, volume.modality.value)
        return cls(grey, body_box(grey, volume.modality.value), volume.grid.spacing_mm)

    @property
    def body_mm(self) -> tuple[float, float]:
        """Depth and width of the body."""
        return self.body.size[0] * self.spacing_mm[1], self.body.size[1] * self.spacing_mm[2]


@dataclass(frozen=True, slots=True)
class StackViews:
    """Views of a stack's slices, all alike.

    Attributes:
        stack: The stack.
        matrix: From a view's pixel to the slice's.
        side: Rows and columns of a view.
        offset: How many slices away the neighbours are.
    """

    stack: GreyStack
    matrix: NDArray[np.float64]
    side: tuple[int, int]
    offset: int

    @classmethod
    def of(cls, stack: GreyStack, options: ViewOptions, *, whole_body: bool) -> "StackViews":
        """Views about the body's middle.

        Args:
            stack: The stack.
            options: What the network looks at.
            whole_body: Whether a view grows with the body; else it has the size that was trained on.
        """
        side = (options.rows, options.columns)
        if whole_body:
            rows, columns = (
                _at_least(usual, (mm + 2 * _MARGIN_MM) / options.mm_per_px)
                for usual, mm in zip(side, stack.body_mm, strict=True)
            )
            side = (rows, columns)
        between, row_mm, column_mm = stack.spacing_mm
        matrix = view_matrix(stack.body.middle, (row_mm, column_mm), side, options.mm_per_px)
        lone = len(stack.grey) == 1
        offset = neighbour_offset(None if lone else between, options.neighbour_mm)
        return cls(stack, matrix, side, offset)

    def cut(self, slices: NDArray[np.intp]) -> FloatArray:
        """The views of some slices, shape (n, 3, rows, columns)."""
        grey = self.stack.grey
        views = [cut_view(with_neighbours(grey, int(i), self.offset), self.matrix, self.side) for i in slices]
        return np.ascontiguousarray(np.stack(views).transpose(0, 3, 1, 2))


def view_options(bundle: Bundle) -> ViewOptions:
    """What a bundle's network looks at."""
    described = bundle.manifest["input"]
    return ViewOptions(
        int(described["rows"]),
        int(described["columns"]),
        float(described["mm_per_px"]),
        float(described["neighbour_mm"]),
    )


def _at_least(usual: int, needed: float) -> int:
    return min(max(usual, int(np.ceil(needed / _STEP_PX)) * _STEP_PX), _LARGEST_PX)

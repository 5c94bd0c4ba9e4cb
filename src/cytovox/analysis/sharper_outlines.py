"""Which outline of a white cell to trust: the finder's star or the finer one of the network for its parts."""

from collections.abc import Sequence

from cytovox.domain.geometry import FloatArray, box_iou, polygon_box

_LEAST_AGREEMENT = 0.6
"""Overlap of the two outlines' boxes below which the finer one is of something else than the found cell."""


def sharper_outlines(found: Sequence[FloatArray], finer: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    """The finer outline of each cell where there is one that agrees with the found one, else that.

    Args:
        found: Outlines (vertices, 2) of n cells.
        finer: Outlines of the same cells; without vertices where there is none.
    """
    return tuple(
        fine if len(fine) > 2 and _agree(rough, fine) else rough
        for rough, fine in zip(found, finer, strict=True)
    )


def _agree(first: FloatArray, second: FloatArray) -> bool:
    return float(box_iou(polygon_box(first)[None], polygon_box(second)[None])[0, 0]) >= _LEAST_AGREEMENT

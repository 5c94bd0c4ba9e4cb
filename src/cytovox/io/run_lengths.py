"""Masks as run lengths, the way the UW-Madison competition writes them.

Pairs "start length" over the slice flattened row by row, the first pixel being 1.
"""

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import InputError


def decode_runs(runs: str, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask of a text of runs; empty for an empty text.

    Args:
        runs: "start length start length ...".
        shape: Rows, columns.

    Raises:
        InputError: The text is no pairs of whole numbers, or a run leaves the slice.
    """
    try:
        numbers = np.array(runs.split(), np.int64).reshape(-1, 2)
    except (ValueError, OverflowError):
        raise InputError("run lengths: expected pairs of whole numbers, start and length") from None
    starts, lengths = numbers[:, 0] - 1, numbers[:, 1]
    size = shape[0] * shape[1]
    if (starts < 0).any() or (lengths < 1).any() or (lengths > size - starts).any():
        raise InputError(f"run lengths: a run leaves the slice of {shape[0]} x {shape[1]} pixels")
    # Runs may overlap, so beginnings and ends are counted.
    edges = np.zeros(size + 1, np.int64)
    np.add.at(edges, starts, 1)
    np.add.at(edges, starts + lengths, -1)
    return np.asarray(np.cumsum(edges[:-1]) > 0).reshape(shape)


def encode_runs(mask: NDArray[np.bool_]) -> str:
    """The runs of a mask, ascending; "" for an empty one.

    Args:
        mask: Shape (row, column).
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask.ravel(), [False]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    return " ".join(f"{start + 1} {end - start}" for start, end in zip(starts, ends, strict=True))

"""Arrays on a grid as NIfTI-1 files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from cytovox.domain.volume import Volume, VolumeGrid

_nibabel: Any = nibabel  # it has annotations in part, none on what is called here
_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def write_nifti(volume: Volume, path: Path) -> None:
    """Write a stack as NIfTI-1, in the type of its voxels.

    Args:
        volume: The stack; axes become (column, row, slice), the affine RAS.
        path: File to write, ending in .nii or .nii.gz.
    """
    save_values(volume.voxels, volume.grid, path)


def save_values(
    values: NDArray[Any], grid: VolumeGrid, path: Path, *, extensions: Sequence[tuple[int, bytes]] = ()
) -> None:
    """Write values of shape (slice, row, column) as NIfTI-1.

    Args:
        values: In a type that NIfTI knows.
        grid: Where they lie.
        path: File to write, ending in .nii or .nii.gz.
        extensions: Code and content of header extensions.
    """
    image: Any = _nibabel.Nifti1Image(values.transpose(2, 1, 0), _LPS_TO_RAS @ grid.affine[:, [2, 1, 0, 3]])
    image.header.set_xyzt_units("mm")
    image.set_sform(image.affine, code="scanner")
    image.set_qform(image.affine, code="scanner", strip_shears=True)
    for code, content in extensions:
        image.header.extensions.append(_nibabel.nifti1.Nifti1Extension(code, content))
    _nibabel.save(image, path)

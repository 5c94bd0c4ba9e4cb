"""Files with wrong bytes either open or give an error in words."""

import random
from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import nrrd
import numpy as np
import pytest

from cytovox.domain.errors import CytovoxError
from cytovox.io.grey_values import tidy
from cytovox.io.label_maps import open_label_map
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.volume import list_series, open_volume

VALUES = np.random.default_rng(0).integers(0, 9, (6, 5, 4)).astype(np.int16)
SMALL = ReadingOptions(max_voxels=1_000_000)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.dcm"])
def test_wrong_bytes_never_end_in_a_traceback(
    tmp_path: Path, name: str, make_slice: Callable[..., object]
) -> None:
    path = tmp_path / name
    if name == "a.nrrd":
        nrrd.write(str(path), VALUES, {"spacings": [1.0, 1.0, 3.0]})
    elif name == "a.dcm":
        make_slice(VALUES[0], (0, 0, 0)).save_as(path, enforce_file_format=True)
    else:
        nib.save(nib.Nifti1Image(VALUES, np.diag([1, 1, 3, 1.0])), path)
    whole, dice = path.read_bytes(), random.Random(5)  # noqa: S311
    opened = 0
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.choice([1, 3, 9])):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data[: dice.choice([len(data), len(data), dice.randrange(len(data))])])
        for read in (open_volume, open_label_map, list_series):
            try:
                read(path, options=SMALL)
                opened += 1
            except CytovoxError:
                continue
    assert opened < 180


def test_numbers_beyond_32_bits_are_no_numbers() -> None:
    values, warnings = tidy(np.array([[[1.0, 1e300, -np.inf]]]))
    assert values.tolist() == [[[1, 1, 1]]]
    assert warnings[0].key == "not_a_number"

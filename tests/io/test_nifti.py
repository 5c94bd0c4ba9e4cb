from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from cytovox.domain.errors import ImageFileError
from cytovox.domain.volume import Modality
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.volume import list_series, open_volume

VALUES = np.random.default_rng(7).integers(-50, 900, (6, 5, 4)).astype(np.int16)
RAS = np.array([[0.7, 0, 0, -30], [0, 0.8, 0, 40], [0, 0, 5, 100], [0, 0, 0, 1.0]])


def write(path: Path, values: np.ndarray = VALUES, affine: np.ndarray | None = RAS, **codes: int) -> Path:
    image = nib.Nifti1Image(values, affine)
    for name, code in codes.items():
        image.header[name] = code
    nib.save(image, path)
    return path


@pytest.mark.parametrize("codes", ["RAS", "LPS", "LAS", "ASL", "SPR", "PIR"])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_every_order_of_axes_gives_the_same_stack(tmp_path: Path, codes: str, suffix: str) -> None:
    turn = nib.orientations.ornt_transform(
        nib.orientations.axcodes2ornt("RAS"), nib.orientations.axcodes2ornt(codes)
    )
    image = nib.Nifti1Image(VALUES, RAS).as_reoriented(turn)
    nib.save(image, tmp_path / f"a{suffix}")
    volume = open_volume(tmp_path / f"a{suffix}")
    place = volume.grid.to_patient(np.indices(volume.voxels.shape).reshape(3, -1).T)
    ras = (RAS @ np.vstack([np.indices(VALUES.shape).reshape(3, -1), np.ones(VALUES.size)]))[:3].T
    found = {tuple(np.round(p, 3)): v for p, v in zip(place, volume.voxels.ravel(), strict=True)}
    wanted = {
        (round(-x, 3), round(-y, 3), round(z, 3)): v for (x, y, z), v in zip(ras, VALUES.ravel(), strict=True)
    }
    assert found == wanted
    assert np.allclose(volume.grid.affine[[2, 1, 0], range(3)], (5, 0.8, 0.7))


def test_scaled_values_and_units_count(tmp_path: Path) -> None:
    image = nib.Nifti1Image(VALUES, RAS / [[1000], [1000], [1000], [1]])
    image.header.set_xyzt_units("meter")
    image.header.set_slope_inter(0.5, -3)
    nib.save(image, tmp_path / "a.nii")
    volume = open_volume(tmp_path / "a.nii")
    assert volume.voxels.dtype == np.float32
    assert sorted(volume.voxels.ravel()) == pytest.approx(
        sorted(nib.load(tmp_path / "a.nii").get_fdata().ravel())
    )
    assert np.allclose(volume.grid.spacing_mm, (5, 0.8, 0.7))


def test_four_dimensions_are_volumes_to_choose_from(tmp_path: Path) -> None:
    write(tmp_path / "a.nii.gz", np.stack([VALUES, VALUES + 1, VALUES + 2], axis=-1))
    assert [entry.description for entry in list_series(tmp_path / "a.nii.gz")] == [
        f"a, volume {at} of 3" for at in (1, 2, 3)
    ]
    first, second = open_volume(tmp_path / "a.nii.gz"), open_volume(tmp_path / "a.nii.gz", series=2)
    assert (second.voxels == first.voxels + 1).all()
    assert first.warnings[-1].key == "other_series"


def test_ct_is_told_by_air(tmp_path: Path) -> None:
    air = VALUES.copy()
    air[0] = -1000
    guessed = open_volume(write(tmp_path / "ct.nii", air))
    assert (guessed.modality, guessed.warnings[0].key) == (Modality.CT, "modality_guessed")
    unknown = open_volume(write(tmp_path / "mr.nii"))
    assert (unknown.modality, unknown.warnings[0].key) == (Modality.OTHER, "modality_unknown")
    told = open_volume(tmp_path / "mr.nii", options=ReadingOptions(modality=Modality.MR))
    assert (told.modality, told.warnings) == (Modality.MR, ())


def test_a_file_without_a_place_says_so(tmp_path: Path) -> None:
    volume = open_volume(write(tmp_path / "a.nii", affine=None))
    assert volume.warnings[0].key == "no_position"


def test_values_that_are_no_numbers_become_the_smallest(tmp_path: Path) -> None:
    values = VALUES.astype(np.float32)
    values[1, 2, 3] = np.nan
    volume = open_volume(write(tmp_path / "a.nii", values))
    assert volume.warnings[0].key == "not_a_number"
    assert float(volume.voxels.min()) == np.nanmin(values)


def test_big_endian_and_64_bit_files_are_read(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Image(VALUES.astype(">i2"), RAS), tmp_path / "big.nii")
    nib.save(nib.Nifti2Image(VALUES.astype(np.int64), RAS, dtype=np.int64), tmp_path / "two.nii")
    big, two = open_volume(tmp_path / "big.nii"), open_volume(tmp_path / "two.nii")
    assert big.voxels.dtype == two.voxels.dtype == np.int16
    assert (big.voxels == two.voxels).all()


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("kept", [0, 0.003, 0.03, 0.3, 0.6, 0.9])
def test_files_cut_short_are_refused(tmp_path: Path, name: str, kept: float) -> None:
    path = write(tmp_path / name)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    with pytest.raises(ImageFileError, match=rf"{name}: the NIfTI file is damaged"):
        open_volume(path)


def test_what_is_no_stack_of_grey_values_is_refused(tmp_path: Path) -> None:
    colour = np.zeros((4, 4, 4), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    with pytest.raises(ImageFileError, match="grey values"):
        open_volume(write(tmp_path / "rgb.nii", colour))
    flat = nib.Nifti1Image(VALUES, RAS)
    flat.header["sform_code"], flat.header["srow_x"], flat.header["qform_code"] = 1, 0, 0
    (tmp_path / "flat.nii").write_bytes(flat.to_bytes())
    data = bytearray((tmp_path / "flat.nii").read_bytes())
    data[280:296] = bytes(16)  # srow_x
    (tmp_path / "flat.nii").write_bytes(data)
    with pytest.raises(ImageFileError, match="voxels without a size"):
        open_volume(tmp_path / "flat.nii")
    with pytest.raises(ImageFileError, match="more than the 100"):
        open_volume(write(tmp_path / "a.nii"), options=ReadingOptions(max_voxels=100))

"""Files of the data folder open with the shapes, spacing and volumes that its READMEs state."""

import os
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import CytovoxError, ImageFileError
from cytovox.domain.volume import Modality
from cytovox.io.label_maps import list_label_maps, open_label_map
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.volume import list_series, open_volume

DATA = Path(os.environ.get("CYTOVOX_DATA", "/nowhere"))
pytestmark = pytest.mark.skipif("CYTOVOX_DATA" not in os.environ, reason="CYTOVOX_DATA is not set")
TOTAL, UW, AMOS = "volumes/totalsegmentator", "volumes/uw_madison", "volumes/amos/amos_0001.zip"


@pytest.mark.parametrize(
    ("path", "shape", "spacing", "values", "modality"),
    [
        (f"{TOTAL}/example_ct.nii.gz", (112, 101, 122), (3, 3, 3), (-1207, 3382), Modality.CT),
        (f"{TOTAL}/example_ct_sm.nii.gz", (30, 101, 122), (3, 3, 3), None, Modality.CT),
        (f"{TOTAL}/example_mr_sm.nii.gz", (20, 91, 117), (3, 3, 3), (-47, 833), Modality.OTHER),
        (f"{TOTAL}/example_ct_dicom", (20, 512, 512), (2, 0.9765625, 0.9765625), None, Modality.CT),
        (f"{UW}/competition", (75, 266, 266), (3, 1.5, 1.5), None, Modality.MR),
        (AMOS, (11, 768, 768), (5, 0.5703, 0.5703), (-1024, 1005), Modality.CT),
        ("formats/dicomdir/DICOMDIR", (5, 16, 16), (2.5, 0.488281, 0.488281), None, Modality.CT),
    ],
)
def test_stacks_have_the_stated_shape_spacing_and_values(
    path: str,
    shape: tuple[int, ...],
    spacing: tuple[float, ...],
    values: tuple[int, int] | None,
    modality: Modality,
) -> None:
    volume = open_volume(DATA / path)
    assert volume.voxels.shape == shape
    assert np.allclose(volume.grid.spacing_mm, spacing, atol=1e-4)
    assert values is None or (volume.voxels.min(), volume.voxels.max()) == values
    assert volume.modality is modality


def test_the_small_ct_is_slices_of_the_large_one() -> None:
    large, small = (open_volume(DATA / TOTAL / f"example_ct{end}.nii.gz") for end in ("", "_sm"))
    assert (large.voxels[82:] == small.voxels).all()


@pytest.mark.parametrize(
    ("labels", "stack", "count", "volumes_ml"),
    [
        ("example_ct_seg", "example_ct.nii.gz", 61, {6: 131, 18: 532, 19: 63, 20: 1619}),
        ("example_ct_vertebrae_seg", "example_ct.nii.gz", 8, {}),
        ("example_seg", "example_ct_sm.nii.gz", 41, {}),
        ("example_seg_mr", "example_mr_sm.nii.gz", 23, {}),
        ("example_seg_dicom", "example_ct_dicom", 31, {}),
    ],
)
def test_labels_lie_on_their_stacks_exactly(
    labels: str, stack: str, count: int, volumes_ml: dict[int, int]
) -> None:
    path = DATA / TOTAL / f"{labels}.nii.gz"
    found = open_label_map(path, like=open_volume(DATA / TOTAL / stack).grid)
    assert found.warnings == ()
    assert len(found.present) == count
    assert {label: round(found.volume_ml(label)) for label in volumes_ml} == volumes_ml
    assert np.count_nonzero(found.labels) == np.count_nonzero(nib.load(path).dataobj)
    table = "totalsegmentator_mr" if "_mr" in labels else "totalsegmentator_ct"
    own, shipped = found.organs, open_label_map(path, organs=table).organs
    assert {label: own[label].key for label in found.present} == {
        label: shipped[label].key for label in found.present
    }


def test_labels_of_the_dicom_series_fit_its_anatomy() -> None:
    volume = open_volume(DATA / TOTAL / "example_ct_dicom")
    labels = open_label_map(DATA / TOTAL / "example_seg_dicom.nii.gz", like=volume.grid)
    hu = {
        name: np.median(volume.voxels[labels.labels == label]) for name, label in (("liver", 5), ("rib", 101))
    }
    assert 20 < hu["liver"] < 150
    assert hu["rib"] > 150
    bodies = volume.grid.to_patient(np.argwhere(labels.labels == 5)).mean(axis=0)
    spleen = volume.grid.to_patient(np.argwhere(labels.labels == 1)).mean(axis=0)
    assert spleen[0] > bodies[0]  # the spleen lies to the patient's left of the liver


def test_labels_of_another_position_are_taken_where_they_lie() -> None:
    # By its header the small CT lies 246 mm too low, within the large one, and nothing in the file says so.
    small = open_label_map(DATA / TOTAL / "example_seg.nii.gz")
    placed = open_label_map(
        DATA / TOTAL / "example_seg.nii.gz", like=open_volume(DATA / TOTAL / "example_ct.nii.gz").grid
    )
    assert (placed.labels[:30] == small.labels).all()


def test_amos_labels_go_with_their_images() -> None:
    volume = open_volume(DATA / AMOS)
    labels = open_label_map(DATA / AMOS, like=volume.grid)
    assert labels.present == (1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13)
    assert [warning.key for warning in labels.warnings] == ["labels_found", "names_beside"]
    assert labels.organ(7).key == "stomach"
    assert 20 < np.median(volume.voxels[labels.labels == 6]) < 200  # the liver
    assert len(list_series(DATA / AMOS)) == 1
    assert list_label_maps(DATA / AMOS) == ("CT series, label images",)
    assert volume.grid.affine[1, 1] > 0  # rows were stored from back to front


def test_run_lengths_are_the_decoded_masks() -> None:
    volume = open_volume(DATA / UW / "competition")
    masks = sorted((DATA / UW / "case2_day1_masks").glob("*.png"), reverse=True)
    drawn = np.stack([np.asarray(Image.open(mask)) for mask in masks])
    for path in (UW + "/competition", UW + "/competition/train.csv", UW + "/case2_day1_masks"):
        labels = open_label_map(DATA / path, like=volume.grid)
        assert (labels.labels == drawn).all()
        assert [labels.organ(label).key for label in (1, 2, 3)] == ["stomach", "small_bowel", "large_bowel"]
    slices = [int(np.count_nonzero((drawn == label).any(axis=(1, 2)))) for label in (1, 2, 3)]
    assert slices == [40, 47, 66]
    # The stomach lies above the bowel, so slices rise to the head.
    heights = [np.argwhere(drawn == label)[:, 0].mean() for label in (1, 2, 3)]
    assert heights[0] > max(heights[1:])


def test_one_picture_in_six_transfer_syntaxes() -> None:
    first, *others = (
        open_volume(DATA / "formats/dicom" / f"MR_small{kind}.dcm").voxels
        for kind in ("", "_RLE", "_bigendian", "_implicit", "_jp2klossless", "_jpeg_ls_lossless", "_padded")
    )
    assert first.shape == (1, 64, 64)
    assert (first.min(), first.max()) == (127, 2145)
    assert all((first == other).all() for other in others)


def test_a_series_with_wide_gaps_is_listed_and_refused() -> None:
    found = list_series(DATA / "formats/dicomdir")
    assert {"Routine Brain", "SmartScore - Gated 0.5 sec", "Cervical LAT"} <= {e.description for e in found}
    brain = next(entry.number for entry in found if entry.description == "Routine Brain")
    with pytest.raises(ImageFileError, match=r"apart|missing"):
        open_volume(DATA / "formats/dicomdir", series=brain)


@pytest.mark.parametrize(
    "name",
    ["MR_truncated", "no_meta", "rtstruct", "reportsi", "test-SR", "rtdose", "SC_rgb_jpeg_gdcm", "image_dfl"],
)
def test_damaged_and_other_files_give_clear_errors(name: str) -> None:
    with pytest.raises(CytovoxError, match=r"damaged|found|expected"):
        open_volume(DATA / "formats/dicom" / f"{name}.dcm")


@pytest.mark.parametrize(
    ("name", "shape", "voxels"),
    [
        ("dicom_derived/seg_image_ct_binary", (3, 16, 16), {1: 638}),
        ("dicom_derived/seg_image_ct_true_fractional", (3, 16, 16), None),
        ("dicom_derived/seg_image_ct_binary_overlap", (165, 16, 16), None),
        ("dicom/liver_1frame", (1, 512, 512), {1: 36_233}),
    ],
)
def test_segmentations_open(name: str, shape: tuple[int, ...], voxels: dict[int, int] | None) -> None:
    labels = open_label_map(DATA / "formats" / f"{name}.dcm")
    assert labels.labels.shape == shape
    if voxels is not None:
        assert {label: int((labels.labels == label).sum()) for label in labels.present} == voxels


def test_segmentations_of_slides_are_refused() -> None:
    with pytest.raises(ImageFileError, match="no place in a patient"):
        open_label_map(DATA / "formats/dicom_derived/seg_image_sm_control.dcm")


def test_grey_values_are_not_taken_for_labels() -> None:
    with pytest.raises(ImageFileError, match="grey values"):
        open_label_map(DATA / TOTAL / "example_ct.nii.gz")


def test_a_modality_that_is_given_ends_the_warning() -> None:
    volume = open_volume(DATA / TOTAL / "example_mr_sm.nii.gz", options=ReadingOptions(modality=Modality.MR))
    assert (volume.modality, volume.warnings) == (Modality.MR, ())

from collections.abc import Callable, Sequence
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.io.label_maps import list_label_maps, open_label_map
from cytovox.io.volume import open_volume

SHAPE = (4, 7, 9)  # 63 pixels a frame, no whole number of bytes
KIND = hd.seg.SegmentationTypeValues
DRAWN = np.random.default_rng(2).integers(0, 3, SHAPE).astype(np.uint8)


def keys(labels: object) -> list[str]:
    return [warning.key for warning in labels.warnings]


@pytest.fixture
def stack(write_series: Callable[..., list[Path]]) -> list[pydicom.Dataset]:
    """Four CT slices, from the head to the feet."""
    pixels = np.zeros(SHAPE, np.int16)
    tags = {"StudyID": "1", "PatientSex": "O", "PatientBirthDate": "", "StudyTime": "", "AccessionNumber": "",
            "ReferringPhysicianName": "", "SeriesNumber": 1}  # fmt: skip
    return [pydicom.dcmread(path) for path in write_series([15.0, 10.0, 5.0, 0.0], pixels, **tags)]


def segment(number: int, name: str) -> hd.seg.SegmentDescription:
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=name,
        segmented_property_category=codes.SCT.Organ,
        segmented_property_type=codes.SCT.Stomach if number == 1 else codes.SCT.Muscle,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        display_color=hd.color.CIELabColor.from_rgb(200, 30, 90),
    )


def write(
    path: Path,
    stack: Sequence[pydicom.Dataset],
    pixels: np.ndarray,
    kind: KIND = KIND.BINARY,
    **options: object,
) -> Path:
    hd.seg.Segmentation(
        source_images=stack,
        pixel_array=pixels,
        segmentation_type=kind,
        segment_descriptions=[segment(1, "Magen"), segment(2, "third muscle")],
        series_instance_uid="1.9",
        series_number=2,
        sop_instance_uid="1.9.1",
        instance_number=1,
        manufacturer="m",
        manufacturer_model_name="n",
        software_versions="1",
        device_serial_number="1",
        **options,
    ).save_as(path)
    return path


@pytest.mark.parametrize("kind", [KIND.BINARY, KIND.LABELMAP])
def test_segments_come_back_on_the_stack(tmp_path: Path, stack: list[pydicom.Dataset], kind: KIND) -> None:
    path = write(tmp_path / "seg.dcm", stack, DRAWN, kind)
    labels = open_label_map(path, like=open_volume(tmp_path / "series").grid)
    assert (labels.labels == DRAWN[::-1]).all()
    assert keys(labels) == []
    assert labels.organ(1).key == "stomach"
    assert labels.organ(2).name == "third muscle"
    channels = [int(labels.organ(2).colour[at : at + 2], 16) for at in (1, 3, 5)]
    # highdicom writes L*a*b* of white D65, where the standard has D50: four levels apart at most.
    assert np.abs(np.array(channels) - (200, 30, 90)).max() <= 4


def test_empty_slices_that_are_not_stored_stay_empty(tmp_path: Path, stack: list[pydicom.Dataset]) -> None:
    drawn = DRAWN.copy()
    drawn[[0, 2]] = 0
    path = write(tmp_path / "seg.dcm", stack, drawn)
    labels = open_label_map(path, like=open_volume(tmp_path / "series").grid)
    assert (labels.labels == drawn[::-1]).all()


def test_fractions_count_from_one_half_on(tmp_path: Path, stack: list[pydicom.Dataset]) -> None:
    parts = np.random.default_rng(4).integers(0, 256, (*SHAPE, 2)) / 255
    parts[..., 1] = 0
    path = write(
        tmp_path / "seg.dcm", stack, parts, KIND.FRACTIONAL,
        fractional_type=hd.seg.SegmentationFractionalTypeValues.PROBABILITY, max_fractional_value=255,
    )  # fmt: skip
    labels = open_label_map(path, like=open_volume(tmp_path / "series").grid)
    assert (labels.labels == (parts[::-1, ..., 0] >= 0.5)).all()
    assert keys(labels) == ["fractional_labels"]


@pytest.mark.parametrize("smaller", [1, 2])
def test_the_smaller_of_overlapping_segments_has_the_voxel(
    tmp_path: Path, stack: list[pydicom.Dataset], smaller: int
) -> None:
    both = np.ones((*SHAPE, 2), np.uint8)
    both[..., :3, smaller - 1] = 0
    labels = open_label_map(write(tmp_path / "seg.dcm", stack, both))
    assert (labels.labels[..., :3] == 3 - smaller).all()
    assert (labels.labels[..., 3:] == smaller).all()
    name = ("Magen", "third muscle")[2 - smaller]
    assert f"{4 * 7 * 6}. Each went" in labels.warnings[0].message
    assert f"{name} by {100 * 6 / 9:.1f} %." in labels.warnings[0].message


def test_several_segmentations_are_label_maps_to_choose_from(
    tmp_path: Path, stack: list[pydicom.Dataset]
) -> None:
    write(tmp_path / "series" / "a_seg.dcm", stack, DRAWN)
    write(tmp_path / "series" / "b_seg.dcm", stack, np.uint8(DRAWN > 0))
    assert list_label_maps(tmp_path / "series") == ("segmentation 1", "segmentation 2")
    with pytest.raises(InputError, match="2 label maps may be meant: 1 'segmentation 1'; 2 'segmentation 2'"):
        open_label_map(tmp_path / "series")
    assert open_label_map(tmp_path / "series", series=1).present == (1, 2)
    assert open_label_map(tmp_path / "series", series=2).present == (1,)


def test_damaged_segmentations_are_refused(tmp_path: Path, stack: list[pydicom.Dataset]) -> None:
    path = write(tmp_path / "seg.dcm", stack, DRAWN)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ImageFileError, match="segmentation is damaged or cut short"):
        open_label_map(path)

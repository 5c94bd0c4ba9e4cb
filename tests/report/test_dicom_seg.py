"""Segmentations: checked by dciodvfy, and read back by highdicom and by our own reader."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import LabelMap, Modality, VolumeGrid
from cytovox.domain.volume_findings import LabelOrigin
from cytovox.io.label_maps import open_label_map
from cytovox.report.dicom_seg import SegmentationWords, dicom_seg, write_dicom_seg

DATA = os.environ.get("CYTOVOX_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="CYTOVOX_DATA is not set")
needs_dciodvfy = pytest.mark.skipif(
    shutil.which("dciodvfy") is None, reason="needs dciodvfy (Debian package dicom3tools)"
)
ORGANS = load_taxonomy("organs")
AXIAL = np.array([[0, 0, 0.7, -60], [0, 0.7, 0, 20], [5, 0, 0, -400], [0, 0, 0, 1]])


def label_map(affine: np.ndarray = AXIAL) -> LabelMap:
    labels = np.zeros((7, 24, 20), np.uint16)
    labels[1:5, 4:12, 3:10], labels[3:7, 12:20, 5:9], labels[2, 20:, 15:] = 5, 300, 7
    organs = {5: ORGANS["liver"], 300: ORGANS["kidney_left"]}
    return LabelMap(labels, VolumeGrid(labels.shape, np.asarray(affine, float)), organs)


def complaints(data: bytes, folder: Path) -> list[str]:
    (folder / "a.dcm").write_bytes(data)
    run = subprocess.run(["dciodvfy", "-new", folder / "a.dcm"], capture_output=True, text=True, check=False)
    return [line for line in (run.stderr + run.stdout).splitlines() if line.startswith("Error")]


def test_segments_are_named_coded_and_coloured() -> None:
    read = pydicom.dcmread(io.BytesIO(dicom_seg(label_map())))
    liver, other, kidney = read.SegmentSequence
    assert [s.SegmentLabel for s in read.SegmentSequence] == ["liver", "label 7", "left kidney"]
    assert [s.SegmentNumber for s in read.SegmentSequence] == [1, 2, 3]
    kind = kidney.SegmentedPropertyTypeCodeSequence[0]
    assert (kind.CodeValue, kind.CodingSchemeDesignator) == ("64033007", "SCT")
    assert kind.SegmentedPropertyTypeModifierCodeSequence[0].CodeValue == "7771000"
    assert other.SegmentedPropertyTypeCodeSequence[0].CodeMeaning == "Tissue"
    assert liver.SegmentAlgorithmType == "SEMIAUTOMATIC"
    assert "Not a medical device" in read.ImageComments


def test_labels_of_a_model_say_so() -> None:
    words = SegmentationWords(LabelOrigin.MODEL, (("organs_mr", "0.1.0"),), Modality.MR, "demonstration")
    read = pydicom.dcmread(io.BytesIO(dicom_seg(label_map(), words=words)))
    segment = read.SegmentSequence[0]
    assert segment.SegmentAlgorithmType == "AUTOMATIC"
    assert segment.SegmentationAlgorithmIdentificationSequence[0].AlgorithmName == "organs_mr"
    assert read.ImageComments.startswith("demonstration")


def test_without_slices_it_names_nobody_and_refers_to_nothing() -> None:
    read = pydicom.dcmread(io.BytesIO(dicom_seg(label_map())))
    assert (str(read.PatientName), read.PatientID) == ("", "")
    assert "ReferencedSeriesSequence" not in read
    assert all("DerivationImageSequence" not in frame for frame in read.PerFrameFunctionalGroupsSequence)


@pytest.mark.parametrize("tilt", [0.0, 0.3])
def test_it_reads_back_equal(tmp_path: Path, tilt: float) -> None:
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]]
    made = label_map(turn @ AXIAL)
    write_dicom_seg(made, tmp_path / "organs.dcm")
    read = open_label_map(tmp_path / "organs.dcm", like=made.grid)
    assert read.warnings == ()
    by_name = {read.organ(label).name: read.labels == label for label in read.present}
    assert by_name.keys() == {"liver", "label 7", "left kidney"}
    for label in made.present:
        assert (by_name[made.organ(label).name] == (made.labels == label)).all()
    colour = read.organ(next(label for label in read.present if read.organ(label).name == "label 7")).colour
    # highdicom writes L*a*b* of white D65, where the standard has D50.
    levels = [[int(text[at : at + 2], 16) for at in (1, 3, 5)] for text in (colour, made.organ(7).colour)]
    assert np.abs(np.subtract(*levels)).max() <= 16


@needs_dciodvfy
@pytest.mark.parametrize("modality", list(Modality))
def test_dciodvfy_finds_no_error(tmp_path: Path, modality: Modality) -> None:
    assert complaints(dicom_seg(label_map(), words=SegmentationWords(modality=modality)), tmp_path) == []


def test_what_cannot_be_written_is_refused() -> None:
    empty = LabelMap(np.zeros((2, 2, 2), np.uint16), VolumeGrid((2, 2, 2), np.eye(4)))
    with pytest.raises(InputError, match="expected voxels of an organ"):
        dicom_seg(empty)
    sheared = AXIAL.copy()
    sheared[0, 1] = 0.2
    with pytest.raises(InputError, match="right angles"):
        dicom_seg(label_map(sheared))


def ct_slices() -> list[pydicom.Dataset]:
    folder = Path(DATA or "") / "volumes" / "totalsegmentator" / "example_ct_dicom"
    return [pydicom.dcmread(path, stop_before_pixels=True) for path in sorted(folder.iterdir())]


@needs_data
@needs_dciodvfy
def test_on_a_real_series(tmp_path: Path) -> None:
    """The label map's rows run the other way than the series': each pixel finds its voxel all the same."""
    slices = ct_slices()
    study, series = hd.UID(), hd.UID()
    for header in slices:  # they came without
        header.StudyInstanceUID, header.SeriesInstanceUID = study, series
    path = Path(DATA or "") / "volumes" / "totalsegmentator" / "example_seg_dicom.nii.gz"
    labels = open_label_map(path, organs="totalsegmentator_ct")
    data = dicom_seg(labels, slices=slices)
    assert complaints(data, tmp_path) == []
    read = pydicom.dcmread(io.BytesIO(data))
    assert read.StudyInstanceUID == study
    assert read.FrameOfReferenceUID == slices[0].FrameOfReferenceUID
    referred = read.ReferencedSeriesSequence[0]
    assert referred.SeriesInstanceUID == series
    assert {s.ReferencedSOPInstanceUID for s in referred.ReferencedInstanceSequence} == {
        s.file_meta.MediaStorageSOPInstanceUID for s in slices
    }
    back = open_label_map(tmp_path / "a.dcm", like=labels.grid)
    for label, number in zip(labels.present, back.present, strict=True):
        assert ((back.labels == number) == (labels.labels == label)).all()
    by_source = hd.seg.Segmentation.from_dataset(read).get_pixels_by_source_instance(
        [s.file_meta.MediaStorageSOPInstanceUID for s in slices], combine_segments=True
    )
    assert (by_source > 0).sum() == (labels.labels > 0).sum()


@needs_data
def test_other_slices_are_refused() -> None:
    with pytest.raises(InputError, match="on the pixels of the DICOM slices"):
        dicom_seg(label_map(), slices=ct_slices())


@needs_data
def test_slices_without_identifiers_are_refused() -> None:
    path = Path(DATA or "") / "volumes" / "totalsegmentator" / "example_seg_dicom.nii.gz"
    with pytest.raises(InputError, match="UIDs of study, series and image"):
        dicom_seg(open_label_map(path), slices=ct_slices())

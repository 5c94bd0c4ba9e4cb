"""`cytovox volume` on a stack with a label map made elsewhere."""

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pydicom
import pytest
import trimesh
from tests.app.stacks import dicom_zip, nifti, organs, phantom


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A folder with a scan and its label map: a ball of radius 15 mm, label 5, voxels 1.5 x 1.5 x 3 mm."""
    x, y, z = np.mgrid[:40, :40, :20]
    ball = ((x - 20) * 1.5) ** 2 + ((y - 20) * 1.5) ** 2 + ((z - 10) * 3) ** 2 < 15**2
    affine = np.diag([1.5, 1.5, 3.0, 1.0])
    nib.Nifti1Image((ball * 500 + 50).astype(np.int16), affine).to_filename(tmp_path / "scan.nii.gz")
    nib.Nifti1Image((ball * 5).astype(np.uint8), affine).to_filename(tmp_path / "drawn.nii.gz")
    (tmp_path / "names.json").write_text('{"5": "liver"}')
    return tmp_path


def test_every_format(cytovox: Any, scan: Path) -> None:
    output = scan / "results"
    options = ("--labels", scan / "drawn.nii.gz", "--names", scan / "names.json", "--modality", "MR")
    formats = "json,csv,nifti,seg,glb,stl,obj"
    result = cytovox("volume", scan / "scan.nii.gz", "-o", output, *options, "--format", formats)
    assert result.exit_code == 0, result.output
    assert "liver" in result.stdout
    assert "Research" in result.stdout
    true_ml = 4 / 3 * np.pi * 1.5**3
    findings = json.loads((output / "scan.json").read_text())
    assert findings["label_origin"] == "imported"
    assert findings["organs"][0]["volume_ml"] == pytest.approx(true_ml, rel=0.05)
    (row,) = csv.DictReader((output / "scan.csv").read_text().splitlines())
    assert row["key"] == "liver"
    again = nib.load(output / "scan.labels.nii.gz")
    assert (np.asarray(again.dataobj) == 5).sum() * 1.5 * 1.5 * 3 / 1000 == pytest.approx(true_ml, rel=0.05)
    assert pydicom.dcmread(output / "scan.seg.dcm").SegmentSequence[0].SegmentLabel == "liver"
    assert max(trimesh.load_scene(output / "scan.glb").extents) == pytest.approx(0.03, rel=0.1)
    assert max(trimesh.load(output / "scan.stl").extents) == pytest.approx(30, rel=0.1)
    assert (output / "scan.obj").is_file()


def test_list(cytovox: Any, scan: Path) -> None:
    result = cytovox("volume", scan / "scan.nii.gz", "--list")
    assert result.exit_code == 0, result.output
    assert "scan" in result.stdout
    assert "20" in result.stdout


def test_json_instead_of_a_table(cytovox: Any, scan: Path) -> None:
    options = ("--labels", scan / "drawn.nii.gz", "--format", "", "--json")
    result = cytovox("volume", scan / "scan.nii.gz", "-o", scan / "results", *options)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["organs"][0]["label"] == 5
    assert list((scan / "results").iterdir()) == []


def test_without_an_organ_there_is_no_scene(cytovox: Any, scan: Path) -> None:
    empty = nib.load(scan / "drawn.nii.gz")
    nothing = np.zeros(empty.shape, np.uint8)
    nib.Nifti1Image(nothing, empty.affine).to_filename(scan / "drawn.nii.gz")
    result = cytovox(
        "volume", scan / "scan.nii.gz", "-o", scan / "results", "--labels", scan / "drawn.nii.gz"
    )
    assert result.exit_code == 0, result.output
    assert "no organ found" in result.stdout
    assert not (scan / "results/scan.glb").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "pdf"), "--format: expected some of"),
        (("--series", "9"), "9"),
        (("--labels", "nowhere.nii.gz"), "nowhere.nii.gz"),
        (("--slices-model", "nothing"), "no bundle 'nothing'"),
    ],
)
def test_errors_are_one_line(cytovox: Any, scan: Path, options: tuple[str, str], words: str) -> None:
    result = cytovox("volume", scan / "scan.nii.gz", "-o", scan / "results", *options)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_a_segmentation_of_a_dicom_series_joins_its_study_and_refers_to_its_slices(
    cytovox: Any, tmp_path: Path
) -> None:
    (tmp_path / "ct.zip").write_bytes(dicom_zip(phantom()))
    with zipfile.ZipFile(tmp_path / "ct.zip") as archive:
        slices = [pydicom.dcmread(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    (tmp_path / "organs.nii.gz").write_bytes(gzip.compress(nifti(organs())))
    options = ("--labels", tmp_path / "organs.nii.gz", "--names", "totalsegmentator_ct", "--format", "seg")
    result = cytovox("volume", tmp_path / "ct.zip", "-o", tmp_path / "out", *options)
    assert result.exit_code == 0, result.output
    written = pydicom.dcmread(tmp_path / "out" / "ct.seg.dcm")
    assert written.StudyInstanceUID == slices[0].StudyInstanceUID
    assert written.FrameOfReferenceUID == slices[0].FrameOfReferenceUID
    (series,) = written.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == slices[0].SeriesInstanceUID
    referred = {image.ReferencedSOPInstanceUID for image in series.ReferencedInstanceSequence}
    assert referred == {header.SOPInstanceUID for header in slices}


def test_slices_without_identifiers_are_not_referred_to_and_that_is_said(
    cytovox: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "ct"
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(dicom_zip(phantom()))) as archive:
        for number, name in enumerate(archive.namelist()):
            header = pydicom.dcmread(io.BytesIO(archive.read(name)))
            del header.StudyInstanceUID
            header.save_as(folder / f"{number}.dcm")
    (tmp_path / "organs.nii").write_bytes(nifti(organs()))
    result = cytovox("volume", folder, "-o", tmp_path, "--labels", tmp_path / "organs.nii", "--format", "seg")
    assert result.exit_code == 0, result.output
    assert "ct.seg.dcm does not refer to the DICOM slices" in " ".join(result.stderr.split())
    assert pydicom.dcmread(tmp_path / "ct.seg.dcm").SegmentSequence[0].SegmentLabel


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def measured_ml(output: Path) -> dict[str, float]:
    (table,) = output.glob("*.csv")
    return {row["key"]: float(row["volume_ml"]) for row in csv.DictReader(table.read_text().splitlines())}


VOXEL_ML = 5.0 * 2.0 * 1.0 / 1000
EXPECTED_ML = {"spleen": (organs() == 1).sum() * VOXEL_ML, "liver": (organs() == 5).sum() * VOXEL_ML}


@pytest.mark.parametrize("way", ["zip", "folder", "masks given", "labels alone"])
def test_masks_of_totalsegmentator_in_each_way(cytovox: Any, tmp_path: Path, way: str) -> None:
    masks = {name: nifti(np.uint8(organs() == label)) for name, label in (("liver", 5), ("spleen", 1))}
    folder = tmp_path / "s1"
    (folder / "segmentations").mkdir(parents=True)
    (folder / "ct.nii").write_bytes(nifti(phantom()))
    for name, mask in masks.items():
        (folder / "segmentations" / f"{name}.nii").write_bytes(mask)
    inside = {str(file.relative_to(tmp_path)): file.read_bytes() for file in folder.rglob("*.nii")}
    arguments = {
        "zip": (zipped(tmp_path / "a.zip", inside),),
        "folder": (folder,),
        "masks given": (folder / "ct.nii", "--labels", folder / "segmentations"),
        "labels alone": (folder / "segmentations",),
    }[way]
    result = cytovox("volume", *arguments, "-o", tmp_path / "out", "--format", "csv,glb")
    assert result.exit_code == 0, result.output
    assert measured_ml(tmp_path / "out") == pytest.approx(EXPECTED_ML)
    assert ("was taken for the label map" in " ".join(result.stderr.split())) is (way in {"zip", "folder"})
    assert ("There is no image beside" in " ".join(result.stderr.split())) is (way == "labels alone")
    assert list((tmp_path / "out").glob("*.glb"))


def test_several_label_maps_are_listed_and_chosen(cytovox: Any, tmp_path: Path) -> None:
    drawn = {"a_seg.nii": nifti(organs()), "b_seg.nii": nifti(np.uint8(organs() == 1))}
    path = zipped(tmp_path / "a.zip", {"ct.nii": nifti(phantom()), **drawn})
    output = ("-o", tmp_path / "out", "--names", "totalsegmentator_ct", "--format", "csv")
    refused = cytovox("volume", path, *output)
    assert refused.exit_code == 2
    assert "1 'a_seg.nii'; 2 'b_seg.nii'; choose one by its number or name, or 'none'" in " ".join(
        refused.stderr.split()
    )
    listed = cytovox("volume", path, "--list")
    assert "b_seg.nii" in listed.stdout
    for choice, expected in (("1", EXPECTED_ML), ("b_seg.nii", {"spleen": EXPECTED_ML["spleen"]})):
        result = cytovox("volume", path, *output, "--labels", choice)
        assert result.exit_code == 0, result.output
        assert measured_ml(tmp_path / "out") == pytest.approx(expected)
    slip = cytovox("volume", path, *output, "--labels", tmp_path / "c_seg.nii")
    assert slip.exit_code == 2
    assert "found nothing there" in " ".join(slip.stderr.split())

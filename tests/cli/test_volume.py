"""`cytovox volume` on a stack with a label map made elsewhere."""

import csv
import json
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pydicom
import pytest
import trimesh


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

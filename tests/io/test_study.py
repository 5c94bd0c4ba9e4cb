"""A scan and its label maps in one archive, in the layouts that people have; truth are ellipsoids."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import highdicom as hd
import nibabel as nib
import nrrd
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.io.study import Study, Wanted, list_study, open_study

SPACING_MM = (1.5, 2.0, 4.0)
"""Of columns, rows and slices, as NIfTI has them."""
SHAPE = (60, 48, 30)
AFFINE = np.array([[-1.5, 0, 0, 40], [0, -2.0, 0, 50], [0, 0, 4.0, -60], [0, 0, 0, 1]])
LIVER, SPLEEN = ((24, 30, 60), (25.0, 22.0, 30.0)), ((68, 60, 60), (16.0, 18.0, 24.0))
"""Middle and radii, mm from the first voxel."""
Files = Mapping[str, bytes]


def ellipsoid(middle: tuple[float, ...], radii: tuple[float, ...], factor: int = 1) -> np.ndarray:
    axes = np.indices([n * factor for n in SHAPE])
    places = [(axis + 0.5) / factor - 0.5 for axis in axes]
    parts = zip(places, SPACING_MM, middle, radii, strict=True)
    return sum(((axis * mm - at) / radius) ** 2 for axis, mm, at, radius in parts) < 1


def volume_ml(radii: tuple[float, ...]) -> float:
    return 4 / 3 * np.pi * float(np.prod(radii)) / 1000


DRAWN = ellipsoid(*LIVER) * np.uint8(5) + ellipsoid(*SPLEEN) * np.uint8(1)
GREY = (np.random.default_rng(3).normal(-300, 150, SHAPE) + 300 * (DRAWN > 0)).astype(np.int16)
NAMES = {"5": "liver", "1": "spleen"}


def nifti(values: np.ndarray, affine: np.ndarray = AFFINE) -> bytes:
    image = nib.Nifti1Image(values, affine)
    image.header.set_xyzt_units("mm")
    return image.to_bytes()


CT, LABELS = nifti(GREY), nifti(DRAWN)


def pack(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def keys(study: Study) -> list[str]:
    assert study.labels is not None
    return [warning.key for warning in study.labels.warnings]


def check_volumes(study: Study, expected: Mapping[str, tuple[float, ...]] | None = None) -> None:
    """Volumes are those of the voxels, and within 2 % those of the ellipsoids."""
    labels = study.labels
    assert labels is not None
    assert labels.grid is study.volume.grid
    found = {labels.organ(label).key: labels.volume_ml(label) for label in labels.present}
    voxels = {"liver": np.count_nonzero(DRAWN == 5), "spleen": np.count_nonzero(DRAWN == 1)}
    for name, radii in (expected or {"liver": LIVER[1], "spleen": SPLEEN[1]}).items():
        assert found.pop(name) == pytest.approx(voxels[name] * np.prod(SPACING_MM) / 1000)
        assert voxels[name] * np.prod(SPACING_MM) / 1000 == pytest.approx(volume_ml(radii), rel=0.02)
    assert found == {}


MASKS = {
    "s1/ct.nii": CT,
    "s1/segmentations/liver.nii": nifti(np.uint8(DRAWN == 5)),
    "s1/segmentations/spleen.nii": nifti(np.uint8(DRAWN == 1) * np.uint8(255)),
    "s1/segmentations/stomach.nii": nifti(np.zeros(SHAPE, np.uint8)),
}
NNU_NET = {
    "D1/imagesTr/p7_0000.nii": CT,
    "D1/imagesTr/p7_0001.nii": nifti(GREY // 2),
    "D1/labelsTr/p7.nii": LABELS,
    "D1/dataset.json": json.dumps({"labels": {"background": 0, "spleen": 1, "liver": 5}}).encode(),
}


@pytest.mark.parametrize(
    ("files", "stack", "labels"),
    [
        (MASKS, "ct.nii", "segmentations (3 masks)"),
        (NNU_NET, "p7_0000.nii", "labelsTr/p7.nii"),
        ({"p7_0000.nii": CT, "p7.nii": LABELS}, "p7_0000.nii", "p7.nii"),
        ({"b.nii": CT, "a.nii": LABELS}, "b.nii", "a.nii"),
        ({"scan.nii": CT, "scan_seg.nii": nifti(DRAWN * np.float32(1.000001))}, "scan.nii", "scan_seg.nii"),
        ({"ct.nii": CT, "liver.nii": MASKS["s1/segmentations/liver.nii"],
          "spleen.nii": MASKS["s1/segmentations/spleen.nii"]}, "ct.nii", "2 masks"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("unpacked", [True, False])
def test_layouts(tmp_path: Path, files: Files, stack: str, labels: str, unpacked: bool) -> None:
    path = pack(tmp_path / "a.zip", files)
    if unpacked:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "a")
        path = tmp_path / "a"
    study = open_study(path, wanted=Wanted(organs=None if "mask" in labels else {5: "liver", 1: "spleen"}))
    assert study.volume.source == stack
    assert (study.volume.voxels == GREY.transpose(2, 1, 0)).all()
    assert study.labels is not None
    assert study.labels.source == labels
    check_volumes(study)
    assert keys(study)[0] == "labels_found"
    assert f"'{labels}' was taken for the label map" in study.labels.warnings[0].message
    assert list_study(path).labels == (labels,)


def test_names_come_from_the_data_set_s_own_file_within_the_archive(tmp_path: Path) -> None:
    study = open_study(pack(tmp_path / "a.zip", NNU_NET))
    check_volumes(study)
    assert keys(study) == ["labels_found", "names_beside"]


def test_nrrd_beside_nrrd(tmp_path: Path) -> None:
    header = {
        "space": "right-anterior-superior",
        "space directions": AFFINE[:3, :3].T,
        "space origin": AFFINE[:3, 3],
    }
    nrrd.write(str(tmp_path / "p.nrrd"), GREY, header)
    segments = {"Segment0_Name": "liver", "Segment0_LabelValue": "5"}
    segments |= {"Segment1_Name": "spleen", "Segment1_LabelValue": "1"}
    nrrd.write(str(tmp_path / "p.seg.nrrd"), DRAWN, header | segments)
    check_volumes(open_study(tmp_path))


def dicom(tmp_path: Path, write_series: Callable[..., list[Path]], **tags: object) -> list[pydicom.Dataset]:
    pixels = GREY.transpose(2, 1, 0)
    more = {"StudyID": "1", "PatientSex": "O", "PatientBirthDate": "", "StudyTime": "", "AccessionNumber": "",
            "ReferringPhysicianName": "", "SeriesNumber": 1, "PixelSpacing": [2.0, 1.5]} | tags  # fmt: skip
    positions = [(-40.0, -50.0, -60.0 + 4 * at) for at in range(SHAPE[2])]
    return [pydicom.dcmread(path) for path in write_series(positions, pixels, folder="ct", **more)]


def dicom_seg(path: Path, slices: list[pydicom.Dataset], drawn: np.ndarray, uid: str) -> None:
    segments = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=name,
            segmented_property_category=codes.SCT.Organ,
            segmented_property_type=kind,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number, (name, kind) in enumerate((("liver", codes.SCT.Liver), ("spleen", codes.SCT.Spleen)), 1)
    ]
    ordered = drawn.transpose(2, 1, 0)
    hd.seg.Segmentation(
        source_images=slices,
        pixel_array=np.stack([ordered == 5, ordered == 1], axis=-1).astype(np.uint8),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=uid,
        series_number=2,
        sop_instance_uid=f"{uid}.1",
        instance_number=1,
        manufacturer="m",
        manufacturer_model_name="n",
        software_versions="1",
        device_serial_number="1",
    ).save_as(path)


def zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    return pack(path, {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*.dcm")})


def test_a_dicom_series_with_a_segmentation(tmp_path: Path, write_series: Callable[..., list[Path]]) -> None:
    slices = dicom(tmp_path, write_series)
    (tmp_path / "ct" / "seg").mkdir()
    dicom_seg(tmp_path / "ct" / "seg" / "one.dcm", slices, DRAWN, "1.9")
    study = open_study(zipped(tmp_path / "ct"))
    check_volumes(study)
    assert keys(study) == ["labels_found"]
    assert "it is a DICOM segmentation" in study.labels.warnings[0].message
    assert (study.labels.labels > 0).sum() == (DRAWN > 0).sum()
    alone = open_study(tmp_path / "ct" / "seg" / "one.dcm")
    check_volumes(alone)
    assert [warning.key for warning in alone.volume.warnings] == ["labels_alone"]


def test_a_segmentation_goes_with_the_series_that_it_names(
    tmp_path: Path, write_series: Callable[..., list[Path]]
) -> None:
    first = dicom(tmp_path, write_series, SeriesInstanceUID="1.2.3.1", SeriesDescription="venous")
    dicom(tmp_path, write_series, SeriesInstanceUID="1.2.3.2", SeriesDescription="late")
    second = [pydicom.dcmread(path) for path in (tmp_path / "ct").glob("*.dcm")]
    late = [one for one in second if one.SeriesDescription == "late"]
    dicom_seg(tmp_path / "ct" / "a.dcm", first, DRAWN, "1.8")
    dicom_seg(tmp_path / "ct" / "b.dcm", late, np.where(DRAWN == 5, DRAWN, 0), "1.9")
    listed = list_study(tmp_path / "ct")
    assert {scan.description for scan in listed.scans} == {"venous", "late"}
    check_volumes(open_study(tmp_path / "ct", wanted=Wanted(series="venous")))
    check_volumes(open_study(tmp_path / "ct", wanted=Wanted(series="late")), {"liver": LIVER[1]})


def test_of_several_scans_the_one_with_a_label_map_is_read(tmp_path: Path) -> None:
    larger = nifti(np.random.default_rng(1).normal(-300, 200, (80, 80, 40)).astype(np.int16))
    path = pack(tmp_path / "a.zip", {"a_large.nii": larger, "b.nii": CT, "seg.nii": LABELS})
    study = open_study(path, wanted=Wanted(organs={5: "liver", 1: "spleen"}))
    check_volumes(study)
    assert study.volume.source == "b.nii"
    assert "for a label map was drawn on it" in study.volume.warnings[-1].message
    assert [scan.preferred for scan in list_study(path).scans] == [False, True]
    assert open_study(path, wanted=Wanted(labels="none")).labels is None


CASES = {"imagesTr/a_0000.nii": CT, "imagesTr/b_0000.nii": CT, "labelsTr/a.nii": LABELS,
         "labelsTr/b.nii": nifti(np.where(DRAWN == 5, DRAWN, 0))}  # fmt: skip


def test_each_case_has_its_own_label_map(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", CASES)
    organs = {5: "liver", 1: "spleen"}
    check_volumes(open_study(path, wanted=Wanted(1, organs=organs)))
    check_volumes(open_study(path, wanted=Wanted(2, organs=organs)), {"liver": LIVER[1]})


TWO = {"ct.nii": CT, "reader1_seg.nii": LABELS, "reader2_seg.nii": nifti(np.uint8(DRAWN == 5))}


def test_where_several_label_maps_may_be_meant_they_are_listed_and_none_is_guessed(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", TWO)
    with pytest.raises(InputError) as refused:
        open_study(path)
    assert str(refused.value) == (
        "a.zip: for 'ct' 2 label maps may be meant: 1 'reader1_seg.nii'; 2 'reader2_seg.nii'; choose one by "
        "its number or name, or 'none'"
    )
    organs = {5: "liver", 1: "spleen"}
    for wanted in (1, "1", "reader1_seg.nii"):
        study = open_study(path, wanted=Wanted(labels=wanted, organs=organs))
        check_volumes(study)
        assert keys(study) == []
    assert open_study(path, wanted=Wanted(labels="none")).labels is None
    with pytest.raises(InputError, match="no label map '3'"):
        open_study(path, wanted=Wanted(labels=3))


def test_who_names_a_file_gets_it_whatever_the_rules_say(tmp_path: Path) -> None:
    speckle = np.where(np.random.default_rng(0).random(SHAPE) < 0.01, 5, 0).astype(np.uint8)
    path = pack(tmp_path / "a.zip", {"ct.nii": CT, "speckle.nii": nifti(speckle * (1 + speckle % 2))})
    study = open_study(path, wanted=Wanted(labels="speckle.nii"))
    assert study.labels is not None
    assert np.count_nonzero(study.labels.labels) == np.count_nonzero(speckle)


@pytest.mark.parametrize("name", ["seg.nii", "drawing.nii"])
def test_a_label_map_without_its_scan(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(LABELS)
    study = open_study(tmp_path / name, wanted=Wanted(organs={5: "liver", 1: "spleen"}))
    check_volumes(study)
    assert [warning.key for warning in study.volume.warnings] == ["labels_alone"]
    assert (study.volume.voxels == (DRAWN > 0).transpose(2, 1, 0)).all()
    (entry,) = list_study(tmp_path / name).scans
    assert (entry.description, entry.shape) == ("label map without its image", SHAPE[::-1])
    assert open_study(tmp_path / name, wanted=Wanted(labels="none")).volume.source == name


def test_an_empty_label_map_is_one_and_gaps_between_labels_stay(tmp_path: Path) -> None:
    empty = open_study(pack(tmp_path / "a.zip", {"ct.nii": CT, "seg.nii": nifti(np.zeros(SHAPE, np.uint8))}))
    assert empty.labels is not None
    assert empty.labels.present == ()
    gaps = np.select([DRAWN == 5, DRAWN == 1], [104, 5], 0).astype(np.int16)
    study = open_study(pack(tmp_path / "b.zip", {"ct.nii": CT, "seg.nii": nifti(gaps)}))
    assert study.labels is not None
    assert study.labels.present == (5, 104)


def test_another_grid_goes_by_true_geometry(tmp_path: Path) -> None:
    fine = ellipsoid(*LIVER, factor=2) * np.uint8(5) + ellipsoid(*SPLEEN, factor=2) * np.uint8(1)
    affine = AFFINE.copy()
    affine[:3, :3] /= 2
    affine[:3, 3] -= AFFINE[:3, :3] @ (0.25, 0.25, 0.25)
    turn = nib.orientations.ornt_transform(
        nib.orientations.axcodes2ornt("LPS"), nib.orientations.axcodes2ornt("IRA")
    )
    turned = nib.Nifti1Image(fine, affine).as_reoriented(turn)
    study = open_study(pack(tmp_path / "a.zip", {"ct.nii": CT, "seg.nii": turned.to_bytes()}))
    assert study.labels is not None
    assert keys(study) == ["labels_found", "labels_resampled"]
    for label, (_, radii) in ((5, LIVER), (1, SPLEEN)):
        assert study.labels.volume_ml(label) == pytest.approx(volume_ml(radii), rel=0.03)
    middle = study.volume.grid.to_patient(np.argwhere(study.labels.labels == 5)).mean(axis=0)
    where = AFFINE @ (*(at / mm for at, mm in zip(LIVER[0], SPACING_MM, strict=True)), 1)
    # A voxel's middle lies between two of the finer ones, of which one is the nearest: half of one at most.
    assert (np.abs(middle - (-where[0], -where[1], where[2])) < np.array(SPACING_MM) / 4 + 0.1).all()


def test_a_label_map_that_lies_elsewhere_is_refused_with_the_way_on(tmp_path: Path) -> None:
    far = AFFINE.copy()
    far[2, 3] += 900
    path = pack(tmp_path / "a.zip", {"ct.nii": CT, "seg.nii": nifti(DRAWN, far)})
    with pytest.raises(
        ImageFileError, match=r"its name says so\), but its labels lie outside the stack, .* 900 mm"
    ):
        open_study(path)
    assert open_study(path, wanted=Wanted(labels="none")).labels is None


def test_nothing_of_folders_that_may_name_a_person_is_told(tmp_path: Path) -> None:
    files = {f"Wunderlich_Ottilie/{name}": content for name, content in {**TWO, **MASKS}.items()}
    path = pack(tmp_path / "a.zip", files)
    told = io.StringIO()
    print(list_study(path), file=told)
    for wanted in (Wanted(), Wanted(labels=1), Wanted(labels=3)):
        try:
            study = open_study(path, wanted=wanted)
            print(
                study.volume.source,
                study.volume.warnings,
                study.labels.source,
                study.labels.warnings,
                file=told,
            )
        except InputError as error:
            print(error, file=told)
    assert "segmentations (3 masks)" in told.getvalue()
    assert "Wunderlich" not in told.getvalue()


def test_what_is_neither_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(ImageFileError, match=r"found files of another kind \(\.txt\)"):
        list_study(tmp_path)
    with pytest.raises(ImageFileError, match="found files of another kind"):
        open_study(tmp_path)

from pathlib import Path

import nibabel as nib
import nrrd
import numpy as np
import pytest

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.io.label_maps import list_label_maps, open_label_map
from cytovox.io.volume import open_volume

RAS = np.array([[0.7, 0, 0, -30], [0, 0.8, 0, 40], [0, 0, 5, 100], [0, 0, 0, 1.0]])
LABELS = np.random.default_rng(5).integers(0, 3, (6, 5, 4)).astype(np.uint8)


def keys(labels: object) -> list[str]:
    return [warning.key for warning in labels.warnings]


def write(path: Path, values: np.ndarray = LABELS, affine: np.ndarray | None = RAS) -> Path:
    path.parent.mkdir(exist_ok=True)
    nib.save(nib.Nifti1Image(values, affine), path)
    return path


def test_labels_of_a_nifti_file_lie_on_the_stack_whatever_their_order(tmp_path: Path) -> None:
    stack = write(tmp_path / "ct.nii.gz", LABELS.astype(np.int16) * 100)
    turn = nib.orientations.ornt_transform(
        nib.orientations.axcodes2ornt("RAS"), nib.orientations.axcodes2ornt("PIL")
    )
    nib.save(nib.Nifti1Image(LABELS, RAS).as_reoriented(turn), tmp_path / "seg.nii.gz")
    volume = open_volume(stack)
    labels = open_label_map(tmp_path / "seg.nii.gz", like=volume.grid, organs={1: "stomach", 2: "gizzard"})
    assert (labels.labels * 100 == volume.voxels).all()
    assert labels.grid is volume.grid
    assert [labels.organ(label).key for label in labels.present] == ["stomach", "gizzard"]
    assert keys(labels) == []


def test_names_in_the_header_win_over_a_file_beside_it_and_a_parameter_over_both(tmp_path: Path) -> None:
    image = nib.Nifti1Image(LABELS, RAS)
    table = (
        b'<CaretExtension><LabelTable><Label Key="1"><![CDATA[liver]]></Label></LabelTable></CaretExtension>'
    )
    image.header.extensions.append(nib.nifti1.Nifti1Extension(0, table))
    nib.save(image, tmp_path / "seg.nii.gz")
    (tmp_path / "seg.json").write_text('{"1": "spleen"}')
    assert open_label_map(tmp_path / "seg.nii.gz").organ(1).name == "liver"
    assert open_label_map(tmp_path / "seg.nii.gz", organs={1: "heart"}).organ(1).name == "heart"
    beside = open_label_map(write(tmp_path / "seg.nii.gz"))
    assert beside.organ(1).name == "spleen"
    assert keys(beside) == ["names_beside"]
    (tmp_path / "seg.json").write_text('{"about": "something else"}')
    assert open_label_map(tmp_path / "seg.nii.gz").organ(1).name == "label 1"


def test_a_folder_of_masks_is_one_label_map(tmp_path: Path) -> None:
    folder = tmp_path / "segmentations"
    for at, name in enumerate(("colon", "liver", "stomach"), 1):
        write(folder / f"{name}.nii.gz", np.uint8(at - 1 == LABELS))
    write(folder / "zz_all.nii.gz", np.uint8(LABELS == 0))
    labels = open_label_map(folder)
    assert [labels.organ(label).key for label in range(1, 5)] == ["colon", "liver", "stomach", "zz_all"]
    assert labels.present == (2, 3, 4)
    assert keys(labels) == ["overlapping_labels"]
    assert list_label_maps(folder) == ("4 masks",)
    assert open_label_map(folder, series="liver.nii.gz").present == (1,)
    blocks = np.zeros(LABELS.shape, np.uint8)
    blocks[1:3], blocks[4:] = 1, 2
    write(folder / "several.nii.gz", blocks)
    with pytest.raises(InputError, match=r"2 label maps may be meant: 1 '4 masks'; 2 'several\.nii\.gz'"):
        open_label_map(folder)
    (folder / "several.nii.gz").unlink()
    write(folder / "grey.nii.gz", np.arange(120, dtype=np.int16).reshape(6, 5, 4) - 60)
    assert keys(open_label_map(folder)) == ["labels_found", "overlapping_labels"]
    with pytest.raises(InputError, match=r"no label map '9'; choose one .*, of 1 '4 masks'"):
        open_label_map(folder, series=9)


def test_segments_of_3d_slicer_keep_their_names_colours_and_layers(tmp_path: Path) -> None:
    header = {
        "space": "left-posterior-superior",
        "space directions": np.diag([0.7, 0.8, 5.0]),
        "Segment0_Name": "gizzard",
        "Segment0_LabelValue": "2",
        "Segment0_Layer": "0",
        "Segment0_Color": "1 0.5 0",
        "Segment1_Name": "stomach",
        "Segment1_LabelValue": "1",
        "Segment1_Layer": "0",
    }
    nrrd.write(str(tmp_path / "one.seg.nrrd"), LABELS, header)
    one = open_label_map(tmp_path / "one.seg.nrrd")
    assert (one.labels == LABELS.transpose(2, 1, 0)).all()
    assert (one.organ(2).name, one.organ(2).colour, one.organ(1).key) == ("gizzard", "#ff8000", "stomach")
    layers = np.stack([np.uint8(LABELS > 0), np.uint8(LABELS == 1)])
    header |= {"Segment0_LabelValue": "1", "Segment1_Layer": "1"}
    header["space directions"] = np.vstack([[np.nan] * 3, np.diag([0.7, 0.8, 5.0])])
    nrrd.write(str(tmp_path / "two.seg.nrrd"), layers, header)
    two = open_label_map(tmp_path / "two.seg.nrrd")
    assert (two.labels == np.select([LABELS == 1, LABELS > 0], [2, 1]).transpose(2, 1, 0)).all()
    assert keys(two) == ["overlapping_labels"]


def test_label_images_go_by_their_places_and_stand_before_the_grey_ones(
    write_series: object, tmp_path: Path
) -> None:
    drawn = np.zeros((3, 5, 6), np.int16)
    drawn[1, 2, 3] = 7
    grey = np.arange(90, dtype=np.int16).reshape(3, 5, 6)
    write_series([0.0, 5.0, 10.0], grey)
    write_series(
        [0.0, 5.0, 10.0], drawn, SeriesInstanceUID="9", FrameOfReferenceUID="10",
        SeriesDescription="drawn", PixelPaddingValue=0,
    )  # fmt: skip
    labels = open_label_map(tmp_path / "series", like=open_volume(tmp_path / "series").grid)
    assert (labels.labels == drawn).all()
    assert labels.source == "drawn, label images"
    with pytest.raises(ImageFileError, match="this looks like grey values"):
        open_label_map(write(tmp_path / "grey.nii", LABELS.astype(np.float32) - 0.5))


def test_a_folder_without_labels_says_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ImageFileError, match="DICOM SEG"):
        open_label_map(tmp_path)
